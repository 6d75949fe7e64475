"""The story bible: what a writer has laid down about people, places and things. Knows no note, no matching, no model.

It is put as a blob, the JSON of a `Bible` (`application/json`), and a text request names that blob: so it crosses the
wire once, however many requests name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, Len

EntryType = Literal["character", "place", "object", "lore"]
SecondaryLogic = Literal["any", "all", "none", "not_all"]

Key = Annotated[str, Len(1, 200)]
Keys = Annotated[tuple[Key, ...], Len(0, 64)]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One person, place, thing or piece of lore, and by which words of the text it is called."""

    name: Annotated[str, Len(1, 200)]
    """Calls the entry too."""
    type: EntryType = "lore"
    text: Annotated[str, Len(1, 20_000)]
    """What the writer should know. Nothing private: all of it may be sent."""
    aliases: Keys = ()
    """Other names; like the name they are plain words."""
    keys: Keys = ()
    """What else calls it: plain words, or a regular expression between slashes (`/storms?/i`, `i` for any case)."""
    secondary: Keys = ()
    """Keys that have a say once another has been found; looked for in the same paragraphs."""
    secondary_logic: SecondaryLogic = "any"
    """How many of the secondary keys must be there: one, every one, none, or not every one."""
    constant: bool = False
    """Whether it is sent always, as far as there is room."""
    order: Annotated[int, Interval(ge=-10_000, le=10_000)] = 0
    """Where there is no room for all, higher goes first."""
    sticky: Annotated[int, Interval(ge=0, le=100)] = 0
    """For how many more paragraphs a mention counts than the bible's `depth`."""
    budget: Annotated[int, Interval(ge=8, le=8_192)] | None = None
    """Most tokens of its text that are sent; None for no bound of its own."""
    case_sensitive: bool = False
    """Whether name, aliases and plain keys must be written with the same capitals."""
    recursion: bool = False
    """Whether names and keys in its text call other entries too."""


@dataclass(frozen=True, kw_only=True)
class Bible:
    """All entries, and how many of them may be sent."""

    entries: Annotated[tuple[Entry, ...], Len(0, 2_000)]
    budget: Annotated[int, Interval(ge=0, le=32_768)] = 600
    """Most tokens of all entries together; half of what the model can read is the most in any case."""
    depth: Annotated[int, Interval(ge=1, le=100)] = 6
    """How many of the last paragraphs are searched for keys."""
    meaning: Annotated[int, Interval(ge=0, le=20)] = 2
    """How many entries at most are sent that nothing called, but that are near to the last paragraphs in meaning."""
    least_likeness: Annotated[float, Interval(ge=0.0, le=1.0)] = 0.35
    """How near in meaning an entry must be for that, as the cosine of two embeddings."""
