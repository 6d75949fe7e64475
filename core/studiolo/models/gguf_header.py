"""What a GGUF file says it holds, held against the file itself, before a library believes it. Reads the header only."""

from __future__ import annotations

import struct
from math import prod
from pathlib import Path
from typing import BinaryIO

from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

LARGEST = 128 * 2**20
"""Bytes of a header; a vocabulary of a quarter of a million words has 10 MB."""
MOST_FIELDS = 4096
MOST_ITEMS = 2**20
"""Of a list."""
MOST_TENSORS = 16_384
LONGEST_NAME = 256
LARGEST_SIDE = 2**40

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of a number, by GGUF's number of its kind."""
_WHOLE_32, _STRING, _LIST = 4, 8, 9


def check(file: Path) -> None:
    """Raises ValueError with a clause that says what is wrong, or OSError."""
    with file.open("rb") as stream:
        room = stream.seek(0, 2)
        stream.seek(0)
        _Reader(stream, room).check()


class _Reader:
    """Goes through a header once, and never further than the file reaches."""

    def __init__(self, stream: BinaryIO, room: int) -> None:
        self._stream = stream
        self._room = room
        self._left = min(room, LARGEST)

    def check(self) -> None:
        if self._take(4) != b"GGUF" or self._number("<I") not in (2, 3):
            raise ValueError("it is no GGUF file of version 2 or 3")
        tensors, fields = self._number("<Q"), self._number("<Q")
        if tensors > MOST_TENSORS or fields > MOST_FIELDS:
            raise ValueError(f"it speaks of {tensors} tensors and {fields} fields, more than any model has")
        alignment = 32
        names: set[bytes] = set()
        for _ in range(fields):
            name = self._name(names)
            kind = self._number("<I")
            if name == b"general.alignment":
                if kind != _WHOLE_32:
                    raise ValueError("its alignment is no whole number")
                alignment = self._number("<I")
                if alignment == 0 or alignment & (alignment - 1):
                    raise ValueError(f"its alignment is {alignment}, and should be a power of two")
            else:
                self._skip_value(kind)
        names.clear()
        spans = [self._span(names, alignment) for _ in range(tensors)]
        begin = -(-self._stream.tell() // alignment) * alignment
        end = 0
        for start, size in sorted(spans):
            if start < end:
                raise ValueError("its tensors overlap")
            end = start + size
        if begin + end > self._room:
            raise ValueError("its tensors reach beyond its end")

    def _span(self, names: set[bytes], alignment: int) -> tuple[int, int]:
        """Where a tensor begins, from the first one on, and how many bytes it has."""
        name = self._name(names)
        dimensions = self._number("<I")
        if dimensions > 4:
            raise ValueError(f"its tensor {name!r:.80} has {dimensions} dimensions; 4 are the most")
        shape = [self._number("<Q") for _ in range(dimensions)]
        kind, start = self._number("<I"), self._number("<Q")
        try:
            block, size = GGML_QUANT_SIZES[GGMLQuantizationType(kind)]
        except (ValueError, KeyError):
            raise ValueError(f"its tensor {name!r:.80} is in no number format that is known") from None
        if max(shape, default=1) > LARGEST_SIDE or prod(shape[:1]) % block or start % alignment:
            raise ValueError(f"the shape or the place of its tensor {name!r:.80} cannot be")
        return start, prod(shape) // block * size

    def _skip_value(self, kind: int) -> None:
        if kind == _STRING:
            self._take(self._number("<Q"))
        elif kind == _LIST:
            inside, count = self._number("<I"), self._number("<Q")
            if count > MOST_ITEMS or (inside != _STRING and inside not in _SIZES):
                raise ValueError("it has a list of lists, or one that is too long")
            if inside != _STRING:
                self._take(count * _SIZES[inside])
                return
            for _ in range(count):
                self._take(self._number("<Q"))
        elif kind in _SIZES:
            self._take(_SIZES[kind])
        else:
            raise ValueError(f"it has a value of the unknown kind {kind}")

    def _name(self, names: set[bytes]) -> bytes:
        length = self._number("<Q")
        if length > LONGEST_NAME:
            raise ValueError(f"it has a name of {length} bytes; {LONGEST_NAME} are the most")
        name = self._take(length)
        if name in names:
            raise ValueError(f"it has {name!r:.80} twice")
        names.add(name)
        return name

    def _number(self, form: str) -> int:
        number: int = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return number

    def _take(self, size: int) -> bytes:
        if size > self._left:
            raise ValueError("its header is cut off, or too long")
        self._left -= size
        taken = self._stream.read(size)
        if len(taken) < size:
            raise ValueError("its header is cut off")
        return taken
