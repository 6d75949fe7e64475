"""Weights in prompts, on random models of the families that know them and on the starter, whose pictures are measured."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studiolo.engines.diffusers_image import ImageEngine
from studiolo.models.store import Store
from studiolo.runner import Runner
from studiolo_contract.image import ImageRequest
from studiolo_contract.texture import TextureRequest
from tests.studiolo.engines.painting import CPU, engine_at, given, paint, scene

FOLDER = Path(__file__).parents[3] / "starters" / "picture"
pytestmark = pytest.mark.usefixtures("one_thread")
EngineOf = Callable[[str], ImageEngine]
weighing = pytest.mark.parametrize("family", ["sd15", "sdxl"])


def far(one: np.ndarray, other: np.ndarray) -> int:
    """The largest difference between two pictures, in levels of 256."""
    return int(np.abs(one.astype(int) - other).max())


# ---- every family


@weighing
def test_at_nothing_it_does_not_matter_which_word_it_was(family: str, engine_of: EngineOf) -> None:
    cat, dog, none = (
        paint(engine_of(family), prompt=f"a ({word} by the sea").pixels() for word in ("cat:1)", "dog:1)", "cat:0)")
    )
    also_none = paint(engine_of(family), prompt="a (dog:0) by the sea").pixels()
    assert far(cat, dog) > 3
    assert far(none, also_none) <= 1
    assert far(none, cat) > 3


@weighing
def test_weights_in_either_prompt_matter_and_repeat(family: str, engine_of: EngineOf) -> None:
    words = (
        {"prompt": "a cat by the sea"},
        {"prompt": "a (cat:1.5) by the sea"},
        {"prompt": "a (cat:1.5) by the (sea:0.5)"},
        {"negative_prompt": "fog, rain"},
        {"negative_prompt": "(fog:0.2), rain"},
    )
    pictures = [paint(engine_of(family), guidance_scale=4.0, **request) for request in words]
    assert len({job.files[0] for job in pictures}) == len(words)
    assert paint(engine_of(family), guidance_scale=4.0, **words[2]).files == pictures[2].files


@weighing
def test_refining_and_inpainting_heed_them(family: str, engine_of: EngineOf) -> None:
    (picture, one), (mask, two) = given(scene()), given(np.full((64, 64, 3), 255, np.uint8))
    for request in ({"image": picture}, {"image": picture, "mask": mask}):
        light, strong = (
            paint(engine_of(family), one | two, prompt=f"a (cat:{weight})", strength=1.0, **request).pixels()
            for weight in (0.2, 1.8)
        )
        assert far(light, strong) > 3


@pytest.mark.parametrize("family", ["sd15", "sd3"])
def test_marks_that_weigh_nothing_change_no_pixel(family: str, engine_of: EngineOf) -> None:
    plain, marked = (paint(engine_of(family), prompt=prompt) for prompt in ("a (cat) sat", r"a \(cat\) (sat:1.0)"))
    assert np.array_equal(plain.pixels(), marked.pixels())
    assert marked.made.notes == ()


def test_the_recipe_says_what_the_model_read_and_repeats_it(engine_of: EngineOf) -> None:
    job = paint(engine_of("sd15"), prompt="a (cat:1.5) by the sea", negative_prompt="(fog:0.5)")
    settled = job.made.settled
    assert isinstance(settled, ImageRequest)
    assert job.made.final_prompt == "a cat by the sea"
    assert (settled.prompt, settled.negative_prompt) == ("a (cat:1.5) by the sea", "(fog:0.5)")
    assert job.made.notes == ()
    assert json.loads(Image.open(io.BytesIO(job.files[0])).text["studiolo"])["final_prompt"] == "a cat by the sea"


@pytest.mark.parametrize("family", ["sd3", "flux", "flux2-klein", "qwen-image", "z-image"])
def test_a_model_that_cannot_weigh_says_so_and_reads_on(family: str, engine_of: EngineOf) -> None:
    plain, weighted = (paint(engine_of(family), prompt=prompt) for prompt in ("a red cat", "a (red:1.5) cat"))
    assert np.array_equal(plain.pixels(), weighted.pixels())
    assert weighted.made.final_prompt == "a red cat"
    assert f"{family} can't weigh words; it read them without their numbers." in weighted.made.notes


def test_without_guidance_a_weighted_negative_prompt_is_spoken_of(engine_of: EngineOf) -> None:
    job = paint(engine_of("sdxl"), prompt="a (cat:1.5)", negative_prompt="(rain:0.5)", guidance_scale=1.0)
    assert job.made.notes == ("Without guidance the negative prompt was ignored.",)


# ---- the starter, by what is in the picture


@pytest.fixture(scope="module")
def starter() -> ImageEngine:
    return engine_at(FOLDER, steps=6, guidance_scale=3.0, width=192, height=192)


def painted(engine: ImageEngine, prompt: str, seeds: int = 2) -> np.ndarray:
    """(seeds, height, width, 3), 0 to 255."""
    own = {"steps": None, "width": None, "height": None, "previews": False}
    return np.stack([paint(engine, **own, prompt=prompt, seed=seed).pixels() for seed in range(seeds)]).astype(float)


def test_more_weight_is_more_castle(starter: ImageEngine) -> None:
    """How far on the way from the forest alone to the forest with a castle, 0 to 1; seed by seed."""
    forest, castle = (painted(starter, f"a (castle:{weight}) in a forest") for weight in (0, 1))
    way = castle - forest
    lengths = [
        float(((painted(starter, f"a (castle:{weight}) in a forest") - forest) * way).sum() / (way**2).sum())
        for weight in (0.3, 0.6, 1.5)
    ]
    assert lengths[0] < 0.5
    assert lengths[0] < lengths[1] < lengths[2]
    assert lengths[2] > 1.0


def test_at_nothing_the_starter_has_not_heard_of_it(starter: ImageEngine) -> None:
    castle, dragon = (painted(starter, f"a ({word}:0) in a forest", seeds=1) for word in ("castle", "dragon"))
    assert np.abs(castle - dragon).max() <= 2


def test_more_night_is_darker_and_more_red_is_redder(starter: ImageEngine) -> None:
    light = [painted(starter, f"mountains at (night:{weight})").mean() for weight in (0.2, 1.0, 1.8)]
    assert light[0] > 1.3 * light[1] > 1.3 * light[2]
    red = [
        (pictures[..., 0] - pictures[..., 1:].mean(axis=-1)).mean()
        for pictures in (painted(starter, f"a (red:{weight}) balloon over the sea") for weight in (0.3, 1.0, 1.6))
    ]
    assert red[0] < red[1] < red[2]


def test_weights_turn_what_should_stay_away(starter: ImageEngine) -> None:
    """The more the negative prompt speaks of night, the lighter it gets."""
    own = {"steps": None, "width": None, "height": None, "prompt": "mountains at dusk"}
    light = [
        np.mean([paint(starter, **own, negative_prompt=f"(night:{w})", seed=s).pixels().mean() for s in range(2)])
        for w in (0, 1, 1.8)
    ]
    assert light[0] < light[1] < light[2]


def test_unknown_words_are_found_behind_the_marks(starter: ImageEngine) -> None:
    notes = paint(starter, prompt="a cat with an (accordion:1.4)", steps=1).made.notes
    assert notes == ("picture does not know 'accordion'; it painted the rest.",)


def test_textures_take_weights_too(tmp_path: Path) -> None:
    store = Store(tmp_path)
    models = store.find("starter-picture"), store.find("starter-maps")
    runner, made = Runner(CPU), {}
    for words in ("mossy stone", "(mossy:1.6) stone"):
        request = TextureRequest(prompt=words, width=64, height=64, steps=2, seed=1)
        made[words], _ = runner.run(request, models, {}, lambda _: None, lambda *_: None, lambda: False)
    plain, weighted = made.values()
    assert plain.recipe.final_prompt == weighted.recipe.final_prompt == "seamless texture of mossy stone"
    assert weighted.recipe.settled.prompt == "(mossy:1.6) stone"
    assert plain.outputs[0] != weighted.outputs[0]
