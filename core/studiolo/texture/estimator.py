"""Finds the maps of a surface from a picture of it, at any size, seamless where the picture is.

Knows its own network and how to lay tiles. Knows nothing of training, of picture models or of files other than its own.
The network is a U-Net (Ronneberger et al. 2015) of residual convolutions, normalised over the channels of each pixel
alone (RMSNorm, Zhang and Sennrich 2019), so what it says of a pixel depends on a bounded surrounding, and on one vector
that says what the whole picture is of and modulates every block (FiLM, Perez et al. 2018). The vector is found once,
from the picture reduced, as means and deviations over all places: tiles agree exactly, wherever they begin.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from studiolo.texture.maps import RELIEF, Bytes, Maps, normal_from_height
from studiolo_contract.errors import StudioloError

WIDTHS = (24, 48, 96, 128)
"""Channels at a half, a quarter, an eighth and a sixteenth of the picture's size."""
STRIDE = 16
TILE = 768
"""Pixels a side of what is worked on at once, without what is around it."""
WHOLE = 1088
"""Up to this size a picture that wraps around is worked on as a whole."""
KNOWN_WIDTH = 256
"""Pixels across a tile, as the network has met them: in larger pictures it takes features for those of such a tile."""
VECTOR = 128
"""Numbers that say what the whole picture is of."""
LOUDNESS = 8.0
"""The length of that vector, however sure it is: how quickly the rest learns to heed it."""
REDUCED = 96
"""Pixels a side, at least, of the reduced picture that they are found in; less than twice as many."""
CELL = 4
"""Pixels a side of a cell of the reduced picture."""
FARTHEST = 4
"""Cells between those that are looked at together, and the least that a reduced picture has a side."""
OUTPUTS = 6
"""Two slopes, then height, roughness, metallic and occlusion."""

Plane = NDArray[np.float32]
Indices = NDArray[np.intp]


class Convolution(nn.Conv2d):
    """Three by three, wrapped around; `apart`: how far from each other the three are."""

    def __init__(self, inputs: int, outputs: int, apart: int = 1) -> None:
        super().__init__(inputs, outputs, 3, padding=apart, dilation=apart, padding_mode="circular")


def evened(x: Tensor) -> Tensor:
    """Every pixel's channels divided by their root mean square."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-3)


class Residual(nn.Module):
    """Two convolutions beside a straight way; what they see may be scaled and shifted, channel by channel."""

    def __init__(self, width: int, apart: int = 1) -> None:
        super().__init__()
        self.first = Convolution(width, width, apart)
        self.second = Convolution(width, width, apart)

    def forward(self, x: Tensor, told: Tensor | None = None) -> Tensor:
        y = evened(x)
        if told is not None:
            scale, shift = told[..., None, None].chunk(2, 1)
            y = torch.addcmul(shift, y, 1 + scale)
        more: Tensor = self.second(functional.silu(self.first(y)))
        return x + more


class Whole(nn.Module):
    """Reduced picture (N x 3 x H x W, sRGB in -1..1, sides multiples of CELL) to N x `vector`: what it is of.

    It looks at cells, near, farther and far from each other, and takes means and deviations over all of them, so that
    it does not matter where a tile begins.
    """

    def __init__(self, vector: int = VECTOR, width: int = 48) -> None:
        super().__init__()
        self.enter = Convolution(3 * CELL**2, width)
        self.blocks = nn.ModuleList(Residual(width, apart) for apart in (1, 2, FARTHEST))
        self.leave = nn.Conv2d(width, vector, 1)
        self.sum = nn.Linear(2 * vector, vector)

    def forward(self, picture: Tensor) -> Tensor:
        x = self.enter(functional.pixel_unshuffle(picture, CELL))
        for block in self.blocks:
            x = block(x)
        x = functional.silu(self.leave(evened(x))).flatten(2)
        deviation = (x.var(2, correction=0) + 1e-4).sqrt()
        found: Tensor = functional.silu(self.sum(torch.cat([x.mean(2), deviation], 1)))
        return found


class Network(nn.Module):
    """Picture (N x 3 x H x W, sRGB in -1..1, sides multiples of STRIDE) to N x OUTPUTS x H x W.

    Two slopes dz/dx and dz/dy (y up) of the normal (-dz/dx, -dz/dy, 1); height, roughness, metallic and occlusion as
    logits. What `whole` says of the whole picture comes beside the picture.
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS, vector: int = VECTOR) -> None:
        super().__init__()
        self.whole = Whole(vector)
        self.enter = Convolution(12, widths[0])
        self.down = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in pairwise(widths))
        self.before = nn.ModuleList(Residual(width) for width in widths)
        self.middle = Residual(widths[-1])
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(widths))
        self.after = nn.ModuleList(Residual(width) for width in widths[:-1])
        self.grow = Convolution(widths[0], 32)
        self.fine = Convolution(8 + 3, 16)
        self.leave = Convolution(16, OUTPUTS)
        self._told = [*(2 * width for width in (*widths, widths[-1], *reversed(widths[:-1]))), OUTPUTS - 2]
        self.tell = nn.Linear(vector, sum(self._told))

    def forward(self, picture: Tensor, whole: Tensor) -> Tensor:
        told = iter(self.tell(LOUDNESS * functional.normalize(whole)).split(self._told, 1))
        x = self.enter(functional.pixel_unshuffle(picture, 2))
        kept = []
        for level, before in enumerate(self.before):
            x = before(x, next(told))
            if level < len(self.down):
                kept.append(x)
                x = self.down[level](evened(x))
        x = self.middle(x, next(told))
        for level in reversed(range(len(self.up))):
            x = functional.interpolate(self.up[level](evened(x)), scale_factor=2.0, mode="nearest") + kept[level]
            x = self.after[level](x, next(told))
        x = functional.pixel_shuffle(self.grow(evened(x)), 2)
        x = self.fine(torch.cat([functional.silu(x), picture], 1))
        out: Tensor = self.leave(functional.silu(x)) + functional.pad(next(told), (2, 0))[..., None, None]  # no slope
        return out


