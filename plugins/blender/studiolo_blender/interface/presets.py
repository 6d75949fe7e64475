# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets of textures: words, and how wide a tile of that is. A few that come along, and a person's own as small files.

Knows no Blender; which folder a person's own lie in is told.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from ..task import bad

log = logging.getLogger("studiolo.blender")


@dataclass(frozen=True)
class Preset:
    """What a surface is."""

    name: str
    prompt: str
    scale: float
    """Metres that a tile is wide."""


BUILT_IN = (
    Preset("Cobblestone", "mossy cobblestone", 1.5),
    Preset("Stone wall", "rough stone blocks with mortar", 2.0),
    Preset("Brick", "old red bricks", 1.2),
    Preset("Marble", "white marble with grey veins", 2.0),
    Preset("Slate", "wet slate", 1.0),
    Preset("Concrete", "bare concrete with fine cracks", 2.5),
    Preset("Wood planks", "worn oak planks", 1.5),
    Preset("Bark", "pine bark", 0.8),
    Preset("Rusty iron", "rusty iron plates", 1.0),
    Preset("Brushed steel", "brushed steel", 0.5),
    Preset("Gold", "hammered gold", 0.3),
    Preset("Linen", "woven linen", 0.25),
    Preset("Leather", "brown leather", 0.4),
    Preset("Wool", "knitted wool", 0.3),
    Preset("Sci-fi panels", "dark metal panels with grooves and rivets", 2.0),
    Preset("Grass", "short grass", 1.5),
    Preset("Sand", "rippled sand", 1.5),
    Preset("Snow", "fresh snow", 1.5),
)


def own(folder: Path) -> tuple[Preset, ...]:
    """A person's own, by name; a file that can't be read is passed over, and the log says so."""
    found = []
    for file in folder.glob("*.json"):
        try:
            plain = json.loads(file.read_text("utf-8"))
            found.append(Preset(str(plain["name"]), str(plain["prompt"]), float(plain["scale"])))
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s is no preset: %s", file, error)
    return tuple(sorted(found, key=lambda preset: preset.name.lower()))


def save(folder: Path, preset: Preset) -> None:
    """Keeps one; another of the same name is replaced. Raises `StudioloError`."""
    if not _stem(preset.name):
        raise bad("A preset needs a name.", "Give it one with a letter or a digit in it.")
    if not preset.prompt.strip():
        raise bad("There are no words to keep.", "Write first what the surface is.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{_stem(preset.name)}.json").write_text(json.dumps(asdict(preset), indent=2), "utf-8")
    except OSError as error:
        raise bad(f"The preset could not be kept: {error}.", f"See that {folder} can be written to.") from error


def remove(folder: Path, name: str) -> None:
    """Lets go of one's own."""
    (folder / f"{_stem(name)}.json").unlink(missing_ok=True)


def _stem(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-")[:60]
