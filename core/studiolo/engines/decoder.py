"""What a text engine needs of a model: rows of tokens that are read, continued, taken back and copied.

A `Batch` keeps what the model has read (its key-value cache) for several rows. Rows are of different lengths and go on
independently: they may be variants of one answer, or drafts that compete. Several batches, one for each request, may be
in use at a time, and are stepped together. Knows no sampler, no prompt and no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]
"""One number for each token of the vocabulary, or a row of them for each row of a batch."""


class Batch(Protocol):
    @property
    def lengths(self) -> list[int]:
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

        The logits of a row that rests mean nothing, and all of them only until the next step of any batch.
        """

    def drop(self, rows: Sequence[int]) -> None:
        """These rows are over: their memory is given back. To drop a row again changes nothing."""


class Decoder(Protocol):
    window: int
    """The most tokens that a row may have."""
    chunk: int
    """How many tokens of a prompt are best read at once."""

    def batch(self, rows: int, room: int) -> Any:
        """An empty `Batch` whose rows may grow to `room` tokens."""

    def step(self, feeds: Sequence[tuple[Any, Sequence[int | None]]]) -> list[Logits]:
        """`Batch.step` for several of this decoder's batches, in one pass through the model where it can do that."""

    def resident_bytes(self) -> int:
        """Memory that the weights take."""
