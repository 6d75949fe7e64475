"""Words of a brief and what they name: places, times of the day, weathers, eras, materials, styles and colours.

They stand in `lexicon.toml`, where a person can check them. Knows no card, no sentence and no model.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from studiolo.image.vocabulary import singulars

Kind = Literal["place", "time", "weather", "era", "material", "style", "colour"]
KINDS: tuple[Kind, ...] = get_args(Kind)

WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
LONGEST = 6
"""Words of the longest phrase that names an entry."""
DENIALS = frozenset(("no", "not", "never", "without", "nor"))


@dataclass(frozen=True)
class Entry:
    """Something that a brief may name, and what it means for each art; empty where it means nothing for one."""

    kind: Kind
    name: str
    """As the card says it."""
    words: tuple[str, ...]
    """What calls it, in small letters; its name too."""
    picture: str = ""
    """How the starter picture model calls it."""
    text: str = ""
    """The literary style."""
    materials: tuple[str, ...] = ()
    """What a place is made of."""
    colour: str = ""
    """`#rrggbb`: of a place the ground, of a time and a weather the air, of a material itself."""
    light: str = ""
    """The colour of what is lit at this time."""
    weight: float = 0.0
    """How much of the air a weather takes, 0 to 1."""
    music: str = ""
    """The ensemble that it calls for."""


@dataclass(frozen=True)
class Found:
    """An entry, and the words that named it."""

    entry: Entry
    words: str
    """As they were written."""
    begin: int
    end: int
    """Where they stand in the text."""


def entries(kind: Kind) -> tuple[Entry, ...]:
    """All there are of a kind."""
    return _read()[kind]


def entry(kind: Kind, words: str) -> Entry | None:
    """The entry that the words of a card stand for: by its name, else the first that they name; None where they name
    none that is known."""
    named = next((one for one in entries(kind) if one.name == words), None)
    if named or not words:
        return named
    found = find(kind, words)
    return found[0].entry if found else None


def pictured(kind: Kind, name: str) -> Entry | None:
    """The entry for what the starter picture model calls `name`; None where a kind has none."""
    return entry(kind, name) or next((one for one in entries(kind) if one.picture == name), None)


def find(kind: Kind, text: str) -> list[Found]:
    """What a text names of a kind, in its order. A longer name hides the shorter ones in it, and what is denied is not
    named."""
    known = _by_words()[kind]
    words = [(match.group().lower().replace("’", "'"), match) for match in WORD.finditer(text)]
    found: list[Found] = []
    at = 0
    while at < len(words):
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            run = [word for word, _ in words[at : at + length]]
            one = next((known[name] for name in _names(run) if name in known), None)
            if one and not DENIALS.intersection(word for word, _ in words[max(0, at - 2) : at]):
                begin, end = words[at][1].start(), words[at + length - 1][1].end()
                found.append(Found(one, text[begin:end], begin, end))
                at += length
                break
        else:
            at += 1
    return found


def forms(word: str) -> tuple[str, ...]:
    """The word in small letters, and what it may be the plural or the possessive of."""
    plain = word.removesuffix("'s").removesuffix("'")
    return (word, plain, *singulars(plain))


def _names(run: list[str]) -> Iterator[str]:
    """A run of words as an entry may have it: as it stands, then with its last word in the singular."""
    *before, last = run
    for form in forms(last):
        yield " ".join((*before, form))
        if not before and "-" in form:
            yield form.replace("-", " ")


@cache
def _read() -> Mapping[Kind, tuple[Entry, ...]]:
    page = _page()
    return {kind: tuple(_entry(kind, name, fields) for name, fields in page[kind].items()) for kind in KINDS}


def _entry(kind: Kind, name: str, fields: Mapping[str, Any]) -> Entry:
    given = {**fields, "words": (name, *fields["words"]), "materials": tuple(fields.get("materials", ()))}
    return Entry(kind=kind, name=name, **given)


@cache
def _by_words() -> Mapping[Kind, Mapping[str, Entry]]:
    known: dict[Kind, dict[str, Entry]] = {}
    for kind in KINDS:
        known[kind] = {}
        for one in entries(kind):
            for word in one.words:
                known[kind].setdefault(" ".join(WORD.findall(word.lower())), one)
    return known


@cache
def _page() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("studiolo.compose.card").joinpath("lexicon.toml").read_text(encoding="utf-8"))
