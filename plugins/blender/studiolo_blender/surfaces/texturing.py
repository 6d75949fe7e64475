# SPDX-License-Identifier: GPL-3.0-or-later
"""Texture this: materials from words or a picture, one map anew, and "again, but rustier".

What a material needs to be made again lies on the material: months later nothing else is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy

from studiolo_contract.recipe import Recipe
from studiolo_contract.texture import TextureRequest

from .. import recipes
from ..images.icon import Icon, icon_of
from ..images.pictures import Sendable, discard_unused, sendable, size_in
from ..task import Arrival, Aside, Ask, Made, Put, Steps, bad
from . import materials, uvs

SEEDS = 2**32
SLIGHTLY = 0.35
"""How much the base colour is repainted to find one other map anew: its structure stays where it is."""
IMAGE = "studiolo_image"
"""On a material: the image that it was made from."""
NUMBER = r"\.\d{3}$"
"""What Blender hangs on a name that there is already."""


@dataclass(frozen=True)
class Texture:
    """A material, or several to choose from; the first is put onto the objects."""

    prompt: str = ""
    """Empty with `image`: the maps of that picture are estimated."""
    objects: tuple[str, ...] = ()
    scale: float = 1.0
    """Metres that a tile is wide."""
    size: int | None = None
    """Pixels of a map; None for the picture's, or the model's own."""
    seed: int | None = None
    """Of the first; each further one has the next."""
    negative_prompt: str = ""
    model: str = ""
    denoising_steps: int | None = None
    """None for the model's own."""
    variations: int = 1
    image: str = ""
    """Name of an image to start from: a photo, or a base colour."""
    strength: float = 0.6
    """How much of the image is repainted, with `prompt`: 0 nothing, 1 all."""
    seamless: bool = True
    displacement: bool = True
    """Whether the height moves the vertices of finely divided meshes."""

    @property
    def title(self) -> str:
        return f"Texture: {self.prompt or self.image}"

    def steps(self) -> Steps:
        request, source = self._request(), self._source()
        seeds = [request.seed if self.seed is None else (self.seed + n) % SEEDS for n in range(self.variations)]
        asks = tuple(
            _ask(replace(request, seed=seed), source, self._label(number)) for number, seed in enumerate(seeds, start=1)
        )
        arrivals: Sequence[Arrival] = yield asks
        icons: Sequence[Icon] = yield _icons(arrivals)
        return self._finish(arrivals, icons)

    def _request(self) -> TextureRequest:
        """But for the picture. Raises `StudioloError`."""
        if not self.prompt.strip() and not self.image:
            raise bad("There is neither a prompt nor an image.", "Say what the surface is, or choose an image.")
        if not self.scale > 0.0:
            raise bad(f"A tile can't be {self.scale:g} m wide.", "Choose a scale above 0.")
        if self.variations < 1:
            raise bad(f"{self.variations} variations are none.", "Ask for one or more.")
        if self.variations > 1 and not self.prompt.strip():
            raise bad("An image alone has one set of maps.", "Add a prompt, or ask for a single variation.")
        return TextureRequest(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            width=self.size,
            height=None if self.image else self.size,
            steps=self.denoising_steps,
            seed=self.seed,
            strength=self.strength,
            seamless=self.seamless,
            model=self.model,
        )

    def _source(self) -> Sendable | None:
        return sendable(image_named(self.image)) if self.image else None

    def _label(self, number: int) -> str:
        doing = "Painting" if self.prompt.strip() else "Finding the maps"
        return doing if self.variations == 1 else f"{doing} {number} of {self.variations}"

    def _finish(self, arrivals: Sequence[Arrival], icons: Sequence[Icon]) -> Made:
        there, notes = present(self.objects)
        made: list[Any] = []
        for number, arrival in enumerate(arrivals):
            new = dressed(self.prompt or self.image, arrival.pictures(), self.scale, there, worn=number == 0)
            for material in new:
                _settle(material, arrival, icons[number], self.image, self.displacement)
                material.use_fake_user |= len(arrivals) > 1
            made += new
        return _made(made, arrivals, notes)


