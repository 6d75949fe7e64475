"""Shows a material: a lit ball and a lit floor of its tiles, as one picture. A small renderer in numpy; knows no file.

Surfaces: Lambert under GGX with Smith's shadowing and Schlick's Fresnel term, roughness squared (Walter et al. 2007,
Burley 2012). Light: one warm sun from the upper left, and a studio of sky, ground and two soft boxes whose reflection
is widened by the roughness and weighed with Karis's fit of the split sum (2014). Colours leave through Khronos's
neutral tone mapper (2024), which keeps base colours as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studiolo.texture.maps import RELIEF, Maps

Array = NDArray[Any]

SIDE = 384
"""Height of the picture in pixels; it is twice as wide."""
FINER = 2
"""Rays a pixel, in each direction."""
TEXELS = 320
"""Width of the maps that are looked at; finer ones are averaged to this first."""
TILES = 3
"""How many tiles the floor is wide and deep."""

SUN = np.array([1.4, 1.32, 1.19], np.float32)
SKY = np.array([0.42, 0.455, 0.52], np.float32)
GROUND = np.array([0.16, 0.147, 0.133], np.float32)
BACKDROP = np.array([0.055, 0.058, 0.065], np.float32)
SUN_ON_BALL = (-0.50, 0.55, 0.67)
SUN_ON_FLOOR = (-0.80, 0.42, -0.42)
"""Raking, so that relief shows. Directions: x right, y up, z towards the viewer."""
SOFT_BOXES = (((0.75, 0.35, 0.55), 1.5), ((-0.55, 0.75, 0.35), 2.2))
"""Direction and brightness."""


@dataclass(frozen=True)
class _Points:
    """The material at the points that rays have met; n stands for their number."""

    colour: Array
    """n x 3, linear light."""
    normal: Array
    """n x 3 in tangent space."""
    roughness: Array
    metallic: Array
    occlusion: Array
    sunlit: Array


def preview(maps: Maps) -> NDArray[np.uint8]:
    """The picture, SIDE x 2 SIDE x 3, sRGB."""
    texels = _Texels(maps)
    light = np.concatenate([_ball(texels), _floor(texels)], axis=1)
    rays = [light[row::FINER, column::FINER] for row in range(FINER) for column in range(FINER)]
    return np.rint(_encoded(_toned(np.add.reduce(rays) / len(rays))) * 255.0).astype(np.uint8)


# ---- what is looked at


class _Texels:
    """All maps at one size, to be looked up by place."""

    def __init__(self, maps: Maps) -> None:
        rows, columns = maps.height.shape
        self.size = (max(1, round(TEXELS * rows / columns)), TEXELS)
        planes = [*np.moveaxis(maps.base_colour, -1, 0), *np.moveaxis(maps.normal, -1, 0)]
        planes += [maps.roughness, maps.metallic, maps.occlusion, maps.height]
        self._planes = np.stack([self._resized(plane) for plane in planes], axis=-1)
        self._planes[..., :3] = _decoded(self._planes[..., :3].clip(0.0, 255.0) / 255.0)
        self._lit = self._sunlit(self._planes[..., 9])

    def at(self, u: Array, v: Array, shadows: bool) -> _Points:
        """The material at these places in widths of a tile, from its upper left corner."""
        index = self._index(u, v)
        found = self._planes.reshape(-1, 10)[index]
        lit = self._lit.reshape(-1)[index] if shadows else np.ones_like(u)
        return _Points(found[:, :3], found[:, 3:6], found[:, 6], found[:, 7], found[:, 8], lit)

    def height(self, u: Array, v: Array) -> Array:
        return self._planes[..., 9].reshape(-1)[self._index(u, v)]

    def _index(self, u: Array, v: Array) -> NDArray[np.int64]:
        rows, columns = self.size
        row = np.floor(v * columns).astype(np.int64) % rows
        index: NDArray[np.int64] = row * columns + np.floor(u * columns).astype(np.int64) % columns
        return index

    def _resized(self, plane: Array) -> Array:
        rows, columns = self.size
        image = Image.fromarray(np.ascontiguousarray(plane, np.float32))
        way = Image.Resampling.BOX if plane.shape[1] > columns else Image.Resampling.BICUBIC
        return np.asarray(image.resize((columns, rows), way))

    def _sunlit(self, height: Array) -> Array:
        """How much of the floor's sun reaches each texel past the relief around it."""
        x, y, z = _unit(SUN_ON_FLOOR)
        across = np.hypot(x, z)
        lit = np.ones_like(height)
        for far in np.geomspace(1.0, RELIEF * TEXELS * across / y, 20):  # in texels
            shift = -round(x / across * far), -round(z / across * far)
            hidden = np.roll(height, (shift[1], shift[0]), (0, 1)) - height - far / TEXELS * (y / across) / RELIEF
            lit = np.minimum(lit, 1.0 - np.clip(hidden * 14.0, 0.0, 1.0))
        return lit


