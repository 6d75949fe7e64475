"""A phrase before it is written: its frame, what of it is fixed, and how good a draft of it is.

Knows the vocabulary's bars and tones; knows no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studiolo.music.score import BAR, BEAT
from studiolo.music.theory import QUALITIES
from studiolo.music.vocabulary import Bar, Harmony
from studiolo_contract.music import Meter, MusicalMode


@dataclass(frozen=True)
class Slot:
    """A bar to be written."""

    left: int
    """Bars to the end of the phrase, itself counted."""
    bar: Bar | None = None
    """The bar itself, where nothing of it is free."""
    chords: tuple[Harmony, ...] | None = None
    """Its chords, where they are given."""


@dataclass(frozen=True)
class Frame:
    """What holds for all bars of a phrase. Pitches in semitones above the tonic."""

    header: dict[str, str]
    meter: Meter
    mode: MusicalMode
    density: float
    """Notes a beat that the melody should have."""
    grid: int
    """Ticks; tones begin and end on multiples of it."""
    low: int
    high: int
    bass: bool
    """Whether the bass is written too."""
    chord_ticks: list[int]
    """Where in the bar chords may begin."""
    chords_allowed: NDArray[np.bool_]
    """Which of the vocabulary's chords may be chosen."""
    last_pitch: int | None = None


def chord_at(one: Bar, tick: int) -> Harmony | None:
    """What sounds there."""
    return next((chord for chord in reversed(one.harmonies) if chord.begin <= tick), None)


def chord_tones(chord: Harmony) -> set[int]:
    """Pitch classes above the tonic."""
    return {(chord.root + step) % 12 for step in QUALITIES[chord.quality]}


def rhythm(one: Bar) -> tuple[tuple[int, int], ...]:
    return tuple((tone.begin, tone.length) for tone in one.melody)


def merit(bars: Sequence[Bar], before: Sequence[Bar], frame: Frame) -> float:
    """How good a draft is; only to be compared with that of another draft of the same phrase."""
    tones = [tone for one in bars for tone in one.melody]
    if not tones:
        return -100.0
    beat = BEAT[frame.meter]
    strong = [(tone, one) for one in bars for tone in one.melody if tone.begin % beat == 0]
    rests = [
        tone.pitch % 12 in chord_tones(chord)
        for tone, one in strong
        if (chord := chord_at(one, tone.begin)) is not None
    ]
    on_chord = sum(rests) / max(1, len(rests))
    steps = [after.pitch - before_.pitch for before_, after in pairwise(tones)]
    stuck = sum(one == 0 == other for one, other in pairwise(steps)) / max(1, len(steps))
    wild = sum(abs(one) > 7 and one * other > 0 for one, other in pairwise(steps)) / max(1, len(steps))
    leaps = sum(abs(step) > 7 for step in steps) / max(1, len(steps))
    beats = len(bars) * BAR[frame.meter] / beat
    off = abs(np.log2((len(tones) / beats + 0.1) / (frame.density + 0.1)))
    sounding = sum(tone.length for tone in tones) / (len(bars) * BAR[frame.meter])
    shapes = [rhythm(one) for one in (*before[-4:], *bars)]
    fresh = shapes[len(shapes) - len(bars) :]
    kin = sum(shapes[: len(shapes) - len(bars) + number].count(shape) > 0 for number, shape in enumerate(fresh))
    same = sum(one.melody == other.melody for one, other in pairwise((*before[-1:], *bars)))
    chords = len({(h.root, h.quality) for one in bars for h in one.harmonies})
    span = max(tone.pitch for tone in tones) - min(tone.pitch for tone in tones)
    return float(
        2.0 * on_chord
        - 2.0 * stuck
        - 3.0 * wild
        - 1.5 * leaps
        - 1.2 * off
        + 1.0 * min(sounding, 0.9)
        + 0.5 * kin / len(bars)
        - 0.6 * same
        + 0.15 * min(chords, 4)
        + 0.4 * (5 <= span <= 16)
        + 0.3 * (tones[-1].length >= beat)
    )
