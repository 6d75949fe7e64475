"""The upscale request: a picture made larger. Knows no model and no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Len

from studiolo_contract.media import Picture


@dataclass(frozen=True, kw_only=True)
class UpscaleRequest:
    """Enlarge a picture, drawing finer what was coarse. Nothing is left to chance, so there is no seed."""

    kind: Literal["upscale"] = "upscale"
    image: Picture
    """Neither side of the result is longer than 8192 pixels."""
    scale: Literal[2, 4] = 2
    """How many times wider and higher."""
    seamless: bool = False
    """Whether the picture tiles, and shall go on to: its edges then see what lies at the opposite ones."""
    model: Annotated[str, Len(0, 200)] = ""
    """A model by name, the path of a local folder or of a safetensors file; empty for the installation's own choice."""
