# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts and headless farms call: each function does one task and waits until it is over.

The first arguments are what a caller always has to say; `settings` are the further fields of the task that the function
names, with their meaning and their defaults there. Objects, materials and images may be given themselves or by name.
`progress` is called with what is done just now and how much of that is done, 0 to 1; as soon as `cancelled` answers
True the task is stopped, and `JobCancelled` raised. What can't be done raises `StudioloError`, whose message says why
and what to do. A daemon is started where none runs.

In Blender's own window these hold up the window until they are done; the operators of the same names do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import bpy

from studiolo_contract.text import TextRequest
from studiolo_contract.wire import Kits

from . import session
from .composing.dropping import Drop
from .composing.kit import Compose
from .images.concept import RENDER, Concept
from .images.kept import KeptImage
from .models import painter
from .projecting.projection import Project
from .scenes.guiding import guides
from .scenes.scening import Scene, apply
from .sound.scoring import Score
from .surfaces.texturing import Again, Reroll, Texture
from .task import Made, Task
from .underway import Underway
from .words.writing import Kind, Write

Progress = Callable[[str, float], None]
Cancelled = Callable[[], bool]


def texture(
    prompt: str = "",
    objects: Iterable[Any] | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **settings: Any,
) -> Made:
    """A material from words, put onto `objects` (None: those that are selected); or from `image=`, a photo or a base
    colour. Further settings: `texturing.Texture`."""
    return _run(Texture(prompt=prompt, objects=_objects(objects), **_named(settings)), progress, cancelled)


def reroll(
    material: Any,
    map: str = "basecolor",
    *,
    seed: int | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Made:
    """One map of a material anew: basecolor (and with it all that follow from it), normal, roughness, metallic, height
    or ao."""
    return _run(Reroll(_name(material), map, seed), progress, cancelled)


def again(
    material: Any,
    words: str,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **settings: Any,
) -> Made:
    """The material as it was made, but "rustier". Further settings: `texturing.Again`."""
    return _run(Again(_name(material), words, **settings), progress, cancelled)


def project(
    prompt: str,
    objects: Iterable[Any] | None = None,
    cameras: Iterable[Any] = (),
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **settings: Any,
) -> Made:
    """Paints what `cameras` (none: the scene's own) see of `objects` (None: those that are selected), and bakes it into
    their UVs. Further settings: `projection.Project`."""
    jobs = session.current().jobs
    jobs.connect()
    known = painter(jobs.connection.models, settings.get("model", ""))
    task = Project(prompt, _objects(objects), tuple(_name(camera) for camera in cameras), **{**known, **settings})
    return _run(task, progress, cancelled)


def concept(
    prompt: str,
    source: Any = RENDER,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **settings: Any,
) -> Made:
    """The latest render, or an image, refined by words into a new image. Further settings: `concept.Concept`."""
    return _run(Concept(prompt, _name(source), **settings), progress, cancelled)


def kept_image(name: str, *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Made:
    """The picture of the concept that some program keeps under this name, as an image."""
    return _run(KeptImage(name), progress, cancelled)


def kits() -> Kits:
    """The project that is open, by its name, and its kits with their parts, newest first; both empty where none is."""
    jobs = session.current().jobs
    jobs.connect()
    return jobs.answer(lambda client: client.kits())


def drop(
    kit: str,
    part: str,
    objects: Iterable[Any] | None = None,
    scene: Any = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **settings: Any,
) -> Made:
    """A part of a kit of the project, put where it belongs: a texture onto `objects` (None: those that are selected),
    a picture and music into `scene` (None: the present one), a text among the texts. Further settings:
    `dropping.Drop`."""
    task = Drop(kit, part, _name(scene or bpy.context.scene), _objects(objects), **settings)
    return _run(task, progress, cancelled)


def compose(
    brief: str = "",
    objects: Iterable[Any] | None = None,
    scene: Any = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **settings: Any,
) -> Made:
    """A text, a picture, a material and music that belong together, from one brief and from what `scene` (None: the
    present one) holds, put there; the material onto `objects` (None: those that are selected). The project keeps the
    kit, where one is open. Further settings: `kit.Compose`."""
    task = Compose(_name(scene or bpy.context.scene), brief, objects=_objects(objects), **settings)
    return _run(task, progress, cancelled)


def scene(
    sentence: str,
    *,
    seed: int | None = None,
    model: str = "",
    build: bool = True,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Made:
    """What a sentence describes, built into the present scene. Without `build` only the list of operations, to be
    changed and given to `scening.apply`."""
    jobs = session.current().jobs
    jobs.connect()
    task = Scene(sentence, seed, model, guided=guides(jobs.connection.models, model), shown=not build)
    proposed = _run(task, progress, cancelled)
    if not build:
        return proposed
    settled = proposed.recipes[0].settled
    assert isinstance(settled, TextRequest)
    built = apply(proposed.operations, sentence, settled.seed or 0)
    return replace(built, recipes=proposed.recipes, notes=tuple(dict.fromkeys((*proposed.notes, *built.notes))))


def score(
    prompt: str = "",
    scene: Any = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **settings: Any,
) -> Made:
    """A soundtrack for the frame range of `scene` (None: the present one), in its sequencer. Further settings:
    `scoring.Score`."""
    return _run(Score(_name(scene or bpy.context.scene), prompt, **settings), progress, cancelled)


def write(
    kind: Kind,
    brief: str = "",
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    **settings: Any,
) -> Made:
    """Scene notes, a character sheet or a shot list, as a text. Further settings: `writing.Write`."""
    return _run(Write(kind, brief, **_named(settings)), progress, cancelled)


def _run(task: Task, progress: Progress | None, cancelled: Cancelled | None) -> Made:
    jobs = session.current().jobs
    jobs.connect()

    def told(underway: Underway) -> None:
        if progress is not None:
            progress(underway.label, underway.share)

    return jobs.wait(jobs.start(task), told, cancelled)


def _objects(given: Iterable[Any] | None) -> tuple[str, ...]:
    if given is None:
        given = bpy.context.selected_objects
    return tuple(_name(thing) for thing in given)


def _name(thing: Any) -> str:
    return thing if isinstance(thing, str) else str(thing.name)


def _named(settings: dict[str, Any]) -> dict[str, Any]:
    return {key: value.name if isinstance(value, bpy.types.ID) else value for key, value in settings.items()}
