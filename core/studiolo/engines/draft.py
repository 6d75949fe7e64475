"""One answer while it is written: its tokens and text, what it must not say, and where it ends.

Knows a tokenizer and strings; no model and no sampler. A phrase that must not appear is noticed as soon as it is
complete; the answer then goes back to before it, and the token that began it is not chosen there again.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from studiolo.engines.grammar import Guide
from studiolo_contract.events import Token

BEFORE = 6
"""Tokens of the prompt's end that are decoded along, since some tokenizers write a text's first word differently."""


@dataclass(frozen=True)
class Limits:
    """What ends every draft of an answer."""

    max_tokens: int
    ends: frozenset[int]
    """Tokens that end an answer."""
    fewest: int
    """Tokens before which an answer does not end by itself: an empty one helps nobody."""
    stops: tuple[str, ...]
    """The answer ends before the first of these."""
    banned: tuple[str, ...]
    """Phrases that never appear, in whatever case they are written."""


@dataclass
class Draft:
    """One row of a batch."""

    tokenizer: Any
    prompt: Sequence[int]
    limits: Limits
    random: np.random.Generator
    guide: Guide | None
    tokens: list[int] = field(default_factory=list)
    text: str = ""
    finish: Literal["", "end", "stop", "length"] = ""
    """Why it ended; empty while it goes on."""
    written: int = 0
    """Tokens that were chosen, those that were taken back included."""
    reported: list[Token] = field(default_factory=list)
    """For each token its probability and alternatives, where they were asked for."""
    _lengths: list[int] = field(default_factory=list)
    """Of the text after each token."""
    _avoided: dict[int, set[int]] = field(default_factory=dict)
    """For places in the answer: the tokens that would begin a banned phrase there."""
    _decoded: int = 0
    """Tokens whose text is settled; those after it may be part of a character."""

    @property
    def last(self) -> int:
        """The token that the model reads next."""
        return self.tokens[-1] if self.tokens else self.prompt[-1]

    @property
    def length(self) -> int:
        """How many tokens the model must have read before `last`."""
        return len(self.prompt) + len(self.tokens) - 1

    def avoided(self) -> list[int]:
        """Tokens that must not come next."""
        return list(self._avoided.get(len(self.tokens), ()))

    def certain(self) -> int:
        """How many characters of the text can't be taken back any more."""
        if self.finish:
            return len(self.text)
        held = 0
        folded = _folded(self.text)
        for text, phrases in ((self.text, self.limits.stops), (folded, map(_folded, self.limits.banned))):
            for phrase in phrases:
                for length in range(min(len(phrase), len(text)), held, -1):
                    if text.endswith(phrase[:length]):
                        held = length
                        break
        return len(self.text) - held

    def take(self, token: int) -> bool:
        """Writes a token. Returns False where that completed a banned phrase, and the draft has gone back before it."""
        self.written += 1
        if token in self.limits.ends:
            self.finish = "end"
            self._complete()
            return True
        if self.guide is not None:
            self.guide.take(token)
        self.tokens.append(token)
        before = len(self.text)
        self._decode()
        self._lengths.append(len(self.text))
        phrase = self._banned(before)
        if phrase is not None:
            self._go_back(phrase)
            return False
        self._end(before)
        return True

    def continued(self, other: Draft) -> Draft:
        """A draft that has come as far as this one, and goes on with the chances of `other`."""
        twin = copy.copy(self)
        twin.random, twin.written = other.random, other.written
        twin.guide = self.guide.copy() if self.guide is not None else None
        twin.tokens, twin.reported = list(self.tokens), list(self.reported)
        twin._lengths = list(self._lengths)
        twin._avoided = {place: set(tokens) for place, tokens in self._avoided.items()}
        return twin

    def _decode(self) -> None:
        """Adds to the text what the newest tokens say, once they make whole characters."""
        row = [*self.prompt[-BEFORE:], *self.tokens]
        first = len(row) - len(self.tokens)
        start = max(0, first + self._decoded - BEFORE)
        known = self.tokenizer.decode(row[start : first + self._decoded], skip_special_tokens=True)
        now = self.tokenizer.decode(row[start:], skip_special_tokens=True)
        if len(now) > len(known) and not now.endswith("\ufffd"):
            self.text += now[len(known) :]
            self._decoded = len(self.tokens)

    def _complete(self) -> None:
        """Adds what is left of the last tokens, whole characters or not."""
        if self._decoded < len(self.tokens):
            row = self.tokens[self._decoded :]
            self.text += self.tokenizer.decode(row, skip_special_tokens=True).rstrip("\ufffd")
            self._decoded = len(self.tokens)

    def _banned(self, before: int) -> int | None:
        """Where the first banned phrase begins that the newest text completed."""
        folded = _folded(self.text)
        places = []
        for phrase in map(_folded, self.limits.banned):
            place = folded.find(phrase, max(0, before - len(phrase) + 1))
            if place >= 0:
                places.append(place)
        return min(places, default=None)

    def _go_back(self, place: int) -> None:
        """Takes back the token that wrote the character at `place`, and all after it."""
        index = bisect_right(self._lengths, place)
        token = self.tokens[index]
        self._avoided = {at: tokens for at, tokens in self._avoided.items() if at <= index}
        self._avoided.setdefault(index, set()).add(token)
        if self.guide is not None:
            self.guide.take_back(len(self.tokens) - index)
        del self.tokens[index:], self._lengths[index:], self.reported[index:]
        self.text = self.text[: self._lengths[-1] if self._lengths else 0]
        # Tokens that were waiting to make a whole character wait again.
        self._decoded = min(self._decoded, index)
        while self._decoded and self._lengths[self._decoded - 1] == (
            self._lengths[self._decoded - 2] if self._decoded > 1 else 0
        ):
            self._decoded -= 1

    def _end(self, before: int) -> None:
        longest = max(map(len, self.limits.stops), default=0)
        places = [self.text.find(stop, max(0, before - longest + 1)) for stop in self.limits.stops]
        places = [place for place in places if place >= 0]
        if places:
            self.text = self.text[: min(places)]
            self.finish = "stop"
        elif self.guide is not None and self.guide.complete:
            self.finish = "end"
        elif len(self.tokens) >= self.limits.max_tokens:
            self.finish = "length"
            self._complete()


def _folded(text: str) -> str:
    """In small letters, if that keeps the places of all characters."""
    small = text.lower()
    return small if len(small) == len(text) else text
