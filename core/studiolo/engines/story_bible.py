"""Reads the story bible that a text request names, and finds what the text calls of it, by key and by meaning.

Which keys call what is in `studiolo.text.bible`; how near texts are, in `meanings.py`. Knows no prompt.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from studiolo.engines.embedder import Embedder
from studiolo.engines.engine import Task, Work
from studiolo.engines.meanings import BATCH, Meanings
from studiolo.models import record
from studiolo.text import bible
from studiolo.text.modes import Mode
from studiolo_contract.bible import Bible
from studiolo_contract.codec import from_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Progress
from studiolo_contract.text import TextRequest

END = 800
"""Characters at the end of a text whose meaning is compared: about as much as the embedder reads at once."""


class StoryBibles:
    """Finds entries for one text engine."""

    def __init__(self, embedder: Embedder | None, folder: Path | None) -> None:
        """`folder`: where the embedder lies; None, as the embedder, where none is installed."""
        self._embedder = embedder
        self._folder = folder
        self._meanings: Meanings | None = None
        self._cache: Path | None = None

    def found(self, task: Task, request: TextRequest, mode: Mode) -> Work[bible.Found | None]:
        """What the text calls; None where the request has no story bible. It yields while entries are embedded."""
        if request.bible is None:
            return None
        if request.bible.sha256 not in task.inputs:
            raise StudioloError("unknown_blob", "The story bible did not come with the request.", "Put it first.")
        known: Bible = from_plain(Bible, json.loads(task.inputs[request.bible.sha256]))
        found = bible.called(
            known,
            request.text,
            request.instruction,
            passage=mode.length > 0,
            talk=mode.form in ("dialogue", "fountain"),
        )
        if not known.meaning or not known.entries:
            return found
        if self._embedder is None:
            return bible.noted(found, "Entries are not looked for by meaning: `studiolo models pull starter-embedder`.")
        lines = [bible.line(entry, entry.text) for entry in known.entries]
        likes = yield from self._remembering(task.cache).search(request.text[-END:], lines, _progress(task))
        return bible.with_likeness(known, found, likes)

    def _remembering(self, cache: Path | None) -> Meanings:
        """Opened once for each folder, which is the same as long as a worker lives."""
        if self._meanings is None or self._cache != cache:
            assert self._embedder is not None
            assert self._folder is not None
            kept = record.read(self._folder)
            self._meanings = Meanings(self._embedder, kept.sha256 if kept else str(self._folder), cache)
            self._cache = cache
        return self._meanings


def _progress(task: Task) -> Callable[[int, int], None]:
    def told(done: int, total: int) -> None:
        task.checkpoint()
        if total > BATCH:
            task.emit(Progress(stage="read", done=done, total=total))

    return told
