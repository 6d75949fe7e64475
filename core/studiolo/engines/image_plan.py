"""An image request with everything decided: sizes, steps, guidance, source and mask. Paints nothing."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, nextafter, sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from studiolo.engines import pipeline_traits
from studiolo.engines.prompt_weights import can_weigh
from studiolo.engines.seamless import Tiling, tiling
from studiolo.image.masks import Mask, alpha_of, feathered, filled, joined, mask_of
from studiolo.image.sizes import Canvas, canvas, resized
from studiolo.image.weights import Weighted, read
from studiolo.media.pictures import Pixels, decode
from studiolo.models.model import Defaults, Model
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_contract.recipe import Reason

Way = Literal["paint", "refine", "inpaint"]

MOST_STEPS = 200
OTHER_SHAPE = 0.02
"""How far a depth picture's sides may be in another proportion than the picture's before it is said."""


@dataclass(frozen=True)
class Source:
    """The picture to start from, at the size that was asked for, and where it is repainted."""

    pixels: Pixels
    """(height, width, 4)."""
    mask: Mask | None


@dataclass(frozen=True)
class Plan:
    """What will be painted, and what the maker should know before."""

    way: Way
    settled: ImageRequest
    words: Weighted
    """The prompt, with the weights that this model can give to it."""
    avoided: Weighted
    """The negative prompt, likewise."""
    seed: int
    steps: int
    """From pure noise; of which a source leaves out the first."""
    strength: float
    """The share of the steps that is painted over a source: whole steps."""
    canvas: Canvas
    source: Source | None
    style: Pixels | None
    """(height, width, 3): the picture whose style is taken, of about the area that is painted."""
    depth: Pixels | None
    """(height, width, 3), near white and far black, at the size that was asked for; None for none."""
    tiling: Tiling | None
    """How the picture is made to tile; None when it need not."""
    notes: tuple[str, ...]

    def placed(self, pixels: Pixels) -> Pixels:
        """A picture of the asked size at painted size."""
        return self.canvas.place_tile(pixels) if self.tiling else self.canvas.place(pixels)

    def marked(self) -> Pixels:
        """At painted size, (height, width, 3): white where the source is repainted, which without a mask is all."""
        assert self.source is not None
        inside = np.ones(self.source.pixels.shape[:2], bool) if self.source.mask is None else self.source.mask > 0
        return self.placed(np.where(inside[..., None], [[[255] * 3]], 0).astype(np.uint8))

    def inside(self) -> NDArray[np.bool_] | None:
        """At painted size, (height, width): what lies under the mask; None without one."""
        return self.marked()[..., 0] > 127 if self.way == "inpaint" else None

    @property
    def why(self) -> tuple[Reason, ...]:
        """What followed from a picture, not from words."""
        if self.style is None or self.settled.style_image is None:
            return ()
        name = self.settled.style_image.sha256[:12]
        because = f"style picture {name}, strength {self.settled.style_strength:g}"
        return (Reason(what="style", value="palette, light and local contrast", because=because),)

    def taken(self, painted: Pixels) -> Pixels:
        """The result: (height, width, 3), or 4 where a source lies under a mask."""
        taken = self.canvas.take_tile(painted) if self.tiling else self.canvas.take(painted)
        if self.source is None or self.source.mask is None:
            return taken
        return joined(self.source.pixels, taken, feathered(self.source.mask))


def way_of(request: ImageRequest) -> Way:
    """From what the picture comes about."""
    return "paint" if request.image is None else "refine" if request.mask is None else "inpaint"


def wants_depth(request: ImageRequest) -> bool:
    """Whether there is a depth picture that has any effect."""
    return request.depth_image is not None and request.depth_strength > 0.0


def decide(
    request: ImageRequest, inputs: Mapping[str, bytes], model: Model, pipeline: Any, scheduler: str, deep: bool
) -> Plan:
    """Fills in what the request leaves open; `scheduler` is the name of the model's own, `deep` whether the model can
    keep to a depth picture in the request's way.

    Raises `StudioloError` (`bad_request`, `bad_picture`, `unknown_blob`).
    """
    source, (width, height) = _source(request, inputs, model.defaults, pipeline)
    steps = request.steps or model.defaults.steps or int(pipeline_traits.arguments(pipeline)["num_inference_steps"])
    seed = random.SystemRandom().randrange(2**32) if request.seed is None else request.seed
    settled = dataclasses.replace(
        request,
        width=width,
        height=height,
        steps=steps,
        guidance_scale=_first(
            request.guidance_scale, model.defaults.guidance_scale, pipeline_traits.default_guidance(pipeline)
        ),
        scheduler=request.scheduler or model.defaults.scheduler or scheduler,
        seed=seed,
        model=request.model or model.name,
    )
    sizes = canvas((width, height), pipeline_traits.multiple(pipeline), model.defaults.max_width)
    way = way_of(request)
    depth = _depth(request, inputs, (width, height)) if deep else None
    fixed = way == "inpaint" or depth is not None
    how = tiling(pipeline_traits.denoiser(pipeline), pipeline.scheduler, fixed) if request.seamless else None
    of, strength = _part(steps, request.strength)
    notes = _notes(settled, sizes, source, model.name, how)
    notes += _notes_on_depth(settled, deep, model.name)
    words, avoided = read(request.prompt), read(request.negative_prompt)
    if (words.spans or avoided.spans) and not can_weigh(pipeline):
        words, avoided = Weighted(words.text, ()), Weighted(avoided.text, ())
        notes.append(f"{model.name} can't weigh words; it read them without their numbers.")
    unread = pipeline_traits.unread(pipeline, words.text)
    if unread:
        shortened = unread if len(unread) <= 80 else unread[:77].rstrip() + "…"
        notes.append(f"The prompt is longer than the model reads; it did not see “{shortened}”.")
    style = _style(request, inputs, sizes, pipeline_traits.multiple(pipeline))
    of = steps if source is None else of
    return Plan(way, settled, words, avoided, seed, of, strength, sizes, source, style, depth, how, tuple(notes))


def _source(
    request: ImageRequest, inputs: Mapping[str, bytes], defaults: Defaults, pipeline: Any
) -> tuple[Source | None, tuple[int, int]]:
    """The source, if there is one, and the size that is asked for."""
    side = pipeline_traits.default_side(pipeline)
    if request.image is None:
        if request.mask is not None:
            raise StudioloError("bad_request", "There is a mask, but no picture.", "Send the picture to repaint too.")
        return None, (request.width or defaults.width or side, request.height or defaults.height or side)
    pixels = _decoded(request.image, inputs)
    height, width = pixels.shape[:2]
    size = (
        request.width or max(16, round(width * (request.height or height) / height)),
        request.height or max(16, round(height * (request.width or width) / width)),
    )
    if max(size) > 4096:
        raise StudioloError(
            "bad_picture",
            f"The picture is {width} × {height} pixels; 4096 a side are the most that is painted.",
            "Send a smaller picture, or say at which width and height it is to be painted.",
        )
    if request.mask is None:
        return Source(resized(pixels, size), None), size
    marked = _decoded(request.mask, inputs)
    if marked.shape != pixels.shape:
        raise StudioloError(
            "bad_picture",
            f"The mask is {marked.shape[1]} × {marked.shape[0]} pixels, the picture {width} × {height}.",
            "Send a mask of the picture's size.",
        )
    itself = request.mask == request.image
    mask = alpha_of(resized(marked, size)) if itself else mask_of(resized(marked, size))
    if request.mask_keeps:
        mask = 1.0 - mask
    if not mask.any():
        what, kept, painted = ("picture", "transparent", "opaque") if itself else ("mask", "black", "white")
        everywhere, mend = (painted, kept) if request.mask_keeps else (kept, painted)
        raise StudioloError(
            "bad_picture", f"The {what} is {everywhere} all over.", f"Make {mend} what is to be repainted."
        )
    source = resized(pixels, size)
    if itself and request.mask_keeps:  # at its edge the new is mixed with what lay around, and not with nothing
        source = np.dstack([filled(source), np.full_like(source[..., 3], 255)])
    return Source(source, mask), size


def _style(request: ImageRequest, inputs: Mapping[str, bytes], sizes: Canvas, multiple: int) -> Pixels | None:
    """The style picture, if it has any effect, in its own shape and at a size that the model can read."""
    if request.style_image is None or request.style_strength == 0.0:
        return None
    pixels = _decoded(request.style_image, inputs)
    if not pixels[..., 3].any():
        raise StudioloError("bad_picture", "The style picture is transparent all over.", "Send one with colours.")
    height, width = pixels.shape[:2]
    scale = min(sqrt(sizes.painted[0] * sizes.painted[1] / (width * height)), max(sizes.painted) / max(width, height))
    across, down = (max(1, round(length * scale / multiple)) * multiple for length in (width, height))
    return resized(filled(pixels), (across, down))


def _depth(request: ImageRequest, inputs: Mapping[str, bytes], size: tuple[int, int]) -> Pixels | None:
    """The depth picture in grey, if it has any effect. What is transparent is far away."""
    if request.depth_image is None or not wants_depth(request):
        return None
    pixels = _decoded(request.depth_image, inputs)
    grey = (pixels[..., :3] @ [0.299, 0.587, 0.114]) * (pixels[..., 3] / 255.0)
    return resized(np.repeat(np.rint(grey).astype(np.uint8)[..., None], 3, axis=-1), size)


def _decoded(picture: Picture, inputs: Mapping[str, bytes]) -> Pixels:
    if picture.sha256 not in inputs:
        raise StudioloError("unknown_blob", f"The picture {picture.sha256[:12]} is not here.", "Send its bytes first.")
    return decode(inputs[picture.sha256], picture)


def _notes(settled: ImageRequest, sizes: Canvas, source: Source | None, model: str, how: Tiling | None) -> list[str]:
    notes = []
    if source is not None and 0.0 < (settled.steps or 0) * settled.strength < 1.0:
        notes.append(f"Strength {settled.strength:g} of {settled.steps} steps is less than one step; one was painted.")
    if sizes.drawn != sizes.asked:
        notes.append(
            f"{model} paints up to {max(sizes.drawn)} pixels well; "
            f"the picture was painted at {sizes.drawn[0]} × {sizes.drawn[1]} and enlarged."
        )
    if source is not None and source.mask is None and (source.pixels[..., 3] < 255).any():
        notes.append("The picture's transparent parts were filled with the colours around them.")
    if how == "decoder":
        notes.append(f"{model} can't be made to tile here; the edges may show.")
    return notes


def _notes_on_depth(settled: ImageRequest, deep: bool, model: str) -> list[str]:
    if settled.depth_image is None or not wants_depth(settled):
        return []
    if not deep:
        return [f"{model} can't keep to a depth picture here; it was painted without."]
    given, asked = (settled.depth_image.width, settled.depth_image.height), (settled.width or 0, settled.height or 0)
    if abs(given[0] * asked[1] - given[1] * asked[0]) > OTHER_SHAPE * given[0] * asked[1]:
        return [f"The depth picture, {given[0]} × {given[1]}, was stretched to {asked[0]} × {asked[1]} pixels."]
    return []


def _part(steps: int, strength: float) -> tuple[int, float]:
    """How many steps from pure noise, and which share of them is painted over a source.

    Pipelines round steps · strength up or down, each in its way; so the share is made of whole steps, one at least.
    A model of very few steps gets more, so that a light touch stays one.
    """
    if strength <= 0.0:
        return steps, 0.0
    of = max(steps, min(ceil(1.0 / strength), MOST_STEPS))
    painted = max(1, round(of * strength))
    if strength < 1.0 and of > 1:
        painted = min(painted, of - 1)
    share = painted / of
    near = (share, nextafter(share, 1.0), nextafter(share, 0.0))
    exact = (part for part in near if of * part == painted)
    return of, next(exact, near[1])


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)
