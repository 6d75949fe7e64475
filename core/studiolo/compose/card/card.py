"""The mood card of a brief: what its words say, then what follows from that; and how a person changes a field.

Each field has a source. In order of trust: what the person changed, words of the brief, words about a 3D scene, what is
nearest in meaning, rules. Knows no model: what is near in meaning is told by whoever has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from studiolo.compose.card import naming, rules
from studiolo.compose.card.brief import Brief, plain
from studiolo.compose.card.changing import parsed
from studiolo.compose.card.feeling import AXES, Feeling, felt
from studiolo.compose.card.rules import MOOD, RULES
from studiolo_contract.mood_card import CardField, Change, MoodCard, Origin, Source
from studiolo_contract.music import Mood

if TYPE_CHECKING:
    from studiolo.compose.card.nearness import Nearness

FIELDS: tuple[CardField, ...] = get_args(CardField)
BECAUSE = 300
"""Characters of a reason."""


@dataclass(frozen=True)
class Reading:
    """A card, and what the maker should know about how it was read."""

    card: MoodCard
    notes: tuple[str, ...] = ()


@dataclass
class Draft:
    """A card while it is read: what is said first stays."""

    values: dict[CardField, Any] = field(default_factory=dict)
    sources: dict[CardField, Source] = field(default_factory=dict)
    colours: tuple[str, ...] = ()
    """Those that the words name: the palette is made around them."""
    spare: dict[CardField, naming.Said] = field(default_factory=dict)
    """What is said where nobody has anything better."""

    def say(self, name: CardField, value: Any, origin: Origin, because: str) -> None:
        """Fills a field that is empty; an empty value says nothing."""
        if name in self.values or value in (None, "", ()):
            return
        self.values[name] = value
        self.sources[name] = Source(field=name, origin=origin, because=because[:BECAUSE])

    @property
    def card(self) -> MoodCard:
        mood = Mood(**{name: self.values.get(name, 0.0) for name in MOOD})
        rest = {name: value for name, value in self.values.items() if name not in MOOD}
        sources = tuple(self.sources[name] for name in FIELDS if name in self.sources)
        return MoodCard(mood=mood, sources=sources, **rest)


def read(text: str, scene: str = "", nearness: Nearness | None = None) -> Reading:
    """The card of a brief or note, `scene` being what stands in a 3D scene, in words.

    Without `nearness` only words that the lexicons know are read. Deterministic; costs milliseconds for a brief.
    """
    draft, notes = drafted(text, scene, nearness)
    return Reading(finished(draft), notes)


def drafted(
    text: str,
    scene: str = "",
    nearness: Nearness | None = None,
    seen: Mapping[CardField, naming.Said] | None = None,
) -> tuple[Draft, tuple[str, ...]]:
    """The same before the rules have filled in what follows: whoever knows more may still say it. `seen` is what a
    picture says."""
    draft = Draft()
    brief, set_up = plain(text), plain(scene)
    _say_words(draft, brief, "brief")
    for name, said in (seen or {}).items():
        draft.say(name, said.value, "picture", said.because)
    _say_words(draft, set_up, "scene")
    told: tuple[Brief, Origin] = (brief, "brief") if brief.text else (set_up, "scene")
    if not told[0].english:
        nearness = None  # the model of meanings knows English too
        draft.say("subjects", (_first_words(told[0].text, 200),), told[1], "its words as they stand")
        draft.say("title", _first_words(told[0].text, 40), told[1], "its first words")
    _say_feeling(draft, felt(told[0].text, nearness.neighbours if nearness else None), told[1])
    if nearness:
        _say_nearest(draft, told[0].beginning, nearness)
    return draft, brief.notes


def finished(draft: Draft) -> MoodCard:
    """The card, with what follows from its fields by rule."""
    for name, said in draft.spare.items():
        draft.say(name, said.value, "rule", said.because)
    for name, rule in RULES.items():
        made = rules.palette_with(draft.card, draft.colours) if name == "palette" else rule.make(draft.card)
        if made is not None:
            draft.say(name, made.value, "rule", made.because)
    return draft.card


def source(card: MoodCard, name: CardField) -> Source | None:
    """Where a field of the card comes from; None for one that is empty."""
    return next((one for one in card.sources if one.field == name), None)


def changed(card: MoodCard, change: Change) -> MoodCard:
    """The card with a field as the person wants it; what a rule made from that field, or would make where it is empty,
    is made anew. A field that the person emptied keeps a source, so that no rule fills it again. Raises `StudioloError`
    (`bad_request`) in one sentence for a value that the field can't have."""
    value = parsed(change)
    hand = Source(field=change.field, origin="you", because="changed by hand" if change.value.strip() else "left open")
    kept = rules.given_colours(card)
    card = _with(card, change.field, value, hand)
    moved = {change.field}
    for name, rule in RULES.items():
        before = source(card, name)
        if name in moved or moved.isdisjoint(rule.reads) or (before and before.origin != "rule"):
            continue
        made = rule.make(card)
        if made is not None and name == "palette" and before:
            made = rules.palette_with(card, kept)
        told = Source(field=name, origin="rule", because=made.because[:BECAUSE]) if made else None
        card = _with(card, name, made.value if made else (), told)
        moved.add(name)
    return card


def with_changes(card: MoodCard, changes: Iterable[Change]) -> MoodCard:
    """The card after each of the changes in turn. Raises as `changed` does."""
    for change in changes:
        card = changed(card, change)
    return card


def _with(card: MoodCard, name: CardField, value: Any, told: Source | None) -> MoodCard:
    others = {one.field: one for one in card.sources if one.field != name}
    if told:
        others[name] = told
    sources = tuple(others[one] for one in FIELDS if one in others)
    if name in MOOD:
        return replace(card, mood=replace(card.mood, **{name: value}), sources=sources)
    return replace(card, **{name: value}, sources=sources)


def _say_words(draft: Draft, brief: Brief, origin: Origin) -> None:
    """What the words themselves say."""
    if not brief.text:
        return
    draft.say("title", brief.title, origin, "its heading")
    named = naming.said(brief)
    for name, said in named.fields.items():
        draft.say(name, said.value, origin, said.because)
    draft.colours = draft.colours or named.colours
    if named.title:
        draft.spare.setdefault("title", named.title)


def _first_words(text: str, most: int) -> str:
    line = " ".join(text[: most + 1].split())
    return line if len(line) <= most else line[:most].rpartition(" ")[0] or line[:most]


def _say_feeling(draft: Draft, feeling: Feeling, origin: Origin) -> None:
    for name in AXES:
        axis = feeling.axes[name]
        if axis.words:
            draft.say(name, axis.value, "meaning" if axis.guessed else origin, axis.because)


def _say_nearest(draft: Draft, text: str, nearness: Nearness) -> None:
    settings: tuple[Literal["place", "time", "weather"], ...] = ("place", "time", "weather")
    for name in settings:
        if name not in draft.values and (near := nearness.nearest(name, text)):
            draft.say(name, near.entry.name, "meaning", near.because)
