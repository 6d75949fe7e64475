# SPDX-License-Identifier: GPL-3.0-or-later
"""The materials that one prompt gave, to choose from: which there are, which is worn, how to wear another one.

Keeps their names only. After an undo, or in another file, they are not there, and nothing is shown of them.
"""

from __future__ import annotations

import bpy

from ..surfaces import materials
from ..surfaces.texturing import Texture
from ..task import bad
from ..underway import Underway

_latest: tuple[tuple[str, ...], ...] = ()
"""Of each variation its materials: one, or two where objects without UVs have one of their own."""


def heard(underway: Underway) -> None:
    """A task ended."""
    global _latest
    made = underway.made
    if isinstance(underway.task, Texture) and made is not None and len(made.recipes) > 1:
        each = len(made.materials) // len(made.recipes)
        _latest = tuple(made.materials[start : start + each] for start in range(0, len(made.materials), each))


def there() -> tuple[tuple[str, ...], ...]:
    """The variations of the latest texture that are in this file; none where there is nothing to choose."""
    found = tuple(names for names in _latest if all(name in bpy.data.materials for name in names))
    return found if len(found) > 1 else ()


def worn(names: tuple[str, ...]) -> bool:
    """Whether some object wears one of these."""
    return any(materials.wearers(bpy.data.materials[name]) for name in names)


def choose(number: int) -> None:
    """Has this variation worn in the place of whichever is. Raises `StudioloError`."""
    groups = there()
    if not 0 <= number < len(groups):
        raise bad(
            f"There is no variation {number + 1}.", f"Choose one of {len(groups)}." if groups else "Make some first."
        )
    for others in groups:
        for old, new in zip(others, groups[number], strict=True):
            if old != new:
                materials.swap(bpy.data.materials[old], bpy.data.materials[new])


def forget() -> None:
    global _latest
    _latest = ()
