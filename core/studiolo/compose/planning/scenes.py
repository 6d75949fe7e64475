"""The cards of a storyboard: what each scene changes in the card of the story. Knows no model.

People, palette, materials, era, style and ensemble are the story's, so that the scenes belong together; place, time,
weather and feeling are a scene's own where its words say so, and tempo and mode follow the feeling.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from studiolo.compose.card.card import read, source
from studiolo.compose.card.rules import MOOD, RULES
from studiolo_contract.mood_card import CardField, Character, MoodCard
from studiolo_contract.music import Mood

OWN: tuple[CardField, ...] = ("place", "time", "weather")
FOLLOWS: tuple[CardField, ...] = ("tempo", "mode")
"""What a scene's feeling decides, where no person and no word of the story has."""


def of_scene(card: MoodCard, words: str) -> MoodCard:
    """The card of one scene."""
    told = read(words).card
    said = {one.field for one in told.sources if one.origin == "brief"}
    values: dict[str, Any] = {field: getattr(told, field) for field in OWN if field in said}
    mood = {axis: getattr(told.mood if axis in said else card.mood, axis) for axis in MOOD}
    people = _people(card, words)
    things = [thing for thing in told.subjects if "subjects" in said and not _is_somebody(thing, card)]
    looks = [person.looks or person.name for person in people] or list(card.subjects[:1])
    scene = replace(
        card,
        title=told.title or card.title,
        subjects=tuple(dict.fromkeys((*looks, *things)))[:8],
        characters=people or card.characters,
        motifs=told.motifs or card.motifs,
        mood=Mood(**mood),
        **values,
    )
    for field in FOLLOWS:
        before = source(card, field)
        made = RULES[field].make(scene) if before is not None and before.origin == "rule" else None
        if made is not None:
            changed: dict[str, Any] = {field: made.value}
            scene = replace(scene, **changed)
    return scene


def _people(card: MoodCard, words: str) -> tuple[Character, ...]:
    """Those of the story that the scene names; the first of them where it names none."""
    named = tuple(person for person in card.characters if _names(words) & _names(person.name))
    return named or card.characters[:1]


def _is_somebody(thing: str, card: MoodCard) -> bool:
    return any(_names(thing) & _names(person.name) for person in card.characters)


def _names(words: str) -> set[str]:
    """The words by which somebody may be called."""
    return {word for word in re.findall(r"[^\W\d_]{3,}", words.lower()) if word not in ("the", "and", "old", "young")}
