"""Reads what a person wants out of their own words: how many, what kind of poem, who talks. English. Knows no model."""

from __future__ import annotations

import re

from studiolo.text.forms import POEMS
from studiolo.text.sentences import ends_whole

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=2
    )
}
_COUNT = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(?:\w+\s+){{0,2}}?(?:names?|ideas?|lines?|items?|suggestions?|titles?|ways?)\b",
    re.IGNORECASE,
)
_BRIEF = re.compile(
    r"\s*(?:please\s+)?(?:write|tell|give|make|create|compose|describe|invent|imagine|about|an?\s+(?:\w+\s+)?(?:story|tale))\b",
    re.IGNORECASE,
)
_NAME = r"(?:(?:Mr|Mrs|Ms|Dr|Captain|Aunt|Uncle|Old)\.?\s)?[A-Z][\w'’-]+"
_NAMED = re.compile(rf"\b({_NAME})(?:,[^,.]{{1,40}},)?\s+and\s+(?:(?:her|his|their|the)\s+[\w ]{{1,24}}?)?({_NAME})\b")
_KIND = re.compile(
    r"\b(?:an?|the|two|between)\s+(?:[\w-]+\s+){0,2}?([a-z]{3,12})(?:\s+who[\w\s]{1,40}?)?\s+and\s+"
    r"(?:an?|the|her|his)\s+(?:(?:old|young|new|lost|little|retired|tired|angry|talking|dead)\s+)?([a-z]{3,12})\b",
    re.IGNORECASE,
)


def count_in(words: str, otherwise: int) -> int:
    """The number of names, ideas or lines that the words ask for, from 2 to 40; `otherwise` where they name none."""
    match = _COUNT.search(words)
    if not match:
        return otherwise
    said = match.group(1).lower()
    number = _NUMBERS.get(said) or int(said)
    return number if 2 <= number <= 40 else otherwise


def poem_in(words: str) -> str:
    """The kind of poem that the words ask for; empty where they name none."""
    found = [(match.start(), name) for name in POEMS if (match := re.search(rf"\b{name}s?\b", words, re.IGNORECASE))]
    return min(found)[1] if found else ""


def speakers_in(words: str) -> tuple[str, ...]:
    """The two people that the words name ("Ana and Bo", "a baker and a thief"); empty where they name none."""
    named = _NAMED.search(words)
    if named:
        return (_short(named.group(1)), _short(named.group(2)))
    kinds = _KIND.search(words)
    if kinds and kinds.group(1).lower() != kinds.group(2).lower():
        return (kinds.group(1).capitalize(), kinds.group(2).capitalize())
    return ()


def reads_as_opening(text: str) -> bool:
    """Whether a text is the beginning of a piece of prose, not a brief for one."""
    if _BRIEF.match(text) or len(text.split()) < 4:
        return False
    return ends_whole(text) or text.rstrip().endswith((",", ";", ":", "—", "–", '"', "”"))


def _short(name: str) -> str:
    return name.replace("’", "'")
