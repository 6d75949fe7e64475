# SPDX-License-Identifier: GPL-3.0-or-later
"""Compose: a kit from one brief, and its parts put into the scene. Knows the compose request, and what a scene tells of
itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import bpy

from studiolo_client.client import Client
from studiolo_contract.codec import from_plain
from studiolo_contract.compose import ComposeRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import KitOutput
from studiolo_contract.kit import Kit, KitPart

from ..sound.sequencer import has_sound
from ..sound.timeline import seconds
from ..task import Arrival, Aside, Ask, Look, Made, Steps, bad
from ..words.writing import described
from . import placing
from .placing import Brought, Target

SHORTEST, LONGEST = 4.0, 600.0
"""Seconds of a kit's music."""
USUAL = 24.0
"""Seconds where the frame range is none of those."""


@dataclass(frozen=True)
class Compose:
    """A kit."""

    scene: str
    """Into which it comes."""
    brief: str = ""
    """What it is about; may be empty where the scene says it."""
    told: bool = True
    """Whether the scene says something of what it holds: its objects, materials and light."""
    objects: tuple[str, ...] = ()
    """What wears the first texture; none for materials by themselves."""
    scale: float = 1.0
    """Metres that a tile is wide."""
    preset: str = "kit"
    seconds: float | None = None
    """Of music; None for as long as the scene's frame range."""
    drop: bool = True
    """Whether the parts come into the scene; otherwise only the project has them."""
    seed: int | None = None
    model: str = ""
    """Who writes."""
    image_model: str = ""
    music_model: str = ""

    @property
    def title(self) -> str:
        return f"Kit: {self.brief or self.scene}"

    def steps(self) -> Steps:
        scene = placing.scene_of(self._target())
        told = described(scene, materials=True) if self.told and scene.objects else ""
        if not self.brief.strip() and not told:
            raise bad("There is no brief.", "Say in a sentence or two what the kit is about.")
        length = self._length(scene)
        project = yield Look(lambda client: client.kits().project, "Looking for the project")
        if not project and not self.drop:
            raise bad("No project is open.", "Open one with `./studiolo project FOLDER`, or have the parts dropped.")
        request = ComposeRequest(
            brief=self.brief.strip(),
            preset=self.preset,
            scene=told,
            seconds=length,
            seed=self.seed,
            model=self.model,
            image_model=self.image_model,
            music_model=self.music_model,
            project=bool(project),
        )
        arrival: Arrival = yield Ask(lambda put: request, "Composing")
        kit = kit_of(arrival)
        parts = tuple(part for part in kit.parts if placing.wanted(part))
        missing = tuple(
            f"{part.name} is missing: {part.problem.message} {part.problem.mend}"
            for part in kit.parts
            if part.problem is not None
        )
        notes = (f"The kit {kit.title} is in {project}.",) if project else ()
        made = Made(recipes=(arrival.recipe,), notes=(*notes, *missing, *kit.notes))
        if not self.drop:
            return made
        data = yield Look(partial(_fetched, parts), "Getting the parts")
        brought = yield Aside(lambda: [_ready(kit, part, data) for part in parts], "Looking at the parts")
        return self._put(brought, made)

    def _target(self, worn: bool = True) -> Target:
        return Target(self.scene, self.objects if worn else (), self.scale)

    def _length(self, scene: bpy.types.Scene) -> float:
        if self.seconds is not None:
            return self.seconds
        range_of = seconds(scene.frame_end - scene.frame_start + 1, scene.render.fps, scene.render.fps_base)
        return range_of if SHORTEST <= range_of <= LONGEST else USUAL

    def _put(self, brought: Sequence[Brought], made: Made) -> Made:
        """What can't be put is told of, and the rest is put: only the first texture onto the objects."""
        frame, worn = placing.scene_of(self._target()).frame_start, True
        for one in brought:
            if one.part.kind == "music" and not has_sound():
                made = made.joined(Made(notes=("This Blender was built without sound, so the music stays outside.",)))
                continue
            objects = self.objects if worn else ()
            worn = worn and one.part.kind != "texture"
            try:
                made = made.joined(placing.put(one, Target(self.scene, objects, self.scale, frame=frame)))
            except StudioloError as error:
                made = made.joined(Made(notes=(str(error),)))
        return made


def kit_of(arrival: Arrival) -> Kit:
    """What was composed."""
    data = next(data for output, data in arrival.outputs if isinstance(output, KitOutput))
    kit: Kit = from_plain(Kit, json.loads(data))
    return kit


def _fetched(parts: Sequence[KitPart], client: Client) -> dict[str, bytes]:
    """The bytes of every file that is wanted, by the name of the file."""
    return {file.name: client.get(file.blob.sha256) for part in parts for file in placing.wanted(part)}


def _ready(kit: Kit, part: KitPart, data: dict[str, bytes]) -> Brought:
    return placing.ready(
        f"{kit.title or 'Kit'}: {part.name}", part, {one.name: data[one.name] for one in placing.wanted(part)}
    )
