"""The requests of compose: a mood card from a brief, all arts from the card, how well they fit it. Knows no model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, Len

from studiolo_contract.media import Blob, Midi, Picture
from studiolo_contract.mood_card import Change, MoodCard

Seed = Annotated[int, Interval(ge=0, le=2**32 - 1)]
PartName = Annotated[str, Len(1, 64)]
"""Of a part of a kit: `concept`, or `scene-2/concept` in a storyboard."""
Changes = Annotated[tuple[Change, ...], Len(0, 32)]


@dataclass(frozen=True, kw_only=True)
class CardRequest:
    """Read a mood card from a brief; at least one of `text`, `picture`, `scene` and `card` says something."""

    kind: Literal["card"] = "card"
    text: Annotated[str, Len(0, 400_000)] = ""
    """A brief, or a note."""
    picture: Picture | None = None
    """Place, time, materials and palette are read from it where the text does not say."""
    scene: Annotated[str, Len(0, 20_000)] = ""
    """What stands in a 3D scene, in words: names of objects and materials, the light."""
    card: MoodCard | None = None
    """One that is there already: nothing is read, only `changes` are made."""
    changes: Changes = ()
    seed: Seed | None = None
    """None: one is drawn, and the recipe says which."""
    model: Annotated[str, Len(0, 200)] = ""
    """Who writes what no word of the brief says; empty for the installation's own choice."""


@dataclass(frozen=True, kw_only=True)
class PartSeed:
    """A part with a seed of its own, to make another one of it alone."""

    part: PartName
    seed: Seed


@dataclass(frozen=True, kw_only=True)
class Own:
    """A part that the person has made or chosen: it stands in the kit as it is."""

    part: PartName
    blob: Blob
    """Markdown, PNG, JPEG, WAV, FLAC or MIDI, by its media type; put as a blob before."""


@dataclass(frozen=True, kw_only=True)
class ComposeRequest:
    """Make a kit: from one brief a text, pictures, materials and music that belong together. The same request again
    makes only what is missing."""

    kind: Literal["compose"] = "compose"
    brief: Annotated[str, Len(0, 400_000)] = ""
    """What it is about. With `card` it may be empty."""
    scenes: Annotated[tuple[Annotated[str, Len(1, 8_000)], ...], Len(0, 12)] = ()
    """A storyboard: what happens in each scene of the brief's story. Characters, palette and leitmotif stay."""
    preset: Annotated[str, Len(1, 64)] = "kit"
    """Which parts there are, by the name of a preset: kit, character, location, item, quest, ad, or one of your own."""
    card: MoodCard | None = None
    """Made from it instead of one that is read from the brief."""
    changes: Changes = ()
    picture: Picture | None = None
    """The card is read from it too."""
    scene: Annotated[str, Len(0, 20_000)] = ""
    """What stands in a 3D scene, in words: the card is read from it too."""
    parts: Annotated[tuple[PartName, ...], Len(0, 64)] = ()
    """Only these, and what they need; empty for all."""
    own: Annotated[tuple[Own, ...], Len(0, 64)] = ()
    seed: Seed | None = None
    """None: one is drawn, and the recipe says which. Every part has one of its own, which follows from it."""
    seeds: Annotated[tuple[PartSeed, ...], Len(0, 64)] = ()
    seconds: Annotated[float, Interval(ge=4.0, le=600.0)] = 24.0
    """Of music, exactly."""
    model: Annotated[str, Len(0, 200)] = ""
    """Who writes; empty for the installation's own choice."""
    image_model: Annotated[str, Len(0, 200)] = ""
    music_model: Annotated[str, Len(0, 200)] = ""
    project: bool = False
    """Whether the project that is open has a say (its people, palette, leitmotif, style) and keeps the kit."""


@dataclass(frozen=True, kw_only=True)
class MatchRequest:
    """Judge how well parts belong to a brief and its card. What is not given is not judged."""

    kind: Literal["match"] = "match"
    brief: Annotated[str, Len(0, 400_000)] = ""
    card: MoodCard
    text: Annotated[str, Len(0, 400_000)] = ""
    picture: Picture | None = None
    texture: Picture | None = None
    """Its base colour."""
    music: Midi | None = None
    model: Annotated[str, Len(0, 200)] = ""
    """The judge; empty for the installation's own choice."""
