"""Schedulers by the names that people use, and which of them fit a model. Knows no pipeline."""

from __future__ import annotations

from typing import Any

import diffusers

from studiolo_contract.errors import StudioloError

# name -> class in diffusers, and what is set differently from the model's own configuration
DIFFUSION: dict[str, tuple[str, dict[str, Any]]] = {
    "ddim": ("DDIMScheduler", {"clip_sample": False}),
    "ddpm": ("DDPMScheduler", {"clip_sample": False}),
    "pndm": ("PNDMScheduler", {"skip_prk_steps": True}),
    "euler": ("EulerDiscreteScheduler", {"use_karras_sigmas": False}),
    "euler_a": ("EulerAncestralDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {"use_karras_sigmas": False}),
    "dpm++": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "use_karras_sigmas": False}),
    "dpm++_karras": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "use_karras_sigmas": True}),
    "dpm++_sde": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++", "use_karras_sigmas": False}),
    "unipc": ("UniPCMultistepScheduler", {"use_karras_sigmas": False}),
    "lcm": ("LCMScheduler", {"original_inference_steps": 200}),  # as many as a request may ask for
}
"""For models that predict noise, velocity or the picture."""

NOT_FOR_SAMPLES = ("pndm", "euler_a")
"""What diffusers has not made for models that predict the picture itself."""

FLOW_SAMPLERS: dict[str, tuple[str, dict[str, Any]]] = {
    name: (kind, {**options, "prediction_type": "flow_prediction", "use_flow_sigmas": True})
    for name, (kind, options) in DIFFUSION.items()
    if name in ("dpm++", "dpm++_sde", "unipc")
}
"""For flow-matching models whose pipeline leaves the noise levels to the scheduler."""

FLOW: dict[str, tuple[str, dict[str, Any]]] = {
    "euler": ("FlowMatchEulerDiscreteScheduler", {"stochastic_sampling": False}),
    "euler_a": ("FlowMatchEulerDiscreteScheduler", {"stochastic_sampling": True}),
    "lcm": ("FlowMatchLCMScheduler", {}),
}
"""For flow-matching models whose pipeline sets the noise levels itself."""


def fitting(own: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """The schedulers that can take the place of a model's own one."""
    if type(own).__name__.startswith("FlowMatch"):
        return FLOW
    if own.config.get("prediction_type") == "flow_prediction":
        return FLOW_SAMPLERS
    if own.config.get("prediction_type") in ("epsilon", "v_prediction"):
        return DIFFUSION
    if own.config.get("prediction_type") == "sample":
        return {name: entry for name, entry in DIFFUSION.items() if name not in NOT_FOR_SAMPLES}
    return {}


def make(own: Any, name: str, model: str) -> Any:
    """A scheduler fresh for one job: the one called `name`, or one like the model's own for an empty name.

    Raises `StudioloError` (`bad_request`) with the list of those that fit.
    """
    if not name:
        return type(own).from_config(own.config)
    fits = fitting(own)
    if name not in fits:
        what = "does not fit" if name in {*DIFFUSION, *FLOW} else "is not known for"
        raise StudioloError(
            "bad_request",
            f"The scheduler '{name}' {what} {model}.",
            f"Choose one of {', '.join(sorted(fits))}." if fits else "Leave the scheduler to the model.",
        )
    kind, changes = fits[name]
    return getattr(diffusers, kind).from_config(own.config, **changes)


def name_of(own: Any) -> str:
    """The name under which `make` gives a scheduler just like the model's own; empty when there is none."""
    for name in fitting(own):
        made = make(own, name, "")
        if type(made) is type(own) and _settings(made) == _settings(own):
            return name
    return ""


def _settings(scheduler: Any) -> dict[str, Any]:
    return {key: value for key, value in scheduler.config.items() if not key.startswith("_")}
