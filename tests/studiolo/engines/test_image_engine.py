"""The image engine on real pipelines of eight families: painting, refining, inpainting, stopping, and doing it again."""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from studiolo.engines import between_steps, image_plan
from studiolo.engines.diffusers_image import ImageEngine
from studiolo.engines.engine import JobCancelled, Task
from studiolo_contract.codec import from_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture, hash_of
from studiolo_contract.recipe import Recipe
from studiolo_contract.text import TextRequest
from tests.studiolo.engines import pipelines
from tests.studiolo.engines.painting import Job, engine_at, given, paint, scene

pytestmark = pytest.mark.usefixtures("one_thread")
EngineOf = Callable[[str], ImageEngine]
FolderOf = Callable[[str], Path]
each_family = pytest.mark.parametrize("family", pipelines.FAMILIES)


def run_again(engine: ImageEngine, request: Any, inputs: dict[str, bytes] | None = None) -> list[bytes]:
    finished = engine.run(Task(request, inputs or {}, lambda _: None, lambda *_: None, lambda: False))
    return [finished.blobs[output.blob.sha256] for output in finished.outputs]


def all_padding(engine: ImageEngine) -> list[Any]:
    """How every convolution pads, and every hook on it."""
    modules = [part for part in engine._pipelines["paint"].components.values() if isinstance(part, torch.nn.Module)]
    return [
        (getattr(module, "padding_mode", None), getattr(module, "padding", None), len(module._forward_pre_hooks))
        for part in modules
        for module in part.modules()
    ]


# ---- painting


@each_family
def test_paints_at_exactly_the_size_and_says_how_far_it_is(family: str, engine_of: EngineOf) -> None:
    job = paint(engine_of(family), width=72, height=50)
    assert job.pixels().shape == (50, 72, 3)
    assert job.pixels().std() > 5
    output = job.made.outputs[0]
    assert (output.width, output.height, output.seed) == (72, 50, 5)
    assert output.blob.sha256 == hash_of(job.files[0])
    assert output.blob.size == len(job.files[0])
    total = job.steps[0].total
    assert total >= 4
    assert [step.done for step in job.steps] == list(range(1, total + 1))


@each_family
def test_the_same_seed_is_the_same_picture_and_another_is_not(family: str, engine_of: EngineOf) -> None:
    first, again, other = (paint(engine_of(family), seed=seed) for seed in (1, 1, 2))
    assert first.files == again.files
    assert not np.array_equal(first.pixels(), other.pixels())


@each_family
def test_what_was_settled_paints_the_same_again(family: str, engine_of: EngineOf) -> None:
    job = paint(engine_of(family), seed=None, steps=2, batch=2)
    settled = job.made.settled
    assert isinstance(settled, ImageRequest)
    assert None not in (settled.seed, settled.steps, settled.guidance_scale, settled.width, settled.height)
    assert settled.scheduler
    assert settled.model == family
    assert run_again(engine_of(family), settled) == job.files


@each_family
def test_each_picture_of_a_batch_is_its_seed_painted_alone(family: str, engine_of: EngineOf) -> None:
    job = paint(engine_of(family), batch=2, steps=2)
    alone = paint(engine_of(family), seed=6, steps=2)
    assert [output.seed for output in job.made.outputs] == [5, 6]
    assert job.files[1] == alone.files[0]
    assert job.steps[-1].done == job.steps[-1].total == 2 * alone.steps[-1].total


def test_the_picture_carries_the_recipe_that_makes_it_again(engine_of: EngineOf) -> None:
    job = paint(engine_of("sd15"), batch=2, steps=2, prompt="Nebel über dem Fluß")
    plain = json.loads(Image.open(io.BytesIO(job.files[1])).text["studiolo"])
    recipe: Recipe = from_plain(Recipe, plain)
    assert (recipe.model, recipe.model_sha256, recipe.licence) == ("sd15", "f" * 64, "none")
    assert recipe.final_prompt == "Nebel über dem Fluß"
    assert run_again(engine_of("sd15"), recipe.settled) == [job.files[1]]


def test_a_model_s_own_sizes_steps_and_guidance(family_folder: FolderOf) -> None:
    engine = engine_at(family_folder("sdxl"), steps=3, guidance_scale=1.5, width=48, height=32, scheduler="ddim")
    request = ImageRequest(prompt="a lake", seed=1)
    settled = engine.run(Task(request, {}, lambda _: None, lambda *_: None, lambda: False)).settled
    assert settled == dataclasses.replace(
        request, steps=3, guidance_scale=1.5, width=48, height=32, scheduler="ddim", model="sdxl"
    )


def test_larger_than_the_model_paints_well_is_enlarged_and_said(family_folder: FolderOf) -> None:
    job = paint(engine_at(family_folder("sdxl"), max_width=64), width=128, height=96, steps=2)
    assert job.pixels().shape == (96, 128, 3)
    assert any("64 × 48 and enlarged" in note for note in job.made.notes)


