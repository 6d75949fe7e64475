# SPDX-License-Identifier: GPL-3.0-or-later
"""A scene as a list of operations: what each can say, the JSON Schema of the list, and what makes a list bad.

A list is words and numbers, never code. `read` takes it whole or refuses it whole, with the first thing that is wrong.
Knows no model, no sentence and no Blender; where things come to stand is for `arranging` to say, how they look for
`shapes`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Union

from .holding import Name, Number, OneOf, Words, bad, fitting, holds, may, schema_of_field

MOST_OPERATIONS = 120
MOST_OBJECTS = 500
MOST_CHARACTERS = 200_000

PRIMITIVES = ("cube", "sphere", "cylinder", "cone", "torus", "plane", "monkey")
# fmt: off
BUILT = (
    "column", "arch", "wall", "stairs", "tower", "house", "temple", "castle", "lighthouse", "windmill", "pyramid",
    "obelisk", "bridge", "fence", "gate", "well", "fountain", "tent", "pedestal", "gravestone",
    "table", "chair", "bench", "bed", "shelf", "lamp", "lantern", "candle", "vase", "bottle", "cup", "book", "crate",
    "barrel", "ladder",
    "tree", "pine", "palm", "bush", "flower", "mushroom", "cactus", "rock", "mountain", "hill", "cloud", "crystal",
    "boat", "car", "campfire", "snowman",
)
"""What is put together by code: buildings, furniture, plants and land, and a few other things."""
# fmt: on
KINDS = PRIMITIVES + BUILT
SIZES = ("tiny", "small", "medium", "large", "huge")
PROPORTIONS = ("normal", "tall", "low", "long", "slim")
LAYOUTS = ("row", "avenue", "ring", "grid", "stack", "scatter")
SPACINGS = ("tight", "normal", "wide")
ALONE = ("at", "centre")
"""Where something can stand by itself."""
RELATIONS = (
    *("on", "above", "under", "inside", "between", "around"),
    *("beside", "left of", "right of", "in front of", "behind"),
)
"""How it can stand to something else."""
COLOURS = {
    "white": "#e6e3dc",
    "grey": "#7d7d7a",
    "black": "#141414",
    "red": "#a81c14",
    "orange": "#d86a16",
    "yellow": "#e2b81e",
    "green": "#3f7a26",
    "olive": "#5f6b2a",
    "turquoise": "#1f9a92",
    "blue": "#1e4fa3",
    "purple": "#64308c",
    "pink": "#d9749a",
    "brown": "#5f3a1c",
    "tan": "#b08a5a",
    "cream": "#e8dcba",
    "gold": "#d4a02a",
    "silver": "#c4c6c8",
    "copper": "#b4673c",
}
"""By name, as they would be written in CSS; a material may also name any `#rrggbb`."""
FINISHES = ("matte", "satin", "glossy", "metal", "glass", "glowing")
LIGHTS = ("sun", "point", "spot", "area")
HEIGHTS = ("low", "middle", "high")
SIDES = ("left", "right", "front", "back")
TONES = ("neutral", "warm", "cold", "red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink")
STRENGTHS = ("dim", "soft", "normal", "bright")
SHOTS = ("wide", "medium", "close")
ANGLES = ("low", "eye", "high", "top")
SKIES = ("dawn", "noon", "overcast", "sunset", "dusk", "night", "studio")
FOGS = ("none", "thin", "thick")
GROUNDS = ("none", "plain", "grass", "earth", "sand", "snow", "water", "stone", "wood")


# ---- the operations


@dataclass(frozen=True)
class Add:
    """Puts one thing into the scene."""

    do: ClassVar[str] = "add"
    name: str = may(Name(new=True))
    kind: str = may(OneOf(KINDS))
    size: str = may(OneOf(SIZES), "medium")
    """Against the usual size of its kind."""
    proportion: str = may(OneOf(PROPORTIONS), "normal")
    height: float = may(Number(0.0, 500.0), 0.0)
    """In metres; 0 for what its kind and size say."""


@dataclass(frozen=True)
class Array:
    """Makes many of one thing, set out together."""

    do: ClassVar[str] = "array"
    name: str = may(Name())
    layout: str = may(OneOf(LAYOUTS))
    count: int = may(Number(1, 300, whole=True))
    spacing: str = may(OneOf(SPACINGS), "normal")


@dataclass(frozen=True)
class Place:
    """Says where something stands, with everything it is an array of."""

    do: ClassVar[str] = "place"
    name: str = may(Name())
    where: str = may(OneOf(ALONE + RELATIONS))
    of: str = may(Name(empty=True), "")
    """The thing it stands to; empty for `at` and `centre`."""
    x: float = may(Number(-500.0, 500.0), 0.0)
    """Metres to the right, for `at`."""
    y: float = may(Number(-500.0, 500.0), 0.0)
    """Metres to the back, for `at`."""
    turn: float = may(Number(-360.0, 360.0), 0.0)
    """Degrees around its own middle, seen from above, against the clock."""


@dataclass(frozen=True)
class Material:
    """What something is made of. The words are for a texture; until there is one, colour and finish are seen."""

    do: ClassVar[str] = "material"
    name: str = may(Name())
    words: str = may(Words(100))
    colour: str = may(OneOf(tuple(COLOURS), hex_too=True))
    finish: str = may(OneOf(FINISHES), "matte")


@dataclass(frozen=True)
class Light:
    """Where the light comes from."""

    do: ClassVar[str] = "light"
    kind: str = may(OneOf(LIGHTS))
    height: str = may(OneOf(HEIGHTS), "middle")
    side: str = may(OneOf(SIDES), "left")
    tone: str = may(OneOf(TONES), "neutral")
    strength: str = may(OneOf(STRENGTHS), "normal")
    of: str = may(Name(empty=True), "")
    """What it shines on, or where a point light burns; empty for the whole scene."""


@dataclass(frozen=True)
class Camera:
    """From where the scene is seen. It always has all of `of` in view."""

    do: ClassVar[str] = "camera"
    shot: str = may(OneOf(SHOTS), "medium")
    angle: str = may(OneOf(ANGLES), "eye")
    side: str = may(OneOf(SIDES), "front")
    lens: float = may(Number(10.0, 300.0), 40.0)
    """Focal length in millimetres."""
    of: str = may(Name(empty=True), "")
    """What it looks at; empty for everything."""


@dataclass(frozen=True)
class World:
    """The air and the ground."""

    do: ClassVar[str] = "world"
    sky: str = may(OneOf(SKIES), "noon")
    fog: str = may(OneOf(FOGS), "none")
    ground: str = may(OneOf(GROUNDS), "plain")
    background: str = may(OneOf(("", *COLOURS), hex_too=True), "")
    """One colour in the place of the sky; empty for the sky's own."""


