# SPDX-License-Identifier: GPL-3.0-or-later
"""Where everything in a scene comes to stand: the list of operations worked out into places, in metres.

Things that are many are first set out about a middle of their own, then each such group is put where the list says.
Things side by side never overlap. The same list with the same seed stands the same way. Knows the shapes as solids; no
Blender.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import cos, hypot, pi, sin, sqrt

import numpy as np

from ..modelling.solids import Solid
from . import shapes
from .framing import AROUND
from .land import evened, surface, widened
from .operations import Add, Array, Camera, Operation, Place
from .setting_out import Spot, set_out

SIDES = {"left of": (-1, 0), "right of": (1, 0), "in front of": (0, -1), "behind": (0, 1)}
ROOFED = frozenset(("table", "bridge", "arch", "gate", "temple", "cloud", "bench", "chair", "bed"))
"""Under these there is room right in the middle."""
CLOSED = frozenset(
    ("house", "tower", "castle", "lighthouse", "windmill", "pyramid", "obelisk", "rock", "mountain", "hill")
)
"""Inside these nothing could be seen: it stands before them."""
LAND = {"rock": 0.66, "hill": 0.45, "mountain": 0.35}
"""What stands on these gets even ground, and takes no more than this share of them: they are as wide as it needs."""
TRUNKS = frozenset(("tree", "pine", "palm", "lantern"))
"""What is around these is under them, near their foot."""
HOLDERS = frozenset(("vase", "cup", "barrel", "crate", "well", "boat", "bed", "fountain"))
"""What is inside these stands on their bottom."""


@dataclass
class Group:
    """All objects of one name, about the middle of what they stand on."""

    add: Add
    solid: Solid
    spots: list[Spot]
    others: dict[int, Solid] = field(default_factory=dict)
    """The further meshes of a grown thing, by the number of the variant."""
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    grounded: bool = True
    """Whether it stands on the ground by itself, so that others must keep clear of it."""
    base: Group | None = None
    """What it stands on, if that is not the ground."""
    carries: list[Group] = field(default_factory=list)
    """What stands on it."""
    holds: list[Group] = field(default_factory=list)
    """What stands in the middle of it, where it is many."""

    @property
    def reach(self) -> tuple[float, float]:
        """How far one object goes from the middle of its foot, in width and in depth."""
        solids = (self.solid, *self.others.values())
        x, y = np.max([np.abs(solid.points[:, :2]).max(axis=0) for solid in solids], axis=0)
        scale = max(spot.scale for spot in self.spots)
        return float(x) * scale, float(y) * scale

    @property
    def wide(self) -> float:
        """The same, however it is turned."""
        return max(self.reach)

    def half(self) -> tuple[float, float]:
        """Half its width and half its depth, all objects taken together."""
        x, y = self.reach
        turns = {round(spot.turn) % 180 for spot in self.spots}
        own = (x, y) if turns == {0} else (y, x) if turns == {90} else (self.wide, self.wide)
        return (
            max(abs(spot.x) for spot in self.spots) + own[0],
            max(abs(spot.y) for spot in self.spots) + own[1],
        )

    def top_at(self, x: float, y: float) -> float:
        """Height of what lies under a point, in the scene's metres."""
        best = 0.0
        for spot in self.spots:
            dx, dy = x - self.x - spot.x, y - self.y - spot.y
            if hypot(dx, dy) <= self.wide * 1.5 * spot.scale:
                a = -spot.turn * pi / 180
                u, v = (dx * cos(a) - dy * sin(a)) / spot.scale, (dx * sin(a) + dy * cos(a)) / spot.scale
                best = max(best, self.z + spot.z + self.solid.height_at(u, v) * spot.scale)
        return best


