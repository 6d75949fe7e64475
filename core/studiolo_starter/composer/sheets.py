"""Tunes as the sheets that the composer learns: melody, bass and chords in bars, and what they feel like.

The chords of a chorale are heard in its four voices; under a tune, which has none, those are put that fit it best. Both
are found as the likeliest path (Viterbi 1967) through the chords that might sound in each slot. Knows no model.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from studiolo.music.score import BAR, BEAT
from studiolo.music.theory import QUALITIES, SCALES, triad_on
from studiolo.music.vocabulary import (
    BASS,
    MELODY,
    PHRASE,
    Bar,
    Harmony,
    Sheet,
    Tone,
    density_level,
    lowest_tonic,
    nearest_length,
)
from studiolo_starter.composer.tunes import Note, Tune

SLOT = {"2/4": 24, "3/4": 36, "4/4": 24, "6/8": 36, "12/8": 36}
"""Ticks that one chord lasts at least, under a tune."""
CHORALE_SLOT = 12
HEARD = ("", "m", "dim", "7", "m7", "maj7", "m7b5")
"""Kinds of chords that are looked for in chorales; under tunes only the first four."""
PLAIN = ("", "m", "dim", "7")
USUAL = (0.0, -0.9, -1.4, -0.5, -0.3, -0.8, -1.4)
"""How usual a chord on each step of the scale is, as a logarithm."""
FOREIGN = -2.2
SEVENTH = -0.5
STAYS, FALLS_A_FIFTH, OTHERWISE = 0.5, 0.35, 0.0
"""How readily a chord follows another."""
AT_HOME = 1.2
"""How much rather the last slot of a piece is at home."""
PACES = {"slow": ("air", "waltz", "lament", "chorale", "largo", "adagio"), "fast": ("reel", "jig", "hornpipe", "polka")}


def sheet(tune: Tune) -> Sheet | None:
    """None where the vocabulary cannot say it: another meter, too wide a range."""
    if tune.meter not in BAR:
        return None
    tune = _in_whole_bars(tune)
    tonic = lowest_tonic(tune.tonic)
    melody = _within(tune.voices[0], tonic, MELODY)
    bass = _within(tune.voices[3], tonic, BASS) if len(tune.voices) == 4 else []
    if melody is None or bass is None:
        return None
    slot = CHORALE_SLOT if bass else SLOT[tune.meter]
    chords = _chords(tune, tonic, slot)
    ends = _phrase_ends(tune)
    bars = []
    for index, (begin, length) in enumerate(tune.bars):
        full = BAR[tune.meter]
        late = full - length if index == 0 and length < full else 0  # an upbeat stands at the end of its bar
        if length > full:
            return None
        left = next((end for end in ends if end >= index), len(tune.bars) - 1) - index + 1
        bars.append(
            Bar(
                left=min(left, PHRASE),
                harmonies=tuple(
                    replace(chord, begin=chord.begin - begin + late)
                    for chord in chords
                    if begin <= chord.begin < begin + length
                ),
                melody=_tones(melody, begin, length, late, full),
                bass=_tones(bass, begin, length, late, full),
            )
        )
    made = Sheet(header={}, bars=tuple(bars), ended=True)
    return replace(made, header=_header(tune, made))


def _in_whole_bars(tune: Tune) -> Tune:
    """A bar that a repeat sign cuts in two is one bar."""
    full = BAR[tune.meter]  # type: ignore[index]
    bars: list[tuple[int, int]] = []
    ends = []
    for index, (begin, length) in enumerate(tune.bars):
        if len(bars) > 1 and bars[-1][1] < full and bars[-1][1] + length == full:
            bars[-1] = (bars[-1][0], full)
        else:
            bars.append((begin, length))
        if index in tune.phrase_ends:
            ends.append(len(bars) - 1)
    return replace(tune, bars=tuple(bars), phrase_ends=tuple(sorted(set(ends))))


def _within(voice: tuple[Note, ...], tonic: int, allowed: range) -> list[Note] | None:
    """Counted from the tonic, moved by octaves where that brings it into the range."""
    if not voice:
        return None
    pitches = [pitch - tonic for _, _, pitch in voice]
    for octave in (0, -12, 12, -24):
        if min(pitches) + octave in allowed and max(pitches) + octave in allowed:
            return [(begin, length, pitch - tonic + octave) for begin, length, pitch in voice]
    return None


def _tones(voice: list[Note], begin: int, length: int, late: int, full: int) -> tuple[Tone, ...]:
    """Those that begin in the bar."""
    inside = [note for note in voice if begin <= note[0] < begin + length]
    return tuple(Tone(at - begin + late, nearest_length(min(long, full * 2)), pitch) for at, long, pitch in inside)


def _phrase_ends(tune: Tune) -> list[int]:
    """Bars in which phrases end: where the piece says so, and every fourth bar of what lies between."""
    ends, last = set(tune.phrase_ends), -1
    if tune.bars[0][1] < BAR[tune.meter]:
        last = 0  # the upbeat is no bar of the phrase
    for end in sorted(tune.phrase_ends):
        if len(tune.voices) == 1 and (end - last) % 4 == 0:
            ends |= set(range(last + 4, end, 4))
        last = end
    return sorted(ends)


def _chords(tune: Tune, tonic: int, slot: int) -> list[Harmony]:
    """Begin in ticks of the whole piece; a chord that stays is told once."""
    kinds = HEARD if len(tune.voices) == 4 else PLAIN
    names = [(root, kind) for root in range(12) for kind in kinds]
    usual = np.array([_usual(root, kind, tune) for root, kind in names], np.float32)
    slots = [(begin + at, min(slot, length - at)) for begin, length in tune.bars for at in range(0, length, slot)]
    sounding = np.stack([_sounding(tune, tonic, begin, length) for begin, length in slots])
    shapes = np.full((len(names), 12), -0.9, np.float32)
    for number, (root, kind) in enumerate(names):
        for place, step in enumerate(QUALITIES[kind]):
            shapes[number, (root + step) % 12] = (1.15, 1.0, 0.85, 0.7)[place]
    fits = sounding @ shapes.T * (4.0 if len(tune.voices) == 4 else 2.5) + usual
    fits[-1, [number for number, (root, kind) in enumerate(names) if root == 0 and kind in ("", "m")]] += AT_HOME
    follows = np.full((len(names), len(names)), OTHERWISE, np.float32)
    for before, (root, _) in enumerate(names):
        for after, (next_root, _) in enumerate(names):
            if before == after:
                follows[before, after] = STAYS
            elif (root - next_root) % 12 == 7:
                follows[before, after] = FALLS_A_FIFTH
    path = _likeliest(fits, follows)
    chords: list[Harmony] = []
    barlines = {begin for begin, _ in tune.bars}
    for (begin, _), number in zip(slots, path, strict=True):
        root, kind = names[number]
        if chords and (chords[-1].root, chords[-1].quality) == (root, kind) and begin not in barlines:
            continue
        chords.append(Harmony(begin, root, kind))
    return chords


def _usual(root: int, kind: str, tune: Tune) -> float:
    mode = tune.mode
    scale = SCALES[mode]  # type: ignore[index]
    seventh = SEVENTH if len(QUALITIES[kind]) == 4 else 0.0
    if tune.mode == "minor" and root == 7 and kind in ("", "7"):
        return -0.3 + seventh
    if root in scale and all((root + step) % 12 in scale for step in QUALITIES[kind]):
        degree = scale.index(root)
        if triad_on(degree, mode)[1] in (kind, kind.rstrip("7"), kind[:1]):  # type: ignore[arg-type]
            return USUAL[degree] + seventh
    return FOREIGN + seventh


def _sounding(tune: Tune, tonic: int, begin: int, length: int) -> NDArray[np.float32]:
    """How much of each pitch class, counted from the tonic, sounds in that time; 1 together."""
    heard = np.zeros(12, np.float32)
    beat = BEAT[tune.meter]  # type: ignore[index]
    for voice in tune.voices:
        for at, long, pitch in voice:
            time = min(at + long, begin + length) - max(at, begin)
            if time > 0:
                accent = 1.5 if (at - begin) % beat == 0 else 1.0
                heard[(pitch - tonic) % 12] += time * accent
    total = float(heard.sum())
    return heard / total if total else heard


def _likeliest(fits: NDArray[np.float32], follows: NDArray[np.float32]) -> list[int]:
    best, came = fits[0], []
    for fit in fits[1:]:
        ways = best[:, None] + follows
        came.append(ways.argmax(0))
        best = ways.max(0) + fit
    path = [int(best.argmax())]
    for before in reversed(came):
        path.append(int(before[path[-1]]))
    return path[::-1]


def _header(tune: Tune, made: Sheet) -> dict[str, str]:
    """What would have been asked for to get this piece."""
    choir = len(tune.voices) == 4
    words = tune.title.lower()
    pace = (
        "slow" if choir else next((pace for pace, names in PACES.items() if any(n in words for n in names)), "medium")
    )
    tones = [tone for one in made.bars for tone in one.melody]
    beats = len(made.bars) * BAR[tune.meter] / BEAT[tune.meter]  # type: ignore[index]
    density = density_level(len(tones) / beats)
    chords = Counter(chord.quality for one in made.bars for chord in one.harmonies)
    bright = (chords[""] + chords["7"] + chords["maj7"]) / max(1, sum(chords.values()))
    valence = bright + {"major": 0.3, "mixolydian": 0.15, "dorian": -0.15, "minor": -0.3}[tune.mode]
    scale = SCALES[tune.mode]  # type: ignore[index]
    foreign = sum(tone.pitch % 12 not in scale for tone in tones) / max(1, len(tones))
    steps = [abs(b.pitch - a.pitch) for a, b in itertools.pairwise(tones)]
    leaps = sum(step > 5 for step in steps) / max(1, len(steps))
    dark = (chords["dim"] + chords["m7b5"] + 0.5 * chords["7"]) / max(1, sum(chords.values()))
    tension = 3 * foreign + leaps + 1.5 * dark
    arousal = {"slow": 0, "medium": 1, "fast": 2}[pace] + int(density) / 2
    return {
        "mode": tune.mode,
        "meter": tune.meter,
        "pace": pace,
        "ensemble": "choir" if choir else "tune",
        "density": density,
        "valence": _level(valence, 0.55, 1.05),
        "arousal": _level(arousal, 1.5, 2.6),
        "tension": _level(tension, 0.1, 0.28),
    }


def _level(value: float, low: float, high: float) -> str:
    return "low" if value < low else "high" if value > high else "middle"
