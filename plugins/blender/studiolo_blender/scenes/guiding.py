# SPDX-License-Identifier: GPL-3.0-or-later
"""How a text model is asked for a scene: in which words, and held to which schema.

A large model gets the whole schema and is told what each operation means. A small one is guided: the list has the
operations that the sentence speaks of, in order, and what the rules have read is settled; the model chooses where the
sentence leaves a choice. Knows readings and operations; no Blender, and no model by name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Union

from studiolo_contract.wire import ModelInfo

from ..models import chosen
from ..reading import qualities
from ..reading.mentions import Mention, Reading
from . import operations as ops
from . import shapes
from .holding import Number
from .operations import Operation

SMALL_GB = 1.5
"""A text model that takes less memory than this is guided."""
INDOORS = frozenset(("table", "chair", "bed", "shelf", "lamp", "candle", "vase", "bottle", "cup", "book"))
PLAIN = frozenset((*ops.PRIMITIVES, "pedestal", "crystal"))
"""These may stand anywhere."""
LAND = ("mountain", "hill")
"""Behind all others, and seen from the front."""
GROWING = shapes.GROWN

Left = Union[tuple[str, ...], Number]
"""What is left of a field's values."""


@dataclass(frozen=True)
class Slot:
    """One operation of a guided list: what the model may still choose in it. Fields that are not here stay as usual."""

    kind: type[Operation]
    left: tuple[tuple[str, Left], ...]


def guides(models: Sequence[ModelInfo], name: str) -> bool:
    """Whether the model of that name (empty: the one that is used by default) is so small that it has to be guided."""
    model = chosen(models, "text", name)
    return model is not None and model.memory_gb < SMALL_GB


# ---- a guided list


def slots(reading: Reading) -> tuple[Slot, ...]:
    """The operations that the sentence speaks of: things first, then where they stand, then light, camera and air."""
    names = _names(reading.mentions)
    found: list[Slot] = []
    for mention in reading.mentions:
        found += _thing(mention, names[id(mention)])
    for number, mention in enumerate(reading.mentions):
        found += _standing(mention, reading.mentions[:number], names)
    return (*found, *_air(reading))


def schema(reading: Reading) -> str:
    """The schema that holds a small model to a sentence."""
    items = [_schema(slot) for slot in slots(reading)]
    return json.dumps(
        {"type": "array", "prefixItems": items, "items": False, "minItems": len(items), "maxItems": len(items)}
    )


def _schema(slot: Slot) -> dict[str, Any]:
    properties: dict[str, Any] = {"do": {"const": slot.kind.do}}
    for name, left in slot.left:
        if isinstance(left, Number):
            properties[name] = {"type": "integer", "minimum": int(left.least), "maximum": int(left.most)}
        else:
            properties[name] = {"enum": list(left)}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _names(mentions: Sequence[Mention]) -> dict[int, str]:
    names: dict[int, str] = {}
    for mention in mentions:
        name = plural(mention.kind) if mention.many else mention.kind
        number = 2
        unused = name
        while unused in names.values():
            unused, number = f"{name} {number}", number + 1
        names[id(mention)] = unused
    return names


def plural(kind: str) -> str:
    """ "columns"."""
    if kind in ("stairs",):
        return kind
    if kind == "shelf":
        return "shelves"
    if kind == "snowman":
        return "snowmen"
    return kind + ("es" if kind.endswith(("s", "sh", "ch")) else "s")


def _thing(mention: Mention, name: str) -> list[Slot]:
    add: list[tuple[str, Left]] = [("name", (name,)), ("kind", (mention.kind,))]
    for field in ("size", "proportion"):
        if getattr(mention, field):
            add.append((field, (getattr(mention, field),)))
    if mention.height:
        add.append(("height", Number(mention.height, mention.height)))
    found = [Slot(ops.Add, tuple(add))]
    if mention.many:
        found.append(
            Slot(
                ops.Array,
                (("name", (name,)), ("layout", _layouts(mention)), ("count", Number(*mention.count, whole=True))),
            )
        )
    if mention.looks:
        found.append(Slot(ops.Material, (("name", (name,)), *_looks(mention))))
    return found


def _layouts(mention: Mention) -> tuple[str, ...]:
    if mention.layout:
        return (mention.layout,)
    if mention.where == "around" or mention.encloses:
        return ("ring",)
    if mention.kind == "cloud" or mention.count[1] > 12:
        return ("scatter",) if mention.kind in GROWING else ("scatter", "grid")
    if mention.where in ("beside", "left of", "right of", "in front of", "behind"):
        return ("row", "scatter")
    if mention.where in ("on", "inside"):
        return ("scatter", "row", "ring")
    return ("row", "ring", "scatter", "grid") if mention.count[1] > 3 else ("row", "ring", "scatter")


def _looks(mention: Mention) -> list[tuple[str, Left]]:
    """What the words for a texture may be, and the colours and finishes that go with them."""
    looks = [qualities.LOOKS[look] for look in mention.looks]
    usual = next((name for name, kinds in qualities.USUAL.items() if mention.kind in kinds.split()), "")
    said = " ".join(dict.fromkeys(look.words for look in looks))
    others = ("",) if any(look.substance for look in looks) else qualities.OTHER[usual]
    words = tuple(f"{said} {other}".strip() for other in others)
    coloured = [look for look in looks if look.colours]
    plain = [look for look in coloured if not look.substance and len(look.colours) == 1]
    colours = (plain or coloured)[0].colours if coloured else tuple(ops.COLOURS)[:14]
    finished = [look for look in looks if look.finishes]
    # what it is made of says more of how it shines than that it is old
    finished.sort(key=lambda look: not (look.substance or look.finishes == ("glowing",)))
    finishes = finished[0].finishes if finished else ("matte", "satin", "glossy")
    if any(look.finishes == ("glowing",) for look in looks):
        finishes = ("glowing",)
    return [("words", words), ("colour", colours), ("finish", finishes)]