class _Said:
    """What the list says, by the names of the things."""

    def __init__(self, operations: Sequence[Operation], seed: int) -> None:
        self.adds = {one.name: one for one in operations if isinstance(one, Add)}
        self.arrays = {one.name: one for one in operations if isinstance(one, Array)}
        self.places = {one.name: one for one in operations if isinstance(one, Place)}
        camera = next((one for one in operations if isinstance(one, Camera)), Camera())
        self.viewer = AROUND[camera.side]
        self.solids = {name: shapes.shape(add, seed) for name, add in self.adds.items()}
        for place in self.places.values():
            kind = self.adds[place.of].kind if place.of else ""
            if place.where == "on" and kind in LAND:
                self.solids[place.of] = widened(self.solids[place.of], self.reach(place.name), LAND[kind])

    def reach(self, name: str) -> float:
        """How far a thing goes from its middle, with all that it is an array of."""
        width, depth, _ = self.solids[name].size()
        count = self.arrays[name].count if name in self.arrays else 1
        return hypot(width, depth) / 2 * (1 if count == 1 else 1.5 * sqrt(count))

    def room(self, name: str) -> tuple[float, float]:
        """How much a group keeps free in its middle: for what is to stand in it, and for what it stands around."""
        clear = around = 0.0
        for other, place in self.places.items():
            if place.of == name and place.where in ("inside", "between"):
                clear = max(clear, self.reach(other) + 0.3)
        own = self.places.get(name)
        if own is not None and own.where == "around":
            trunk = self.adds[own.of].kind in TRUNKS and own.of not in self.arrays
            around = self.reach(own.of) * (0.4 if trunk else 1.0)
        return clear, around


def arrange(operations: Sequence[Operation], seed: int) -> dict[str, Group]:
    """The groups by name, in the order in which they were added."""
    said = _Said(operations, seed)
    groups: dict[str, Group] = {}
    for number, (name, add) in enumerate(said.adds.items()):
        chance = np.random.default_rng([seed, number])
        solid = said.solids[name]
        spots = set_out(add, solid, said.arrays.get(name), *said.room(name), said.viewer, chance)
        others = {spot.variant: shapes.shape(add, seed + spot.variant) for spot in spots if spot.variant}
        groups[name] = Group(add, solid, spots, others)
    settled: dict[str, Group] = {}
    for name in _in_order(list(said.adds), said.places):
        place = said.places.get(name)
        _settle(groups[name], place, groups, settled, np.random.default_rng([seed, 1000 + len(settled)]))
        settled[name] = groups[name]
    return groups


def notes(operations: Sequence[Operation]) -> list[str]:
    """What stands otherwise than the list says, and why."""
    kinds = {one.name: one.kind for one in operations if isinstance(one, Add)}
    many = {one.name for one in operations if isinstance(one, Array) and one.count > 1}
    return [
        f"Inside '{one.of}' nothing could be seen; '{one.name}' stands in front of it."
        for one in operations
        if isinstance(one, Place) and one.where == "inside" and kinds[one.of] in CLOSED and one.of not in many
    ]


def _in_order(names: Sequence[str], places: dict[str, Place]) -> list[str]:
    """Each after what it stands to."""
    done: list[str] = []

    def put(name: str) -> None:
        if name not in done:
            place = places.get(name)
            if place is not None and place.of:
                put(place.of)
            done.append(name)

    # what others stand to comes first, so that the middle of the scene is what it is about
    for name in sorted(names, key=lambda name: name in places and bool(places[name].of)):
        put(name)
    return done


# ---- where a group stands


def _settle(
    group: Group,
    place: Place | None,
    groups: dict[str, Group],
    settled: dict[str, Group],
    chance: np.random.Generator,
) -> None:
    if place is not None and place.turn:
        group.spots = [replace(spot, turn=spot.turn + place.turn) for spot in group.spots]
    others = [one for one in settled.values() if one.grounded]
    if group.add.kind == "cloud" and (place is None or place.where not in ("on", "above")):
        tallest = max((one.z + one.solid.size()[2] for one in settled.values()), default=6.0)
        group.grounded, group.z = False, max(1.3 * tallest, 5.0)
    if place is None:
        _beside_all(group, others)
    elif place.where == "at":
        group.x, group.y = place.x, place.y
    elif place.where == "centre":
        group.x = group.y = 0.0
        group.grounded = not any(_overlap(group, other, 0.0) for other in others)
    else:
        _relate(group, place.where, groups[place.of], others, chance)


def _beside_all(group: Group, others: Sequence[Group]) -> None:
    """In the middle, if that is free; else to the right of everything, or behind it where it is land."""
    if not others:
        return
    if group.add.kind in ("mountain", "hill"):
        _push(group, others[0], (0, 1), others)
    elif group.grounded:
        _push(group, others[0], (1, 0), others)


