"""What a request asks for, in one shape: moods in sections, a key, a motif, players; and what to say about each.

Knows the request and the rules that fill in what it leaves open; knows no notes of the piece, no model and no sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from studiolo.media import midi
from studiolo.music import motif as motifs
from studiolo.music import players
from studiolo.music.meaning import ensemble_for, mode_for
from studiolo.music.mood import Passage, read
from studiolo.music.mood_words import Neighbours
from studiolo.music.plan import Wanted
from studiolo.music.players import Ensemble
from studiolo.music.score import Note
from studiolo.music.theory import MODES, asked_key
from studiolo_contract.errors import StudioloError
from studiolo_contract.music import Mood, MusicalMode, MusicRequest, Section
from studiolo_contract.recipe import Reason

SHORTEST = 2.0
"""Seconds of a section that a brief speaks of."""


@dataclass(frozen=True)
class Key:
    """What of the key is fixed."""

    tonic: int | None
    """Pitch class."""
    mode: MusicalMode | None
    because: str = "asked for"


def wanted(request: MusicRequest, neighbours: Neighbours | None) -> tuple[list[Wanted], tuple[str, ...]]:
    """The stretches of the piece with their moods, and notes for the maker."""
    notes: list[str] = []
    if request.sections:
        made = [_of_section(section, request.mood, neighbours, notes) for section in request.sections]
    elif request.mood is not None:
        made = [Wanted(request.prompt, request.mood, because="asked for")]
    else:
        reading = read(request.prompt, neighbours)
        notes += reading.notes
        made = [_of_passage(passage) for passage in reading.passages]
        room = max(1, int(request.seconds // SHORTEST))
        if len(made) > room:
            notes.append(
                f"The brief speaks of {len(made)} moods; {request.seconds:g} s have room for the first {room}."
            )
            made = made[:room]
    return made, tuple(dict.fromkeys(notes))


def _of_section(section: Section, otherwise: Mood | None, neighbours: Neighbours | None, notes: list[str]) -> Wanted:
    if section.mood is None and section.prompt.strip():
        reading = read(section.prompt, neighbours)
        notes += reading.notes
        first, last = reading.passages[0], reading.passages[-1]
        until = section.until or last.until or (last.mood if last is not first else None)
        return Wanted(section.prompt, first.mood, until, section.seconds, _because(reading.passages))
    mood = section.mood or otherwise or Mood()
    return Wanted(section.prompt, mood, section.until, section.seconds, "asked for")


def _of_passage(passage: Passage) -> Wanted:
    return Wanted(passage.words, passage.mood, passage.until, because=_because((passage,)))


def _because(passages: Sequence[Passage]) -> str:
    """Which words gave it."""
    said = []
    for passage in passages:
        for heard in passage.heard:
            like = f" (like {', '.join(heard.like)})" if heard.like else ""
            said.append(f"'{heard.words}'{like}")
        if passage.moved_by:
            said.append(f"'{passage.moved_by}' moves it")
    return ", ".join(said) or "no word says anything about it"


def motif(request: MusicRequest, inputs: Mapping[str, bytes]) -> tuple[Note, ...]:
    """The notes of the motif; none where none is given. Raises `StudioloError`."""
    if request.motif.strip() and request.motif_midi is not None:
        raise StudioloError("bad_request", "There are two motifs, one in words and one as MIDI.", "Send one of them.")
    if request.motif.strip():
        return motifs.read(request.motif)
    if request.motif_midi is None:
        return ()
    name = request.motif_midi.sha256
    if name not in inputs:
        raise StudioloError("unknown_blob", f"The MIDI file {name[:12]} is not here.", "Send its bytes first.")
    return motifs.checked(midi.read_melody(inputs[name]))


def key(request: MusicRequest, stretches: Sequence[Wanted], notes: Sequence[Note]) -> Key:
    """The key as far as it is fixed: asked for, or the one that the motif is in. Raises `StudioloError`."""
    tonic, mode = asked_key(request.key, request.mode)
    if tonic is None and notes:
        found, own = motifs.key_of(notes, (mode,) if mode else _near(mode_for(stretches[0].mood)))
        return Key(found, mode or own, "the motif lies in it")
    return Key(tonic, mode)


def _near(mode: MusicalMode) -> tuple[MusicalMode, ...]:
    """All modes, those first that are about as bright."""
    place = MODES.index(mode)
    return tuple(sorted(MODES, key=lambda other: abs(MODES.index(other) - place)))


def ensemble(request: MusicRequest, stretches: Sequence[Wanted]) -> tuple[Ensemble, Reason]:
    """Who plays, and why. Raises `StudioloError` for instruments and ensembles that there are none of."""
    if request.instruments:
        return players.named_band(request.instruments), Reason(
            what="ensemble", value=", ".join(request.instruments), because="asked for"
        )
    if request.ensemble.strip():
        named = players.ensemble(request.ensemble)
        return named, Reason(what="ensemble", value=named.name, because="asked for")
    found = players.named_in(request.prompt)
    name, because = (found[0], f"'{found[1]}'") if found else ensemble_for([one.mood for one in stretches])
    chosen = players.ensemble(name)
    named_ones = [] if found else [players.instrument(one) for one in players.instruments_in(request.prompt)]
    if len(named_ones) > 1:
        band = players.band(named_ones)
        if band.player("melody"):
            value = ", ".join(one.name for one in named_ones)
            return band, Reason(what="ensemble", value=value, because="the brief names them")
    leads = [one for one in named_ones if one.plays not in ("drums", "low")]
    if leads:
        lead = leads[0]
        seats = tuple(replace(one, instrument=lead) if one.role == "melody" else one for one in chosen.players)
        chosen = replace(chosen, players=seats, bold=None)
        because = f"{because}; the {lead.name} has the melody, since the brief names it"
    return chosen, Reason(what="ensemble", value=name, because=because)
