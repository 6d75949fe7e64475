"""The music request: everything that decides a soundtrack. Knows no model and no sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Union

from annotated_types import Interval, Len

from studiolo_contract.media import Midi

MusicalMode = Literal["lydian", "major", "mixolydian", "dorian", "minor", "phrygian"]
"""From the brightest to the darkest."""
Meter = Literal["2/4", "3/4", "4/4", "6/8", "12/8"]

Degree = Annotated[float, Interval(ge=-1.0, le=1.0)]


@dataclass(frozen=True, kw_only=True)
class Mood:
    """A feeling as three numbers, each 0 where it is neither the one nor the other."""

    valence: Degree = 0.0
    """-1 sorrow, 1 joy."""
    arousal: Degree = 0.0
    """-1 still, 1 stirred up."""
    tension: Degree = 0.0
    """-1 at rest, 1 hardly to be borne."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A stretch of the piece with a mood of its own."""

    prompt: Annotated[str, Len(0, 2_000)] = ""
    """What it is to feel like, in words; with `mood` they are its name only."""
    seconds: Annotated[float, Interval(ge=0.5, le=600.0)] | None = None
    """None: an equal share of what the others leave."""
    mood: Union[Mood, None] = None
    """At its beginning; None to have it read from the words."""
    until: Union[Mood, None] = None
    """What the mood moves to by its end; None: it stays."""


@dataclass(frozen=True, kw_only=True)
class MusicRequest:
    """Write a soundtrack. What is left open follows from the mood, and the recipe says what and why."""

    kind: Literal["music"] = "music"
    prompt: Annotated[str, Len(0, 8_000)] = ""
    """The brief: "tense chase through a neon market, then relief". Words such as "then" begin a new section."""
    mood: Union[Mood, None] = None
    """Of the whole piece, in place of what the brief says; sections go before it."""
    seconds: Annotated[float, Interval(ge=1.0, le=600.0)] = 30.0
    """Exactly this long, to the sample."""
    sections: Annotated[tuple[Section, ...], Len(0, 16)] = ()
    """In place of those that the brief speaks of. Where all have seconds, these add up to the whole length."""
    tempo: Annotated[float, Interval(ge=30.0, le=240.0)] | None = None
    """Quarter notes a minute; in 6/8 and 12/8 dotted quarters."""
    key: Annotated[str, Len(0, 20)] = ""
    """Its tonic, "D" or "F#" or "Bb"; with a mode behind it too, "D minor"."""
    mode: MusicalMode | None = None
    meter: Meter | None = None
    ensemble: Annotated[str, Len(0, 64)] = ""
    """Who plays: chamber, orchestral, folk, synth, chiptune, ambient, jazz trio, percussion …"""
    instruments: Annotated[tuple[Annotated[str, Len(1, 64)], ...], Len(0, 12)] = ()
    """In place of the ensemble's: the first has the melody."""
    loop: bool = False
    """Whether the end runs into the beginning without a seam; otherwise it closes with a cadence."""
    stems: bool = False
    """Whether each part comes as a file of its own too; together they are the mix."""
    layers: Annotated[int, Interval(ge=0, le=4)] = 0
    """Into how many files of growing intensity the parts are gathered too; 0 for none. Together they are the mix."""
    motif: Annotated[str, Len(0, 400)] = ""
    """A melody that the piece must use, as note names with lengths in quarters: "E4:1 G4:0.5 A4:1.5 -:1" (- rests)."""
    motif_midi: Union[Midi, None] = None
    """The same as a MIDI file, whose highest notes are taken."""
    format: Literal["wav", "flac"] = "wav"
    seed: Annotated[int, Interval(ge=0, le=2**32 - 1)] | None = None
    """None: one is drawn, and the recipe says which."""
    steps: Annotated[int, Interval(ge=1, le=200)] | None = None
    """Denoising steps, of models that have them; None for the model's own."""
    guidance_scale: Annotated[float, Interval(ge=0.0, le=50.0)] | None = None
    """How strictly models that read the brief themselves follow it; None for the model's own."""
    model: Annotated[str, Len(0, 200)] = ""
    """A model by name or the path of a local folder; empty for the installation's own choice."""
    previews: bool = True
    """Whether what is already made can be heard before all of it is."""
