# SPDX-License-Identifier: GPL-3.0-or-later
"""How a datablock or a strip was made, kept on itself as a property. Knows recipes; of Blender only that things have
properties."""

from __future__ import annotations

import json
from typing import Any

from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.recipe import Recipe

PROPERTY = "studiolo_recipe"
"""JSON."""


def keep(thing: Any, recipe: Recipe) -> None:
    """Writes it there; the one of before is gone."""
    thing[PROPERTY] = json.dumps(to_plain(recipe), ensure_ascii=False)


def kept(thing: Any) -> Recipe | None:
    """The recipe of a thing; None where it has none, or one that a later Studiolo wrote in another way."""
    try:
        return from_plain(Recipe, json.loads(thing[PROPERTY]))
    except (KeyError, ValueError, TypeError, RecursionError):
        return None
