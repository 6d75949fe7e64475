"""What happens to a job. Each event has a place in the job's log; the last is a result, a failure or a cancellation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Union

from studiolo_contract.errors import Problem
from studiolo_contract.media import Blob
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.recipe import Recipe
from studiolo_contract.texture import MapName


@dataclass(frozen=True, kw_only=True)
class Queued:
    """The job waits; `position` jobs of its kind run before it."""

    type: Literal["queued"] = "queued"
    position: int


@dataclass(frozen=True, kw_only=True)
class Started:
    """A worker has taken the job. With `attempt` above 1 it begins again: forget what was written before."""

    type: Literal["started"] = "started"
    attempt: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`done` of `total` in this stage; `total` is 0 where it is not known."""

    type: Literal["progress"] = "progress"
    stage: Literal["load", "read", "write", "steps", "decode", "maps", "compose", "render", "parts"]
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class ContextPart:
    """One part of the prompt: `tokens` went in, `cut` tokens were left out of it."""

    name: str
    tokens: int
    cut: int


@dataclass(frozen=True, kw_only=True)
class ContextEntry:
    """An entry of the story bible that was called, or was looked at and left out."""

    name: str
    sent: bool
    """Whether the model is given any of it."""
    why: str
    """What called it, or what kept it out: `key 'harbour' in the last paragraph`, `no room: the bible's budget …`."""
    tokens: int
    """Of it that went in."""
    cut: int
    """Tokens of it that were left out."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What went into the prompt, sent before the first word."""

    type: Literal["context"] = "context"
    parts: tuple[ContextPart, ...]
    tokens: int
    """Of the whole prompt."""
    window: int
    """The most tokens that prompt and answer may have together."""
    entries: tuple[ContextEntry, ...] = ()
    """Of the story bible, those that were sent first and in the order in which they were."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A token that could have been written, with its probability before the samplers acted."""

    text: str
    probability: float


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token that was written, and the likeliest ones in its place."""

    text: str
    probability: float
    alternatives: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Text:
    """The next piece of variant `variant`. Pieces joined in order are the text of the result, up to its final trim."""

    type: Literal["text"] = "text"
    variant: int
    text: str
    tokens: tuple[Token, ...] = ()
    """Only where alternatives were asked for."""


@dataclass(frozen=True, kw_only=True)
class TextOutput:
    """A finished text."""

    type: Literal["text"] = "text"
    text: str
    seed: int
    finish: Literal["end", "stop", "length"]
    """Why it ended: by itself, at a stop phrase, or at max_tokens."""
    tokens: int
    """Written by the model for this text, rejected drafts included."""


@dataclass(frozen=True, kw_only=True)
class ImageOutput:
    """A finished picture."""

    type: Literal["image"] = "image"
    blob: Blob
    width: int
    height: int
    seed: int | None = None
    """None where nothing was left to chance."""
    name: Union[MapName, Literal["score"], None] = None
    """Which part of a texture it is, or the score of a piece; None for a picture that stands by itself."""


@dataclass(frozen=True, kw_only=True)
class SoundOutput:
    """A finished piece of music, or a part of one."""

    type: Literal["sound"] = "sound"
    blob: Blob
    part: Literal["mix", "stem", "layer"]
    name: str
    """`mix`, the instrument of a stem (`violin`), or the number of a layer from the calmest on (`layer-1`)."""
    samples: int
    """Of each channel."""
    sample_rate: int
    """Hz."""
    channels: int
    loop: bool
    """Whether the end runs into the beginning; a WAV file says so to samplers and engines too (`smpl`)."""
    seed: int

    @property
    def seconds(self) -> float:
        return self.samples / self.sample_rate


@dataclass(frozen=True, kw_only=True)
class MidiOutput:
    """The notes of a finished piece, as a standard MIDI file."""

    type: Literal["midi"] = "midi"
    blob: Blob
    notes: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class CardOutput:
    """A finished mood card."""

    type: Literal["card"] = "card"
    card: MoodCard
    seed: int | None = None
    """None where nothing was left to chance."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one part has to do with how well a kit fits."""

    part: Literal["text", "picture", "texture", "music"]
    score: float
    """0 to 1: how likely this part belongs to this brief and card rather than to others."""
    weight: float
    """Its share in the whole; those of all parts add up to 1."""
    because: str
    """For a person: `'a storm over the sea' is near what the picture shows`."""


@dataclass(frozen=True, kw_only=True)
class MatchOutput:
    """How well parts belong to brief and card."""

    type: Literal["match"] = "match"
    score: float
    """0 to 1: how likely these parts were made for each other."""
    shares: tuple[Share, ...]


@dataclass(frozen=True, kw_only=True)
class KitOutput:
    """A finished kit."""

    type: Literal["kit"] = "kit"
    blob: Blob
    """The JSON of a `Kit`; the files of its parts are blobs too."""


Output = Union[TextOutput, ImageOutput, SoundOutput, MidiOutput, CardOutput, MatchOutput, KitOutput]


@dataclass(frozen=True, kw_only=True)
class Result:
    """The job is done. Blobs named here stay with the daemon until they are collected."""

    type: Literal["result"] = "result"
    outputs: tuple[Output, ...]
    recipe: Recipe


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a kit is begun, done or failed; the kit goes on in any case."""

    type: Literal["part"] = "part"
    name: str
    """`card`, `scene`, `scene-2/concept`, `match` …"""
    kind: Literal["card", "text", "image", "texture", "music", "match"]
    state: Literal["begun", "done", "failed"]
    job: str = ""
    """Whose log says more; empty where none was needed."""
    known: bool = False
    """Whether it had been made before."""
    result: Union[Result, None] = None
    """Of one that is done."""
    problem: Union[Problem, None] = None
    """Why it failed."""


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The job is over without a result."""

    type: Literal["failed"] = "failed"
    problem: Problem


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """The job is over because its client asked for that."""

    type: Literal["cancelled"] = "cancelled"


Event = Union[Queued, Started, Progress, Context, Text, Part, Result, Failed, Cancelled]
Final = (Result, Failed, Cancelled)
"""The events that end a log."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How a picture looks so far. No preview is in the log: a slow client gets only the newest, a late one none."""

    type: Literal["preview"] = "preview"
    step: int
    steps: int
    width: int
    height: int
    media_type: str = "image/jpeg"


@dataclass(frozen=True, kw_only=True)
class SoundPreview:
    """How a piece begins, as far as it is made: to be heard as it is, though not yet mixed as the result will be."""

    type: Literal["sound_preview"] = "sound_preview"
    seconds: float
    """How much of it can be heard."""
    total: float
    """How long the whole piece will be."""
    waveform: tuple[int, ...]
    """The peak of each hundredth of the whole piece, 0 to 100, as far as it is made."""
    media_type: str = "audio/wav"


AnyPreview = Union[Preview, SoundPreview]
