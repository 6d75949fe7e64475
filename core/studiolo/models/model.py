"""A model that lies on this machine, ready to be loaded. Knows no catalogue and no network."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from studiolo_contract.text import Sampling

Kind = Literal["text", "image", "upscale", "music", "judge", "maps", "embedding"]
"""What a model is for. Those for maps and embeddings help other models, and no request can name them."""


@dataclass(frozen=True)
class Defaults:
    """What a request gets where it leaves the choice to the model. None: the engine's own."""

    steps: int | None = None
    guidance_scale: float | None = None
    scheduler: str = ""
    width: int | None = None
    height: int | None = None
    max_width: int | None = None
    """Largest side that the model still paints well, in pixels."""
    sampling: Sampling = field(default_factory=Sampling)
    candidates: int = 1
    texture: str = ""
    """How it is asked for a texture, with `{}` where the person's words go."""
    texture_guidance_scale: float | None = None
    """What guides a texture, where that is not what guides a picture."""
    few_shot: bool = False
    """Whether the model writes better as a continuation of examples than by instruction."""
    window: int | None = None
    """Most tokens of prompt and answer together, where more would make it slow and not better."""


@dataclass(frozen=True)
class Model:
    """A folder of safetensors in transformers' or diffusers' layout; an upscaler is one file of them."""

    name: str
    kind: Kind
    engine: str
    """Name of the engine that runs it; empty for an embedding."""
    folder: Path
    """The file itself, for an upscaler that was named by it."""
    licence: str
    commercial: bool
    revision: str
    sha256: str
    """Hash over the files of the model; empty for a folder that was not pulled, whose contents nobody vouches for."""
    defaults: Defaults
    variant: str = ""
    """Number format in the names of the weights (`fp16`), to be told to diffusers; empty for plain names."""
    embedder: Path | None = None
    """Folder of the sentence embedder that ranks drafts, where one is installed."""
    depth: bool = False
    """Whether it can keep to a depth picture."""
