"""What the words of a brief name for the fields of a card: who, what, where, when, in what weather. All of it is rule.

Knows the lexicon and noun phrases; knows no card, no model and no feeling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from studiolo.compose.card.brief import Brief
from studiolo.compose.card.english import listed
from studiolo.compose.card.lexicon import Found, Kind, find
from studiolo.compose.card.palette import lab
from studiolo.compose.card.phrases import IN, Phrase, phrases
from studiolo.music import players
from studiolo_contract.mood_card import CardField, Character

MOST_SUBJECTS, MOST_CHARACTERS, MOST_MOTIFS, MOST_MATERIALS, MOST_COLOURS = 5, 4, 4, 3, 3
COLOURFUL = 0.05
"""Chroma in Oklab from which on a colour that is named is worth an accent."""

_TEMPO = re.compile(r"\b(\d{2,3})\s?(?:bpm|beats (?:a|per) minute)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[0-9]|20)(\d)\ds?\b(?! (?:metres|meters|miles|feet|steps|men|years|people|bpm|words))")
_COMING = re.compile(
    r"(?:before|ahead of|awaiting) (?:the|a) (?:\w+ )?$|(?:approaching|coming|gathering|brewing|looming) $", re.I
)
_GOING = re.compile(r"after (?:the|a) (?:\w+ )?$", re.IGNORECASE)
_LOOKS = re.compile(r"(?:ed|y|ful|less|ous|ive|ic|ish|some|ant|ent)$")
_CALLED = re.compile(r"(?:named|called|nicknamed) ")
_ADJECTIVES = listed("adjectives")
_AMBIGUOUS = listed("ambiguous_ensembles")
"""Words that call for an ensemble in a brief for music, and in a story may be mere things."""
_OF_MUSIC = re.compile(
    r"\b(?:music|soundtrack|score|theme|song|tune|track|band|melody|ensemble|jingle)\b", re.IGNORECASE
)


class Said(NamedTuple):
    """What a field is to be, and the words that say so."""

    value: Any
    because: str


class Named(NamedTuple):
    """What a brief names."""

    fields: Mapping[CardField, Said]
    """Only those that it speaks of."""
    colours: tuple[str, ...]
    """`#rrggbb`, in its order; what has no hue of its own is left out."""
    title: Said | None
    """A plain one, for want of a better."""


def said(brief: Brief) -> Named:
    """What the beginning of a brief names."""
    text = brief.beginning
    named: dict[Kind, list[Found]] = {
        kind: find(kind, text) for kind in ("place", "time", "weather", "era", "material", "style", "colour")
    }
    things = phrases(text) if brief.english else []
    made: dict[CardField, Said | None] = {
        "place": _place(named["place"], things, text),
        "time": _first(named["time"]),
        "weather": _weather([one for one in named["weather"] if not _done_to(one, things, text)], text),
        "era": _era(named["era"], text),
        "style": _first(named["style"]),
        "materials": _materials(named["material"], things),
        "tempo": _tempo(text),
        "ensemble": _ensemble(text),
    }
    shown = [thing for thing in things if not _is_setting(thing, named)]
    people = [thing for thing in shown if thing.person]
    persons = _persons(people, things, text)
    made["characters"] = _characters(persons)
    made["subjects"] = _subjects(shown, persons, made["place"], text)
    made["motifs"] = _motifs(shown, made["place"], text)
    hues = [one.entry.colour for one in named["colour"] if lab(one.entry.colour).chroma >= COLOURFUL]
    return Named(
        {name: one for name, one in made.items() if one is not None},
        tuple(dict.fromkeys(hues))[:MOST_COLOURS],
        _title(people, shown, made["place"]),
    )


def _first(found: Sequence[Found]) -> Said | None:
    return Said(found[0].entry.name, _words(found[:1])) if found else None


def _weather(found: Sequence[Found], text: str) -> Said | None:
    if not found:
        return None
    # what falls or blows says more than the season
    first = max(found, key=lambda one: (one.entry.weight >= 0.4, -one.begin))
    before = text[max(0, first.begin - 40) : first.begin]
    name = first.entry.name
    if moment := _COMING.search(before):
        return Said(f"{name} coming", f"the words '{moment.group()}{first.words}'")
    if moment := _GOING.search(before):
        return Said(f"after the {name}", f"the words '{moment.group()}{first.words}'")
    return Said(name, _words([first]))


def _done_to(one: Found, things: Sequence[Phrase], text: str) -> bool:
    """Whether it is something that somebody does to another: "rebels storm the factory"."""
    named = any(thing.begin <= one.begin and one.end <= thing.end for thing in things)
    return not named and bool(things) and bool(re.match(r" (?:the|an?|his|her|their)\b", text[one.end :]))


def _era(found: Sequence[Found], text: str) -> Said | None:
    year = _YEAR.search(text)
    if year:
        number = int(year.group()[:4])
        name = f"the {number // 10 * 10}s" if number >= 1800 else f"the {number // 100 + 1}th century"
        return Said(name, f"the words '{year.group()}'")
    return _first(found)


def _materials(found: Sequence[Found], things: Sequence[Phrase]) -> Said | None:
    """Each with what describes it where the text does: "wet cobblestones"."""
    names: dict[str, Found] = {}
    for one in found:
        phrase = next((thing for thing in things if thing.begin <= one.begin and one.end == thing.end), None)
        names.setdefault(phrase.words.lower() if phrase and phrase.words != one.words else one.entry.name, one)
    chosen = list(names.items())[:MOST_MATERIALS]
    return Said(tuple(name for name, _ in chosen), _words([one for _, one in chosen])) if chosen else None


def _tempo(text: str) -> Said | None:
    asked = _TEMPO.search(text)
    if asked and 30 <= int(asked[1]) <= 240:
        return Said(float(asked[1]), f"the words '{asked.group()}'")
    return None


def _ensemble(text: str) -> Said | None:
    named = players.named_in(text)
    if named and (named[1] not in _AMBIGUOUS or _OF_MUSIC.search(text)):
        return Said(named[0], f"the word '{named[1]}'")
    plain = (
        text
        if _OF_MUSIC.search(text)
        else re.sub(rf"\b(?:{'|'.join(listed('ambiguous_instruments'))})\b", " ", text.lower())
    )
    for instrument in players.instruments_in(plain):
        for name in players.ensemble_names():
            if any(one.instrument.name == instrument for one in players.ensemble(name).players):
                return Said(name, f"the word '{instrument}'")
    return None


# ---- where


def _place(found: Sequence[Found], things: Sequence[Phrase], text: str) -> Said | None:
    """The place that the text is about: what stands behind "in" or "at" before what is only mentioned."""
    best: tuple[float, Said] | None = None
    for number, one in enumerate(found):
        thing = next((thing for thing in things if thing.begin <= one.begin and one.end <= thing.end), None)
        score, name = 2.0, one.entry.name
        if thing:
            head = one.end == thing.end
            score = (
                3.0 if thing.after in IN else 2.0 if thing.after in ("", "of", "to", "into", "through") else 1.5
            ) - (0.0 if head else 0.5 if thing.person else 0.8)
            if head:
                name = _own_words(thing, one, text)
        score -= 0.05 * number
        if best is None or score > best[0]:
            best = score, Said(name[:200], _words([one]))
    if best is None:
        # a name behind "in" or "at" is a place's
        return next(
            (Said(one.words, f"the words '{one.words}'") for one in things if one.named and one.after in IN), None
        )
    return best[1]


def _own_words(thing: Phrase, one: Found, text: str) -> str:
    """As the person said it, where that says more than the lexicon's name."""
    words = text[thing.begin : one.end].rpartition("'s ")[2].rpartition("’s ")[2]
    plain = one.words.lower()
    if words.lower() == plain and plain in one.entry.name:
        return one.entry.name
    return _with_article(thing, words, text, place=True)


