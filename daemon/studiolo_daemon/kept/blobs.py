"""Bytes kept by their sha256, one file each. Knows no picture and no job, and not who still needs them."""

from __future__ import annotations

import os
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studiolo_contract.errors import StudioloError
from studiolo_contract.media import Sha256, hash_of
from studiolo_daemon.kept.disk import writing

GRACE = 3600.0
"""Seconds that a blob stays at least after it was put, or was last asked for: it may be about to be named by a job."""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Found:
    """A blob in the folder."""

    name: Sha256
    size: int
    """Bytes."""
    at: float
    """When it was put or last asked for, in seconds since 1970."""


class Blobs:
    """A folder of blobs. Safe to use from several threads: a blob appears whole or not at all."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._dropping = threading.Lock()
        """Held while a blob is taken away, or said to be here: that it is here is true for an hour."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def has(self, name: Sha256) -> bool:
        """Whether it is here. If so it stays for an hour at least."""
        with self._dropping:
            try:
                os.utime(self._path(name))
            except FileNotFoundError:
                return False
        return True

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
        if self.has(name):
            return
        with writing(self._folder):
            path.parent.mkdir(exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                try:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                    file.close()
                    with self._dropping:
                        Path(file.name).replace(path)
                except BaseException:
                    Path(file.name).unlink(missing_ok=True)
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

    def all(self) -> Iterator[Found]:
        """All of them, in no order."""
        for path in self._files():
            if _HASH.fullmatch(path.name):
                with suppress(FileNotFoundError):
                    state = path.stat()
                    yield Found(path.name, state.st_size, state.st_mtime)

    def drop(self, name: Sha256) -> int | None:
        """Takes it away, unless it was put or asked for within the hour: how many bytes went, None where it stays."""
        path = self._path(name)
        with self._dropping, suppress(FileNotFoundError):
            state = path.stat()
            if time.time() - state.st_mtime >= GRACE:
                path.unlink()
                return state.st_size
        return None

    def sweep(self) -> None:
        """Takes away what a daemon that was killed had begun to write."""
        for path in self._files():
            with suppress(FileNotFoundError):
                if path.name.startswith(".") and time.time() - path.stat().st_mtime >= GRACE:
                    path.unlink()

    def _files(self) -> Iterator[Path]:
        for folder in self._folder.iterdir():
            if folder.is_dir():
                yield from folder.iterdir()

    def _path(self, name: Sha256) -> Path:
        if not _HASH.fullmatch(name):
            raise StudioloError("bad_request", "A blob's name is its sha256 in lower-case hexadecimal.", "Send that.")
        return self._folder / name[:2] / name


def unknown_blob(name: Sha256) -> StudioloError:
    return StudioloError(
        "unknown_blob",
        f"No blob {name[:12]}… is kept here: it was never put, or given up with the last job that named it.",
        "Put it first, then name it; what shall be kept for longer than settings.toml says has to be pinned.",
    )
