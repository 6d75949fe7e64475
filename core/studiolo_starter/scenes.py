"""A scene: what is to be seen, and the picture of it.

Knows how scenes are drawn by lot, which combinations are held out from training, and how a subject is set into a
place with its light, scale and shadow. Knows nothing of captions and models.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from PIL import Image

from studiolo_starter import drawn, emoji, places
from studiolo_starter.canvas import SIDE, Canvas, Light, darken, soft
from studiolo_starter.styles import styled
from studiolo_starter.vocabulary import COLOURS, DRAWN, SUBJECTS, Place, Style, Subject, Time, subject_named, times_of

SIZE = 256

Distance = Literal["near", "middle", "far"]
Side = Literal["left", "centre", "right"]

HEIGHTS: dict[Distance, float] = {"near": 0.72, "middle": 0.56, "far": 0.38}
BASES: dict[Distance, float] = {"near": 0.95, "middle": 0.90, "far": 0.84}
LAMPS = {"lantern": 0.5, "candle": 0.2, "fire": 0.6, "lighthouse": drawn.LAMP}
"""What shines in the dark, and how far below its top, beside its height."""
SIDES: dict[Side, float] = {"left": 0.28, "centre": 0.5, "right": 0.72}


@dataclass(frozen=True)
class Scene:
    """Everything that a caption may speak of, and the seed of everything that it does not."""

    subject: str | None
    place: Place
    time: Time
    style: Style = "illustration"
    colour: str | None = None
    distance: Distance = "middle"
    side: Side = "centre"
    seed: int = 0


def held_out(subject: str | None, place: Place) -> bool:
    """One pair of subject and place in twelve is never trained on, so that it can be asked for in evaluation."""
    return subject is not None and zlib.crc32(f"{subject}/{place}".encode()) % 12 == 0


def draw_scene(seed: int, evaluation: bool = False) -> Scene:
    """The scene of that number; for evaluation only from held-out pairs, otherwise never from them."""
    rng = np.random.default_rng([seed, 7 if evaluation else 3])
    while True:
        place: Place = get_args(Place)[rng.integers(len(get_args(Place)))]
        subject: Subject | None = SUBJECTS[rng.integers(len(SUBJECTS))]
        if not evaluation and rng.random() < 0.04:
            subject = None
        if held_out(subject.name if subject else None, place) == evaluation:
            break
    times = times_of(place)
    plain = rng.random() < 0.72
    coloured = subject is not None and subject.colours and rng.random() < 0.6
    return Scene(
        subject=subject.name if subject else None,
        place=place,
        time=times[rng.integers(len(times))],
        style="illustration" if plain else get_args(Style)[1 + rng.integers(len(get_args(Style)) - 1)],
        colour=list(COLOURS)[rng.integers(len(COLOURS))] if coloured else None,
        distance=("near", "middle", "middle", "middle", "far")[rng.integers(5)],
        side=("left", "centre", "centre", "right")[rng.integers(4)],
        seed=seed,
    )


@dataclass(frozen=True)
class Rendered:
    """A scene's picture and where its subject is (L, 0 to 255), both SIZE x SIZE."""

    picture: Image.Image
    subject: Image.Image


def render(scene: Scene, archive: Path) -> Rendered:
    """The same scene always gives the same pixels."""
    rng = np.random.default_rng([scene.seed, 11])
    light = _light(scene)
    canvas = Canvas(light, rng)
    places.paint(canvas, scene.place, scene.time)
    subject = Image.new("L", (SIDE, SIDE))
    if scene.subject:
        sprite, at = _set_in(canvas, scene, archive)
        subject.paste(sprite.getchannel("A"), at)
    if scene.place not in ("moon", "underwater", "room", "cave"):
        places.weather(canvas, scene.time)
    return Rendered(styled(canvas.finished(), scene.style, rng), subject.reduce(2))


def _light(scene: Scene) -> Light:
    light = places.LIGHTS[scene.time]
    if scene.place == "moon":
        return Light((0.88, 0.88, 0.96), (20, 20, 50), 0.2)
    if scene.place == "underwater":
        dark = scene.time == "night"
        return Light((0.36, 0.5, 0.76), (6, 30, 80), 0.3) if dark else Light((0.78, 0.94, 1.0), (30, 130, 196), 0.4)
    if scene.place == "cave":
        return Light((0.56, 0.58, 0.72) if scene.time == "night" else (0.84, 0.84, 0.9), (60, 54, 74), 0.2)
    if scene.place == "room":
        r, g, b = light.tint
        warm = {"night": (0.74, 0.62, 0.52), "sunset": (1.0, 0.82, 0.68)}.get(scene.time)
        return Light(warm or ((r + 1) / 2, (g + 1) / 2, (b + 1) / 2), light.haze, 0.0)
    return light


