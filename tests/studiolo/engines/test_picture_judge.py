"""The judge that ships names what is drawn, whatever the size and kind of the picture, and a broken folder is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from studiolo.engines.picture_judge import MEANING, QUESTIONS, WEIGHTS, WORDS, PictureJudge
from studiolo_contract.errors import StudioloError
from studiolo_starter.materials import Material, render
from studiolo_starter.scenes import Scene
from studiolo_starter.scenes import render as drawn

STARTER = Path(__file__).parents[3] / "starters" / "judge"
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def judge() -> PictureJudge:
    return PictureJudge.load(STARTER)


def scene(place: str, time: str, seed: int) -> np.ndarray:
    """Without a subject, which would need the network."""
    return np.asarray(drawn(Scene(None, place, time, seed=900_000 + seed), Path()).picture)  # type: ignore[arg-type]


PLACES = [("sea", "storm"), ("desert", "day"), ("forest", "autumn"), ("city", "night"), ("snow", "day"),
          ("underwater", "day"), ("room", "day"), ("moon", "night")]  # fmt: skip


def test_it_names_most_of_what_is_drawn(judge: PictureJudge) -> None:
    right = {"place": 0, "time": 0, "subject": 0}
    for seed, (place, time) in enumerate(PLACES):
        vector = judge.see(scene(place, time, seed))
        right["place"] += judge.nearest("place", vector, 1)[0].name == place
        right["time"] += judge.nearest("time", vector, 1)[0].name == time
        right["subject"] += judge.nearest("subject", vector, 1)[0].name == "nothing"
    assert right["place"] >= 7
    assert right["time"] >= 5
    assert right["subject"] >= 4


def test_it_names_materials(judge: PictureJudge) -> None:
    families = ("brick", "snow", "knit", "gold", "grass", "chainmail", "wood planks", "water")
    tiles = {family: render(Material(family, seed=900_000), 128).base_colour for family in families}
    guesses = {
        family: [one.name for one in judge.nearest("material", judge.see(tile))] for family, tile in tiles.items()
    }
    assert sum(family in guesses[family] for family in families) >= 5, guesses


def test_a_picture_lies_near_words_that_fit(judge: PictureJudge) -> None:
    vector = judge.see(scene("sea", "storm", 3))
    assert vector.shape == (MEANING,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)
    shares = [one.share for one in judge.nearest("place", vector, 99)]
    assert len(shares) == 14
    assert sum(shares) == pytest.approx(1, abs=1e-4)
    assert shares == sorted(shares, reverse=True)


def test_any_size_and_transparency_is_seen(judge: PictureJudge) -> None:
    pixels = scene("desert", "day", 1)
    whole = judge.see(pixels)
    opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    assert whole @ judge.see(opaque) == pytest.approx(1, abs=1e-4)
    assert whole @ judge.see(np.repeat(np.repeat(pixels, 2, 0), 2, 1)) > 0.99
    hidden = np.dstack([pixels, np.zeros(pixels.shape[:2], np.uint8)])
    white = np.full((9, 7, 3), 255, np.uint8)
    assert judge.see(hidden) @ judge.see(white) == pytest.approx(1, abs=1e-4)
    assert np.isfinite(judge.see(np.zeros((1, 1, 4), np.uint8))).all()
    assert np.isfinite(judge.see(np.zeros((1, 5000, 3), np.uint8))).all()


def test_it_is_small(judge: PictureJudge) -> None:
    assert judge.resident_bytes() < 12e6
    assert sum(file.stat().st_size for file in STARTER.iterdir()) < 8e6
    assert all(len(judge.words[question]) == len(judge.names[question]) for question in QUESTIONS)


@pytest.mark.parametrize("broken", [WEIGHTS, WORDS])
@pytest.mark.parametrize("how", ["missing", "cut"])
def test_a_broken_folder_is_one_sentence(tmp_path: Path, broken: str, how: str) -> None:
    folder = shutil.copytree(STARTER, tmp_path / "judge")
    file = folder / broken
    data = file.read_bytes()
    file.unlink()
    if how == "cut":
        file.write_bytes(data[: len(data) // 2])
    with pytest.raises(StudioloError) as caught:
        PictureJudge.load(folder)
    assert caught.value.problem.code == "bad_model"
    assert "\n" not in caught.value.problem.message
