# SPDX-License-Identifier: GPL-3.0-or-later
"""The results that belong to a document: a value, and how it lies in the document's annotations.

An index (JSON) says what there is; each picture, thumbnail and mask is an annotation of its own, written once as it
came. So a history of many megabytes costs no more than its index and the new pictures when a result is added. Knows no
Krita and no pixels.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol

from studiolo_contract.codec import from_plain
from studiolo_krita.geometry import Bounds
from studiolo_krita.words import say

VERSION = 1
"""Of the index; raised when an older plugin could no longer read it."""
INDEX = "studiolo/history.json"
MIB = 1 << 20
MOST_BYTES = 64 * MIB
"""Of pictures in one document."""
MOST_ENTRIES = 200
MOST_READ = 10 * MOST_ENTRIES
"""Of an index; ours has `MOST_ENTRIES` at most."""
MOST_INDEX = 32 * MIB
"""Bytes of an index; one of that many entries has a tenth of it, with the longest recipes."""


class Annotations(Protocol):
    """Bytes by name, kept inside a document."""

    def get(self, name: str) -> bytes:
        """Empty where there are none."""

    def set(self, name: str, data: bytes) -> None: ...

    def remove(self, name: str) -> None:
        """Nothing happens where there are none."""


@dataclass(frozen=True)
class Picture:
    """One picture of a result."""

    id: str
    """Letters, digits, - and _; no other picture of the document has it."""
    width: int
    height: int
    size: int
    """Bytes of its PNG."""
    seed: int | None = None
    part: str = ""
    """Which map of a texture it is; empty for a picture that stands by itself."""
    applied: bool = False
    """Whether it became a layer."""
    dropped: bool = False
    """Whether the PNG was given up to keep the document small; the thumbnail stays."""


@dataclass(frozen=True)
class Entry:
    """What one job brought."""

    id: str
    """Letters, digits, - and _; no other entry of the document has it."""
    job: str
    prompt: str
    """As the painter wrote it."""
    kind: str
    """What was asked for: `generate`, `fill`, `texture` …"""
    bounds: Bounds
    """Where on the canvas it belongs."""
    created: float
    """Seconds since 1970."""
    pictures: tuple[Picture, ...]
    recipe: str = ""
    """The daemon's recipe, as JSON."""
    masked: bool = False
    """Whether the mask by which it is blended in is kept too."""

    @property
    def applied(self) -> bool:
        return any(picture.applied for picture in self.pictures)

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(picture.seed for picture in self.pictures if picture.seed is not None)


@dataclass(frozen=True)
class Evicted:
    """What had to go."""

    pictures: int = 0
    """Of entries that stay."""
    entries: int = 0
    size: int = 0
    """Bytes of all these pictures."""

    @property
    def sentence(self) -> str:
        """For the painter; empty when nothing went."""
        if not self.pictures and not self.entries:
            return ""
        size = f"{self.size / MIB:.1f}"
        return say("history_evicted", pictures=self.pictures, size=size, entries=self.entries)


