"""How English verse sounds, as far as spelling tells: syllables and rhymes, and whether a form of poem is kept.

Knows no model, and no dictionary: the count of syllables is right for about nine words of ten.
"""

from __future__ import annotations

import re

RHYMES: dict[str, tuple[str, ...]] = {
    "couplet": ("aa",),
    "quatrain": ("abab", "abcb", "aabb", "abba"),
    "limerick": ("aabba",),
    "sonnet": ("ababcdcdefefgg", "abbaabbacdecde", "abbaabbacdcdcd", "abbacddceffegg"),
    "villanelle": ("abaabaabaabaabaabaa",),
}
"""The orders of rhymes that a form may have: the same letter, the same rhyme. Others need not rhyme."""


def syllables(line: str) -> int:
    """About how many syllables an English line has, by its groups of vowels."""
    total = 0
    for word in re.findall(r"[a-z']+", line.lower()):
        groups = len(re.findall(r"[aeiouy]+", word))
        silent = word.endswith("e") and not word.endswith(("le", "ee", "ye")) and groups > 1
        silent = silent or (word.endswith("ed") and not word.endswith(("ted", "ded")) and groups > 1)
        total += max(1, groups - silent)
    return total


def rhyme(line: str) -> str:
    """The sound that a line ends with: its last vowels and what follows."""
    word = last_word(line)
    word = word.removesuffix("e") if len(word) > 3 and not word.endswith(("ee", "ye")) else word
    match = re.search(r"[aeiouy]+[^aeiouy]*$", word)
    return match.group() if match else word


def last_word(line: str) -> str:
    """In small letters; empty where there is none."""
    words: list[str] = re.findall(r"[\w'’]+", line.lower())
    return words[-1] if words else ""


def kept(text: str, name: str, count: int, wanted: tuple[int, ...]) -> str:
    """Whether a poem keeps its form, in words. `name` of the form, `count` of its lines, `wanted` syllables in each."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [f"{count} lines" if len(lines) == count else f"{len(lines)} instead of {count} lines"]
    if wanted and len(lines) == len(wanted):
        said = [syllables(line) for line in lines]
        slack = 0 if len(wanted) == 3 else 2  # a limerick is measured by its beats, a haiku by its syllables
        fits = all(abs(one - other) <= slack for one, other in zip(said, wanted, strict=True))
        told.append(f"syllables {_row(said)}" + ("" if fits else f" instead of {_row(wanted)}"))
    if name in RHYMES and len(lines) == count:
        missing = min((_unrhymed(lines, order) for order in RHYMES[name]), key=len)
        pairs = ", ".join(f"{one} and {other}" for one, other in missing[:4])
        told.append(f"no rhyme of lines {pairs}" if missing else "it rhymes")
    return "; ".join(told)


def _unrhymed(lines: list[str], order: str) -> list[tuple[int, int]]:
    """Lines that should rhyme and do not, as pairs counted from 1; a word does not rhyme with itself."""
    pairs = []
    for at, letter in enumerate(order):
        before = order.rfind(letter, 0, at)
        if before >= 0:
            same = last_word(lines[before]) == last_word(lines[at])
            if rhyme(lines[before]) != rhyme(lines[at]) or same:
                pairs.append((before + 1, at + 1))
    return pairs


def _row(numbers: tuple[int, ...] | list[int]) -> str:
    return "-".join(map(str, numbers))
