# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of a kit, put where it belongs: maps onto objects, a picture before the artist's eyes, music into the
sequencer, a text among the texts. Knows Blender, and parts with their bytes; knows no daemon."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import bpy

from studiolo_contract.kit import PICTURE, PROSE, SOUND, KitFile, KitPart, prose
from studiolo_contract.recipe import Recipe

from .. import recipes
from ..images import pictures, png
from ..images.icon import Icon, icon_of
from ..sound import sequencer
from ..sound.lengths import seconds_of
from ..surfaces import materials, texturing
from ..task import Made, bad

Place = Literal["reference", "background", "image"]
"""Of a picture: an empty in the scene that shows it, behind what the scene's camera sees, or an image and no more."""
PLACES: tuple[Place, ...] = ("reference", "background", "image")
SIDE = 5.0
"""Metres of the longer side of a picture that stands in the scene: as of those that Blender adds."""


@dataclass(frozen=True)
class Target:
    """Where parts go."""

    scene: str
    objects: tuple[str, ...] = ()
    """What wears a texture; none for a material by itself."""
    tile: float = 1.0
    """Metres that a tile of it is wide."""
    place: Place = "reference"
    frame: int | None = None
    """Where music begins; None for the scene's present one."""


@dataclass(frozen=True)
class Brought:
    """A part with the bytes of what it consists of, made ready beside the main thread."""

    name: str
    """"The Keeper: concept"."""
    part: KitPart
    data: Mapping[str, bytes]
    """By the names of its files."""
    recipe: Recipe | None = None
    icon: Icon | None = None
    """Of a texture whose looks can be read here."""


def wanted(part: KitPart) -> tuple[KitFile, ...]:
    """The files of a part that Blender has a place for."""
    if part.kind == "texture":
        return tuple(part.maps.values())
    one = part.main({"text": PROSE, "image": PICTURE, "music": SOUND}[part.kind])
    return (one,) if one is not None else ()


def ready(name: str, part: KitPart, data: Mapping[str, bytes]) -> Brought:
    """Needs no Blender: to be done beside its main thread."""
    if part.kind != "texture":
        return Brought(name, part, data, part.recipe or _recipe_in(data))
    maps = _maps(part, data)
    seen = maps.get("preview") or maps.get("basecolor") or b""
    return Brought(name, part, data, part.recipe or _recipe_in(maps), icon_of(seen) if png.readable(seen) else None)


def put(brought: Brought, target: Target) -> Made:
    """Puts it there. Raises `StudioloError`, and has changed nothing then."""
    ways: dict[str, Callable[[Brought, Target], Made]] = {
        "texture": _texture,
        "image": _picture,
        "music": _music,
        "text": _text,
    }
    return ways[brought.part.kind](brought, target)


def scene_of(target: Target) -> bpy.types.Scene:
    """Raises `StudioloError`."""
    scene = bpy.data.scenes.get(target.scene)
    if scene is None:
        raise bad(f"There is no scene called {target.scene}.", "Name one that is there.")
    if scene.library is not None:
        raise bad(f"The scene {scene.name} is linked from another file.", "Do it there, or make it local.")
    return scene


# ---- each kind


def _texture(brought: Brought, target: Target) -> Made:
    maps = _maps(brought.part, brought.data)
    lacks = [label for name, label in materials.LABELS.items() if name not in maps]
    if lacks:
        image = _image(brought, next(iter(maps.values())))
        image.use_fake_user = True  # nothing shows it yet, and it would not be saved
        told = f"{brought.name} has no {lacks[0].lower()}, so it is an image; Find the Maps makes a material of it."
        return Made(images=(image.name,), notes=(told,))
    there, notes = texturing.present(target.objects)
    made = texturing.dressed(brought.name, maps, target.tile, there)
    for material in made:
        if brought.recipe is not None:
            recipes.keep(material, brought.recipe)
        if brought.icon is not None:
            materials.show_preview(material, brought.icon)
    return texturing.made_of(made, _known(brought), notes)


def _picture(brought: Brought, target: Target) -> Made:
    scene = scene_of(target)
    camera = scene.camera
    if target.place == "background" and (camera is None or camera.type != "CAMERA" or camera.data.library is not None):
        raise bad(
            f"{scene.name} has no camera of its own.",
            "Make one the scene's camera, or take the picture as a reference.",
        )
    image = _image(brought, next(iter(brought.data.values())))
    if target.place == "background":
        behind = camera.data.background_images.new()
        behind.image = image
        camera.data.show_background_images = True
        return Made(images=(image.name,), objects=(camera.name,), recipes=_known(brought))
    if target.place == "image":
        image.use_fake_user = True  # nothing shows it yet, and it would not be saved
        return Made(images=(image.name,), recipes=_known(brought))
    empty = bpy.data.objects.new(brought.name, None)
    empty.empty_display_type, empty.data = "IMAGE", image
    empty.empty_display_size = SIDE / scene.unit_settings.scale_length
    empty.location, empty.rotation_euler = (
        scene.cursor.location,
        (math.pi / 2, 0.0, 0.0),
    )  # upright, seen from the front
    scene.collection.objects.link(empty)
    return Made(images=(image.name,), objects=(empty.name,), recipes=_known(brought))


def _music(brought: Brought, target: Target) -> Made:
    scene = scene_of(target)
    if not sequencer.has_sound():
        raise bad("This Blender was built without sound.", "Use a Blender that can play sounds.")
    data = next(iter(brought.data.values()))
    start = scene.frame_current if target.frame is None else target.frame
    length = seconds_of(data, brought.name)
    frames = max(1, round(length * scene.render.fps / scene.render.fps_base))
    channel = sequencer.free_channel(scene, start, start + frames - 1)
    name = sequencer.add_sound(scene, brought.name, data, channel, start, frames)
    if brought.recipe is not None:
        recipes.keep(sequencer.strips(scene)[name], brought.recipe)
    return Made(strips=(name,), recipes=_known(brought))


def _text(brought: Brought, target: Target) -> Made:
    page = bpy.data.texts.new(brought.name)
    page.from_string(prose(next(iter(brought.data.values())).decode("utf-8", "replace")) + "\n")
    if brought.recipe is not None:
        recipes.keep(page, brought.recipe)
    return Made(texts=(page.name,), recipes=_known(brought))


def _image(brought: Brought, data: bytes) -> Any:
    if not data.startswith(pictures.FILES):
        raise bad(f"The picture of {brought.name} can't be read.", "Put a PNG or a JPEG in its place.")
    image = pictures.image_from_png(brought.name, data, colour=True)
    if brought.recipe is not None:
        recipes.keep(image, brought.recipe)
    return image


def _maps(part: KitPart, data: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data[file.name] for name, file in part.maps.items()}


def _recipe_in(data: Mapping[str, bytes]) -> Recipe | None:
    """A picture carries its recipe wherever it goes."""
    told = (recipes.kept({recipes.PROPERTY: png.text_in(one, "studiolo")}) for one in data.values())
    return next((recipe for recipe in told if recipe is not None), None)


def _known(brought: Brought) -> tuple[Recipe, ...]:
    return (brought.recipe,) if brought.recipe is not None else ()
