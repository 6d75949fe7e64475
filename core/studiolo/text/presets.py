"""Named sampling settings, and which setting counts where several are given. Knows no sampler and no model."""

from __future__ import annotations

import dataclasses
import tomllib
from functools import cache
from importlib.resources import files

from studiolo_contract.codec import from_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.text import Sampling

NEUTRAL = Sampling(
    temperature=1.0,
    top_p=1.0,
    top_k=0,
    min_p=0.0,
    typical_p=1.0,
    repetition_penalty=1.0,
    repetition_range=0,
    presence_penalty=0.0,
    frequency_penalty=0.0,
    dry_multiplier=0.0,
    dry_base=1.75,
    dry_allowed_length=2,
    dry_range=0,
    xtc_probability=0.0,
    xtc_threshold=0.1,
    banned_phrases=(),
    logit_bias=(),
)
"""Every field filled in, so that each token is drawn with the model's own probability."""


def preset_names() -> tuple[str, ...]:
    """Every preset that a request may name."""
    return ("model", "neutral", *sorted(_presets()))


def read_preset(name: str) -> Sampling:
    """A named preset with only its own fields set. Raises `StudioloError` (`bad_request`) when there is none."""
    if name == "neutral":
        return Sampling()
    if name not in _presets():
        raise StudioloError(
            "bad_request", f"There is no preset called '{name:.64}'.", f"Choose one of: {', '.join(preset_names())}."
        )
    return _presets()[name]


def resolve(asked: Sampling, preset: str, model: Sampling) -> Sampling:
    """Every field settled: as asked, else by the preset, else neutral. The preset `model` stands for `model`."""
    base = model if preset == "model" else read_preset(preset)
    return over(over(asked, base), NEUTRAL)


def over(upper: Sampling, lower: Sampling) -> Sampling:
    """Every field of `upper` that is set, and those of `lower` where it is not."""
    names = [field.name for field in dataclasses.fields(Sampling)]
    pairs = {name: (getattr(upper, name), getattr(lower, name)) for name in names}
    return Sampling(**{name: below if above is None else above for name, (above, below) in pairs.items()})


@cache
def _presets() -> dict[str, Sampling]:
    pages = tomllib.loads(files("studiolo.text").joinpath("presets.toml").read_text(encoding="utf-8"))
    return {name: from_plain(Sampling, page) for name, page in pages.items()}
