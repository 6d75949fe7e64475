"""Previews show where the painting is going, cost little, and change nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    UniPCMultistepScheduler,
)

from studiolo.engines.diffusers_image import ImageEngine
from studiolo.engines.preview import Colours, Denoised

pytestmark = pytest.mark.usefixtures("one_thread")
EngineOf = Callable[[str], ImageEngine]


@pytest.mark.parametrize(
    "scheduler",
    [
        FlowMatchEulerDiscreteScheduler(shift=3.0),
        EulerDiscreteScheduler(),
        EulerDiscreteScheduler(prediction_type="epsilon", timestep_spacing="trailing"),
        DDIMScheduler(clip_sample=False),
        DPMSolverMultistepScheduler(),
        UniPCMultistepScheduler(),
        DPMSolverMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True),
    ],
    ids=lambda scheduler: type(scheduler).__name__,
)
def test_the_guess_is_the_picture_when_the_model_is_never_wrong(scheduler: Any) -> None:
    """With a model that knows noise and picture, the straight line leads to the picture from the second step on."""
    random = torch.Generator().manual_seed(0)
    picture, noise = (torch.randn(1, 4, 8, 8, generator=random) for _ in range(2))
    scheduler.set_timesteps(12)
    flow = "FlowMatch" in type(scheduler).__name__ or scheduler.config.get("use_flow_sigmas")
    latents = noise if flow else noise * scheduler.init_noise_sigma
    if not flow:  # schedulers start a little off from pure noise; an honest start is picture plus noise
        latents = scheduler.add_noise(picture, noise, scheduler.timesteps[:1])
    denoised, errors = Denoised(scheduler), []
    for timestep in scheduler.timesteps:
        if not flow and hasattr(scheduler, "scale_model_input"):
            scheduler.scale_model_input(latents, timestep)
        latents = scheduler.step(noise - picture if flow else noise, timestep, latents).prev_sample
        errors.append(float((denoised.picture(timestep, latents) - picture).abs().max()))
        denoised.remember(timestep, latents)
    assert max(errors[1:-1]) < 0.05, errors


def test_packed_latents_look_as_plain_ones(engine_of: EngineOf) -> None:
    pipeline = engine_of("flux")._pipelines["paint"]
    plain = torch.randn(1, 16, 12, 16, generator=torch.Generator().manual_seed(0))
    packed = pipeline._pack_latents(plain, 1, 16, 12, 16)
    colours = Colours(pipeline.vae)
    shown = colours.paint(plain, (6, 8))
    assert shown.shape == (192, 256, 3)
    assert np.array_equal(colours.paint(packed, (6, 8)), shown)


def test_a_preview_takes_a_few_milliseconds(engine_of: EngineOf) -> None:
    """At the size of a 1024 × 1024 picture: what it adds every 150 ms at most."""
    pipeline = engine_of("sd15")._pipelines["paint"]
    colours, latents = Colours(pipeline.vae), torch.randn(1, 4, 128, 128)
    seconds = []
    for _ in range(10):
        began = time.perf_counter()
        colours.paint(latents, (128, 128))
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.015
