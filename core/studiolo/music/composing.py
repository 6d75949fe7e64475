"""A piece, phrase by phrase: what is fixed by form and harmony, and what the writer is asked for.

The theme comes back as it was and goes on otherwise; in a new section it takes on that section's mode; cadences and the
last bar are rule. Melodies and the chords between the cadences are the writer's. Knows no model, no instrument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from studiolo.music.meaning import density_for
from studiolo.music.plan import Phrase, Plan, Span
from studiolo.music.score import BAR, BEAT
from studiolo.music.sheet import Frame, Slot, chord_tones
from studiolo.music.theory import SCALES, triad_on
from studiolo.music.vocabulary import (
    BASS,
    CHORDS,
    MELODY,
    Bar,
    Harmony,
    Tone,
    density_level,
    lowest_tonic,
    nearest_length,
)
from studiolo_contract.music import Meter, Mood, MusicalMode

CHORD_TICKS: dict[Meter, list[int]] = {"2/4": [0], "3/4": [0], "4/4": [0, 24], "6/8": [0, 18], "12/8": [0, 36]}
LEADING: dict[MusicalMode, tuple[int, str]] = {
    "lydian": (7, ""),
    "major": (7, "7"),
    "mixolydian": (10, ""),
    "dorian": (10, ""),
    "minor": (7, "7"),
    "phrygian": (1, ""),
}
"""The chord that leads home, as each mode's own cadence has it."""
BEFORE: dict[MusicalMode, int] = {"lydian": 1, "major": 3, "mixolydian": 3, "dorian": 3, "minor": 3, "phrygian": 5}
"""The step of the scale whose chord comes before that."""
STEPS_OF_HEADER = {"lydian": "major", "phrygian": "minor"}
"""Modes that no piece to learn from is in, and the one that is asked for in their place; the scale stays right."""
TRIES = 4
"""Ornaments that are tried until one makes no known tune of the theme."""
SLOW, FAST = 84.0, 126.0
"""Beats a minute."""


class Writes(Protocol):
    """Who writes the bars that are free."""

    def write(
        self,
        frame: Frame,
        before: Sequence[Bar],
        slots: Sequence[Slot],
        dice: np.random.Generator,
        checkpoint: Callable[[], None],
    ) -> tuple[Bar, ...]:
        """One bar for each slot."""

    def repeats(self, before: Sequence[Bar], bars: Sequence[Bar]) -> bool:
        """Whether the melody runs on as it does in a piece that was learned from."""


@dataclass(frozen=True)
class Manner:
    """What the players ask of the composer."""

    voices: bool = False
    """Whether slow music is written in voices, with a bass that sings."""
    sevenths: bool = False
    """Whether chords of four tones are at home (jazz)."""