@dataclass(frozen=True)
class History:
    """Every entry of a document, the oldest first."""

    entries: tuple[Entry, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all pictures that are kept."""
        return sum(picture.size for entry in self.entries for picture in entry.pictures if not picture.dropped)

    def add(self, entry: Entry) -> History:
        """With this entry as the newest; one of the same id is replaced."""
        return History((*(other for other in self.entries if other.id != entry.id), entry))

    def apply(self, picture: str) -> History:
        """With the picture of that id marked as applied."""
        return self._each(lambda one: replace(one, applied=True) if one.id == picture else one)

    def discard(self, pictures: Iterable[str]) -> History:
        """Without the pictures of these ids, and without the entries that then have none."""
        gone = frozenset(pictures)
        left = (
            replace(entry, pictures=tuple(one for one in entry.pictures if one.id not in gone))
            for entry in self.entries
        )
        return History(tuple(entry for entry in left if entry.pictures))

    def groups(self) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """Prompts with their entries: the prompt that was used last comes first, within it the newest entry."""
        found: dict[str, list[Entry]] = {}
        for entry in reversed(self.entries):
            found.setdefault(entry.prompt, []).append(entry)
        return tuple((prompt, tuple(entries)) for prompt, entries in found.items())

    def evict(self, most_bytes: int = MOST_BYTES, most_entries: int = MOST_ENTRIES) -> tuple[History, Evicted]:
        """Made to fit: first whole entries above `most_entries` go, then pictures until the rest have no more than
        `most_bytes`. The oldest not applied goes first, then the oldest applied; the newest entry's come last."""
        newest = self.entries[-1].id if self.entries else ""
        excess = max(0, len(self.entries) - most_entries)
        order = sorted(self.entries, key=lambda entry: (entry.id == newest, entry.applied))
        gone = {entry.id for entry in order[:excess]}
        rest = History(tuple(entry for entry in self.entries if entry.id not in gone))
        kept = [
            (entry.id == newest, picture.applied, picture)
            for entry in rest.entries
            for picture in entry.pictures
            if not picture.dropped
        ]
        dropped: set[str] = set()
        too_much = rest.size - most_bytes
        for *_, picture in sorted(kept, key=lambda item: item[:2]):
            if too_much > 0:
                dropped.add(picture.id)
                too_much -= picture.size
        fitting = rest._each(lambda one: replace(one, dropped=True) if one.id in dropped else one) if dropped else rest
        return fitting, Evicted(len(dropped), excess, self.size - fitting.size)

    def _each(self, change: Callable[[Picture], Picture]) -> History:
        return History(
            tuple(replace(entry, pictures=tuple(map(change, entry.pictures))) for entry in self.entries),
        )


@dataclass(frozen=True)
class _Index:
    version: int
    entries: tuple[Entry, ...]


def picture_name(picture: Picture) -> str:
    """The annotation that holds its PNG, unless it was dropped."""
    return f"studiolo/{picture.id}.png"


def thumbnail_name(picture: Picture) -> str:
    """The annotation that holds it small enough for a list."""
    return f"studiolo/{picture.id}.small"


def mask_name(entry: Entry) -> str:
    """The annotation that holds its mask, if it is `masked`."""
    return f"studiolo/{entry.id}.mask"


def names(history: History) -> frozenset[str]:
    """Every annotation that belongs to the history, but for the index."""
    pictures = [picture for entry in history.entries for picture in entry.pictures]
    whole = (picture_name(picture) for picture in pictures if not picture.dropped)
    masks = (mask_name(entry) for entry in history.entries if entry.masked)
    return frozenset((*whole, *map(thumbnail_name, pictures), *masks))


def read(annotations: Annotations) -> tuple[History, str]:
    """The history in a document, and a sentence for the painter where it could not be read, else an empty one.

    What could not be read stays in the document under the name of the index with its hash behind it, and the history
    is empty.
    """
    data = annotations.get(INDEX)
    history, sentence = decode(data)
    if sentence:
        annotations.set(f"{INDEX}.{sha256(data).hexdigest()[:8]}", data)
    return history, sentence


def write(annotations: Annotations, before: History, after: History, new: Mapping[str, bytes] | None = None) -> None:
    """Brings a document from one history to the next: what is `new` by name (`picture_name` …) is written, what `after`
    has no more is removed, then the index is written. What both have is not touched."""
    for name, data in (new or {}).items():
        annotations.set(name, data)
    for name in sorted(names(before) - names(after)):
        annotations.remove(name)
    annotations.set(INDEX, encode(after))


def encode(history: History) -> bytes:
    """The index of a history."""
    return json.dumps({"version": VERSION, "entries": history.entries}, default=vars).encode()


def decode(index: bytes) -> tuple[History, str]:
    """The history of an index, empty if that is; and a sentence for the painter if it could not be read."""
    if not index:
        return History(), ""
    try:
        if len(index) > MOST_INDEX:
            return History(), say("history_broken")
        plain = json.loads(index)
        version = plain.get("version") if isinstance(plain, dict) else None
        if isinstance(version, int) and version > VERSION:
            return History(), say("history_newer")
        found: _Index = from_plain(_Index, plain)
        return (History(found.entries), "") if len(found.entries) <= MOST_READ else (History(), say("history_broken"))
    except (ValueError, RecursionError):
        return History(), say("history_broken")
