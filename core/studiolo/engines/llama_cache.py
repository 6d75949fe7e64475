"""Keys and values of all rows that a Llama-like model has in hand, for one request or many, in one tensor.

The rows lie side by side without gaps, so that a pass through the model sees a slice of the tensor: where one is over,
the last takes its place. The tensor grows when more rows or longer ones come, never from step to step. Knows no model.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

GRAIN = 256
"""Tokens. The room of all rows is a multiple of it, so that it seldom has to grow."""
KEPT = 2**27
"""Bytes of an empty cache that are kept for the next request; more is given back."""


@dataclass(eq=False)
class Row:
    """One row: where it lies at the moment, and how much it has read."""

    place: int
    length: int = 0


class LlamaCache:
    def __init__(self, layers: int, key_heads: int, head: int) -> None:
        self.rows: list[Row] = []
        self.version = 0
        """Another number whenever `values` is another tensor."""
        self._shape = (layers, key_heads, head)
        self.values = self._empty(0, 0)
        """Layers × (keys, values) × rows × key heads × room × head size."""

    def add(self, count: int, room: int) -> list[Row]:
        """Empty rows that may grow to `room` tokens, in places that follow each other."""
        self._fit(len(self.rows) + count, room)
        fresh = [Row(len(self.rows) + number) for number in range(count)]
        self.rows += fresh
        return fresh

    def remove(self, row: Row) -> None:
        last = self.rows.pop()
        if last is not row:
            self.copy(last, row)
            last.place = row.place
            self.rows[row.place] = last
        row.place = 0  # of no meaning any more
        if not self.rows and self.values.nbytes > KEPT:
            self._replace(self._empty(0, 0))

    def copy(self, source: Row, target: Row) -> None:
        """Makes a row the same as another."""
        length = target.length = source.length
        self.values[:, :, target.place, :, :length] = self.values[:, :, source.place, :, :length]

    def _fit(self, rows: int, room: int) -> None:
        present, roomy = self.values.shape[2], self.values.shape[4]
        if rows <= present and room <= roomy:
            return
        if rows > present and self.rows:
            rows = max(rows, 2 * present)
        wider = self._empty(max(rows, present), max(roomy, -(-room // GRAIN) * GRAIN))
        for row in self.rows:
            wider[:, :, row.place, :, : row.length] = self.values[:, :, row.place, :, : row.length]
        self._replace(wider)

    def _replace(self, values: torch.Tensor) -> None:
        self.values = values
        self.version += 1

    def _empty(self, rows: int, room: int) -> torch.Tensor:
        layers, key_heads, head = self._shape
        # Zeros, not whatever memory held: what is not a number spoils a sum even where its weight is 0.
        return torch.zeros((layers, 2, rows, key_heads, room, head))
