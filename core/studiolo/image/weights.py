"""Words in a prompt that count for more or less: `(castle:1.3)`. Knows brackets and numbers, and no model.

`(castle in mist:0.7)` weighs what stands between bracket and colon; weights inside weights multiply. `\\(` and `\\)`
are brackets of the text. Brackets without a number, and those without their other half, stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from studiolo_contract.errors import StudioloError

HIGHEST = 2.0
"""Twice as much as words without a mark; 0 is the prompt without the words."""

MARK = re.compile(r":\s*(-?(?:\d+\.?\d*|\.\d+))\s*$")
LONGEST_MARK = 24
"""Characters of a mark, its spaces included."""


@dataclass(frozen=True)
class Span:
    """Characters `start` to `end` (excluded) of a text, and how much they count: 0 to 2, and never 1."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class Weighted:
    """A prompt as a model reads it, and the places in it that have a weight."""

    text: str
    spans: tuple[Span, ...]
    """In order; none overlaps another."""


def read(prompt: str) -> Weighted:
    """The prompt without its marks. Raises `StudioloError` (`bad_request`) for a weight outside 0 to 2."""
    letters: list[str] = []
    weights: list[float] = []
    opened: list[int] = []
    for letter in re.findall(r"\\[()]|.", prompt, re.DOTALL):
        letters.append(letter[-1])
        weights.append(1.0)
        if letter == "(":
            opened.append(len(letters) - 1)
        elif letter == ")" and opened:
            start, end = opened.pop(), len(letters) - 1
            mark = MARK.search("".join(letters[max(start + 1, end - LONGEST_MARK) : end]))
            end -= len(mark[0]) if mark else 0
            if mark and "".join(letters[start + 1 : end]).strip():
                factor = _checked(float(mark[1]))
                weights[start:] = [_checked(weight * factor) for weight in weights[start + 1 : end]]
                letters[start:] = letters[start + 1 : end]
    return Weighted("".join(letters), tuple(_spans(weights)))


def _spans(weights: list[float]) -> list[Span]:
    spans, start = [], 0
    for weight, run in groupby(weights):
        end = start + len(list(run))
        if weight != 1.0:
            spans.append(Span(start, end, weight))
        start = end
    return spans


def _checked(weight: float) -> float:
    if 0.0 <= weight <= HIGHEST:
        return weight
    raise StudioloError(
        "bad_request",
        f"{weight:g} is no weight: words count 0 to {HIGHEST:g} times, nested ones multiplied.",
        "Choose another number, or write \\( and \\) for brackets that weigh nothing.",
    )
