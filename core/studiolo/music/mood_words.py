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
AS_MUSIC = "{} music"
"""A word alone means many things; which of them is meant, this says."""
NEAR, AKIN = 0.7, 0.3
"""Cosine from which on a word is near an entry, and a whole text."""
WORD, TEXT = 3, 20
"""How many entries a word, or a whole text, is held against: the nearest."""
SPREAD = 0.05
"""Cosine by which an entry is farther off than the nearest and counts about a third."""
VIVID = 1.5
"""The mean of many entries is pale; this gives a text its colour back."""

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
    def reach(self) -> Mapping[str, int]:
        """For each word that begins an entry: how many words the longest such entry has."""
        reach: dict[str, int] = {}
        for entry in self.moods:
            first, *others = entry.split()
            reach[first] = max(reach.get(first, 1), 1 + len(others))
        return reach

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
    """The mood of what the lexicon lacks."""

    mood: Mood
    like: tuple[str, ...]
    """The entries nearest to it, the nearest first."""


class Neighbours:
    """The lexicon laid out by meaning. Made once and kept: it embeds every word of it."""

    def __init__(self, embed: Embed) -> None:
        moods = read_lexicon().moods
        self._embed = embed
        self._words = tuple(moods)
        self._moods = np.array([[mood.valence, mood.arousal, mood.tension] for mood in moods.values()])
        self._vectors = embed([AS_MUSIC.format(word) for word in self._words])

    def words(self, words: Sequence[str]) -> list[Guess | None]:
        """For each word what the nearest entries say; None where none is near."""
        likeness = self._likeness([AS_MUSIC.format(word) for word in words])
        return [self._guess(row, WORD) if row.max() >= NEAR else None for row in likeness]

    def texts(self, texts: Sequence[str]) -> list[Guess | None]:
        """For each text what the entries say that are nearest to it as a whole; None where none is."""
        return [self._guess(row, TEXT, VIVID) if row.max() >= AKIN else None for row in self._likeness(texts)]

    def _likeness(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts) @ self._vectors.T if texts else np.empty((0, len(self._words)), np.float32)

    def _guess(self, likeness: NDArray[np.float32], among: int, vivid: float = 1.0) -> Guess:
        nearest = np.argsort(-likeness, kind="stable")[:among]
        shares = np.exp((likeness[nearest] - likeness[nearest[0]]) / SPREAD)
        point = np.average(self._moods[nearest], axis=0, weights=shares) * vivid
        valence, arousal, tension = np.clip(point, -1.0, 1.0).tolist()
        mood = Mood(valence=valence, arousal=arousal, tension=tension)
        return Guess(mood, tuple(self._words[at] for at in nearest[:WORD]))


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