def _set_in(canvas: Canvas, scene: Scene, archive: Path) -> tuple[Image.Image, tuple[int, int]]:
    """Paste the subject at its place, lit, with a shadow or in the water; returns the sprite and its corner."""
    assert scene.subject is not None
    subject = subject_named(scene.subject)
    if subject.emoji == DRAWN:
        sprite = drawn.sprite(subject.name)
    else:
        sprite = emoji.sprites(archive, tuple(s.emoji for s in SUBJECTS if s.emoji != DRAWN))[subject.emoji]
    if scene.colour:
        sprite = emoji.recolour(sprite, COLOURS[scene.colour])
    rng = canvas.rng
    height = HEIGHTS[scene.distance] * subject.size * rng.uniform(0.93, 1.07)
    height = min(height, 0.8, 0.86 * sprite.height / sprite.width)
    h = int(height * SIDE)
    w = max(1, int(h * sprite.width / sprite.height))
    sprite = emoji.lit(sprite.resize((w, h), Image.Resampling.LANCZOS), canvas.light.tint)
    x = SIDES[scene.side] + rng.normal(0, 0.02)
    x = min(max(x, w / SIDE / 2 + 0.02), 0.98 - w / SIDE / 2)
    base = BASES[scene.distance] + rng.normal(0, 0.012)
    flying = subject.habitat == "air" or (scene.place == "underwater" and subject.habitat == "water")
    afloat = scene.place == "sea" and not flying
    left = int(x * SIDE - w / 2)
    if flying:
        top = max(0.06, base - 0.3 - height * 0.75)
        canvas.blob(
            x, base - 0.01, w / SIDE * 0.4, 0.018, (10, 14, 24), 0.0 if scene.place in ("sea", "underwater") else 0.4
        )
    else:
        top = base - height
        if afloat and subject.habitat != "water":
            _island(canvas, x, base, w / SIDE)
        elif not afloat:
            shadow = soft(sprite.getchannel("A").resize((int(w * 1.1), max(4, int(h * 0.13)))), 5)
            darken(canvas.image, shadow, (int(x * SIDE - w * 0.5), int((base - 0.1 * height) * SIDE)), 0.5)
    shining = LAMPS.get(subject.name) if canvas.light.tint[0] < 0.8 else None
    if shining is not None:
        canvas.blob(x, top + height * shining, height * 0.9, height * 0.9, (255, 190, 90), 0.7)
    canvas.image.paste(sprite, (left, int(top * SIDE)), sprite)
    if shining is not None:
        canvas.blob(x, top + height * shining, height * 0.16, height * 0.16, (255, 236, 160), 0.9)
    if afloat and subject.habitat == "water":
        _waterline(canvas, x, base, w / SIDE)
    return sprite, (left, int(top * SIDE))


def _island(canvas: Canvas, x: float, base: float, w: float) -> None:
    r = w * 0.5 + 0.12
    for grow, colour in ((0.02, (224, 240, 246)), (0.0, (232, 204, 140))):
        bump = [
            (x + (r + grow) * np.cos(a), base - 0.015 - (0.05 + grow / 3) * np.sin(a))
            for a in np.linspace(0, 2 * np.pi, 40)
        ]
        canvas.shape([(float(a), float(b)) for a, b in bump], colour)


def _waterline(canvas: Canvas, x: float, base: float, w: float) -> None:
    wave = [(x + (w * 0.62) * t, base - 0.03 + 0.008 * np.sin(t * 9)) for t in np.linspace(-1, 1, 30)]
    under = [(x + (w * 0.62) * t, base + 0.03) for t in np.linspace(1, -1, 8)]
    canvas.shape([(float(a), float(b)) for a, b in (*wave, *under)], (52, 124, 190), (24, 78, 144))
    canvas.lines(
        [(float(a), float(b), float(c), float(d)) for (a, b), (c, d) in pairwise(wave)],
        canvas.light.on((224, 240, 250)),
        5,
        0.8,
    )
