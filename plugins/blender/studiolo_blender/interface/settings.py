# SPDX-License-Identifier: GPL-3.0-or-later
"""What is set in the panels: a group for each art. Its operator has the same fields, so that a script can say what a
person would set. Knows Blender's properties; starts nothing.

All of it is kept with the scene, and so in the file.
"""

from collections.abc import Callable
from typing import Any

import bpy
from bpy.app.handlers import persistent
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import PropertyGroup

from studiolo_contract.errors import StudioloError

from ..surfaces import materials
from . import preferences

ARTS = (
    ("texture", "Texture", "A material that tiles, for the selected objects", "MATERIAL", 0),
    ("project", "Project", "Paint from cameras onto the selected objects", "MOD_UVPROJECT", 1),
    ("concept", "Concept", "A picture after the render, the view or an image", "IMAGE_DATA", 2),
    ("scene", "Scene", "A scene from a sentence", "SCENE_DATA", 3),
    ("score", "Score", "A soundtrack as long as the frame range", "SOUND", 4),
    ("write", "Write", "Scene notes, a character sheet or a shot list", "TEXT", 5),
)
SOURCES = (
    ("RENDER", "Render", "What was rendered last"),
    ("VIEW", "View", "What the 3D view shows"),
    ("IMAGE", "Image", "An image of this file"),
)
WRITINGS = (
    ("notes", "Scene notes", "What the place is like: light, sounds, mood"),
    ("character", "Character", "A character sheet"),
    ("shots", "Shot list", "The shots that would tell it"),
)
ENSEMBLES = (
    *("chamber", "orchestral", "folk", "synth", "chiptune", "ambient", "jazz trio", "percussion", "piano", "choral"),
    *("music box", "rock", "brass"),
)


def _strength(default: float, description: str) -> Any:
    return FloatProperty(name="Strength", description=description, subtype="FACTOR", default=default, min=0.0, max=1.0)


def _ensembles(_: Any, __: Any, typed: str) -> list[str]:
    return [name for name in ENSEMBLES if typed.lower() in name]


class Chance:
    """What every art has: who does it, and which of all possible results it is."""

    model: StringProperty(name="Model", description="Who does it; empty for the choice in the preferences")
    seed: IntProperty(name="Seed", description="The same words and the same seed give the same result", min=0)
    keep_seed: BoolProperty(name="Keep the seed", description="Take this seed each time; otherwise a new one is drawn")
    more: BoolProperty(name="More", description="Show what seldom needs to be set")


class StudioloTexture(Chance, PropertyGroup):
    prompt: StringProperty(name="Material", description="What the surface is: wet slate, mossy cobblestone")
    image: PointerProperty(
        type=bpy.types.Image, name="From image", description="A photo or a base colour to start from"
    )
    strength: _strength(0.6, "How far the image is repainted by the words: 0 leaves it, 1 keeps nothing of it")
    scale: FloatProperty(
        name="Tile",
        description="How wide a tile of the material is in the world",
        subtype="DISTANCE",
        default=1.0,
        min=0.001,
        soft_max=20.0,
        step=10,
    )
    size: EnumProperty(name="Size", description="Pixels of each map", items=preferences.SIZES)
    variations: IntProperty(
        name="Variations", description="How many materials to choose from", default=1, min=1, soft_max=4, max=8
    )
    displacement: BoolProperty(
        name="Displacement",
        description="Whether the height moves the vertices of finely divided meshes, and does not only bend the light",
        default=True,
    )


class StudioloProject(Chance, PropertyGroup):
    prompt: StringProperty(name="Picture", description="What is to be seen: a weathered stone idol")
    strength: _strength(0.75, "How far the picture goes from what the camera sees now")
    size: IntProperty(
        name="Size",
        description="Pixels of each object's texture",
        default=1024,
        min=64,
        max=8192,
        soft_min=256,
        soft_max=4096,
    )


class StudioloConcept(Chance, PropertyGroup):
    prompt: StringProperty(name="Picture", description="What the picture is to become: an oil painting at dusk")
    source: EnumProperty(name="From", description="Which picture is refined", items=SOURCES)
    image: PointerProperty(type=bpy.types.Image, name="Image", description="The image that is refined")
    strength: _strength(0.5, "How far the result goes from the picture: 0 leaves it, 1 keeps nothing of it")


class StudioloScene(Chance, PropertyGroup):
    prompt: StringProperty(name="Scene", description="What is there: three mossy columns in a ring, low sun, fog")


