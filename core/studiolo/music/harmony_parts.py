"""What the players of chords, pads and answers play under a melody. All of it is rule. Knows no instrument's sound."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from studiolo.music.measure import Measure
from studiolo.music.score import Chord, Note
from studiolo.music.theory import SCALES

EIGHTH = 6
BROKEN: dict[str, tuple[int, ...]] = {
    "2/4": (0, 2, 1, 2),
    "3/4": (0, 1, 2, 3, 2, 1),
    "4/4": (0, 2, 1, 2, 3, 2, 1, 2),
    "6/8": (0, 1, 2, 3, 2, 1),
    "12/8": (0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1),
}
"""The tones of a broken chord, eighth by eighth, from the lowest voice up."""
OFF_BEATS: dict[str, tuple[int, ...]] = {
    "2/4": (6, 18),
    "3/4": (12, 24),
    "4/4": (12, 36),
    "6/8": (12, 30),
    "12/8": (12, 30, 48, 66),
}
SYNCOPATED = (0, 9, 18, 30, 39)
"""Three and three and two sixteenths, and again a little later."""
COMPED: tuple[tuple[int, ...], ...] = ((0, 18), (6, 30), (0, 30), (18,), (12, 18, 42))
"""How a jazz pianist may comp a bar of four."""


def voicing(chord: Chord, low: int, high: int, near: Sequence[int], voices: int = 3) -> tuple[int, ...]:
    """The chord between two pitches, its voices as near to those of the last one as can be."""
    tones = list(dict.fromkeys(chord.pitches))
    if len(tones) > voices:
        tones = [tones[0] if voices > 3 else tones[1], *tones[1:]][:1] + tones[2:] if voices == 2 else tones[-voices:]
    best: tuple[float, tuple[int, ...]] | None = None
    centre = (low + high) / 2
    for lowest in range(low, high - 6):
        if lowest % 12 not in tones:
            continue
        stack, at = [lowest], lowest
        start = tones.index(lowest % 12)
        for step in range(1, voices):
            wanted = tones[(start + step) % len(tones)]
            at += (wanted - at) % 12 or 12
            stack.append(at)
        if stack[-1] > high:
            continue
        moved = sum(abs(a - b) for a, b in zip(stack, near, strict=False)) if near else 0.0
        cost = moved + 0.4 * abs(sum(stack) / voices - centre)
        if best is None or cost < best[0]:
            best = (cost, tuple(stack))
    if best is None:  # a narrow instrument: whatever of the chord it has
        found = [pitch for pitch in range(low, high + 1) if pitch % 12 in chord.pitches][:voices]
        return tuple(found)
    return best[1]


def pad(bars: Sequence[Measure], low: int, high: int) -> list[Note]:
    """Held chords that move as little as they can."""
    notes: list[Note] = []
    last: tuple[int, ...] = ()
    for bar in bars:
        for chord in bar.chords:
            last = voicing(chord, low, high, last)
            notes += [Note(chord.begin, chord.length, pitch) for pitch in last]
    return joined(notes)


def joined(notes: Sequence[Note]) -> list[Note]:
    """Equal tones that touch become one."""
    made: list[Note] = []
    open_notes: dict[int, int] = {}
    for note in sorted(notes, key=lambda note: (note.begin, note.pitch)):
        place = open_notes.get(note.pitch)
        if place is not None and made[place].end == note.begin:
            before = made[place]
            made[place] = Note(before.begin, before.length + note.length, before.pitch, before.velocity)
        else:
            open_notes[note.pitch] = len(made)
            made.append(note)
    return made


def chords(
    bars: Sequence[Measure], low: int, high: int, beat: str, plays: str, dice: np.random.Generator
) -> list[Note]:
    """Broken, pulsing, off the beat or comped, as the music is calm or lively and as the ensemble has it."""
    notes: list[Note] = []
    last: tuple[int, ...] = ()
    for bar in bars:
        calm = bar.mood.arousal < 0.15
        if bar.last:
            last = voicing(bar.chords[0], low, high, last, 4)
            notes += [Note(bar.begin + 2 * place, bar.length - 2 * place, p) for place, p in enumerate(last)]
        elif beat == "swing" and bar.meter == "4/4":
            for tick in COMPED[int(dice.integers(len(COMPED)))]:
                last = voicing(bar.chord_at(bar.begin + tick), low, high, last)
                notes += [Note(bar.begin + tick, EIGHTH, pitch) for pitch in last]
        elif beat == "four" and not calm and bar.meter == "4/4":
            for tick in SYNCOPATED:
                last = voicing(bar.chord_at(bar.begin + tick), low, high, last)
                notes += [Note(bar.begin + tick, EIGHTH, pitch) for pitch in last]
        elif beat == "hands" or (not calm and bar.meter in ("3/4", "2/4", "6/8")):
            for tick in OFF_BEATS[bar.meter]:
                last = voicing(bar.chord_at(bar.begin + tick), low, high, last)
                notes += [Note(bar.begin + tick + strum, EIGHTH, p) for strum, p in enumerate(last)]
        elif bar.mood.arousal > 0.45 and plays != "line":
            for tick in range(0, bar.length, EIGHTH):
                last = voicing(bar.chord_at(bar.begin + tick), low, high, last)
                notes += [Note(bar.begin + tick, 5, pitch) for pitch in last]
        else:
            notes += _broken(bar, low, high, last)
            last = voicing(bar.chords[-1], low, high, last)
    return notes


def _broken(bar: Measure, low: int, high: int, near: tuple[int, ...]) -> list[Note]:
    """Eighth by eighth; in still music every second one, and each tone rings on."""
    step = 2 * EIGHTH if bar.mood.arousal < -0.55 and bar.beat == 12 else EIGHTH
    shape, notes = BROKEN[bar.meter], []
    for number, tick in enumerate(range(0, bar.length, step)):
        chord = bar.chord_at(bar.begin + tick)
        stack = voicing(chord, low, high, near, 3)
        tones = (*stack, stack[0] + 12)
        place = shape[number * (step // EIGHTH) % len(shape)]
        pitch = tones[min(place, len(tones) - 1)]
        left = chord.begin + chord.length - (bar.begin + tick)
        notes.append(Note(bar.begin + tick, min(2 * step, left), pitch if pitch <= high else pitch - 12))
    return notes


def answer(bars: Sequence[Measure], low: int, high: int) -> list[Note]:
    """Where the melody holds or rests, a figure of the chord's tones; where a phrase comes again, a second voice."""
    notes: list[Note] = []
    for bar in bars:
        if bar.last:
            continue
        gap = _gap(bar)
        if gap is not None and bar.index % 2:
            notes += _figure(bar, gap, low, high)
        elif bar.returning and bar.mood.arousal > -0.3:
            notes += _second_voice(bar, low, high)
    return notes