# ---- from a picture


@each_family
def test_refines_a_picture(family: str, engine_of: EngineOf) -> None:
    picture, inputs = given(scene(70, 50))
    light, strong = (paint(engine_of(family), inputs, image=picture, strength=strength) for strength in (0.5, 1.0))
    assert light.pixels().shape == (50, 70, 3)
    assert len(light.steps) < len(strong.steps)
    assert not np.array_equal(light.pixels(), strong.pixels())
    assert run_again(engine_of(family), light.made.settled, inputs) == light.files


@each_family
def test_inpaints_and_leaves_black_to_the_byte(family: str, engine_of: EngineOf) -> None:
    source = np.dstack([scene(70, 50), np.full((50, 70), 200, np.uint8)])
    mask = np.zeros((50, 70, 3), np.uint8)
    mask[10:40, 20:60] = 255
    (picture, one), (masked, two) = given(source), given(mask)
    job = paint(engine_of(family), one | two, image=picture, mask=masked, strength=1.0)
    result = job.pixels()
    black = mask[..., 0] == 0
    assert np.array_equal(result[black], source[black])
    assert not np.array_equal(result[20:30, 30:50, :3], source[20:30, 30:50, :3])
    assert (result[20:30, 30:50, 3] == 255).all()
    assert run_again(engine_of(family), job.made.settled, one | two) == job.files


def test_a_mask_that_keeps_is_the_other_way_round(engine_of: EngineOf) -> None:
    clear = np.full((64, 64, 4), 255, np.uint8)
    clear[16:48, 16:48, 3] = 0
    black = np.repeat(clear[..., 3:], 3, axis=-1)
    inverted = 255 - black
    picture, one = given(scene())
    made = []
    for pixels, keeps in ((clear, True), (black, True), (inverted, False)):
        masked, two = given(pixels)
        job = paint(engine_of("sd15"), one | two, image=picture, mask=masked, mask_keeps=keeps, strength=1.0)
        made.append(job.pixels())
    assert np.array_equal(made[0], made[1])
    assert np.array_equal(made[0], made[2])
    assert not np.array_equal(made[0][20:40, 20:40, :3], scene()[20:40, 20:40])
    masked, two = given(np.full((64, 64, 3), 255, np.uint8))
    with pytest.raises(StudioloError, match="white all over"):
        paint(engine_of("sd15"), one | two, image=picture, mask=masked, mask_keeps=True)


def test_a_picture_that_is_its_own_mask_is_one_by_its_alpha_alone(engine_of: EngineOf) -> None:
    hole = np.dstack([scene(), np.full((64, 64), 255, np.uint8)])
    hole[16:48, 16:48, 3] = 0
    picture, one = given(hole)
    job = paint(engine_of("sd15"), one, image=picture, mask=picture, mask_keeps=True, strength=1.0)
    kept = hole[..., 3] == 255
    assert np.array_equal(job.pixels()[kept], hole[kept])
    assert (job.pixels()[20:40, 20:40, 3] == 255).all()
    whole, two = given(np.full((64, 64, 4), 200, np.uint8) | np.uint8([0, 0, 0, 255]))
    with pytest.raises(StudioloError, match="The picture is opaque all over"):
        paint(engine_of("sd15"), two, image=whole, mask=whole, mask_keeps=True)


def test_a_model_made_for_inpainting_inpaints_and_says_that_it_does_only_that(tmp_path: Path) -> None:
    pipelines.sd15(channels=9).save_pretrained(tmp_path / "inpainter")
    engine = engine_at(tmp_path / "inpainter")
    picture, one = given(scene())
    mask = np.zeros((64, 64, 3), np.uint8)
    mask[16:48, 16:48] = 255
    masked, two = given(mask)
    result = paint(engine, one | two, image=picture, mask=masked, strength=1.0).pixels()
    assert np.array_equal(result[..., :3][mask == 0], scene()[mask == 0])
    for request in ({}, {"image": picture}):
        with pytest.raises(StudioloError, match="inpainter repaints inside a mask only"):
            paint(engine, one, **request)


def test_strength_of_less_than_a_step_is_one_step_and_said(engine_of: EngineOf) -> None:
    picture, inputs = given(scene())
    for family, steps in (("sdxl", 4), ("flux", 4), ("sdxl", 49), ("flux", 49)):
        job = paint(engine_of(family), inputs, image=picture, strength=0.01, steps=steps)
        assert len(job.steps) == 1
        assert any("less than one step" in note for note in job.made.notes)


