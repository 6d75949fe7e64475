"""What the text model is asked for, slot by slot, and which of its answers are good enough for a card. Knows no model.

Words and rules carry a card; the model fills what they leave open. A small one writes much nonsense, so it is asked for
several answers: those with words that are none, or that are far from the brief, are thrown away; the nearest is kept.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Literal, Protocol

from studiolo.compose.card.brief import Brief
from studiolo.compose.card.card import Draft
from studiolo.compose.card.english import listed
from studiolo.compose.card.lexicon import WORD, forms
from studiolo.compose.card.phrases import phrases
from studiolo_contract.mood_card import Character

Slot = Literal["title", "subjects", "motifs", "looks"]
TRIES = 8
"""Answers of which the best is kept."""
READ = 1_200
"""Characters of a brief that the model is given: a small one loses the thread of more."""
NEAR: Mapping[Slot, float] = {"title": 0.4, "subjects": 0.3, "motifs": 0.38}
"""Cosine to the brief that an answer has at least."""
_NO_CLOTHES = frozenset(("robot", "android", "ghost", "dragon", "mermaid", "god", "goddess", "angel", "knight"))
"""Who has no hair and clothes to speak of."""
_PREPOSITIONS = listed("prepositions")
_BINDING = listed("binding") | _PREPOSITIONS | listed("opening") | {"a", "an"}


_GREY = ("grey", "white")
_AGED = frozenset(
    ("old", "elderly", "ancient", "aged", "retired", "grandmother", "grandfather", "elder", "widow", "hermit")
)


class Judge(Protocol):
    """What tells sense from nonsense."""

    def knows(self, word: str) -> bool:
        """Whether it is a word, in small letters."""

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """The cosine in meaning between a text and each of the others."""


@dataclass(frozen=True)
class Question:
    """One slot, as it is put to the model."""

    slot: Slot
    about: str
    """The brief's beginning, or who is to be described."""

    @property
    def turns(self) -> tuple[tuple[str, str], ...]:
        """Questions and answers that show how."""
        page = _page()[self.slot]
        if self.slot == "looks":
            return tuple(
                (page["ask"] + who, _json(hair=hair, clothes=clothes)) for who, hair, clothes in page["examples"]
            )
        return tuple((page["ask"] + brief, _json(**{self.slot: answer})) for brief, answer in page["examples"])

    @property
    def ask(self) -> str:
        return str(_page()[self.slot]["ask"]) + self.about

    @property
    def json_schema(self) -> str:
        page = _page()[self.slot]
        if self.slot == "looks":
            hair = [one for one in page["hair"] if any(grey in one for grey in _GREY) == _old(self.about)]
            properties: dict[str, Any] = {
                part: {"type": "string", "enum": choices}
                for part, choices in (("hair", hair), ("clothes", page["clothes"]))
            }
        else:
            properties = {self.slot: {"type": "string", "pattern": page["pattern"]}}
        return _json(type="object", additionalProperties=False, required=list(properties), properties=properties)

    @property
    def tries(self) -> int:
        """How many answers are wanted: where every answer is good, one."""
        return 1 if self.slot == "looks" else TRIES


def questions(draft: Draft, brief: Brief) -> list[Question]:
    """What is still open and can be asked for; nothing of a brief that is not English."""
    about = brief.text[:READ].rpartition(" ")[0] if len(brief.text) > READ else brief.text
    if not about or not brief.english:
        return []
    asked = [Question(slot, about) for slot in ("title", "subjects", "motifs") if slot not in draft.values]
    who = _undescribed(draft)
    if who:
        asked.append(Question("looks", who.looks or who.name))
    return asked