def _gap(bar: Measure) -> tuple[int, int] | None:
    """The longest time in which the melody begins nothing, if that is two beats or more."""
    starts = [bar.begin, *(note.begin for note in bar.melody), bar.end]
    begin, end = max(pairwise(starts), key=lambda two: two[1] - two[0])
    return (begin + EIGHTH, end) if end - begin >= 18 else None


def _figure(bar: Measure, gap: tuple[int, int], low: int, high: int) -> list[Note]:
    notes = []
    up = bar.index % 4 == 1
    begin = -(-gap[0] // EIGHTH) * EIGHTH
    tones = [pitch for pitch in range(low, high + 1) if pitch % 12 in bar.chord_at(begin).pitches]
    if not tones:
        return []
    centre = min(range(len(tones)), key=lambda place: abs(tones[place] - (low + high) // 2))
    ticks = list(range(begin, gap[1], EIGHTH))[:6]
    for number, tick in enumerate(ticks):
        place = centre + (number if up else -number) + (-2 if up else 2)
        length = EIGHTH if tick != ticks[-1] else min(12, bar.end - tick)
        notes.append(Note(tick, length, tones[min(len(tones) - 1, max(0, place))]))
    return notes


def _second_voice(bar: Measure, low: int, high: int) -> list[Note]:
    """A third or a sixth below the longer tones of the melody."""
    scale = sorted((bar.tonic + step) % 12 for step in SCALES[bar.mode])
    notes = []
    for tone in bar.melody:
        if tone.length < 9:
            continue
        chord = bar.chord_at(max(bar.begin, tone.begin)).pitches
        below = [p for p in range(tone.pitch - 9, tone.pitch - 2) if p % 12 in chord] or [
            p for p in range(tone.pitch - 9, tone.pitch - 2) if p % 12 in scale
        ]
        if below:
            notes.append(Note(tone.begin, tone.length, into_range(below[-1], low, high)))
    return notes


def into_range(pitch: int, low: int, high: int) -> int:
    """The same tone in an octave that the instrument has; the nearest where it has none."""
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch if pitch >= low else pitch + 12
