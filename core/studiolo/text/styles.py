"""The literary styles, one file each in `styles/`; each goes with any mode. Knows no model and no prompt."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from studiolo_contract.errors import StudioloError


@dataclass(frozen=True)
class Style:
    """A way of writing: told in a sentence, and shown in a passage."""

    name: str
    summary: str
    """For a person who chooses between styles."""
    instruction: str
    """What a model is told, as the end of a sentence that begins with "Write"."""
    brief: str
    """The same for a small model: a few adjectives and nouns."""
    sample: str
    """A passage written that way, for a model that writes better when it is shown."""
    poem: str
    """The kind of poem that the style asks for where a poem is wanted; empty for any."""


def style_names() -> tuple[str, ...]:
    """Every style there is, by name, in alphabetical order."""
    pages = files("studiolo.text").joinpath("styles").iterdir()
    return tuple(sorted(page.name.removesuffix(".toml") for page in pages if page.name.endswith(".toml")))


@cache
def read_style(name: str) -> Style:
    """The style of that name. Raises `StudioloError` (`bad_request`) when there is none."""
    if name not in style_names():
        raise StudioloError(
            "bad_request", f"There is no style called '{name:.64}'.", f"Choose one of: {', '.join(style_names())}."
        )
    page = tomllib.loads(files("studiolo.text").joinpath("styles", f"{name}.toml").read_text(encoding="utf-8"))
    return Style(
        name=name,
        summary=page["summary"],
        instruction=page["instruction"].strip(),
        brief=page["brief"].strip(),
        sample=page["sample"].strip(),
        poem=page.get("poem", ""),
    )
