# SPDX-License-Identifier: GPL-3.0-or-later
"""What another wording takes from a text and adds to it, word by word. Knows texts only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["same", "removed", "added"]

TOKEN = re.compile(r"\s+|[\w'’-]+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both have, or one of them."""

    kind: Kind
    text: str


def diff(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order: those that are `same` or `removed` make up `before`, those that are `same` or
    `added` make up `after`. Of two that stand in each other's place the removed one comes first; spaces between two
    changed words count as changed."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    changes: list[tuple[bool, str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
        changes.append((kind == "equal", "".join(old[a:b]), "".join(new[c:d])))
    for at in range(1, len(changes) - 1):
        if changes[at][1].isspace():
            changes[at] = (False, changes[at][1], changes[at][2])
    pieces: list[Piece] = []
    for same, run in groupby(changes, key=lambda change: change[0]):
        removed, added = ("".join(texts) for texts in list(zip(*run, strict=True))[1:])
        pieces += [Piece("same", removed)] if same else [Piece("removed", removed), Piece("added", added)]
    return [piece for piece in pieces if piece.text]
