"""What the words of a mood card become in a request: placeholders, what they stand for, and how they are filled in.
Knows no preset and no model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from studiolo.compose.card.lexicon import entry
from studiolo.text.sentences import sentence_ends
from studiolo.text.styles import style_names
from studiolo_contract.mood_card import CardField, MoodCard
from studiolo_contract.music import Mood

PLACEHOLDERS: Mapping[str, tuple[CardField, ...]] = {
    "brief": (),
    "title": ("title",),
    "subjects": ("subjects",),
    "subject": ("subjects",),
    "names": ("characters",),
    "looks": ("characters",),
    "place": ("place",),
    "time": ("time",),
    "weather": ("weather",),
    "at_place": ("place",),
    "at_time": ("time",),
    "in_weather": ("weather",),
    "mood": ("valence", "arousal", "tension"),
    "feeling": ("valence", "arousal", "tension"),
    "palette": ("palette",),
    "era": ("era",),
    "material": ("materials",),
    "material_2": ("materials",),
    "motifs": ("motifs",),
    "motif": ("motifs",),
    "tempo": ("tempo",),
    "mode": ("mode",),
    "ensemble": ("ensemble",),
    "style": ("style",),
    "literary_style": ("style",),
    "seconds": (),
}
"""What may stand in braces in a preset, and the fields of the card that it is taken from."""
BRIEF = 1_200
"""Characters of a long brief that a writer is given: its beginning, in whole sentences."""
PLAIN_MATERIALS = ("stone blocks", "wood planks")
"""For a card that names none, or only one."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PREPOSITION = re.compile(
    r"(?:in|on|at|by|under|below|near|inside|between|among|above|over|aboard|beside|behind|through|during|before|after"
    r"|high|deep|far|out)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:a|an|the|his|her|their|its|some|one|two|three|many)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Tables:
    """`wording.toml`."""

    on: frozenset[str]
    at: frozenset[str]
    hours: Mapping[str, str]
    weathers: Mapping[str, str]
    stand_ins: Mapping[str, str]


def placeholders_in(template: Any) -> tuple[str, ...]:
    """Of a text or a list of texts, each once; none of anything else."""
    texts = template if isinstance(template, (list, tuple)) else [template]
    found = (name for text in texts if isinstance(text, str) for name in _PLACEHOLDER.findall(text))
    return tuple(dict.fromkeys(found))


def filled(template: Any, words: Mapping[str, Any]) -> Any:
    """The template with what its placeholders stand for; None where nothing is left of it.

    One placeholder alone is its value as it is, also where that is no text. Of a text, what stands between commas is
    left out where a placeholder in it is empty; of a list of texts, the whole text is.
    """
    if isinstance(template, (list, tuple)):
        pieces = [_piece(text, words) if isinstance(text, str) else text for text in template]
        return [piece for piece in pieces if piece not in (None, "")] or None
    if not isinstance(template, str):
        return template
    alone = _PLACEHOLDER.fullmatch(template)
    if alone:
        value = words[alone.group(1)]
        return None if value == "" else value
    pieces = [_piece(piece, words) for piece in template.split(", ")]
    return ", ".join(piece for piece in pieces if piece) or None


def _piece(text: str, words: Mapping[str, Any]) -> str | None:
    """None where a placeholder in it is empty."""
    if any(words[name] in (None, "") for name in _PLACEHOLDER.findall(text)):
        return None
    return _PLACEHOLDER.sub(lambda match: _said(words[match.group(1)]), text)


