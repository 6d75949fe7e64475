# SPDX-License-Identifier: GPL-3.0-or-later
"""What a field of an operation may hold, as JSON Schema and as a check that says what is wrong. Knows no operation."""

from __future__ import annotations

import math
import re
from dataclasses import MISSING, Field, dataclass, field
from typing import Any, Union

from studiolo_contract.errors import StudioloError

NAME = r"[a-z][a-z0-9 _-]{0,39}"
COLOUR = r"#[0-9a-fA-F]{6}"


# ---- what a field may hold


@dataclass(frozen=True)
class OneOf:
    """One of these words; with `hex_too` also `#rrggbb`."""

    values: tuple[str, ...]
    hex_too: bool = False


@dataclass(frozen=True)
class Number:
    """A number from `least` to `most`; `whole` for a count."""

    least: float
    most: float
    whole: bool = False


@dataclass(frozen=True)
class Name:
    """What something in the scene is called. A `new` one is given here, others before; `empty` allows none."""

    new: bool = False
    empty: bool = False


@dataclass(frozen=True)
class Words:
    """A few words."""

    most: int


Holds = Union[OneOf, Number, Name, Words]


def may(holds: Holds, default: Any = MISSING) -> Any:
    """A field of an operation that may hold this."""
    return field(metadata={"holds": holds}) if default is MISSING else field(default=default, metadata={"holds": holds})


def holds(of: Field[Any]) -> Holds:
    """What a field of an operation may hold."""
    what: Holds = of.metadata["holds"]
    return what


def schema_of_field(what: Holds) -> dict[str, Any]:
    """The JSON Schema of what a field may hold."""
    if isinstance(what, OneOf):
        words = {"enum": list(what.values)}
        return {"anyOf": [words, {"type": "string", "pattern": f"^{COLOUR}$"}]} if what.hex_too else words
    if isinstance(what, Number):
        return {"type": "integer" if what.whole else "number", "minimum": what.least, "maximum": what.most}
    if isinstance(what, Words):
        return {"type": "string", "pattern": rf"^[A-Za-z][A-Za-z ,'-]{{0,{what.most - 1}}}$"}
    return {"type": "string", "pattern": f"^({NAME})?$" if what.empty else f"^{NAME}$"}


def fitting(value: Any, what: Holds, at: str) -> Any:
    """The value as a field holds it. Raises `StudioloError`, in which `at` says of which field."""
    if isinstance(what, Number):
        number = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
        if isinstance(value, bool) or not number or (what.whole and value != int(value)):
            raise bad(f"{at} is {value!r:.40} and should be a {'whole ' if what.whole else ''}number")
        if not what.least <= value <= what.most:
            raise bad(f"{at} is {value:g} and should be between {what.least:g} and {what.most:g}")
        return int(value) if what.whole else float(value)
    if not isinstance(value, str):
        raise bad(f"{at} is {value!r:.40} and should be text")
    if isinstance(what, OneOf):
        if value not in what.values and not (what.hex_too and re.fullmatch(COLOUR, value)):
            raise bad(f"{at} is '{value:.40}' and should be one of {', '.join(filter(None, what.values))}")
    elif isinstance(what, Name):
        if not re.fullmatch(NAME, value) and not (what.empty and not value):
            raise bad(f"{at} is '{value:.40}' and should be a name in small letters")
    elif not value.strip() or len(value) > what.most or not value.isprintable():
        raise bad(f"{at} should be 1 to {what.most} characters in one line")
    return value


def bad(message: str) -> StudioloError:
    """What makes a list bad."""
    return StudioloError("bad_request", f"{message}.", "Mend the list, or have the scene written again.")
