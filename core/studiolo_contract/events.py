"""What happens to a job. Each event has a place in the job's log; the last is a result, a failure or a cancellation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Union

from studiolo_contract.errors import Problem
from studiolo_contract.media import Blob
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
    stage: Literal["load", "read", "write", "steps", "decode", "maps"]
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class ContextPart:
    """One part of the prompt: `tokens` went in, `cut` tokens were left out of it."""

    name: str
    tokens: int
    cut: int


@dataclass(frozen=True, kw_only=True)
class Context:
    """What went into the prompt, sent before the first word."""

    type: Literal["context"] = "context"
    parts: tuple[ContextPart, ...]
    tokens: int
    """Of the whole prompt."""
    window: int
    """The most tokens that prompt and answer may have together."""


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
    name: Union[MapName, None] = None
    """Which part of a texture it is; None for a picture that stands by itself."""


Output = Union[TextOutput, ImageOutput]


@dataclass(frozen=True, kw_only=True)
class Result:
    """The job is done. Blobs named here stay with the daemon until they are collected."""

    type: Literal["result"] = "result"
    outputs: tuple[Output, ...]
    recipe: Recipe


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The job is over without a result."""

    type: Literal["failed"] = "failed"
    problem: Problem


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """The job is over because its client asked for that."""

    type: Literal["cancelled"] = "cancelled"


Event = Union[Queued, Started, Progress, Context, Text, Result, Failed, Cancelled]
Final = (Result, Failed, Cancelled)
"""The events that end a log."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How a picture looks so far. Not in the log: a slow client gets only the newest, a late one none."""

    type: Literal["preview"] = "preview"
    step: int
    steps: int
    width: int
    height: int
    media_type: str = "image/jpeg"
