"""The image request: everything that decides a picture. Knows no pipeline and no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, Len

from studiolo_contract.media import Picture


@dataclass(frozen=True, kw_only=True)
class ImageRequest:
    """Paint a picture; refine `image` when one is given; repaint only where `mask` is white when that is given too."""

    kind: Literal["image"] = "image"
    prompt: Annotated[str, Len(1, 8_000)]
    """What the picture shows. `(castle in mist:1.3)` counts for more, 0 to 2; `\\(` and `\\)` are plain brackets."""
    negative_prompt: Annotated[str, Len(0, 8_000)] = ""
    """What the picture should keep away from; ignored by models that take no guidance, and the recipe says so."""
    width: Annotated[int, Interval(ge=16, le=4096)] | None = None
    """Pixels; None for the size of `image`, or the model's own. Painted at a size the model can, then cut."""
    height: Annotated[int, Interval(ge=16, le=4096)] | None = None
    steps: Annotated[int, Interval(ge=1, le=200)] | None = None
    """Denoising steps; None for the model's own."""
    guidance_scale: Annotated[float, Interval(ge=0.0, le=50.0)] | None = None
    """How strictly the prompt is followed (classifier-free guidance); None for the model's own."""
    scheduler: Annotated[str, Len(0, 64)] = ""
    """Sampler by name (`euler`, `ddim`, `dpm++` …); empty for the model's own."""
    seed: Annotated[int, Interval(ge=0, le=2**32 - 1)] | None = None
    """None: one is drawn, and the recipe says which. Picture n of a batch has seed + n."""
    batch: Annotated[int, Interval(ge=1, le=8)] = 1
    image: Picture | None = None
    """Picture to start from."""
    mask: Picture | None = None
    """Same size as `image`; white (or opaque, where it has alpha) is repainted, black stays exactly as it was. The very
    `image` itself: its alpha alone says which."""
    mask_keeps: bool = False
    """Whether the mask is the other way round: black (or transparent) is repainted, white stays."""
    strength: Annotated[float, Interval(ge=0.0, le=1.0)] = 0.6
    """Denoise strength with `image`: 0 leaves it, 1 repaints it."""
    style_image: Picture | None = None
    """A picture whose palette, light and stroke the result takes on; its subject is not copied."""
    style_strength: Annotated[float, Interval(ge=0.0, le=1.0)] = 0.5
    """How far it does so: 0 not at all."""
    depth_image: Picture | None = None
    """How far away each place is, near white and far black, in the shape of the picture: the result keeps these forms.
    Ignored by models that take none, and the recipe says so."""
    depth_strength: Annotated[float, Interval(ge=0.0, le=1.0)] = 0.8
    """How strictly it does so: 0 not at all."""
    seamless: bool = False
    """Whether the picture tiles without a seam in both directions."""
    model: Annotated[str, Len(0, 200)] = ""
    """A model by name or the path of a local folder; empty for the installation's own choice."""
    previews: bool = True
    """Whether small previews are sent while it is painted."""
