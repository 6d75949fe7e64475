"""What can be heard in a piece of music, as a few figures. Pure: knows notes, and neither moods nor models.

The figures are those on which listeners' judgements of emotion hang most (Gabrielsson and Lindström 2010): tempo,
density, loudness, register, mode, dissonance and articulation. The tonic is found by the profiles of Krumhansl and
Kessler (1982); how rough two tones are together follows Huron (1994).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p, log2

import numpy as np
from numpy.typing import NDArray

from studiolo.media.midi import Heard, Sounding
from studiolo.music.theory import SCALES
from studiolo_contract.errors import StudioloError
from studiolo_contract.music import MusicalMode

Vector = NDArray[np.float64]

STEP = 0.125
"""Seconds between the moments at which is looked what sounds together."""
MOST_MOMENTS = 2_000
ROUGHNESS = (0.0, 1.0, 0.5, 0.1, 0.05, 0.0, 0.7)
"""Of two tones so many semitones apart, octaves aside."""
MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each of twelve tones fits, from the tonic up."""
BASS, LAST = 0.3, 0.15
"""What it counts, beside a correlation, that a tone is the bass all the time, or its last one."""
FIFTHS = np.array([(7 * tone + 5) % 12 - 5 for tone in range(12)])
"""How many fifths above the tonic each tone lies, -5 to 6: the more, the brighter."""


@dataclass(frozen=True)
class Figures:
    """A piece of music, measured."""

    tempo: float
    """Quarters a minute."""
    density: float
    """Tones a second, of all parts but the drums."""
    drums: float
    """Strokes a second."""
    loudness: float
    """Mean velocity, 0 to 1."""
    register: float
    """Mean pitch as a MIDI number, long tones counting more."""
    tonic: int
    """Pitch class."""
    mode: MusicalMode
    """The one whose scale holds most of what sounds."""
    brightness: float
    """Mean fifths above the tonic, about -1.5 (phrygian) to 2 (lydian)."""
    major: float
    """The share of major thirds among all thirds above the tonic, 0 to 1."""
    dissonance: float
    """Mean roughness of what sounds together, 0 to 1."""
    legato: float
    """Mean length of a tone, in seconds."""

    def vector(self) -> Vector:
        """The figures on scales on which equal steps are heard as about equal."""
        return np.array(
            [
                log2(self.tempo),
                log2(self.density + 0.25),
                log1p(self.drums),
                self.loudness,
                self.register / 12,
                self.brightness,
                self.major,
                self.dissonance,
                log2(self.legato),
            ]
        )


def measured(heard: Heard) -> Figures:
    """The figures of a piece. Raises `StudioloError` (`bad_midi`) for one that has nothing but drums."""
    tones = [note for note in heard.notes if not note.drum]
    if not tones:
        raise StudioloError("bad_midi", "The MIDI file has no notes, or only drums.", "Send one with a melody.")
    strokes = len(heard.notes) - len(tones)
    lengths = np.array([note.end - note.begin for note in tones])
    pitches = np.array([note.pitch for note in tones])
    weights = np.bincount(pitches % 12, lengths, 12) / lengths.sum()
    moments = _moments(tones, heard.seconds)
    tonic = _tonic(weights, [min(sounding) for sounding in moments if sounding])
    above = np.roll(weights, -tonic)
    thirds = above[3] + above[4]
    return Figures(
        tempo=heard.tempo,
        density=len(tones) / heard.seconds,
        drums=strokes / heard.seconds,
        loudness=float(np.mean([note.velocity for note in heard.notes])) / 127,
        register=float(np.average(pitches, weights=lengths)),
        tonic=tonic,
        mode=max(SCALES, key=lambda mode: float(above[list(SCALES[mode])].sum())),
        brightness=float(above @ FIFTHS),
        major=float(above[4] / thirds) if thirds > 0 else 0.5,
        dissonance=float(np.mean([_roughness(sounding) for sounding in moments])),
        legato=float(lengths.mean()),
    )


def _moments(tones: list[Sounding], seconds: float) -> list[set[int]]:
    """The pitches that sound together at moments through the piece, as long as there are any."""
    step = max(STEP, seconds / MOST_MOMENTS)
    moments: list[set[int]] = [set() for _ in range(int(seconds / step) + 1)]
    for tone in tones:
        first = int(tone.begin / step)
        for at in range(first, max(first + 1, int(tone.end / step))):
            moments[at].add(tone.pitch)
    return moments


def _tonic(weights: Vector, basses: list[int]) -> int:
    """The tone that all others are heard from."""
    low = np.bincount(np.array(basses) % 12, minlength=12) / len(basses)
    fits = [
        max(_correlation(np.roll(weights, -tone), profile) for profile in (MAJOR_PROFILE, MINOR_PROFILE))
        + BASS * low[tone]
        + LAST * (basses[-1] % 12 == tone)
        for tone in range(12)
    ]
    return int(np.argmax(fits))


def _correlation(weights: Vector, profile: tuple[float, ...]) -> float:
    if np.ptp(weights) == 0:
        return 0.0
    return float(np.corrcoef(weights, profile)[0, 1])


def _roughness(pitches: set[int]) -> float:
    """The mean over all pairs."""
    classes = sorted(pitches)
    pairs = [(one, other) for at, one in enumerate(classes) for other in classes[at + 1 :]]
    if not pairs:
        return 0.0
    return sum(ROUGHNESS[min((one - other) % 12, (other - one) % 12)] for one, other in pairs) / len(pairs)
