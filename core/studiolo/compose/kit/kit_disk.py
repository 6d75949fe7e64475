"""The folder of a kit on a disk: read, compared and written, and never a file of a person's written over. Knows what
lies in it from `kit_folder`; knows no daemon and no command."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from studiolo.compose.kit.kit_folder import MOST_RECIPE, OURS, RECIPE, Folder, files_of, read_kit
from studiolo_contract.errors import StudioloError
from studiolo_contract.kit import Kit
from studiolo_contract.media import Sha256

MOST_FILE = 512 * 2**20
"""Bytes of a file that is read. Ten minutes of sound have some hundred MiB."""


def read_folder(folder: Path) -> Kit | None:
    """The kit that lies there; None where there is no `recipe.json`. Raises `StudioloError` (`bad_request`)."""
    file = folder / RECIPE
    if not file.is_file():
        return None
    return read_kit(read_some(file, MOST_RECIPE + 1), str(file))


def read_some(file: Path, most: int) -> bytes:
    """The first `most` bytes of a file. Raises `StudioloError` (`bad_request`)."""
    with telling(file, "read"), file.open("rb") as stream:
        return stream.read(most)


def digests(folder: Path) -> Callable[[str], Sha256 | None]:
    """The hash of a file below the folder by its name; None where there is none. Raises `StudioloError`."""

    def digest(name: str) -> Sha256 | None:
        file = folder / name
        if not file.is_file():
            return None
        with telling(file, "read"), file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    return digest


def check_way(folder: Path, kit: Kit) -> None:
    """Raises `StudioloError` (`bad_request`) where something stands in the way of one of its files, or where a link
    leads out of the folder; asked before the work, not after it."""
    for name in (*(file.name for file in files_of(kit)), *OURS):
        _place(folder, name)


def carried(folder: Path, before: Kit, after: Kit) -> dict[str, bytes]:
    """What lies in the folder of those parts of `before` that `after`, which is of some parts only, has not; by name.
    Raises `StudioloError`."""
    made = {part.name for part in after.parts}
    rest = [part for part in before.parts if after.request.parts and part.name not in made]
    names = [file.name for part in rest for file in part.files if (folder / file.name).is_file()]
    return {name: read_some(folder / name, MOST_FILE) for name in names}


def write(folder: Path, laid: Folder, before: Kit | None = None) -> list[Path]:
    """Puts the files of a kit into the folder, each in one step; says which lie there now, the page last. What is there
    already is not touched. What `before` had and this kit has not is taken away, unless somebody changed it, or its
    part failed now. Raises `StudioloError` (`bad_request`, `disk_full`)."""
    digest = digests(folder)
    for name, data in laid.files.items():
        file = _place(folder, name)
        if digest(name) != hashlib.sha256(data).hexdigest():
            put(file, data)
    names = [file.name for file in files_of(laid.kit)]
    failed = {part.name for part in laid.kit.missing}
    for part in before.parts if before else ():
        for old in part.files:
            if part.name not in failed and old.name not in names and digest(old.name) == old.blob.sha256:
                _take_away(folder, folder / old.name)
    return [folder / name for name in (*names, *OURS)]


def put(file: Path, data: bytes) -> None:
    """Puts a file in place in one step, so that nobody ever finds half of it, and the folders above it. Raises
    `StudioloError` (`bad_request`, `disk_full`)."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with telling(file, "written"):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("xb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def telling(file: Path, done: str) -> Iterator[None]:
    """What the system says of a file, as a sentence: raises `StudioloError` (`bad_request`, `disk_full`)."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StudioloError(
            "disk_full" if full else "bad_request",
            f"{file} can't be {done}: {error.strerror}.",
            "Make room, or name another place." if full else "Look who may do that, or name another place.",
        ) from None


def _place(folder: Path, name: str) -> Path:
    """Where a file of that name lies. Raises `StudioloError` where nothing can be put there."""
    file = folder / name
    if not file.resolve().is_relative_to(folder.resolve()):
        raise StudioloError(
            "bad_request", f"{file} leads out of {folder}, so nothing is written there.", "Take that link away."
        )
    between = [parent for parent in file.parents if parent.is_relative_to(folder)]
    odd = next((parent for parent in between if parent.exists() and not parent.is_dir()), None)
    if odd is not None or file.is_dir():
        what = f"{odd} is a file" if odd else f"{file} is a folder"
        raise StudioloError(
            "bad_request", f"{what}, where a part of the kit belongs.", "Move it, or name another folder."
        )
    return file


def _take_away(folder: Path, file: Path) -> None:
    with telling(file, "taken away"):
        file.unlink()
        if file.parent != folder and not any(file.parent.iterdir()):
            file.parent.rmdir()
