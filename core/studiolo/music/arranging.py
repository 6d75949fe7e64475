"""Gives a written piece to its players: who plays what, in which octave, how loud. All of it is rule.

Knows bars, players and moods; knows no model and no sound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from studiolo.music import groove, harmony_parts
from studiolo.music.measure import Measure, measures
from studiolo.music.plan import Plan
from studiolo.music.players import Ensemble, Instrument, Player
from studiolo.music.score import BAR, BEAT, Note, Part, Score, Stretch
from studiolo.music.vocabulary import Bar

BOLD = 0.35
"""Arousal above which the melody goes to the ensemble's bold voice."""
THIN = -0.6
"""Arousal under which nobody answers and no chords are broken."""
MIDDLE = {"chords": (48, 76), "pad": (48, 72), "answer": (60, 81), "bass": (28, 52)}
"""Where each role lies, as far as its instrument reaches there."""
ACCENTS = {0: 7, 1: 0, 2: 3}
"""Velocity on the first beat, on the others, and on the third of four."""
HELD_ON = 0.4
"""Of the time after the last bar line."""
SWUNG = 2
"""Ticks by which an eighth off the beat comes late."""


def arrange(plan: Plan, ensemble: Ensemble, bars: Sequence[Bar], seed: int) -> Score:
    """The piece as far as its bars are written."""
    seen = measures(plan, bars)
    dice = np.random.default_rng(seed)
    parts: list[Part] = []
    for player in ensemble.players:
        for one, notes in _played(player, ensemble, seen, dice):
            if notes:
                sounding = notes if one.role == "drums" else _held(notes, plan, seen[-1].end)
                parts.append(_part(one, _swung(sounding, ensemble, plan), seen, dice))
    full = BAR[plan.meter]
    return Score(
        parts=tuple(_named(parts)),
        tempi=plan.tempi,
        length=len(bars) * full,
        seconds=plan.seconds,
        chords=tuple(chord for bar in seen for chord in bar.chords),
        stretches=tuple(
            Stretch(section.words, section.first * full, (section.first + section.bars) * full)
            for section in plan.sections
        ),
        bars=tuple(bar.begin for bar in seen),
    )


def _played(
    player: Player, ensemble: Ensemble, bars: Sequence[Measure], dice: np.random.Generator
) -> list[tuple[Player, list[Note]]]:
    """What a player plays; the melody may be shared by two."""
    one = player.instrument
    low, high = _reach(player.role, one)
    lively = [bar for bar in bars if bar.mood.arousal > THIN]
    match player.role:
        case "melody":
            return _melody(player, ensemble, bars)
        case "answer":
            return [(player, harmony_parts.answer(lively, low, high))]
        case "chords":
            has_pad = ensemble.player("pad") is not None
            return [
                (player, harmony_parts.chords(lively if has_pad else bars, low, high, ensemble.beat, one.plays, dice))
            ]
        case "pad":
            return [(player, harmony_parts.pad(bars, low, high))]
        case "bass":
            return [(player, groove.bass(bars, low, high, ensemble.beat, dice))]
        case _:
            return [(player, groove.drums(bars, ensemble.beat or "rock"))]


def _held(notes: Sequence[Note], plan: Plan, end: int) -> list[Note]:
    """The last chord sounds on after its bar, for most of the time in which the piece dies away."""
    if plan.loop or not notes or end < plan.bars * BAR[plan.meter]:
        return list(notes)
    more = round(HELD_ON * plan.ring * plan.sections[-1].bpm / 60 * BEAT[plan.meter])
    return [replace(note, length=note.length + more) if note.end >= end else note for note in notes]


def _reach(role: str, one: Instrument) -> tuple[int, int]:
    """The part of an instrument's range that fits the role; its own range where the two do not meet."""
    low, high = MIDDLE.get(role, (one.low, one.high))
    narrow = max(low, one.low), min(high, one.high)
    return narrow if narrow[1] - narrow[0] >= 14 else (one.low, min(one.high, one.low + 24))


