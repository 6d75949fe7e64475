"""The style of another picture: on random models of every family, and on the starter, whose colours are measured."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler

from studiolo.engines import style
from studiolo.engines.diffusers_image import ImageEngine
from studiolo.engines.preview import Colours
from studiolo.engines.style import Style, Styling
from studiolo.image.palette import cloud, oklab
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import Picture
from tests.studiolo.engines import pipelines
from tests.studiolo.engines.painting import engine_at, given, paint, scene, seam

FOLDER = Path(__file__).parents[3] / "starters" / "picture"
pytestmark = pytest.mark.usefixtures("one_thread")
EngineOf = Callable[[str], ImageEngine]
each_family = pytest.mark.parametrize("family", pipelines.FAMILIES)


def embers(width: int = 80, height: int = 64) -> np.ndarray:
    """A picture of dark red and orange strokes."""
    y, x = np.mgrid[:height, :width]
    glow = ((x // 5 + y // 9) % 3 == 0)[..., None]
    return np.where(glow, [[[240, 130, 20]]], [[[90 - 20, 10, 12]]]).astype(np.uint8)


def away(picture: np.ndarray, wanted: np.ndarray) -> float:
    """How far the colours of two pictures lie apart: the sliced Wasserstein distance in Oklab (Bonneel et al. 2015)."""
    directions = np.random.default_rng(0).normal(size=(3, 48))
    directions /= np.linalg.norm(directions, axis=0)
    sorted_, others = (
        np.quantile(oklab(pixels[..., :3].reshape(-1, 3)[::5]) @ directions, np.linspace(0, 1, 256), axis=0)
        for pixels in (picture, wanted)
    )
    return float(np.abs(sorted_ - others).mean())


# ---- every family


@each_family
def test_takes_on_a_style_the_same_on_every_run(family: str, engine_of: EngineOf) -> None:
    picture, inputs = given(embers())
    plain = paint(engine_of(family))
    styled, again, second = (
        paint(engine_of(family), inputs, style_image=picture, style_strength=0.8, **request)
        for request in ({}, {"batch": 2}, {"seed": 6})
    )
    assert styled.made.notes == ()  # so its latents were moved too, not only its colours
    assert away(styled.pixels(), embers()) < 0.7 * away(plain.pixels(), embers())
    assert again.files == [*styled.files, *second.files]
    (reason,) = styled.made.why
    assert reason.because == f"style picture {picture.sha256[:12]}, strength 0.8"


@each_family
def test_refines_and_inpaints_in_it_and_leaves_black_to_the_byte(family: str, engine_of: EngineOf) -> None:
    (picture, one), (taken, two) = given(scene(70, 50)), given(embers())
    mask = np.zeros((50, 70, 3), np.uint8)
    mask[10:40, 20:60] = 255
    masked, three = given(mask)
    for request in ({}, {"mask": masked}):
        plain, styled = (
            paint(engine_of(family), one | two | three, image=picture, strength=0.8, **request, **look).pixels()[
                ..., :3
            ]
            for look in ({}, {"style_image": taken})
        )
        inside = mask[..., 0] > 0 if request else np.ones((50, 70), bool)
        assert np.array_equal(styled[~inside], scene(70, 50)[~inside])
        assert away(styled[inside], embers()) < 0.9 * away(plain[inside], embers())


@each_family
def test_the_style_s_latents_are_those_that_the_pipeline_holds(family: str, engine_of: EngineOf) -> None:
    """What the preview makes of latents leads back to what the encoder said of the picture."""
    pipeline = engine_of(family)._pipelines["paint"]
    read, held = style.read(scene(), 0.5, pipeline.vae), []
    pipeline(prompt="a cat", height=64, width=64, num_inference_steps=1, output_type="np",
             callback_on_step_end=lambda *told: held.append(told[3]["latents"]) or {})  # fmt: skip
    (latents,) = held
    assert read.latents is not None
    grid = (4, 4) if latents.ndim == 3 else (8, 8)
    styling = Styling(read, pipeline.vae, pipeline.scheduler, grid, None)
    wanted = styling._packed(read.latents, styling._plain(latents).shape[1])
    assert wanted is not None
    packed = styling._as_held(wanted, latents)
    assert packed.shape == latents.shape
    assert torch.equal(styling._plain(packed), wanted)
    pixels = torch.from_numpy(scene() / 127.5 - 1.0).permute(2, 0, 1)[None].float()
    video = "temperal_downsample" in pipeline.vae.config
    with torch.no_grad():
        encoded = pipeline.vae.encode(pixels.unsqueeze(2) if video else pixels)
    own = encoded.latent_dist.mode() if hasattr(encoded, "latent_dist") else encoded[0]
    own = own[:, :, 0] if own.ndim == 5 else own
    assert torch.allclose(Colours(pipeline.vae)._encoded(packed, grid), own, atol=1e-4)


@pytest.mark.parametrize("family", ["sd15", "flux"])
@pytest.mark.parametrize("scheduler", ["", "euler", "euler_a", "lcm"])
def test_under_every_kind_of_scheduler(family: str, scheduler: str, engine_of: EngineOf) -> None:
    picture, inputs = given(embers())
    job = paint(engine_of(family), inputs, style_image=picture, scheduler=scheduler, steps=6)
    assert job.made.notes == ()
    assert away(job.pixels(), embers()) < away(
        paint(engine_of(family), scheduler=scheduler, steps=6).pixels(), embers()
    )


def test_a_style_of_strength_nothing_changes_no_pixel(engine_of: EngineOf) -> None:
    picture, inputs = given(embers())
    job = paint(engine_of("sd15"), inputs, style_image=picture, style_strength=0.0)
    assert np.array_equal(job.pixels(), paint(engine_of("sd15")).pixels())
    assert job.made.why == ()


def test_a_picture_that_stays_stays_in_its_style(engine_of: EngineOf) -> None:
    (picture, one), (taken, two) = given(scene()), given(embers())
    job = paint(engine_of("sd15"), one | two, image=picture, strength=0.0, style_image=taken)
    assert np.array_equal(job.pixels()[..., :3], scene())
    assert job.made.why == ()


def test_one_step_leaves_the_colours_only_and_says_so(engine_of: EngineOf) -> None:
    picture, inputs = given(embers())
    plain, styled = (
        paint(engine_of("sdxl"), inputs, steps=1, **look)
        for look in ({}, {"style_image": picture, "style_strength": 1.0})
    )
    assert away(styled.pixels(), embers()) < away(plain.pixels(), embers())
    assert styled.made.notes[0].startswith("Only the finished picture took on the style picture's colours")


def test_tiles_in_any_style(engine_of: EngineOf) -> None:
    picture, inputs = given(embers())
    for family in ("sdxl", "flux"):
        job = paint(engine_of(family), inputs, style_image=picture, seamless=True)
        assert seam(job.pixels()) <= 1.25


def test_transparent_parts_have_no_style(engine_of: EngineOf) -> None:
    clear = np.dstack([embers(), np.zeros(embers().shape[:2], np.uint8)])
    picture, inputs = given(clear)
    with pytest.raises(StudioloError, match="transparent all over"):
        paint(engine_of("sd15"), inputs, style_image=picture)
    with pytest.raises(StudioloError, match="is not here"):
        paint(engine_of("sd15"), style_image=Picture(sha256="0" * 64, width=64, height=64))
    clear[:, :40, 3] = 255
    half, inputs = given(np.where(clear[..., 3:] > 0, clear, 0))
    job = paint(engine_of("sd15"), inputs, style_image=half, style_strength=1.0)
    assert away(job.pixels(), embers()[:, :40]) < 0.1


# ---- between two steps


def third_of_ten(noise: torch.Tensor, taken: Style, inside: Any = None) -> tuple[Styling, Any, torch.Tensor, float]:
    """What follows a picture that lies under this noise; then timestep, latents, and the picture's share in them."""
    scheduler = FlowMatchEulerDiscreteScheduler()
    scheduler.set_timesteps(10)
    styling = Styling(taken, None, scheduler, (16, 16), inside)
    picture = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(1))
    timestep, sigma = scheduler.timesteps[2], scheduler.sigmas[2]
    scheduler._step_index = 2
    latents = scheduler.step(noise - picture, timestep, (1 - sigma) * picture + sigma * noise).prev_sample
    return styling, timestep, latents, 1.0 - float(scheduler.sigmas[3])


