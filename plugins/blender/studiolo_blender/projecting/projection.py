# SPDX-License-Identifier: GPL-3.0-or-later
"""Project: what cameras see of some objects is painted by words, and laid onto them.

Blender's main thread copies the meshes and hands over the finished textures; all between is done beside it. The second
camera's picture begins from what the first one's paints of the same surface, and so on, so that they are of one piece.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import asdict, dataclass, replace
from functools import partial
from math import sqrt
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture

from .. import recipes
from ..images import pictures
from ..images.png import decoded
from ..task import Arrival, Aside, Ask, Made, Put, Steps, Wait, bad
from . import looks
from .baking import Baked, baked, matched, overlaps, seen, texels
from .cameras import Camera, camera_of
from .meshes import Mesh, Pixels, Taken, taken
from .rasterise import Floats
from .unwrapping import unwrapped
from .views import SHARPNESS, View, view_of

LAYER = "Studiolo projection"
"""The UV layer of meshes whose own can't be painted on."""
PROPERTY = "studiolo_projection"
"""On the material: the task, as JSON, with the seed that was drawn."""
LAYERS = 8
"""UV layers that a mesh of Blender's can have."""
BETTER = 1.5**SHARPNESS
"""How much better than those before it a camera sees what it paints anew: at one and a half times the cosine."""
SIZES = (64, 8192)
"""Of a texture."""


@dataclass(frozen=True)
class Project:
    """Painted surfaces, from where some cameras stand."""

    prompt: str
    objects: tuple[str, ...]
    cameras: tuple[str, ...] = ()
    """In the order in which they are painted; none for the scene's camera."""
    size: int = 1024
    """Of each object's texture, in texels."""
    strength: float = 0.75
    """How far the picture of a model without depth goes from what the camera sees now: 0 not at all."""
    negative_prompt: str = ""
    seed: int | None = None
    model: str = ""
    native: int = 512
    """Side of the square that the model was taught on, in pixels."""
    depth: bool = False
    """Whether the model is guided by depth."""

    @property
    def title(self) -> str:
        return f"Project: {self.prompt}"

    def steps(self) -> Steps:
        cameras = self._checked()
        notes: list[str] = []
        surfaces: list[_Surface] = []
        layouts: dict[str, Floats] = {}
        for name in self.objects:
            surfaces.append((yield from _surface(name, layouts, notes)))
        meshes = tuple(surface.mesh for surface in surfaces)
        views: list[View] = []
        for camera in cameras:
            view = yield Aside(
                partial(view_of, camera, meshes, *_size(camera, self.native)), f"Looking through {camera.name}"
            )
            if view.grid.covered.any():
                views.append(view)
            else:
                notes.append(f"{camera.name} sees none of the objects, so nothing was painted from there.")
        if not views:
            raise bad("No camera sees any of the objects.", "Turn a camera to what is to be painted.")
        painted: list[Pixels] = []
        arrivals: list[Arrival] = []
        for number, view in enumerate(views):
            label = f"Painting {view.camera.name}" + (f", {number + 1} of {len(views)}" if len(views) > 1 else "")
            arrival = yield Ask(partial(self._request, tuple(views[:number]), tuple(painted), view), label)
            arrivals.append(arrival)
            painted.append((yield Aside(partial(decoded, arrival.outputs[0][1]), label)))
        gains = None
        if len(views) > 1:
            gains = yield Aside(partial(_gains, views, painted, surfaces), "Matching colours")
        textures: list[tuple[Baked, bytes]] = []
        for surface in surfaces:
            work = partial(_texture, surface, views, painted, self.size, gains)
            textures.append((yield Aside(work, f"Baking {surface.mesh.name}")))
        return self._kept(surfaces, textures, arrivals, notes)

    def _checked(self) -> tuple[Camera, ...]:
        """The cameras. Raises `StudioloError` for what can't be done."""
        if not self.prompt.strip():
            raise bad("The prompt is empty.", "Say what is to be painted.")
        if not self.objects:
            raise bad("No object is selected.", "Select what is to be painted.")
        if not SIZES[0] <= self.size <= SIZES[1]:
            raise bad(f"A texture of {self.size} texels can't be made.", f"Choose {SIZES[0]} to {SIZES[1]}.")
        for name in self.objects:
            _paintable(name)
        scene = bpy.context.scene
        names = self.cameras or ((scene.camera.name,) if scene.camera else ())
        if not names:
            raise bad("The scene has no camera.", "Add one, and turn it to what is to be painted.")
        depsgraph = bpy.context.evaluated_depsgraph_get()
        cameras = []
        for name in names:
            camera = bpy.data.objects.get(name)
            if camera is None or camera.type != "CAMERA":
                raise bad(f"There is no camera called {name}.", "Name one that is there.")
            cameras.append(camera_of(scene, camera.evaluated_get(depsgraph)))
        return tuple(cameras)

    def _request(self, earlier: tuple[View, ...], painted: tuple[Pixels, ...], view: View, put: Put) -> ImageRequest:
        """What is asked for one camera, which begins from what those before it painted."""
        settings: dict[str, Any] = {}
        known = None
        if earlier:
            points, normals = view.mixed(lambda mesh: mesh.points), view.mixed(lambda mesh: mesh.normals)
            colours, trust, weight = seen(earlier, painted, points, normals, view.flat)
            known = colours, trust
            better = view.sees(points, normals, view.flat).weight > BETTER * weight
            mask = view.marked((trust < 0.9) | better)
            settings["style_image"] = _put(painted[0], put)
            if mask.any():
                settings["mask"] = _put(mask, put)
        if self.depth:
            settings["depth_image"] = _put(view.depth(), put)
        if not self.depth or known is not None:
            settings |= {"image": _put(view.clay(known), put), "strength": self.strength}
        return ImageRequest(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            width=view.width,
            height=view.height,
            seed=self.seed,
            model=self.model,
            **settings,
        )

    def _kept(
        self,
        surfaces: list[_Surface],
        textures: list[tuple[Baked, bytes]],
        arrivals: list[Arrival],
        notes: list[str],
    ) -> Made:
        """Sets the textures on the objects."""
        task = asdict(self) | {"seed": getattr(arrivals[0].recipe.settled, "seed", self.seed)}
        materials, images, objects = [], [], []
        for surface, (texture, data) in zip(surfaces, textures, strict=True):
            name = surface.mesh.name
            thing = bpy.data.objects.get(name)
            if thing is None or thing.type != "MESH":
                notes.append(f"{name} is gone, so its texture was not kept.")
                continue
            if not _laid(thing, surface):
                notes.append(f"{name} was changed meanwhile, so its texture does not fit and was not kept.")
                continue
            if texture.painted == 0.0:
                notes.append(f"No camera sees {name}, so it was left as it is.")
                continue
            title = f"{self.prompt}: {name}"
            image = pictures.image_from_png(title, data, colour=True)
            recipes.keep(image, arrivals[0].recipe)
            for material in looks.paint(thing, image, surface.layer, title):
                recipes.keep(material, arrivals[0].recipe)
                material[PROPERTY] = json.dumps(task, ensure_ascii=False)
                materials.append(material.name)
            images.append(image.name)
            objects.append(name)
        told = (note for arrival in arrivals for note in arrival.recipe.notes)
        return Made(
            materials=tuple(materials),
            images=tuple(images),
            objects=tuple(objects),
            recipes=tuple(arrival.recipe for arrival in arrivals),
            notes=tuple(dict.fromkeys((*notes, *told))),
        )