def test_whole_steps_are_painted_whichever_way_a_pipeline_rounds() -> None:
    for steps in range(1, 201):
        for strength in (0.01, 0.05, 0.3, 0.5, 0.6, 0.75, 0.99, 1.0):
            of, share = image_plan._part(steps, strength)
            painted = round(of * share)
            assert int(of * share) == painted >= 1
            assert of - int(of - of * share) - painted in ((0, 1) if of > 40 else (0,))
            assert abs(painted / of - strength) <= max(0.5 / of, 1 / of if strength == 0.99 else 0) + 1e-9
            assert of == steps or steps * strength < 1


@pytest.mark.parametrize("family", ["sdxl", "flux", "flux2-klein"])
def test_a_light_touch_stays_light_in_a_model_of_one_step(family: str, engine_of: EngineOf) -> None:
    """Its one step would be all: so it is the last of several."""
    picture, inputs = given(scene())
    light = paint(engine_of(family), inputs, image=picture, strength=0.3, steps=1)
    whole = paint(engine_of(family), inputs, image=picture, strength=1.0, steps=1)
    assert len(light.steps) == len(whole.steps) == 1
    assert not np.array_equal(light.pixels(), whole.pixels())


def test_strength_nothing_leaves_the_picture(engine_of: EngineOf) -> None:
    picture, inputs = given(scene())
    job = paint(engine_of("sd15"), inputs, image=picture, strength=0.0)
    assert np.array_equal(job.pixels()[..., :3], scene())
    assert not job.steps


def test_one_side_asked_for_keeps_the_shape_of_the_picture(engine_of: EngineOf) -> None:
    picture, inputs = given(scene(80, 40))
    assert paint(engine_of("sdxl"), inputs, image=picture, width=40, steps=2).pixels().shape == (20, 40, 3)


# ---- stopping


@each_family
@pytest.mark.parametrize("seamless", [False, True])
def test_cancel_after_two_steps_leaves_the_engine_as_it_was(family: str, seamless: bool, engine_of: EngineOf) -> None:
    engine = engine_of(family)
    before, padding = paint(engine).files, all_padding(engine)
    job = Job()
    with pytest.raises(JobCancelled):
        paint(engine, cancelled=lambda job: len(job.steps) >= 2, job=job, steps=8, seamless=seamless)
    assert len(job.steps) == 2
    assert all_padding(engine) == padding
    assert paint(engine).files == before


def test_a_job_cancelled_before_its_first_step_paints_nothing(engine_of: EngineOf) -> None:
    job = Job()
    with pytest.raises(JobCancelled):
        paint(engine_of("sd15"), cancelled=lambda _: True, job=job)
    assert not job.steps


# ---- what it says


@pytest.mark.parametrize("family", ["sd15", "sdxl", "sd3", "qwen-image", "z-image"])
def test_guidance_and_negative_prompt_work(family: str, engine_of: EngineOf) -> None:
    plain, negative, strict = (
        paint(engine_of(family), **words).pixels()
        for words in ({}, {"negative_prompt": "rain, fog"}, {"guidance_scale": 9.0})
    )
    assert not np.array_equal(plain, negative)
    assert not np.array_equal(plain, strict)


def test_where_there_is_no_guidance_the_negative_prompt_is_spoken_of(engine_of: EngineOf) -> None:
    unguided = paint(engine_of("sdxl"), negative_prompt="rain", guidance_scale=1.0)
    assert unguided.made.notes == ("Without guidance the negative prompt was ignored.",)
    assert paint(engine_of("flux"), negative_prompt="rain").made.notes == (
        "flux knows no negative prompt; it was ignored.",
    )
    assert paint(engine_of("flux2-klein"), guidance_scale=1.0).made.notes == ()
    assert paint(engine_of("flux2-klein"), guidance_scale=4.0).made.notes == (
        "flux2-klein takes no guidance; it was ignored.",
    )


def test_a_prompt_that_is_too_long_says_what_was_not_read(engine_of: EngineOf) -> None:
    prompt = "a quiet harbour at dawn, " * 8 + "with a lighthouse"
    note = paint(engine_of("sd15"), prompt=prompt).made.notes[0]
    assert note.startswith("The prompt is longer than the model reads; it did not see “")
    assert not paint(engine_of("flux"), prompt=prompt).made.notes  # its T5 reads on


def test_a_model_with_a_vocabulary_says_what_it_does_not_know(family_folder: FolderOf, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(family_folder("starter"), tmp_path / "small"))
    (folder / "vocabulary.json").write_text('{"subjects": {"cat": []}, "places": ["on the beach"]}')
    engine = engine_at(folder)
    assert paint(engine, prompt="a cat on the beach", steps=1).made.notes == ()
    assert paint(engine, prompt="a cat with an accordion", steps=1).made.notes == (
        "small does not know 'accordion'; it painted the rest.",
    )


