"""Puts a plugin's files into a host program's folder, and takes exactly those away again. Knows no host program.

A list of what was put there lies beside the files. Only listed files are ever replaced or removed, so what the host
program or the person keeps in the same folder stays.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from studiolo_contract.errors import StudioloError

LIST = "studiolo-files.json"
Files = Mapping[PurePosixPath, bytes]
"""Where each file goes, below the host program's folder, and what stands in it."""


def tree(folder: Path, below: PurePosixPath, pattern: str = "*") -> dict[PurePosixPath, Path]:
    """Every file in a folder, without what Python keeps for itself."""
    return {
        below / PurePosixPath(*file.relative_to(folder).parts): file
        for file in sorted(folder.rglob(pattern))
        if file.is_file() and "__pycache__" not in file.parts
    }


def put(files: Files, base: Path, plugin: PurePosixPath) -> None:
    """Installs or updates. `plugin` is the plugin's own folder below `base`, where the list lies. Raises
    `StudioloError` if somebody else's files are in the way, or the folder can't be written."""
    listed = _listed(base, plugin)
    foreign = [path for path in files if path not in listed and (base / path).exists()]
    if foreign:
        raise StudioloError(
            "bad_request",
            f"{base / foreign[0]} is there already and was not put there by Studiolo.",
            "Move it away, then install again.",
        )
    try:
        # the list first, of old and new: an install that breaks off can be repeated or removed
        _write_list(base, plugin, listed | set(files))
        for path, data in files.items():
            target = base / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        _delete(base, listed - set(files))
        _write_list(base, plugin, set(files))
    except OSError as error:
        raise StudioloError(
            "internal", f"{error.filename} can't be written: {error.strerror}.", "Close the program and try again."
        ) from None


def pack(files: Files, target: Path, root: PurePosixPath) -> None:
    """The plugin as a zip. What lies below `root` lies at its top; every folder has an entry of its own, without which
    Krita's importer finds none. Raises `StudioloError` if it can't be written."""
    placed = {PurePosixPath(*path.parts[len(root.parts) :]) if root in path.parents else path: data
              for path, data in files.items()}  # fmt: skip
    folders = {folder for path in placed for folder in path.parents if folder.parts}
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for folder in sorted(folders):
                archive.writestr(zipfile.ZipInfo(f"{folder}/"), b"")
            for path, data in sorted(placed.items()):
                archive.writestr(zipfile.ZipInfo(str(path)), data, zipfile.ZIP_DEFLATED)
    except OSError as error:
        raise StudioloError("internal", f"{target} can't be written: {error.strerror}.", "Name another file.") from None


def remove(base: Path, plugin: PurePosixPath) -> bool:
    """Takes away what `put` put there; False if there is nothing of it."""
    listed = _listed(base, plugin)
    if not listed:
        return False
    _delete(base, listed | {plugin / LIST})
    return True


def _listed(base: Path, plugin: PurePosixPath) -> set[PurePosixPath]:
    file = base / plugin / LIST
    if not file.is_file():
        return set()
    paths = {PurePosixPath(path) for path in json.loads(file.read_text(encoding="utf-8"))}
    return {path for path in paths if not path.is_absolute() and ".." not in path.parts}


def _write_list(base: Path, plugin: PurePosixPath, paths: set[PurePosixPath]) -> None:
    file = base / plugin / LIST
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(sorted(map(str, paths)), indent=1), encoding="utf-8")


def _delete(base: Path, paths: set[PurePosixPath]) -> None:
    """Deletes files, and the folders that are empty then, but for Python's caches of what was deleted."""
    folders: set[PurePosixPath] = set()
    for path in paths:
        (base / path).unlink(missing_ok=True)
        folders.update(path.parents[:-1])
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        shutil.rmtree(base / folder / "__pycache__", ignore_errors=True)
        if (base / folder).is_dir() and not any((base / folder).iterdir()):
            (base / folder).rmdir()