# ---- where the rays go


def _ball(texels: _Texels) -> Array:
    side, radius = SIDE * FINER, 0.84
    axis = ((np.arange(side, dtype=np.float32) + 0.5) / side * 2.0 - 1.0) / np.float32(radius)
    x, y = np.meshgrid(axis, -axis)
    away = np.hypot(x, y)
    picture = _backdrop(side)
    picture *= 1.0 - 0.55 * np.exp(-(((x / 0.9) ** 2 + ((y + 1.08) / 0.16) ** 2) ** 1.0))[..., None]
    met = away < 1.0
    x, y = x[met], y[met]
    z = np.sqrt(1.0 - x * x - y * y)
    normal = np.stack([x, y, z], axis=-1)
    flat = np.sqrt(x * x + z * z).clip(1e-4)
    tangent = np.stack([z / flat, np.zeros_like(x), -x / flat], axis=-1)
    points = texels.at(np.arctan2(x, z) * (2.0 / np.pi), np.arccos(y) * (2.0 / np.pi), shadows=False)
    bitangent = np.stack([-x * y / flat, flat, -y * z / flat], axis=-1)
    bent = _bent(points.normal, tangent, bitangent, normal)
    viewer = np.broadcast_to(np.array([0.0, 0.0, 1.0], np.float32), normal.shape)
    picture[met] = _shaded(points, bent, normal, viewer, SUN_ON_BALL)
    return picture


def _floor(texels: _Texels) -> Array:
    side = SIDE * FINER
    axis = (np.arange(side, dtype=np.float32) + 0.5) / side * 2.0 - 1.0
    x, y = np.meshgrid(axis * 0.44, -axis * 0.44 - 0.03)
    eye, down = np.array([0.0, 2.3, 2.0], np.float32), np.float32(0.855)  # in half floors; the angle it looks down
    ray = np.stack([x, y * np.cos(down) - np.sin(down), -np.cos(down) - y * np.sin(down)], axis=-1)
    ray = _unit(ray)
    distance = eye[1] / np.maximum(-ray[..., 1], 1e-3)
    u, v = distance * ray[..., 0], eye[2] + distance * ray[..., 2]
    picture = _backdrop(side)
    met = (np.abs(u) < 1.0) & (np.abs(v) < 1.0) & (ray[..., 1] < 0.0)
    ray = ray[met]
    u, v = (u[met] + 1.0) * (TILES / 2), (v[met] + 1.0) * (TILES / 2)
    for _ in range(4):  # towards where the ray meets the relief, whose middle lies in the plane
        above = (texels.height(u, v) - 0.5) * RELIEF
        at_u, at_v = u - ray[:, 0] / ray[:, 1] * -above, v - ray[:, 2] / ray[:, 1] * -above
    points = texels.at(at_u, at_v, shadows=True)
    up, right, towards = np.eye(3, dtype=np.float32)[[1, 0, 2]]
    bent = _bent(points.normal, right, -towards, up)
    picture[met] = _shaded(points, bent, np.broadcast_to(up, bent.shape), -ray, SUN_ON_FLOOR)
    return picture


def _bent(normal: Array, tangent: Array, bitangent: Array, flat: Array) -> Array:
    return _unit(normal[:, :1] * tangent + normal[:, 1:2] * bitangent + normal[:, 2:] * flat)


def _backdrop(side: int) -> Array:
    down = np.linspace(1.5, 0.6, side, dtype=np.float32)[:, None, None]
    return np.broadcast_to(BACKDROP * down, (side, side, 3)).copy()


# ---- light


