# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights in a prompt, `(castle:1.2)`: where they are, and how a key press changes one.

Reads what the daemon reads: brackets that end in a colon and a number weigh what is between; `\\(` and `\\)` are
brackets of the text, and so are those without a number. Knows nothing of what a weight does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HIGHEST = 2.0
"""The least is 0: not at all."""

BRACKET = re.compile(r"\\[()]|[()]")
ENDING = re.compile(r":\s*([-+.,\d]+)\s*$")
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
SIGN = re.compile(r"\\[(){}|]|[(){}|]")
PAIRS = {"(": ")", "{": "}"}
WORD = re.compile(r"[\w'’-]+")
FIGURES = 24
"""Characters at the end of a bracket among which its weight is looked for, as the daemon does."""


@dataclass(frozen=True)
class Mark:
    """Brackets with a weight: `text[start:end]` in all, of which `text[start + 1 : inside]` is weighed."""

    start: int
    end: int
    inside: int
    figures: str
    """The weight as it is written."""
    at: int
    """Where it is written."""

    @property
    def weight(self) -> float | None:
        """None where the figures are no number."""
        return float(self.figures) if NUMBER.fullmatch(self.figures) else None


def marks(text: str) -> list[Mark]:
    """Every weight in a prompt, an inner one before the one around it."""
    found: list[Mark] = []
    opened: list[int] = []
    for sign in BRACKET.finditer(text):
        if sign[0] == "(":
            opened.append(sign.start())
        elif sign[0] == ")" and opened:
            start = opened.pop()
            ending = ENDING.search(text, max(start + 1, sign.start() - FIGURES), sign.start())
            if ending and text[start + 1 : ending.start()].strip():
                found.append(Mark(start, sign.end(), ending.start(), ending[1], ending.start(1)))
    return found


def weigh(text: str, start: int, end: int, step: float) -> tuple[str, int, int]:
    """The text with more weight (`step` above 0) or less on what is selected, and the selection after it.

    With nothing selected it is the weight in which the cursor stands, or else the word at it. A selection that is a
    weight's brackets, or all that is between them, changes that weight; any other gets brackets of its own. A weight
    that becomes 1 loses its brackets; none leaves 0 to 2. What can't have a weight (no word, half a pair of brackets,
    half an escaped sign) stays as it is.
    """
    mark = _meant(text, start, end)
    first, last = (mark.start, mark.end) if mark else _words(text, start, end)
    if first == last:
        return text, start, end
    inside, after = (mark.start + 1, mark.inside) if mark else (first, last)
    before = 1.0 if mark is None or mark.weight is None else mark.weight
    weight = round(min(max(before + step, 0.0), HIGHEST), 2)
    weighed = text[inside:after] if weight == 1.0 else f"({text[inside:after]}:{weight:g})"
    begin = first + (weight != 1.0)
    if start == end:
        cursor = begin + min(max(start, inside), after) - inside
        return text[:first] + weighed + text[last:], cursor, cursor
    return text[:first] + weighed + text[last:], begin, begin + after - inside


def _meant(text: str, start: int, end: int) -> Mark | None:
    """The weight that a selection or a cursor is about."""
    if start == end:
        return next((mark for mark in marks(text) if mark.start <= start <= mark.end), None)
    chosen = _trimmed(text, start, end)
    places = ((mark, ((mark.start, mark.end), (mark.start + 1, mark.inside))) for mark in marks(text))
    return next((mark for mark, either in places if chosen in either), None)


def _words(text: str, start: int, end: int) -> tuple[int, int]:
    """What may get brackets: the word at the cursor, or the selection without the spaces at its ends."""
    if start == end:
        words = (word.span() for word in WORD.finditer(text))
        return next((span for span in words if span[0] <= start <= span[1]), (start, start))
    first, last = _trimmed(text, start, end)
    halved = any(sign.start() + 1 in (first, last) for sign in SIGN.finditer(text) if len(sign[0]) == 2)
    return (first, last) if _whole(text[first:last]) and not halved else (start, start)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    chosen = text[start:end]
    first = end - len(chosen.lstrip())
    return first, first + len(chosen.strip())


def _whole(text: str) -> bool:
    """Whether every bracket and brace has its other half here, and no `|` belongs to a brace outside."""
    opened: list[str] = []
    for sign in SIGN.findall(text):
        if sign in PAIRS:
            opened.append(sign)
        elif sign in PAIRS.values():
            if not opened or PAIRS[opened.pop()] != sign:
                return False
        elif sign == "|" and "{" not in opened:
            return False
    return not opened
