# SPDX-License-Identifier: GPL-3.0-or-later
"""Drop: a part of a kit that the project keeps, put where it belongs. Knows what the daemon tells of the project."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from studiolo_client.client import Client
from studiolo_contract.concept import sameness
from studiolo_contract.kit import KitInfo, KitPart

from ..task import Aside, Look, Steps, bad
from . import placing
from .placing import PLACES, Place, Target


@dataclass(frozen=True)
class Drop:
    """A part of a kit."""

    kit: str
    """By its name, or its title."""
    part: str
    scene: str
    objects: tuple[str, ...] = ()
    """What wears a texture; none for a material by itself."""
    scale: float = 1.0
    """Metres that a tile of it is wide."""
    place: Place = "reference"
    """Of a picture: `reference`, an empty that shows it; `background`, behind what the camera sees; `image`."""
    frame: int | None = None
    """Where music begins; None for the present frame."""

    @property
    def title(self) -> str:
        return f"{self.kit}: {self.part}"

    def steps(self) -> Steps:
        if self.place not in PLACES:
            raise bad(f"A picture has no place called '{self.place}'.", f"Choose one of: {', '.join(PLACES)}.")
        if not self.scale > 0.0:
            raise bad(f"A tile can't be {self.scale:g} m wide.", "Choose a scale above 0.")
        target = Target(self.scene, self.objects, self.scale, self.place, self.frame)
        placing.scene_of(target)
        name, part, data = yield Look(partial(_brought, self.kit, self.part), f"Getting {self.part}")
        brought = yield Aside(lambda: placing.ready(name, part, data), f"Looking at {self.part}")
        return placing.put(brought, target)


def _brought(kit: str, name: str, client: Client) -> tuple[str, KitPart, dict[str, bytes]]:
    """The part's name in Blender, the part, and the bytes of its files."""
    found = _found(kit, client)
    part = next((one for one in found.parts if one.name == name), None)
    if part is None:
        raise bad(
            f"{found.title or kit} has no part called '{name}'.",
            f"It has {', '.join(one.name for one in found.parts)}.",
        )
    if part.problem is not None:
        raise bad(f"{name} is missing: {part.problem.message}", part.problem.mend)
    if not placing.wanted(part):
        raise bad(f"{name} has nothing that Blender has a place for.", "It lies in the folder of its kit.")
    data = {file.name: client.get(client.bring(found.name, file.name).sha256) for file in placing.wanted(part)}
    return f"{found.title or found.name}: {part.name}", part, data


def _found(name: str, client: Client) -> KitInfo:
    known = client.kits()
    if not known.project:
        raise bad("No project is open.", "Open one with `./studiolo project FOLDER`.")
    same = [one for one in known.kits if one.name == name]
    same += [one for one in known.kits if sameness(one.title) == sameness(name)]
    if not same:
        raise bad(f"{known.project} has no kit called {name}.", "Choose one of those that `kits()` lists.")
    return same[0]
