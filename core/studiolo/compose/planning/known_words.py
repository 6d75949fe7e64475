"""How a card is said to a picture model that knows a closed list of things: in the words of its list, and nothing else.

Such a model brings the list along as `vocabulary.json`. What the card says of places, times, weathers and styles is
looked up in the lexicon; of its subjects the first one that the model knows is painted, or what stands for one that it
does not. Knows the list, and no model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile, pairwise, takewhile
from pathlib import Path

from studiolo.compose.card.lexicon import Kind, entry, forms
from studiolo.compose.planning.wording import stand_ins
from studiolo.image.vocabulary import BREAKS, WORD
from studiolo_contract.errors import StudioloError
from studiolo_contract.mood_card import MoodCard

FILE = "vocabulary.json"


@dataclass(frozen=True)
class KnownWords:
    """What a model knows."""

    subjects: Mapping[str, str]
    """What calls a subject -> its name."""
    places: Mapping[str, str]
    """Name -> the words for being there."""
    times: Mapping[str, str]
    """Of times of the day and of weathers."""
    styles: Mapping[str, str]

    def said(self, card: MoodCard) -> tuple[dict[str, str], tuple[str, ...]]:
        """What placeholders stand for in this model's words, and what to tell of it."""
        subject, notes = self._subject(card)
        words = {
            "subjects": subject,
            "subject": subject,
            "looks": subject,
            "at_place": self._place(card),
            "at_time": self._hour("time", card.time),
            "in_weather": self._hour("weather", card.weather),
            "style": self._style(card.style),
            "era": "",
        }
        return words, notes

    def _subject(self, card: MoodCard) -> tuple[str, tuple[str, ...]]:
        for phrase in card.subjects:
            found = self._named(phrase)
            if found:
                word, name = found
                about = _about(phrase)
                if word.split()[-1] in forms(about):
                    return phrase if len(phrase.split()) <= 4 else f"a {name}", ()
                return f"a {name}", (f"The picture model knows no {about}: a {name} stands for it.",)
        for phrase in card.subjects:
            for word in _words(phrase):
                if word in stand_ins():
                    stand_in = stand_ins()[word]
                    return stand_in, (f"The picture model knows no {word}: {stand_in} stands for it.",)
        return "", ()

    def _named(self, phrase: str) -> tuple[str, str] | None:
        """The last word or two of a phrase that call a subject, and the subject's name."""
        words = _words(phrase)
        pairs = [f"{one} {other}" for one, other in pairwise(words)]
        return next(((word, self.subjects[word]) for word in (*pairs, *reversed(words)) if word in self.subjects), None)

    def _place(self, card: MoodCard) -> str:
        found = _picture("place", card.place)
        return self.places.get(found, "")

    def _hour(self, kind: Kind, words: str) -> str:
        return self.times.get(_picture(kind, words), "")

    def _style(self, words: str) -> str:
        return self.styles.get(_picture("style", words), "")


def read(folder: Path) -> KnownWords | None:
    """The list in a model's folder; None for a model that was not taught one. Raises `StudioloError` (`bad_model`)."""
    file = folder / FILE
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else None


@lru_cache(maxsize=4)
def _read(file: Path, _: int) -> KnownWords:
    try:
        page = json.loads(file.read_text("utf-8"))
        subjects = {word: name for name, about in page["subjects"].items() for word in (name, *about["synonyms"])}
        places, times, styles = (
            {name: _plain(name, phrases) for name, phrases in page[kind].items()}
            for kind in ("places", "times", "styles")
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudioloError("bad_model", f"{file.name} can't be read: {error}.", "Pull the model again.") from error
    return KnownWords(subjects, places, times, styles)


def _plain(name: str, phrases: list[str]) -> str:
    """Of the phrases for a thing the shortest in which it is named: `at night`."""
    return min((phrase for phrase in phrases if name in phrase), key=len, default=phrases[0])


def _picture(kind: Kind, words: str) -> str:
    found = entry(kind, words)
    return found.picture if found else ""


def _about(phrase: str) -> str:
    """The thing that a phrase names: the old keeper of a lighthouse is a keeper."""
    words = dropwhile(BREAKS.__contains__, WORD.findall(phrase.lower()))
    return next(reversed([*takewhile(lambda word: word not in BREAKS, words)]), "")


def _words(phrase: str) -> list[str]:
    return [form for word in WORD.findall(phrase.lower()) for form in forms(word)]