Operation = Union[Add, Array, Place, Material, Light, Camera, World]
OPERATIONS: dict[str, type[Operation]] = {kind.do: kind for kind in (Add, Array, Place, Material, Light, Camera, World)}
ONCE = (Camera, World)
"""Of these a list has one at most."""


# ---- as JSON


def to_json(operations: Sequence[Operation]) -> str:
    """The list as `read` takes it, one operation a line; what is as usual is left out."""
    rows = []
    for operation in operations:
        row: dict[str, Any] = {"do": operation.do}
        for one in fields(operation):
            value = getattr(operation, one.name)
            if one.default is MISSING or value != one.default:
                row[one.name] = value
        rows.append(json.dumps(row, ensure_ascii=False))
    return "[\n" + ",\n".join(rows) + "\n]"


def schema() -> dict[str, Any]:
    """The JSON Schema that every list fits, good or bad; names that refer to nothing no schema can tell."""
    return {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_OPERATIONS,
        "items": {"anyOf": [schema_of(kind) for kind in OPERATIONS.values()]},
    }


def schema_text() -> str:
    """The same as text."""
    return json.dumps(schema())


def schema_of(kind: type[Operation]) -> dict[str, Any]:
    """The JSON Schema of one operation."""
    properties: dict[str, Any] = {"do": {"const": kind.do}}
    required = ["do"]
    for one in fields(kind):
        properties[one.name] = schema_of_field(holds(one))
        if one.default is MISSING:
            required.append(one.name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


# ---- read


def read(text: str) -> tuple[Operation, ...]:
    """The operations that a JSON list stands for. Raises `StudioloError` with the first thing that is wrong; then
    nothing of the list counts."""
    if len(text) > MOST_CHARACTERS:
        raise bad(f"The list is longer than {MOST_CHARACTERS} characters")
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise bad(f"The list is not JSON: {reason}") from None
    if not isinstance(rows, list) or not rows:
        raise bad("There is no list of operations")
    if len(rows) > MOST_OPERATIONS:
        raise bad(f"The list has {len(rows)} operations; {MOST_OPERATIONS} are the most")
    operations = tuple(_read_one(number, row) for number, row in enumerate(rows, start=1))
    check(operations)
    return operations


def _read_one(number: int, row: Any) -> Operation:
    if not isinstance(row, dict) or not isinstance(row.get("do"), str) or row["do"] not in OPERATIONS:
        raise bad(f"Operation {number} has no 'do' that is one of {', '.join(OPERATIONS)}")
    kind = OPERATIONS[row["do"]]
    at = f"Operation {number} ({kind.do})"
    known = {one.name: one for one in fields(kind)}
    for key in row:
        if key != "do" and key not in known:
            raise bad(f"{at} has a field '{key:.40}', which it cannot have")
    values = {}
    for name, one in known.items():
        if name in row:
            values[name] = fitting(row[name], holds(one), f"{at}: {name}")
        elif one.default is MISSING:
            raise bad(f"{at} has no {name}")
    return kind(**values)


# ---- what no schema can tell


def check(operations: Sequence[Operation]) -> None:
    """Raises `StudioloError` where the operations do not go together: a name that nothing has, two of what there can
    be one of, things that stand on each other in a ring, too many objects."""
    counts: dict[str, int] = {}
    stands: dict[str, str] = {}
    said: set[tuple[str, str]] = set()
    for number, operation in enumerate(operations, start=1):
        at = f"Operation {number} ({operation.do})"
        _check_names(operation, counts, at)
        name = getattr(operation, "name", "")
        key = (operation.do, name)
        if key in said and not isinstance(operation, Light):
            again = f"'{name}' a second time" if name else "a second time"
            raise bad(f"{at} says {again} what was said before")
        said.add(key)
        if isinstance(operation, Add):
            counts[name] = 1
        elif isinstance(operation, Array):
            counts[name] = operation.count
        elif isinstance(operation, Place):
            _check_place(operation, stands, at)
    if not counts:
        raise bad("The list adds nothing to the scene")
    if sum(counts.values()) > MOST_OBJECTS:
        raise bad(f"The list makes {sum(counts.values())} objects; {MOST_OBJECTS} are the most")


def _check_names(operation: Operation, known: dict[str, int], at: str) -> None:
    for one in fields(operation):
        what = holds(one)
        if not isinstance(what, Name):
            continue
        name = getattr(operation, one.name)
        if what.new:
            if name in known:
                raise bad(f"{at} adds '{name}', which is there already")
        elif name not in known and not (what.empty and not name):
            raise bad(f"{at} speaks of '{name}', which nothing before it has added")


def _check_place(operation: Place, stands: dict[str, str], at: str) -> None:
    alone = operation.where in ALONE
    if alone and operation.of:
        raise bad(f"{at} puts '{operation.name}' {operation.where} '{operation.of}'; that stands by itself")
    if not alone and not operation.of:
        raise bad(f"{at} puts '{operation.name}' {operation.where} nothing")
    if alone:
        return
    stands[operation.name] = operation.of
    below: str | None = operation.of
    while below is not None:
        if below == operation.name:
            raise bad(f"{at} has '{operation.name}' stand, in the end, by itself")
        below = stands.get(below)


# ---- in words


def describe(operation: Operation) -> str:
    """One line for the person: "3 × columns, in a ring"."""
    if isinstance(operation, Add):
        words = [
            word for word, usual in ((operation.size, "medium"), (operation.proportion, "normal")) if word != usual
        ]
        tall = f", {operation.height:g} m tall" if operation.height else ""
        called = f" “{operation.name}”" if operation.name != operation.kind else ""
        return f"Add {' '.join([_article(words, operation.kind), *words, operation.kind])}{called}{tall}"
    if isinstance(operation, Array):
        how = {
            "row": "in a row",
            "avenue": "in two rows",
            "ring": "in a ring",
            "grid": "in a grid",
            "stack": "in a stack",
            "scatter": "scattered",
        }[operation.layout]
        spacing = "" if operation.spacing == "normal" else f", {operation.spacing}"
        return f"{operation.count} × {operation.name}, {how}{spacing}"
    if isinstance(operation, Place):
        turn = f", turned {operation.turn:g}°" if operation.turn else ""
        if operation.where == "at":
            return f"Put {operation.name} at {operation.x:g}, {operation.y:g} m{turn}"
        where = "in the middle" if operation.where == "centre" else f"{operation.where} {operation.of}"
        return f"Put {operation.name} {where}{turn}"
    if isinstance(operation, Material):
        return f"Make {operation.name} of {operation.words}: {operation.colour}, {operation.finish}"
    of = f", on {operation.of}" if isinstance(operation, (Light, Camera)) and operation.of else ""
    if isinstance(operation, Light):
        tone = "" if operation.tone == "neutral" else f"{operation.tone} "
        strength = "" if operation.strength == "normal" else f", {operation.strength}"
        from_where = {"left": "the left", "right": "the right", "front": "the front", "back": "behind"}[operation.side]
        height = {"low": "low", "middle": "half high", "high": "high"}[operation.height]
        return f"{tone}{operation.kind} light, {height} from {from_where}{strength}{of}".capitalize()
    if isinstance(operation, Camera):
        angle = {"low": "from below", "eye": "at eye level", "high": "from above", "top": "straight down"}
        return (
            f"Camera: {operation.shot} shot {angle[operation.angle]}, from the {operation.side}, "
            f"{operation.lens:g} mm{of}"
        )
    air = "" if operation.fog == "none" else f", {operation.fog} fog"
    sky = f"one colour, {operation.background}" if operation.background else operation.sky
    return f"Sky: {sky}{air}; ground: {operation.ground}"


def _article(words: Sequence[str], kind: str) -> str:
    if kind == "stairs":
        return "a flight of"
    return "an" if (words or [kind])[0][0] in "aeo" else "a"
