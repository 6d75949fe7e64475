"""Which entries of a story bible a text calls, why, and how much of them there is room for. Knows no model, no prompt.

An entry is called by its name, aliases and keys in the last paragraphs, by the text of another entry, or because it is
constant or speaks. Nothing is remembered between requests: the same request calls the same entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from studiolo.text.brief import speakers_in
from studiolo.text.keys import Passage, Patterns
from studiolo.text.sentences import sentence_ends
from studiolo_contract.bible import Bible, Entry
from studiolo_contract.events import ContextEntry

DEEPEST = 3
"""Rounds in which called entries call others."""
MOST_CALLERS = 40
"""Entries whose texts are searched in each of these rounds: those with the first right to room."""
FURTHER_BACK = 20
"""Paragraphs before those that count, in which an entry is looked for only to say that it was named too long ago."""
NEAR_MISS = 0.08
"""An entry that is too unlike to be sent by no more than this is told of."""


class Right(IntEnum):
    """Which of two entries of the same order has the first right to room."""

    SPEAKS = 0
    CONSTANT = 1
    NAMED = 2
    CALLED = 3
    """By another entry."""
    LIKE = 4
    """In meaning."""


@dataclass(frozen=True)
class Call:
    """An entry that is to be sent."""

    index: int
    """Its place in the bible."""
    entry: Entry
    why: str
    right: Right
    back: int = 0
    """In which paragraph it was found, counted from the last; by meaning, how many are more alike."""


@dataclass(frozen=True)
class Miss:
    """An entry that was looked at and is not to be sent."""

    index: int
    entry: Entry
    why: str
    barred: bool = False
    """Whether the writer's own keys are against it, so that nothing else may call it."""

    def told(self) -> ContextEntry:
        """What the person is told of it."""
        return ContextEntry(name=self.entry.name, sent=False, why=self.why, tokens=0, cut=0)


@dataclass(frozen=True)
class Found:
    """What a text calls, and what it nearly does."""

    calls: tuple[Call, ...] = ()
    """First the one that has the first right to room."""
    misses: tuple[Miss, ...] = ()
    speakers: tuple[str, ...] = ()
    """Who talks, where two are to talk and are known."""
    budget: int = 0
    """Most tokens of all of them together."""
    notes: tuple[str, ...] = ()
    """Keys that are no regular expressions, for the person."""


@dataclass(frozen=True)
class Sent:
    """An entry as a model is given it."""

    entry: Entry
    text: str
    why: str
    tokens: int
    cut: int
    """Tokens of it that were left out."""

    def told(self) -> ContextEntry:
        """What the person is told of it."""
        return ContextEntry(name=self.entry.name, sent=True, why=self.why, tokens=self.tokens, cut=self.cut)


def called(bible: Bible, text: str, instruction: str = "", *, passage: bool = False, talk: bool = False) -> Found:
    """The entries that a text, and what is asked of it, call.

    `passage` says that the text is worked on as a whole, so that all of it counts; `talk`, that two of its people are
    to speak.
    """
    return _Search(bible, text, instruction, passage, _speakers(bible, text, instruction) if talk else ()).found()


def with_likeness(bible: Bible, found: Found, likes: Sequence[float]) -> Found:
    """The same, with entries that nothing called but that are near in meaning. `likes`: for each entry of the bible the
    cosine with the end of the text."""
    closed = {call.index for call in found.calls} | {miss.index for miss in found.misses if miss.barred}
    free = [index for index in range(len(bible.entries)) if index not in closed]
    nearest = sorted(free, key=lambda index: -likes[index])[: bible.meaning]
    calls, misses = list(found.calls), {miss.index: miss for miss in found.misses}
    for place, index in enumerate(nearest):
        entry, why = bible.entries[index], f"by meaning, {likes[index]:.2f}"
        if likes[index] >= bible.least_likeness:
            calls.append(Call(index, entry, why, Right.LIKE, place))
            misses.pop(index, None)
        elif likes[index] >= bible.least_likeness - NEAR_MISS and index not in misses:
            misses[index] = Miss(index, entry, f"{why}; left out: below {bible.least_likeness:.2f}")
    return replace(found, calls=_in_order(calls), misses=tuple(misses.values()))


