"""What a mood means for music: mode, tempo, density, meter, keys and who plays. All of it is rule.

Valence turns to mode, arousal to tempo and density, tension darkens and drives (Russell 1980 for the plane; Juslin and
Laukka 2003 for what players do with it). Knows no piece.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from studiolo.music.score import BEAT
from studiolo_contract.music import Meter, Mood, MusicalMode

SLOWEST, FASTEST = 58.0, 156.0
"""Quarters a minute of the calmest and of the most stirring music."""
COMPOUND = 0.72
"""Dotted quarters are fewer a minute than quarters would be."""
BRIGHTNESS: tuple[tuple[float, MusicalMode], ...] = (
    (0.62, "lydian"),
    (0.12, "major"),
    (-0.02, "mixolydian"),
    (-0.18, "dorian"),
    (-0.72, "minor"),
    (-1.01, "phrygian"),
)
"""From which valence on which mode; tension darkens."""
KEYS = {"bright": (2, 7, 9, 4, 0), "even": (0, 7, 5, 2, 10), "dark": (0, 5, 10, 3, 2)}
"""Tonics that the seed chooses among: sharps for glad music, flats for sad, as has become the custom."""
FOR_MOODS: tuple[tuple[str, str], ...] = (
    ("orchestral", "it is stirring and tense"),
    ("folk", "it is glad and lively"),
    ("ambient", "it is still and nothing strains"),
    ("piano", "it is calm"),
    ("chamber", "it is neither calm nor wild"),
)
"""The ensembles that are taken where none is named, and why."""
METERS: tuple[tuple[str, Meter], ...] = (
    (r"waltz\w*|minuet|mazurka|ballroom|carousel", "3/4"),
    (r"lullab\w+|barcarolle|cradle|rowing|siciliana|sea shanty|jigs?", "6/8"),
    (r"march\w*|polka|parade", "2/4"),
)
"""Words that call for a meter."""


def between(one: Mood, other: Mood, share: float) -> Mood:
    """`share` of the way from the one to the other."""
    return Mood(
        valence=one.valence + share * (other.valence - one.valence),
        arousal=one.arousal + share * (other.arousal - one.arousal),
        tension=one.tension + share * (other.tension - one.tension),
    )


def mode_for(mood: Mood) -> MusicalMode:
    """The mode that fits."""
    bright = mood.valence - 0.15 * max(0.0, mood.tension)
    return next((mode for least, mode in BRIGHTNESS if bright >= least), "phrygian")


def tempo_for(mood: Mood, meter: Meter) -> float:
    """Beats of the meter a minute."""
    lively = (mood.arousal + 1) / 2 + 0.08 * max(0.0, mood.tension)
    quarters = SLOWEST * math.pow(FASTEST / SLOWEST, min(1.0, lively))
    return quarters * (COMPOUND if BEAT[meter] == 18 else 1.0)


def density_for(mood: Mood, meter: Meter) -> float:
    """Notes of the melody in a beat."""
    return 0.5 * math.pow(5.0, (mood.arousal + 1) / 2) * (1.35 if BEAT[meter] == 18 else 1.0)


def meter_for(brief: str, mood: Mood) -> tuple[Meter, str]:
    """The meter, and why."""
    for words, meter in METERS:
        if found := re.search(rf"\b({words})\b", brief.lower()):
            return meter, f"'{found[0]}'"
    if mood.valence > 0.25 and mood.arousal < -0.25:
        return "3/4", f"valence {mood.valence:.1f} and arousal {mood.arousal:.1f}: it sways"
    if mood.valence > 0.5 and mood.arousal > 0.45 and mood.tension < 0.0:
        return "6/8", f"valence {mood.valence:.1f} and arousal {mood.arousal:.1f}: it skips"
    return "4/4", "nothing asks for another"


def ensemble_for(moods: Sequence[Mood]) -> tuple[str, str]:
    """The ensemble for these moods where none is named, and why."""
    arousal = sum(mood.arousal for mood in moods) / len(moods)
    tension = max(mood.tension for mood in moods)
    valence = sum(mood.valence for mood in moods) / len(moods)
    if arousal > 0.3 and tension > 0.1:
        choice = 0
    elif arousal > 0.2 and valence > 0.3:
        choice = 1
    elif arousal < -0.4 and tension < 0.1:
        choice = 2
    elif arousal < -0.1:
        choice = 3
    else:
        choice = 4
    return FOR_MOODS[choice]
