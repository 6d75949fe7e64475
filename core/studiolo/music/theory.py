"""Scales, chords and the names of notes. Knows nothing of time, parts or sound."""

from __future__ import annotations

import re
from typing import get_args

from studiolo_contract.errors import StudioloError
from studiolo_contract.music import MusicalMode

MODES: tuple[MusicalMode, ...] = get_args(MusicalMode)

SCALES: dict[MusicalMode, tuple[int, ...]] = {
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "major": (0, 2, 4, 5, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
"""Semitones above the tonic."""

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "add9": (0, 4, 7, 2),
    "m9": (0, 3, 7, 10, 2),
}
"""Kinds of chords: semitones above the root."""

SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_KEY = re.compile(r"\s*([A-Ga-g])\s*([#♯b♭]?|-?sharp|-?flat)\s*([A-Za-z]*)\s*")
_ABOVE: dict[MusicalMode, int] = {"lydian": 5, "major": 0, "mixolydian": 7, "dorian": 2, "minor": 9, "phrygian": 4}
"""Semitones of each mode's tonic above that of the major scale with the same notes."""
_FLAT_MAJORS = {1, 3, 5, 8, 10}


def read_key(text: str) -> tuple[int, MusicalMode | None]:
    """The tonic as a pitch class, and the mode where one stands behind it ("F# minor"). Raises `StudioloError`."""
    found = _KEY.fullmatch(text)
    mode = found and {"maj": "major", "min": "minor", "m": "minor", "aeolian": "minor", "ionian": "major"}.get(
        found[3].lower(), found[3].lower()
    )
    if not found or (mode and mode not in MODES):
        raise StudioloError(
            "bad_request",
            f"There is no key called '{text:.20}'.",
            f"Name a tonic from A to G with # or b, and a mode if you like: {', '.join(MODES)}.",
        )
    sign = {"sharp": "#", "flat": "b"}.get(found[2].strip("-"), found[2])
    tonic = (_LETTERS[found[1].upper()] + _SIGNS[sign]) % 12
    return tonic, next((name for name in MODES if name == mode), None)


def asked_key(key: str, mode: MusicalMode | None) -> tuple[int | None, MusicalMode | None]:
    """What of the key is fixed by a request's `key` and `mode`. Raises `StudioloError`."""
    tonic, own = read_key(key) if key.strip() else (None, None)
    if own and mode and own != mode:
        raise StudioloError("bad_request", f"The key is '{key}' and the mode {mode}.", "Leave one of the modes out.")
    return tonic, own or mode


def has_flats(tonic: int, mode: MusicalMode) -> bool:
    """Whether the key is written with flats."""
    major = (tonic - _ABOVE[mode]) % 12
    return major in _FLAT_MAJORS or (major == 6 and 4 not in SCALES[mode])  # F# major, but Eb minor


def tonic_name(tonic: int, mode: MusicalMode) -> str:
    """As it is written in the key signature: Bb, not A#."""
    return (FLATS if has_flats(tonic, mode) else SHARPS)[tonic]


def note_name(pitch: int, flat: bool = False) -> str:
    """`F#4`; middle C is C4."""
    return f"{(FLATS if flat else SHARPS)[pitch % 12]}{pitch // 12 - 1}"


def read_note(text: str) -> int | None:
    """The MIDI pitch of "F#4"; None for what is no note. Without an octave the one from middle C up is meant."""
    found = re.fullmatch(r"([A-Ga-g])([#♯b♭]?)(-?\d?)", text)
    if not found:
        return None
    octave = int(found[3]) if found[3] not in ("", "-") else 4
    pitch = 12 * (octave + 1) + _LETTERS[found[1].upper()] + _SIGNS[found[2]]
    return pitch if 0 <= pitch <= 127 else None


def chord_name(root: int, quality: str, flat: bool = False) -> str:
    """`Dm7`"""
    return (FLATS if flat else SHARPS)[root % 12] + quality


def chord_pitches(root: int, quality: str) -> tuple[int, ...]:
    """Pitch classes, the root first."""
    return tuple((root + step) % 12 for step in QUALITIES[quality])


def triad_on(degree: int, mode: MusicalMode) -> tuple[int, str]:
    """Root (semitones above the tonic) and quality of the chord on a step of the scale (0 is the first)."""
    scale = SCALES[mode]
    root, third, fifth = (scale[(degree + step) % 7] for step in (0, 2, 4))
    shape = (third - root) % 12, (fifth - root) % 12
    quality = {(4, 7): "", (3, 7): "m", (3, 6): "dim", (4, 8): "aug"}.get(shape, "sus4")
    return root, quality
