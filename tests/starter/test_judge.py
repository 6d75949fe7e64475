"""The judge's recipe: it learns, goes on where it stopped, and what it exports is what the engine reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from studiolo.engines.embedder import Embedder
from studiolo.engines.picture_judge import QUESTIONS, WORDS, Eye, PictureJudge
from studiolo_starter import beholder, data
from studiolo_starter.beholder import Phrases, Shown, loss_of, seen, words
from studiolo_starter.judge import ANSWERS
from tests.starter.conftest import STEP

FEW = 12


@pytest.fixture(scope="module")
def phrases(starter_home: Path) -> Phrases:
    return Phrases(Embedder(starter_home / "models" / "starter-embedder"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory, starter_home: Path) -> Path:
    """Two small shards of materials; scenes need the network."""
    folder = tmp_path_factory.mktemp("cache")
    (folder / "minilm").symlink_to(starter_home / "models" / "starter-embedder", target_is_directory=True)
    return folder


@pytest.fixture(autouse=True)
def small(
    monkeypatch: pytest.MonkeyPatch, one_thread: None, steps_as_time: None, phrases: Phrases, cache: Path
) -> None:
    for module in (data, beholder):
        monkeypatch.setattr(module, "SHARD", FEW)
    monkeypatch.setattr(data, "SIDE", 64)
    monkeypatch.setattr(beholder, "BATCH", 8)
    monkeypatch.setattr(beholder, "Phrases", lambda embedder: phrases)
    for number in range(2):
        data.write_shard(cache, "materials", number)


def test_every_answer_has_phrases_of_its_own() -> None:
    known = words()
    assert {question: list(known[question]) for question in QUESTIONS} == ANSWERS
    for answers in known.values():
        told = [phrase for phrases in answers.values() for phrase in phrases]
        assert all(told)
        assert len(told) - len(set(told)) <= 2  # people call two materials by one name here and there


def test_pictures_are_seen_a_little_otherwise_every_time_and_stay_pictures() -> None:
    pictures = torch.randint(0, 256, (8, 3, 32, 32), dtype=torch.uint8)
    tiles = torch.arange(8) < 4
    one, other = seen(pictures, tiles), seen(pictures, tiles)
    assert one.shape == pictures.shape
    assert one.abs().max() <= 1
    assert not torch.equal(one, other)


def test_a_picture_at_its_caption_costs_less_than_one_elsewhere(phrases: Phrases) -> None:
    captions = torch.nn.functional.normalize(torch.randn(6, 384), dim=1)
    truth = torch.full((6, len(QUESTIONS)), beholder.UNASKED)
    near, far = (loss_of(v, captions, truth, phrases, torch.tensor(14.0)) for v in (captions, captions.roll(1, 0)))
    assert near < 0.2 < far
    truth[:, QUESTIONS.index("material")] = torch.arange(6)
    named = phrases.means("material")[:6]
    right, wrong = (loss_of(v, captions, truth, phrases, torch.tensor(14.0)) for v in (named, named.roll(1, 0)))
    assert right < wrong


def test_it_learns_goes_on_and_what_it_exports_is_read(
    cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.manual_seed(1)
    beholder.train(cache, 3 * STEP, resume=False)
    saved = torch.load(beholder.path_in(cache), weights_only=True)
    beholder.train(cache, 6 * STEP, resume=True)
    longer = torch.load(beholder.path_in(cache), weights_only=True)
    assert (saved["step"], longer["step"]) == (3, 6)
    assert longer["minutes"] > saved["minutes"]
    assert set(longer["right"]) == {"material"}
    assert "judge step" in capsys.readouterr().out

    folder = tmp_path / "judge"
    beholder.export(cache, folder)
    judge = PictureJudge.load(folder)
    assert json.loads((folder / WORDS).read_text(encoding="utf-8")) == words()
    assert "trained for" in (folder / "README.md").read_text(encoding="utf-8")
    eye = Eye()
    eye.load_state_dict(longer["model"])
    picture = Shown(cache, last=True).pictures[:1]
    with torch.inference_mode():
        own = eye.eval()(picture.float().div(127.5).sub(1))[0]
    exported = torch.from_numpy(judge.see(picture[0].permute(1, 2, 0).numpy()))
    assert own @ exported > 0.999
