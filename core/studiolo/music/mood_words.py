"""How single words feel: the lexicon, and the nearest words in it to one that it lacks. Knows no sentences.

The lexicon stands in `mood_words.toml`. Other forms of its words are found by taking endings off; what a model of
meanings finds near is told by whoever has such a model.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from studiolo_contract.music import Mood

DEPTH = 2
"""Endings that are taken off one after the other: `peacefully`, `peaceful`, `peace`."""
LONGEST = 30
"""Letters of what may be a word."""
NEAREST = 3
LEAST = 0.5
"""Cosine from which on a word stands near another."""

_ENDINGS = ("'s", "s", "es", "ing", "ed", "er", "est", "en", "y", "ish", "ly", "ness", "ful", "like")
_UNDOUBLED = re.compile(r"\b[^aeiou]*[aeiou][^aeiouwxy]$")
"""A short word whose last consonant would be written twice before a vowel: no `staring` from `star`."""


class Embed(Protocol):
    """A model of meanings."""

    def __call__(self, words: Sequence[str]) -> NDArray[np.float32]:
        """A vector of length 1 for each (words × size)."""
        ...


@dataclass(frozen=True)
class Entry:
    """What the lexicon says to a word."""

    word: str
    """As it stands there."""
    mood: Mood
    denied: bool = False
    """Whether the word means its opposite: `fearless`, `unkind`."""


@dataclass(frozen=True)
class Lexicon:
    """Words and short phrases, in small letters and with spaces for hyphens, and how each feels."""

    moods: Mapping[str, Mood]

    @cached_property
    def longest(self) -> int:
        """Words in its longest phrase."""
        return max((len(word.split()) for word in self.moods), default=1)

    def find(self, word: str) -> Entry | None:
        """The entry for a word or phrase in small letters, whatever its ending; None where there is none."""
        return self._find(word, DEPTH) if len(word) <= LONGEST else None

    def _find(self, word: str, depth: int) -> Entry | None:
        if mood := self.moods.get(word):
            return Entry(word, mood)
        if depth:
            for base, denied in _bases(word):
                if found := self._find(base, depth - 1):
                    return Entry(found.word, found.mood, found.denied != denied)
        return None


@cache
def read_lexicon() -> Lexicon:
    """The lexicon that comes with Studiolo."""
    page = tomllib.loads(files("studiolo.music").joinpath("mood_words.toml").read_text(encoding="utf-8"))
    return Lexicon(
        {
            word.replace("-", " "): Mood(valence=valence, arousal=arousal, tension=tension)
            for word, (valence, arousal, tension) in page.items()
        }
    )


@dataclass(frozen=True)
class Guess:
    """The mood of a word that no lexicon has."""

    mood: Mood
    like: tuple[str, ...]
    """The words that it was taken from, the nearest first."""


class Neighbours:
    """The lexicon laid out by meaning. Made once and kept: it embeds every word of it."""

    def __init__(self, embed: Embed, lexicon: Lexicon | None = None) -> None:
        moods = (lexicon or read_lexicon()).moods
        self._embed = embed
        self._words = tuple(moods)
        self._moods = np.array([[mood.valence, mood.arousal, mood.tension] for mood in moods.values()])
        self._vectors = embed(self._words)

    def guess(self, words: Sequence[str]) -> list[Guess | None]:
        """For each word the mean of the nearest entries, nearer ones counting more; None where nothing is near."""
        if not words:
            return []
        return [self._among(likeness) for likeness in self._embed(words) @ self._vectors.T]

    def _among(self, likeness: NDArray[np.float32]) -> Guess | None:
        nearest = [at for at in np.argsort(-likeness, kind="stable")[:NEAREST] if likeness[at] >= LEAST]
        if not nearest:
            return None
        valence, arousal, tension = np.average(self._moods[nearest], axis=0, weights=likeness[nearest]).tolist()
        mood = Mood(valence=valence, arousal=arousal, tension=tension)
        return Guess(mood, tuple(self._words[at] for at in nearest))


def _bases(word: str) -> Iterator[tuple[str, bool]]:
    """What the word may be a form of, and whether it would be the opposite of that."""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 2:
            continue
        vowel = ending[0] in "aeiy"
        if not (vowel and _UNDOUBLED.search(stem)):
            yield stem, False
        if vowel:
            yield stem + "e", False
            if stem[-1] == stem[-2] or stem.endswith("ck"):
                yield stem[:-1], False
        if stem.endswith("i"):
            yield stem[:-1] + "y", False
        if ending == "ly":
            yield stem + "le", False
    if word.endswith("less"):
        yield word.removesuffix("less"), True
    if word.startswith("un"):
        yield word.removeprefix("un"), True
