"""A short melody that a piece must use: read, and fitted into a key. Knows no model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studiolo.music.score import TICKS, Note
from studiolo.music.theory import SCALES, read_note
from studiolo_contract.errors import StudioloError
from studiolo_contract.music import MusicalMode

LONGEST = 64
"""Notes of a motif."""
MOST_QUARTERS = 32
_MEND = 'Write it as note names with lengths in quarters: "E4:1 G4:0.5 A4:1.5".'


def read(text: str) -> tuple[Note, ...]:
    """The notes of "E4:1 G4:0.5 -:0.5 A4:1.5"; lengths are quarters, 1 where none is given, and - rests. Raises
    `StudioloError`."""
    notes: list[Note] = []
    at = 0
    for word in re.split(r"[\s,;|]+", text.strip()):
        name, colon, length = word.partition(":")
        try:
            ticks = round(float(length) * TICKS) if colon else TICKS
        except (ValueError, OverflowError):
            ticks = 0
        if not 1 <= ticks <= MOST_QUARTERS * TICKS:
            raise StudioloError("bad_request", f"'{word:.20}' in the motif has no length that can be played.", _MEND)
        pitch = read_note(name)
        if pitch is None and name not in ("-", "r", "R"):
            raise StudioloError("bad_request", f"'{word:.20}' in the motif is no note.", _MEND)
        if pitch is not None:
            notes.append(Note(at, ticks, pitch))
        at += ticks
    return checked(tuple(notes))


def checked(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """The motif itself. Raises `StudioloError` where it is no short melody."""
    if len(notes) < 2:
        raise StudioloError("bad_request", "The motif has fewer than two notes.", _MEND)
    if len(notes) > LONGEST or notes[-1].end > MOST_QUARTERS * TICKS:
        raise StudioloError(
            "bad_request",
            f"The motif has {len(notes)} notes over {notes[-1].end / TICKS:g} quarters; a motif is short.",
            f"Send at most {LONGEST} notes in {MOST_QUARTERS} quarters.",
        )
    return notes


def key_of(notes: Sequence[Note], modes: Sequence[MusicalMode]) -> tuple[int, MusicalMode]:
    """The tonic and, of these modes, the one in whose scale most of the motif's time lies; of equals the one whose
    tonic and fifth it dwells on, and the last note counts twice."""
    best = max(
        ((_fit(notes, tonic, mode), -number, tonic, mode) for tonic in range(12) for number, mode in enumerate(modes)),
        key=lambda rated: rated[:2],
    )
    return best[2], best[3]


def in_key(notes: Sequence[Note], tonic: int, mode: MusicalMode) -> tuple[Note, ...]:
    """The motif moved as a whole, by as few semitones as bring most of it into the scale: its intervals stay."""
    shift = max(range(-6, 6), key=lambda step: (round(_inside(notes, tonic - step, mode), 6), -abs(step)))
    return tuple(Note(note.begin, note.length, note.pitch + shift, note.velocity) for note in notes)


def _inside(notes: Sequence[Note], tonic: int, mode: MusicalMode) -> float:
    """The share of its time that lies in the scale."""
    scale = SCALES[mode]
    time = sum(note.length for note in notes)
    return sum(note.length for note in notes if (note.pitch - tonic) % 12 in scale) / time


def _fit(notes: Sequence[Note], tonic: int, mode: MusicalMode) -> float:
    weight = {0: 0.3, 7: 0.15, SCALES[mode][2]: 0.1}
    time = sum(note.length for note in notes) + notes[-1].length
    dwelt = sum(weight.get((note.pitch - tonic) % 12, 0.0) * note.length for note in (*notes, notes[-1]))
    return 4 * _inside(notes, tonic, mode) + dwelt / time
