"""The texture engine on real, small, random models: a painter of another family and an estimator, as one job."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from studiolo import registry
from studiolo.engines.engine import Emission, JobCancelled
from studiolo.models.model import Defaults, Model
from studiolo.runner import Runner
from studiolo.texture.estimator import Network
from studiolo.texture.seams import LARGEST_SEAM, seam
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput, Preview, Progress, Result
from studiolo_contract.image import ImageRequest
from studiolo_contract.texture import TextureRequest
from tests.studiolo.engines.painting import CPU, given, model_at, scene

pytestmark = pytest.mark.usefixtures("one_thread")
MAPS = ("basecolor", "normal", "roughness", "metallic", "height", "ao", "preview")


@pytest.fixture(scope="module")
def estimator(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """An estimator of random weights."""
    folder = tmp_path_factory.mktemp("maps")
    torch.manual_seed(2)
    save_file(Network((8, 16)).state_dict(), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"widths": [8, 16], "vector": 128}))
    return Model("maps", "maps", "texture", folder, "none", True, "1", "e" * 64, Defaults())


@pytest.fixture(scope="module")
def sdxl(family_folder: Callable[[str], Path]) -> Model:
    return model_at(family_folder("sdxl"))


@pytest.fixture(scope="module")
def runner() -> Runner:
    return Runner(CPU)


@dataclass
class Job:
    """One request, and everything that came back."""

    events: list[Emission] = field(default_factory=list)
    previews: list[Preview] = field(default_factory=list)
    result: Result | None = None
    blobs: Mapping[str, bytes] = field(default_factory=dict)

    def file(self, name: str) -> bytes:
        assert self.result is not None
        (blob,) = [o.blob for o in self.result.outputs if isinstance(o, ImageOutput) and o.name == name]
        return self.blobs[blob.sha256]

    def map(self, name: str) -> np.ndarray:
        return np.asarray(Image.open(io.BytesIO(self.file(name))))

    def seams(self) -> dict[str, float]:
        return {name: seam(self.map(name)) for name in MAPS[:-1]}

    @property
    def recipe(self) -> Any:
        assert self.result is not None
        return self.result.recipe


def make(
    runner: Runner,
    *models: Model,
    inputs: Mapping[str, bytes] | None = None,
    cancelled: Callable[[Job], bool] = lambda job: False,
    job: Job | None = None,
    **request: Any,
) -> Job:
    job = job or Job()
    job.result, job.blobs = runner.run(
        TextureRequest(**{"seed": 5, **request}),
        models,
        inputs or {},
        job.events.append,
        lambda preview, data: job.previews.append(preview),
        lambda: cancelled(job),
    )
    return job


def test_words_become_seven_pictures_of_one_size(runner: Runner, sdxl: Model, estimator: Model) -> None:
    job = make(runner, sdxl, estimator, prompt="mossy cobblestone", width=96, height=64, steps=3)
    assert tuple(output.name for output in job.result.outputs) == MAPS  # type: ignore[union-attr]
    assert {job.map(name).shape[:2] for name in MAPS[:-1]} == {(64, 96)}
    assert job.map("height").dtype == np.uint16
    assert max(job.seams().values()) <= LARGEST_SEAM, job.seams()
    stages = [event.stage for event in job.events if isinstance(event, Progress) and event.stage != "load"]
    assert [stages.count(stage) for stage in ("steps", "maps", "decode")] == [3, 1, 1 + len(MAPS)]


@pytest.mark.parametrize("size", [(128, 128), (96, 160), (100, 52)])
def test_every_map_tiles_at_any_size(runner: Runner, sdxl: Model, estimator: Model, size: tuple[int, int]) -> None:
    job = make(runner, sdxl, estimator, prompt="old brick", width=size[0], height=size[1], steps=2)
    assert job.map("normal").shape == (size[1], size[0], 3)
    assert max(job.seams().values()) <= LARGEST_SEAM, job.seams()


def test_the_recipe_names_both_models_and_the_whole_prompt(runner: Runner, sdxl: Model, estimator: Model) -> None:
    job = make(runner, sdxl, estimator, prompt="mossy cobblestone", width=64, height=64, steps=2)
    recipe = job.recipe
    assert (recipe.model, recipe.model_sha256, recipe.engine) == ("sdxl", "f" * 64, "diffusers-image")
    (helper,) = recipe.helpers
    assert (helper.model, helper.model_sha256, helper.engine) == ("maps", "e" * 64, "texture")
    assert recipe.final_prompt.startswith("seamless texture of mossy cobblestone, ")
    assert recipe.request.prompt == recipe.settled.prompt == "mossy cobblestone"
    assert recipe.settled.model == "sdxl"
    for name in MAPS:
        inside = json.loads(Image.open(io.BytesIO(job.file(name))).info["studiolo"])
        assert inside["final_prompt"] == recipe.final_prompt
        assert inside["helpers"][0]["model_sha256"] == "e" * 64


def test_a_painter_may_guide_textures_otherwise_than_pictures(runner: Runner, sdxl: Model, estimator: Model) -> None:
    defaults = dataclasses.replace(sdxl.defaults, guidance_scale=3.0, texture_guidance_scale=1.5)
    painter = dataclasses.replace(sdxl, name="milder", defaults=defaults)
    asked = {"prompt": "sand", "width": 64, "height": 64, "steps": 1}
    assert make(runner, painter, estimator, **asked).recipe.settled.guidance_scale == 1.5
    assert make(runner, painter, estimator, **asked, guidance_scale=4.0).recipe.settled.guidance_scale == 4.0
    assert make(runner, painter, estimator, **asked, guidance_scale=0.0).recipe.settled.guidance_scale == 0.0
    result, _ = runner.run(
        ImageRequest(**asked), [painter], {}, lambda event: None, lambda preview, data: None, lambda: False
    )
    assert result.recipe.settled.guidance_scale == 3.0


def test_the_recipe_makes_the_same_files_again(runner: Runner, sdxl: Model, estimator: Model) -> None:
    first = make(runner, sdxl, estimator, prompt="sand", width=64, height=64, steps=2)
    again = make(runner, sdxl, estimator, **{**vars(first.recipe.settled)})
    assert first.blobs == again.blobs
    other = make(runner, sdxl, estimator, prompt="sand", width=64, height=64, steps=2, seed=6)
    assert not set(first.blobs) & set(other.blobs)


def test_both_models_stay_loaded_and_the_painter_goes_on_painting(
    sdxl: Model, estimator: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []

    def loader(engine: str) -> Any:
        loads.append(engine)
        return registry.loader(engine)

    monkeypatch.setattr("studiolo.runner.loader", loader)
    runner = Runner(CPU)
    for _ in range(2):
        make(runner, sdxl, estimator, prompt="sand", width=64, height=64, steps=1)
    assert loads == ["diffusers-image", "texture"]
    alone = runner.resident_bytes()
    picture = ImageRequest(prompt="a cat", width=64, height=64, steps=1)
    runner.run(picture, [sdxl], {}, lambda _: None, lambda *_: None, lambda: False)
    assert loads == ["diffusers-image", "texture"]
    assert runner.models == (sdxl,)
    assert 0 < runner.resident_bytes() < alone


def test_a_pictures_maps_lie_where_the_picture_has_them(runner: Runner, estimator: Model) -> None:
    """Nothing is painted, moved or resized of a picture that shall not be made to tile."""
    pixels = scene(96, 64)
    picture, inputs = given(pixels)
    job = make(runner, estimator, image=picture, inputs=inputs, seamless=False, seed=None)
    assert np.array_equal(job.map("basecolor"), pixels)
    assert job.map("normal").shape == (64, 96, 3)
    assert (job.recipe.model, job.recipe.helpers, job.recipe.final_prompt) == ("maps", (), "")
    again = make(runner, estimator, image=picture, inputs=inputs, seamless=False, seed=None)
    assert again.blobs == job.blobs


def test_a_picture_that_tiles_keeps_its_pixels_and_its_maps_tile_too(runner: Runner, estimator: Model) -> None:
    y, x = np.mgrid[:64, :80] * 2 * np.pi
    waves = 128 + 60 * np.sin(y / 64 * 2 + np.sin(x / 80)) + 40 * np.cos(x / 80 * 3)
    pixels = np.stack([waves, waves * 0.8, waves * 0.5], axis=-1).clip(0, 255).astype(np.uint8)
    picture, inputs = given(pixels)
    job = make(runner, estimator, image=picture, inputs=inputs)
    assert np.array_equal(job.map("basecolor"), pixels)
    assert job.recipe.notes == ()
    # a tile that begins elsewhere has the same maps, elsewhere
    moved, inputs = given(np.roll(pixels, (16, 32), (0, 1)))
    elsewhere = make(runner, estimator, image=moved, inputs=inputs)
    assert np.abs(np.roll(job.map("normal").astype(int), (16, 32), (0, 1)) - elsewhere.map("normal")).max() <= 1


def test_a_photo_is_made_to_tile_and_that_is_said(runner: Runner, estimator: Model) -> None:
    picture, inputs = given(scene(120, 96))
    job = make(runner, estimator, image=picture, inputs=inputs)
    assert job.map("basecolor").shape == (80, 100, 3)
    assert max(job.seams().values()) <= LARGEST_SEAM, job.seams()
    assert "did not tile" in job.recipe.notes[0]
    wide = make(runner, estimator, image=picture, inputs=inputs, width=150)
    assert wide.map("height").shape == (120, 150)
    assert (wide.recipe.settled.width, wide.recipe.settled.height) == (150, 120)
    assert max(wide.seams().values()) <= LARGEST_SEAM, wide.seams()


def test_words_and_a_picture_repaint_it(runner: Runner, sdxl: Model, estimator: Model) -> None:
    picture, inputs = given(scene(96, 96))
    light, strong = (
        make(runner, sdxl, estimator, prompt="snow", image=picture, inputs=inputs, steps=8, strength=strength)
        for strength in (0.0, 0.9)
    )
    assert light.map("basecolor").shape == strong.map("basecolor").shape == (80, 80, 3)
    assert not np.array_equal(light.map("basecolor"), strong.map("basecolor"))
    assert max(strong.seams().values()) <= LARGEST_SEAM, strong.seams()
    kept = make(
        runner, sdxl, estimator, prompt="snow", image=picture, inputs=inputs, steps=2, strength=0.0, seamless=False
    )
    assert np.array_equal(kept.map("basecolor"), scene(96, 96))


def test_what_has_no_effect_is_said(runner: Runner, estimator: Model) -> None:
    picture, inputs = given(scene())
    notes = make(runner, estimator, image=picture, inputs=inputs, seamless=False, steps=9, model="sdxl").recipe.notes
    assert notes == ("Without a prompt nothing is painted; steps, model had no effect.",)


def test_a_cancel_reaches_the_painter_and_the_estimator(runner: Runner, sdxl: Model, estimator: Model) -> None:
    job = Job()
    with pytest.raises(JobCancelled):
        make(
            runner,
            sdxl,
            estimator,
            prompt="sand",
            width=64,
            height=64,
            steps=9,
            job=job,
            cancelled=lambda job: any(isinstance(event, Progress) and event.stage == "steps" for event in job.events),
        )
    assert max(event.done for event in job.events if isinstance(event, Progress) and event.stage == "steps") == 1
    # a picture of several parts: the first is begun, and no other
    picture, inputs = given(scene(1600, 96))
    job = Job()
    with pytest.raises(JobCancelled):
        make(
            runner,
            estimator,
            image=picture,
            inputs=inputs,
            seamless=False,
            job=job,
            cancelled=lambda job: any(isinstance(event, Progress) and event.stage == "maps" for event in job.events),
        )
    assert [event.done for event in job.events if isinstance(event, Progress) and event.stage == "maps"] == [0]
    assert make(runner, estimator, image=picture, inputs=inputs, seamless=False).result


def test_previews_show_the_base_colour_while_it_is_painted(
    runner: Runner, sdxl: Model, estimator: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studiolo.engines.between_steps.PREVIEW_EVERY", 0.0)
    assert make(runner, sdxl, estimator, prompt="sand", width=64, height=64, steps=4).previews
    assert not make(runner, sdxl, estimator, prompt="sand", width=64, height=64, steps=4, previews=False).previews


@pytest.mark.parametrize(
    ("request_", "code", "word"),
    [
        ({"prompt": "sand"}, "bad_request", "picture model"),
        ({}, "bad_request", "neither"),
        ({"image": given(scene())[0]}, "unknown_blob", "not here"),
    ],
)
def test_what_an_estimator_alone_can_not_do(
    runner: Runner, estimator: Model, request_: dict[str, Any], code: str, word: str
) -> None:
    with pytest.raises(StudioloError, match=word) as caught:
        make(runner, estimator, **request_)
    assert caught.value.problem.code == code


def test_pictures_larger_than_maps_may_be(runner: Runner, estimator: Model) -> None:
    picture, inputs = given(np.zeros((600, 4800, 3), np.uint8))
    with pytest.raises(StudioloError, match="4096 a side"):
        make(runner, estimator, image=picture, inputs=inputs, seamless=False)
    small = make(runner, estimator, image=picture, inputs=inputs, seamless=False, width=480)
    assert small.map("height").shape == (60, 480)


def test_an_estimator_that_is_none(estimator: Model, tmp_path: Path) -> None:
    from dataclasses import replace

    with pytest.raises(StudioloError) as caught:
        make(Runner(CPU), replace(estimator, folder=tmp_path), image=given(scene())[0])
    assert caught.value.problem.code == "bad_model"