@dataclass(frozen=True)
class Reroll:
    """One map of a material anew. With another base colour all maps change, since they follow from it."""

    material: str
    map: str = "basecolor"
    seed: int | None = None
    """None for one that is drawn."""

    @property
    def title(self) -> str:
        return f"{materials.LABELS.get(self.map, self.map)} of {self.material}"

    def steps(self) -> Steps:
        if self.map not in materials.LABELS:
            raise bad(f"A material has no map {self.map}.", f"Choose one of {', '.join(materials.LABELS)}.")
        material = material_named(self.material)
        request, source = self._asked(material)
        materials.map_of(material, self.map)
        arrivals = yield (_ask(request, source, f"Painting {materials.LABELS[self.map].lower()}"),)
        icons = yield _icons(arrivals)
        return self._finish(arrivals[0], icons[0])

    def _asked(self, material: Any) -> tuple[TextureRequest, Sendable | None]:
        settled = materials.settings_of(material)
        if not settled.prompt.strip():
            raise bad(
                f"{material.name} was made without words, so nothing is left to chance.", "Say it again in words."
            )
        request = replace(settled, seed=self.seed)
        if self.map != "basecolor":
            return replace(request, strength=SLIGHTLY), sendable(materials.map_of(material, "basecolor"))
        if settled.image is None:
            return request, None
        first = bpy.data.images.get(material.get(IMAGE, ""))
        return request, sendable(first or materials.map_of(material, "basecolor"))

    def _finish(self, arrival: Arrival, icon: Icon) -> Made:
        material = bpy.data.materials.get(self.material)
        pictures = arrival.pictures()
        if material is None:
            return _kept_anyway(self.material, arrival, icon)
        wanted = tuple(materials.LABELS) if self.map == "basecolor" else (self.map,)
        images = materials.images_from(material.name, {name: pictures[name] for name in wanted})
        for one in (material, *materials.twins(material)):
            for name in set(materials.maps_in(one)) & set(wanted):
                materials.replace_map(one, name, images[name])
            if self.map == "basecolor":
                recipes.keep(one, arrival.recipe)
                materials.show_preview(one, icon)
        discard_unused(images.values())
        return _made([material], [arrival], ())


@dataclass(frozen=True)
class Again:
    """A material painted over with more words, put wherever the old one is; that one is kept."""

    material: str
    words: str
    strength: float = 0.6
    seed: int | None = None
    """None for that of the old one."""

    @property
    def title(self) -> str:
        return f"{self.material}, {self.words}"

    def steps(self) -> Steps:
        if not self.words.strip():
            raise bad("There are no words for what is to change.", 'Say what it should be, such as "rustier".')
        material = material_named(self.material)
        settled = materials.settings_of(material)
        words = ", ".join(part for part in (settled.prompt.strip(), self.words.strip()) if part)
        seed = settled.seed if self.seed is None else self.seed
        request = replace(settled, prompt=words, seed=seed, strength=self.strength)
        source = sendable(materials.map_of(material, "basecolor"))
        arrivals = yield (_ask(request, source, "Painting it over"),)
        icons = yield _icons(arrivals)
        return self._finish(arrivals[0], icons[0])

    def _finish(self, arrival: Arrival, icon: Icon) -> Made:
        old = bpy.data.materials.get(self.material)
        if old is None:
            return _kept_anyway(self.material, arrival, icon)
        name = _name(f"{re.sub(NUMBER, '', old.name)}, {self.words}")
        images = materials.images_from(name, arrival.pictures())
        made = []
        for one in (old, *materials.twins(old)):
            new = one.copy()
            new.name = name
            for key in materials.maps_in(new):
                materials.replace_map(new, key, images[key])
            _settle(new, arrival, icon, "", displacement=None)
            materials.swap(one, new)
            one.use_fake_user, new.use_fake_user = True, not materials.wearers(new)
            made.append(new)
        return _made(made, [arrival], (f"{old.name} is kept.",))


# ---- what all of them need


def image_named(name: str) -> Any:
    """Raises `StudioloError`."""
    image = bpy.data.images.get(name)
    if image is None:
        raise bad(f"There is no image {name}.", "Choose one that is in this file.")
    return image


def material_named(name: str) -> Any:
    """Raises `StudioloError`."""
    material = bpy.data.materials.get(name)
    if material is None:
        raise bad(f"There is no material {name}.", "Choose one that is in this file.")
    return material


