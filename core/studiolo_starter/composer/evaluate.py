"""How good the music is, over two hundred briefs."""

from __future__ import annotations

from pathlib import Path


def evaluate(cache: Path, folder: Path) -> dict[str, float]:
    raise NotImplementedError
