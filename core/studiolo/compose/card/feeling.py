"""How a brief feels on the whole, and which of its words say so. The words' moods are the music's. Knows no card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from studiolo.music.meaning import between
from studiolo_contract.music import Mood

if TYPE_CHECKING:
    from studiolo.music.hearing import Heard
    from studiolo.music.mood_words import Neighbours

Axis = Literal["valence", "arousal", "tension"]
AXES: tuple[Axis, ...] = ("valence", "arousal", "tension")
VIVID = 1.25
"""A mean over passages is paler than any of them; this gives it its colour back."""
FOREBODING: dict[Axis, float] = {"valence": 0.0, "arousal": -0.25, "tension": 0.2}
"""What is about to come strains, and does not stir yet."""
PLAIN = 0.15
"""What a word says at least on an axis to be named as a reason."""
MOST_GUESSED = 2_000
"""Characters of a text whose unknown words are guessed by meaning; in a longer one its known words say enough."""
NAMED = 4
"""Words that are named as reasons."""
LONGEST = 40
"""Characters of a reason that are quoted."""

_COMING = re.compile(
    r"\b(?:before|ahead of|waiting for|awaiting) (?:the|a|an) (?:\w+ )?(?:storm|battle|war|end|fall|trial|duel|"
    r"execution|hunt|siege|attack|flood|eclipse|invasion|verdict|examination|apocalypse)\b|"
    r"\b(?:approaching|looming|impending|gathering|brewing)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Degree:
    """One of the three numbers, and what gave it."""

    value: float
    words: tuple[str, ...]
    guessed: bool
    """Whether only the nearest words in meaning say so."""

    @property
    def because(self) -> str:
        if len(self.words) == 1:
            return f"the word {self.words[0]}" if " " not in self.words[0] else f"the words {self.words[0]}"
        return f"the words {', '.join(self.words)}"


@dataclass(frozen=True)
class Feeling:
    axes: dict[Axis, Degree]
    """Without words where nothing says how it feels."""


def felt(text: str, neighbours: Neighbours | None = None) -> Feeling:
    """The feeling of the whole text; neutral, and no words named, where nothing says how it feels."""
    from studiolo.music.mood import read  # it brings numpy, without which the daemon starts sooner

    passages = read(text, neighbours if len(text) <= MOST_GUESSED else None).passages
    moods = [between(passage.mood, passage.until or passage.mood, 0.5) for passage in passages if passage.heard]
    heard = [one for passage in passages for one in passage.heard]
    coming = _COMING.search(text)
    return Feeling({axis: _degree(axis, moods, heard, coming) for axis in AXES})


def _degree(axis: Axis, moods: Sequence[Mood], heard: Sequence[Heard], coming: re.Match[str] | None) -> Degree:
    value = VIVID * sum(getattr(mood, axis) for mood in moods) / len(moods) if moods else 0.0
    sign = 1.0 if value >= 0 else -1.0
    saying = [one for one in heard if sign * getattr(one.mood, axis) >= PLAIN] or list(heard)
    saying.sort(key=lambda one: -abs(getattr(one.mood, axis)) * one.weight)
    words = dict.fromkeys(_quoted(one) for one in saying)
    if coming and FOREBODING[axis]:
        value += FOREBODING[axis]
        words = {f"'{coming.group()}'": None, **words}
    guessed = bool(saying) and all(one.like for one in saying[:NAMED])
    return Degree(round(max(-1.0, min(1.0, value)), 2) + 0.0, tuple(words)[:NAMED], guessed)


def _quoted(one: Heard) -> str:
    like = f" (like {', '.join(one.like[:2])})" if one.like else ""
    return (
        f"'{one.words}'{like}" if len(one.words) <= LONGEST else f"'{one.words[:LONGEST].rpartition(' ')[0]} …'{like}"
    )