def _standing(mention: Mention, before: Sequence[Mention], names: dict[int, str]) -> list[Slot]:
    name = names[id(mention)]
    if mention.where and mention.of is not None:
        return [Slot(ops.Place, (("name", (name,)), ("where", (mention.where,)), ("of", (names[id(mention.of)],))))]
    free = [names[id(other)] for other in before if not other.where]
    if not free:
        return []
    alike = [names[id(other)] for other in before if other.kind == mention.kind]
    if alike:
        return [Slot(ops.Place, (("name", (name,)), ("where", ("right of",)), ("of", (alike[-1],))))]
    land = [names[id(other)] for other in before if other.kind in LAND]
    if mention.kind in LAND:
        where: tuple[str, ...] = ("behind",)
    elif land:
        where, free = ("in front of",), land[:1]
    else:
        where = ("left of", "right of", "behind", "in front of")
    return [Slot(ops.Place, (("name", (name,)), ("where", where), ("of", tuple(free))))]


def _air(reading: Reading) -> list[Slot]:
    """Light, camera and world are always there: a scene needs them, and here the model may choose most."""
    air = reading.air
    skies, grounds = _around(reading)
    sky = skies[0] if len(skies) == 1 else ""
    light: dict[str, Left] = {
        "kind": ("area",) if sky == "studio" else ("sun",),
        "height": {"dawn": ("low",), "sunset": ("low",), "dusk": ("low",), "noon": ("middle", "high")}.get(
            sky, ("middle",)
        ),
        "side": ("left", "right", "back"),
        "tone": {"night": ("cold", "blue"), "overcast": ("neutral", "cold")}.get(sky, ("neutral", "warm")),
        "strength": ("soft", "normal") if sky in ("night", "overcast") else ("normal", "bright"),
    }
    camera: dict[str, Left] = {"shot": ("medium", "wide"), "angle": ("eye", "high"), "side": ("front", "left", "right")}
    world: dict[str, Left] = {"sky": skies, "fog": ("none",), "ground": grounds}
    if any(mention.kind in (*LAND, "cloud") for mention in reading.mentions):
        camera |= {"angle": ("eye", "low"), "side": ("front",)}
    found = []
    for kind, left in ((ops.Light, light), (ops.Camera, camera), (ops.World, world)):
        for key, values in air.items():
            operation, _, field = key.partition(".")
            if operation == kind.do and field == "lens":
                left[field] = Number(float(values[0]), float(values[0]))
            elif operation == kind.do:
                left[field] = values
        found.append(Slot(kind, tuple(left.items())))
    return found


def _around(reading: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which skies and grounds go with what is there, where the sentence does not say."""
    kinds = {mention.kind for mention in reading.mentions}
    skies: tuple[str, ...]
    grounds: tuple[str, ...]
    if kinds <= PLAIN:
        skies, grounds = ("studio", "noon", "dawn"), ("plain", "stone")
    elif kinds <= INDOORS | PLAIN and "world.fog" not in reading.air:
        skies, grounds = ("noon", "sunset", "studio"), ("wood", "stone")
    else:
        skies, grounds = ("dawn", "noon", "overcast", "sunset"), ("grass", "earth", "stone")
    if "light.height" in reading.air and reading.air["light.height"] == ("low",):
        skies = ("dawn", "sunset")
    return reading.air.get("world.sky", skies), reading.air.get("world.ground", grounds)


# ---- in words


def briefing() -> str:
    """What a large model is told of the operations."""
    return f"""Each operation is an object whose "do" is one of:
add: one thing, with a name of your own in small letters and its kind ({", ".join(ops.KINDS)}); size against the usual \
size of its kind; height in metres where it matters.
array: makes the thing many, in all so many as count says, set out in a row, an avenue (two rows), a ring, a grid, a \
stack, or scattered.
place: where a thing or its array stands: at x and y (metres; x to the right, y to the back), in the centre, or to \
another thing (on, above, under, inside, between, around, beside, left of, right of, in front of, behind).
material: words for its texture, its main colour (a name or #rrggbb) and its finish.
light: a sun, point, spot or area light, from how high, from which side, in which tone, how strong.
camera: one, with shot, angle, side and lens in millimetres.
world: one, with sky, fog and ground.
Add a thing before you speak of it; place and array it once at most; every number in the sentence is the count of an \
array. Add only what the sentence speaks of, and give it light, a camera and a world that fit its mood."""


def missing(reading: Reading, operations: Sequence[Operation]) -> list[str]:
    """In which things and counts a list differs from what was read: a sentence for each."""
    counts = {one.name: one.count for one in operations if isinstance(one, ops.Array)}
    there: dict[str, int] = {}
    for one in operations:
        if isinstance(one, ops.Add):
            there[one.kind] = there.get(one.kind, 0) + counts.get(one.name, 1)
    wanted: dict[str, tuple[int, int]] = {}
    for mention in reading.mentions:
        fewest, most = wanted.get(mention.kind, (0, 0))
        wanted[mention.kind] = (fewest + mention.count[0], most + mention.count[1])
    found = []
    for kind, (fewest, most) in wanted.items():
        count = there.get(kind, 0)
        if count < fewest or (count > most and all(one.counted for one in reading.mentions if one.kind == kind)):
            spoken = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            found.append(f"The sentence seems to speak of {spoken} × {kind}; the list has {count}.")
    return found
