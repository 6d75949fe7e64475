"""Prose on standard output while it is being written. Knows no job.

What a model writes last may be cut from the finished text again: half a sentence, a space. On a terminal all of it is
shown at once and taken back where it was cut; into a pipe nothing can be taken back, so there the sentence that is
not yet whole is held back.
"""

from __future__ import annotations

import os
import shutil
from typing import TextIO

from studiolo.text.sentences import ends_whole, sentence_ends

LONGEST_WAIT = 2000
"""Characters that are held back at most for the end of a quotation."""


class Prose:
    """One text, piece by piece."""

    def __init__(self, out: TextIO, hold: bool, around: tuple[str, str] = ("", "\n")) -> None:
        """`hold`: whether an unfinished sentence may still be cut, and so is held back where it can't be taken back.
        `around`: white space before the first word and after the last, for a pipe; a terminal's line just ends."""
        self._out = out
        self._before, self._after = ("", "\n") if out.isatty() else around
        self._screen = out.isatty() and os.name != "nt" and os.environ.get("TERM") != "dumb"
        self._hold = hold and not self._screen
        self._text = ""
        self._written = 0
        """How many characters of the text are out."""

    @property
    def text(self) -> str:
        """All that came."""
        return self._text

    def add(self, piece: str) -> None:
        self._text += piece
        self._write_to(self._whole() if self._hold else len(self._text))

    def finish(self, text: str | None = None) -> bool:
        """Brings what is out to `text`, the finished one, or to all that came, and ends it.

        False if words are out that are not in `text` and could not be taken back.
        """
        text = self._text if text is None else text
        shown = self._text[: self._written]
        common = _common(shown, text)
        clean = common == len(shown) or (self._screen and self._take_back(shown, common))
        if clean:
            self._text = text
            self._write_to(len(text))
        if self._text and not self._text.endswith("\n"):
            self._out.write(self._after)
            self._out.flush()
        return clean or not shown[common:].strip()

    def _whole(self) -> int:
        """Where the last sentence ends that is whole for certain: something follows it, and no quotation is open."""
        # what is out ended whole, so it has no say; nor is a quotation mark waited for that never comes
        begin = max(self._written, len(self._text) - LONGEST_WAIT)
        rest = self._text[begin:]
        for end in reversed(sentence_ends(rest)):
            if rest[end:].strip() and ends_whole(rest[:end]):
                return begin + end
        return self._written

    def _write_to(self, end: int) -> None:
        if end > self._written:
            self._out.write(("" if self._written else self._before) + self._text[self._written : end])
            self._out.flush()
            self._written = end

    def _take_back(self, shown: str, keep: int) -> bool:
        """Wipes what stands after the first `keep` characters off the screen; False if it has scrolled away."""
        size = shutil.get_terminal_size()
        row, column = _place(shown[:keep], size.columns)
        if column == size.columns:  # no cursor can stand behind the last column: that character is written again
            keep -= 1
            row, column = _place(shown[:keep], size.columns)
        last, _ = _place(shown, size.columns)
        if last - row >= size.lines:
            return False
        up = f"\x1b[{last - row}A" if last > row else ""
        right = f"\x1b[{column}C" if column else ""
        self._out.write(f"{up}\r{right}\x1b[J")
        self._written = keep
        return True


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    differing = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differing, min(len(one), len(other)))


def _place(text: str, columns: int) -> tuple[int, int]:
    """Row and column of the cursor after `text`, written from the left edge of a screen so many columns wide."""
    from rich.cells import cell_len

    row = column = 0
    for character in text:
        if character == "\n":
            row, column = row + 1, 0
            continue
        width = cell_len(character)
        if column + width > columns:
            row, column = row + 1, 0
        column += width
    return row, column