_NUMBERS = ("two", "three", "four", "five", "six", "seven")
_ONE_OF_MANY = ("a", "an", "this", "that", "his", "her", "its", "my", "your", "our", "their", "every", "each")


def _with_article(thing: Phrase, words: str, text: str, place: bool = False) -> str:
    """The words with the article that they have in the text, or none; "her old house" is "an old house", and so is "the
    old house" where it is a place."""
    words = " ".join(words.split())
    if not thing.named and (not text[: thing.begin].strip() or text[: thing.begin].rstrip()[-1] in ".!?:"):
        words = words[0].lower() + words[1:]  # a capital that only begins a sentence
    before = text[: thing.begin].rstrip().rpartition(" ")[2].lower().strip("\"'(“")
    if before in _NUMBERS:
        return f"{before} {words}"
    if thing.named or (_many(words) and before not in ("a", "an", "the")):
        return words
    if before == "the" and (not place or _many(words)):
        return f"the {words}"
    if before in _ONE_OF_MANY or before == "the" or before.endswith("'s"):
        return f"{'an' if words[0].lower() in 'aeiou' else 'a'} {words}"
    return words


def _many(words: str) -> bool:
    return words.endswith("s") and not words.endswith(("ss", "us", "is"))


# ---- who and what


def _is_setting(thing: Phrase, named: Mapping[Kind, Sequence[Found]]) -> bool:
    """Whether it only says when, in what weather or how: its last word does."""
    return any(
        one.begin < thing.end <= one.end for kind in ("time", "weather", "style", "colour") for one in named[kind]
    )


class _Person(NamedTuple):
    """Somebody, where they are named, and where what they are stands beside it."""

    thing: Phrase
    name: str
    looks: str
    beside: int = -1


