"""Reads screenplays in Fountain (fountain.io/syntax): headings, action, cues, parentheticals, speech, transitions.

Knows the elements that a scene is made of; leaves notes, title pages, dual dialogue and lyrics aside, as action.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "action", "cue", "parenthetical", "speech", "transition"]

_HEADING = re.compile(r"(?:INT|EXT|EST|INT\.?/EXT|I/E)[. ]\s*\S", re.IGNORECASE)
_CUE = re.compile(r"[^a-z]*[A-Z][^a-z]*(?:\([^)]*\))?\s*\^?")
_TRANSITION = re.compile(r"[^a-z]*TO:")


@dataclass(frozen=True)
class Element:
    """One line of a screenplay, and what it is."""

    kind: Kind
    text: str


def parse(script: str) -> list[Element]:
    """The elements of a screenplay, in order, without its empty lines."""
    lines = [line.rstrip() for line in script.splitlines()]
    found: list[Element] = []
    speaking = False
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if not line.strip():
            speaking = False
            continue
        kind = _kind(line.strip(), alone=not before, followed=bool(after.strip()), speaking=speaking)
        speaking = kind == "cue" or (speaking and kind in ("speech", "parenthetical"))
        found.append(Element(kind, line.strip()))
    return found


def _kind(line: str, alone: bool, followed: bool, speaking: bool) -> Kind:
    if speaking:
        return "parenthetical" if line.startswith("(") and line.endswith(")") else "speech"
    if alone and (_HEADING.match(line) or (line.startswith(".") and not line.startswith(".."))):
        return "heading"
    if alone and not followed and (_TRANSITION.fullmatch(line) or line.startswith(">")):
        return "transition"
    if alone and followed and (line.startswith("@") or _CUE.fullmatch(line)):
        return "cue"
    return "action"
