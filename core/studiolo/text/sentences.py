"""Where sentences end. Knows punctuation and the commonest English abbreviations; knows no form and no model."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[\"'”’»)\]*_]*(?=\s|$)")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Prof|Capt|Col|Gen|Lt|Sgt|Rev|Jr|Sr|vs|etc|e\.g|i\.e)|\b[A-Z])\.$")


def sentence_ends(text: str) -> list[int]:
    """Positions right after each sentence, quotation marks that close it included."""
    ends = []
    for match in _END.finditer(text):
        head = text[: match.end()]
        more = text[match.end() :].strip()
        if more and _ABBREVIATION.search(head[-8:]):
            continue
        ends.append(match.end())
    return ends


def ends_whole(text: str) -> bool:
    """Whether the text stops at the end of a sentence, no quotation mark of its last paragraph left open."""
    text = text.rstrip()
    ends = sentence_ends(text)
    return bool(ends) and ends[-1] == len(text) and _closed(text)


def cut_to_sentence(text: str) -> str:
    """The text up to its last whole sentence; all of it where it has none. Prefers an end that leaves no quote open."""
    ends = sentence_ends(text)
    whole = [end for end in ends if _closed(text[:end])]
    if not ends:
        return text.rstrip()
    best = whole[-1] if whole and whole[-1] >= ends[-1] * 0.5 else ends[-1]
    return text[:best].rstrip()


def _closed(text: str) -> bool:
    paragraph = text.rsplit("\n\n", 1)[-1]
    return paragraph.count('"') % 2 == 0 and paragraph.count("“") <= paragraph.count("”")
