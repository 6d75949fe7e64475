"""A piece of music as notes on paper: parts, bars and tempi. Knows no model, no file and no sound."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from studiolo_contract.music import Meter

TICKS = 12
"""In a quarter note: sixteenths and triplets are whole numbers of them."""

BAR: dict[Meter, int] = {"2/4": 24, "3/4": 36, "4/4": 48, "6/8": 36, "12/8": 72}
"""Ticks of a bar."""
BEAT: dict[Meter, int] = {"2/4": 12, "3/4": 12, "4/4": 12, "6/8": 18, "12/8": 18}
"""Ticks of what the foot taps; tempo counts these."""


@dataclass(frozen=True, slots=True)
class Note:
    """One tone. Times in ticks from the beginning of the piece."""

    begin: int
    length: int
    pitch: int
    """MIDI number; in a part of drums the General MIDI drum."""
    velocity: int = 80
    """1 to 127."""

    @property
    def end(self) -> int:
        return self.begin + self.length


@dataclass(frozen=True)
class Part:
    """What one player plays, in the order in which the notes begin."""

    name: str
    """Of the instrument, told from others of its kind: `violin`, `violin 2`."""
    role: str
    """`melody`, `answer`, `chords`, `pad`, `bass` or `drums`."""
    program: int
    """General MIDI, from 0; of drums the kit."""
    notes: tuple[Note, ...]
    drums: bool = False
    pan: float = 0.0
    """-1 left, 1 right."""
    room: float = 0.3
    """How much of it the reverb gets, 0 to 1."""
    gain: float = 0.0
    """How loud beside the melody, in decibels."""


@dataclass(frozen=True)
class Chord:
    """A harmony from `begin` on. Ticks."""

    begin: int
    length: int
    name: str
    """`Dm7`"""
    pitches: tuple[int, ...]
    """Pitch classes, the root first."""


@dataclass(frozen=True)
class Tempo:
    """From `begin` (ticks) on, `bpm` of the meter's beats a minute."""

    begin: int
    bpm: float
    meter: Meter


@dataclass(frozen=True)
class Stretch:
    """A section, to be shown: its name, and where it begins and ends in ticks."""

    name: str
    begin: int
    end: int


@dataclass(frozen=True)
class Score:
    """The whole piece."""

    parts: tuple[Part, ...]
    tempi: tuple[Tempo, ...]
    """In order; the first begins at 0."""
    length: int
    """Ticks to the last bar line."""
    seconds: float
    """How long the piece sounds; what is left after the last bar line is for its last notes to ring."""
    chords: tuple[Chord, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    bars: tuple[int, ...] = field(default=())
    """Where each begins, in ticks."""

    @cached_property
    def _starts(self) -> list[float]:
        """When each tempo begins, in seconds."""
        starts = [0.0]
        for before, after in zip(self.tempi, self.tempi[1:], strict=False):
            starts.append(starts[-1] + (after.begin - before.begin) * _tick(before))
        return starts

    def at(self, tick: float) -> float:
        """When that is, in seconds."""
        index = max(0, bisect_right([tempo.begin for tempo in self.tempi], tick) - 1)
        return self._starts[index] + (tick - self.tempi[index].begin) * _tick(self.tempi[index])


def _tick(tempo: Tempo) -> float:
    """Seconds."""
    return 60.0 / tempo.bpm / BEAT[tempo.meter]
