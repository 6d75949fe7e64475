"""The maps of a material as pictures: which numbers mean what. Knows no file format.

Base colour is in sRGB; everything else is data and linear. Normals are OpenGL's: red to the right, green up, blue
towards the viewer, 128 for 0. Height has 16 bits: black is the deepest point, white the highest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studiolo.texture.maps import Array, Bytes, Maps
from studiolo_contract.texture import MapName


def pictures(maps: Maps) -> dict[MapName, Bytes | NDArray[np.uint16]]:
    """Each map by its name."""
    return {
        "basecolor": maps.base_colour,
        "normal": _bytes(maps.normal * 0.5 + 0.5),
        "roughness": _bytes(maps.roughness),
        "metallic": _bytes(maps.metallic),
        "height": np.rint(maps.height.clip(0.0, 1.0) * 65535.0).astype(np.uint16),
        "ao": _bytes(maps.occlusion),
    }


def _bytes(values: Array) -> Bytes:
    return np.rint(values.clip(0.0, 1.0) * 255.0).astype(np.uint8)
