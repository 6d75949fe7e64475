"""Sets the parts beside each other: no two instruments of a soundfont are equally loud. Knows parts and dry sound."""

from __future__ import annotations

import math

import numpy as np

from studiolo.music.mix import RATE, Sound, loudness
from studiolo.music.score import Part

MELODY = -22.0
"""LUFS of a melody that is played neither softly nor loudly; the mix as a whole is set later."""
PLAIN_VELOCITY, A_STEP = 80.0, 0.12
"""Decibels that a step of velocity counts: a part that plays only where it is quiet stays quieter."""


def levelled(part: Part, dry: Sound) -> Sound:
    """The part as loud as its role asks, by one gain for the whole piece; silence stays silent."""
    heard = loudness(dry, RATE)
    if math.isinf(heard):
        return dry
    played = sum(note.velocity for note in part.notes) / max(1, len(part.notes))
    wanted = MELODY + part.gain + A_STEP * (played - PLAIN_VELOCITY)
    return dry * np.float32(10 ** ((wanted - heard) / 20))
