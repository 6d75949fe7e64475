"""What a brief feels like: its passages, the mood of each, and which words said so. Knows no notes and no model.

The mean of what is heard leans to the strong words, axis by axis: a word that says nothing about tension leaves it
alone. What is dark counts more than what is bright, as people do hear it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studiolo.music.hearing import DENIED, Heard, Hearing, hear
from studiolo.music.mood_words import Neighbours
from studiolo.music.passages import Piece, pieces
from studiolo_contract.music import Mood

MOST = 8
"""Passages."""
APART = 1.2
"""Distance from which on two moods are plainly not the same."""
DARK = 2.0
"""How many times as much sorrow and tension count as joy and rest do."""
BASE = 0.15
"""What a word counts on an axis about which it says nothing."""
UNSAID = 2
"""Unknown words from which on a piece is also taken as a whole."""
MOVED = 0.75
"""How much of the way to what rises a mood goes by its end."""
SWELL = np.array([0.0, 0.5, 0.2])
"""What rises or fades where the words do not say."""

# fmt: off
_MORE = "(?:louder|faster|bigger|stronger|higher|more)"
_LESS = "(?:quieter|slower|softer|fainter|weaker|less)"
_RISE = (r"ris(?:ing|es?)|swell(?:ing|s)?|build(?:ing up|s up|s)|(?:keeps|,) building|grow(?:ing|s)(?! up| old)|"
         r"intensif(?:y|ies|ying)|escalat(?:es?|ing)|mount(?:ing|s)|gather(?:ing|s)|accelerat(?:es?|ing)|crescendo|"
         rf"{_MORE} and {_MORE}")
_FADE = (r"fad(?:ing|es?)(?: out| away| off)?|d(?:ying|ies) (?:away|down)|ebb(?:ing|s)(?: away)?|wan(?:ing|es)|"
         r"dwindl(?:ing|es?)|diminuendo|decrescendo|(?:winding|calming|slowing|settling|quietening) down|"
         rf"trail(?:ing|s) off|{_LESS} and {_LESS}")
# fmt: on
_SLOWLY = "(?:slowly|gradually|steadily|ever|constantly)"
MOVES = re.compile(rf"{_SLOWLY} building|(?:\b{_SLOWLY} )?\b(?:{_RISE}|(?P<fade>{_FADE}))\b", re.IGNORECASE)
"""Words by which the mood moves within a passage."""
_TO_WHAT = re.compile(r"\s+(?:(?:the|a|an|sense|feeling|wave|tide|of|in|with)\s+)*", re.IGNORECASE)
_OF_WHAT = re.compile(r"\s+(?:(?:is|are|was|keeps?|starts?|begins?|to|that)\s+)*", re.IGNORECASE)

Point = NDArray[np.float64]
"""Valence, arousal and tension."""


@dataclass(frozen=True)
class Passage:
    """A stretch of a brief with a mood of its own."""

    words: str
    mood: Mood
    """At its beginning."""
    until: Mood | None = None
    """What it moves to by its end; None: it stays."""
    moved_by: str = ""
    """The words that make it move: `slowly building to`."""
    heard: tuple[Heard, ...] = ()
    """The words that gave the mood. None: it is neutral."""


@dataclass(frozen=True)
class Reading:
    """What a brief says about moods."""

    passages: tuple[Passage, ...]
    """In the order in which they are to sound; at least one."""
    unknown: tuple[str, ...] = ()
    """Words that might say something about moods, but nothing near them is known."""
    notes: tuple[str, ...] = ()
    """What the maker should know."""


class _Draft:
    """A passage that is still being put together: a span of the brief, and what is heard in it."""

    def __init__(self, piece: Piece, heard: list[Heard]) -> None:
        self.begin, self.end = piece.begin, piece.end
        self.heard = heard
        self.moved_by, self.back = piece.moved_by, piece.back
        self._known = _weighed([one for one in heard if not one.like])

    def take(self, after: _Draft) -> None:
        """Goes on to the end of the next one."""
        self.end = after.end
        self.heard += after.heard
        self._known = (self._known[0] + after._known[0], self._known[1] + after._known[1])

    def differs(self, other: _Draft) -> bool:
        """Whether it plainly feels otherwise, by the words that are known."""
        if not (self._known[1].all() and other._known[1].all()):
            return False
        return float(np.linalg.norm(_middle(*self._known) - _middle(*other._known))) >= APART


def read(brief: str, neighbours: Neighbours | None = None) -> Reading:
    """The passages of a brief, and the mood of each.

    Words that the lexicon lacks say nothing; with `neighbours` they say what the nearest words in it do. A brief
    without a word of mood is one neutral passage, and `notes` say so.
    """
    cut = pieces(brief)
    hearing = hear(_masked(brief, cut), neighbours)
    wholes = _wholes(brief, cut, hearing, neighbours) if neighbours else []
    drafts: list[_Draft] = []
    for piece, heard in zip(cut, _by_piece(cut, (*hearing.heard, *wholes)), strict=True):
        draft = _Draft(piece, heard)
        if drafts and not (heard and drafts[-1].heard and (piece.sure or draft.differs(drafts[-1]))):
            drafts[-1].take(draft)
        else:
            drafts.append(draft)
    notes = []
    if not any(draft.heard for draft in drafts):
        notes.append("No word of the brief says how it feels, so the mood is neutral.")
    if len(drafts) > MOST:
        notes.append(f"The brief has {len(drafts)} passages; those most alike were joined, so that {MOST} are left.")
    unknown = tuple(dict.fromkeys(hearing.unknown.values()))
    return Reading(_passages(brief, _in_order(_joined(drafts))), unknown, tuple(notes))


def _by_piece(cut: list[Piece], heard: Sequence[Heard]) -> list[list[Heard]]:
    """What is heard in each piece."""
    begins = [piece.begin for piece in cut]
    found: list[list[Heard]] = [[] for _ in cut]
    for one in heard:
        at = bisect_right(begins, one.begin) - 1
        if at >= 0 and one.begin < cut[at].end:
            found[at].append(one)
    return found


def _masked(brief: str, cut: list[Piece]) -> str:
    """The brief with full stops for all that stands between its pieces, and blanks for words that move the mood."""
    signs = ["."] * len(brief)
    for piece in cut:
        signs[piece.begin : piece.end] = brief[piece.begin : piece.end]
    for move in MOVES.finditer(brief):
        signs[move.start() : move.end()] = " " * len(move.group())
    return "".join(signs)


def _wholes(brief: str, cut: list[Piece], hearing: Hearing, neighbours: Neighbours) -> list[Heard]:
    """What those pieces say as wholes whose words leave much unsaid."""
    dim = []
    for piece in cut:
        unsaid = sum(piece.begin <= at < piece.end for at in hearing.unknown)
        silent = not any(piece.begin <= heard.begin < piece.end for heard in hearing.heard)
        if unsaid >= (1 if silent else UNSAID):
            dim.append(piece)
    texts = [brief[piece.begin : piece.end] for piece in dim]
    return [
        Heard(text, guess.mood, guess.like, begin=piece.begin, end=piece.end)
        for piece, text, guess in zip(dim, texts, neighbours.texts(texts), strict=True)
        if guess
    ]


def _joined(drafts: list[_Draft]) -> list[_Draft]:
    """Not too many: neighbours that are most alike become one."""
    apart = [_distance(one.heard, after.heard) for one, after in pairwise(drafts)]
    while len(drafts) > MOST:
        at = apart.index(min(apart))
        drafts[at].take(drafts.pop(at + 1))
        del apart[at]
        for near in range(max(at - 1, 0), min(at + 1, len(apart))):
            apart[near] = _distance(drafts[near].heard, drafts[near + 1].heard)
    return drafts


def _in_order(drafts: list[_Draft]) -> list[_Draft]:
    """As they are to sound: in "relief after the chase" the chase comes first."""
    for at in range(1, len(drafts)):
        before, after = drafts[at], drafts[at - 1]
        if before.back:
            before.moved_by, after.moved_by = after.moved_by, ""
            drafts[at - 1 : at + 1] = before, after
    return drafts


def _passages(brief: str, drafts: list[_Draft]) -> tuple[Passage, ...]:
    passages = [_passage(brief, draft) for draft in drafts] or [Passage("", Mood())]
    for at, after in enumerate(drafts[1:]):
        if after.moved_by:
            passages[at] = replace(passages[at], until=passages[at + 1].mood, moved_by=after.moved_by)
    return tuple(passages)


def _passage(brief: str, draft: _Draft) -> Passage:
    words, start = brief[draft.begin : draft.end], _mean(draft.heard)
    move = MOVES.search(brief, draft.begin, draft.end)
    if not move:
        return Passage(words, _mood(start), heard=tuple(draft.heard))
    what = next((heard for heard in draft.heard if _is_moved(brief, move, heard)), None)
    fades = move.group("fade") is not None
    if not what:
        until = start - SWELL if fades else start + SWELL
    elif fades:
        until = start + MOVED * (DENIED * _point(what) - start)
    else:
        others = [heard for heard in draft.heard if heard is not what]
        start = _mean(others) if others else _point(what) * (1 - MOVED)
        until = start + MOVED * (_point(what) - start)
    return Passage(words, _mood(start), _mood(until), move.group(), tuple(draft.heard))


def _is_moved(brief: str, move: re.Match[str], heard: Heard) -> bool:
    """Whether that is what rises or fades: "rising dread", "a growing sense of dread", "dread rising"."""
    if heard.begin >= move.end():
        return bool(_TO_WHAT.fullmatch(brief, move.end(), heard.begin))
    return bool(_OF_WHAT.fullmatch(brief, heard.end, move.start()))


def _mean(heard: Sequence[Heard]) -> Point:
    """Of what is heard, strong words counting more; neutral where nothing is."""
    return _middle(*_weighed(heard)) if heard else np.zeros(3)


def _weighed(heard: Sequence[Heard]) -> tuple[Point, Point]:
    """The sum of what is heard, each as much as it counts, and the sum of how much they count; axis by axis."""
    if not heard:
        return np.zeros(3), np.zeros(3)
    points = np.array([_point(one) for one in heard])
    dark = points * (-1, 0, 1) > 0
    counts = (np.abs(points) + BASE) * np.where(dark, DARK, 1.0) * [[one.weight] for one in heard]
    return (points * counts).sum(0), counts.sum(0)


def _middle(total: Point, count: Point) -> Point:
    middle: Point = total / count
    return middle


def _distance(some: Sequence[Heard], others: Sequence[Heard]) -> float:
    return float(np.linalg.norm(_mean(some) - _mean(others)))


def _point(heard: Heard) -> Point:
    return np.array([heard.mood.valence, heard.mood.arousal, heard.mood.tension])


def _mood(point: Point) -> Mood:
    valence, arousal, tension = np.clip(point, -1.0, 1.0).tolist()
    return Mood(valence=valence, arousal=arousal, tension=tension)