@dataclass(frozen=True, eq=False)
class _Surface:
    """An object that is painted, and the UV layer it is painted on."""

    mesh: Mesh
    layer: str
    coordinates: NDArray[np.float32] | None
    """(corners, 2): of a layer that is to be made."""
    polygons: int
    """Of the mesh without modifiers, to tell whether it is the same when the texture is there."""


def _surface(name: str, layouts: dict[str, Floats], notes: list[str]) -> Generator[Wait, Any, _Surface]:
    """Takes an object as it stands. One whose UVs can't be painted on gets others, which nothing in Blender knows of
    until the texture is there; `layouts` has those of the meshes so far, by name."""
    thing = _paintable(name)
    colours = looks.found(thing)
    layers = {LAYER, *(each.look.layer for each in colours)}
    depsgraph = bpy.context.evaluated_depsgraph_get()
    placed, polygons = taken(thing, depsgraph, layers), len(thing.data.polygons)
    if not len(placed.starts):
        raise bad(f"{name} has no faces.", "Choose an object with a surface.")
    layer = yield Aside(partial(_fit, placed), f"Reading {name}")
    if layer:
        return _Surface((yield Aside(partial(_mesh, placed, colours), f"Reading {name}")), layer, None, polygons)
    thing = _paintable(name)
    base, shared = taken(thing, bpy.context.evaluated_depsgraph_get(), base=True), thing.data.name
    if shared not in layouts:
        layouts[shared] = yield Aside(partial(unwrapped, base), f"Unwrapping {name}")
    coordinates = layouts[shared]
    if np.array_equal(base.vertices, placed.vertices):
        placed = replace(placed, uvs={**placed.uvs, LAYER: coordinates})
    else:
        placed = _tried(name, coordinates, layers)
    if LAYER not in placed.uvs:
        raise bad(f"The modifiers of {name} drop its UVs.", "Apply them first.")
    mesh = yield Aside(partial(_mesh, placed, colours), f"Reading {name}")
    if (yield Aside(partial(overlaps, mesh.uvs[LAYER]), f"Reading {name}")):
        notes.append(
            f"Modifiers of {name} repeat its surface, and every copy is painted alike; apply them to change that."
        )
    return _Surface(mesh, LAYER, coordinates.astype(np.float32), polygons)


