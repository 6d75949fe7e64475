"""Which engine runs a model. Knows the engines by name only, and loads none before it is needed."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import cast

from studiolo.engines.engine import Load
from studiolo_contract.errors import StudioloError

ENGINES = {
    "transformers-text": "studiolo.engines.transformers_text",
    "diffusers-image": "studiolo.engines.diffusers_image",
    "texture": "studiolo.engines.texture",
    "upscale": "studiolo.engines.upscale",
    "symbolic-music": "studiolo.engines.symbolic_music",
    "ace-step": "studiolo.engines.ace_step",
    "stable-audio": "studiolo.engines.stable_audio",
    "musicgen": "studiolo.engines.musicgen",
    "match": "studiolo.engines.match",
}
"""Name in the catalogue -> module with a `load` function."""


def loader(engine: str) -> Load:
    """The engine's `load`. Raises `StudioloError` (`bad_model`) for a name that nobody has registered."""
    if engine in ENGINES:
        return cast(Load, import_module(ENGINES[engine]).load)
    for point in entry_points(group="studiolo.engines", name=engine):
        return cast(Load, point.load())
    known = ", ".join(sorted(ENGINES))
    raise StudioloError(
        "bad_model", f"No engine is called '{engine}'.", f"Install the package that has it; here are {known}."
    )