def noted(found: Found, note: str) -> Found:
    """The same, with something more to tell the person."""
    return replace(found, notes=(*found.notes, note))


def fit(calls: Sequence[Call], budget: int, count: Callable[[str], int]) -> tuple[list[Sent], list[ContextEntry]]:
    """What fits into `budget` tokens, in the order of the calls: entries whole, else as many first sentences as do.

    The second list says what did not. `count` tells how many tokens a text has.
    """
    sent: list[Sent] = []
    dropped: list[ContextEntry] = []
    left = budget
    for call in calls:
        entry = call.entry
        whole = count(line(entry, entry.text) + "\n")
        most = min(left, entry.budget or left)
        text = entry.text if whole <= most else _first_sentences(entry, most, count)
        if text:
            tokens = count(line(entry, text) + "\n")
            sent.append(Sent(entry, text, call.why, tokens, whole - tokens))
            left -= tokens
        else:
            room = f"{left} of {budget} are left" if most == left else f"its own budget is {most}"
            why = f"{call.why}; left out: its first sentence does not fit, of {whole} tokens, and {room}"
            dropped.append(ContextEntry(name=entry.name, sent=False, why=why, tokens=0, cut=whole))
    return sent, dropped


def line(entry: Entry, text: str) -> str:
    """An entry in one paragraph, as a model reads it: its name first."""
    text = " ".join(text.split())
    others = [alias for alias in entry.aliases if alias.casefold() != entry.name.casefold()][:3]
    if others:
        return f"{entry.name} (also called {', '.join(others)}): {text}"
    return text if text.casefold().startswith(entry.name.casefold()) else f"{entry.name}: {text}"


class _Search:
    """One look through a bible."""

    def __init__(self, bible: Bible, text: str, instruction: str, passage: bool, speakers: tuple[str, ...]) -> None:
        self._bible = bible
        self._passage = passage
        self._speakers = speakers
        self._text = Passage.of(text)
        self._asked = Passage.of(instruction)
        self._patterns = Patterns()
        self._calls: dict[int, Call] = {}
        self._misses: dict[int, Miss] = {}

    def found(self) -> Found:
        for index, entry in enumerate(self._bible.entries):
            self._look(index, entry)
        callers = [call.entry for call in _in_order(self._calls.values())]
        for _ in range(DEEPEST):
            callers = self._called_by([caller for caller in callers if caller.recursion][:MOST_CALLERS])
        return Found(
            calls=_in_order(self._calls.values()),
            misses=tuple(self._misses.values()),
            speakers=self._speakers,
            budget=self._bible.budget,
            notes=tuple(self._patterns.notes),
        )

    def _look(self, index: int, entry: Entry) -> None:
        if any(_is(entry, speaker) for speaker in self._speakers):
            self._calls[index] = Call(index, entry, "speaks here", Right.SPEAKS)
            return
        if entry.constant:
            self._calls[index] = Call(index, entry, "constant", Right.CONSTANT)
            return
        within = self._text.length if self._passage else self._bible.depth + entry.sticky
        places = (self._asked, self._text.last(within))
        if (hit := self._hit(entry, self._asked)) is not None:
            self._weigh(Call(index, entry, f"{hit[0]} in the instruction", Right.NAMED), places)
        elif (hit := self._hit(entry, self._text.last(within + FURTHER_BACK))) is not None:
            key, back = hit
            where = "in the passage" if self._passage else self._text.place(back)
            if back < within:
                sticky = ", sticky" if back >= self._bible.depth and not self._passage else ""
                self._weigh(Call(index, entry, f"{key} {where}{sticky}", Right.NAMED, back), places)
            else:
                self._misses[index] = Miss(
                    index, entry, f"{key} {where}; left out: only the last {within} paragraphs count"
                )

    def _called_by(self, callers: Sequence[Entry]) -> list[Entry]:
        """The entries that the texts of these call, and nothing has called before."""
        new = []
        for caller in callers:
            text = Passage.of(caller.text)
            for index, entry in enumerate(self._bible.entries):
                if index not in self._calls and self._hit(entry, text) is not None:
                    places = (text, self._asked, self._text.last(self._bible.depth))
                    if self._weigh(Call(index, entry, f"called by {caller.name}", Right.CALLED), places):
                        new.append(entry)
        return new

    def _hit(self, entry: Entry, passage: Passage) -> tuple[str, int] | None:
        """What of an entry stands latest in the passage, in words, and in which paragraph from the last."""
        best: tuple[str, int] | None = None
        for kind, key in _keys(entry):
            patterns = self._patterns if kind == "key" else None
            back = passage.find(key, entry.case_sensitive, patterns, entry.name)
            if back is not None and (best is None or back < best[1]):
                best = (f"{kind} '{key}'", back)
        return best

    def _weigh(self, call: Call, places: Sequence[Passage]) -> bool:
        """Lets the secondary keys decide about an entry that was found. Returns whether they are for it."""
        against = self._against(call.entry, places)
        if against:
            self._misses[call.index] = Miss(call.index, call.entry, f"{call.why}; left out: {against}", barred=True)
        else:
            self._misses.pop(call.index, None)
            self._calls[call.index] = call
        return not against

    def _against(self, entry: Entry, places: Sequence[Passage]) -> str:
        """What the secondary keys have against an entry; empty for nothing."""
        found = [key for key in entry.secondary if self._stands(key, entry, places)]
        missing = [key for key in entry.secondary if key not in found]
        named = " and ".join(f"'{key}'" for key in entry.secondary)
        match entry.secondary_logic:
            case "any" if entry.secondary and not found:
                return f"secondary key {named} is missing"
            case "all" if missing:
                return f"secondary key '{missing[0]}' is missing"
            case "none" if found:
                return f"secondary key '{found[0]}' is there"
            case "not_all" if entry.secondary and not missing:
                return f"secondary key {named} is there"
        return ""

    def _stands(self, key: str, entry: Entry, places: Sequence[Passage]) -> bool:
        return any(place.find(key, entry.case_sensitive, self._patterns, entry.name) is not None for place in places)