def _mesh(placed: Taken, colours: tuple[looks.Found, ...]) -> Mesh:
    return placed.placed(tuple(each.read() for each in colours))


def _fit(placed: Taken) -> str:
    """The layer that can be painted on, that of an earlier projection first; empty where none can."""
    for name in (LAYER, placed.rendered):
        if name in placed.uvs and not overlaps(placed.uvs[name][placed.corners]):
            return name
    return ""


def _tried(name: str, coordinates: Floats, layers: set[str]) -> Taken:
    """The object as it would be with this UV layer, since modifiers carry it to the corners that they make."""
    thing = _paintable(name)
    mesh = thing.data
    had = mesh.uv_layers.get(LAYER)
    before = None if had is None else _coordinates(had, len(mesh.loops))
    _set_layer(mesh, coordinates)
    thing.update_tag()
    try:
        return taken(thing, bpy.context.evaluated_depsgraph_get(), layers)
    finally:
        if before is None:
            mesh.uv_layers.remove(mesh.uv_layers[LAYER])
        else:
            _set_layer(mesh, before)


def _laid(thing: Any, surface: _Surface) -> bool:
    """Makes the UV layer where one is needed. False where the mesh is another one by now."""
    mesh = thing.data
    if len(mesh.polygons) != surface.polygons or thing.mode == "EDIT":
        return False
    if surface.coordinates is None:
        return surface.layer in mesh.uv_layers
    if len(mesh.loops) != len(surface.coordinates):
        return False
    _set_layer(mesh, surface.coordinates)
    return True


def _set_layer(mesh: Any, coordinates: Floats) -> None:
    layer = mesh.uv_layers.get(LAYER) or mesh.uv_layers.new(name=LAYER, do_init=False)
    values = np.ascontiguousarray(coordinates, np.float32).ravel()
    if hasattr(layer, "uv"):
        layer.uv.foreach_set("vector", values)
    else:
        layer.data.foreach_set("uv", values)
    mesh.update()


def _coordinates(layer: Any, corners: int) -> Floats:
    values = np.empty(corners * 2, np.float32)
    layer.data.foreach_get("uv", values)
    return values


def _paintable(name: str) -> Any:
    """An object that can be painted. Raises `StudioloError`."""
    thing = bpy.data.objects.get(name)
    if thing is None:
        raise bad(f"There is no object called {name}.", "Name one that is there.")
    if thing.type != "MESH":
        raise bad(f"{name} is no mesh.", "Choose meshes, or convert it to one.")
    if thing.mode == "EDIT":
        raise bad(f"{name} is being edited.", "Leave edit mode first.")
    if thing.library is not None or thing.data.library is not None:
        raise bad(f"{name} is linked from another file.", "Make it local first.")
    if LAYER not in thing.data.uv_layers and len(thing.data.uv_layers) >= LAYERS:
        raise bad(f"{name} has {LAYERS} UV layers, and can't get another.", "Remove one that is not needed.")
    return thing


def _size(camera: Camera, native: int) -> tuple[int, int]:
    """Of a camera's picture: its shape, and about as many pixels as the model paints best."""
    across = native * sqrt(camera.aspect)
    width, height = (int(np.clip(round(side / 8) * 8, 64, 2048)) for side in (across, native * native / across))
    return width, height


def _put(pixels: Pixels, put: Put) -> Picture:
    height, width = pixels.shape[:2]
    data = np.full((height, width, 4), 255, np.uint8)
    data[..., :3] = pixels if pixels.ndim == 3 else pixels[..., None]
    return Picture(sha256=put(data.tobytes()), width=width, height=height, format="rgba8")


def _gains(views: list[View], painted: list[Pixels], surfaces: list[_Surface]) -> Floats:
    return matched(views, painted, [texels(each.mesh, each.mesh.uvs[each.layer], 256) for each in surfaces])


def _texture(
    surface: _Surface, views: list[View], painted: list[Pixels], size: int, gains: Floats | None
) -> tuple[Baked, bytes]:
    texture = baked(surface.mesh, surface.mesh.uvs[surface.layer], views, painted, size, gains)
    return texture, pictures.encoded(texture.pixels)
