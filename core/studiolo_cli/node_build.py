"""Builds Obsidian's plugin, which is written in TypeScript: a copy of Studiolo from its repository has only the source.
Knows npm; knows no vault."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from studiolo_cli import terminal
from studiolo_contract.errors import StudioloError

_MADE_FROM = ("src/**/*.ts", "package.json", "package-lock.json", "esbuild.config.mjs")


def build(folder: Path) -> None:
    """Makes `main.js` where it is missing or older than what it is made from. Raises `StudioloError` where that takes
    Node.js and there is none, or npm fails."""
    sources = [file for pattern in _MADE_FROM for file in folder.glob(pattern)]
    if not sources or _newer(folder / "main.js", sources):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise StudioloError(
            "bad_request",
            "The plugin for Obsidian has to be built from its source, and that takes Node.js, which is not here.",
            "Install Node.js 20 or newer, then run the same command again.",
        )
    steps = [["run", "build"]]
    if not _newer(folder / "node_modules/.package-lock.json", [folder / "package-lock.json"]):
        terminal.note("Fetching with npm what the plugin is built with …")
        steps = [["ci", "--no-audit", "--no-fund"], *steps]
    for step in steps:
        done = subprocess.run([npm, *step], cwd=folder, capture_output=True, check=False)
        if done.returncode != 0:
            raise StudioloError("internal", f"`npm {' '.join(step)}` failed.", f"Run it in {folder} to see why.")


def _newer(made: Path, sources: Iterable[Path]) -> bool:
    """Whether a file is there, and none of these was changed after it."""
    return made.exists() and all(source.stat().st_mtime <= made.stat().st_mtime for source in sources)
