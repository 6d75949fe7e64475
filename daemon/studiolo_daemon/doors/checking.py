"""Turns what a stranger sent into a message of the contract, or into one sentence that says what is wrong with it."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from studiolo_contract.bible import Bible
from studiolo_contract.errors import StudioloError
from studiolo_contract.request import Request
from studiolo_contract.wire import ClientMessage, Submit

MOST_BYTES = 16 * 2**20
"""Of a message, without the bytes that come with it: read into objects it may take thirty times as much."""

_MESSAGES: dict[str, type] = {kind.type: kind for kind in get_args(ClientMessage)}
_REQUESTS: dict[str, type] = {kind.kind: kind for kind in get_args(Request)}


def read_message(frame: str | bytes) -> ClientMessage:
    """The message in a frame. Raises `StudioloError` (`bad_request`, `too_large`)."""
    if len(frame) > MOST_BYTES:
        mib = MOST_BYTES // 2**20
        raise StudioloError("too_large", f"The message is larger than {mib} MiB.", "Put what is large as a blob.")
    try:
        plain = json.loads(frame)
    except (ValueError, RecursionError):
        raise _bad("The message is not JSON.", "Send one JSON object in UTF-8.") from None
    kind = _chosen(plain, "type", _MESSAGES, "message")
    if kind is not Submit:
        return _checked(kind, plain, "")  # type: ignore[no-any-return]
    if not isinstance(plain.get("request"), dict):
        raise _bad("'request' is missing.", "Send the request as a JSON object.")
    request = read_request(plain.pop("request"))
    # the request is whole already: only the rest is checked here
    rest = _checked(_Envelope, plain, "")
    return Submit(ref=rest.ref, key=rest.key, priority=rest.priority, request=request)


def read_request(plain: Any) -> Request:
    """A request from plain JSON values. Raises `StudioloError` (`bad_request`)."""
    kind = _chosen(plain, "kind", _REQUESTS, "request")
    return _checked(kind, plain, "request.")  # type: ignore[no-any-return]


def read_bible(data: bytes) -> Bible:
    """The story bible that a blob holds. Raises `StudioloError` (`bad_request`)."""
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict):
        raise _bad(
            "The blob that 'request.bible' names is no story bible: it is not a JSON object.",
            "Put a bible as docs/protocol.md describes it.",
        )
    return _checked(Bible, plain, "bible.")  # type: ignore[no-any-return]


def ref_of(frame: str | bytes) -> int:
    """The ref of a message that may be broken in every other way; 0 when it has none, or is too large to be read."""
    if len(frame) > MOST_BYTES:
        return 0
    try:
        ref = json.loads(frame)["ref"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return 0
    return ref if type(ref) is int and ref >= 0 else 0


_Envelope = dataclasses.make_dataclass(
    "_Envelope",
    [(f.name, f.type, f) for f in dataclasses.fields(Submit) if f.name != "request"],
    frozen=True,
    kw_only=True,
    namespace={"__module__": Submit.__module__},
)


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _chosen(plain: Any, tag: str, kinds: dict[str, type], what: str) -> type:
    if not isinstance(plain, dict):
        raise _bad(f"A {what} must be a JSON object.", f"Send an object with '{tag}'.")
    name = plain.get(tag)
    if not isinstance(name, str) or name not in kinds:
        raise _bad(f"No {what} is of {tag} {name!r:.60}.", f"Known are {', '.join(kinds)}.")
    return kinds[name]


def _checked(kind: type, plain: Any, path: str) -> Any:
    try:
        value = _adapter(kind).validate_json(json.dumps(plain), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        # steps of the path that name a branch of a union are no field of the sender's
        steps = [str(step) for step in first["loc"] if not (isinstance(step, str) and not step.isidentifier())]
        if not steps:
            raise _bad("The message has a character that is not Unicode.", "Send valid UTF-8.") from None
        field = path + ".".join(steps)
        if first["type"] == "missing":
            raise _bad(f"'{field}' is missing.", "Send it; docs/protocol.md has every field.") from None
        raise _bad(
            f"'{field}' ({first['input']!r:.60}) does not fit: {first['msg']}.", "Send a value within these bounds."
        ) from None
    unknown = _unknown(plain, value, path)
    if unknown:
        raise _bad(f"'{unknown}' is no field of the protocol.", "Check its spelling, or ask for a newer daemon.")
    return value


def _unknown(plain: Any, value: Any, path: str) -> str:
    """The path of the first field that the contract does not have; empty when there is none."""
    if dataclasses.is_dataclass(value) and isinstance(plain, dict):
        names = {f.name for f in dataclasses.fields(value)}
        for key, item in plain.items():
            if key not in names:
                return f"{path}{key}"
            if found := _unknown(item, getattr(value, key), f"{path}{key}."):
                return found
    elif isinstance(value, tuple) and isinstance(plain, list):
        for item, part in zip(plain, value, strict=True):
            if found := _unknown(item, part, path):
                return found
    return ""


def _bad(message: str, mend: str) -> StudioloError:
    return StudioloError("bad_request", message, mend)
