"""Writes answers token by token: several rows of one batch, each a draft, each with its own chances.

Knows the rounds through a decoder, the samplers and drafts; knows no prompt, no mode, and not which draft is the best.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from studiolo.engines import samplers
from studiolo.engines.decoder import Batch, Logits
from studiolo.engines.draft import Draft
from studiolo.engines.engine import Work
from studiolo.engines.rounds import Asked, Rounds
from studiolo_contract.events import Choice, Token

PATIENCE = 8
"""An answer that has to take back more than this many times its length ends where it stands."""


@dataclass(frozen=True)
class Manner:
    """How tokens are chosen, for all drafts of a request."""

    settings: samplers.Settings
    bias: Mapping[int, float]
    breakers: frozenset[int]
    """Tokens that DRY's sequences do not reach across."""
    prompt_counts: bool
    """Whether repeating what the prompt says counts as repetition."""
    alternatives: int
    """How many likeliest tokens are reported beside each token written."""


class Writer:
    """The rows of one request."""

    def __init__(
        self, rounds: Rounds, tokenizer: Any, manner: Manner, drafts: Sequence[Draft], checkpoint: Callable[[], None]
    ) -> None:
        """`checkpoint` is called before each pass through the model, and may raise."""
        self.drafts = list(drafts)
        self._rounds = rounds
        self._tokenizer = tokenizer
        self._manner = manner
        self._checkpoint = checkpoint
        self._batch: Batch | None = None
        self._seated: set[int] = set()
        """Rows that are taken and not given back."""

    def read(self, on_progress: Callable[[int, int], None]) -> Work[None]:
        """Reads the prompt, which all drafts share, in chunks; `on_progress` is told tokens read and tokens in all.

        Waits for rows first, and until nobody else reads.
        """
        rounds, prompt, count = self._rounds, self.drafts[0].prompt, len(self.drafts)
        total = len(prompt)
        on_progress(0, total)
        yield from rounds.rows.take(count, self._checkpoint)
        self._seated = set(range(count))
        yield from rounds.reading.take(1, self._checkpoint)
        try:
            room = max(len(draft.prompt) + draft.limits.max_tokens for draft in self.drafts)
            batch = self._batch = rounds.decoder.batch(count, room)
            first, chunk = batch.recall(0, prompt[:-1]), rounds.decoder.chunk
            for start in range(first, total - 1, chunk):
                self._checkpoint()
                piece = prompt[start : min(start + chunk, total - 1)]
                asked = rounds.read(batch, 0, piece)
                yield
                asked.logits  # noqa: B018 - raises what the model raised
                on_progress(start + len(piece), total)
            batch.remember(0, prompt[:-1])
            batch.copy(0, range(1, count))
        finally:
            rounds.reading.give(1)

    def step(self, rows: Sequence[int]) -> Work[None]:
        """Each of these rows writes one more token, or goes back before what it must not say; where the grammar leaves
        it no choice, it writes all that must come, and one more."""
        self._checkpoint()
        batch = self._rows
        for row in rows:
            if batch.lengths[row] != self.drafts[row].length:
                batch.rewind(row, self.drafts[row].length)
        asked: dict[int, Asked] = {}
        feed: dict[int, int] = {}
        for row in rows:
            unread = self._forced(row)
            if len(unread) > 1:
                asked[row] = self._rounds.read(batch, row, unread)
            elif unread:
                feed[row] = unread[0]
        step = self._rounds.step(batch, [feed.get(row) for row in range(len(self.drafts))]) if feed else None
        if step or asked:
            yield
        for row, one in asked.items():
            self._choose(self.drafts[row], one.logits)
        if step:
            logits = step.logits
            for row in feed:
                self._choose(self.drafts[row], logits[row])

    def keep(self, best: int, rows: Sequence[int]) -> None:
        """All of `rows` go on from where the row `best` has come to."""
        others = [row for row in rows if row != best]
        self._rows.copy(best, others)
        for row in others:
            self.drafts[row] = self.drafts[best].continued(self.drafts[row])

    def drop(self, rows: Collection[int]) -> None:
        """These rows are over: others may have their places."""
        leaving = self._seated.intersection(rows)
        self._seated -= leaving
        if self._batch is not None:
            self._batch.drop(sorted(leaving))
        self._rounds.rows.give(len(leaving))

    def close(self) -> None:
        self.drop(self._seated)

    @property
    def _rows(self) -> Batch:
        assert self._batch is not None, "nothing is written before the prompt is read"
        return self._batch

    def _forced(self, row: int) -> list[int]:
        """Writes the tokens that must come. Returns what the model has to read before it can be asked what follows;
        nothing, where the draft has ended."""
        draft = self.drafts[row]
        unread = [draft.last]
        if draft.guide is None or draft.limits.banned or self._manner.alternatives:
            return unread
        for token in draft.guide.forced():
            draft.take(token)
            unread.append(token)
            if draft.finish:
                return []
        return unread

    def _choose(self, draft: Draft, logits: Logits) -> None:
        manner = self._manner
        seen = [*draft.prompt, *draft.tokens] if manner.prompt_counts else draft.tokens
        fair = samplers.adjusted(logits, manner.settings, seen, manner.bias, draft.limits.ends, manner.breakers)
        if fair is logits:
            fair = logits.copy()
        fair[draft.avoided()] = -np.inf
        if draft.guide is not None:
            fair = draft.guide.held(fair)
        elif len(draft.tokens) < draft.limits.fewest:
            fair[list(draft.limits.ends)] = -np.inf
        if not np.isfinite(fair).any() or draft.written > PATIENCE * draft.limits.max_tokens + 64:
            draft.finish = "stop"  # every way on leads to a phrase that must not appear
            return
        token = samplers.draw(fair, manner.settings, draft.random)
        if draft.guide is not None:
            token = draft.guide.settled(token, fair)
        if draft.take(token) and manner.alternatives and len(draft.tokens) > len(draft.reported):
            draft.reported.append(self._report(token, logits))

    def _report(self, token: int, logits: Logits) -> Token:
        shares = samplers.probabilities(logits)
        count = self._manner.alternatives
        likely = np.argpartition(-shares, count)[:count]
        likely = likely[np.argsort(-shares[likely], kind="stable")]
        return Token(
            text=self._said(token),
            probability=float(shares[token]),
            alternatives=tuple(Choice(text=self._said(int(at)), probability=float(shares[at])) for at in likely),
        )

    def _said(self, token: int) -> str:
        return str(self._tokenizer.decode([token]))
