"""Instruments and ensembles, and how a brief names them."""

from __future__ import annotations

import pytest

from studiolo.music.players import (
    ROLES,
    band,
    ensemble,
    ensemble_names,
    instrument,
    instrument_names,
    instruments_in,
    named_in,
)
from studiolo_contract.errors import StudioloError


@pytest.mark.parametrize("name", ensemble_names())
def test_every_ensemble_has_a_melody_and_plays_by_its_other_names_too(name):
    one = ensemble(name)
    assert one.player("melody")
    assert {player.role for player in one.players} <= set(ROLES)
    assert all(ensemble(word).name == name for word in one.also)


@pytest.mark.parametrize("name", instrument_names())
def test_every_instrument_has_a_range(name):
    one = instrument(name)
    assert 0 <= one.low < one.high <= 127
    assert 0 <= one.program <= 127
    assert all(instrument(word) is one for word in one.also)


def test_plurals_and_other_spellings():
    assert instrument("Violins").name == "violin"
    assert instrument("french horn").name == "horn"
    assert ensemble("Jazz").name == "jazz trio"


@pytest.mark.parametrize(("name", "near"), [("violine", "violin"), ("marimbaphone", "marimba"), ("xyzzy", "piano")])
def test_an_unknown_instrument_is_told_with_what_there_is(name, near):
    with pytest.raises(StudioloError, match=f"There is no instrument called '{name}'") as caught:
        instrument(name)
    assert near in caught.value.problem.mend


def test_an_unknown_ensemble_is_told():
    with pytest.raises(StudioloError, match="There is no ensemble called 'gamelan'"):
        ensemble("gamelan")


def test_briefs_name_ensembles_and_instruments():
    assert named_in("a smoky bar, late") == ("jazz trio", "smoky")
    assert named_in("a walk in the park") is None
    assert instruments_in("a solo violin over church bells, then two violins") == ("violin", "tubular bells")


def test_a_band_gives_everybody_something_to_do():
    made = band([instrument(name) for name in ("oboe", "harp", "double bass", "strings", "drums")])
    roles = {player.role: player.instrument.name for player in made.players}
    assert roles == {
        "melody": "oboe",
        "chords": "harp",
        "pad": "strings",
        "bass": "double bass",
        "drums": "drums",
    }


def test_one_instrument_alone_has_the_melody():
    assert [player.role for player in band([instrument("cello")]).players] == ["melody"]
