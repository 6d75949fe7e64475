"""What stands before the text of a note: YAML between two lines of dashes, or the headers of a Zim page. Knows how it
is read, and no key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from studiolo_contract.errors import StudioloError

FRONT = re.compile(
    r"\A(?:---[^\S\n]*\n(?P<yaml>(?:[^\n]*\n)*?)---[^\S\n]*(?:\n|\Z)"
    r"|Content-Type: text/x-zim-wiki\r?\n(?:[\w-]+:[^\n]*\n)*\r?\n)"
)
"""`yaml` is what stands between the dashes."""


def read(yaml: str, name: str) -> dict[str, Any]:
    """Its keys and values; every value is a text, a list or a mapping of those, as it was written: what is a number or
    a truth value is for the reader of a key to say. Raises `StudioloError` (`bad_request`) that names the line; `name`
    is what it calls the note."""
    import yaml as library

    try:
        found = library.load(yaml, Loader=library.BaseLoader)  # noqa: S506  makes lists, mappings and texts, nothing else
    except library.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 2}" if mark else ""
        raise StudioloError(
            "bad_request",
            f"The frontmatter of {name} can't be read{where}: {getattr(error, 'problem', '') or 'it is no YAML'}.",
            "Mend it, as YAML.",
        ) from None
    if found in (None, ""):
        return {}
    if not isinstance(found, dict):
        raise StudioloError(
            "bad_request", f"The frontmatter of {name} has no keys.", "Write `key: value` in each line."
        )
    return {str(key): value for key, value in found.items()}


def truth(front: Mapping[str, Any], key: str, name: str) -> bool:
    """Whether a key says `true`; a missing or empty one does not. Raises `StudioloError` (`bad_request`)."""
    value = front.get(key, "")
    said = {"true": True, "false": False, "": False}.get(value.lower() if isinstance(value, str) else "?")
    if said is None:
        raise misfit(key, value, name, "true or false")
    return said


def number(front: Mapping[str, Any], key: str, name: str) -> int | None:
    """The whole number that a key has; None for a missing or empty one. Raises `StudioloError` (`bad_request`)."""
    value = front.get(key, "")
    if value == "":
        return None
    if not isinstance(value, str) or not re.fullmatch(r"[+-]?[0-9]{1,9}", value):
        raise misfit(key, value, name, "a whole number")
    return int(value)


def word(front: Mapping[str, Any], key: str, name: str) -> str:
    """The one line of text that a key has; empty for a missing one. Raises `StudioloError` (`bad_request`)."""
    value = front.get(key, "")
    if not isinstance(value, str):
        raise misfit(key, value, name, "one text")
    return value.strip()


def texts(front: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    """The texts of a list, or of one line with commas between them; a line that begins with / is one text. Raises
    `StudioloError` (`bad_request`)."""
    value = front.get(key, "")
    if isinstance(value, str):
        value = [value] if value.startswith("/") else value.split(",")
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise misfit(key, value, name, "a list of texts")
    return tuple(one.strip() for one in value if one.strip())


def misfit(key: str, value: object, name: str, wanted: str) -> StudioloError:
    return StudioloError("bad_request", f"`{key}` of {name} must be {wanted}, not {value!r:.60}.", "Mend that line.")
