"""What bass and drums play. All of it is rule. Knows General MIDI's drums; knows no instrument's sound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studiolo.music.measure import Measure
from studiolo.music.score import Chord, Note
from studiolo.music.theory import SCALES

KICK, RIM, SNARE, CLAP, HAT, OPEN_HAT, RIDE, CRASH = 36, 37, 38, 39, 42, 46, 51, 49
LOW_TOM, MIDDLE_TOM, HIGH_TOM, TAMBOURINE, SHAKER = 43, 47, 50, 54, 70
HIGH_BONGO, LOW_BONGO, LOW_CONGA, HIGH_CONGA, TRIANGLE = 60, 61, 64, 63, 81
BRUSH_TAP, BRUSH_SWIRL = 38, 40

Hits = tuple[tuple[int, int, int], ...]
"""Tick of the bar, drum, how loud beside the others."""


def _every(step: int, bar: int, drum: int, loud: int, first: int = 0) -> Hits:
    return tuple((tick, drum, loud) for tick in range(first, bar, step))


FOUR: dict[str, tuple[Hits, ...]] = {
    "rock": (
        (*_every(12, 48, HAT, -14), (0, KICK, 0), (24, RIM, -6)),
        (*_every(6, 48, HAT, -12), (0, KICK, 4), (24, KICK, 0), (12, SNARE, 2), (36, SNARE, 2)),
        (
            *_every(6, 48, HAT, -8),
            (0, KICK, 8),
            (18, KICK, 2),
            (24, KICK, 4),
            (30, KICK, 0),
            (12, SNARE, 8),
            (36, SNARE, 8),
        ),
    ),
    "four": (
        (*_every(12, 48, HAT, -14, 6), (0, KICK, -2), (24, KICK, -4)),
        (*_every(12, 48, KICK, 4), *_every(12, 48, HAT, -8, 6), (12, CLAP, -4), (36, CLAP, -4)),
        (
            *_every(12, 48, KICK, 8),
            *_every(3, 48, HAT, -16),
            *_every(12, 48, OPEN_HAT, -8, 6),
            (12, CLAP, 2),
            (36, CLAP, 2),
        ),
    ),
    "swing": (
        ((0, BRUSH_SWIRL, -10), (24, BRUSH_SWIRL, -10), (12, HAT, -14), (36, HAT, -14)),
        (
            (0, RIDE, -4),
            (12, RIDE, -2),
            (18, RIDE, -10),
            (24, RIDE, -4),
            (36, RIDE, -2),
            (42, RIDE, -10),
            (12, HAT, -8),
            (36, HAT, -8),
        ),
        (
            (0, RIDE, 0),
            (12, RIDE, 2),
            (18, RIDE, -6),
            (24, RIDE, 0),
            (36, RIDE, 2),
            (42, RIDE, -6),
            (12, HAT, -4),
            (36, HAT, -4),
            (18, BRUSH_TAP, -10),
            (0, KICK, -12),
            (42, BRUSH_TAP, -12),
        ),
    ),
    "march": (
        ((0, KICK, 0), (24, KICK, -4)),
        (
            (0, KICK, 4),
            (12, SNARE, -2),
            (18, SNARE, -8),
            (24, KICK, 0),
            (36, SNARE, -2),
            (39, SNARE, -10),
            (42, SNARE, -6),
            (45, SNARE, -10),
        ),
        (
            (0, KICK, 8),
            (6, SNARE, -6),
            (9, SNARE, -8),
            (12, SNARE, 4),
            (24, KICK, 6),
            (30, SNARE, -6),
            (33, SNARE, -8),
            (36, SNARE, 4),
            (42, SNARE, -4),
            (45, SNARE, -6),
        ),
    ),
    "orchestral": (
        ((0, KICK, -6),),
        ((0, KICK, 2), (24, KICK, -4), (36, SNARE, -12), (42, SNARE, -10)),
        (
            (0, KICK, 10),
            (18, KICK, 0),
            (24, KICK, 6),
            (30, SNARE, -4),
            (36, SNARE, -2),
            (39, SNARE, -6),
            (42, SNARE, 0),
            (45, SNARE, -4),
        ),
    ),
    "hands": (
        ((0, LOW_CONGA, -4), (24, LOW_CONGA, -8)),
        (
            (0, LOW_CONGA, 2),
            (12, TAMBOURINE, -8),
            (18, HIGH_CONGA, -10),
            (24, LOW_CONGA, -2),
            (36, TAMBOURINE, -8),
            (42, HIGH_CONGA, -8),
        ),
        (
            (0, LOW_CONGA, 6),
            (6, HIGH_CONGA, -10),
            (12, TAMBOURINE, -4),
            (18, HIGH_CONGA, -4),
            (24, LOW_CONGA, 4),
            (30, HIGH_CONGA, -8),
            (36, TAMBOURINE, -4),
            (42, HIGH_CONGA, -2),
            (45, HIGH_CONGA, -8),
        ),
    ),
    "tribal": (
        ((0, LOW_TOM, -4), (24, LOW_TOM, -8), (36, SHAKER, -14)),
        (
            *_every(6, 48, SHAKER, -16),
            (0, LOW_TOM, 4),
            (18, LOW_TOM, -4),
            (24, MIDDLE_TOM, 0),
            (36, HIGH_BONGO, -4),
            (42, LOW_BONGO, -4),
        ),
        (
            *_every(3, 48, SHAKER, -18),
            (0, LOW_TOM, 10),
            (9, LOW_BONGO, -4),
            (12, HIGH_BONGO, 0),
            (18, LOW_TOM, 4),
            (24, LOW_TOM, 8),
            (30, MIDDLE_TOM, 0),
            (36, HIGH_TOM, 2),
            (42, MIDDLE_TOM, 2),
            (45, LOW_TOM, 0),
        ),
    ),
}
"""A bar of four, for calm, livelier and wild music."""
HEAVY = {
    "rock": KICK,
    "four": KICK,
    "swing": KICK,
    "march": KICK,
    "orchestral": KICK,
    "hands": LOW_CONGA,
    "tribal": LOW_TOM,
}
LIGHT = {
    "rock": HAT,
    "four": HAT,
    "swing": RIDE,
    "march": SNARE,
    "orchestral": TRIANGLE,
    "hands": TAMBOURINE,
    "tribal": SHAKER,
}
SILENT_BELOW = -0.45
"""Arousal under which the drums rest."""


def drums(bars: Sequence[Measure], beat: str) -> list[Note]:
    """The beat of the ensemble, as loud and as full as the music is stirring; fills where a phrase ends."""
    notes: list[Note] = []
    for bar in bars:
        if bar.mood.arousal < SILENT_BELOW:
            continue
        level = 0 if bar.mood.arousal < -0.1 else 1 if bar.mood.arousal < 0.5 else 2
        if bar.last:
            hits: Hits = (
                ((0, KICK, 6), (0, CRASH, -4)) if level and beat not in ("hands", "tribal") else ((0, HEAVY[beat], 4),)
            )
        else:
            hits = _pattern(bar, beat, level)
            if bar.phrase_end and level:
                hits = (*(hit for hit in hits if hit[0] < bar.length - 12), *_fill(bar, beat))
            if bar.section_begin and level == 2 and bar.index:
                hits = (*hits, (0, CRASH, -2))
        notes += [Note(bar.begin + tick, 3, drum, 80 + loud) for tick, drum, loud in sorted(hits)]
    return notes


def _pattern(bar: Measure, beat: str, level: int) -> Hits:
    if bar.meter == "4/4":
        return FOUR[beat][level]
    if bar.meter == "2/4":
        return tuple(hit for hit in FOUR[beat][level] if hit[0] < bar.length)
    heavy, light = HEAVY[beat], LIGHT[beat]
    if bar.meter == "3/4":
        return (
            (0, heavy, 0),
            (12, light, -8),
            (24, light, -8),
            *(((18, light, -14), (30, light, -14)) if level == 2 else ()),
        )
    beats = range(0, bar.length, 18)
    return (
        *((tick, heavy, 2 if tick % 36 == 0 else -4) for tick in beats),
        *((tick + 12, light, -8) for tick in beats),
        *((tick + 6, light, -14) for tick in beats if level),
    )


def _fill(bar: Measure, beat: str) -> Hits:
    begin = bar.length - 12
    if beat in ("swing", "hands", "orchestral"):
        return tuple((begin + step, LIGHT[beat] if beat != "orchestral" else SNARE, -10 + step) for step in (0, 6, 9))
    return ((begin, SNARE, -2), (begin + 3, HIGH_TOM, 0), (begin + 6, MIDDLE_TOM, 2), (begin + 9, LOW_TOM, 4))


def bass(bars: Sequence[Measure], low: int, high: int, beat: str, dice: np.random.Generator) -> list[Note]:
    """Long roots in still music, walking in swing, driving where it is stirring; in music of voices what is written."""
    notes: list[Note] = []
    following = [*bars[1:], None]
    for bar, after in zip(bars, following, strict=True):
        if bar.bass:
            notes += [Note(n.begin, n.length, _deep(n.pitch % 12, low, high)) for n in bar.bass]
            continue
        if bar.last:
            notes.append(Note(bar.begin, bar.length, _deep(bar.chords[0].pitches[0], low, high)))
            continue
        if beat == "swing" and bar.meter in ("4/4", "3/4") and bar.mood.arousal > -0.5:
            notes += _walking(bar, after, low, high, dice)
            continue
        for chord in bar.chords:
            notes += _under(bar, chord, low, high, beat)
    return notes


def _deep(pitch_class: int, low: int, high: int) -> int:
    """That tone in the lowest octave that still speaks."""
    pitch = low + (pitch_class - low) % 12
    return pitch if pitch <= high else pitch - 12


def _under(bar: Measure, chord: Chord, low: int, high: int, beat: str) -> list[Note]:
    root, fifth = _deep(chord.pitches[0], low, high), _deep(chord.pitches[2 % len(chord.pitches)], low, high)
    mood = bar.mood
    if mood.arousal < -0.3:
        return [Note(chord.begin, chord.length, root)]
    if mood.arousal > 0.4 and mood.tension > 0.25 and bar.beat == 12:
        return [
            Note(tick, 5, root, 80 if tick % 12 else 88) for tick in range(chord.begin, chord.begin + chord.length, 6)
        ]
    if mood.arousal > 0.3 and beat in ("four", "rock") and bar.beat == 12:
        return [
            Note(tick, 5, root + 12 * (beat == "four" and tick % 12 == 6 and root + 12 <= high + 5))
            for tick in range(chord.begin, chord.begin + chord.length, 6)
        ]
    step = 2 * bar.beat if bar.meter == "4/4" else bar.length if bar.meter == "3/4" else bar.beat
    ticks = range(chord.begin, chord.begin + chord.length, step)
    return [
        Note(tick, min(step, chord.begin + chord.length - tick) - 1, fifth if number % 2 else root)
        for number, tick in enumerate(ticks)
    ]


def _walking(bar: Measure, after: Measure | None, low: int, high: int, dice: np.random.Generator) -> list[Note]:
    """A tone a beat: the root, tones of chord and scale, and a step that leads into the next root."""
    scale = {(bar.tonic + step) % 12 for step in SCALES[bar.mode]}
    goal = _deep((after.chords[0] if after else bar.chords[0]).pitches[0], low, high)
    ticks = list(range(bar.begin, bar.end, bar.beat))
    pitches: list[int] = []
    for place, tick in enumerate(ticks):
        chord = bar.chord_at(tick)
        if tick == chord.begin:
            pitch = _deep(chord.pitches[0], low, high)
        elif place == len(ticks) - 1:
            near = [p for p in (goal - 2, goal - 1, goal + 1, goal + 2) if p % 12 in scale and low <= p <= high + 5]
            pitch = int(dice.choice(near)) if near else goal
        else:
            usable = set(chord.pitches) | (scale if dice.random() < 0.4 else set())
            near = [p for p in range(pitches[-1] - 5, pitches[-1] + 6) if p % 12 in usable and p != pitches[-1]]
            near = [p for p in near if low <= p <= high + 5] or [pitches[-1]]
            pitch = int(dice.choice(near))
        pitches.append(pitch)
    return [Note(tick, bar.beat - 1, pitch) for tick, pitch in zip(ticks, pitches, strict=True)]
