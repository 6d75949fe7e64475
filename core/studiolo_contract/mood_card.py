"""The mood card: what a brief means for every art, said so that a person can read and change it. Knows no model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, Union

from annotated_types import Interval, Len

from studiolo_contract.music import Mood, MusicalMode

CardField = Literal[
    "title",
    "subjects",
    "characters",
    "place",
    "time",
    "weather",
    "valence",
    "arousal",
    "tension",
    "palette",
    "era",
    "materials",
    "motifs",
    "tempo",
    "mode",
    "ensemble",
    "style",
]
Origin = Literal["you", "brief", "picture", "scene", "project", "model", "meaning", "rule"]
"""Who said so: the person; words of the brief; a picture; a 3D scene; the project; the text model; the nearest of known
words in meaning; or a rule, from other fields."""

Phrase = Annotated[str, Len(1, 200)]
"""Words for a prompt."""
Colour = Annotated[str, Len(7, 7)]
"""sRGB as `#rrggbb`."""


@dataclass(frozen=True, kw_only=True)
class Character:
    """Somebody in the story."""

    name: Annotated[str, Len(1, 80)]
    """What the text calls them, "the lighthouse keeper" or "Mara Voss"."""
    looks: Annotated[str, Len(0, 300)] = ""
    """How they look, as words for a prompt: the same in every picture."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a field of the card comes from."""

    field: CardField
    origin: Origin
    because: Annotated[str, Len(0, 300)] = ""
    """For a person: `the word 'dawn'`, `valence -0.4 and tension 0.5`."""


@dataclass(frozen=True, kw_only=True)
class MoodCard:
    """What text, picture, texture and music are made from, so that they belong together. What is empty is left open."""

    title: Annotated[str, Len(0, 120)] = ""
    subjects: Annotated[tuple[Phrase, ...], Len(0, 8)] = ()
    """Who and what is to be seen, the most important first; characters by how they look."""
    characters: Annotated[tuple[Character, ...], Len(0, 8)] = ()
    place: Annotated[str, Len(0, 200)] = ""
    time: Annotated[str, Len(0, 100)] = ""
    """Of the day."""
    weather: Annotated[str, Len(0, 100)] = ""
    mood: Mood = field(default_factory=Mood)
    palette: Annotated[tuple[Colour, ...], Len(0, 8)] = ()
    """The most important first."""
    era: Annotated[str, Len(0, 100)] = ""
    materials: Annotated[tuple[Phrase, ...], Len(0, 6)] = ()
    """What the place is made of; the first becomes the texture."""
    motifs: Annotated[tuple[Phrase, ...], Len(0, 8)] = ()
    """Things and images that come back."""
    tempo: Annotated[float, Interval(ge=30.0, le=240.0)] | None = None
    """Beats a minute."""
    mode: Union[MusicalMode, None] = None
    ensemble: Annotated[str, Len(0, 64)] = ""
    style: Annotated[str, Len(0, 100)] = ""
    """Of text and picture: "noir", "watercolour", "fairy tale"."""
    sources: Annotated[tuple[Source, ...], Len(0, 64)] = ()
    """One for each field that is not empty."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A field as the person wants it. Fields that a rule made from it follow; all others stay."""

    field: CardField
    value: Annotated[str, Len(0, 1_000)]
    """As text: a number for valence, arousal, tension and tempo; things of a list with commas between them; a character
    as `name: looks`, with semicolons between several. Empty to leave the field open."""
