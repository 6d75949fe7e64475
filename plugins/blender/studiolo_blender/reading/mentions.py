# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sentence speaks of, as it is read: things with all that is said of them, the air, and what is unknown. Knows
no grammar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import vocabulary

MOST_OF_ONE = 300
ENCLOSING = ("fence", "wall", "bush")
PIECES = (8, 12)
"""Of a fence that goes all around something."""


@dataclass
class Mention:
    """A thing, or several alike, that the sentence speaks of."""

    kind: str
    count: tuple[int, int] = (1, 1)
    """Fewest and most."""
    counted: bool = False
    """Whether the sentence says how many."""
    size: str = ""
    proportion: str = ""
    height: float = 0.0
    layout: str = ""
    looks: list[str] = field(default_factory=list)
    """Words of `qualities.LOOKS`."""
    where: str = ""
    of: Mention | None = None
    """What it stands to."""
    gathered: bool = False
    """Whether a word such as "forest" speaks of it."""
    encloses: bool = False
    """Whether it goes all around something, as a fence does."""

    @property
    def many(self) -> bool:
        return self.count != (1, 1)

    def take(self, phrase: Phrase, plural: bool) -> None:
        """What was said before it is said of it."""
        if phrase.number:
            low, high = phrase.number
            self.count, self.counted = (low * phrase.times, high * phrase.times), True
        elif not self.gathered and (plural or phrase.layout):
            self.count = vocabulary.ROWS if phrase.layout in ("grid", "avenue") else vocabulary.PLURAL
        self.layout = phrase.layout or self.layout
        self.looks = list(dict.fromkeys(phrase.looks))
        self.size, self.proportion, self.height = phrase.size, phrase.proportion, phrase.height

    def stands(self, where: str, of: Mention | None) -> None:
        """It stands so, unless it stands otherwise already or that would lead back to itself."""
        other = of
        while other is not None:
            if other is self:
                return
            other = other.of
        if not self.where:
            self.where, self.of = where, of


@dataclass
class Reading:
    """All that was read."""

    mentions: list[Mention] = field(default_factory=list)
    air: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For fields such as `world.sky`, what the sentence leaves of their values."""
    unknown: list[str] = field(default_factory=list)
    """Things that the scene builder cannot build, as they are written."""
    notes: list[str] = field(default_factory=list)


@dataclass
class Phrase:
    """What was said of a thing before the thing itself."""

    number: tuple[int, int] | None = None
    times: int = 1
    """Rows, stacks: of each of which there are `number`."""
    looks: list[str] = field(default_factory=list)
    toned: list[str] = field(default_factory=list)
    size: str = ""
    proportion: str = ""
    height: float = 0.0
    layout: str = ""
    definite: bool = False
    begun: bool = False
    """Whether an article or a number has opened it."""
    none: bool = False
    """Whether there is to be none of it."""
    unknown: str = ""


def settle(reading: Reading) -> None:
    """What can only be said when all has been read."""
    for one in [mention for mention in reading.mentions if mention.gathered]:
        named = [other for other in reading.mentions if other.kind == one.kind and other.many and not other.gathered]
        if named:  # "a village with eight houses": the eight are the village
            named[0].layout = named[0].layout or one.layout
            reading.mentions.remove(one)
            for other in reading.mentions:
                if other.of is one:
                    other.where, other.of = ("", None) if other is named[0] else (other.where, named[0])
    for one in reading.mentions:
        _on_tables(one, reading.mentions)
        around = one if one.where == "around" else one.of if one.where == "inside" else None
        if around is not None and around.kind in ENCLOSING and (around.many or one.where == "around"):
            around.encloses = True
            around.count = around.count if around.many else PIECES
    for one in list(reading.mentions):
        if one.count[1] < 1:
            reading.mentions.remove(one)
        elif one.count[1] > MOST_OF_ONE:
            reading.notes.append(f"{one.count[1]} are too many of one thing; {MOST_OF_ONE} are the most.")
            one.count = (min(one.count[0], MOST_OF_ONE), MOST_OF_ONE)
    reading.unknown = list(dict.fromkeys(reading.unknown))


def _on_tables(one: Mention, mentions: Sequence[Mention]) -> None:
    """Small things that are said to be in something, or nowhere, are on the table."""
    if one.where == "inside" and one.of is not None and not one.of.many and one.of.kind in vocabulary.SURFACES[:4]:
        one.where = "on"
    inside = one.where == "inside" and one.of is not None and one.of.many
    if one.kind in vocabulary.SMALL and (inside or not one.where):
        table = next((other for other in mentions if other.kind in vocabulary.SURFACES and not other.many), None)
        if table is not None:
            one.where, one.of = "", None
            one.stands("on", table)
    elif one.kind == "chair" and not one.where:
        table = next((other for other in mentions if other.kind == "table" and not other.many), None)
        if table is not None:
            one.stands("around" if one.many else "beside", table)
