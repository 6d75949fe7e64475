"""Textures by the project's own painter and estimator, at sizes that are theirs and sizes that are not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from studiolo.models.store import Store
from studiolo.runner import Runner
from studiolo.texture.seams import LARGEST_SEAM
from tests.studiolo.engines.painting import CPU, given
from tests.studiolo.engines.test_texture_engine import Job, make

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def texture(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Job]:
    store, runner = Store(tmp_path_factory.mktemp("home")), Runner(CPU)
    models = store.find("starter-picture"), store.find("starter-maps")

    def made(**request: object) -> Job:
        return make(runner, *(models if request.get("prompt") else models[1:]), **request)

    return made


@pytest.mark.parametrize(
    ("prompt", "size"),
    [("mossy cobblestone", 256), ("rusty iron plates", 384), ("wet sand", 512), ("oak planks", 100)],
)
def test_every_map_tiles(texture: Callable[..., Job], prompt: str, size: int) -> None:
    job = texture(prompt=prompt, width=size, height=size, steps=4, seed=1)
    assert job.map("basecolor").shape == (size, size, 3)
    assert max(job.seams().values()) <= LARGEST_SEAM, job.seams()
    assert np.ptp(job.map("height")) > 0


def test_the_starters_are_asked_as_they_were_taught(texture: Callable[..., Job]) -> None:
    recipe = texture(prompt="granite", width=64, height=64, steps=1).recipe
    assert recipe.final_prompt == "seamless texture of granite"
    assert [helper.model for helper in recipe.helpers] == ["starter-maps"]
    assert len(recipe.model_sha256) == len(recipe.helpers[0].model_sha256) == 64


def test_relief_is_found_in_a_wall(texture: Callable[..., Job]) -> None:
    """Dark joints between bright stones lie deeper, and the stones' flanks look away from them."""
    y, x = np.mgrid[:192, :192]
    joint = ((y % 48) < 8) | ((x + (y // 48 % 2) * 32) % 64 < 8)
    grain = np.random.default_rng(0).integers(-12, 12, (192, 192))
    grey = np.where(joint, 60, 165) + grain
    picture, inputs = given(np.stack([grey, grey * 0.95, grey * 0.9], axis=-1).clip(0, 255).astype(np.uint8))
    job = texture(image=picture, inputs=inputs, seamless=False)
    height = job.map("height").astype(float) / 65535
    assert height[~joint].mean() > height[joint].mean() + 0.1
    normal = job.map("normal").astype(float) / 127.5 - 1.0
    upper, lower = (normal[rows][:, 40:56, 1].mean() for rows in (slice(56, 60), slice(92, 96)))
    assert upper > lower  # green is up
    assert job.map("metallic").mean() < 60
