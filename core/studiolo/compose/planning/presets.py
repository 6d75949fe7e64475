"""The presets: which parts a kit has and how each is asked for, one TOML file each. Knows no model and makes nothing.

A preset is words, not code: to add one, put a file into the folder `presets` of Studiolo's home. A file of one's own
goes before the one of the same name that comes with Studiolo. docs/compose.md says what may stand in it.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args, get_type_hints

from studiolo.compose.planning.wording import PLACEHOLDERS, placeholders_in
from studiolo_contract.codec import from_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest
from studiolo_contract.kit import PartKind
from studiolo_contract.music import MusicRequest
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest

REQUESTS: Mapping[str, type[TextRequest | ImageRequest | TextureRequest | MusicRequest]] = {
    "text": TextRequest,
    "image": ImageRequest,
    "texture": TextureRequest,
    "music": MusicRequest,
}
"""Kind of a part -> what it is asked for with."""
TAKES: Mapping[str, PartKind] = {
    "style_image": "image",
    "image": "image",
    "motif": "music",
    "sections": "text",
}
"""Field of a request that another part may fill -> the kind of that part."""
NOT_YOURS = ("kind", "seed", "model", "batch", "variants", "dry", "bible", "mask", "depth_image", "turns", "speaker")
"""Fields that the kit decides, or that have no meaning in one."""
MOST_PARTS = 16
MOST_BYTES = 64_000
"""Of a file."""
_NAME = re.compile(r"[a-z0-9][a-z0-9 _-]{0,39}")


@dataclass(frozen=True)
class PartPlan:
    """One part as a preset asks for it."""

    name: str
    kind: PartKind
    once: bool
    """Whether a storyboard has it once, and not for each of its scenes."""
    request: Mapping[str, Any]
    """Fields of the request; in their texts stand placeholders. Of a list of texts those whose placeholders are empty
    are left out, and the others joined."""
    needs: Mapping[str, str]
    """Field of the request -> the part whose outcome fills it."""
    graph: bool = False
    """Whether a text is a list of beats, to be shown as a graph."""


@dataclass(frozen=True)
class Preset:
    """What a kit consists of."""

    name: str
    summary: str
    """For a person who chooses between presets."""
    parts: tuple[PartPlan, ...]
    """Each after those that it needs."""


class Presets:
    """Those that come with Studiolo, and those in a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        """Every preset that a request may name, those of one's own last."""
        own = sorted(file.stem for file in self._own().values())
        return (*_shipped(), *(name for name in own if name not in _shipped()))

    def read(self, name: str) -> Preset:
        """Raises `StudioloError` (`bad_request`) for one that is not there, or that says what no preset can."""
        own = self._own().get(name)
        if own is not None:
            return _read(name, f"presets/{own.name}", _text_of(own))
        if name in _shipped():
            return _read(
                name,
                f"{name}.toml",
                (files("studiolo.compose.planning") / "presets" / f"{name}.toml").read_text("utf-8"),
            )
        near = difflib.get_close_matches(name, self.names(), n=2, cutoff=0.5)
        mend = f"Did you mean {' or '.join(near)}?" if near else f"Choose one of: {', '.join(self.names())}."
        raise StudioloError("bad_request", f"There is no preset called '{name:.64}'.", mend)

    def _own(self) -> dict[str, Path]:
        if self._folder is None or not self._folder.is_dir():
            return {}
        return {file.stem: file for file in self._folder.glob("*.toml") if _NAME.fullmatch(file.stem)}


@lru_cache(maxsize=1)
def _shipped() -> tuple[str, ...]:
    """The plain kit first."""
    found = (file.name for file in (files("studiolo.compose.planning") / "presets").iterdir())
    names = sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))
    return tuple(sorted(names, key=lambda name: name != "kit"))


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise _bad(f"presets/{file.name}", f"it is larger than {MOST_BYTES // 1000} kB")
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise _bad(f"presets/{file.name}", f"it can't be read ({why})") from None


