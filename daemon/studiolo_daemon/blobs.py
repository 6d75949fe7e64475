"""Bytes kept by their sha256, one file each. Knows no picture and no job."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from pathlib import Path

from studiolo_contract.errors import StudioloError
from studiolo_contract.media import Sha256, hash_of

_HASH = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """A folder of blobs. Safe to use from several threads: a blob appears whole or not at all."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def has(self, name: Sha256) -> bool:
        return self._path(name).exists()

    def put(self, name: Sha256, data: bytes | memoryview) -> None:
        """Keeps the bytes, on disk before it returns. Raises `StudioloError` when they are not what `name` says."""
        if len(data) > self._most:
            mib = self._most // 2**20
            raise StudioloError("too_large", f"The blob is larger than {mib} MiB.", "Send a smaller picture.")
        if hash_of(data) != name:
            raise StudioloError(
                "bad_request", "The blob's bytes do not have the hash they came with.", "Send it again."
            )
        path = self._path(name)
        if path.exists():
            return
        try:
            path.parent.mkdir(exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                try:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                    file.close()
                    Path(file.name).replace(path)
                except BaseException:
                    Path(file.name).unlink(missing_ok=True)
                    raise
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StudioloError(
                    "disk_full", "The disk is full.", f"Make room on the disk of {self._folder}."
                ) from None
            raise

    def get(self, name: Sha256) -> bytes:
        """The bytes. Raises `StudioloError` (`unknown_blob`)."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise unknown_blob(name) from None

    def part(self, name: Sha256, start: int, length: int | None) -> tuple[bytes, int]:
        """At most `length` bytes from byte `start` on, and the size of the whole. Raises `StudioloError`
        (`unknown_blob`)."""
        try:
            with self._path(name).open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(min(start, size))
                return file.read(-1 if length is None else length), size
        except FileNotFoundError:
            raise unknown_blob(name) from None

    def _path(self, name: Sha256) -> Path:
        if not _HASH.fullmatch(name):
            raise StudioloError("bad_request", "A blob's name is its sha256 in lower-case hexadecimal.", "Send that.")
        return self._folder / name[:2] / name


def unknown_blob(name: Sha256) -> StudioloError:
    return StudioloError("unknown_blob", f"No blob {name[:12]}… is kept here.", "Put it first, then name it.")
