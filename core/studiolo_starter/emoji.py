"""Fluent 3D emoji (Microsoft, MIT) as cut-out pictures.

Knows how to fetch the npm package once into a cache folder, and how to cut, colour and light one emoji.
Knows nothing of scenes.
"""

from __future__ import annotations

import functools
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

PACKAGE = "@lobehub/fluent-emoji-3d@1.1.0"
Tint = tuple[float, float, float]


def fetch(cache: Path) -> Path:
    """The archive of the emoji package; downloaded through npm when it is not there yet."""
    archive = cache / "lobehub-fluent-emoji-3d-1.1.0.tgz"
    if not archive.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(
                f"npm is needed once, to fetch {PACKAGE}; install Node.js or put {archive.name} in {cache}"
            )
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=cache, check=True, stdout=subprocess.DEVNULL)
    return archive


@functools.cache
def sprites(archive: Path, codes: tuple[str, ...]) -> dict[str, Image.Image]:
    """The emoji with these code points, cropped to what can be seen, RGBA."""
    found: dict[str, Image.Image] = {}
    wanted = {f"package/assets/{code}{end}.webp": code for code in codes for end in ("", "-fe0f")}
    with tarfile.open(archive) as tar:
        for member in tar:
            code = wanted.get(member.name)
            stream = tar.extractfile(member) if code else None
            if code and stream:
                picture = Image.open(io.BytesIO(stream.read())).convert("RGBA")
                found[code] = picture.crop(picture.getchannel("A").getbbox())
    missing = set(codes) - set(found)
    if missing:
        raise RuntimeError(f"the emoji package lacks {sorted(missing)}")
    return found


def recolour(sprite: Image.Image, hue: float) -> Image.Image:
    """Every strongly coloured pixel gets this hue (0..1); greys, blacks and whites stay."""
    h, s, v = sprite.convert("RGB").convert("HSV").split()
    strong = s.point([0] * 90 + [255] * 166)
    h = Image.composite(Image.new("L", h.size, int(hue * 255)), h, strong)
    painted = Image.merge("HSV", (h, s, v)).convert("RGB")
    painted.putalpha(sprite.getchannel("A"))
    return painted


def lit(sprite: Image.Image, tint: Tint) -> Image.Image:
    """The sprite in light of this colour."""
    pixels = np.asarray(sprite, dtype=np.float32)
    pixels = pixels * np.array([*tint, 1.0], dtype=np.float32)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8), "RGBA")
