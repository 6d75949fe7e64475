# SPDX-License-Identifier: GPL-3.0-or-later
"""Score: a soundtrack for a range of frames, exactly as long, in the sequencer on channels of its own.

Knows a scene's frames and markers, and the music request. What markers mean stands in `timeline`, how a sound comes
into Blender in `sequencer`.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from studiolo_contract.events import SoundOutput
from studiolo_contract.music import MusicRequest

from .. import recipes
from ..task import Arrival, Ask, Made, Steps, bad
from . import sequencer
from .timeline import checked_seconds, seconds, sections


@dataclass(frozen=True)
class Score:
    """A soundtrack for a scene."""

    scene: str
    prompt: str = ""
    """The brief: "tense chase through a neon market, then relief"; may be empty where markers say it all."""
    start: int | None = None
    """First frame; None for the scene's own."""
    end: int | None = None
    """Last frame; None for the scene's own."""
    markers: bool = True
    """Whether the timeline's markers say how it feels from there on."""
    ensemble: str = ""
    tempo: float | None = None
    key: str = ""
    loop: bool = False
    """Whether the end runs into the beginning, for a range that is played again and again."""
    stems: bool = False
    """Whether each part comes on a channel of its own too, above the mix, which is muted then."""
    seed: int | None = None
    model: str = ""

    @property
    def title(self) -> str:
        return f"Score: {self.prompt or self.scene}"

    def steps(self) -> Steps:
        scene = _scene(self.scene)
        start = scene.frame_start if self.start is None else self.start
        end = scene.frame_end if self.end is None else self.end
        fps, fps_base = scene.render.fps, scene.render.fps_base
        length = checked_seconds(start, end, fps, fps_base)
        moods, notes = sections(_markers(scene), start, end, fps, fps_base, self.prompt) if self.markers else ((), ())
        if not self.prompt.strip() and not moods:
            raise bad("There is neither a brief nor a marker.", "Say what the music is for, or name a marker for it.")
        request = MusicRequest(
            prompt=self.prompt.strip(),
            seconds=length,
            sections=moods,
            ensemble=self.ensemble,
            tempo=self.tempo,
            key=self.key,
            loop=self.loop,
            stems=self.stems,
            seed=self.seed,
            model=self.model,
        )
        arrival = yield Ask(lambda put: request, f"Composing {length:.1f} s")
        scene = _scene(self.scene)
        others = [strip.name for strip in sequencer.heard(scene, start, end) if recipes.PROPERTY in strip]
        names = self._placed(scene, arrival, start, end - start + 1)
        if others:
            notes = (*notes, f"An earlier soundtrack is heard at the same time: {', '.join(others)}.")
        if seconds(end - start + 1, scene.render.fps, scene.render.fps_base) != getattr(
            arrival.recipe.request, "seconds", length
        ):
            notes = (*notes, "The frame rate was changed meanwhile, so the music does not end where the range does.")
        return Made(strips=names, recipes=(arrival.recipe,), notes=(*notes, *arrival.recipe.notes))

    def _placed(self, scene: bpy.types.Scene, arrival: Arrival, start: int, frames: int) -> tuple[str, ...]:
        """The mix, and above it the stems. Stems are the mix, so only one of both is to be heard."""
        sounds = [(output, data) for output, data in arrival.outputs if isinstance(output, SoundOutput)]
        sounds.sort(key=lambda sound: sound[0].part != "mix")
        channel = sequencer.free_channel(scene, start, start + frames - 1, len(sounds))
        brief = self.prompt.strip() or self.scene
        names = []
        for above, (output, data) in enumerate(sounds):
            head = "Score" if output.part == "mix" else output.name.capitalize()
            names.append(sequencer.add_sound(scene, f"{head}: {brief}", data, channel + above, start, frames))
            strip = sequencer.strips(scene)[names[-1]]
            strip.mute = output.part == "mix" and len(sounds) > 1
            recipes.keep(strip, arrival.recipe)
        return tuple(names)


def _scene(name: str) -> bpy.types.Scene:
    scene = bpy.data.scenes.get(name)
    if scene is None:
        raise bad(f"There is no scene called {name}.", "Name one that is there.")
    if scene.library is not None:
        raise bad(f"The scene {name} is linked from another file.", "Score it there, or make it local.")
    if not sequencer.has_sound():
        raise bad("This Blender was built without sound.", "Use a Blender that can play sounds.")
    return scene


def _markers(scene: bpy.types.Scene) -> list[tuple[int, str]]:
    """Frames and names; a marker that only says which camera is on says nothing about music."""
    every = [marker for marker in scene.timeline_markers if not (marker.camera and marker.camera.name == marker.name)]
    return [(marker.frame, marker.name) for marker in every]
