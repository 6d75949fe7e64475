"""Pictures that tile: the model can't tell an edge from any other place, and is put back as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKLQwenImage
from diffusers.models.downsampling import Downsample2D

from studiolo.engines.diffusers_image import ImageEngine
from studiolo.engines.seamless import Turning, circular, tiling
from tests.studiolo.engines.painting import given, paint, scene, seam

pytestmark = pytest.mark.usefixtures("one_thread")
EngineOf = Callable[[str], ImageEngine]


def turned_noise(engine: ImageEngine, shift: int, seamless: bool, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """A picture painted from the usual noise, rolled by `shift` latents to the right and down."""
    pipeline = engine._pipelines["paint"]
    prepare = pipeline.prepare_latents

    def prepared(*args: Any, **kwargs: Any) -> torch.Tensor:
        return prepare(*args, **kwargs).roll((shift, shift), (-2, -1))

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "prepare_latents", prepared)
        return paint(engine, seamless=seamless, width=128, height=128).pixels().astype(int)


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_a_convolutional_model_knows_no_edge(family: str, engine_of: EngineOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turned noise gives the turned picture, which a model that sees an edge can't do."""
    for seamless in (True, False):
        straight, turned = (turned_noise(engine_of(family), shift, seamless, monkeypatch) for shift in (0, 4))
        difference = np.abs(np.roll(straight, (32, 32), (0, 1)) - turned)
        assert (difference.max() <= 2) == seamless, difference.max()


@pytest.mark.parametrize("family", ["sdxl", "sd3"])  # the others' random weights show none in any case
def test_no_seam_can_be_measured(family: str, engine_of: EngineOf) -> None:
    seams = {
        how: np.mean([seam(paint(engine_of(family), seed=seed, seamless=how, width=96).pixels()) for seed in range(6)])
        for how in (True, False)
    }
    assert seams[True] <= 1.1, seams
    assert seams[False] > 1.15, seams


@pytest.mark.parametrize("family", ["flux", "z-image"])
def test_turning_takes_part_in_the_painting(family: str, engine_of: EngineOf, monkeypatch: pytest.MonkeyPatch) -> None:
    turned = []
    following = Turning.next

    def watched(self: Turning, latents: torch.Tensor, last: bool) -> torch.Tensor:
        result = following(self, latents, last)
        turned.append(self.turned)
        return result

    monkeypatch.setattr(Turning, "next", watched)
    job = paint(engine_of(family), seamless=True, width=128, height=96)
    assert len(turned) == 4
    assert (0, 0) not in turned[:-1]
    assert turned[-1] == (0, 0)
    assert paint(engine_of(family), seamless=True, width=128, height=96).files == job.files


@pytest.mark.parametrize("family", ["sd15", "flux"])
def test_a_size_that_is_no_multiple_still_tiles(family: str, engine_of: EngineOf) -> None:
    job = paint(engine_of(family), seamless=True, width=75, height=50)
    assert job.pixels().shape == (50, 75, 3)
    assert seam(job.pixels()) <= 1.25


def test_refining_tiles_too(engine_of: EngineOf) -> None:
    picture, inputs = given(scene())
    plain, tile = (
        seam(paint(engine_of("sdxl"), inputs, image=picture, strength=1.0, seamless=how).pixels())
        for how in (False, True)
    )
    assert tile < plain


def test_a_transformer_under_a_mask_says_that_it_may_show(engine_of: EngineOf) -> None:
    picture, one = given(scene())
    mask, two = given(np.full((64, 64, 3), 255, np.uint8))
    for family, says in (("flux", True), ("sdxl", False)):
        notes = paint(engine_of(family), one | two, image=picture, mask=mask, seamless=True, steps=2).made.notes
        assert any("can't be made to tile" in note for note in notes) == says


def test_everything_is_put_back_after_errors_too(engine_of: EngineOf) -> None:
    vae = engine_of("sdxl")._pipelines["paint"].vae

    def state() -> list[Any]:
        return [
            (module.__dict__.get("padding_mode"), module.__dict__.get("padding"), len(module._forward_pre_hooks))
            for module in vae.modules()
        ]

    before = state()
    picture = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        plain = vae.encode(picture).latent_dist.mode()
        with circular([vae]):
            assert state() != before
            assert not torch.equal(vae.encode(picture).latent_dist.mode(), plain)
        with pytest.raises(RuntimeError), circular([vae]):
            vae.encode(picture[:, :2])
        assert state() == before
        assert torch.equal(vae.encode(picture).latent_dist.mode(), plain)


def test_encoders_look_round_the_edge_as_well(engine_of: EngineOf) -> None:
    vae = engine_of("sdxl")._pipelines["paint"].vae
    picture = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert any(isinstance(module, Downsample2D) for module in vae.modules())
    with torch.no_grad(), circular([vae]):
        straight = vae.encode(picture).latent_dist.mode()
        turned = vae.encode(picture.roll((16, 16), (-2, -1))).latent_dist.mode()
    assert torch.allclose(straight.roll((2, 2), (-2, -1)), turned, atol=1e-4)


def test_video_autoencoders_look_round_the_edge_as_well() -> None:
    """Qwen-Image's: three-dimensional convolutions that pad in their own way."""
    torch.manual_seed(0)
    vae = AutoencoderKLQwenImage(
        base_dim=8, z_dim=4, dim_mult=[1, 2, 2], num_res_blocks=1, temperal_downsample=[False, True]
    ).eval()
    latents = torch.randn(1, 4, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    turned = latents.roll((4, 4), (-2, -1))
    with torch.no_grad():
        with circular([vae]):
            straight, other = vae.decode(latents).sample, vae.decode(turned).sample
        edged = vae.decode(latents).sample, vae.decode(turned).sample
    assert torch.allclose(straight.roll((16, 16), (-2, -1)), other, atol=1e-4)
    assert not torch.allclose(edged[0].roll((16, 16), (-2, -1)), edged[1], atol=1e-2)


@pytest.mark.parametrize("packed", [False, True])
def test_a_turned_canvas_comes_back_after_the_last_step(packed: bool) -> None:
    latents = torch.arange(2 * 4 * 6 * 10.0).reshape(2, 24, 10) if packed else torch.arange(480.0).reshape(1, 5, 8, 12)
    turning, seen = Turning((4, 6), seed=1), set()
    now = latents
    for _ in range(6):
        now = turning.next(now, last=False)
        seen.add(turning.turned)
    assert len(seen) > 3
    assert not torch.equal(now, latents)
    assert torch.equal(turning.next(now, last=True), latents)


def test_what_each_family_can_do(engine_of: EngineOf) -> None:
    for family, how in (("sd15", "convolutions"), ("sd3", "turning"), ("flux", "turning"), ("z-image", "turning")):
        pipeline = engine_of(family)._pipelines["paint"]
        model = getattr(pipeline, "unet", None) or pipeline.transformer
        assert tiling(model, pipeline.scheduler, masked=False) == how
        assert tiling(model, pipeline.scheduler, masked=True) == (how if how == "convolutions" else "decoder")
