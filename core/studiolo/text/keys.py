"""Looks for keys in paragraphs: plain words, or regular expressions between slashes. Knows no entry and no model.

Words are whole words where words are divided by spaces; in Chinese, Japanese, Korean, Thai and their like a key is
found anywhere, for there nothing divides words, or endings are glued to names.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import regex

LONGEST_SEARCHED = 60_000
"""Characters of a text, from its end, in which keys are looked for."""
PATIENCE, PATIENCE_FOR_ALL = 0.05, 1.0
"""Seconds that one regular expression may take in a paragraph, and all of them in a request."""

_SLASHED = re.compile(r"/(.+)/([a-z]*)", re.DOTALL)
_FLAGS = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL, "u": 0, "g": 0}
"""The flags that JavaScript has too; `u` and `g` change nothing here."""
_UNDIVIDED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}ー]"
)


class Patterns:
    """The regular expressions among the keys: each is read once, and none may take too long."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        """What is wrong with a key, for the person."""
        self._read: dict[str, Any] = {}
        self._left = PATIENCE_FOR_ALL

    def __contains__(self, key: str) -> bool:
        """Whether the key is written as a regular expression."""
        return _SLASHED.fullmatch(key) is not None

    def stands(self, key: str, text: str, whose: str) -> bool:
        """Whether it matches anywhere; a wrong one never does, and a note says why. `whose`: the entry's name."""
        if key not in self._read:
            self._read[key] = self._compiled(key, whose)
        pattern = self._read[key]
        if pattern is None or self._left <= 0:
            return False
        began = time.monotonic()
        try:
            return pattern.search(text, timeout=min(PATIENCE, self._left)) is not None
        except TimeoutError:
            self._read[key] = None
            self._note(key, whose, "takes too long and was not looked for any further")
            return False
        finally:
            self._left -= time.monotonic() - began
            if self._left <= 0:
                self.notes.append("The regular expressions of the story bible took too long; some were not looked for.")

    def _compiled(self, key: str, whose: str) -> Any:
        match = _SLASHED.fullmatch(key)
        assert match is not None
        flags = 0
        for letter in match.group(2):
            if letter not in _FLAGS:
                return self._note(key, whose, f"has the flag '{letter}', which is not known")
            flags |= _FLAGS[letter]
        try:
            return regex.compile(match.group(1), flags)
        except (regex.error, OverflowError, RecursionError) as error:
            return self._note(key, whose, f"is no regular expression: {str(error) or 'nested too deeply'}")

    def _note(self, key: str, whose: str, fault: str) -> None:
        self.notes.append(f"The key '{key:.60}' of {whose:.60} {fault}.")


class Passage:
    """Paragraphs of a text, the last one first."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._paragraphs = paragraphs

    @classmethod
    def of(cls, text: str) -> Passage:
        """The paragraphs of a text, divided by empty lines, or by line ends where it has no empty lines."""
        text = unicodedata.normalize("NFKC", text[-LONGEST_SEARCHED:]).replace("’", "'")
        pieces = (
            re.split(r"\n[^\S\n]*\n", text) if re.search(r"\S[^\S\n]*\n[^\S\n]*\n\s*\S", text) else text.split("\n")
        )
        paragraphs = [" ".join(piece.split()) for piece in pieces if piece.strip()]
        return cls(paragraphs[::-1])

    @property
    def length(self) -> int:
        return len(self._paragraphs)

    @cached_property
    def _folded(self) -> list[str]:
        return [paragraph.casefold() for paragraph in self._paragraphs]

    def last(self, count: int) -> Passage:
        """The last of these paragraphs."""
        if count >= self.length:
            return self
        part = Passage(self._paragraphs[:count])
        part.__dict__["_folded"] = self._folded[:count]
        return part

    def place(self, back: int) -> str:
        """Which paragraph that is, in words; `back` counts from 0, the last one."""
        if self.length == 1:
            return "in the text"
        return "in the last paragraph" if back == 0 else f"{back} paragraph{'s' if back > 1 else ''} before the last"

    def find(self, key: str, case_sensitive: bool, patterns: Patterns | None, whose: str) -> int | None:
        """The latest paragraph that has the key, counted from 0, the last one; None where none has. Without `patterns`
        the key is plain words in any case; `whose` is the entry that it belongs to."""
        if patterns is not None and key in patterns:
            found = (at for at, text in enumerate(self._paragraphs) if patterns.stands(key, text, whose))
        else:
            plain = _plain(key, case_sensitive)
            texts = self._paragraphs if case_sensitive else self._folded
            found = (at for at, text in enumerate(texts) if _place(plain, text) is not None)
        return next(found, None)

    def place_of(self, word: str, case_sensitive: bool) -> int | None:
        """Where in the last paragraph a word first stands; None where it does not."""
        texts = self._paragraphs if case_sensitive else self._folded
        return _place(_plain(word, case_sensitive), texts[0]) if texts else None


def _plain(key: str, case_sensitive: bool) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", key).replace("’", "'").split())
    return plain if case_sensitive else plain.casefold()


def _place(key: str, text: str) -> int | None:
    """Where the key stands as whole words."""
    place = text.find(key) if key else -1
    while place >= 0:
        end = place + len(key)
        if _parted(text[place - 1 : place], key[0]) and _parted(key[-1], text[end : end + 1]):
            return place
        place = text.find(key, place + 1)
    return None


def _parted(one: str, next_one: str) -> bool:
    """Whether one word ends and another may begin between two signs."""
    return not (_in_word(one) and _in_word(next_one))


def _in_word(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign)[0] in "LNM" and not _UNDIVIDED.match(sign)
