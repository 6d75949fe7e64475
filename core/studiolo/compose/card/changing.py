"""A field of a card as a person types and reads it, and what the card holds. Knows bounds, and no rule."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any, Literal, get_args

from studiolo.compose.card.lexicon import entries
from studiolo.music import players
from studiolo_contract.errors import StudioloError
from studiolo_contract.mood_card import CardField, Change, Character, MoodCard
from studiolo_contract.music import MusicalMode

Text = Literal["title", "place", "time", "weather", "era", "style"]
LONGEST: dict[CardField, int] = {"title": 120, "place": 200, "time": 100, "weather": 100, "era": 100, "style": 100}
"""Characters, as in `MoodCard`."""
MOST: dict[CardField, int] = {"subjects": 8, "materials": 6, "motifs": 8, "palette": 8, "characters": 8}
PHRASE, NAME, LOOKS = 200, 80, 300
SLOWEST, FASTEST = 30.0, 240.0
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def change_in(text: str) -> Change:
    """The change that `field=value` stands for. Raises `StudioloError` (`bad_request`)."""
    name, sign, value = text.partition("=")
    for known in get_args(CardField):
        if known == name.strip().lower() and sign:
            return Change(field=known, value=value.strip())
    raise _bad(
        f"'{text:.60}' sets no field of the card.", f"Write field=value; fields: {', '.join(get_args(CardField))}."
    )


def value_of(card: MoodCard, name: CardField) -> Any:
    """What a field of the card holds; those of its mood are fields too."""
    return getattr(card.mood if name in ("valence", "arousal", "tension") else card, name)


def as_text(card: MoodCard, name: CardField) -> str:
    """What a field holds, as a change would say it."""
    value = value_of(card, name)
    if name == "characters":
        return "; ".join(f"{one.name}: {one.looks}" if one.looks else one.name for one in value)
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def parsed(change: Change) -> Any:
    """The value; of an empty one what stands for an open field. Raises `StudioloError` (`bad_request`)."""
    name, text = change.field, " ".join(change.value.split())
    if name in ("valence", "arousal", "tension"):
        return _number(name, text, -1.0, 1.0, "from -1 to 1") if text else 0.0
    if name == "tempo":
        return _number(name, text, SLOWEST, FASTEST, "from 30 to 240 beats a minute") if text else None
    if name == "mode":
        return _mode(text) if text else None
    if name == "ensemble":
        return players.ensemble(text).name if text else ""
    if name == "characters":
        return _characters(text)
    if name == "palette":
        return tuple(_colour(one) for one in _listed(name, text, ","))
    if name in MOST:
        return tuple(_short(name, one, PHRASE) for one in _listed(name, text, ","))
    return _short(name, text, LONGEST[name])


def _number(name: str, text: str, least: float, most: float, wanted: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _bad(f"'{text:.40}' is no number for {name}.", f"Give one {wanted}.") from None
    if not least <= value <= most:
        raise _bad(f"{text:.40} is out of range for {name}.", f"Give a number {wanted}.")
    return value + 0.0  # never -0.0


def _mode(text: str) -> str:
    modes = get_args(MusicalMode)
    if text.lower() not in modes:
        raise _bad(f"There is no mode called '{text:.40}'.", f"Choose one of: {', '.join(modes)}.")
    return text.lower()


def _characters(text: str) -> tuple[Character, ...]:
    made = []
    for one in _listed("characters", text, ";"):
        name, _, looks = one.partition(":")
        if not name.strip():
            raise _bad(f"A character in '{one:.40}' has no name.", "Write each as `name: looks`, with ; between them.")
        made.append(
            Character(
                name=_short("a character's name", name.strip(), NAME), looks=_short("looks", looks.strip(), LOOKS)
            )
        )
    return tuple(made)


def _colour(text: str) -> str:
    if _COLOUR.fullmatch(text.lower()):
        return text.lower()
    for one in entries("colour"):
        if text.lower() in one.words:
            return one.colour
    names = [one.name for one in entries("colour")]
    near = difflib.get_close_matches(text.lower(), [word for one in entries("colour") for word in one.words], n=3)
    mend = f"Did you mean {' or '.join(near)}?" if near else f"Write it as #rrggbb, or as one of: {', '.join(names)}."
    raise _bad(f"'{text:.40}' is no colour.", mend)


def _listed(name: CardField, text: str, between: str) -> Sequence[str]:
    things = [one.strip() for one in text.split(between) if one.strip()]
    if len(things) > MOST[name]:
        raise _bad(f"{len(things)} {name} are too many.", f"Give {MOST[name]} at most.")
    return things


def _short(name: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise _bad(f"{len(text)} characters are too many for {name}.", f"Give {longest} at most.")
    return text


def _bad(message: str, mend: str) -> StudioloError:
    return StudioloError("bad_request", message, mend)
