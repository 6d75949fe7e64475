"""The concepts of everyone who uses this daemon, over restarts. Knows no client and decodes no picture."""

from __future__ import annotations

import json
from pathlib import Path
from unicodedata import category

from studiolo_client.discovery import write_private
from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.concept import Concept, sameness
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import BYTES_PER_PIXEL
from studiolo_daemon.kept.blobs import Blobs, unknown_blob
from studiolo_daemon.kept.disk import writing

MOST = 1_000
"""Concepts that are kept."""
NO_LINE = ("Cc", "Zl", "Zp")
"""Categories of what no line holds: controls and breaks. Joiners are part of names in some scripts."""


class Concepts:
    """All of them, as they stand in a file that is always whole."""

    def __init__(self, file: Path, blobs: Blobs) -> None:
        """Raises `StudioloError` (`bad_request`) when the file is there and can't be read."""
        self._file = file
        self._blobs = blobs
        self._concepts = {sameness(concept.name): concept for concept in _read(file)}

    def all(self) -> tuple[Concept, ...]:
        """By name."""
        return tuple(self._concepts[name] for name in sorted(self._concepts))

    def keep(self, concept: Concept) -> None:
        """Puts a concept in the place of the one of the same name, on disk before it returns. Raises `StudioloError`
        (`bad_request`, `unknown_blob`, `too_large`, `disk_full`)."""
        if concept.name != concept.name.strip() or any(category(sign) in NO_LINE for sign in concept.name):
            raise StudioloError(
                "bad_request",
                f"{concept.name!r} can't be the name of a concept.",
                "Give one line without spaces at its ends.",
            )
        if concept.picture is not None:
            if concept.picture.format in BYTES_PER_PIXEL:
                raise StudioloError(
                    "bad_request", "A concept's picture can't be raw pixels.", "Put it as PNG, JPEG or WebP."
                )
            if not self._blobs.has(concept.picture.sha256):
                raise unknown_blob(concept.picture.sha256)
        kept = {**self._concepts, sameness(concept.name): concept}
        if len(kept) > MOST:
            raise StudioloError("too_large", f"{MOST} concepts are kept already.", "Forget some of them.")
        self._write(kept)

    def forget(self, name: str) -> None:
        """Takes a concept away, if there is one of this name; its picture stays a blob. Raises `StudioloError`
        (`disk_full`)."""
        if sameness(name) in self._concepts:
            self._write({each: concept for each, concept in self._concepts.items() if each != sameness(name)})

    def _write(self, concepts: dict[str, Concept]) -> None:
        with writing(self._file.parent):
            write_private(self._file, json.dumps(to_plain(tuple(concepts.values())), indent=1, ensure_ascii=False))
        self._concepts = concepts


def _read(file: Path) -> tuple[Concept, ...]:
    try:
        return from_plain(tuple[Concept, ...], json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise StudioloError(
            "bad_request", f"{file} can't be read: {error}.", "Move it away, and keep those concepts anew."
        ) from None
