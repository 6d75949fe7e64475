"""Every scheduler that is offered paints, and one that does not fit is refused with those that do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, EulerDiscreteScheduler

from studiolo.engines import schedulers
from studiolo.engines.diffusers_image import ImageEngine
from studiolo_contract.errors import StudioloError
from tests.studiolo.engines.painting import given, paint, scene

pytestmark = pytest.mark.usefixtures("one_thread")
EngineOf = Callable[[str], ImageEngine]


@pytest.mark.parametrize("name", schedulers.DIFFUSION)
def test_every_diffusion_scheduler_paints_and_refines_twice_alike(name: str, engine_of: EngineOf) -> None:
    picture, inputs = given(scene())
    for source in ({}, {"image": picture}):
        jobs = [paint(engine_of("sd15"), inputs, scheduler=name, steps=5, **source) for _ in range(2)]
        assert jobs[0].files == jobs[1].files
        assert jobs[0].pixels().std() > 5
        assert jobs[0].made.settled.scheduler == name


@pytest.mark.parametrize("name", schedulers.FLOW)
@pytest.mark.parametrize("family", ["sd3", "flux", "z-image"])
def test_every_flow_scheduler_paints_and_refines_twice_alike(name: str, family: str, engine_of: EngineOf) -> None:
    picture, inputs = given(scene())
    for source in ({}, {"image": picture}):
        jobs = [paint(engine_of(family), inputs, scheduler=name, **source) for _ in range(2)]
        assert jobs[0].files == jobs[1].files
        assert jobs[0].pixels().std() > 5


@pytest.mark.parametrize("name", schedulers.FLOW_SAMPLERS)
def test_every_flow_sampler_paints_and_refines(name: str, engine_of: EngineOf) -> None:
    picture, inputs = given(scene())
    for source in ({}, {"image": picture}):
        assert paint(engine_of("starter"), inputs, scheduler=name, steps=5, **source).pixels().std() > 5


@pytest.mark.parametrize("name", schedulers.DIFFUSION)
def test_the_lightest_touch_is_the_last_of_many_steps(name: str, engine_of: EngineOf) -> None:
    picture, inputs = given(scene())
    for source in ({"image": picture}, {"image": picture, "mask": picture}):
        job = paint(engine_of("sd15"), inputs, scheduler=name, steps=1, strength=0.001, **source)
        assert job.pixels().std() > 5


def test_schedulers_differ(engine_of: EngineOf) -> None:
    made = {paint(engine_of("sd15"), scheduler=name, steps=5).files[0] for name in ("ddim", "euler", "unipc")}
    assert len(made) == 3


@pytest.mark.parametrize(
    ("family", "name", "says"),
    [
        ("flux", "ddim", "The scheduler 'ddim' does not fit flux. Choose one of euler, euler_a, lcm."),
        ("sd15", "quantum", "The scheduler 'quantum' is not known for sd15. Choose one of ddim, ddpm, dpm"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_does(family: str, name: str, says: str, engine_of: EngineOf) -> None:
    with pytest.raises(StudioloError, match=says.replace(".", r"\.")) as caught:
        paint(engine_of(family), scheduler=name)
    assert caught.value.problem.code == "bad_request"


def test_a_model_s_own_scheduler_has_its_name_only_when_it_is_the_same() -> None:
    assert schedulers.name_of(EulerDiscreteScheduler()) == "euler"
    assert schedulers.name_of(EulerDiscreteScheduler(use_exponential_sigmas=True)) == "euler"
    own = DPMSolverMultistepScheduler(algorithm_type="sde-dpmsolver++", use_karras_sigmas=True)
    assert schedulers.name_of(own) == ""
    assert schedulers.make(own, "", "it").config == own.config


def test_a_settled_scheduler_is_the_model_s_own(engine_of: EngineOf) -> None:
    own = paint(engine_of("sdxl"))
    named = paint(engine_of("sdxl"), scheduler="euler")
    assert own.made.settled == named.made.settled
    assert own.files == named.files


def test_what_a_model_of_whole_pictures_is_offered_takes_its_steps() -> None:
    """Of a model that predicts the picture itself; diffusers has two of them for other models only."""
    own = DDIMScheduler(prediction_type="sample")
    offered = schedulers.fitting(own)
    assert {*schedulers.DIFFUSION} - {*offered} == {"pndm", "euler_a"}
    for name in offered:
        scheduler = schedulers.make(own, name, "it")
        scheduler.set_timesteps(3)
        latents = torch.ones(1, 4, 4, 4)
        for step in scheduler.timesteps:
            latents = scheduler.step(scheduler.scale_model_input(latents, step), step, latents).prev_sample
        assert latents.isfinite().all()
    with pytest.raises(StudioloError, match="The scheduler 'euler_a' does not fit it"):
        schedulers.make(own, "euler_a", "it")
