"""What a model on this machine consists of, file by file. Knows no catalogue and no network.

The hash of a whole model is the sha256 of one line for each file, `<sha256 of the file>  <path>` with a newline, sorted
by path with `/` between folders: the same text that `sha256sum` prints. Studiolo's own record is not part of it.

`python -m studiolo.models.record FOLDER` prints a folder's files as the catalogue pins them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from studiolo.models.folder import read_object
from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.errors import StudioloError

RECORD = "studiolo.json"
"""Written last, so a folder that has it was whole once."""


@dataclass(frozen=True, kw_only=True)
class FileMark:
    """By what a file is known again."""

    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """Where a model came from, and what it came as."""

    name: str
    revision: str
    """The hub's commit, or name and version of the package."""
    files: dict[str, FileMark]
    """By path below the model's folder."""

    @property
    def sha256(self) -> str:
        """Hash of the whole model."""
        return hash_of_files({path: mark.sha256 for path, mark in self.files.items()})

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(mark.size for mark in self.files.values())


def hash_of_files(hashes: Mapping[str, str]) -> str:
    """Hash of a whole model, from the hash of each file by its path."""
    return hashlib.sha256("".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode()).hexdigest()


def hash_file(file: Path, on_bytes: Callable[[int], None] | None = None) -> str:
    """Hash of one file, read in pieces; `on_bytes` hears how long each piece was."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(1 << 22):
            digest.update(piece)
            if on_bytes is not None:
                on_bytes(len(piece))
    return digest.hexdigest()


def files_below(folder: Path) -> list[str]:
    """Paths of all files but Studiolo's own and hidden ones, sorted."""
    found = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return sorted(
        path.as_posix() for path in found if path.name != RECORD and not any(part[0] == "." for part in path.parts)
    )


def take(folder: Path, name: str, revision: str, on_bytes: Callable[[int], None] | None = None) -> Record:
    """The record of what lies in `folder` now. Reads every byte."""
    marks = {
        path: FileMark(size=(folder / path).stat().st_size, sha256=hash_file(folder / path, on_bytes))
        for path in files_below(folder)
    }
    return Record(name=name, revision=revision, files=marks)


def read(folder: Path) -> Record | None:
    """The record kept in `folder`; None where there is none, or none that can be read."""
    try:
        return from_plain(Record, read_object(folder / RECORD))
    except (StudioloError, ValueError):
        return None


def write(folder: Path, record: Record) -> None:
    """Keeps the record in `folder`."""
    text = json.dumps(to_plain(record), indent=2, sort_keys=True) + "\n"
    (folder / RECORD).write_text(text, encoding="utf-8")


def damage(folder: Path, record: Record) -> str:
    """What is missing or of the wrong size, as a clause for a person; empty when nothing is. Reads no contents."""
    for path, mark in record.files.items():
        file = folder / path
        if not file.is_file():
            return f"{path} is missing"
        if file.stat().st_size != mark.size:
            return f"{path} has {file.stat().st_size:,} bytes and should have {mark.size:,}"
    return ""


if __name__ == "__main__":
    for pinned, contents in take(Path(sys.argv[1]), "", "").files.items():
        print(f'"{pinned}" = {{ size = {contents.size}, sha256 = "{contents.sha256}" }}')  # noqa: T201
