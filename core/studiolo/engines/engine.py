"""What every engine is: a loaded model that runs requests, one at a time or several together. Knows no model family.

An engine's module has a function `load(model, device) -> Engine`; `registry.py` finds it by the name in the catalogue,
and others can add one through the entry point group `studiolo.engines`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

from studiolo.device import Device
from studiolo.models.model import Model
from studiolo_contract.events import AnyPreview, Context, Output, Progress, Text
from studiolo_contract.recipe import Reason
from studiolo_contract.request import Request

Emission = Progress | Context | Text
"""What an engine may say on the way."""


Made = TypeVar("Made")
Work = Generator[None, None, Made]
"""Work under way. It yields where it waits for the next pass through a model, and returns what it has made."""


class JobCancelled(Exception):
    """Raised by `Task.checkpoint` when the client no longer wants the job."""


@dataclass(frozen=True)
class Task:
    """One request on its way through an engine."""

    request: Request
    inputs: Mapping[str, bytes]
    """The bytes of each blob that the request names, by sha256."""
    emit: Callable[[Emission], None]
    preview: Callable[[AnyPreview, bytes], None]
    cancelled: Callable[[], bool]
    helpers: tuple[Loaded, ...] = ()
    """The other models that the job needs, in the order in which they work."""
    cache: Path | None = None
    """Folder in which an engine may keep what it can make again; None for nowhere."""

    def checkpoint(self) -> None:
        """To be called at least once a step. Raises `JobCancelled`."""
        if self.cancelled():
            raise JobCancelled


@dataclass(frozen=True)
class Finished:
    """What an engine made of a task."""

    outputs: tuple[Output, ...]
    settled: Request
    """The request with every choice filled in; running it again gives the same outputs."""
    final_prompt: str
    """What the model itself was given to read."""
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    """The bytes of each blob that `outputs` name, by sha256."""
    notes: tuple[str, ...] = ()
    """What the maker should know: an ignored field, an unknown word."""
    why: tuple[Reason, ...] = ()
    """What followed from the words."""


class Engine(Protocol):
    def run(self, task: Task) -> Finished:
        """Fulfils the task. Raises `JobCancelled`, or `StudioloError` with what the person should do."""

    def resident_bytes(self) -> int:
        """Memory that the loaded model holds."""


@runtime_checkable
class SharedEngine(Engine, Protocol):
    """An engine that may have several tasks in hand, and takes them through its model together."""

    def begin(self, task: Task) -> Work[Finished]:
        """Fulfils the task as `run` does and raises the same, while `step` is called whenever it has yielded."""

    def step(self) -> None:
        """One pass through the model for all tasks that wait for one. What fails is raised in the task's own work."""


def alone(work: Work[Made], step: Callable[[], None]) -> Made:
    """Does the work to its end with nothing beside it."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            made: Made = end.value
            return made
        step()


class Loaded(NamedTuple):
    """A model, and the engine that runs it."""

    model: Model
    engine: Engine


class Load(Protocol):
    def __call__(self, model: Model, device: Device) -> Engine:
        """Reads the model from its folder. Raises `StudioloError` (`bad_model`) when it cannot."""
