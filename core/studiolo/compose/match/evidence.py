"""How like a card the parts of a kit are, as far as that needs no model: names, colours, and what is heard.

Pure. What hangs on meaning is in `engines/match.py`; what a likeness is worth, in `likeness.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import log2

import numpy as np

from studiolo.compose.match.features import FIFTHS, Figures
from studiolo.image.palette import Pixels, oklab
from studiolo.image.vocabulary import BREAKS, singulars
from studiolo.music.theory import SCALES
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.music import Mood

AXES = ("valence", "arousal", "tension")
_WORD = re.compile(r"[^\W\d_]{3,}")
_THUMB = 48
"""Pixels a side of a picture at most, of which the colours are looked at."""
OUTSIDE = 0.3
"""Distance in Oklab at which a colour has nothing to do with another."""


def named(card: MoodCard, text: str) -> tuple[str, ...]:
    """The words of the card for who and what there is to be seen, and where, that the text has too."""
    there = {form for word in _words(text) for form in _forms(word)}
    return tuple(word for word in card_words(card) if not there.isdisjoint(_forms(word)))


def card_words(card: MoodCard) -> tuple[str, ...]:
    """The words of the card for who and what there is to be seen, and where; each once, in small letters."""
    phrases = (
        *card.subjects,
        *(one.name for one in card.characters),
        card.place,
        card.time,
        card.weather,
        *card.motifs,
    )
    return tuple(dict.fromkeys(word for phrase in phrases for word in _words(phrase)))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in BREAKS]


def _forms(word: str) -> set[str]:
    return {word, *singulars(word)}


def palette_likeness(palette: Sequence[str], pixels: Pixels) -> float:
    """How near the colours of a picture (height × width × 3) are to a palette of `#rrggbb`, and the palette to the
    picture's: 1 where each has its like in the other, 0 where none has."""
    step = max(1, max(pixels.shape[:2]) // _THUMB)
    seen = oklab(np.ascontiguousarray(pixels[::step, ::step, :3])).reshape(-1, 3)
    wanted = oklab(np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in palette], np.uint8))
    apart = np.linalg.norm(seen[:, None] - wanted[None], axis=2) / OUTSIDE
    # the nearest tenth stands for what the picture has of a colour: a single pixel is nothing
    there = np.quantile(apart, 0.1, axis=0).clip(max=1).mean()
    return float(1 - (apart.min(1).clip(max=1).mean() + there) / 2)


def heard_mood(figures: Figures, hearing: Mapping[str, Sequence[float]]) -> Mood:
    """The mood that a piece sounds like. `hearing`: for each axis what each figure counts, then a constant."""
    vector = np.append(figures.vector(), 1.0)
    valence, arousal, tension = (float(np.clip(vector @ np.array(hearing[axis]), -1, 1)) for axis in AXES)
    return Mood(valence=valence, arousal=arousal, tension=tension)


def mood_likeness(heard: Mood, wanted: Mood, name: str = "") -> dict[str, float]:
    """For each axis 0 where both are the same, -2 where they could not be farther apart."""
    return {f"{name}{axis}": -abs(getattr(heard, axis) - getattr(wanted, axis)) for axis in AXES}


def music_likeness(figures: Figures, heard: Mood, card: MoodCard, brief: Mood | None) -> dict[str, float]:
    """How a piece that sounds like `heard` fits the card, and the mood that the brief's own words say."""
    likes = mood_likeness(heard, card.mood)
    if brief is not None:
        likes |= mood_likeness(heard, brief, "brief_")
    if card.tempo:
        # whether three eighths or two are a beat is a matter of writing
        ratios = (abs(log2(figures.tempo * beat / card.tempo)) for beat in (1, 2 / 3))
        likes["tempo"] = -min(ratios)
    if card.mode:
        scale = list(SCALES[card.mode])
        likes["mode"] = -abs(figures.brightness - float(FIFTHS[scale].mean()))
    return likes