@pytest.mark.parametrize(
    ("request_", "code", "says"),
    [
        ({"mask": "picture"}, "bad_request", "no picture"),
        ({"image": "picture", "mask": "small"}, "bad_picture", "The mask is 8 × 8 pixels, the picture 64 × 64."),
        ({"image": "picture", "mask": "black"}, "bad_picture", "black all over"),
        ({"image": "lost"}, "unknown_blob", "is not here"),
        ({"scheduler": "quantum"}, "bad_request", "not known"),
    ],
)
def test_bad_requests_are_a_sentence(request_: dict[str, str], code: str, says: str, engine_of: EngineOf) -> None:
    named = {
        "picture": given(scene()),
        "small": given(scene(8, 8)),
        "black": given(np.zeros((64, 64, 3), np.uint8)),
        "lost": (Picture(sha256="0" * 64, width=64, height=64), {}),
    }
    inputs = {key: data for _, blobs in named.values() for key, data in blobs.items()}
    with pytest.raises(StudioloError, match=says) as caught:
        paint(engine_of("sd15"), inputs, **{key: named[v][0] if v in named else v for key, v in request_.items()})
    assert caught.value.problem.code == code


def test_a_text_request_is_refused(engine_of: EngineOf) -> None:
    with pytest.raises(StudioloError, match="paints pictures only"):
        run_again(engine_of("sd15"), TextRequest(text="a story"))


# ---- previews


@each_family
def test_previews_are_small_jpegs_and_can_be_left_out(
    family: str, engine_of: EngineOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(between_steps, "PREVIEW_EVERY", 0.0)
    job = paint(engine_of(family), width=96, height=64)
    assert [preview.step for preview, _ in job.previews] == list(range(2, job.steps[-1].total))
    for preview, data in job.previews:
        image = Image.open(io.BytesIO(data))
        assert image.format == "JPEG"
        assert image.size == (preview.width, preview.height) == (256, 171)
    without = paint(engine_of(family), width=96, height=64, previews=False)
    assert not without.previews
    assert np.array_equal(without.pixels(), job.pixels())


def test_previews_come_no_faster_than_they_are_looked_at(engine_of: EngineOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(between_steps, "PREVIEW_EVERY", 3600.0)
    assert not paint(engine_of("sd15")).previews


# ---- numbers and memory


def test_numbers_that_ran_over_are_no_picture(family_folder: FolderOf) -> None:
    engine = engine_at(family_folder("sdxl"))
    weight = engine._pipelines["paint"].unet.conv_in.weight
    with torch.no_grad():
        kept = weight.clone()
        weight.fill_(float("nan"))
    with pytest.raises(StudioloError, match="its numbers ran over") as caught:
        paint(engine)
    assert caught.value.problem.code == "bad_model"
    with torch.no_grad():
        weight.copy_(kept)
    assert paint(engine).pixels().std() > 5


def test_short_of_memory_once_it_decodes_in_tiles(family_folder: FolderOf, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_at(family_folder("sdxl"))
    vae = engine._pipelines["paint"].vae
    decode, tiled = vae.decode, []

    def crowded(*args: Any, **kwargs: Any) -> Any:
        tiled.append(vae.use_tiling)
        if not vae.use_tiling:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return decode(*args, **kwargs)

    monkeypatch.setattr(vae, "decode", crowded)
    job = paint(engine)
    assert tiled == [False, True]
    assert job.made.notes == ("Memory was short, so the picture was decoded in tiles.",)
    assert not vae.use_tiling


def test_short_of_memory_twice_the_job_fails_with_the_reason(
    family_folder: FolderOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_at(family_folder("sdxl"))

    def full(*_: Any, **__: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr(engine._pipelines["paint"].vae, "decode", full)
    with pytest.raises(StudioloError, match=r"Tried to allocate 2\.00 GiB") as caught:
        paint(engine)
    assert caught.value.problem.code == "out_of_memory"
    monkeypatch.undo()
    assert paint(engine).pixels().std() > 5


def test_a_full_main_memory_is_told_from_other_failures(
    family_folder: FolderOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_at(family_folder("sdxl"))
    monkeypatch.setattr(engine._pipelines["paint"].vae, "decode", lambda *_, **__: torch.empty(2**60))
    with pytest.raises(StudioloError, match="Painting 64 × 64 pixels takes more memory") as caught:
        paint(engine)
    assert caught.value.problem.code == "out_of_memory"
    monkeypatch.setattr(engine._pipelines["paint"].vae, "decode", lambda *_, **__: torch.empty(2) @ torch.empty(3))
    with pytest.raises(RuntimeError, match="inconsistent"):
        paint(engine)


def test_resident_bytes_are_the_weights(engine_of: EngineOf, family_folder: FolderOf) -> None:
    on_disk = sum(file.stat().st_size for file in family_folder("sd15").rglob("*.safetensors"))
    assert engine_of("sd15").resident_bytes() == pytest.approx(on_disk, rel=0.1)
