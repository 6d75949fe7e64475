"""The words that the composer reads and writes: a piece as a row of tokens, and back.

Tones are counted from the tonic, so that every key is the same; parts are told by the token of the tone itself. Knows
nothing of models, and nothing of which token is likely.

    BOS mode meter pace ensemble density valence arousal tension        what is asked for
    bar:4                                                               a bar, the fourth from the end of its phrase
    at:0 chord:7: melody:14 length:18 bass:-5 length:36                 what begins where: ticks after the bar line
    bar:3 …
    end
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import get_args

from studiolo.music.score import BAR
from studiolo_contract.music import Meter

LEVELS = ("low", "middle", "high")
HEADER: dict[str, tuple[str, ...]] = {
    "mode": ("major", "minor", "dorian", "mixolydian"),
    "meter": get_args(Meter),
    "pace": ("slow", "medium", "fast"),
    "ensemble": ("tune", "choir"),
    "density": ("1", "2", "3", "4", "5"),
    "valence": LEVELS,
    "arousal": LEVELS,
    "tension": LEVELS,
}
"""What is told before the first bar, in this order."""
PHRASE = 8
"""Bars to the end of the phrase are counted up to this."""
CHORDS = ("", "m", "dim", "7", "maj7", "m7", "m7b5", "dim7", "sus4", "aug")
LENGTHS = (1, 2, 3, 4, 6, 8, 9, 10, 12, 15, 16, 18, 20, 21, 24, 27, 30, 32, 36, 42, 48, 54, 60, 72)
"""Ticks."""
MELODY = range(-12, 29)
BASS = range(-36, 13)
"""Semitones above the tonic that lies between A3 and G#4."""
LOWEST_TONIC = 57
"""A3."""
PARTS = ("melody", "bass")


@dataclass(frozen=True)
class Tone:
    """A note of one part. `begin` in ticks after the bar line, `length` in ticks, `pitch` in semitones above the
    tonic."""

    begin: int
    length: int
    pitch: int


@dataclass(frozen=True)
class Harmony:
    """A chord from `begin` (ticks after the bar line) on; `root` in semitones above the tonic."""

    begin: int
    root: int
    quality: str


@dataclass(frozen=True)
class Bar:
    """What begins in one bar. `left`: bars to the end of the phrase, itself counted."""

    left: int
    harmonies: tuple[Harmony, ...] = ()
    melody: tuple[Tone, ...] = ()
    bass: tuple[Tone, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A piece, or a part of it: what was asked for, and the bars."""

    header: dict[str, str]
    bars: tuple[Bar, ...] = field(default=())
    ended: bool = False


@cache
def tokens() -> tuple[str, ...]:
    """All of them; a token's number is its place."""
    longest = max(BAR.values())
    return (
        "pad",
        "begin",
        "end",
        *(f"{name}:{value}" for name, values in HEADER.items() for value in values),
        *(f"bar:{left}" for left in range(1, PHRASE + 1)),
        *(f"at:{tick}" for tick in range(longest)),
        *(f"chord:{root}:{quality}" for root in range(12) for quality in CHORDS),
        *(f"melody:{pitch}" for pitch in MELODY),
        *(f"bass:{pitch}" for pitch in BASS),
        *(f"length:{ticks}" for ticks in LENGTHS),
    )


@cache
def number_of() -> dict[str, int]:
    return {token: number for number, token in enumerate(tokens())}


def header(wanted: dict[str, str]) -> list[int]:
    """The first tokens of a piece."""
    numbers = number_of()
    return [numbers["begin"], *(numbers[f"{name}:{wanted[name]}"] for name in HEADER)]


def bar(one: Bar) -> list[int]:
    """A bar as tokens. Raises KeyError for what the vocabulary cannot say."""
    numbers = number_of()
    row = [numbers[f"bar:{min(one.left, PHRASE)}"]]
    ticks = sorted({event.begin for events in (one.harmonies, one.melody, one.bass) for event in events})
    for tick in ticks:
        row.append(numbers[f"at:{tick}"])
        row += [numbers[f"chord:{h.root}:{h.quality}"] for h in one.harmonies if h.begin == tick]
        for part, tones in (("melody", one.melody), ("bass", one.bass)):
            for tone in tones:
                if tone.begin == tick:
                    row += [numbers[f"{part}:{tone.pitch}"], numbers[f"length:{tone.length}"]]
    return row


def encode(sheet: Sheet) -> list[int]:
    """The whole sheet as tokens. Raises KeyError for what the vocabulary cannot say."""
    row = header(sheet.header)
    for one in sheet.bars:
        row += bar(one)
    return [*row, number_of()["end"]] if sheet.ended else row


def decode(row: list[int]) -> tuple[Bar, ...]:
    """The bars among the tokens; what makes no sense where it stands is passed over."""
    bars: list[Bar] = []
    harmonies: list[Harmony] = []
    tones: dict[str, list[Tone]] = {part: [] for part in PARTS}
    at, pending = 0, None
    for token in [*(tokens()[number] for number in row), "bar:0"]:
        kind, _, rest = token.partition(":")
        if kind == "bar":
            if bars:
                bars[-1] = Bar(bars[-1].left, tuple(harmonies), tuple(tones["melody"]), tuple(tones["bass"]))
            harmonies, tones, at, pending = [], {part: [] for part in PARTS}, 0, None
            bars.append(Bar(int(rest)))
        elif kind == "at":
            at = int(rest)
        elif kind == "chord":
            root, _, quality = rest.partition(":")
            harmonies.append(Harmony(at, int(root), quality))
        elif kind in PARTS:
            pending = (kind, int(rest))
        elif kind == "length" and pending:
            tones[pending[0]].append(Tone(at, int(rest), pending[1]))
            pending = None
    return tuple(bars[:-1])


def lowest_tonic(pitch_class: int) -> int:
    """The MIDI pitch, from A3 up, that tones are counted from."""
    return LOWEST_TONIC + (pitch_class - LOWEST_TONIC) % 12


def nearest_length(ticks: int) -> int:
    """The longest length of the vocabulary that is no longer than that, at least 1."""
    return max((length for length in LENGTHS if length <= ticks), default=LENGTHS[0])


def density_level(tones_a_beat: float) -> str:
    """1 to 5: up to 0.8, 1.3, 1.9, 2.5 notes a beat, and more."""
    return str(1 + sum(tones_a_beat > bound for bound in (0.8, 1.3, 1.9, 2.5)))
