"""What a brief names: its noun phrases, by rules for plain English. Knows no model and no card.

Words that bind others, and verbs, end a phrase; what is left between them names something. A phrase is rather cut short
than given what does not belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from studiolo.compose.card.english import listed
from studiolo.compose.card.lexicon import forms

LONGEST = 5
"""Words of a phrase, its determiner not counted: beyond that the rules have lost the thread."""

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*['’]?|[^\s\w]")

_ONE = frozenset(("a", "an"))
_OPENING = listed("opening")
_PREPOSITIONS = listed("prepositions")
IN = listed("within")
"""Prepositions behind which a place stands."""
_BINDING = listed("binding") | _ONE | _OPENING | _PREPOSITIONS
_VERBS = listed("verbs")
_PAST = listed("deeds")
_TRADES = ("man", "men", "woman", "women", "smith", "keeper", "maker", "monger", "cutter", "wright")
"""How words for people end that no list has."""


@dataclass(frozen=True)
class Phrase:
    """Words that name one thing."""

    words: str
    """Without what stands before them: "old lighthouse keeper"."""
    head: str
    """What it is, in small letters: "keeper"."""
    begin: int
    end: int
    """Where the words stand in the text."""
    after: str = ""
    """The preposition before it: "from"."""
    tail: str = ""
    """What it does, or where it comes from: "rising from the sea"."""
    named: bool = False
    """Whether it is a name: "Mara Voss", and also "the smuggler Mara Voss"."""
    bare: bool = False
    """Whether it is one word with nothing before it that says it is a thing: "warm"."""

    @property
    def person(self) -> bool:
        """Whether it is somebody; a name behind "in" or "of" is a place's."""
        return _is_somebody(self.head) or (self.named and self.after not in IN and self.after != "of")

    @property
    def alive(self) -> bool:
        return self.person or _is(self.head, listed("creatures"))

    @property
    def unseen(self) -> bool:
        """Whether no picture can show it."""
        return _is(self.head, listed("unseen")) or self.head.endswith(("ness", "hood", "ism"))


def phrases(text: str) -> list[Phrase]:
    """What the text names, in its order."""
    tokens = list(_TOKEN.finditer(text))
    words = [match.group().lower().replace("’", "'") for match in tokens]
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(words):
        if found and at == found[-1][1] and _ends_in_s(words[at]):
            at += 1  # an unknown word in -s right behind a phrase is what that does: "the baker kneads dough"
            continue
        start, end = _run(words, tokens, at)
        if end > start:
            found.append((start, end, _before(words, at)))
        at = max(end, at + 1)
    return [_phrase(text, tokens, words, *one) for one in found]


def _run(words: Sequence[str], tokens: Sequence[re.Match[str]], at: int) -> tuple[int, int]:
    """Where the words of a phrase that begins at `at` start and end; nothing where none begins there."""
    start = at
    one = words[at] in _ONE
    opened = one or words[at] in _OPENING or words[at].endswith(("'s", "s'"))
    if opened:
        start += 1
    end = start
    while end < len(words) and end - start < LONGEST and _may_name(words[end]):
        first = end == start
        if _is_name(tokens, end):
            end += 1
            continue
        if not first and _is_name(tokens, end - 1):
            break
        if _acts(words, end, first, opened, one):
            break
        end += 1
    if start < end and not opened and words[start] in _PAST:
        return start, start
    return start, end


def _acts(words: Sequence[str], at: int, first: bool, opened: bool, one: bool) -> bool:
    """Whether the word is what somebody does, and no part of a name for something."""
    word = words[at]
    follows = at + 1 < len(words) and _may_name(words[at + 1])
    if word.endswith(("ing", "ed")) and len(word) > 4:
        return word not in listed("things_in_ing_and_ed") and not (first and (opened or follows))
    if word in _PAST:
        return not (first and opened)
    stem = _stem(word)
    if first:
        return not opened and (word in _VERBS or stem in _VERBS)
    if stem in _VERBS:
        return True
    if word in _VERBS:
        # "the night watch" names something, "the waves crash" and "two robots dance" do not
        return _many(words[at - 1])
    # an unknown word in -s behind "a" and a noun, or before another: "a baker kneads", "the cook poisons the wine"
    before_another = at + 1 < len(words) and words[at + 1] in _ONE | _OPENING
    return (one or before_another) and _ends_in_s(word)


def _ends_in_s(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))


def _many(word: str) -> bool:
    """Whether a noun is in the plural."""
    return _ends_in_s(word) or word in (
        "children",
        "men",
        "women",
        "people",
        "mice",
        "geese",
        "wolves",
        "feet",
        "teeth",
    )


def _stem(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "goes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else ""


def _phrase(
    text: str, tokens: Sequence[re.Match[str]], words: Sequence[str], start: int, end: int, after: str
) -> Phrase:
    begin, stop = tokens[start].start(), tokens[end - 1].end()
    named = _is_name(tokens, end - 1)
    head = words[end - 1]
    return Phrase(
        words=" ".join(text[begin:stop].split()),
        head=head,
        begin=begin,
        end=stop,
        after=after,
        tail=_tail(text, tokens, words, end),
        bare=start + 1 == end and (start == 0 or words[start - 1] not in _ONE | _OPENING),
        named=named and not _is(head, listed("people")),
    )


def _tail(text: str, tokens: Sequence[re.Match[str]], words: Sequence[str], at: int) -> str:
    """What stands behind a phrase and belongs to it: "rising from the sea", "of a drowned bell"."""
    end = at
    if end < len(words) and words[end].endswith("ing") and len(words[end]) > 4:
        end += 1
    elif not (end < len(words) and words[end] in ("of", "from", "beneath", "under", "in")):
        return ""
    if end < len(words) and words[end] in _PREPOSITIONS:
        first, last = _run(words, tokens, end + 1) if end + 1 < len(words) else (0, 0)
        if last > first:
            end = last
        elif words[end - 1].endswith("ing"):
            pass
        else:
            return ""
    return " ".join(text[tokens[at].start() : tokens[end - 1].end()].split()) if end > at else ""


def _before(words: Sequence[str], at: int) -> str:
    return words[at - 1] if at and words[at - 1] in _PREPOSITIONS else ""


def _may_name(word: str) -> bool:
    adverb = word.endswith("ly") and len(word) > 4 and word not in listed("things_in_ly")
    return word[0].isalpha() and word not in _BINDING and not adverb


def _is_name(tokens: Sequence[re.Match[str]], at: int) -> bool:
    """Whether a word is a proper name: a capital where no sentence begins."""
    word = tokens[at].group()
    if not word[0].isupper() or len(word) < 2 or word.isupper():
        return False
    if at == 0 or tokens[at - 1].group() in '.!?:"“”':
        # the first word of a sentence: only where another name follows, or it is no word that binds
        follows = at + 1 < len(tokens) and tokens[at + 1].group()[:1].isupper()
        small = word.lower()
        return follows and _may_name(small) and not _is(small, listed("people")) and small not in _VERBS
    return True


def _is_somebody(word: str) -> bool:
    scholar = word.endswith("ist") and len(word) > 6
    return _is(word, listed("people")) or word.endswith(_TRADES) or scholar


def _is(word: str, known: frozenset[str]) -> bool:
    return not known.isdisjoint(forms(word)) or word.rpartition("-")[2] in known