def _shaded(points: _Points, normal: Array, flat: Array, viewer: Array, sun: tuple[float, float, float]) -> Array:
    """Light towards the viewer, n x 3."""
    light = _unit(sun)
    facing = np.einsum("ij,ij->i", normal, viewer).clip(1e-3)
    lit = (normal @ light).clip(0.0)
    metallic = points.metallic[:, None]
    mirrored = 0.04 + (points.colour - 0.04) * metallic
    matt = points.colour * (1.0 - metallic)
    alpha = np.maximum(points.roughness**2, 0.02)
    half = _unit(viewer + light)
    across = np.einsum("ij,ij->i", normal, half).clip(0.0)
    squared = alpha * alpha
    spread = squared / (np.pi * (across * across * (squared - 1.0) + 1.0) ** 2)
    shadow = 0.5 / (
        lit * np.sqrt(facing * facing * (1.0 - squared) + squared)
        + facing * np.sqrt(lit * lit * (1.0 - squared) + squared)
        + 1e-4
    )
    grazing = (1.0 - np.einsum("ij,ij->i", viewer, half).clip(0.0)) ** 5
    fresnel = mirrored + (1.0 - mirrored) * grazing[:, None]
    # relief on what the surface itself turns away from the sun stays dark
    reached = points.sunlit * lit * ((flat @ light) * 6.0).clip(0.0, 1.0)
    glint = fresnel * np.minimum(spread * shadow, 30.0)[:, None]
    direct = (matt * (1.0 - fresnel) / np.pi + glint) * SUN * np.pi * reached[:, None]
    occlusion = points.occlusion[:, None]
    around = GROUND + (SKY - GROUND) * (normal[:, 1:2] * 0.5 + 0.5)
    mirror = 2.0 * facing[:, None] * normal - viewer
    scale, bias = _split_sum(points.roughness, facing)
    studio = _studio(mirror, points.roughness) * (mirrored * scale[:, None] + bias[:, None])
    total: Array = direct + (matt * around + studio) * occlusion
    return total


def _studio(direction: Array, roughness: Array) -> Array:
    """Light that comes from around a direction, as far around as the roughness spreads it."""
    soft = roughness[:, None]
    horizon = direction[:, 1:2] / (0.12 + 0.9 * soft)
    light = GROUND + (SKY - GROUND) * (0.5 + 0.5 * np.tanh(horizon))
    for towards, brightness in SOFT_BOXES:
        sharp = 1.0 / (0.06 + soft * soft)
        lobe = np.exp((direction @ _unit(towards) - 1.0)[:, None] * sharp * 1.6)
        light = light + brightness * lobe * np.minimum(1.0, 0.4 + sharp * 0.08)
    return light


def _split_sum(roughness: Array, facing: Array) -> tuple[Array, Array]:
    """Scale and bias of the reflectance under light from all around: Karis's fit for mobile devices (2014)."""
    r = roughness[:, None] * np.array([-1.0, -0.0275, -0.572, 0.022], np.float32)
    r = r + np.array([1.0, 0.0425, 1.04, -0.04], np.float32)
    a = np.minimum(r[:, 0] * r[:, 0], np.exp2(-9.28 * facing)) * r[:, 0] + r[:, 1]
    return -1.04 * a + r[:, 2], 1.04 * a + r[:, 3]


def _unit(vector: Array | tuple[float, float, float]) -> Array:
    values = np.asarray(vector, np.float32)
    scaled: Array = values / np.sqrt(np.einsum("...i,...i", values, values))[..., None]
    return scaled


# ---- colour


def _toned(light: Array) -> Array:
    """Khronos PBR Neutral: below 0.8 almost untouched, above it compressed towards white."""
    low = np.minimum(np.minimum(light[..., :1], light[..., 1:2]), light[..., 2:])
    light = light - np.where(low < 0.08, low - 6.25 * low * low, 0.04)
    peak = np.maximum(np.maximum(light[..., :1], light[..., 1:2]), light[..., 2:])
    start = 0.8 - 0.04
    room = 1.0 - start
    pressed = 1.0 - room * room / (peak + room - start)
    white = 1.0 - 1.0 / (0.15 * (peak - pressed) + 1.0)
    bright = light * pressed / np.maximum(peak, 1e-6)
    return np.where(peak < start, light, bright + (pressed - bright) * white).clip(0.0, 1.0)


def _decoded(srgb: Array) -> Array:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _encoded(linear: Array) -> Array:
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear.clip(1e-9) ** (1 / 2.4) - 0.055)
