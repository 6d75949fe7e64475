"""Several requests on one decoder at a time: what each of them wants of the model next becomes one pass for all.

A request asks with `read` or `step` and yields; `go` answers all that was asked; then each goes on by itself. Rows and
the reading of prompts are given out first come first served. So whoever writes waits for one piece of somebody else's
prompt at most, and what a request writes does not depend on who writes beside it. Knows no sampler, prompt or text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studiolo.engines.decoder import Batch, Decoder, Logits
from studiolo.engines.engine import Work


class Seats:
    """So many of something, first come first served."""

    def __init__(self, count: int) -> None:
        self._free = self._count = count
        self._queue: list[object] = []

    def take(self, count: int, checkpoint: Callable[[], None]) -> Work[None]:
        """Waits for so many; who wants more than there are waits for all. `checkpoint` may raise."""
        ticket = object()
        self._queue.append(ticket)
        try:
            while self._queue[0] is not ticket or self._free < min(count, self._count):
                yield
                checkpoint()
        finally:
            self._queue.remove(ticket)
        self._free -= count

    def give(self, count: int) -> None:
        self._free += count


@dataclass(eq=False)
class Asked:
    """What a request wants of the next pass, and then what came of it."""

    batch: Batch
    tokens: Sequence[int | None]
    row: int | None
    """The row that reads them all; None where each row reads one."""
    _logits: Logits | None = None
    _error: Exception | None = None

    @property
    def logits(self) -> Logits:
        """As of `Batch.read` or `Batch.step`. Raises what the model raised."""
        if self._error is not None:
            raise self._error
        assert self._logits is not None
        return self._logits


class Rounds:
    def __init__(self, decoder: Decoder, rows: int) -> None:
        """`rows`: how many go through the model together at most."""
        self.decoder = decoder
        self.rows = Seats(rows)
        self.reading = Seats(1)
        """Whoever has it reads a prompt, a chunk a round."""
        self._asked: list[Asked] = []

    def read(self, batch: Batch, row: int, tokens: Sequence[int]) -> Asked:
        self._asked.append(Asked(batch, tokens, row))
        return self._asked[-1]

    def step(self, batch: Batch, tokens: Sequence[int | None]) -> Asked:
        self._asked.append(Asked(batch, tokens, None))
        return self._asked[-1]

    def go(self) -> None:
        """Answers all that was asked since the last time."""
        asked, self._asked = self._asked, []
        for one in asked:
            if one.row is not None:
                try:
                    one._logits = one.batch.read(one.row, one.tokens)  # type: ignore[arg-type]
                except Exception as error:  # noqa: BLE001 - raised again where it was asked
                    one._error = error
        steps = [one for one in asked if one.row is None]
        if not steps:
            return
        try:
            logits = self.decoder.step([(one.batch, one.tokens) for one in steps])
            for one, of_its_rows in zip(steps, logits, strict=True):
                one._logits = of_its_rows
        except Exception as error:  # noqa: BLE001 - raised again wherever it was asked
            for one in steps:
                one._error = error
