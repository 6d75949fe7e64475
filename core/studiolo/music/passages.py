"""Where a brief speaks of something new: cuts at words such as "then". Knows words, and nothing of how they feel."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

# fmt: off
_SOON = r"(?:suddenly|abruptly|all of a sudden|at once|immediately|just)"
_SLOWLY = r"(?:(?:ever|very) )?(?:slowly|gradually|steadily|little by little|bit by bit|step by step)"
_NOT_THEN = "".join(rf"(?<!\b{word} )" for word in ("since", "by", "until", "till", "back", "even", "from", "now and"))
_CLAUSE = r"(?:^|[,;:.!?…–—-]\s*(?:and |but )?|\b(?:and|but|when) )"
_HALF = r"(?:half|part|section|minute|moments?|seconds|verse|bars?)"
_TOLD = "|".join((
    rf"(?:(?:and|but|{_SOON}) ){{0,3}}{_NOT_THEN}\bthen\b(?: {_SOON}\b)?",
    r"\bafter (?:that|this|which)\b",
    r"\bafterwards?\b",
    r"\bfollow(?:s|ed) (?:by|with)\b",
    r"\bg(?:ives?|iving|ave) (?:way|place) to\b",
    r"\bturn(?:s|ing|ed)? into\b",
    r"\b(?:chang|shift|switch|lead|mov)(?:e?s|e|ing|ed)? (?:over )?(?:in)?to\b",
    r"\b(?:burst|erupt|explod)(?:e?s|e|ing|ed)? (?:in)?to\b",
    r"\bend(?:s|ing|ed)? (?:up )?(?:with|in|on|as)\b",
    rf"{_CLAUSE}(?:finally|eventually|at (?:long )?last|lastly|later(?: on)?|suddenly|all of a sudden)\b",
    rf"{_CLAUSE}(?:in the end|(?:at|by|towards?) the (?:very )?end)\b(?! of)",
    rf"\b(?:in|for|by) the (?:second|other|next|last|final) {_HALF}\b",
    r"\s(?:-+>|=+>|→|>+|»)\s",
))
_GRADUAL = "|".join((
    rf"(?:(?:and|then|but) ){{0,2}}(?:{_SLOWLY},? )?"
    r"\b(?:fad|build|ris|swell|grow|dissolv|melt|descend|ascend|climb|escalat|evolv|develop|sink|bloom|blossom)"
    r"(?:e?s|e|ing)? (?:up |down |out |away )?(?:in)?to(?:wards?)?\b",
    rf"{_SLOWLY},? (?:{_TOLD})",
    rf"(?:{_TOLD}),? {_SLOWLY}",
))
_CUTS = re.compile("|".join((
    rf"(?P<gradual>{_GRADUAL})",
    rf"(?P<told>{_TOLD})",
    r"(?P<back>(?<=[\w’'] )\bafter\b)",
    r"(?P<perhaps>[.!?…]+(?=\s)|\n+|;|\b(?:before|until|till)\b|"
    r"\b(?:becom(?:es?|ing)|became|turn(?:s|ing|ed)? to|(?:begin|start)s? to)\b)",
)), re.IGNORECASE)
_FROM = re.compile(rf"\bfrom (?:[\w’'-]+ ){{1,6}}?(?P<to>(?:{_SLOWLY} )?(?:in)?to)\b", re.IGNORECASE)
_AFTER = re.compile(r"(?:^|[.!?;,:]\s+)after [^,.;:!?]+(?P<comma>,)", re.IGNORECASE)
# fmt: on
_SIGNS = " \t\r\n,;:.!?…–—-"
_LINK_BEFORE = re.compile(r"^(?:and|but|which)\b", re.IGNORECASE)
_LINK_BEHIND = re.compile(r"\b(?:and|but|which)$", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """A stretch of a brief, from the letter `begin` to before `end`, and how it follows on the one before."""

    begin: int
    end: int
    sure: bool = True
    """Whether the words say that something new comes; otherwise it does only if it feels otherwise."""
    moved_by: str = ""
    """The words that say that what was before moves towards it: `slowly building to`; empty where it begins at once."""
    back: bool = False
    """Whether it comes before the one before, if it is new at all: "relief after the chase"."""


def pieces(brief: str) -> list[Piece]:
    """The brief cut wherever something new may begin, in the order of its words; none where it says nothing."""
    found: list[Piece] = []
    opening = Piece(0, 0)
    for cut in [*_cuts(brief), Piece(len(brief), len(brief))]:
        begin, end = _trimmed(brief, opening.end, cut.begin)
        if begin < end:
            found.append(replace(opening, begin=begin, end=end))
            opening = cut
        else:
            opening = replace(cut, sure=cut.sure or opening.sure, moved_by=cut.moved_by or opening.moved_by)
    return found


def _cuts(brief: str) -> list[Piece]:
    """What stands between the pieces, and how the piece behind it follows."""
    cuts = [Piece(*match.span("to"), sure=False, moved_by="from … to") for match in _FROM.finditer(brief)]
    cuts += [Piece(*match.span("comma"), sure=False) for match in _AFTER.finditer(brief)]
    for match in _CUTS.finditer(brief):
        moved_by = match.group().strip(" \n,;:.-–—") if match.lastgroup == "gradual" else ""
        sure = match.lastgroup in ("gradual", "told")
        cuts.append(Piece(*match.span(), sure=sure, moved_by=moved_by, back=match.lastgroup == "back"))
    apart: list[Piece] = []
    for cut in sorted(cuts, key=lambda cut: (cut.begin, -cut.end)):
        if not apart or cut.begin >= apart[-1].end:
            apart.append(cut)
    return apart


def _trimmed(brief: str, begin: int, end: int) -> tuple[int, int]:
    """Without the signs at its ends, and without one "and" at each."""
    words = brief[begin:end].rstrip(_SIGNS)
    words = _LINK_BEHIND.sub("", words).rstrip(_SIGNS)
    end = begin + len(words)
    words = _LINK_BEFORE.sub("", words.lstrip(_SIGNS)).lstrip(_SIGNS)
    return end - len(words), end
