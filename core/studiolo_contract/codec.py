"""Dataclasses to plain JSON values and back, by their annotations. Knows no frame and checks no bounds.

Decoding is lenient where a newer sender may know more (unknown fields are passed over) and strict in everything else.
The daemon checks what strangers send with pydantic; this is for the side that trusts its sender.
"""

from __future__ import annotations

import dataclasses
import types
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Dataclasses become dicts, tuples lists; fields that still have their default None are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        items = ((f, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {f.name: to_plain(v) for f, v in items if not (v is None and f.default is None)}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    return value


def from_plain(kind: type[T] | Any, plain: Any) -> T:
    """The value of type `kind` that `plain` stands for. Raises ValueError with the path of what does not fit."""
    return cast(T, _decode(kind, plain, "$"))


def tag_of(kind: Any) -> tuple[str, str] | None:
    """Field and value by which a dataclass is told from the others of its union; None for one that stands alone."""
    for field in dataclasses.fields(kind):
        if field.name in ("type", "kind") and isinstance(field.default, str):
            return field.name, field.default
    return None


@lru_cache(maxsize=256)
def _fields(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    """Name, type and whether it must be given, of each field."""
    hints = get_type_hints(kind, include_extras=True)
    missing = dataclasses.MISSING
    return tuple(
        (f.name, hints[f.name], f.default is missing and f.default_factory is missing) for f in dataclasses.fields(kind)
    )


def _decode(kind: Any, plain: Any, path: str) -> Any:
    origin = get_origin(kind)
    if origin is Annotated:
        return _decode(get_args(kind)[0], plain, path)
    if origin is Union or origin is types.UnionType:
        return _decode_union(get_args(kind), plain, path)
    if origin is Literal:
        return _must(plain in get_args(kind), plain, path, "one of " + ", ".join(map(str, get_args(kind))))
    if origin is tuple:
        _must(isinstance(plain, (list, tuple)), plain, path, "a list")
        return tuple(_decode(get_args(kind)[0], item, f"{path}[{i}]") for i, item in enumerate(plain))
    if origin is dict:
        _must(isinstance(plain, dict), plain, path, "an object")
        return {key: _decode(get_args(kind)[1], item, f"{path}.{key}") for key, item in plain.items()}
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(cast(type, kind), plain, path)
    if kind is float:
        return float(_must(isinstance(plain, (int, float)) and not isinstance(plain, bool), plain, path, "a number"))
    if kind is int:
        return _must(isinstance(plain, int) and not isinstance(plain, bool), plain, path, "a whole number")
    return _must(isinstance(plain, kind), plain, path, kind.__name__)


def _decode_dataclass(kind: type, plain: Any, path: str) -> Any:
    _must(isinstance(plain, dict), plain, path, "an object")
    values = {}
    for name, hint, required in _fields(kind):
        if name in plain:
            values[name] = _decode(hint, plain[name], f"{path}.{name}")
        elif required:
            raise ValueError(f"{path}.{name} is missing")
    return kind(**values)


def _decode_union(options: tuple[Any, ...], plain: Any, path: str) -> Any:
    if plain is None and type(None) in options:
        return None
    rest = [option for option in options if option is not type(None)]
    tagged = [option for option in rest if dataclasses.is_dataclass(option)]
    if len(tagged) > 1:
        _must(isinstance(plain, dict), plain, path, "an object")
        for option in tagged:
            tag = tag_of(option)
            if tag is not None and plain.get(tag[0]) == tag[1]:
                return _decode(option, plain, path)
        raise ValueError(f"{path} is of no known type: {plain.get('type', plain.get('kind'))!r}")
    if len(rest) > 1 and all(get_origin(option) is Literal for option in rest):
        values = [value for option in rest for value in get_args(option)]
        return _must(plain in values, plain, path, "one of " + ", ".join(map(str, values)))
    return _decode(rest[0], plain, path)


def _must(fits: bool, plain: Any, path: str, wanted: str) -> Any:
    if not fits:
        raise ValueError(f"{path} must be {wanted}, not {plain!r:.60}")
    return plain