def _said(value: Any) -> str:
    if isinstance(value, Mood):
        return feeling(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def words_of(card: MoodCard, brief: str, seconds: float) -> dict[str, Any]:
    """What each placeholder stands for; empty, or None, where the card leaves it open."""
    materials = [*card.materials, *PLAIN_MATERIALS[len(card.materials) :]]
    return {
        "brief": beginning(brief) or _in_a_sentence(card),
        "title": card.title,
        "subjects": ", ".join(card.subjects),
        "subject": next(iter(card.subjects), ""),
        "names": _listed([person.name for person in card.characters]),
        "looks": "; ".join(
            f"{person.name}, {person.looks}" if person.looks else person.name for person in card.characters
        ),
        "place": card.place,
        "time": card.time,
        "weather": card.weather,
        "at_place": at_place(card.place),
        "at_time": at_time(card.time),
        "in_weather": in_weather(card.weather),
        "mood": card.mood,
        "feeling": feeling(card.mood),
        "palette": ", ".join(card.palette),
        "era": card.era,
        "material": materials[0],
        "material_2": materials[1],
        "motifs": _listed(list(card.motifs)),
        "motif": next(iter(card.motifs), ""),
        "tempo": card.tempo,
        "mode": card.mode,
        "ensemble": card.ensemble,
        "style": card.style,
        "literary_style": literary_style(card.style),
        "seconds": seconds,
    }


def beginning(brief: str) -> str:
    """As much of a brief as a writer is given."""
    text = brief.strip()
    if len(text) <= BRIEF:
        return text
    ends = [end for end in sentence_ends(text[:BRIEF]) if end]
    return text[: ends[-1]].strip() if ends else text[:BRIEF].rsplit(" ", 1)[0]


def at_place(place: str) -> str:
    """`the coast` becomes `on the coast`, `a harbour` `at a harbour`, `an old mill` `in an old mill`."""
    if not place or _PREPOSITION.match(place):
        return place
    *_, noun = re.findall(r"[a-z]+", re.split(r"\b(?:in|on|at|of|by|near|under)\b", place.lower())[0]) or [""]
    tables = _tables()
    preposition = "on" if noun in tables.on else "at" if noun in tables.at else "in"
    return f"{preposition} {_with_article(place)}"


def at_time(time: str) -> str:
    """`night` becomes `at night`, `morning` `in the morning`."""
    return time if not time or _PREPOSITION.match(time) else _tables().hours.get(time.lower(), f"at {time}")


def in_weather(weather: str) -> str:
    """`storm` becomes `in a storm`, `clear` `under a clear sky`."""
    if not weather or _PREPOSITION.match(weather):
        return weather
    return _tables().weathers.get(weather.lower(), f"in {_with_article(weather)}")


def literary_style(style: str) -> str:
    """The style of writing that a card's style names; empty where it names none."""
    known = entry("style", style)
    name = known.text if known else style.strip().lower().replace(" ", "-")
    return name if name in style_names() else ""


def stand_ins() -> Mapping[str, str]:
    """What stands for a thing in a picture, where the model that paints knows too few things."""
    return _tables().stand_ins


def feeling(mood: Mood) -> str:
    """A mood in two or three words: `tense, sombre`."""
    said = []
    if abs(mood.tension) >= 0.2:
        said.append("tense" if mood.tension > 0 else "peaceful")
    if abs(mood.valence) >= 0.15:
        said.append("bright" if mood.valence > 0 else "sombre")
    if abs(mood.arousal) >= 0.25:
        said.append("stirring" if mood.arousal > 0 else "quiet")
    return ", ".join(said)


def _in_a_sentence(card: MoodCard) -> str:
    """What stands for a brief where there is only a card."""
    said = [", ".join(card.subjects), at_place(card.place), at_time(card.time), in_weather(card.weather)]
    words = ", ".join(part for part in said if part) or card.title
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _listed(things: list[str]) -> str:
    return ", ".join(things[:-1]) + " and " + things[-1] if len(things) > 1 else "".join(things)


def _with_article(words: str) -> str:
    return words if _ARTICLE.match(words) or words[:1].isupper() else f"the {words}"


@cache
def _tables() -> Tables:
    page = tomllib.loads((files("studiolo.compose.planning") / "wording.toml").read_text("utf-8"))
    return Tables(
        on=frozenset(page["on"]),
        at=frozenset(page["at"]),
        hours=page["hours"],
        weathers=page["weathers"],
        stand_ins=page["stand_ins"],
    )
