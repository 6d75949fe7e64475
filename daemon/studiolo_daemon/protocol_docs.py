"""Writes `docs/protocol.md` and `docs/protocol.schema.json` from the contract. Run by `scripts/protocol`.

Meanings come from the contract's docstrings and bounds from its annotations, so neither can say anything else than the
code does; a test compares what is written with what would be.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import textwrap
import types
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Interval, Len
from pydantic import TypeAdapter

from studiolo_contract import PROTOCOL, frames, wire
from studiolo_contract.bible import Bible
from studiolo_contract.codec import tag_of
from studiolo_contract.errors import Code
from studiolo_contract.events import AnyPreview, Event
from studiolo_contract.request import Request
from studiolo_contract.wire import ClientMessage, DaemonMessage

BINARY = {wire.Put, wire.Given, wire.Previewed}

_INTRODUCTION = """\
# Wire protocol, version {version}

*Generated from `core/studiolo_contract` by `scripts/protocol`; do not edit. The same as JSON Schema:
[protocol.schema.json](protocol.schema.json).*

A client opens a WebSocket at `/v1/ws` of the address in `daemon.json` (see [architecture.md](architecture.md)), says
`hello`, and is answered by `welcome`.

{frames}

Fields marked with a default may be left out. A field that the protocol does not have is refused: a misspelt option
never passes in silence. Messages marked *binary* stand in binary frames, everything else in text frames.

Whatever a client says is safe to say twice: `submit` carries a key, and the same key is the same job. After a broken
connection a client says hello again, repeats what was not answered, and resumes each job from its last event.
"""


def schema() -> str:
    """The JSON Schema of every message, and of what stands as JSON in a blob."""
    adapter = TypeAdapter(Union[ClientMessage, DaemonMessage, Bible])
    return json.dumps({"$id": f"studiolo-protocol-{PROTOCOL}", **adapter.json_schema()}, indent=1) + "\n"


def markdown() -> str:
    """The page for people."""
    about = [(inspect.getdoc(module) or "").split("\n\n", 1)[1] for module in (frames, wire)]
    parts = [_INTRODUCTION.format(version=PROTOCOL, frames="\n\n".join(about))]
    told: set[type] = set()
    for title, kinds in (
        ("What a client says", get_args(ClientMessage)),
        ("What the daemon says", get_args(DaemonMessage)),
        ("Requests", get_args(Request)),
        ("Events", (*get_args(Event), *get_args(AnyPreview))),
        ("What stands as JSON in a blob", (Bible,)),
    ):
        parts.append(f"## {title}\n")
        for kind in kinds:
            parts.append(_section(kind))
            told.add(kind)
    parts.append("## Parts of these\n")
    waiting = [part for kind in sorted(told, key=lambda kind: kind.__name__) for part in _parts(kind)]
    while waiting:
        kind = waiting.pop(0)
        if kind not in told:
            told.add(kind)
            parts.append(_section(kind))
            waiting += _parts(kind)
    parts.append("## Codes of problems\n\n" + ", ".join(f"`{code}`" for code in get_args(Code)) + "\n")
    return "\n".join(parts)


def write(docs: Path) -> None:
    (docs / "protocol.md").write_text(markdown(), encoding="utf-8")
    (docs / "protocol.schema.json").write_text(schema(), encoding="utf-8")


def _section(kind: type) -> str:
    tag = tag_of(kind)
    heading = f"### {kind.__name__}" + (f" · `{tag[1]}`" if tag else "") + (" · *binary*" if kind in BINARY else "")
    hints, meanings = get_type_hints(kind, include_extras=True), _meanings(kind)
    rows = [
        f"| `{f.name}` | {_shape(hints[f.name])} | {_default(f)} | {meanings.get(f.name, '')} |"
        for f in dataclasses.fields(kind)
        if tag is None or f.name != tag[0]
    ]
    table = ["| field | value | default | meaning |", "| --- | --- | --- | --- |", *rows] if rows else []
    return "\n".join([heading, "", " ".join((inspect.getdoc(kind) or "").split()), "", *table, ""])


def _meanings(kind: type) -> dict[str, str]:
    """The string under each field, which Python itself forgets."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    meanings = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            meanings[field.target.id] = " ".join(str(ast.literal_eval(after.value)).split())
    return meanings


def _shape(hint: Any, bounds: str = "") -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _shape(arguments[0], _bounds(arguments[1:]))
    if origin in (Union, types.UnionType):
        return " or ".join(_shape(argument) for argument in arguments)
    if origin is Literal:
        return " · ".join(f"`{argument}`" for argument in arguments)
    if origin is tuple:
        return f"list{bounds} of {_shape(arguments[0])}"
    if dataclasses.is_dataclass(hint):
        return f"[{hint.__name__}](#{_anchor(hint)})"  # type: ignore[union-attr]
    names = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): "null"}
    return names[hint] + bounds


def _bounds(annotations: tuple[Any, ...]) -> str:
    for bound in annotations:
        if isinstance(bound, Interval):
            return f" {bound.ge} … {bound.le}"
        if isinstance(bound, Len):
            unit = f" ({bound.min_length} … {bound.max_length} long)"
            return unit if bound.min_length != bound.max_length else f" ({bound.min_length} long)"
    return ""


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return f"`{json.dumps(field.default)}`"
    return "`{}`" if field.default_factory is not dataclasses.MISSING else "must be given"


def _anchor(kind: Any) -> str:
    """The way Markdown renderers name the heading of a section."""
    tag = tag_of(kind)
    binary = "--binary" if kind in BINARY else ""
    return f"{kind.__name__.lower()}--{tag[1]}{binary}" if tag else kind.__name__.lower()


def _parts(kind: type) -> list[type]:
    """The dataclasses that the fields of this one are made of."""
    found: list[type] = []
    waiting = list(get_type_hints(kind, include_extras=True).values())
    while waiting:
        hint = waiting.pop(0)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            found.append(hint)
        else:
            waiting += [argument for argument in get_args(hint) if not isinstance(argument, str)]
    return found


if __name__ == "__main__":
    write(Path("docs"))