def _persons(people: Sequence[Phrase], things: Sequence[Phrase], text: str) -> list[_Person]:
    """Each person by name with what they are: "the smuggler Mara Voss", "Mara Voss, a retired smuggler", "a smuggler
    named Mara Voss"."""
    found: list[_Person] = []
    for thing in people:
        if found and found[-1].beside == thing.begin:
            continue
        if not thing.named:
            found.append(_Person(thing, f"the {_called(thing)}", _looks(thing, text)))
            continue
        words = _CALLED.sub("", thing.words)
        if words != thing.words and found and not text[found[-1].thing.end : thing.begin].strip():
            found[-1] = found[-1]._replace(name=words, beside=thing.begin)
            continue
        what = re.match(r"(?:[a-z][\w-]* )+", words)
        name, looks, at = words[what.end() :] if what else words, _one(what[0]) if what else "", -1
        beside = next((other for other in things if other.begin > thing.end), None)
        between = text[thing.end : beside.begin] if beside else ""
        if beside and beside.person and not beside.named and re.fullmatch(r",\s*(?:an?|the|once an?)?\s*", between):
            looks, at = _one(_looks(beside, text)), beside.begin
        found.append(_Person(thing, name, looks, at))
    return found


def _characters(persons: Sequence[_Person]) -> Said | None:
    made: dict[str, Character] = {}
    for one in persons:
        if one.thing.named or not one.thing.head.endswith("s"):
            made.setdefault(one.name.lower(), Character(name=one.name[:80], looks=one.looks[:300]))
    chosen = tuple(made.values())[:MOST_CHARACTERS]
    return Said(chosen, f"the words {_list(one.name.removeprefix('the ') for one in chosen)}") if chosen else None


def _one(words: str) -> str:
    """With an article: "botanist" is "a botanist"."""
    words = words.strip()
    if re.match(r"(?:an?|the) ", words):
        return words
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _called(thing: Phrase) -> str:
    """What somebody is, without how: "lighthouse keeper" of "old lighthouse keeper"."""
    words = thing.words.split()
    while len(words) > 1 and (words[0].lower() in _ADJECTIVES or _LOOKS.search(words[0].lower())):
        del words[0]
    return " ".join(words)


def _looks(thing: Phrase, text: str) -> str:
    worn = f" {thing.tail}" if re.match(r"in an? |with ", thing.tail) else ""
    return "" if thing.named else _with_article(thing, thing.words, text) + worn


def _subjects(shown: Sequence[Phrase], persons: Sequence[_Person], place: Said | None, text: str) -> Said | None:
    """What is to be seen: who comes first, by how they look, then the things, each in the order of the text."""
    seen: dict[str, str] = {}
    looks = {one.thing.begin: one.looks for one in persons}
    beside = {one.beside for one in persons}
    where = place.value.lower() if place else ""
    for thing in sorted(shown, key=lambda thing: (not thing.alive, thing.begin)):
        if thing.unseen or thing.words.lower() in where or _mere_word(thing) or thing.begin in beside:
            continue
        tail = f" {thing.tail}" if re.match(r"of |in an? |with ", thing.tail) and not thing.named else ""
        said = looks.get(thing.begin) or _with_article(thing, thing.words, text) + tail
        seen.setdefault(thing.head, said[:200])
    chosen = tuple(seen.values())[:MOST_SUBJECTS]
    return Said(chosen, f"the words {_list(chosen)}") if chosen else None


def _mere_word(thing: Phrase) -> bool:
    """Whether nothing says that it is a thing: one word in the singular, and no article before it."""
    return thing.bare and not (thing.alive or thing.named or _many(thing.head))


def _motifs(shown: Sequence[Phrase], place: Said | None, text: str) -> Said | None:
    """What may come back: what is heard or felt and where it comes from, then things that lie at hand."""
    where = place.value.lower() if place else ""
    heard = [
        f"{thing.words} {thing.tail}".strip() for thing in shown if thing.unseen and (thing.tail or " " in thing.words)
    ]
    objects = [
        _with_article(thing, thing.words, text)
        for thing in shown
        if not (thing.unseen or thing.alive or thing.words.lower() in where or _mere_word(thing))
    ]
    chosen = tuple(dict.fromkeys((*heard, *objects)))[:MOST_MOTIFS]
    return Said(tuple(one[:200] for one in chosen), f"the words {_list(chosen)}") if chosen else None


def _title(people: Sequence[Phrase], shown: Sequence[Phrase], place: Said | None) -> Said | None:
    """A plain one: who it is about, else what, else where."""
    first = next(iter((*people, *(thing for thing in shown if not thing.unseen and not _mere_word(thing)))), None)
    if first is not None:
        words = (
            _CALLED.sub("", first.words) if first.named else f"the {_called(first) if first.person else first.words}"
        )
    elif place:
        words = str(place.value)
    else:
        return None
    return Said(titled(words)[:120], "what it is about")


def titled(words: str) -> str:
    """As a title is written in English."""
    small = ("a", "an", "the", "of", "in", "on", "at", "and", "to", "for", "from")
    return " ".join(
        word if number and word in small else word[:1].upper() + word[1:] for number, word in enumerate(words.split())
    )


# ---- reasons


def _words(found: Sequence[Found]) -> str:
    words = list(dict.fromkeys(" ".join(one.words.split()) for one in found))
    return f"the word{'s' if len(words) > 1 or ' ' in words[0] else ''} {_list(words)}"


def _list(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
