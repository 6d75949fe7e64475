# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a painter wants and what is on the canvas to the request that the daemon gets, and from what comes back to
the layer that is shown. Knows pictures and requests; knows no widget and no Krita.

`Wish` is what is set in the docker. `Shot` is a wish with what was on the canvas when it was made: a value that can be
worked on in another thread while the painter goes on. Of what comes back, `finished` makes the layer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from studiolo_contract.compose import ComposeRequest
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_contract.music import MusicRequest
from studiolo_contract.request import Request
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest
from studiolo_contract.upscale import UpscaleRequest
from studiolo_krita import geometry, pixels, prompts
from studiolo_krita.errors import PluginError
from studiolo_krita.geometry import Bounds
from studiolo_krita.pixels import Image

Kind = Literal[
    "generate", "refine", "fill", "add", "remove", "background", "expand", "variations", "live",
    "upscale", "texture", "improve", "title", "caption", "palette", "music", "kit",
]  # fmt: skip
Put = Callable[[Any], str]
"""Gives bytes into the daemon's keeping; their hash."""

PAINTS = ("generate", "refine", "fill", "add", "remove", "background", "expand", "variations", "live")
MASKED = ("fill", "add", "remove", "background", "expand")
"""What is painted into a part of the canvas, and blended in there."""
CARRIED_ON = ("remove", "expand")
"""What begins from the colours around it."""
STRENGTHS = {"fill": 1.0, "add": 1.0, "remove": 0.55, "background": 1.0, "expand": 0.85, "variations": 0.45}
"""Denoise strength of what has no slider."""
EMPTY = "empty background"
"""What is painted where something is removed and the painter says nothing."""
IMPROVE = """Picture: a ship in a storm.
Detailed: a ship in a storm, high waves, dark clouds, lightning, spray, dramatic light.

Picture: a cat on a roof.
Detailed: a cat on a roof, red tiles, evening sun, long shadows, chimneys, warm colours.

Picture: {prompt}.
Detailed: {prompt},"""
"""What the text model goes on with. It only adds: a small model that rewrites loses what was named."""


@dataclass(frozen=True)
class Wish:
    """What is set in the docker."""

    kind: Kind
    prompt: str = ""
    """As it was typed, wildcards and all."""
    negative: str = ""
    pattern: str = "{prompt}"
    """What the chosen style makes of the prompt."""
    model: str = ""
    native: int = 256
    """Side of the square that the model was taught on, in pixels."""
    steps: int | None = None
    guidance_scale: float | None = None
    scheduler: str = ""
    strength: float = 1.0
    """0 to 1."""
    seed: int | None = None
    batch: int = 1
    grow: int = 4
    """Pixels of the canvas by which a selection is made larger."""
    feather: int = 12
    """Pixels of the canvas over which the new turns into the old."""
    scale: Literal[2, 4] = 2
    style_strength: float = 0.5
    margins: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Pixels by which the canvas grows at its left, top, right and bottom, to be expanded."""
    seconds: float = 30.0
    loop: bool = False
    words: int = 200
    """The longest text, in tokens."""


@dataclass(frozen=True)
class Selection:
    """Where something is selected: bytes as Krita gives them, one a pixel."""

    bounds: Bounds
    data: Any


@dataclass(frozen=True)
class Shot:
    """A wish, and the canvas as it was."""

    key: str
    """The job's key, and the entry's name in the history."""
    wish: Wish
    document: str
    file: str
    canvas: Bounds
    context: Bounds
    """What of the canvas the model gets to see; where the result belongs."""
    created: float
    pixels: Any = None
    """Of the context, in one piece or as strips from the top; None where nothing of it is needed."""
    base: Image | None = None
    """What lies over them, to begin from."""
    selection: Selection | None = None
    style: Any = None
    """Pixels of the canvas that show the style."""

    @cached_property
    def alpha(self) -> Image | None:
        """How much of the result is seen where, as a mask over the context; None where all of it is. Made once: it
        takes a while where the canvas is large."""
        return _alpha(self)


def needs_canvas(wish: Wish) -> bool:
    """Whether the pixels of the canvas are part of the request."""
    return wish.kind in (*MASKED, "refine", "variations", "live", "upscale")


def border(canvas: Bounds, margins: tuple[int, int, int, int]) -> Selection:
    """A selection of what lies within the margins of a canvas that has grown by them."""
    left, top, right, bottom = margins
    whole, middle = b"\xff" * canvas.width, canvas.width - left - right
    row = b"\xff" * left + bytes(middle) + b"\xff" * right
    return Selection(canvas, whole * top + row * (canvas.height - top - bottom) + whole * bottom)


def context(wish: Wish, canvas: Bounds, selection: Bounds | None) -> Bounds:
    """What of the canvas belongs to the request. Raises PluginError for a selection that lies beside it."""
    if wish.kind in ("background", "expand", "live", "texture") or selection is None:
        return canvas
    if wish.kind in ("generate", "upscale"):
        return selection
    try:
        return geometry.context(selection, canvas, wish.grow, wish.feather, wish.native)
    except ValueError:
        raise PluginError("selection_off") from None


def _alpha(shot: Shot) -> Image | None:
    selection, context = shot.selection, shot.context
    if selection is None:
        return None
    mask = pixels.wrap_mask(selection.data, selection.bounds.width, selection.bounds.height)
    reach = _grow(shot.wish) + shot.wish.feather if shot.wish.kind not in ("generate", "upscale") else 0
    result = pixels.blank(context.width, context.height, pixels.ALPHA)
    painter = pixels.Painter(result)
    for first, rows in pixels.bands(context.width, context.height, least=2 * reach):
        # as much more as what is grown and feathered may bring in
        begin, end = max(0, first - reach), min(context.height, first + rows + reach)
        part = _part_of_alpha(shot, mask, Bounds(context.x, context.y + begin, context.width, end - begin))
        painter.drawImage(0, first, part, 0, first - begin, context.width, rows)
    painter.end()
    return result


def _part_of_alpha(shot: Shot, mask: Image, place: Bounds) -> Image:
    """The same of a part of the context."""
    wish = shot.wish
    assert shot.selection is not None
    mask = pixels.placed(mask, shot.selection.bounds, place)
    if wish.kind == "background":
        mask = pixels.inverted(mask)
    if wish.kind in ("generate", "upscale"):
        return mask
    return pixels.feathered(pixels.grown(mask, _grow(wish)), wish.feather)


def _grow(wish: Wish) -> int:
    """Beyond its old border an expanded canvas has nothing to fade into."""
    return wish.grow + (wish.feather if wish.kind == "expand" else 0)


def finished(image: Image, kind: str, context: Bounds, alpha: Image | None) -> Image:
    """What came back, as large as its place on the canvas, and only where it is to be seen; enlarged as it is."""
    if kind in ("upscale", "texture"):
        return image
    fitted = pixels.scaled(image, context.width, context.height)
    return fitted if alpha is None else pixels.masked(fitted, alpha)


def request(shot: Shot, put: Put) -> Request:
    """What the daemon is asked. Raises PluginError where the prompt can't be read."""
    wish = shot.wish
    if wish.kind in PAINTS:
        return _painting(shot, put)
    if wish.kind == "texture":
        side = wish.native
        return TextureRequest(
            prompt=spoken(wish), negative_prompt=wish.negative, width=side, height=side, steps=wish.steps,
            guidance_scale=wish.guidance_scale, scheduler=wish.scheduler, seed=wish.seed, model=wish.model,
        )  # fmt: skip
    if wish.kind == "upscale":
        whole = pixels.joined(shot.pixels, shot.context)
        return UpscaleRequest(image=_put(whole, put), scale=wish.scale)
    if wish.kind == "palette":
        return ImageRequest(prompt=spoken(wish), seed=wish.seed, model=wish.model)
    if wish.kind == "music":
        return MusicRequest(prompt=wish.prompt, seconds=wish.seconds, loop=wish.loop, seed=wish.seed)
    if wish.kind == "kit":
        return ComposeRequest(brief=drawn(wish), seed=wish.seed, image_model=wish.model, project=True)
    return _writing(wish)