def _ask(request: TextureRequest, source: Sendable | None, label: str) -> Ask:
    def made(put: Put) -> TextureRequest:
        return replace(request, image=source.put(put) if source else None)

    return Ask(made, label)


def _name(words: str) -> str:
    """A name for what these words make: of a list of them the most that fit."""
    words = " ".join(words.split())
    return words if len(words) <= 40 else words[:41].rsplit(" ", 1)[0][:40].rstrip(" ,")


def present(names: Sequence[str]) -> tuple[list[Any], tuple[str, ...]]:
    """The objects that can wear a material, with UVs by now, and notes of that and of the others."""
    there, notes = [], []
    for name in names:
        thing = bpy.data.objects.get(name)
        problem = f"{name} is not there any more." if thing is None else materials.refusal(thing)
        if problem:
            notes.append(problem)
        else:
            there.append(thing)
    bpy.context.view_layer.update()  # a script may have moved or scaled them only just now
    return there, (*notes, *uvs.ensure(there))


def dressed(words: str, maps: Mapping[str, bytes], scale: float, there: Sequence[Any], worn: bool = True) -> list[Any]:
    """Materials of these maps (PNG by name), one for those of the objects that have UVs and one for the others, with
    tiles that are `scale` metres wide; on the objects where they are to be `worn`."""
    name, made = _name(words), []
    width, height = size_in(maps["basecolor"])
    images = materials.images_from(name, maps)
    sets = _by_sort(there)
    for boxed, wearers in sets.items():
        densities = [materials.density(thing, boxed) for thing in wearers]
        own = f"{name} from the box" if boxed and len(sets) > 1 else name
        material = materials.build(own, images, scale, densities, boxed, width / height)
        if worn:
            materials.assign(material, wearers)
        material.use_fake_user = not worn or not wearers
        made.append(material)
    discard_unused(images.values())
    return made


def _by_sort(things: Sequence[Any]) -> dict[bool, list[Any]]:
    """Those with UVs under False, those that are painted from the sides of their boxes under True."""
    sorts: dict[bool, list[Any]] = {}
    for thing in things:
        sorts.setdefault(not uvs.usable(thing), []).append(thing)
    return sorts or {False: []}


def _icons(arrivals: Sequence[Arrival]) -> Aside:
    return Aside(lambda: [icon_of(arrival.pictures()["preview"]) for arrival in arrivals], "Looking at it")


def _aspect(arrival: Arrival) -> float:
    """How many times as wide as high a tile is."""
    width, height = size_in(arrival.pictures()["basecolor"])
    return width / height


def _settle(material: Any, arrival: Arrival, icon: Icon, image: str, displacement: bool | None) -> None:
    """Writes onto a new material how it was made, and gives it its looks."""
    recipes.keep(material, arrival.recipe)
    material[IMAGE] = image
    if displacement is not None:
        materials.displace(material, displacement)
    materials.show_preview(material, icon)


def _kept_anyway(name: str, arrival: Arrival, icon: Icon) -> Made:
    """What was made for a material that is gone, as one of its own."""
    material = materials.build(
        _name(name), materials.images_from(name, arrival.pictures()), 1.0, aspect=_aspect(arrival)
    )
    _settle(material, arrival, icon, "", displacement=None)
    material.use_fake_user = True
    return _made([material], [arrival], (f"{name} is gone, so this is a material of its own.",))


def _made(made: Sequence[Any], arrivals: Sequence[Arrival], notes: Sequence[str]) -> Made:
    return made_of(made, [arrival.recipe for arrival in arrivals], notes)


def made_of(made: Sequence[Any], known: Sequence[Recipe], notes: Sequence[str]) -> Made:
    """What materials come to: their images, and who wears them."""
    images = dict.fromkeys(materials.map_of(one, name).name for one in made for name in materials.maps_in(one))
    told = dict.fromkeys(note for recipe in known for note in recipe.notes)
    return Made(
        materials=tuple(material.name for material in made),
        images=tuple(images),
        objects=tuple(user.name for material in made for user in materials.wearers(material)),
        recipes=tuple(known),
        notes=(*notes, *told),
    )
