# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that are not finished yet, on disk, so that a Blender that ended takes them up again. Knows no job.

One small file a task, so that several Blenders need not agree on anything.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studiolo_client.discovery import write_private
from studiolo_contract.codec import from_plain, to_plain

from .task import Task

log = logging.getLogger("studiolo.blender")


@dataclass(frozen=True)
class Pending:
    """A task, and the file that it belongs to."""

    key: str
    task: Task
    place: str
    """The path of the .blend file; `unsaved …` for one that has none."""
    created: float
    """Seconds since 1970."""


class PendingFolder:
    """All of them."""

    def __init__(self, folder: Path, kinds: Mapping[str, type[Any]]) -> None:
        """`kinds`: the tasks that can be read, by the names of their classes."""
        self._folder = folder
        self._kinds = kinds
        self._known: dict[str, Pending] = {}
        for file in sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime):
            one = self._read(file)
            if one is not None:
                self._known[one.key] = one

    def all(self) -> tuple[Pending, ...]:
        """The oldest first; those that other Blenders began since this one started are not among them."""
        return tuple(self._known.values())

    def add(self, one: Pending) -> None:
        """Writes one down; another of the same key is replaced. Where the disk refuses, the task goes on and only
        would not survive the end of this Blender; the log says so."""
        self._known[one.key] = one
        plain = {"key": one.key, "kind": type(one.task).__name__, "task": to_plain(one.task), "place": one.place,
                 "created": one.created}  # fmt: skip
        try:
            write_private(self._folder / f"{one.key}.json", json.dumps(plain))
        except OSError as error:
            log.warning("%s is not kept for another start: %s", one.task.title, error)

    def remove(self, key: str) -> None:
        self._known.pop(key, None)
        try:
            (self._folder / f"{key}.json").unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s.json could not be removed: %s", key, error)

    def _read(self, file: Path) -> Pending | None:
        try:
            plain = json.loads(file.read_text("utf-8"))
            task: Task = from_plain(self._kinds[plain["kind"]], plain["task"])
            return Pending(key=str(plain["key"]), task=task, place=str(plain["place"]), created=plain["created"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("%s can't be read and stays where it is: %s", file, error)
            return None