@lru_cache(maxsize=64)
def _read(name: str, where: str, text: str) -> Preset:
    """`where`: the file, for a person."""
    try:
        page = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _bad(where, f"it is not readable TOML: {error}") from None
    _only(where, "the preset", page, ("summary", "part"))
    rows = page.get("part")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_PARTS or not all(isinstance(row, dict) for row in rows):
        raise _bad(where, f"it needs one to {MOST_PARTS} tables [[part]]")
    parts: list[PartPlan] = []
    for row in rows:
        parts.append(_part(where, row, parts))
    return Preset(name, _string(where, "summary", page.get("summary", "")), tuple(parts))


def _part(where: str, row: dict[str, Any], before: list[PartPlan]) -> PartPlan:
    name = _string(where, "name", row.get("name", ""))
    if not _NAME.fullmatch(name) or name in ("card", "match") or any(part.name == name for part in before):
        raise _bad(where, f"'{name:.60}' is no name for a part: small letters, digits, - and _, and each name once")
    kind: Any = row.get("kind")
    if kind not in REQUESTS:
        raise _bad(where, f"part '{name}' is of kind {kind!r:.40}, and there are {', '.join(REQUESTS)}")
    _only(where, f"part '{name}'", row, ("name", "kind", "once", "graph", "request", "from"))
    request, needs = row.get("request", {}), row.get("from", {})
    for table, value in (("request", request), ("from", needs)):
        if not isinstance(value, dict):
            raise _bad(where, f"'{table}' of part '{name}' must be a table")
    for field, value in request.items():
        _check_field(where, name, kind, field, value)
    for field, other in needs.items():
        _check_need(where, name, kind, field, other, before)
    for flag in ("once", "graph"):
        if not isinstance(row.get(flag, False), bool):
            raise _bad(where, f"'{flag}' of part '{name}' must be true or false")
    return PartPlan(name, kind, row.get("once", False), request, needs, row.get("graph", False))


def _check_field(where: str, part: str, kind: str, field: str, value: Any) -> None:
    hints = get_type_hints(REQUESTS[kind], include_extras=True)
    if field not in hints or field in NOT_YOURS:
        known = [name for name in hints if name not in NOT_YOURS]
        near = difflib.get_close_matches(field, known, n=1, cutoff=0.6)
        raise _bad(where, f"part '{part}' can't set '{field}'" + (f"; '{near[0]}' may be meant" if near else ""))
    for name in placeholders_in(value):
        if name not in PLACEHOLDERS:
            near = difflib.get_close_matches(name, PLACEHOLDERS, n=1, cutoff=0.5)
            raise _bad(
                where,
                f"part '{part}' speaks of {{{name}}}, and no card has that"
                + (f"; {{{near[0]}}} may be meant" if near else ""),
            )
    if not placeholders_in(value) and not (isinstance(value, list) and hints[field] in (str, *_texts(hints[field]))):
        try:
            from_plain(hints[field], value)
        except ValueError as error:
            raise _bad(where, f"'{field}' of part '{part}' does not fit: {str(error).removeprefix('$ ')}") from None


def _texts(hint: Any) -> tuple[Any, ...]:
    """The annotated type itself where it is one of a text."""
    return (hint,) if get_args(hint)[:1] == (str,) else ()


def _check_need(where: str, part: str, kind: str, field: str, other: Any, before: list[PartPlan]) -> None:
    fields = {item.name for item in dataclasses.fields(REQUESTS[kind])}
    if field not in TAKES or field not in fields:
        able = ", ".join(name for name in TAKES if name in fields) or "nothing"
        raise _bad(where, f"part '{part}' can take {able} from another part, and not '{field}'")
    found = next((plan for plan in before if plan.name == other), None)
    if found is None or found.kind != TAKES[field] or (field == "sections" and not found.graph):
        wanted = "a text with graph = true" if field == "sections" else f"a part of kind {TAKES[field]}"
        raise _bad(where, f"'{field}' of part '{part}' must name {wanted} that stands before it")


def _only(where: str, what: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            raise _bad(where, f"{what} has '{key:.60}', and may have {', '.join(known)}")


def _string(where: str, field: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _bad(where, f"'{field}' must be text")
    return value


def _bad(where: str, why: str) -> StudioloError:
    return StudioloError("bad_request", f"The preset {where} can't be used: {why}.", "Mend it or move it away.")
