# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in a prompt besides words: wildcards, `a {red|blue} house`, and whether its weights can be read.

A wildcard stands for one of its options, drawn by a seed; options may be empty and hold wildcards. `\\{`, `\\|` and
`\\}` are the signs themselves, and so is a `|` outside of braces. Knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import prod
from random import Random
from typing import TypeVar

from studiolo_krita.errors import PluginError
from studiolo_krita.weights import HIGHEST, marks

T = TypeVar("T")

SIGN = re.compile(r"\\[{}|]|[{}|]")
COMMAS = re.compile(r"\s*,(?:\s*,)+")
SPACES = re.compile(r" {2,}")


class PromptError(PluginError):
    """A prompt that can't be read; `position` is the index of the sign at fault."""

    def __init__(self, key: str, /, position: int, **values: object) -> None:
        super().__init__(key, **values)
        self.position = position


def check(prompt: str) -> None:
    """Raises `PromptError` for braces without their other half, and for a weight that is no number from 0 to 2."""
    expansions(prompt)
    for mark in marks(prompt):
        if mark.weight is None:
            raise PromptError("weight_no_number", mark.at, weight=mark.figures)
        if not 0 <= mark.weight <= HIGHEST:
            raise PromptError("weight_too_far", mark.at, weight=mark.figures)


def expand(prompt: str, seed: int) -> str:
    """The prompt with an option in place of each wildcard, every one as likely as the others beside it. The same seed
    draws the same ones. Spaces and commas that an empty option leaves behind go too. Raises `PromptError`."""
    draw = Random(seed)  # noqa: S311
    text = _folded(prompt, str, "".join, lambda options: options[draw.randrange(len(options))])
    return SPACES.sub(" ", COMMAS.sub(",", text)).strip(" ,") if "{" in prompt else text


def expansions(prompt: str) -> int:
    """In how many ways the prompt can be drawn; 1 without wildcards. Raises `PromptError`."""
    count: int = _folded(prompt, lambda words: 1, lambda parts: prod(parts), lambda options: sum(options))
    return count


def _folded(
    prompt: str, leaf: Callable[[str], T], sequence: Callable[[list[T]], T], choice: Callable[[list[T]], T]
) -> T:
    """What `leaf` makes of plain words, joined by `sequence` and, between braces, by `choice`; from the inside out, so
    that no depth of braces is too deep."""
    levels: list[list[list[T]]] = [[[]]]  # for every open brace its options, each as its parts
    opened: list[int] = []
    at = 0
    for match in SIGN.finditer(prompt):
        sign = match[0]
        levels[-1][-1].append(leaf(prompt[at : match.start()]))
        at = match.end()
        if len(sign) == 2 or (sign == "|" and not opened):
            levels[-1][-1].append(leaf(sign[-1]))
        elif sign == "{":
            opened.append(match.start())
            levels.append([[]])
        elif sign == "|":
            levels[-1].append([])
        elif opened:
            opened.pop()
            drawn = choice([sequence(parts) for parts in levels.pop()])
            levels[-1][-1].append(drawn)
        else:
            raise PromptError("brace_closed", match.start())
    if opened:
        raise PromptError("brace_open", opened[-1])
    return sequence([*levels[0][0], leaf(prompt[at:])])
