# SPDX-License-Identifier: GPL-3.0-or-later
"""Write: scene notes, character sheets and shot lists, as text datablocks. Text that is there is only ever added to.

Knows a scene's objects and Blender's texts, and the text request. How things are put into words stands in `pages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import bpy

from studiolo_contract.events import TextOutput
from studiolo_contract.text import TextRequest

from .. import recipes
from ..task import Ask, Made, Steps, bad
from .pages import scene_in_words, sheet

Kind = Literal["notes", "character", "shots"]
"""Also the names of the daemon's modes."""

TITLES: dict[str, str] = {"notes": "Scene notes", "character": "Character sheet", "shots": "Shot list"}
SOLID = ("MESH", "CURVE", "SURFACE", "META", "FONT", "CURVES", "POINTCLOUD", "VOLUME", "GPENCIL", "GREASEPENCIL")
"""Objects that can be seen."""


@dataclass(frozen=True)
class Write:
    """A text about what is to be made."""

    kind: Kind
    brief: str = ""
    """May be empty where a scene is to be told of."""
    name: str = ""
    """Of the text datablock. One that is there is added to; empty for a new one."""
    scene: str = ""
    """The scene of whose contents the writer is told; empty for none."""
    style: str = ""
    seed: int | None = None
    model: str = ""

    @property
    def title(self) -> str:
        return f"{TITLES[self.kind]}: {self.brief or self.scene}"

    def steps(self) -> Steps:
        if self.kind not in TITLES:
            raise bad(f"There is nothing called '{self.kind}' to write.", f"Choose one of: {', '.join(TITLES)}.")
        told = [self.brief.strip()]
        if self.scene:
            scene = bpy.data.scenes.get(self.scene)
            if scene is None:
                raise bad(f"There is no scene called {self.scene}.", "Name one that is there.")
            told.append(described(scene))
        text = "\n\n".join(filter(None, told))
        if not text:
            raise bad("There is no brief.", "Say what it is to be about.")
        request = TextRequest(mode=self.kind, text=text, style=self.style, seed=self.seed, model=self.model)
        arrival = yield Ask(lambda put: request, f"Writing: {TITLES[self.kind].lower()}")
        written = "\n\n".join(output.text for output, _ in arrival.outputs if isinstance(output, TextOutput))
        page = self._page(sheet(written) if self.kind == "character" else written)
        recipes.keep(page, arrival.recipe)
        return Made(texts=(page.name,), recipes=(arrival.recipe,), notes=arrival.recipe.notes)

    def _page(self, written: str) -> bpy.types.Text:
        page = bpy.data.texts.get(self.name) if self.name else None
        if page is None or page.library is not None:
            page = bpy.data.texts.new(self.name or self.title)
        before = page.as_string().rstrip()
        page.from_string(f"{before}\n\n{written}\n" if before else f"{written}\n")
        return page


def described(scene: bpy.types.Scene, materials: bool = False) -> str:
    """What the scene holds, in plain words: what can be seen, with `materials` also what it is made of, its lights, its
    camera, and how long it lasts."""
    seen = [thing for thing in scene.objects if not thing.hide_render]
    worn = [slot.material.name for thing in seen for slot in thing.material_slots if slot.material is not None]
    camera = scene.camera.data if scene.camera and scene.camera.type == "CAMERA" else None
    return scene_in_words(
        [thing.name for thing in seen if thing.type in SOLID],
        [thing.data.type.lower() for thing in seen if thing.type == "LIGHT"],
        camera.lens if camera and camera.type == "PERSP" else None,
        scene.frame_end - scene.frame_start + 1,
        scene.render.fps,
        scene.render.fps_base,
        sorted(set(worn)) if materials else (),
    )
