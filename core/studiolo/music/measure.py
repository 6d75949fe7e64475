"""One bar as the accompanying players see it: its chords, the melody above, the mood. Knows no instrument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studiolo.music.plan import Plan
from studiolo.music.score import BAR, BEAT, Chord, Note
from studiolo.music.theory import chord_name, chord_pitches, has_flats
from studiolo.music.vocabulary import Bar, lowest_tonic
from studiolo_contract.music import Meter, Mood, MusicalMode


@dataclass(frozen=True)
class Measure:
    """A bar. Ticks from the beginning of the piece; pitches are MIDI numbers."""

    index: int
    begin: int
    length: int
    beat: int
    """Ticks of a beat."""
    meter: Meter
    mode: MusicalMode
    tonic: int
    """Pitch class."""
    chords: tuple[Chord, ...]
    """All of the bar is under one of them."""
    melody: tuple[Note, ...]
    """As written; not yet in the octave of an instrument."""
    bass: tuple[Note, ...]
    """Empty where the bass is left to the players."""
    mood: Mood
    phrase_end: bool
    section_begin: bool
    last: bool
    """Whether the piece ends with it."""
    returning: bool
    """Whether the phrase has been heard before."""

    @property
    def end(self) -> int:
        return self.begin + self.length

    def chord_at(self, tick: int) -> Chord:
        return next(chord for chord in reversed(self.chords) if chord.begin <= tick)


def measures(plan: Plan, bars: Sequence[Bar]) -> list[Measure]:
    """The bars that are written so far, from the first on."""
    full, beat = BAR[plan.meter], BEAT[plan.meter]
    base = lowest_tonic(plan.tonic)
    made: list[Measure] = []
    sounding: Chord | None = None
    for index, one in enumerate(bars):
        begin = index * full
        section = plan.section_of(index)
        phrase = next(phrase for phrase in reversed(plan.phrases) if phrase.first <= index)
        flat = has_flats(plan.tonic, section.mode)
        starts = [harmony.begin for harmony in one.harmonies]
        chords = []
        for harmony, end in zip(one.harmonies, [*starts[1:], full], strict=True):
            root = (base + harmony.root) % 12
            chords.append(
                Chord(
                    begin=begin + harmony.begin,
                    length=end - harmony.begin,
                    name=chord_name(root, harmony.quality, flat),
                    pitches=chord_pitches(root, harmony.quality),
                )
            )
        if not starts or starts[0] > 0:
            held = sounding or Chord(begin, full, chord_name(base % 12, "", flat), chord_pitches(base % 12, ""))
            chords.insert(0, Chord(begin, starts[0] if starts else full, held.name, held.pitches))
        sounding = chords[-1]
        made.append(
            Measure(
                index=index,
                begin=begin,
                length=full,
                beat=beat,
                meter=plan.meter,
                mode=section.mode,
                tonic=plan.tonic,
                chords=tuple(chords),
                melody=tuple(Note(begin + tone.begin, tone.length, base + tone.pitch) for tone in one.melody),
                bass=tuple(Note(begin + tone.begin, tone.length, base + tone.pitch) for tone in one.bass),
                mood=plan.mood_at(index),
                phrase_end=index == phrase.first + phrase.bars - 1,
                section_begin=index == section.first,
                last=index == plan.bars - 1 and not plan.loop,
                returning=phrase.returns is not None,
            )
        )
    return made
