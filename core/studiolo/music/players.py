"""Instruments and ensembles: who can play, and who plays what. Knows General MIDI's numbers; knows no notes."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from studiolo_contract.errors import StudioloError

ROLES = ("melody", "answer", "chords", "pad", "bass", "drums")
PAN = {"melody": 0.1, "answer": -0.35, "chords": 0.35, "pad": -0.1, "bass": 0.0, "drums": 0.0}
LOUD = {"melody": 0.0, "answer": -3.0, "chords": -7.0, "pad": -8.5, "bass": -4.0, "drums": -5.0}
"""Decibels, beside the melody."""


@dataclass(frozen=True)
class Instrument:
    """What can be played on. Pitches are MIDI numbers."""

    name: str
    program: int
    low: int
    high: int
    plays: str
    """`line`, `struck`, `pad`, `low` or `drums`."""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Player:
    """An instrument in a role."""

    role: str
    instrument: Instrument
    pan: float
    gain: float
    """Decibels."""
    room: float


@dataclass(frozen=True)
class Ensemble:
    """Who plays together."""

    name: str
    players: tuple[Player, ...]
    bold: Instrument | None = None
    """Has the melody instead where the music is loud."""
    beat: str = ""
    """How the drums are played."""
    also: tuple[str, ...] = field(default=())

    def player(self, role: str) -> Player | None:
        return next((player for player in self.players if player.role == role), None)


def ensemble(name: str) -> Ensemble:
    """By its name or another word for it. Raises `StudioloError`."""
    wanted = _plain(name)
    for one in _ensembles().values():
        if wanted in (one.name, *one.also):
            return one
    names = tuple(_ensembles())
    raise _unknown("ensemble", name, names, names)


def instrument(name: str) -> Instrument:
    """By its name or another word for it; a plural is its singular. Raises `StudioloError`."""
    wanted = _plain(name)
    known = _by_any_name()
    for word in (wanted, wanted.removesuffix("s")):
        if word in known:
            return known[word]
    raise _unknown("instrument", name, tuple(known), tuple(_instruments()))


def named_in(brief: str) -> tuple[str, str] | None:
    """The ensemble that a brief calls for, and the words that do so: the longest there are; None where none do."""
    text = f" {_plain(brief)} "
    found = [
        (len(word), -text.index(f" {word} "), one.name, word)
        for one in _ensembles().values()
        for word in (one.name, *one.also)
        if f" {word} " in text
    ]
    return max(found)[2:] if found else None


def instruments_in(brief: str) -> tuple[str, ...]:
    """The instruments that a brief names, in its order. A longer name hides the shorter ones in it."""
    text, found = f" {_plain(brief)} ", []
    for word in sorted(_by_any_name(), key=len, reverse=True):
        while match := re.search(rf" {re.escape(word)}s?(?= )", text):
            found.append((match.start(), _by_any_name()[word].name))
            text = text[: match.start() + 1] + "_" * (len(match[0]) - 1) + text[match.end() :]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def band(instruments: Sequence[Instrument], room: float = 0.3) -> Ensemble:
    """An ensemble of these: the first has the melody, the deepest the bass, drums the beat, and the others between."""
    players: list[Player] = []
    drums = [one for one in instruments if one.plays == "drums"]
    tuned = [one for one in instruments if one.plays != "drums"]
    lead, rest = tuned[:1], tuned[1:]
    deep = min(rest, key=lambda one: (one.plays != "low", one.low), default=None)
    if deep is not None and (deep.plays == "low" or len(rest) > 1):
        players.append(_player("bass", deep, room))
        rest.remove(deep)
    for one in rest:
        taken = {player.role for player in players}
        order = {"pad": ("pad", "chords", "answer"), "struck": ("chords", "answer", "pad")}.get(
            one.plays, ("answer", "pad", "chords")
        )
        players.append(_player(next((role for role in order if role not in taken), order[0]), one, room))
    players += [_player("melody", one, room) for one in lead] + [_player("drums", one, room) for one in drums]
    players.sort(key=lambda player: ROLES.index(player.role))
    beat = "rock" if drums else ""
    return Ensemble("", tuple(players), beat=beat)


def named_band(names: Sequence[str]) -> Ensemble:
    """A band of instruments by their names. Raises `StudioloError`."""
    made = band([instrument(name) for name in names])
    if made.player("melody") is None:
        raise StudioloError("bad_request", "Only drums are named, and they have no tones.", "Name one more.")
    return made


def ensemble_names() -> tuple[str, ...]:
    return tuple(_ensembles())


def instrument_names() -> tuple[str, ...]:
    return tuple(_instruments())


def _player(role: str, one: Instrument, room: float) -> Player:
    wet = room * {"bass": 0.3, "drums": 0.5, "pad": 1.2}.get(role, 1.0)
    return Player(role, one, PAN[role], LOUD[role], min(1.0, wet))


def _unknown(what: str, name: str, words: Sequence[str], names: Sequence[str]) -> StudioloError:
    near = difflib.get_close_matches(_plain(name), words, n=3, cutoff=0.6)
    mend = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(names)}."
    return StudioloError("bad_request", f"There is no {what} called '{name:.64}'.", mend)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w-]+", text.lower()))


@cache
def _instruments() -> dict[str, Instrument]:
    entries = _read("instruments.toml")
    return {
        name: Instrument(name=name, **{**fields, "also": tuple(fields.get("also", ()))})
        for name, fields in entries.items()
    }


@cache
def _by_any_name() -> dict[str, Instrument]:
    return {word: one for one in _instruments().values() for word in (one.name, *one.also)}


@cache
def _ensembles() -> dict[str, Ensemble]:
    made = {}
    for name, fields in _read("ensembles.toml").items():
        players = tuple(_player(role, _instruments()[fields[role]], fields["room"]) for role in ROLES if role in fields)
        if sum(player.instrument.name == "piano" for player in players) == len(players):
            players = tuple(replace(player, pan=0.0) for player in players)  # two hands on one instrument
        bold = _instruments()[fields["bold"]] if "bold" in fields else None
        made[name] = Ensemble(name, players, bold, fields.get("beat", ""), tuple(fields["also"]))
    return made


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("studiolo.music") / name).read_text())