def reach(levels: int = len(WIDTHS)) -> int:
    """How far the network looks in any direction, in pixels, as a multiple of STRIDE.

    One for each full-size convolution; at level k two residual blocks of two convolutions, 2 ** k pixels each, and the
    halving and doubling between; the entering and growing convolutions at half size.
    """
    far = 2 + 2 * 2 + sum(4 * 2 ** (level + 1) for level in range(levels)) + 2 ** (levels + 1)
    return -int(-far // STRIDE) * STRIDE


def joined(out: Tensor) -> dict[str, Tensor]:
    """The maps (N x channels x H x W) in the network's answer: normal, height, roughness, metallic, occlusion."""
    slopes = out[:, :2]
    normal = functional.normalize(torch.cat([-slopes, torch.ones_like(slopes[:, :1])], 1), dim=1)
    height, roughness, metallic, occlusion = torch.sigmoid(out[:, 2:]).chunk(4, 1)
    return {"normal": normal, "height": height, "roughness": roughness, "metallic": metallic, "occlusion": occlusion}


def as_input(picture: Bytes | Plane) -> Tensor:
    """H x W x 3 of 0..255 as the network takes it: 1 x 3 x H x W of -1..1."""
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float().contiguous() / 127.5 - 1


def _reduction(picture: Bytes) -> int:
    """How many pixels a side become one."""
    side = math.sqrt(picture.shape[0] * picture.shape[1])
    return 1 << max(0, math.floor(math.log2(side / REDUCED)))


def reduced(picture: Bytes, seamless: bool = True) -> Plane:
    """The picture as `Whole` looks at it: by a power of two smaller, so that its sides are REDUCED to twice that in the
    mean, and gone on with until they are whole cells."""
    by = _reduction(picture)
    cells = (max(FARTHEST, -(-side // (by * CELL))) for side in picture.shape[:2])
    rows, columns = (
        _inside(np.arange(count * CELL * by), side, seamless) for count, side in zip(cells, picture.shape, strict=False)
    )
    if picture.shape[:2] != (len(rows), len(columns)):
        picture = picture[rows[:, None], columns[None, :]]
    small: Plane = picture.reshape(len(rows) // by, by, len(columns) // by, by, 3).mean((1, 3), dtype=np.float32)
    return small


class Estimator:
    """A loaded network. One picture at a time, on one thread."""

    def __init__(self, network: Network) -> None:
        self._network = network.eval().requires_grad_(False)

    @classmethod
    def load(cls, folder: Path) -> Estimator:
        """Reads config.json and model.safetensors. Raises `StudioloError` (`bad_model`)."""
        try:
            config = json.loads((folder / "config.json").read_text("utf-8"))
            widths = tuple(int(width) for width in config["widths"])
            if not 2 <= len(widths) <= len(WIDTHS) or not all(8 <= width <= 1024 for width in widths):
                raise ValueError(f"widths {widths}")
            vector = int(config["vector"])
            if not 8 <= vector <= 1024:
                raise ValueError(f"vector {vector}")
            network = Network(widths, vector)
            network.load_state_dict({name: t.float() for name, t in load_file(folder / "model.safetensors").items()})
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
            reason = str(error).splitlines()[0]
            raise StudioloError(
                "bad_model", f"{folder} holds no estimator of maps ({reason}).", "Install the starter models again."
            ) from error
        return cls(network)

    def resident_bytes(self) -> int:
        return sum(parameter.nbytes for parameter in self._network.parameters())

    def maps(self, base_colour: Bytes, seamless: bool = True, checkpoint: Callable[[], None] = lambda: None) -> Maps:
        """The maps of a picture (H x W x 3, sRGB). `seamless`: whether its opposite edges meet, and those of the maps
        shall. `checkpoint` is called before every tile and may raise to stop. Memory: the maps and one tile."""
        if base_colour.ndim != 3 or base_colour.shape[2] != 3 or base_colour.dtype != np.uint8 or not base_colour.size:
            raise ValueError(f"A picture of H x W x 3 bytes is needed, not {base_colour.dtype} {base_colour.shape}.")
        planes = self._planes(base_colour, seamless, checkpoint)
        rows, columns = base_colour.shape[:2]
        if seamless:
            planes = _closed(_closed(planes, rows, 1), columns, 2)
        planes = planes[:, :rows, :columns]
        normal = np.moveaxis(planes[:3], 0, 2) + _normal_of(planes[3], seamless)
        normal /= np.sqrt((normal * normal).sum(-1, keepdims=True))
        height, roughness, metallic, occlusion = (np.ascontiguousarray(plane) for plane in planes[3:])
        return Maps(base_colour, np.ascontiguousarray(normal), height, roughness, metallic, occlusion)

    def _planes(self, picture: Bytes, seamless: bool, checkpoint: Callable[[], None]) -> Plane:
        """All maps as planes (7 x H' x W'), H' and W' at least the picture's and multiples of STRIDE."""
        whole = self._whole(picture, seamless)
        (rows, far_y), (columns, far_x) = (_lengths(side, seamless) for side in picture.shape[:2])
        if seamless and picture.shape[:2] == (far_y, far_x) and max(far_y, far_x) <= WHOLE:
            checkpoint()
            return self._run(picture, whole)
        planes = np.empty((7, far_y, far_x), np.float32)
        halo = reach()
        for top, bottom in _spans(far_y):
            for left, right in _spans(far_x):
                checkpoint()
                around_y = _inside(np.arange(top - halo, bottom + halo), rows, seamless)
                around_x = _inside(np.arange(left - halo, right + halo), columns, seamless)
                tile = self._run(picture[around_y[:, None], around_x[None, :]], whole)
                planes[:, top:bottom, left:right] = tile[:, halo : halo + bottom - top, halo : halo + right - left]
        return planes

    def _whole(self, picture: Bytes, seamless: bool) -> Tensor:
        """What the picture is of; where cells are wider than STRIDE, in the mean over all places to begin at."""
        small = as_input(reduced(picture, seamless))
        starts = range(0, CELL, min(CELL, max(1, STRIDE // _reduction(picture))))
        with torch.inference_mode():
            seen = [self._network.whole(small.roll((y, x), (2, 3))) for y in starts for x in starts]
            return torch.stack(seen).mean(0)

    def _run(self, picture: Bytes, whole: Tensor) -> Plane:
        with torch.inference_mode():
            found = joined(self._network(as_input(picture), whole))
            found["metallic"] = functional.hardtanh((found["metallic"] - 0.5) * 4 + 0.5, 0.0, 1.0)
            out: Plane = torch.cat(list(found.values()), 1)[0].contiguous().numpy()
            return out


def _normal_of(height: Plane, seamless: bool) -> Plane:
    """What the height says of the normal, at the relief of the pixels that the network knows. It errs elsewhere than
    the network's own slopes do, so their mean errs less than either."""
    if not seamless:
        height = np.pad(height, 1, mode="edge")
    normal = normal_from_height(height, RELIEF * KNOWN_WIDTH / height.shape[1])
    return normal if seamless else normal[1:-1, 1:-1]


def _lengths(side: int, seamless: bool) -> tuple[int, int]:
    """The side, and how much of the endless picture is worked on: a multiple of STRIDE, and if that is not the side
    itself, enough beyond it to fade from its end into its beginning."""
    beyond = STRIDE * 2 if seamless and side % STRIDE else 0
    return side, -(-(side + beyond) // STRIDE) * STRIDE


def _spans(length: int) -> Iterator[tuple[int, int]]:
    """Equal parts of a length, each at most TILE and a multiple of STRIDE, but for the last."""
    part = -(-length // (-(-length // TILE) * STRIDE)) * STRIDE
    for start in range(0, length, part):
        yield start, min(start + part, length)


def _inside(at: Indices, side: int, seamless: bool) -> Indices:
    """Places of the endless picture as places of the picture: wrapped around, or mirrored at the edges."""
    if seamless:
        return at % side
    at = at % (2 * side)
    return np.minimum(at, 2 * side - 1 - at)


def _closed(planes: Plane, side: int, axis: int) -> Plane:
    """The beginning, faded in from what follows the end, so that the edges meet."""
    planes = np.moveaxis(planes, axis, -1)
    beyond = min(planes.shape[-1] - side, side)
    if beyond:
        t = (np.arange(beyond, dtype=np.float32) + 0.5) / beyond
        planes[..., :beyond] = planes[..., side : side + beyond] * (1 - t) + planes[..., :beyond] * t
    return np.moveaxis(planes[..., :side], -1, axis)
