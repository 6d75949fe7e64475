"""What the web UI calls the samplers. Knows no model; which of them fit one, its engine says."""

from __future__ import annotations

from studiolo_daemon.doors.foreign import Refused

OWN = "Automatic"
"""The model's own sampler, or schedule."""
KARRAS = "Karras"
SAMPLERS = {
    OWN: "",
    "Euler": "euler",
    "Euler a": "euler_a",
    "Heun": "heun",
    "DPM++ 2M": "dpm++",
    "DPM++ 2M Karras": "dpm++_karras",
    "DPM++ 2M SDE": "dpm++_sde",
    "DDIM": "ddim",
    "DDPM": "ddpm",
    "PLMS": "pndm",
    "UniPC": "unipc",
    "LCM": "lcm",
}
"""Theirs -> ours."""
SCHEDULES = (OWN, KARRAS)


def scheduler(sampler: str, schedule: str) -> str:
    """Our name for a sampler and its schedule. Raises `Refused`."""
    known = {name.lower(): ours for name, ours in SAMPLERS.items()} | {ours: ours for ours in SAMPLERS.values()}
    if sampler.lower() not in known:
        raise Refused("sampler_name", f"No sampler is called '{sampler:.60}'.", f"Known are {', '.join(SAMPLERS)}.")
    ours = known[sampler.lower()]
    if schedule.lower() in ("", OWN.lower()):
        return ours
    if schedule.lower() == KARRAS.lower() and ours in ("dpm++", "dpm++_karras"):
        return "dpm++_karras"
    raise Refused(
        "scheduler",
        f"The schedule '{schedule:.60}' is not to be had with the sampler '{sampler:.60}'.",
        f"Leave it at {OWN}, or take {KARRAS} with DPM++ 2M.",
    )


def name_of(scheduler: str) -> str:
    """Their name for a sampler of ours."""
    return next((name for name, ours in SAMPLERS.items() if ours == scheduler), scheduler)
