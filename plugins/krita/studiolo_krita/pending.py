# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that are not collected yet, on disk, so that a result finds its document after Krita was closed too.

Knows which document a job is for and where on it; nothing of how jobs run. Any thread may call it, and other Kritas of
the same user may keep theirs in the same file.
"""

from __future__ import annotations

import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from studiolo_krita import keeping
from studiolo_krita.errors import PluginError
from studiolo_krita.geometry import Bounds


@dataclass(frozen=True)
class Note:
    """What a job is for, but for its mask."""

    key: str
    """What it was submitted under; no other has it."""
    job: str
    """The daemon's name for it; empty until that has been told."""
    document: str
    """The document's own identity."""
    file: str
    """Where the document lay; empty if it had no file."""
    prompt: str
    """As the painter wrote it."""
    kind: str
    """What was asked for: `generate`, `fill`, `texture` …"""
    bounds: Bounds
    """Where on the canvas the result belongs."""
    created: float
    """Seconds since 1970."""
    pinned: bool = field(default=False, kw_only=True)
    """Whether the daemon was asked to keep its result until a document has it."""


@dataclass(frozen=True)
class Pending(Note):
    """A job on its way, and what has to be known to bring its result home."""

    mask: bytes = b""
    """By which the result is blended in, encoded as the caller likes; empty for none."""


@dataclass(frozen=True)
class _Line(Note):
    """A Pending in JSON, which has no bytes."""

    mask: str = ""
    """In Base64."""

    def __post_init__(self) -> None:
        b64decode(self.mask)  # a file in which it is none is broken

    @classmethod
    def of(cls, one: Pending) -> _Line:
        return cls(**{**vars(one), "mask": b64encode(one.mask).decode("ascii")})

    @property
    def pending(self) -> Pending:
        return Pending(**{**vars(self), "mask": b64decode(self.mask)})


@dataclass(frozen=True)
class _Lines:
    jobs: tuple[_Line, ...] = ()


class PendingFile:
    """All of them, the oldest first."""

    def __init__(self, file: Path) -> None:
        """Reads what is there."""
        self._file = file
        self._lock = threading.Lock()
        self._jobs: tuple[Pending, ...] = ()
        self.sentence = ""
        """For the painter, where the file could not be read; empty when all is well."""
        try:
            kept, self.sentence = keeping.read(file, _Lines)
        except PluginError as error:
            self.sentence = str(error)
        else:
            self._jobs = tuple(line.pending for line in kept.jobs) if kept else ()

    def all(self) -> tuple[Pending, ...]:
        return self._jobs

    def get(self, key: str) -> Pending | None:
        return next((one for one in self._jobs if one.key == key), None)

    def add(self, pending: Pending) -> None:
        """Writes one down; another of the same key is replaced. Raises `PluginError` where that can't be done."""

        def added(jobs: tuple[Pending, ...]) -> tuple[Pending, ...]:
            if any(one.key == pending.key for one in jobs):
                return tuple(pending if one.key == pending.key else one for one in jobs)
            return (*jobs, pending)

        with self._lock:
            jobs = self._changed(added)
            self._jobs = jobs

    def remove(self, key: str) -> None:
        """Forgets one, if it is there. Where the file can't be written it comes back with the next start: better twice
        than not at all."""

        def left(jobs: tuple[Pending, ...]) -> tuple[Pending, ...]:
            return tuple(one for one in jobs if one.key != key)

        with self._lock:
            try:
                self._jobs = self._changed(left)
            except PluginError:
                self._jobs = left(self._jobs)

    def _changed(self, change: Callable[[tuple[Pending, ...]], tuple[Pending, ...]]) -> tuple[Pending, ...]:
        """What another Krita may have written meanwhile, changed and written; the lock is held."""
        kept, _ = keeping.read(self._file, _Lines)
        jobs = change(self._jobs if kept is None else tuple(line.pending for line in kept.jobs))
        keeping.write(self._file, _Lines(tuple(_Line.of(one) for one in jobs)))
        return jobs