class StudioloScore(Chance, PropertyGroup):
    prompt: StringProperty(
        name="Brief", description="What it feels like: tense chase through a neon market, then relief"
    )
    markers: BoolProperty(
        name="Set moods",
        description="Whether the timeline's markers say how it feels from there on",
        default=True,
    )
    ensemble: StringProperty(
        name="Ensemble",
        description="Who plays; empty to follow the mood",
        search=_ensembles,
        search_options={"SUGGESTION"},
    )
    tempo: FloatProperty(
        name="Tempo", description="Quarter notes a minute; 0 to follow the mood", min=0.0, max=240.0, precision=0
    )
    key: StringProperty(name="Key", description='"D minor", "F#"; empty to follow the mood')
    loop: BoolProperty(name="Loop", description="Whether its end runs into its beginning without a seam")
    stems: BoolProperty(name="Stems", description="Whether each part comes on a channel of its own too")


class StudioloWrite(Chance, PropertyGroup):
    kind: EnumProperty(name="Kind", description="What is written", items=WRITINGS)
    prompt: StringProperty(name="About", description="What it is about")
    told: BoolProperty(name="Included", description="Whether the writer is told what the scene holds", default=True)
    style: StringProperty(name="Style", description="A literary style by name; empty for none")
    text: PointerProperty(
        type=bpy.types.Text, name="Add to", description="The text that it is added to; none for a new one"
    )


class StudioloCompose(Chance, PropertyGroup):
    prompt: StringProperty(name="Brief", description="What the kit is about, in a sentence or two")
    told: BoolProperty(
        name="Tell what the scene holds",
        description="Whether names of objects and materials, and the light, have a say in it",
        default=True,
    )
    kit: StringProperty(name="Kit", description="The one of the project whose parts are shown, by its name")


class StudioloMaterial(PropertyGroup):
    words: StringProperty(name="But", description="What is to change: rustier, with more moss")
    strength: _strength(0.6, "How far the material is repainted")


class StudioloSettings(PropertyGroup):
    art: EnumProperty(name="What to make", items=ARTS)
    texture: PointerProperty(type=StudioloTexture)
    project: PointerProperty(type=StudioloProject)
    concept: PointerProperty(type=StudioloConcept)
    scene: PointerProperty(type=StudioloScene)
    score: PointerProperty(type=StudioloScore)
    write: PointerProperty(type=StudioloWrite)
    compose: PointerProperty(type=StudioloCompose)
    material: PointerProperty(type=StudioloMaterial)


def shared(group: type, *names: str) -> Callable[[type], type]:
    """Gives an operator the fields of these names that a group has. What it is not told, it takes from the group; so it
    must not remember what it was told the last time."""

    def take(operator: type) -> type:
        for name in names:
            field = group.__annotations__.get(name) or Chance.__annotations__[name]
            operator.__annotations__[name] = field.function(**(field.keywords | {"options": {"SKIP_SAVE"}}))
        return operator

    return take


def _scale_of(material: Any) -> float:
    return float(material.get(materials.SCALE, 1.0))


def _set_scale_of(material: Any, metres: float) -> None:
    if materials.SCALE in material:
        try:
            materials.set_scale(material, metres)
        except StudioloError:
            return  # its nodes were taken apart; the panel says nothing of a scale then


@persistent
def _fill_in(*_: Any) -> None:
    """Scenes in which nobody has said so yet take what the preferences say."""
    chosen = preferences.current()
    for scene in bpy.data.scenes:
        texture = scene.studiolo.texture
        for name in ("size", "scale"):
            if not texture.is_property_set(name):
                setattr(texture, name, getattr(chosen, name))


CLASSES = (
    StudioloTexture,
    StudioloProject,
    StudioloConcept,
    StudioloScene,
    StudioloScore,
    StudioloWrite,
    StudioloCompose,
    StudioloMaterial,
    StudioloSettings,
)


def register() -> None:
    for one in CLASSES:
        bpy.utils.register_class(one)
    bpy.types.Scene.studiolo = PointerProperty(type=StudioloSettings)
    bpy.types.Material.studiolo_tile = FloatProperty(
        name="Tile",
        description="How wide a tile is in the world",
        subtype="DISTANCE",
        min=0.001,
        soft_max=20.0,
        step=10,
        get=_scale_of,
        set=_set_scale_of,
    )
    bpy.app.handlers.load_post.append(_fill_in)


def unregister() -> None:
    bpy.app.handlers.load_post.remove(_fill_in)
    del bpy.types.Material.studiolo_tile
    del bpy.types.Scene.studiolo
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