def moved_by(noise: torch.Tensor, taken: Style, inside: Any = None) -> torch.Tensor:
    """By how much the picture under the noise is moved."""
    styling, timestep, latents, share = third_of_ten(noise, taken, inside)
    change = (styling.next(timestep, latents, 3, 10) - latents) / share
    assert styling.steps == 1
    assert styling.next(timestep, latents, 9, 10) is latents  # the last ones are the model's own
    return change


def test_the_noise_is_left_alone_and_what_is_foreseen_moved() -> None:
    random = torch.Generator().manual_seed(2)
    mix = torch.eye(4) + 0.5 * torch.randn(4, 4, generator=random)
    latents = torch.einsum("bchw,cd->bdhw", torch.randn(1, 4, 16, 16, generator=random), mix) + 1.0
    taken = Style(cloud(np.zeros((2, 3))), latents, 1.0)
    first, second = (moved_by(torch.randn(1, 4, 16, 16, generator=random), taken) for _ in range(2))
    assert torch.allclose(first, second, atol=1e-4)
    picture = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(1))
    whole = picture + first / (1 - (1 - style.REACH) ** (style.PULL / 8))
    assert torch.allclose(whole.mean((0, 2, 3)), latents.mean((0, 2, 3)), atol=0.1)
    assert torch.allclose(torch.cov(whole[0].flatten(1)), torch.cov(latents[0].flatten(1)), atol=0.35)
    less = moved_by(torch.zeros(1, 4, 16, 16), dataclasses.replace(taken, strength=0.3))
    assert 0.05 * first.std() < less.std() < 0.6 * first.std()


