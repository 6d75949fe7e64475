"""The texture request: everything that decides a material. Knows no model and no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, Len

from studiolo_contract.media import Picture

MapName = Literal["basecolor", "normal", "roughness", "metallic", "height", "ao", "preview"]
"""The pictures that a texture consists of, in the order of its outputs; `docs/textures.md` says what each holds."""


@dataclass(frozen=True, kw_only=True)
class TextureRequest:
    """Make a material: a base colour, painted from words or taken from a picture, and the maps that go with it."""

    kind: Literal["texture"] = "texture"
    prompt: Annotated[str, Len(0, 8_000)] = ""
    """What the surface is ("mossy cobblestone"), with weights as in pictures ("(mossy:1.3) cobblestone"). Empty with
    `image`: nothing is painted, that picture's maps are estimated."""
    negative_prompt: Annotated[str, Len(0, 8_000)] = ""
    """What it should keep away from; ignored by models that take no guidance, and the recipe says so."""
    width: Annotated[int, Interval(ge=16, le=4096)] | None = None
    """Pixels of every map; None for the size of `image`, or the model's own."""
    height: Annotated[int, Interval(ge=16, le=4096)] | None = None
    steps: Annotated[int, Interval(ge=1, le=200)] | None = None
    """Denoising steps; None for the model's own."""
    guidance_scale: Annotated[float, Interval(ge=0.0, le=50.0)] | None = None
    """How strictly the prompt is followed (classifier-free guidance); None for the model's own."""
    scheduler: Annotated[str, Len(0, 64)] = ""
    """Sampler by name; empty for the model's own."""
    seed: Annotated[int, Interval(ge=0, le=2**32 - 1)] | None = None
    """None: one is drawn, and the recipe says which."""
    image: Picture | None = None
    """Base colour or photograph to start from."""
    strength: Annotated[float, Interval(ge=0.0, le=1.0)] = 0.6
    """Denoise strength with `image` and `prompt`: 0 leaves the picture, 1 repaints it."""
    seamless: bool = True
    """Whether the maps tile in both directions. An `image` that does not is made to, which costs it a sixth of its
    width and height; one that does keeps every pixel where it is."""
    model: Annotated[str, Len(0, 200)] = ""
    """Who paints: an image model by name or the path of a local folder; empty for the installation's own choice."""
    previews: bool = True
    """Whether small previews of the base colour are sent while it is painted."""
