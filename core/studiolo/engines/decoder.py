"""What a text engine needs of a model: rows of tokens that are read, continued, taken back and copied.

A `Batch` keeps what the model has read (its key-value cache) for several rows. Rows are of different lengths and go on
independently: they may be variants of one answer, drafts that compete, or different requests. Knows no sampler, no
prompt and no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]
"""One number for each token of the vocabulary, or a row of them for each row of a batch."""


class Batch(Protocol):
    lengths: list[int]
    """How many tokens each row has read."""

    def read(self, row: int, tokens: Sequence[int]) -> Logits:
        """Reads tokens into a row. Returns the logits (vocabulary) of what follows the last of them."""

    def recall(self, row: int, tokens: Sequence[int]) -> int:
        """Fills an empty row with what is still known of a prompt that began alike. Returns how many tokens."""

    def remember(self, row: int, tokens: Sequence[int]) -> None:
        """Keeps what a row has read, which is `tokens`, for a later `recall`."""

    def copy(self, source: int, rows: Sequence[int]) -> None:
        """Makes each of `rows` the same as the row `source`."""

    def rewind(self, row: int, length: int) -> None:
        """Forgets all but the first `length` tokens of a row."""

    def step(self, tokens: Sequence[int | None]) -> Logits:
        """Reads one token into each row, or none where it is None. Returns logits (rows × vocabulary).

        The logits of a row that rests mean nothing.
        """


class Decoder(Protocol):
    window: int
    """The most tokens that a row may have."""
    chunk: int
    """How many tokens of a prompt are best read at once."""

    def batch(self, rows: int, room: int) -> Batch:
        """An empty batch whose rows may grow to `room` tokens."""

    def resident_bytes(self) -> int:
        """Memory that the weights take."""