def _melody(player: Player, ensemble: Ensemble, bars: Sequence[Measure]) -> list[tuple[Player, list[Note]]]:
    shared: list[tuple[Player, list[Measure]]] = [(player, list(bars))]
    if ensemble.bold is not None:
        bold = replace(player, instrument=ensemble.bold, pan=-player.pan)
        shared = [
            (player, [bar for bar in bars if bar.mood.arousal <= BOLD]),
            (bold, [bar for bar in bars if bar.mood.arousal > BOLD]),
        ]
    return [(one, _in_octave([note for bar in some for note in bar.melody], one.instrument)) for one, some in shared]


def _in_octave(notes: Sequence[Note], one: Instrument) -> list[Note]:
    """The whole melody moved by octaves to where the instrument sounds best; single tones folded into its range."""
    if not notes:
        return []
    centre = one.low + 0.55 * (one.high - one.low)

    def cost(octave: int) -> float:
        pitches = [note.pitch + 12 * octave for note in notes]
        outside = sum(not one.low <= pitch <= one.high for pitch in pitches)
        return 10 * outside / len(pitches) + abs(sum(pitches) / len(pitches) - centre) / 12 + 0.2 * abs(octave)

    octave = min(range(-3, 4), key=cost)
    return [
        replace(note, pitch=harmony_parts.into_range(note.pitch + 12 * octave, one.low, one.high)) for note in notes
    ]


def _part(player: Player, notes: Sequence[Note], bars: Sequence[Measure], dice: np.random.Generator) -> Part:
    one = player.instrument
    loud = [_velocity(note, bars, player.role, dice) for note in notes]
    return Part(
        name=one.name,
        role=player.role,
        program=one.program,
        notes=tuple(
            replace(note, velocity=velocity)
            for note, velocity in sorted(zip(notes, loud, strict=True), key=lambda two: (two[0].begin, two[0].pitch))
        ),
        drums=one.plays == "drums",
        pan=player.pan,
        room=player.room,
        gain=player.gain,
    )


def _velocity(note: Note, bars: Sequence[Measure], role: str, dice: np.random.Generator) -> int:
    """As loud as the mood is stirring, with the weight of its beat, a little up and down in the phrase, and breath."""
    bar = bars[min(len(bars) - 1, note.begin // bars[0].length)]
    beat, rest = divmod(note.begin - bar.begin, bar.beat)
    accent = ACCENTS[2 if beat == 2 and bar.length // bar.beat == 4 else min(1, beat)] if rest == 0 else -4
    swell = 5 * float(np.sin(np.pi * (note.begin / bars[0].length % 4) / 4))
    base = 74 + 26 * bar.mood.arousal + 5 * max(0.0, bar.mood.tension)
    if role == "drums":
        accent, base = note.velocity - 80, base + 4
    return int(min(122, max(28, base + accent + swell + dice.normal(0, 3))))


def _swung(notes: Sequence[Note], ensemble: Ensemble, plan: Plan) -> list[Note]:
    if ensemble.beat != "swing" or plan.meter not in ("4/4", "3/4"):
        return list(notes)
    made = []
    for note in notes:
        late = SWUNG if note.begin % 12 == 6 else 0
        until = SWUNG if note.end % 12 == 6 else 0
        made.append(replace(note, begin=note.begin + late, length=max(1, note.length - late + until)))
    return made


def _named(parts: Sequence[Part]) -> list[Part]:
    """Each with a name of its own."""
    count: Counter[str] = Counter()
    made = []
    for part in parts:
        count[part.name] += 1
        made.append(replace(part, name=part.name if count[part.name] == 1 else f"{part.name} {count[part.name]}"))
    return made


def intensity(parts: Sequence[Part], layers: int) -> list[list[Part]]:
    """The parts in groups of growing intensity; together they are all."""
    order: Callable[[Part], int] = lambda part: ("pad", "bass", "chords", "melody", "answer", "drums").index(part.role)  # noqa: E731
    ranked = sorted(parts, key=order)
    groups = np.array_split(np.arange(len(ranked)), min(layers, len(ranked)))
    return [[ranked[place] for place in group] for group in groups]
