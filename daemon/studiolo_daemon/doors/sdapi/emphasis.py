"""Emphasis as the web UI writes it, in the way that a request has it.

There `(word)` counts a tenth more, `[word]` as much less, `(word:1.3)` what it says. A request knows the last of them,
and weights inside weights multiply there too. Knows no model.
"""

from __future__ import annotations

import re

from studiolo_daemon.doors.foreign import Refused

STEP = 1.1
_MARKED = re.compile(r":\s*-?(\d+\.?\d*|\.\d+)\s*$")
_SIGNS = re.compile(r"\\.|[()\[\]]", re.DOTALL)
_NETWORK = re.compile(r"<(lora|lyco|hypernet):", re.IGNORECASE)


def weighted(field: str, prompt: str) -> str:
    """The prompt with every emphasis as a number. Raises `Refused` for what a prompt can't do here."""
    if _NETWORK.search(prompt):
        raise Refused(field, "Adapters that a prompt names are not loaded.", "Take the <…> out of the prompt.")
    pieces: list[str] = []
    open_at: list[tuple[str, int]] = []
    """Sign and place in `pieces` of each bracket that is open."""
    end = 0
    for sign in _SIGNS.finditer(prompt):
        pieces.append(prompt[end : sign.start()])
        end = sign.end()
        pieces.append(sign[0])
        if sign[0] in "([":
            open_at.append((sign[0], len(pieces) - 1))
        elif sign[0] in ")]" and open_at and open_at[-1][0] == {")": "(", "]": "["}[sign[0]]:
            _close(field, pieces, open_at.pop()[1])
    return "".join(pieces) + prompt[end:]


def _close(field: str, pieces: list[str], start: int) -> None:
    within = "".join(pieces[start + 1 : -1])
    if pieces[start] == "(":
        if not _MARKED.search(within):
            pieces[-1] = f":{STEP:g})"
    elif re.search(r"(?<!\\)[:|]", re.sub(r"\([^()]*\)", "", within)):
        raise Refused(
            field, f"'[{within:.40}]' would change the prompt while painting.", "Write one prompt for it all."
        )
    else:
        pieces[start], pieces[-1] = "(", f":{1 / STEP:.3f})"
