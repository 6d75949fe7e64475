"""What follows from other fields of a card: feeling, materials, colours, tempo, mode and ensemble. Knows no brief.

Each rule names the fields that it reads; so whoever changes one knows what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from studiolo.compose.card import palette
from studiolo.compose.card.feeling import Axis, felt
from studiolo.compose.card.lexicon import Entry, Kind, entries, entry
from studiolo.music.meaning import ensemble_for, meter_for, mode_for, tempo_for
from studiolo_contract.mood_card import CardField, MoodCard

Value = str | float | tuple[str, ...] | None


class Made(NamedTuple):
    """What a rule makes of a card."""

    value: Value
    because: str
    """For a person."""


@dataclass(frozen=True)
class Rule:
    """How one field follows from others."""

    reads: tuple[CardField, ...]
    make: Callable[[MoodCard], Made | None]
    """None where nothing follows."""


MOOD: tuple[CardField, ...] = ("valence", "arousal", "tension")


def known(kind: Kind, words: str) -> Entry | None:
    """What a card's words for a place, a time, a weather, an era or a style mean to the arts; None where no rule knows
    them."""
    return entry(kind, words)


def palette_with(card: MoodCard, colours: Sequence[str]) -> Made:
    """The palette that follows, made around colours that are given."""
    time, weather, place = known("time", card.time), known("weather", card.weather), known("place", card.place)
    made = palette.rule(time, weather, place, card.mood, colours)
    names = [next((one.name for one in entries("colour") if one.colour == colour), colour) for colour in colours]
    return Made(made, palette.because(time, weather, place, card.mood, names))


def given_colours(card: MoodCard) -> tuple[str, ...]:
    """The colours of a card's palette that no rule made: the brief named them, and they stay when the others follow."""
    alone = palette_with(card, ()).value
    if card.palette == alone:
        return ()
    for given in (
        (card.palette[3:4]),
        (*card.palette[3:4], *card.palette[1:2]),
        (*card.palette[3:4], *card.palette[1:3]),
    ):
        if palette_with(card, given).value == card.palette:
            return given
    return ()


def _materials(card: MoodCard) -> Made | None:
    place = known("place", card.place)
    return Made(place.materials, f"what {place.name} is made of") if place else None


def _palette(card: MoodCard) -> Made:
    return palette_with(card, ())


def _feeling(axis: Axis) -> Callable[[MoodCard], Made]:
    """How a setting feels, where no word of the brief says more."""

    def make(card: MoodCard) -> Made:
        setting = ", ".join(filter(None, (card.weather, card.time, card.place)))
        degree = felt(setting).axes[axis]
        return Made(degree.value, f"how {setting} feels" if degree.words else "no word says how it feels")

    return make


def _tempo(card: MoodCard) -> Made:
    meter, _ = meter_for("", card.mood)
    mood = card.mood
    return Made(float(round(tempo_for(mood, meter))), f"arousal {mood.arousal:.1f} and tension {mood.tension:.1f}")


def _mode(card: MoodCard) -> Made:
    return Made(mode_for(card.mood), f"valence {card.mood.valence:.1f} and tension {card.mood.tension:.1f}")


def _ensemble(card: MoodCard) -> Made:
    for kind, words in (("style", card.style), ("era", card.era), ("place", card.place)):
        one = known(kind, words)  # type: ignore[arg-type]
        if one and one.music:
            return Made(one.music, one.name)
    return Made(*ensemble_for([card.mood]))


RULES: Mapping[CardField, Rule] = {
    "valence": Rule(("place", "time", "weather"), _feeling("valence")),
    "arousal": Rule(("place", "time", "weather"), _feeling("arousal")),
    "tension": Rule(("place", "time", "weather"), _feeling("tension")),
    "materials": Rule(("place",), _materials),
    "palette": Rule(("time", "weather", "place", *MOOD), _palette),
    "tempo": Rule(MOOD, _tempo),
    "mode": Rule(MOOD, _mode),
    "ensemble": Rule(("style", "era", "place", *MOOD), _ensemble),
}
"""The fields that may follow from others, in the order in which they do."""