def spoken(wish: Wish) -> str:
    """The prompt with its wildcards drawn, in the words of the chosen style."""
    return wish.pattern.replace("{prompt}", drawn(wish) or EMPTY)


def drawn(wish: Wish) -> str:
    """The prompt with its wildcards drawn."""
    return prompts.expand(wish.prompt, wish.seed if wish.seed is not None else 0).strip()


def _painting(shot: Shot, put: Put) -> ImageRequest:
    wish, kind = shot.wish, shot.wish.kind
    width, height = geometry.target(shot.context, wish.native, 64 if wish.native <= 256 else 8)
    picture = mask = None
    if shot.pixels is not None:
        seen = pixels.joined(shot.pixels, shot.context)
        seen = pixels.over(seen, shot.base) if shot.base is not None else seen
        small = pixels.opaque_on_white(pixels.scaled(seen, width, height))
        area = shot.alpha
        if area is not None:
            reach = pixels.grown(pixels.scaled(area, width, height), 2)
            if kind in CARRIED_ON:
                small = pixels.filled_in(small, reach)
            mask = _put(pixels.white(reach), put)
        picture = _put(small, put)
    request = ImageRequest(
        prompt=spoken(wish), negative_prompt=wish.negative, width=width, height=height, steps=wish.steps,
        guidance_scale=wish.guidance_scale, scheduler=wish.scheduler, seed=wish.seed, batch=wish.batch, image=picture,
        mask=mask, strength=STRENGTHS.get(kind, wish.strength), model=wish.model,
    )  # fmt: skip
    if shot.style is None:
        return request
    layer = pixels.wrap(shot.style, shot.canvas.width, shot.canvas.height)
    style = pixels.opaque_on_white(pixels.scaled(layer, wish.native, wish.native))
    return replace(request, style_image=_put(style, put), style_strength=wish.style_strength)


def improved(prompt: str, written: str) -> str:
    """The prompt with what the text model had to add."""
    return ", ".join(filter(None, (prompt.rstrip(" ,."), " ".join(written.split()).strip(" ,."))))


def _writing(wish: Wish) -> TextRequest:
    if wish.kind == "improve":
        text = IMPROVE.format(prompt=wish.prompt)
        return TextRequest(mode="continue", text=text, seed=wish.seed, max_tokens=30, stop=("\n", "Picture:"))
    if wish.kind == "title":
        return TextRequest(mode="names", text=f"Titles for a painting of {wish.prompt}", seed=wish.seed)
    return TextRequest(
        mode="story", text=wish.prompt, instruction="Two sentences that describe this scene.", seed=wish.seed,
        max_tokens=wish.words,
    )  # fmt: skip


def _put(image: Image, put: Put) -> Picture:
    """Raw, as it is: nothing is spent on packing what only goes through loopback."""
    sha256 = put(pixels.raw(image))
    return Picture(sha256=sha256, width=image.width(), height=image.height(), format="bgra8")