def compose(
    plan: Plan, manner: Manner, writer: Writes, seed: int, checkpoint: Callable[[], None]
) -> Iterator[tuple[Bar, ...]]:
    """The bars of one phrase after the other."""
    written: list[Bar] = []
    phrases: list[tuple[Bar, ...]] = []
    theme = motif_bars(plan)
    for number, phrase in enumerate(plan.phrases):
        section = plan.sections[phrase.section]
        mood = plan.mood_at(phrase.first + phrase.bars // 2)
        dice = np.random.default_rng([seed, number])
        frame = _frame(section, mood, plan.meter, manner, written)
        fixed = theme
        for _ in range(TRIES if number else 0):
            fixed = _returning(plan, phrase, phrases, number, dice)
            if not writer.repeats(written, fixed):
                break
        fixed = [_harmonised(bar, frame, first=not written and place == 0) for place, bar in enumerate(fixed)]
        last = number == len(plan.phrases) - 1
        ends = last and not plan.loop
        slots = _slots(phrase, fixed, frame, ends)
        bars = writer.write(frame, written, slots, dice, checkpoint) if slots else ()
        if ends:
            bars = (*bars, _last_bar(bars or written, frame))
        written += bars
        phrases.append(tuple(bars))
        yield tuple(bars)


def motif_bars(plan: Plan) -> list[Bar]:
    """The motif in bars, counted from the tonic, in the octave that fits best."""
    motif = plan.motif
    if not motif:
        return []
    full = BAR[plan.meter]
    tonic = lowest_tonic(plan.tonic)
    middle = sum(note.pitch for note in motif) / len(motif) - tonic
    octave = 12 * round((7 - middle) / 12)
    bars = []
    for index in range(plan.theme):
        tones = []
        for note in motif:
            if index * full <= note.begin < (index + 1) * full:
                begin = note.begin - index * full
                length = nearest_length(min(note.length, full * 2))
                tones.append(Tone(begin, length, min(MELODY[-1], max(MELODY[0], note.pitch - tonic + octave))))
        if index == plan.theme - 1 and tones:
            tones[-1] = replace(tones[-1], length=nearest_length(full - tones[-1].begin))
        bars.append(Bar(left=0, melody=tuple(tones)))
    return bars


def _frame(section: Span, mood: Mood, meter: Meter, manner: Manner, written: Sequence[Bar]) -> Frame:
    density = density_for(mood, meter)
    voices = manner.voices and section.bpm < FAST and density < 1.5
    lift = round(3 * mood.valence + 2 * mood.arousal)
    tones = [tone for one in written[-4:] for tone in one.melody]
    slow_notes = section.bpm < SLOW or (density > 2.2 and section.bpm < FAST)
    levels = [("low", "middle", "high")[min(2, int((value + 1) * 1.5))] for value in (mood.valence, mood.arousal)]
    return Frame(
        header={
            "mode": STEPS_OF_HEADER.get(section.mode, section.mode),
            "meter": meter,
            "pace": "slow" if section.bpm < SLOW else "fast" if section.bpm > FAST else "medium",
            "ensemble": "choir" if voices else "tune",
            "density": density_level(density),
            "valence": levels[0],
            "arousal": levels[1],
            "tension": "low" if mood.tension < -0.2 else "high" if mood.tension > 0.3 else "middle",
        },
        meter=meter,
        mode=section.mode,
        density=density,
        grid=3 if slow_notes else 6,
        low=-5 + lift,
        high=16 + lift,
        bass=voices,
        chord_ticks=list(range(0, BAR[meter], BEAT[meter])) if voices else CHORD_TICKS[meter],
        chords_allowed=_chords_allowed(section.mode, mood, manner),
        last_pitch=tones[-1].pitch if tones else None,
    )


def _chords_allowed(mode: MusicalMode, mood: Mood, manner: Manner) -> NDArray[np.bool_]:
    allowed = np.zeros(12 * len(CHORDS), bool)
    scale = set(SCALES[mode])

    def allow(root: int, quality: str) -> None:
        allowed[root * len(CHORDS) + CHORDS.index(quality)] = True

    for degree in range(7):
        root, quality = triad_on(degree, mode)
        if quality not in ("dim", "aug") or mood.tension > 0.1:
            allow(root, quality)
        if manner.sevenths or mood.tension > 0.4:
            for kind in ("7", "maj7", "m7", "m7b5"):
                if chord_tones(Harmony(0, root, kind)) <= scale:
                    allow(root, kind)
    root, quality = LEADING[mode]
    allow(root, quality)
    if mood.tension > 0.3:
        allow(7, "sus4")
    return allowed


def _returning(
    plan: Plan, phrase: Phrase, phrases: Sequence[tuple[Bar, ...]], number: int, dice: np.random.Generator
) -> list[Bar]:
    """The beginning of the phrase that comes again, in the mode of this section; later returns are ornamented."""
    if phrase.returns is None:
        return []
    source = phrases[phrase.returns]
    old = plan.sections[plan.phrases[phrase.returns].section].mode
    new = plan.sections[phrase.section].mode
    theme = 0 if phrase.returns else plan.theme
    count = min(max(1, len(source) // 2, theme), phrase.bars - 1, len(source))
    bars = [_in_mode(one, old, new) for one in source[:count]]
    heard = [(one.returns, one.section) for one in plan.phrases[:number]]
    if (phrase.returns, phrase.section) in heard:
        bars = [_ornamented(one, new, dice) for one in bars]
    return bars


def _in_mode(one: Bar, old: MusicalMode, new: MusicalMode) -> Bar:
    if old == new:
        return one
    change = dict(zip(SCALES[old], (b - a for a, b in zip(SCALES[old], SCALES[new], strict=True)), strict=True))

    def moved(tones: tuple[Tone, ...], allowed: range) -> tuple[Tone, ...]:
        steps = [replace(tone, pitch=tone.pitch + change.get(tone.pitch % 12, 0)) for tone in tones]
        return tuple(tone for tone in steps if tone.pitch in allowed)

    return Bar(one.left, (), moved(one.melody, MELODY), moved(one.bass, BASS))


def _ornamented(one: Bar, mode: MusicalMode, dice: np.random.Generator) -> Bar:
    """Some long tones turn to their upper or lower neighbour before they end."""
    scale = set(SCALES[mode])
    tones: list[Tone] = []
    for tone in one.melody:
        if tone.length < 12 or tone.length % 6 or dice.random() < 0.4:
            tones.append(tone)
            continue
        side = int(dice.choice((-1, 1)))
        near = next(step for step in (side, 2 * side, 3 * side) if (tone.pitch + step) % 12 in scale)
        tones.append(replace(tone, length=tone.length - 6))
        if tone.pitch + near in MELODY:
            tones.append(Tone(tone.begin + tone.length - 6, 6, tone.pitch + near))
    return replace(one, melody=tuple(tones))


def _harmonised(one: Bar, frame: Frame, first: bool) -> Bar:
    """The bar with chords under it: its own, or those of the scale that fit its tones best."""
    if one.harmonies:
        return one
    chords: list[Harmony] = []
    ticks = CHORD_TICKS[frame.meter]
    for begin, end in zip(ticks, [*ticks[1:], BAR[frame.meter]], strict=True):
        choices = []
        for degree, usual in ((0, 0.3), (3, 0.15), (4, 0.2), (5, 0.1), (1, 0.05), (2, 0.0), (6, -0.2)):
            root, quality = triad_on(degree, frame.mode)
            if quality in ("dim", "aug"):
                continue
            chord = Harmony(begin, root, quality)
            held = sum(
                max(0, min(tone.begin + tone.length, end) - max(tone.begin, begin))
                * (1.0 if tone.pitch % 12 in chord_tones(chord) else -0.7)
                for tone in one.melody
            )
            home = 0.5 if first and begin == 0 and degree == 0 else 0.0
            choices.append((held / (end - begin) + usual + home, -degree, chord))
        best = max(choices, key=lambda choice: choice[:2])[2]
        if not chords or (chords[-1].root, chords[-1].quality) != (best.root, best.quality):
            chords.append(best)
    return replace(one, harmonies=tuple(chords))


def _slots(phrase: Phrase, fixed: Sequence[Bar], frame: Frame, ends: bool) -> list[Slot]:
    """The bars that the writer is asked for; of a phrase that ends the piece all but the last."""
    count = phrase.bars
    home = Harmony(0, *triad_on(0, frame.mode))
    before = Harmony(0, *triad_on(BEFORE[frame.mode], frame.mode))
    late = CHORD_TICKS[frame.meter][-1]
    leading = Harmony(late, *LEADING[frame.mode])
    towards = (leading,) if late == 0 else (before, leading)
    slots = []
    for place in range(count - ends):
        left = count - place
        chords: tuple[Harmony, ...] | None = None
        if place == 0 and phrase.first == 0:
            chords = (home,)
        if phrase.closes and left == 2:
            chords = towards
        elif phrase.closes and left == 1:
            chords = (home,)
        elif not phrase.closes and left == 1:
            chords = towards
        if place < len(fixed):
            slots.append(Slot(left, bar=replace(fixed[place], left=left, harmonies=chords or fixed[place].harmonies)))
        else:
            slots.append(Slot(left, chords=chords))
    return slots


def _last_bar(before: Sequence[Bar], frame: Frame) -> Bar:
    """Home: the tonic in the octave that is nearest."""
    full = BAR[frame.meter]
    tones = [tone.pitch for one in before for tone in one.melody]
    near = tones[-1] if tones else 7
    pitch = min((p for p in MELODY if p % 12 == 0), key=lambda p: (abs(p - near), p))
    bass = (Tone(0, full, -12),) if frame.bass else ()
    return Bar(1, (Harmony(0, *triad_on(0, frame.mode)),), (Tone(0, full, pitch),), bass)
