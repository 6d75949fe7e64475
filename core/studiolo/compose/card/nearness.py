"""What of the lexicon is nearest in meaning to a text whose words name nothing of it. Knows vectors, and no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from studiolo.compose.card.lexicon import Entry, Kind, entries
from studiolo.music.mood_words import AS_MUSIC, Embed, Neighbours, read_lexicon

AS_SAID: dict[Kind, str] = {
    "place": "a story in or at {}",
    "time": "a story at {}",
    "weather": "a story in this weather: {}",
}
"""A word alone means many things; which of them is meant, this says."""
NEAR: dict[Kind, float] = {"place": 0.42, "time": 0.46, "weather": 0.42}
"""Cosine from which on an entry is what the text speaks of; measured on briefs: below it about half were wrong. Of eras
the nearest is wrong even where it is near, so none is looked for."""
AHEAD = 0.03
"""By how much the nearest must be nearer than the next: two that are as near say nothing."""


def laid() -> list[str]:
    """All that is laid out by meaning: whoever keeps the vectors of these texts has them at hand at once."""
    moods = [AS_MUSIC.format(word) for word in read_lexicon().moods]
    return [*moods, *(text for kind in AS_SAID for text in _said(kind))]


def _said(kind: Kind) -> list[str]:
    return [AS_SAID[kind].format(word) for one in entries(kind) for word in one.words]


@dataclass(frozen=True)
class Near:
    """The nearest entry."""

    entry: Entry
    words: str
    """Those of its words that are nearest."""
    likeness: float
    """Cosine."""

    @property
    def because(self) -> str:
        return f"the brief is near '{self.words}' in meaning ({self.likeness:.2f})"


class Nearness:
    """The lexicon laid out by meaning. Made once and kept: each kind is embedded when it is first asked for."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._laid: dict[Kind, tuple[list[tuple[Entry, str]], NDArray[np.float32]]] = {}

    @cached_property
    def neighbours(self) -> Neighbours:
        """The same for how words feel."""
        return Neighbours(self._embed)

    def nearest(self, kind: Kind, text: str) -> Near | None:
        """The entry of a kind that is nearest to the text; None where none is near, or two are as near."""
        if not text.strip():
            return None
        named, vectors = self._laid_out(kind)
        likeness = vectors @ self._embed([text])[0]
        best: dict[str, int] = {}
        for at in np.argsort(-likeness, kind="stable"):
            best.setdefault(named[at][0].name, int(at))
        first, second = list(best.values())[:2]
        if likeness[first] < NEAR[kind] or likeness[first] - likeness[second] < AHEAD:
            return None
        one, words = named[first]
        return Near(one, words, float(likeness[first]))

    def _laid_out(self, kind: Kind) -> tuple[list[tuple[Entry, str]], NDArray[np.float32]]:
        if kind not in self._laid:
            named: Sequence[tuple[Entry, str]] = [(one, word) for one in entries(kind) for word in one.words]
            self._laid[kind] = list(named), self._embed(_said(kind))
        return self._laid[kind]