def _keys(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "name", entry.name
    yield from (("alias", alias) for alias in entry.aliases)
    yield from (("key", key) for key in entry.keys)


def _in_order(calls: Iterable[Call]) -> tuple[Call, ...]:
    """Who speaks first; then by the writer's order; then what was called more directly, and later in the text."""
    return tuple(
        sorted(
            calls,
            key=lambda call: (call.right != Right.SPEAKS, -call.entry.order, call.right, call.back, call.index),
        )
    )


# ---- who speaks


def _speakers(bible: Bible, text: str, instruction: str) -> tuple[str, ...]:
    """The two who talk: whom the instruction names, else the bible's characters in the order in which they come up."""
    named = speakers_in(instruction)
    if named:
        return named
    words = Passage.of(f"{instruction} {text[:2000]}".replace("\n", " "))
    places = []
    for entry in bible.entries:
        names = (entry.name, *entry.aliases) if entry.type == "character" else ()
        found = [
            (place, -len(name), name)
            for name in names
            if _may_be_label(name) and (place := words.place_of(name, entry.case_sensitive)) is not None
        ]
        places += sorted(found)[:1]
    known = tuple(name for _, _, name in sorted(places)[:2])
    return known if len(known) == 2 else speakers_in(text) or speakers_in(text, known)


def _may_be_label(name: str) -> bool:
    """Whether a name may stand before a colon as who says the line."""
    return len(name) <= 40 and not set(name) & set(':"\\\n')


def _is(entry: Entry, speaker: str) -> bool:
    """Whether an entry is about a speaker: by name or alias, or by a character's first name."""
    said = speaker.casefold()
    names = [name.casefold() for name in (entry.name, *entry.aliases)]
    return said in names or (entry.type == "character" and names[0].split()[:1] == [said])


# ---- what there is room for


def _first_sentences(entry: Entry, most: int, count: Callable[[str], int]) -> str:
    """The most sentences, from the first on, that take no more than `most` tokens; empty where one is too much."""
    text = entry.text.strip()
    ends = _ends(text)
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        if count(line(entry, text[: ends[middle - 1]]) + "\n") <= most:
            low = middle
        else:
            high = middle - 1
    return text[: ends[low - 1]].strip() if low else ""


def _ends(text: str) -> list[int]:
    """Where a text may be cut: after sentences, those of Chinese and Japanese too, and after lines."""
    return sorted({*sentence_ends(text), *(at + 1 for at, sign in enumerate(text) if sign in "。！？\n")})
