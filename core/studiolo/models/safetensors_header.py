"""What a safetensors file says it holds, held against the file itself. Reads the header only, and maps nothing.

The header is checked before it is parsed and once more before a library sees the file: its length against the file's,
and of each tensor the number format, the shape, and that its bytes lie one behind the other to the very end.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

LARGEST = 8 * 2**20
"""Bytes of a header; a file of twenty thousand tensors has 3 MB."""
MOST_TENSORS = 100_000
MOST_DIMENSIONS = 16
LARGEST_SIDE = 2**48

BITS = {
    **dict.fromkeys(("F4",), 4),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
}
"""Of one number, by the name of its format."""


@dataclass(frozen=True)
class Tensor:
    """What the header says of one."""

    format: str
    shape: tuple[int, ...]
    begin: int
    """Bytes from the end of the header."""
    end: int


def read(file: Path) -> dict[str, Tensor]:
    """The tensors of a file by name. Raises OSError, or ValueError with a clause that says what is wrong."""
    # a pipe that has taken the file's place would be waited for without end
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as stream:  # noqa: PTH123 - a handle, not a path
        state = os.fstat(stream.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise ValueError("it is no file but a pipe, a device or a folder")
        length = int.from_bytes(stream.read(8), "little")
        room = state.st_size - 8
        if room < 2 or length > room:
            raise ValueError("its header is longer than the file")
        if length > LARGEST:
            raise ValueError(f"its header has {length // 2**20} MiB; {LARGEST // 2**20} are the most")
        header = stream.read(length)
    return parse(header, room - length)


def parse(header: bytes, data: int) -> dict[str, Tensor]:
    """The tensors of a header by name, where `data` is how many bytes follow it. Raises ValueError."""
    if not header.startswith(b"{"):
        raise ValueError("it does not begin with a header")
    # a tensor has one object and two lists: so no more of them are ever made than a whole header has
    if header.count(b"{") + header.count(b"[") > 3 * MOST_TENSORS:
        raise ValueError(f"its header speaks of more than {MOST_TENSORS} tensors")
    try:
        plain = json.loads(header, object_pairs_hook=_without_doubles)
    except RecursionError:
        raise ValueError("its header is nested too deeply") from None
    about = plain.pop("__metadata__", {})
    if not isinstance(about, dict) or not all(isinstance(value, str) for value in about.values()):
        raise ValueError("its header's metadata are not text")
    tensors = {name: _tensor(name, value) for name, value in plain.items()}
    at = 0
    for name, tensor in sorted(tensors.items(), key=lambda named: (named[1].begin, named[1].end)):
        if tensor.begin != at:
            raise ValueError(f"the bytes of {name!r:.80} overlap others, or leave a gap")
        at = tensor.end
    if at != data:
        raise ValueError(f"its tensors have {at} bytes and the file {data}")
    return tensors


def _tensor(name: str, value: Any) -> Tensor:
    wrong = ValueError(f"what it says of {name!r:.80} is no tensor")
    if not isinstance(value, dict) or value.keys() != {"dtype", "shape", "data_offsets"}:
        raise wrong
    kind, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(kind, str) or kind not in BITS or not _whole(shape) or not _whole(offsets) or len(offsets) != 2:
        raise wrong
    if len(shape) > MOST_DIMENSIONS:
        raise wrong
    begin, end = offsets
    if begin > end or prod(shape) * BITS[kind] != (end - begin) * 8:
        raise ValueError(f"the bytes of {name!r:.80} are not as many as its shape wants")
    return Tensor(kind, tuple(shape), begin, end)


def _whole(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value <= LARGEST_SIDE for value in values)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("its header says something twice")
    return made
