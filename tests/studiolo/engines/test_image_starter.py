"""What the project's own small model paints, seen by measures that hold whatever its strength: light, seams, masks."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studiolo.engines import between_steps
from studiolo.engines.diffusers_image import ImageEngine
from tests.studiolo.engines.painting import engine_at, given, paint, seam

FOLDER = Path(__file__).parents[3] / "starters" / "picture"
pytestmark = pytest.mark.usefixtures("one_thread")
SIDE = 192


@pytest.fixture(scope="module")
def engine() -> ImageEngine:
    return engine_at(FOLDER, steps=10, guidance_scale=3.0, width=SIDE, height=SIDE)


def painted(engine: ImageEngine, prompt: str, seeds: int = 3, **request: object) -> np.ndarray:
    """Pictures of one prompt, (seeds, height, width, channels), 0 to 255."""
    own = {"steps": None, "width": None, "height": None, "previews": False}
    return np.stack(
        [paint(engine, **{**own, "prompt": prompt, "seed": seed, **request}).pixels() for seed in range(seeds)]
    ).astype(float)


def test_night_is_darker_than_noon_and_sunset_warmer(engine: ImageEngine) -> None:
    noon, night, sunset = (painted(engine, f"mountains at {time}") for time in ("noon", "night", "sunset"))
    assert night.mean() < 0.85 * noon.mean()
    warmth = [(pictures[..., 0] - pictures[..., 2]).mean() for pictures in (noon, night, sunset)]
    assert warmth[2] > max(warmth[:2])


def test_snow_is_whiter_than_a_meadow_and_a_meadow_greener(engine: ImageEngine) -> None:
    snow, meadow = (
        painted(engine, f"{place} at noon")[:, SIDE // 2 :] for place in ("a snowy field", "a green meadow")
    )
    assert snow.mean() > meadow.mean()
    green = [(ground[..., 1] - ground[..., [0, 2]].mean(axis=-1)).mean() for ground in (snow, meadow)]
    assert green[1] > green[0] + 5


def test_the_same_seed_paints_the_same_file(engine: ImageEngine) -> None:
    first, second = (paint(engine, prompt="a castle at dusk", steps=None, width=None, height=None) for _ in range(2))
    assert first.files == second.files


def test_inpainting_leaves_the_black_part_to_the_byte_and_paints_the_rest(engine: ImageEngine) -> None:
    source = painted(engine, "mountains at noon", seeds=1)[0].astype(np.uint8)
    mask = np.zeros_like(source)
    mask[40:150, 30:110] = 255
    (picture, one), (masked, two) = given(source), given(mask)
    job = paint(engine, one | two, prompt="a forest at night", image=picture, mask=masked, strength=1.0, steps=None)
    result = job.pixels()[..., :3].astype(int)
    assert np.array_equal(result[mask == 0], source[mask == 0])
    assert np.abs(result - source)[60:130, 50:90].mean() > 10


def test_a_light_refinement_keeps_more_than_a_strong_one(engine: ImageEngine) -> None:
    source = painted(engine, "a castle in the desert at noon", seeds=1)[0]
    picture, inputs = given(source.astype(np.uint8))
    away = [
        np.abs(
            paint(engine, inputs, prompt="mountains at night", image=picture, strength=strength, steps=None).pixels()
            - source
        ).mean()
        for strength in (0.2, 0.5, 0.9)
    ]
    assert away[0] < away[1] < away[2]


def test_seamless_pictures_have_no_seam(engine: ImageEngine) -> None:
    """Gradient across the edge beside that between the decoder's cells inside, over several pictures."""
    words = ("a green meadow", "the sea", "sand dunes in the desert", "a forest")
    tiles, plain = (
        [seam(painted(engine, prompt, seeds=1, seamless=how)[0], cell=8) for prompt in words] for how in (True, False)
    )
    assert np.median(tiles) <= 1.1, (tiles, plain)
    assert np.median(plain) > 2 * np.median(tiles), (tiles, plain)


def test_previews_show_what_comes(engine: ImageEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(between_steps, "PREVIEW_EVERY", 0.0)
    job = paint(engine, prompt="a castle in the desert at sunset", steps=None, width=None, height=None)
    final = np.asarray(Image.fromarray(job.pixels()).resize((256, 256))).ravel()
    likeness = [np.corrcoef(np.asarray(Image.open(io.BytesIO(data))).ravel(), final)[0, 1] for _, data in job.previews]
    assert len(likeness) == 8
    assert likeness[-1] > 0.9
    assert min(likeness[2:]) > 0.6


def test_it_says_what_it_does_not_know(engine: ImageEngine) -> None:
    notes = paint(engine, prompt="a cat playing an accordion", steps=1, width=None, height=None).made.notes
    assert notes == ("picture does not know 'accordion'; it painted the rest.",)
