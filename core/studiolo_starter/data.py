"""Rendered scenes on disk, in shards that several processes make side by side.

Knows where the cache lies and what a shard is: SHARD scenes as one uint8 array. Knows nothing of models.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studiolo_starter import emoji
from studiolo_starter.scenes import SIZE, draw_scene, render

SHARD = 400
CACHE = Path(os.environ.get("STUDIOLO_STARTER_CACHE", ".cache/starter"))


def shard_path(cache: Path, number: int) -> Path:
    return cache / "scenes" / f"{number:04d}.npy"


def write_shard(cache: Path, number: int) -> Path:
    """Scenes number*SHARD and the following, unless they are there already."""
    path = shard_path(cache, number)
    if path.exists():
        return path
    archive = emoji.fetch(cache / "dl")
    pictures = np.empty((SHARD, SIZE, SIZE, 3), dtype=np.uint8)
    for i in range(SHARD):
        pictures[i] = np.asarray(render(draw_scene(number * SHARD + i), archive))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npy")
    np.save(part, pictures)
    part.replace(path)
    return path


def write_shards(cache: Path, count: int, processes: int = 2) -> None:
    emoji.fetch(cache / "dl")
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for done, path in enumerate(pool.imap(functools.partial(write_shard, cache), range(count)), 1):
            print(f"scenes {done * SHARD}/{count * SHARD} {path.name}", flush=True)


def shards(cache: Path) -> list[Path]:
    """The shards that are finished, in order."""
    return sorted(p for p in (cache / "scenes").glob("[0-9]*.npy") if ".part" not in p.name)


def pictures(path: Path) -> NDArray[np.uint8]:
    loaded: NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return loaded


def numbered(cache: Path) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Every finished shard with the number of its first scene."""
    for path in shards(cache):
        yield int(path.stem) * SHARD, pictures(path)
