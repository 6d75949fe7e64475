"""What is foreseen is the picture, under every scheduler and whatever a model predicts."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch

from studiolo.engines import noise_levels
from studiolo.engines.foreseen import Foreseen
from studiolo.engines.schedulers import DIFFUSION, FLOW, FLOW_SAMPLERS, make
from tests.studiolo.engines import pipelines

SD = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}


def told(kind: str, picture: torch.Tensor, noise: torch.Tensor, share: float, amount: float) -> torch.Tensor:
    """What a model that is never wrong predicts."""
    if kind == "flow_prediction":
        return noise - picture
    whole = (share**2 + amount**2) ** 0.5
    return {"epsilon": noise, "sample": picture, "v_prediction": (share * noise - amount * picture) / whole}[kind]


def follow(scheduler: Any, kind: str) -> None:
    """Every step of a painting in which the latents always are what they should be."""
    random = torch.Generator().manual_seed(0)
    picture, noise = (torch.randn(1, 4, 8, 8, generator=random) for _ in range(2))
    scheduler.set_timesteps(9)
    parameters = inspect.signature(scheduler.step).parameters
    foreseen = Foreseen(scheduler)
    assert inspect.signature(scheduler.step).parameters == parameters
    assert foreseen.picture is None
    add = getattr(scheduler, "scale_noise", None) or scheduler.add_noise
    for number, timestep in enumerate(scheduler.timesteps):
        if getattr(scheduler, "step_index", 0) is None:
            scheduler._init_step_index(timestep)
        levels = noise_levels.at(scheduler, timestep)
        assert levels is not None
        sample = levels[0] * picture + levels[1] * noise
        if kind == "epsilon" and levels[0] < 0.05:
            continue  # nothing of the picture is left to see
        if hasattr(scheduler, "add_noise") and kind != "flow_prediction" and number < len(scheduler.timesteps) - 1:
            assert torch.allclose(sample, add(picture, noise, timestep[None]), atol=0.02 * float(sample.abs().max()))
        if hasattr(scheduler, "scale_model_input"):
            scheduler.scale_model_input(sample, timestep)
        scheduler.step(told(kind, picture, noise, *levels), timestep, sample)
        assert foreseen.picture is not None
        assert torch.allclose(foreseen.picture, picture, atol=1e-3)
    assert foreseen.share_after(scheduler.timesteps[-1]) == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "sample"])
@pytest.mark.parametrize("name", DIFFUSION)
def test_diffusion(name: str, kind: str) -> None:
    if kind == "sample" and name in ("pndm", "euler_a"):
        pytest.skip("diffusers' own does not take such models")
    own = pipelines.DPMSolverMultistepScheduler(**SD, prediction_type=kind)
    follow(make(own, name, ""), kind)


@pytest.mark.parametrize("name", FLOW_SAMPLERS)
def test_flow_matching_in_a_sampler(name: str) -> None:
    own = pipelines.DPMSolverMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True)
    follow(make(own, name, ""), "flow_prediction")


@pytest.mark.parametrize("name", FLOW)
def test_flow_matching(name: str) -> None:
    follow(make(pipelines.FlowMatchEulerDiscreteScheduler(shift=3.0), name, ""), "flow_prediction")


def test_a_scheduler_that_says_nothing_of_its_noise_foresees_nothing() -> None:
    class Silent:
        config: dict[str, Any] = {"prediction_type": "epsilon"}  # noqa: RUF012
        timesteps = torch.arange(3)

        def step(self, output: torch.Tensor, timestep: Any, sample: torch.Tensor) -> torch.Tensor:
            return sample + output

    silent = Silent()
    foreseen = Foreseen(silent)
    assert silent.step(torch.ones(2), torch.tensor(1), torch.ones(2)).tolist() == [2, 2]
    assert foreseen.picture is None
    assert foreseen.share_after(torch.tensor(1)) == 0.0
