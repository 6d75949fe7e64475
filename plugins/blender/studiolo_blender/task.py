# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be asked of Studiolo from Blender, as plain values: a task, the steps it takes, and what it leaves behind.

A task is a frozen dataclass of plain fields. It names objects, materials and images and holds none of them, so undo, a
file that is loaded meanwhile, or a Blender that was started anew cannot pull anything from under it. Its `steps` is a
generator that runs on Blender's main thread: it yields what has to be waited for, and whoever drives it (`jobs` from a
timer, `blocking` while a script waits) sends in what came of that. Knows neither Blender nor the daemon.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, fields
from typing import Any, Protocol, Union

from studiolo_client.client import Client
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput, Output
from studiolo_contract.recipe import Recipe
from studiolo_contract.request import Request

Put = Callable[[bytes], str]
"""Gives the daemon bytes, and tells their sha256."""


@dataclass(frozen=True)
class Ask:
    """A job for the daemon. Sends in its `Arrival`."""

    request: Callable[[Put], Request]
    """Makes the request; called on another thread, so it must not touch bpy."""
    label: str
    """What is done in this step, for the person: "Painting camera 2 of 3"."""


@dataclass(frozen=True)
class Aside:
    """Arithmetic that takes longer than a frame: run on another thread, where there is no bpy. Sends in its value."""

    work: Callable[[], Any]
    label: str


@dataclass(frozen=True)
class Look:
    """Something that the daemon keeps. Sends in what the question answers."""

    question: Callable[[Client], Any]
    """Asked on another thread, so it must not touch bpy."""
    label: str


@dataclass(frozen=True)
class Arrival:
    """A finished job: its recipe, and what it made with all bytes (empty for texts, which are in their outputs)."""

    recipe: Recipe
    outputs: tuple[tuple[Output, bytes], ...]

    def pictures(self) -> dict[str, bytes]:
        """The maps of a texture as PNG, by their names."""
        return {output.name: data for output, data in self.outputs if isinstance(output, ImageOutput) and output.name}


@dataclass(frozen=True)
class Made:
    """What a task left behind: names of datablocks, and how each was made."""

    materials: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    strips: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    operations: tuple[Any, ...] = ()
    """Of a scene by words: what it consists of (`operations.Operation`)."""
    recipes: tuple[Recipe, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """What the person should know: an object that is gone, a word the model does not know."""

    def joined(self, other: Made) -> Made:
        """What both left behind."""
        return Made(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})


Wait = Union[Ask, Aside, Look, tuple[Ask, ...]]
"""Several jobs may be asked for together; their arrivals come as a list."""
Steps = Generator[Wait, Any, Made]


class Task(Protocol):
    """Something to be done."""

    @property
    def title(self) -> str:
        """What the person knows it by: "Texture: wet slate"."""

    def steps(self) -> Steps:
        """Does it. Raises `StudioloError` before the first wait where it makes no sense, and changes nothing in
        Blender before the last wait is over."""


def bad(message: str, mend: str) -> StudioloError:
    """What a person asked for and can't have."""
    return StudioloError("bad_request", message, mend)
