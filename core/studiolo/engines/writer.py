"""Writes answers token by token: several rows of one batch, each a draft, each with its own chances.

Knows a decoder, the samplers and drafts; knows no prompt, no mode, and not which draft is the best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from studiolo.engines import samplers
from studiolo.engines.decoder import Batch, Decoder, Logits
from studiolo.engines.draft import Draft
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
        self, decoder: Decoder, tokenizer: Any, manner: Manner, drafts: Sequence[Draft], checkpoint: Callable[[], None]
    ) -> None:
        """`checkpoint` is called before each pass through the model, and may raise."""
        self.drafts = list(drafts)
        self._tokenizer = tokenizer
        self._manner = manner
        self._checkpoint = checkpoint
        self._chunk = decoder.chunk
        room = max(len(draft.prompt) + draft.limits.max_tokens for draft in drafts)
        self._batch: Batch = decoder.batch(len(drafts), room)

    def read(self, on_progress: Callable[[int, int], None]) -> None:
        """Reads the prompt, which all drafts share, in chunks; `on_progress` is told tokens read and tokens in all."""
        prompt = self.drafts[0].prompt
        total = len(prompt)
        on_progress(0, total)
        first = self._batch.recall(0, prompt[:-1])
        for start in range(first, total - 1, self._chunk):
            self._checkpoint()
            chunk = prompt[start : min(start + self._chunk, total - 1)]
            self._batch.read(0, chunk)
            on_progress(start + len(chunk), total)
        self._batch.remember(0, prompt[:-1])
        self._batch.copy(0, range(1, len(self.drafts)))

    def step(self, rows: Sequence[int]) -> None:
        """Each of these rows writes one more token, or goes back before what it must not say."""
        self._checkpoint()
        for row in rows:
            if self._batch.lengths[row] != self.drafts[row].length:
                self._batch.rewind(row, self.drafts[row].length)
        rows = [row for row in rows if not self._hurry(row)]
        if rows:
            feed = [draft.last if row in rows else None for row, draft in enumerate(self.drafts)]
            logits = self._batch.step(feed)
            for row in rows:
                self._choose(self.drafts[row], logits[row])

    def keep(self, best: int, rows: Sequence[int]) -> None:
        """All of `rows` go on from where the row `best` has come to."""
        others = [row for row in rows if row != best]
        self._batch.copy(best, others)
        for row in others:
            self.drafts[row] = self.drafts[best].continued(self.drafts[row])

    def _hurry(self, row: int) -> bool:
        """Where the grammar leaves no choice, writes what must come, has the model read it in one go, and chooses what
        follows. Returns whether it did."""
        draft = self.drafts[row]
        if draft.guide is None or draft.limits.banned or self._manner.alternatives:
            return False
        forced = draft.guide.forced()
        if not forced:
            return False
        unread = [draft.last]
        for token in forced:
            draft.take(token)
            unread.append(token)
            if draft.finish:
                return True
        self._choose(draft, self._batch.read(row, unread))
        return True

    def _choose(self, draft: Draft, logits: Logits) -> None:
        manner = self._manner
        seen = [*draft.prompt, *draft.tokens] if manner.prompt_counts else draft.tokens
        fair = samplers.adjusted(logits, manner.settings, seen, manner.bias, draft.limits.ends, manner.breakers).copy()
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
