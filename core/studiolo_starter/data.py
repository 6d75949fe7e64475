"""Rendered pictures on disk, in shards that several processes make side by side.

Knows where the cache lies and what a shard is: SHARD pictures as one uint8 array; beside those of scenes, how much of
each cell the subject covers. Knows nothing of models.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from studiolo_starter import captions, emoji, materials, scenes
from studiolo_starter.files import written

Kind = Literal["scenes", "materials"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SHARD = 400
SIDE = scenes.SIZE
CELL = 8  # pixels a side that one latent stands for
CACHE = Path(os.environ.get("STUDIOLO_STARTER_CACHE", ".cache/starter"))


def shard_path(cache: Path, kind: Kind, number: int) -> Path:
    return cache / kind / f"{number:04d}.npy"


def subjects_path(shard: Path) -> Path:
    """Beside the pictures: how much of each cell of CELL x CELL pixels the subject covers, 0 to 255."""
    return shard.with_name(f"subjects-{shard.name}")


def caption_of(kind: Kind, number: int, variant: int) -> str:
    """One of many captions of the picture of that number."""
    if kind == "scenes":
        return captions.caption(scenes.draw_scene(number), variant)
    return materials.caption(materials.draw_material(number), variant)


def write_shard(cache: Path, kind: Kind, number: int) -> Path:
    """Pictures number*SHARD and the following, unless they are there already."""
    path = shard_path(cache, kind, number)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = np.empty((SHARD, SIDE, SIDE, 3), dtype=np.uint8)
    numbers = range(number * SHARD, (number + 1) * SHARD)
    if kind == "scenes":
        archive = emoji.fetch(cache / "dl")
        subjects = np.empty((SHARD, SIDE // CELL, SIDE // CELL), dtype=np.uint8)
        for i, n in enumerate(numbers):
            made = scenes.render(scenes.draw_scene(n), archive)
            pictures[i] = np.asarray(made.picture)
            subjects[i] = np.asarray(made.subject.reduce(CELL))
        save(subjects_path(path), subjects)
    else:
        for i, n in enumerate(numbers):
            pictures[i] = materials.render(materials.draw_material(n), SIDE).base_colour
    save(path, pictures)
    return path


def write_shards(cache: Path, kind: Kind, count: int, processes: int = 2) -> None:
    emoji.fetch(cache / "dl")
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for done, path in enumerate(pool.imap(functools.partial(write_shard, cache, kind), range(count)), 1):
            print(f"{kind} {done * SHARD}/{count * SHARD} {path.name}", flush=True)


def save(path: Path, array: np.ndarray) -> None:
    with written(path) as part, part.open("wb") as file:
        np.save(file, array)


def shards(cache: Path, kind: Kind) -> list[Path]:
    """The shards that are finished, in order."""
    return sorted((cache / kind).glob("[0-9]*.npy"))


def loaded(path: Path) -> NDArray[np.uint8]:
    """What lies there, read as it is needed."""
    array: NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return array


def made_of(cache: Path, kind: Kind, folder: str, make: Callable[[Path], np.ndarray]) -> None:
    """For every finished shard the array that `make` makes of it, kept in `folder`; what is there is not made again."""
    for shard in shards(cache, kind):
        path = derived_path(cache, kind, folder, shard)
        if not path.exists():
            save(path, make(shard))
            print(f"{folder} of {kind} {shard.stem}", flush=True)


def derived_path(cache: Path, kind: Kind, folder: str, shard: Path) -> Path:
    return cache / folder / kind / shard.name