def test_what_lies_outside_the_mask_does_not_count() -> None:
    """The same part of a picture is moved in the same way, whatever lies beside it."""
    taken = Style(cloud(np.zeros((2, 3))), torch.randn(1, 4, 8, 8) * 2.0, 1.0)
    inside = np.zeros((128, 128), bool)
    inside[:, :64] = True
    noise = torch.zeros(1, 4, 16, 16)
    part, whole = moved_by(noise, taken, inside=inside), moved_by(noise, taken)
    picture = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(1))
    there = (picture + part / (1 - (1 - style.REACH) ** (style.PULL / 8)))[..., :8]
    assert torch.allclose(there.mean((0, 2, 3)), taken.latents.mean((0, 2, 3)), atol=0.1)  # type: ignore[union-attr]
    assert not torch.allclose(part, whole, atol=1e-2)


def test_without_latents_to_compare_nothing_is_moved() -> None:
    noise = torch.zeros(1, 4, 16, 16)
    for latents in (None, torch.zeros(1, 5, 8, 8), torch.full((1, 4, 8, 8), torch.nan)):
        styling, timestep, now, _ = third_of_ten(noise, Style(cloud(np.zeros((2, 3))), latents, 1.0))
        assert styling.next(timestep, now, 3, 10) is now
        assert styling.steps == 0


# ---- the starter, by its colours


@pytest.fixture(scope="module")
def starter() -> ImageEngine:
    return engine_at(FOLDER, steps=8, guidance_scale=3.0, width=256, height=256)


def painted(engine: ImageEngine, inputs: dict[str, bytes] | None = None, **request: Any) -> np.ndarray:
    own = {"steps": None, "width": None, "height": None, "previews": False}
    return paint(engine, inputs, **{**own, **request}).pixels()[..., :3]


def chroma(picture: np.ndarray) -> float:
    return float(np.linalg.norm(oklab(picture)[..., 1:], axis=-1).mean())


def test_ink_is_grey_with_strong_contrast_and_oil_at_sunset_warm(starter: ImageEngine) -> None:
    ink = painted(starter, prompt="a pagoda in the mountains, ink drawing", seed=3)
    warm = painted(starter, prompt="a house in the desert at sunset, oil painting", seed=3)
    for seed, prompt in enumerate(("a castle on a hill", "a sailboat on the sea")):
        plain = painted(starter, prompt=prompt, seed=seed)
        inky, warmer = (
            painted(starter, inputs, prompt=prompt, seed=seed, style_image=picture)
            for picture, inputs in (given(ink), given(warm))
        )
        assert chroma(inky) < 0.5 * chroma(plain)
        assert oklab(inky)[..., 0].std() > 1.2 * oklab(plain)[..., 0].std()
        assert oklab(warmer)[..., 2].mean() > oklab(plain)[..., 2].mean() + 0.02  # towards yellow
        assert away(inky, ink) < 0.6 * away(plain, ink)
        assert away(warmer, warm) < 0.6 * away(plain, warm)


def test_more_strength_is_nearer(starter: ImageEngine) -> None:
    ink = painted(starter, prompt="a pagoda in the mountains, ink drawing", seed=3)
    picture, inputs = given(ink)
    distances = [
        away(painted(starter, inputs, prompt="a castle on a hill", style_image=picture, style_strength=strength), ink)
        for strength in (0.0, 0.25, 0.5, 1.0)
    ]
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < 0.4 * distances[0]