def _relate(group: Group, where: str, of: Group, others: Sequence[Group], chance: np.random.Generator) -> None:
    if of.base is not None and (where in SIDES or where == "beside"):
        others = of.base.carries  # beside a cup on a table is on the table too
    if where in SIDES:
        _face(group, SIDES[where])
        _push(group, of, SIDES[where], others)
    elif where == "beside":
        # the nearer of right and left, else whatever is free
        ways = ((1, 0), (-1, 0), (0, -1))
        tries = [(_pushed(group, of, way, others), way) for way in ways]
        _, way = min(tries, key=lambda found: round(hypot(found[0][0] - of.x, found[0][1] - of.y), 3))
        _face(group, way)
        _push(group, of, way, others)
    elif where in ("around", "between", "inside"):
        group.x, group.y = of.x, of.y
        group.grounded = where == "around" and of.grounded
        group.z = of.z if where == "around" and not of.grounded else 0.0
        if where == "around" and len(group.spots) == 1 and not group.spots[0].x and not group.spots[0].y:
            _push(group, of, (0, -1), others)
        elif where != "around":
            _within(group, where, of, others)
        if where == "around" and of.add.kind in ("hill", "mountain"):
            group.spots = [replace(s, z=of.top_at(group.x + s.x, group.y + s.y)) for s in group.spots]
    elif where == "on":
        _upon(group, of, chance)
    elif where == "above":
        group.x, group.y, group.grounded = of.x, of.y, False
        height = of.z + max(spot.z + of.solid.size()[2] * spot.scale for spot in of.spots)
        group.z = height + max(0.35 * group.solid.size()[2], 0.12 * height)
        if group.add.kind == "cloud":
            group.z = max(group.z, height + 3.0, 1.4 * height)
    else:
        _below(group, of)
    if of.base is not None and (where in SIDES or where == "beside"):
        _rest(group, of.base)


def _within(group: Group, where: str, of: Group, others: Sequence[Group]) -> None:
    of.holds.append(group)
    if len(of.spots) == 1:
        if where == "between" or of.add.kind in CLOSED:
            group.grounded = True
            _push(group, of, (0, -1), others)
        elif of.add.kind in HOLDERS:
            group.z = of.z + 0.12 * of.solid.size()[2]
        return
    rows = sorted({round(spot.y, 3) for spot in of.spots})
    if (len(rows) == 1 and len(of.spots) % 2) or (len(rows) > 1 and _taken(group, of)):
        # nothing is free right in the middle: between the middle one and the next
        ordered = sorted(of.spots, key=lambda spot: hypot(spot.x, spot.y))
        first = ordered[0]
        second = min(ordered[1:], key=lambda spot: hypot(spot.x - first.x, spot.y - first.y))
        group.x, group.y = of.x + (first.x + second.x) / 2, of.y + (first.y + second.y) / 2


def _taken(group: Group, of: Group) -> bool:
    return any(hypot(spot.x, spot.y) < group.wide * 0.5 + of.wide * 0.5 for spot in of.spots)


def _upon(group: Group, of: Group, chance: np.random.Generator) -> None:
    """On its surface, at whatever height that is there; one on each where they are equally many."""
    group.grounded = False
    highest = max(of.spots, key=lambda spot: (spot.z, -hypot(spot.x, spot.y)))
    if len(group.spots) == len(of.spots) > 1 and not any(spot.z for spot in of.spots):
        group.x, group.y = of.x, of.y
        group.spots = [
            replace(mine, x=its.x, y=its.y, turn=its.turn) for mine, its in zip(group.spots, of.spots, strict=True)
        ]
        group.spots = [replace(spot, z=of.top_at(of.x + spot.x, of.y + spot.y)) for spot in group.spots]
        return
    group.x, group.y = of.x + highest.x, of.y + highest.y
    if of.add.kind in LAND and len(of.spots) == 1:
        _upon_land(group, of)
        return
    room = surface(of.solid)
    half = group.half()
    if len(group.spots) > 1 and max(half[0] / room[0], half[1] / room[1]) > 0.95:
        squeeze = min(1.0, (room[0] - group.wide * 0.7) / max(half[0], 1e-6), 1.0)
        flat = min(1.0, (room[1] - group.wide * 0.7) / max(half[1], 1e-6))
        group.spots = [replace(s, x=s.x * max(squeeze, 0.2), y=s.y * max(flat, 0.2)) for s in group.spots]
    if of.carries:
        _find_room(group, of, room)
    _rest(group, of)