def answer(draft: Draft, question: Question, written: Sequence[str], judge: Judge) -> None:
    """Says the best of the answers, JSON as the schema wants it, in the draft; nothing where none is good enough."""
    answers = [one for one in map(_read, written) if one]
    if question.slot == "looks":
        if answers:
            _describe(draft, answers[0])
        return
    said = list(dict.fromkeys(str(one[question.slot]) for one in answers if question.slot in one))
    if question.slot == "motifs":
        # what is the place already comes back in any case
        said = [one for one in said if one.lower() != str(draft.values.get("place", "")).lower()]
    good = [one for one in said if sensible(question, one, judge.knows)]
    likes = judge.likeness(question.about, good) if good else []
    like, best = max(zip(likes, good, strict=True), default=(0.0, ""))
    if like < NEAR[question.slot]:
        return
    because = f"the text model; the nearest to the brief of {len(written)} answers ({like:.2f})"
    draft.say(question.slot, best if question.slot == "title" else (best,), "model", because)


def sensible(question: Question, said: str, knows: Callable[[str], bool]) -> bool:
    """Whether an answer is made of words, ends in a thing, and is no example's."""
    words = [match.group() for match in WORD.finditer(said)]
    small = [word.lower().removesuffix("'s") for word in words]
    shown = {answer.lower() for _, answer in _page()[question.slot]["examples"]}
    if not words or said.lower() in shown or small[-1] in _BINDING:
        return False
    if len({*small} - _BINDING) < len([word for word in small if word not in _BINDING]):
        return False  # a word said twice
    if any(word[0].isupper() and word.lower() in _BINDING for word in words[1:]):
        return False
    if not all(knows(word) for word in small):
        return False
    if any(not {one, after} - _PREPOSITIONS for one, after in pairwise(small)):
        return False  # "the moon over from the grave"
    inside = len(small) > 2 and {"in", "at", "under"}.intersection(small[-3:-1])
    if inside and not listed("people").isdisjoint(forms(small[-1])):
        return False  # "Rain in the Detective"
    if question.slot == "title" and not _about(small, question.about):
        return False
    # a word of the brief that is no thing there ("high" of "high noon") is none in the answer either
    heads = {form for phrase in phrases(question.about) for form in forms(phrase.head)}
    brief = {form for match in WORD.finditer(question.about.lower()) for form in forms(match.group())}
    return small[-1] not in brief or small[-1] in heads


def _about(words: Sequence[str], about: str) -> bool:
    """Whether a title has words of the brief, and no more than one that is not from there."""
    brief = {form for match in WORD.finditer(about.lower()) for form in forms(match.group())}
    telling = [word for word in words if word not in _BINDING]
    new = [word for word in telling if brief.isdisjoint(forms(word))]
    return len(new) <= 1 and len(new) < len(telling)


def _old(who: str) -> bool:
    return not _AGED.isdisjoint(who.lower().split())


def _undescribed(draft: Draft) -> Character | None:
    """The first character of whom no more is known than what they are; machines and many at once stay as they are."""
    for one in draft.values.get("characters", ()):
        head = one.name.lower().rpartition(" ")[2]
        plain = " in " not in one.looks and " with " not in one.looks
        if plain and head not in _NO_CLOTHES and head not in listed("plurals"):
            return one  # type: ignore[no-any-return]
    return None


def _describe(draft: Draft, said: Mapping[str, Any]) -> None:
    who = _undescribed(draft)
    if who is None:
        return
    base = who.looks or who.name
    looks = f"{base} with {said['hair']}, in {said['clothes']}"
    people = tuple(replace(one, looks=looks[:300]) if one is who else one for one in draft.values["characters"])
    source = draft.sources["characters"]
    draft.values["characters"] = people
    draft.sources["characters"] = replace(source, because=f"{source.because}; hair and clothes by the text model"[:300])


def _read(text: str) -> dict[str, Any] | None:
    try:
        read = json.loads(text)
    except ValueError:  # an answer that was cut off
        return None
    return read if isinstance(read, dict) else None


def _json(**values: Any) -> str:
    return json.dumps(values)


@cache
def _page() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("studiolo.compose.card").joinpath("asking.toml").read_text(encoding="utf-8"))
