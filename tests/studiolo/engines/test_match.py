"""The match engine with the real judge: what fits scores above what does not, and bad input is told in a sentence."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studiolo.device import Device
from studiolo.engines import match
from studiolo.engines.engine import JobCancelled, Task
from studiolo.media.pictures import encode_png, measure
from studiolo.models.model import Defaults, Model
from studiolo_contract.compose import MatchRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import MatchOutput, Progress
from studiolo_contract.media import Midi, Picture, hash_of
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.music import Mood
from studiolo_contract.text import TextRequest
from studiolo_starter.materials import Material, render
from tests.studiolo.compose.match.test_features import MAJOR, PHRYGIAN, scale, written
from tests.studiolo.engines.test_picture_judge import scene

STARTER = Path(__file__).parents[3] / "starters" / "judge"
CPU = Device("cpu", "this computer", "float32")
pytestmark = pytest.mark.usefixtures("one_thread")

BRIEF = "A sailor is lost on the open sea in a terrible storm."
CARD = MoodCard(
    subjects=("a sailor",),
    place="the open sea",
    weather="storm",
    mood=Mood(valence=-0.7, arousal=0.5, tension=0.8),
    palette=("#2b3040", "#1f5f95", "#5c6070"),
    materials=("wood planks",),
    tempo=110.0,
    mode="phrygian",
)
FITS = "Waves broke over the deck. The sailor held the mast while the storm tore the sail, and there was only sea."
OTHER = "The children shared the birthday cake in the sunny garden, and grandmother laughed at the clown."


def model(embedder: Path | None) -> Model:
    own = Model("starter-judge", "judge", "match", STARTER, "none", True, "1", "f" * 64, Defaults())
    return dataclasses.replace(own, embedder=embedder)


@pytest.fixture(scope="module")
def engine(starter_home: Path) -> match.MatchEngine:
    return match.load(model(starter_home / "models" / "starter-embedder"), CPU)


def given(pixels: np.ndarray, inputs: dict[str, bytes]) -> Picture:
    data = encode_png(np.ascontiguousarray(pixels), {})
    inputs[hash_of(data)] = data
    return measure(data)


def heard(data: bytes, inputs: dict[str, bytes]) -> Midi:
    inputs[hash_of(data)] = data
    return Midi(sha256=hash_of(data))


def judged(engine: match.MatchEngine, inputs: dict[str, bytes] | None = None, **request: Any) -> MatchOutput:
    events: list[Any] = []
    asked = MatchRequest(**{"brief": BRIEF, "card": CARD} | request)
    finished = engine.run(Task(asked, inputs or {}, events.append, lambda preview, data: None, lambda: False))
    assert all(isinstance(event, Progress) for event in events)
    assert finished.settled == dataclasses.replace(asked, model="starter-judge")
    (output,) = finished.outputs
    assert isinstance(output, MatchOutput)
    return output


def scores(output: MatchOutput) -> dict[str, float]:
    return {share.part: share.score for share in output.shares}


def test_parts_that_fit_score_above_parts_that_do_not(engine: match.MatchEngine) -> None:
    inputs: dict[str, bytes] = {}
    fits = judged(
        engine,
        inputs,
        text=FITS,
        picture=given(scene("sea", "storm", 1), inputs),
        texture=given(render(Material("wood planks", seed=900_001), 128).base_colour, inputs),
        music=heard(written(scale(PHRYGIAN) * 3, bpm=110, velocity=110), inputs),
    )
    other = judged(
        engine,
        inputs,
        text=OTHER,
        picture=given(scene("desert", "day", 1), inputs),
        texture=given(render(Material("snow", seed=900_001), 128).base_colour, inputs),
        music=heard(written(scale(MAJOR) * 3, bpm=60, velocity=40), inputs),
    )
    assert list(scores(fits)) == ["text", "picture", "texture", "music"]
    assert all(scores(fits)[part] > scores(other)[part] + 0.15 for part in scores(fits)), (fits, other)
    assert fits.score > 0.8 > 0.3 > other.score
    assert sum(share.weight for share in fits.shares) == pytest.approx(1, abs=0.01)
    said = {share.part: share.because for share in fits.shares}
    assert "'sailor'" in said["text"]
    assert "sea" in said["picture"]
    assert "wood" in said["texture"]
    assert "110 quarters a minute" in said["music"]
    assert "phrygian" in said["music"]


def test_a_part_that_is_missing_is_left_out(engine: match.MatchEngine) -> None:
    alone = judged(engine, text=FITS)
    assert [(share.part, share.weight) for share in alone.shares] == [("text", 1.0)]
    assert judged(engine, text=FITS, card=MoodCard(), brief="").score == pytest.approx(0.5, abs=0.49)


def test_nothing_to_judge_is_one_sentence(engine: match.MatchEngine) -> None:
    for text in ("", " \n\t"):
        with pytest.raises(StudioloError) as caught:
            judged(engine, text=text)
        assert caught.value.problem.code == "bad_request"


@pytest.mark.parametrize("text", ["🙂", "...", "الليل", "x" * 50_000, "the storm at sea. " * 20_000])
def test_any_text_gets_a_share(engine: match.MatchEngine, text: str) -> None:
    assert 0 <= judged(engine, text=text, brief=text).score <= 1


def test_a_single_pixel_gets_a_low_share(engine: match.MatchEngine) -> None:
    inputs: dict[str, bytes] = {}
    pixel = given(np.full((1, 1, 3), 255, np.uint8), inputs)
    output = judged(engine, inputs, picture=pixel, texture=pixel)
    assert scores(output)["picture"] < 0.6


def test_music_without_notes_a_broken_picture_and_missing_bytes_are_told(engine: match.MatchEngine) -> None:
    inputs: dict[str, bytes] = {}
    for request, code in (
        ({"music": heard(written([]), inputs)}, "bad_midi"),
        ({"music": heard(b"no music", inputs)}, "bad_midi"),
        ({"picture": Picture(sha256=hash_of(b"no music"), width=4, height=4)}, "bad_picture"),
        ({"texture": Picture(sha256="0" * 64, width=4, height=4)}, "unknown_blob"),
    ):
        with pytest.raises(StudioloError) as caught:
            judged(engine, inputs, **request)
        assert caught.value.problem.code == code


def test_a_cancel_is_heeded_and_others_requests_are_refused(engine: match.MatchEngine) -> None:
    nothing = (lambda event: None), (lambda preview, data: None)
    with pytest.raises(JobCancelled):
        engine.run(Task(MatchRequest(card=CARD, text=FITS), {}, *nothing, lambda: True))
    with pytest.raises(StudioloError):
        engine.run(Task(TextRequest(text=FITS), {}, *nothing, lambda: False))


def test_without_an_embedder_the_mend_is_named() -> None:
    with pytest.raises(StudioloError) as caught:
        match.load(model(None), CPU)
    assert "starter-embedder" in caught.value.problem.mend
