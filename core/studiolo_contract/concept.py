"""A concept: somebody or something that is kept under a name, so that every program finds it. Knows no program."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Len

from studiolo_contract.bible import EntryType
from studiolo_contract.media import Picture


@dataclass(frozen=True, kw_only=True)
class Concept:
    """What is kept under a name: words for prompts, and a picture where there is one."""

    name: Annotated[str, Len(1, 80)]
    """One line. Names that differ in nothing but capitals are the same."""
    kind: EntryType
    words: Annotated[str, Len(0, 500)] = ""
    """How it looks, as words for a prompt."""
    picture: Picture | None = None
    """PNG, JPEG or WebP, already put."""


def sameness(name: str) -> str:
    """Alike for names that are the same."""
    return unicodedata.normalize("NFC", name).casefold()
