# SPDX-License-Identifier: GPL-3.0-or-later
"""Styles that a painter chooses: what they add to the prompt, and how the model is set. Knows no model.

Those that come with the plugin are `styles.json`; a painter's own are a file of the same form in a folder of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from studiolo_contract.codec import from_plain
from studiolo_krita import keeping
from studiolo_krita.errors import PluginError

PLACE = "{prompt}"
LONGEST = 1000
"""Characters of a style's words."""


@dataclass(frozen=True)
class Style:
    """A way of painting, by name."""

    name: str
    prompt: str = PLACE
    """The words with `{prompt}` in the place of the painter's."""
    negative: str = ""
    """What to keep away from, besides what the painter names."""
    steps: int | None = None
    """1 to 200; None for the model's own."""
    guidance_scale: float | None = None
    """0 to 50; None for the model's own."""
    scheduler: str = ""
    """A sampler by name; empty for the model's own."""
    model: str = ""
    """Empty for the one that is chosen."""


@dataclass(frozen=True)
class _Styles:
    styles: tuple[Style, ...] = ()


@cache
def shipped() -> tuple[Style, ...]:
    """Those that come with the plugin, `none` first."""
    plain = json.loads(Path(__file__).with_name("styles.json").read_text("utf-8"))
    return from_plain(_Styles, plain).styles


def read(file: Path) -> tuple[tuple[Style, ...], str]:
    """Those that come with the plugin, then the painter's own; and a sentence where the file of these could not be
    understood and was set aside. Raises `PluginError` where it can't be opened."""
    own, sentence = keeping.read(file, _Styles)
    return (*shipped(), *(own.styles if own else ())), sentence


def add(file: Path, style: Style) -> None:
    """Keeps a new one. Raises `PluginError` where it can't be: no name or one that is taken, words without a place for
    the prompt or too long, numbers out of bounds."""
    own = _own(file)
    _write(file, (*own, _checked(style, own)))


def change(file: Path, name: str, style: Style) -> None:
    """Puts `style` in the place of the painter's own `name`; it may have another name. Raises `PluginError` as `add`
    does, and where there is no such style of the painter's own."""
    own = _own(file)
    others = _without(own, name)
    changed = _checked(style, others)
    _write(file, tuple(changed if one.name == name else one for one in own))


def remove(file: Path, name: str) -> None:
    """Raises `PluginError` where there is no such style of the painter's own."""
    _write(file, _without(_own(file), name))


def _own(file: Path) -> tuple[Style, ...]:
    own, _ = keeping.read(file, _Styles)
    return own.styles if own else ()


def _write(file: Path, own: tuple[Style, ...]) -> None:
    keeping.write(file, _Styles(own))


def _without(own: tuple[Style, ...], name: str) -> tuple[Style, ...]:
    if all(one.name != name for one in own):
        known = any(one.name == name for one in shipped())
        raise PluginError("style_shipped", name=name) if known else PluginError("style_unknown", name=name)
    return tuple(one for one in own if one.name != name)


def _checked(style: Style, others: Sequence[Style]) -> Style:
    """The style without spaces around its name. Raises `PluginError` where it can't be kept beside the others."""
    name = style.name.strip()
    if not name:
        raise PluginError("style_nameless")
    if name.casefold() in {one.name.casefold() for one in (*shipped(), *others)}:
        raise PluginError("style_taken", name=name)
    if style.prompt.count(PLACE) != 1:
        raise PluginError("style_no_place")
    if max(len(style.prompt), len(style.negative)) > LONGEST:
        raise PluginError("style_too_long", most=LONGEST)
    if style.steps is not None and not 1 <= style.steps <= 200:
        raise PluginError("style_steps", steps=style.steps)
    if style.guidance_scale is not None and not 0 <= style.guidance_scale <= 50:
        raise PluginError("style_guidance", guidance=style.guidance_scale)
    return replace(style, name=name)