def _upon_land(group: Group, of: Group) -> None:
    """On a hill: what is one thing or stands close gets one level place, what is spread out one for each."""
    half = group.half()
    if of.carries:
        _find_room(group, of, (of.half()[0] * 0.5, of.half()[1] * 0.5))
    group.grounded, group.base = False, of
    of.carries.append(group)
    around = [spot.scale * hypot(*group.solid.size()[:2]) / 2 for spot in group.spots]
    limit = min(of.half()) * 0.6
    squeeze = min(1.0, limit / max(*half, 1e-6)) if len(group.spots) > 1 else 1.0
    spots = []
    for spot, reach in zip(group.spots, around, strict=True):
        x, y = spot.x * squeeze, spot.y * squeeze
        of.solid, level = evened(of.solid, group.x + x - of.x, group.y + y - of.y, reach)
        spots.append(replace(spot, x=x, y=y, z=spot.z + level - (0.02 if group.add.kind in shapes.GROWN else 0.0)))
    group.spots = spots
    group.z = of.z


def _rest(group: Group, of: Group) -> None:
    """Lowers a group onto what it stands on."""
    group.grounded, group.base = False, of
    of.carries.append(group)
    group.spots = [replace(s, z=s.z + of.top_at(group.x + s.x, group.y + s.y)) for s in group.spots]


def _find_room(group: Group, of: Group, room: tuple[float, float]) -> None:
    """Moves a group over a surface to where it is farthest from what is on it already."""
    half = group.half()
    best, chosen = -1.0, (group.x, group.y)
    for at in range(45):
        u, v = (at % 9) / 4 - 1, (at // 9) / 2 - 1
        x = of.x + u * max(room[0] - half[0] * 0.8, 0.0)
        y = of.y + v * max(room[1] - half[1] * 0.8, 0.0)
        free = min(
            max(abs(x - other.x) - half[0] - other.half()[0], abs(y - other.y) - half[1] - other.half()[1])
            for other in of.carries
        )
        if free > best + 1e-6:
            best, chosen = free, (x, y)
        if best > 0.12 * min(room):
            break
    group.x, group.y = chosen


def _below(group: Group, of: Group) -> None:
    group.x, group.y, group.grounded = of.x, of.y, False
    if of.z > 0.3 or of.add.kind in ROOFED:
        return
    away = 0.24 * of.wide + group.wide + 0.15  # beside the trunk or post
    group.y = of.y - away


def _face(group: Group, way: tuple[int, int]) -> None:
    """Seats that stand on that side of something look at it; a row of them is turned as a whole."""
    if group.add.kind not in shapes.SEATS:
        return
    turn = {(-1, 0): 90.0, (1, 0): -90.0, (0, -1): 180.0, (0, 1): 0.0}[way]
    c, s = round(cos(turn * pi / 180)), round(sin(turn * pi / 180))
    group.spots = [
        replace(spot, x=spot.x * c - spot.y * s, y=spot.x * s + spot.y * c, turn=spot.turn + turn)
        for spot in group.spots
    ]


# ---- keeping clear


def _overlap(group: Group, other: Group, margin: float) -> bool:
    (a, b), (c, d) = group.half(), other.half()
    return abs(group.x - other.x) < a + c + margin and abs(group.y - other.y) < b + d + margin


def _push(group: Group, of: Group, way: tuple[int, int], others: Sequence[Group]) -> None:
    group.x, group.y = _pushed(group, of, way, others)


def _pushed(group: Group, of: Group, way: tuple[int, int], others: Sequence[Group]) -> tuple[float, float]:
    """Beside something on one side, as far out as is needed to touch nothing."""
    half, its = group.half(), of.half()
    gap = 0.12 * min(max(half), max(its)) + 0.03
    start = (group.x, group.y)
    group.x = of.x + way[0] * (half[0] + its[0] + gap)
    group.y = of.y + way[1] * (half[1] + its[1] + gap)
    for _ in range(40):
        hit = next((other for other in others if other is not of and _overlap(group, other, gap * 0.5)), None)
        if hit is None:
            break
        beyond = hit.half()
        if way[0]:
            group.x = hit.x + way[0] * (half[0] + beyond[0] + gap)
        else:
            group.y = hit.y + way[1] * (half[1] + beyond[1] + gap)
    found = (group.x, group.y)
    group.x, group.y = start
    return found
