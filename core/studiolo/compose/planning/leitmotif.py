"""The beginning of a piece's melody, for other pieces to be made of. Knows no model."""

from __future__ import annotations

from studiolo.media.midi import read_melody
from studiolo.music.score import TICKS
from studiolo.music.theory import note_name

QUARTERS = 8
"""How long it is at most."""
SHORT = 16.0
"""Seconds below which a piece has room for no more than one bar of it, of whatever meter."""
BAR = 3


def leitmotif(midi: bytes, seconds: float) -> str:
    """As a request for music takes a melody, for pieces of this length; empty where there are not two notes in it.
    Raises `StudioloError` (`bad_midi`)."""
    melody = read_melody(midi)
    end = (QUARTERS if seconds >= SHORT else BAR) * TICKS
    words: list[str] = []
    at = melody[0].begin if melody else 0
    first = at
    for note in melody:
        if note.begin - first >= end:
            break
        if note.begin > at:
            words.append(f"-:{(note.begin - at) / TICKS:g}")
        at = min(note.end, first + end)
        words.append(f"{note_name(note.pitch)}:{(at - note.begin) / TICKS:.4g}")
    return " ".join(words) if sum(not word.startswith("-") for word in words) >= 2 else ""
