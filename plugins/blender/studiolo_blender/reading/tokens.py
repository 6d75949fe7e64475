# SPDX-License-Identifier: GPL-3.0-or-later
"""A sentence cut into the words and phrases that `vocabulary` knows, the longest first. Knows no grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from . import qualities, vocabulary

LONGEST = 5
"""Words of a phrase."""
UNITS = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), 0.01),
    **dict.fromkeys(("ft", "foot", "feet"), 0.3048),
}


@dataclass(frozen=True)
class Token:
    """One word or phrase, with all it can mean."""

    text: str
    plural: bool = False
    noun: str = ""
    """A kind of thing."""
    group: tuple[str, int, int, str] | None = None
    number: tuple[int, int] | None = None
    size: str = ""
    proportion: str = ""
    layout: str = ""
    relation: str = ""
    turned: str = ""
    trailing: str = ""
    look: str = ""
    air: str | None = None
    toned: str | None = None
    height: float = 0.0
    """Metres."""
    sign: str = ""
    """`.` and `,` and words that join: `and`, `with`, `of`, `the`, `no`, `each`, `it`, `stop`."""

    @property
    def known(self) -> bool:
        return self != Token(self.text, self.plural)


def _lexicon() -> dict[str, Token]:
    found: dict[str, Token] = {}

    def learn(phrase: str, **meaning: object) -> None:
        found[phrase] = replace(found.get(phrase, Token(phrase)), **meaning)  # type: ignore[arg-type]

    for field, table in (
        ("noun", vocabulary.NOUNS),
        ("size", vocabulary.SIZES),
        ("proportion", vocabulary.PROPORTIONS),
        ("layout", vocabulary.LAYOUTS),
        ("relation", vocabulary.RELATIONS),
        ("turned", vocabulary.TURNED),
        ("trailing", vocabulary.TRAILING),
    ):
        for value, phrases in table.items():
            for phrase in phrases.split("|"):
                learn(phrase, **{field: value})
    for phrases, group in vocabulary.GROUPS.items():
        for phrase in phrases.split("|"):
            learn(phrase, group=group)
    for phrases, value in qualities.AIR.items():
        for phrase in phrases.split("|"):
            learn(phrase, air=value)
    for phrase, value in qualities.TONED.items():
        learn(phrase, toned=value)
    for phrase in qualities.LOOKS:
        learn(phrase, look=phrase)
    for phrase, number in vocabulary.NUMBERS.items():
        learn(phrase, number=number)
    for phrase in vocabulary.PRONOUNS:
        learn(phrase, sign="it")
    for sign, phrases in {
        "and": "and|as well as|plus|together with",
        "with": "with",
        "of": "of|made of|made out of|made from|built of|built from|out of|consisting of",
        "the": "the",
        "a": "a|an",
        "no": "no|without|without any|not a",
        "each": "each",
        "of them": "of them|of which|of these|of those",
    }.items():
        for phrase in phrases.split("|"):
            learn(phrase, sign=sign)
    return found


LEXICON = _lexicon()


def tokens(sentence: str) -> list[Token]:
    """The sentence's words and phrases. Hyphens count as spaces, signs between clauses as `.` or `,`."""
    text = sentence.lower().replace("’", "'").replace("-", " ").replace("×", " x ")
    text = re.sub(r"(\d)\s*(?:x|by)\s*(\d)", r"\1 x \2", text)
    words = re.findall(r"\d+(?:\.\d+)?|[a-zà-ÿ]+(?:'[a-z]+)?|[.,;:!?()–—\n]", text)
    found: list[Token] = []
    at = 0
    while at < len(words):
        token, taken = _longest(words[at : at + LONGEST])
        found.append(token)
        at += taken
    return _joined(found)


def _longest(words: list[str]) -> tuple[Token, int]:
    first = words[0]
    if re.fullmatch(r"[^\w]", first):
        return Token(first, sign="," if first == "," else "."), 1
    if first[0].isdigit():
        return _digits(words)
    for length in range(len(words), 0, -1):
        phrase = " ".join(words[:length])
        if phrase in LEXICON:
            token = LEXICON[phrase]
            return (replace(token, plural=True) if phrase in vocabulary.NEVER_SINGULAR else token), length
        for singular in _singulars(words[length - 1]):
            phrase = " ".join([*words[: length - 1], singular])
            token = LEXICON.get(phrase, Token(""))
            if token.noun or token.group or token.air is not None:
                return replace(token, text=" ".join(words[:length]), plural=True, look=""), length
    return Token(first, sign="stop" if first in vocabulary.STOP else ""), 1


def _digits(words: list[str]) -> tuple[Token, int]:
    if len(words) > 2 and words[1] == "x" and words[2].isdigit():
        count = int(words[0].split(".")[0]) * int(words[2])
        return Token(" ".join(words[:3]), number=(count, count), layout="grid"), 3
    if len(words) > 1 and words[1] in UNITS:
        taken = 3 if len(words) > 2 and words[2] in ("high", "tall") else 2
        return Token(words[0], height=float(words[0]) * UNITS[words[1]]), taken
    count = int(words[0].split(".")[0])
    return Token(words[0], number=(count, count)), 1


def _singulars(word: str) -> list[str]:
    if word in vocabulary.IRREGULAR:
        return [vocabulary.IRREGULAR[word]]
    found = []
    if word.endswith("ies"):
        found.append(word[:-3] + "y")
    if word.endswith("es"):
        found.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss"):
        found.append(word[:-1])
    return found


def _joined(found: list[Token]) -> list[Token]:
    """Numbers of several words as one: "twenty five", "two hundred", "three dozen"."""
    joined: list[Token] = []
    for token in found:
        before = joined[-1] if joined else Token("")
        if token.number and before.number and not (token.layout or before.layout):
            low, high = token.number
            if token.text in ("thousand", "hundred", "dozen"):
                number = (before.number[0] * low, before.number[1] * high)
            elif 20 <= before.number[0] <= 90 and low < 10:
                number = (before.number[0] + low, before.number[1] + high)
            else:
                number = token.number
            joined[-1] = Token(f"{before.text} {token.text}", number=number)
        else:
            joined.append(token)
    return joined
