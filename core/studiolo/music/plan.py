"""From moods to the frame of a piece: its key, tempi, bars and phrases, and the reasons for each. All of it is rule.

What a mood means is the matter of `meaning.py`. Knows no notes, no model and no sound.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from studiolo.music.meaning import KEYS, between, density_for, meter_for, mode_for, tempo_for
from studiolo.music.motif import in_key
from studiolo.music.score import BAR, BEAT, Note, Tempo
from studiolo.music.theory import tonic_name
from studiolo_contract.errors import StudioloError
from studiolo_contract.music import Meter, Mood, MusicalMode, MusicRequest
from studiolo_contract.recipe import Reason

PHRASE = 4
"""Bars."""
RING = 1.6
"""Seconds after the last bar line in which the last chord dies away; less in short pieces."""
SPREAD = 0.22
"""How far the tempo of a section may lie from that of the piece, as a share."""


@dataclass(frozen=True)
class Wanted:
    """A stretch with a mood, as it was asked for."""

    words: str
    mood: Mood
    until: Mood | None = None
    seconds: float | None = None
    because: str = ""
    """Which words gave the mood."""


@dataclass(frozen=True)
class Phrase:
    """Some bars that belong together."""

    first: int
    """Number of the first bar in the piece, from 0."""
    bars: int
    section: int
    returns: int | None = None
    """The phrase whose beginning comes again here, from 0."""
    closes: bool = False
    """Whether it comes home at its end."""


@dataclass(frozen=True)
class Span:
    """One section of the piece."""

    words: str
    first: int
    """Bar."""
    bars: int
    bpm: float
    """Beats of the meter."""
    mood: Mood
    until: Mood
    mode: MusicalMode

    def mood_at(self, bar: int) -> Mood:
        """In that bar of the piece."""
        share = (bar - self.first) / max(1, self.bars - 1) if self.bars > 1 else 0.0
        return between(self.mood, self.until, min(1.0, max(0.0, share)))


@dataclass(frozen=True)
class Plan:
    """The frame of a piece."""

    seconds: float
    ring: float
    """Seconds after the last bar line."""
    tonic: int
    """Pitch class."""
    meter: Meter
    loop: bool
    sections: tuple[Span, ...]
    phrases: tuple[Phrase, ...]
    motif: tuple[Note, ...]
    """As it is played, moved into the key where one was asked for."""
    theme: int
    """Bars that the motif fills; 0 without one."""
    why: tuple[Reason, ...]
    notes: tuple[str, ...]

    @property
    def bars(self) -> int:
        return sum(section.bars for section in self.sections)

    def section_of(self, bar: int) -> Span:
        return next(section for section in reversed(self.sections) if section.first <= bar)

    def mood_at(self, bar: int) -> Mood:
        return self.section_of(bar).mood_at(bar)

    @property
    def tempi(self) -> tuple[Tempo, ...]:
        ticks = BAR[self.meter]
        return tuple(Tempo(section.first * ticks, section.bpm, self.meter) for section in self.sections)


def middle(wanted: Wanted) -> Mood:
    """Its mood on the whole."""
    return between(wanted.mood, wanted.until or wanted.mood, 0.5)


def plan(
    request: MusicRequest,
    asked: Sequence[Wanted],
    tonic: int | None,
    mode: MusicalMode | None,
    key_because: str = "asked for",
    motif: Sequence[Note] = (),
) -> Plan:
    """The frame of the piece. `tonic` and `mode` where they are fixed, and why they are. Raises `StudioloError` where
    sections and length contradict each other, or the motif does not fit."""
    assert request.seed is not None
    why: list[Reason] = []
    notes: list[str] = []
    whole = _mean(asked)
    for wanted in asked:
        if wanted.because:
            why.append(Reason(what="mood", value=_said(wanted), because=wanted.because))
    meter, because = (request.meter, "asked for") if request.meter else meter_for(request.prompt, whole)
    why.append(Reason(what="meter", value=meter, because=because))
    tonic_asked = tonic is not None
    if tonic is None:
        colour = "bright" if whole.valence > 0.2 else "dark" if whole.valence < -0.2 else "even"
        tonic = KEYS[colour][request.seed % len(KEYS[colour])]
        key_because = f"valence {whole.valence:.1f}: {colour} keys, and seed {request.seed} of them"
    why.append(Reason(what="key", value=tonic_name(tonic, mode or mode_for(whole)), because=key_because))
    shares = lengths(request.seconds, [one.seconds for one in asked])
    base = request.tempo or tempo_for(whole, meter)
    ring = 0.0 if request.loop else min(RING, 0.08 * request.seconds)
    sections = _sections(request, asked, shares, base, meter, mode, ring)
    if request.tempo is None:
        for section in sections:
            why.append(Reason(what="tempo", value=f"{section.bpm:.0f}", because=f"arousal {_mid(section).arousal:.1f}"))
    else:
        why.append(Reason(what="tempo", value=f"{request.tempo:g}", because="asked for"))
        ring, told = _settle_tempo(request, sections, meter)
        notes += told
    for section in sections:
        because = "asked for" if mode else f"valence {_mid(section).valence:.1f}, tension {_mid(section).tension:.1f}"
        why.append(Reason(what="mode", value=section.mode, because=because))
        density = density_for(_mid(section), meter)
        why.append(
            Reason(
                what="density",
                value=f"{density:.1f} notes of the melody a beat",
                because=f"arousal {_mid(section).arousal:.1f}",
            )
        )
    theme = _bars_of(motif, meter, sections[0])
    if motif:
        motif = in_key(motif, tonic, sections[0].mode) if tonic_asked else motif
        why.append(Reason(what="motif", value=f"bars 1 to {theme}", because="asked for"))
    return Plan(
        seconds=request.seconds,
        ring=ring,
        tonic=tonic,
        meter=meter,
        loop=request.loop,
        sections=tuple(sections),
        phrases=_phrases(sections, request.loop, theme),
        motif=tuple(motif),
        theme=theme,
        why=tuple(why),
        notes=tuple(notes),
    )


def _mid(section: Span) -> Mood:
    return between(section.mood, section.until, 0.5)


def _said(wanted: Wanted) -> str:
    def three(mood: Mood) -> str:
        return f"valence {mood.valence:.1f}, arousal {mood.arousal:.1f}, tension {mood.tension:.1f}"

    moves = f" to {three(wanted.until)}" if wanted.until else ""
    return three(wanted.mood) + moves


def _mean(asked: Sequence[Wanted]) -> Mood:
    moods = [middle(wanted) for wanted in asked]
    return Mood(
        valence=sum(mood.valence for mood in moods) / len(moods),
        arousal=sum(mood.arousal for mood in moods) / len(moods),
        tension=sum(mood.tension for mood in moods) / len(moods),
    )


def lengths(seconds: float, of_sections: Sequence[float | None]) -> list[float]:
    """Seconds of each section; together the whole piece. Those that have none share what the others leave. Raises
    `StudioloError`."""
    fixed = sum(length or 0.0 for length in of_sections)
    free = sum(length is None for length in of_sections)
    rest = seconds - fixed
    if free and rest < 0.5 * free:
        raise StudioloError(
            "bad_request",
            f"The sections take {fixed:g} s of {seconds:g} s, which leaves nothing for the other {free}.",
            "Make the piece longer, or the sections shorter.",
        )
    if not free and abs(rest) > 0.01:
        raise StudioloError(
            "bad_request",
            f"The sections last {fixed:g} s together and the piece {seconds:g} s.",
            "Make them agree, or leave one section's seconds out.",
        )
    return [rest / free if length is None else length for length in of_sections]


def _sections(
    request: MusicRequest,
    asked: Sequence[Wanted],
    shares: Sequence[float],
    base: float,
    meter: Meter,
    mode: MusicalMode | None,
    ring: float,
) -> list[Span]:
    beats = BAR[meter] / BEAT[meter]
    sections: list[Span] = []
    first, left = 0, 0.0
    for number, (wanted, length) in enumerate(zip(asked, shares, strict=True)):
        last = number == len(asked) - 1
        music = length - (ring if last else 0.0)
        mood = middle(wanted)
        if request.tempo is None:
            own = tempo_for(mood, meter)
            bpm = base * math.exp(min(SPREAD, max(-SPREAD, math.log(own / base))))
            bars = _bars(music * bpm / 60 / beats, request.loop and last)
            bpm = bars * beats * 60 / music
        else:
            bpm = request.tempo
            exact = (music + left) * bpm / 60 / beats
            bars = max(1, math.floor(exact + 1e-6) if last and not request.loop else round(exact))
            left += music - bars * beats * 60 / bpm
        sections.append(
            Span(
                words=wanted.words,
                first=first,
                bars=bars,
                bpm=bpm,
                mood=wanted.mood,
                until=wanted.until or wanted.mood,
                mode=mode or mode_for(mood),
            )
        )
        first += bars
    return sections


def _bars(exact: float, whole_phrases: bool) -> int:
    """A number of bars near `exact`: rather whole phrases, or half ones, than odd bars."""
    near = range(max(1, math.floor(exact * 0.8)), max(2, math.ceil(exact * 1.25)) + 1)

    def cost(bars: int) -> float:
        odd = 0.0 if bars % PHRASE == 0 else 0.05 if bars % 2 == 0 else 0.12
        return abs(math.log(bars / exact)) + (odd * 2 if whole_phrases else odd)

    return min(near, key=cost)


def _settle_tempo(request: MusicRequest, sections: list[Span], meter: Meter) -> tuple[float, list[str]]:
    """What rings after the last bar of a piece whose tempo was asked for, and what to say. A loop has whole bars, so
    its tempo gives way."""
    assert request.tempo is not None
    bar = BAR[meter] / BEAT[meter] * 60 / request.tempo
    bars = sum(section.bars for section in sections)
    rest = request.seconds - bars * bar
    if not request.loop and rest >= 0:
        return rest, []
    stretched = request.tempo * bars * bar / request.seconds
    sections[:] = [replace(section, bpm=stretched) for section in sections]
    if abs(stretched / request.tempo - 1) < 0.001:
        return 0.0, []
    why = "A loop has whole bars" if request.loop else "The piece has one bar"
    return 0.0, [
        f"{why}: {bars} of them in {request.seconds:g} s make {stretched:.1f} beats a minute instead of "
        f"{request.tempo:g}."
    ]


def _bars_of(motif: Sequence[Note], meter: Meter, section: Span) -> int:
    """How many bars it fills. Raises `StudioloError` where the section has fewer, and one to end with."""
    if not motif:
        return 0
    bars = -(-motif[-1].end // BAR[meter])
    if bars >= section.bars:
        raise StudioloError(
            "bad_request",
            f"The motif fills {bars} bars of {meter}, and the {'section' if section.words else 'piece'} has "
            f"{section.bars}.",
            "Make the piece longer, or the motif shorter.",
        )
    return bars


def _phrases(sections: Sequence[Span], loop: bool, theme: int) -> tuple[Phrase, ...]:
    """The form: a theme, its return with another end, something else, and the theme again; a new section opens with
    the theme, changed by its own mode."""
    phrases: list[Phrase] = []
    for number, section in enumerate(sections):
        of_phrases = _phrase_lengths(section.bars)
        while not number and of_phrases[0] <= theme and len(of_phrases) > 1:
            of_phrases[:2] = [of_phrases[0] + of_phrases[1]]
        opening = len(phrases)
        begin = section.first
        for place, bars in enumerate(of_phrases):
            kind = "ABAC"[place % 4] if len(of_phrases) == 3 else "AABA"[place % 4]
            returns: int | None = None
            if place == 0:
                returns = 0 if number else None
            elif kind == "A":
                returns = opening
            phrases.append(
                Phrase(
                    first=begin,
                    bars=bars,
                    section=number,
                    returns=returns,
                    closes=place % 2 == 1 or place == len(of_phrases) - 1,
                )
            )
            begin += bars
    phrases[-1] = replace(phrases[-1], closes=not loop)
    return tuple(phrases)


def _phrase_lengths(bars: int) -> list[int]:
    """Phrases of four bars; what is left over makes the last ones longer or stands alone."""
    whole, rest = divmod(bars, PHRASE)
    if not whole:
        return [bars]
    made = [PHRASE] * whole
    if rest == 1:
        made[-1] += 1
    elif rest:
        made.append(rest)
    return made
