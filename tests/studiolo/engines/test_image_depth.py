"""Pictures that keep to a depth picture: on random models of every family that can, and on those that can't."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionControlNetImg2ImgPipeline, StableDiffusionControlNetPipeline
from PIL import Image

from studiolo.engines import pipeline_traits
from studiolo.engines.diffusers_image import ImageEngine
from studiolo.models import layout
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import Picture, hash_of
from tests.studiolo.engines import deep_pipelines, pipelines
from tests.studiolo.engines.painting import Job, engine_at, given, paint, scene, seam

FOLDER = Path(__file__).parents[3] / "starters" / "picture"
pytestmark = pytest.mark.usefixtures("one_thread")
EngineOf = Callable[[str], ImageEngine]
each_family = pytest.mark.parametrize("family", deep_pipelines.DEEP)
each_net = pytest.mark.parametrize("family", [family for family in deep_pipelines.DEEP if family != "flux-control"])


@pytest.fixture(scope="module")
def deep_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    home = tmp_path_factory.mktemp("deep")
    return functools.cache(lambda family: deep_pipelines.save(family, home))


@pytest.fixture(scope="module")
def deep_engine(deep_folder: Callable[[str], Path]) -> EngineOf:
    return functools.cache(lambda family: engine_at(deep_folder(family)))


def slope(width: int = 64, height: int = 64) -> np.ndarray:
    """Far on the left, near on the right."""
    grey = np.tile(np.linspace(0, 255, width), (height, 1)).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=-1)


def ball(width: int = 64, height: int = 64) -> np.ndarray:
    """A white disc before nothing."""
    y, x = np.mgrid[:height, :width]
    inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2
    return np.where(inside[..., None], [[[255] * 3]], 0).astype(np.uint8)


def kept_to(engine: ImageEngine, depth: np.ndarray, inputs: dict[str, bytes] | None = None, **request: Any) -> Job:
    picture, own = given(depth)
    return paint(engine, {**(inputs or {}), **own}, **{"depth_image": picture, "depth_strength": 1.0, **request})


def apart(one: Job, other: Job) -> float:
    return float(np.abs(one.pixels().astype(float) - other.pixels()).mean())


def same(one: Job, other: Job) -> bool:
    return np.array_equal(one.pixels(), other.pixels())


# ---- those that can


@each_family
def test_the_depth_decides_what_a_seed_becomes_the_same_on_every_run(family: str, deep_engine: EngineOf) -> None:
    engine = deep_engine(family)
    one, other, again = (kept_to(engine, depth) for depth in (slope(), ball(), slope()))
    assert apart(one, other) > 1.0
    assert one.files == again.files
    assert one.made.notes == ()
    assert kept_to(engine, slope(), batch=2, seed=4).files[1] == one.files[0]


@each_family
def test_refining_and_inside_a_mask_too(family: str, deep_engine: EngineOf) -> None:
    source, one = given(scene(70, 50))
    mask = np.zeros((50, 70, 3), np.uint8)
    mask[10:40, 20:60] = 255
    masked, two = given(mask)
    for request in ({}, {"mask": masked}):
        how: dict[str, Any] = {"image": source, "strength": 0.8, "inputs": one | two, **request}
        first, second = (kept_to(deep_engine(family), depth, **how) for depth in (slope(70, 50), ball(70, 50)))
        assert apart(first, second) > 0.3
        assert first.made.notes == ()
        if request:
            assert np.array_equal(first.pixels()[mask[..., 0] == 0][:, :3], scene(70, 50)[mask[..., 0] == 0])


@each_net
def test_strength_0_is_none_and_leaves_the_model_as_it_is_without(
    family: str, deep_engine: EngineOf, engine_of: EngineOf
) -> None:
    engine, alone = deep_engine(family), engine_of(family.removesuffix("-controlnet"))
    kept = kept_to(engine, ball())
    plain = paint(engine)
    assert same(plain, kept_to(engine, ball(), depth_strength=0.0))
    assert same(plain, paint(alone))
    assert not same(plain, kept)
    source, inputs = given(scene())
    refined = paint(engine, inputs, image=source)
    assert same(refined, kept_to(engine, ball(), inputs, image=source, depth_strength=0.0))
    assert same(refined, paint(alone, inputs, image=source))
    assert engine.resident_bytes() > alone.resident_bytes()


@pytest.mark.parametrize("family", ["sd15-controlnet", "sdxl-controlnet"])
def test_more_strength_goes_farther_from_the_picture_without(family: str, deep_engine: EngineOf) -> None:
    plain = paint(deep_engine(family))
    ways = [apart(kept_to(deep_engine(family), ball(), depth_strength=s), plain) for s in (0.1, 0.4, 1.0)]
    assert ways == sorted(ways)
    assert ways[0] > 0.0


def test_it_is_what_diffusers_itself_makes_of_it(deep_folder: Callable[[str], Path], deep_engine: EngineOf) -> None:
    engine = deep_engine("sd15-controlnet")
    whole = StableDiffusionControlNetPipeline.from_pretrained(deep_folder("sd15-controlnet"), use_safetensors=True)
    again = StableDiffusionControlNetImg2ImgPipeline(**whole.components, requires_safety_checker=False)
    depth, source = Image.fromarray(ball()), Image.fromarray(scene())
    common = {"prompt": "a cat by the sea", "negative_prompt": "", "num_inference_steps": 4, "output_type": "np"}
    for pipeline, pictures, request in (
        (whole, {"image": depth, "width": 64, "height": 64}, {}),
        (
            again,
            {"image": source, "control_image": depth, "strength": 0.5},
            {"image": given(scene())[0], "strength": 0.5},
        ),
    ):
        pipeline.set_progress_bar_config(disable=True)
        noise = torch.Generator("cpu").manual_seed(5)
        made = pipeline(**common, **pictures, controlnet_conditioning_scale=0.7, generator=noise).images[0]
        ours = kept_to(engine, ball(), given(scene())[1], depth_strength=0.7, **request)
        assert np.array_equal(ours.pixels(), np.rint(made * 255.0).astype(np.uint8))


@pytest.mark.parametrize("family", ["sd15-controlnet", "sdxl-controlnet"])
def test_it_still_tiles_and_weighs_words_and_takes_on_a_style(family: str, deep_engine: EngineOf) -> None:
    engine = deep_engine(family)
    flat = np.full((64, 64, 3), 128, np.uint8)  # that tiles itself
    tile = kept_to(engine, flat, seamless=True)
    assert tile.made.notes == ()
    assert seam(tile.pixels()) <= 1.25
    assert not same(kept_to(engine, ball(), prompt="a (cat:1.8)"), kept_to(engine, ball(), prompt="a cat"))
    taken, inputs = given(scene()[::-1].copy())
    styled = kept_to(engine, ball(), inputs, style_image=taken)
    assert styled.made.notes == ()
    assert not same(styled, kept_to(engine, ball()))


def test_a_canvas_with_a_depth_is_not_turned(deep_engine: EngineOf) -> None:
    turned = paint(deep_engine("flux-controlnet"), seamless=True)
    assert turned.made.notes == ()
    (note,) = kept_to(deep_engine("flux-controlnet"), ball(), seamless=True).made.notes
    assert note.endswith("can't be made to tile here; the edges may show.")


def test_any_size_and_form_of_picture_is_read(deep_engine: EngineOf) -> None:
    engine = deep_engine("sd15-controlnet")
    large = ball().repeat(3, axis=0).repeat(3, axis=1)
    assert kept_to(engine, large).made.notes == ()
    wide = kept_to(engine, ball(96, 64))
    assert wide.made.notes == ("The depth picture, 96 × 64, was stretched to 64 × 64 pixels.",)
    grey = io.BytesIO()
    Image.fromarray(ball()[..., 0]).save(grey, "PNG")
    named = Picture(sha256=hash_of(grey.getvalue()), width=64, height=64)
    inputs = {hash_of(grey.getvalue()): grey.getvalue()}
    assert same(paint(engine, inputs, depth_image=named, depth_strength=1.0), kept_to(engine, ball()))
    nothing_behind = np.dstack([np.full_like(ball(), 255), ball()[..., 0]])  # white, but transparent around
    assert same(kept_to(engine, nothing_behind), kept_to(engine, ball()))
    with pytest.raises(StudioloError, match="is not here"):
        paint(engine, depth_image=Picture(sha256="0" * 64, width=64, height=64))


def test_one_that_reads_depth_beside_the_latents_needs_it_and_says_what_it_ignores(deep_engine: EngineOf) -> None:
    engine = deep_engine("flux-control")
    assert kept_to(engine, ball(), depth_strength=0.5).made.notes == (
        "flux-control keeps to a depth picture wholly; its strength was ignored.",
    )
    for request in ({}, {"depth_image": given(ball())[0], "depth_strength": 0.0}):
        with pytest.raises(StudioloError, match="to a depth picture only") as caught:
            paint(engine, **request)
        assert caught.value.problem.code == "bad_request"
    assert not same(kept_to(engine, ball()), kept_to(engine, slope()))  # and goes on


# ---- those that can't


@pytest.mark.parametrize("family", pipelines.FAMILIES)
def test_the_others_paint_without_it_and_say_so(family: str, engine_of: EngineOf) -> None:
    job = kept_to(engine_of(family), ball())
    assert job.made.notes == (f"{family} can't keep to a depth picture here; it was painted without.",)
    assert same(job, paint(engine_of(family)))


def test_so_does_the_starter_and_not_where_nothing_is_asked() -> None:
    engine = engine_at(FOLDER, steps=2, guidance_scale=3.0, width=64, height=64)
    job = kept_to(engine, ball(), prompt="a castle on a hill")
    assert job.made.notes == ("picture can't keep to a depth picture here; it was painted without.",)
    assert kept_to(engine, ball(), prompt="a castle on a hill", depth_strength=0.0).made.notes == ()


# ---- what is told of a folder


def test_what_a_folder_says_of_itself_is_what_its_pipeline_can(
    deep_folder: Callable[[str], Path],
    deep_engine: EngineOf,
    family_folder: Callable[[str], Path],
    engine_of: EngineOf,
) -> None:
    for family in deep_pipelines.DEEP:
        assert layout.inspect(deep_folder(family)).depth
        assert pipeline_traits.depth_name(deep_engine(family)._whole, from_picture=False)
    for family in pipelines.FAMILIES:
        assert not layout.inspect(family_folder(family)).depth
        assert not pipeline_traits.depth_name(engine_of(family)._whole, from_picture=False)
