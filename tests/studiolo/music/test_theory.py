"""Names of notes, keys and chords."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo.music.theory import (
    MODES,
    QUALITIES,
    SCALES,
    chord_name,
    chord_pitches,
    note_name,
    read_key,
    read_note,
    tonic_name,
    triad_on,
)
from studiolo_contract.errors import StudioloError


@pytest.mark.parametrize(
    ("text", "tonic", "mode"),
    [
        ("C", 0, None),
        ("f# minor", 6, "minor"),
        ("Bb dorian", 10, "dorian"),
        ("E♭ Major", 3, "major"),
        ("A-flat min", 8, "minor"),
        ("d sharp phrygian", 3, "phrygian"),
        ("Am", 9, "minor"),
        ("Cb", 11, None),
    ],
)
def test_keys_as_people_write_them(text, tonic, mode):
    assert read_key(text) == (tonic, mode)


@pytest.mark.parametrize("text", ["H", "C##", "Q minor", "C locrian", "minor", "C minor major", "12"])
def test_what_is_no_key_is_told(text):
    with pytest.raises(StudioloError, match="There is no key called") as caught:
        read_key(text)
    assert "phrygian" in caught.value.problem.mend


def test_signatures_decide_between_sharps_and_flats():
    assert tonic_name(10, "major") == "Bb"
    assert tonic_name(6, "minor") == "F#"
    assert tonic_name(3, "minor") == "Eb"
    assert tonic_name(10, "dorian") == "Bb"


@given(st.integers(0, 127), st.booleans())
def test_a_note_is_read_as_it_is_written(pitch, flat):
    assert read_note(note_name(pitch, flat)) == (pitch if pitch >= 12 else read_note(note_name(pitch, flat)))


@pytest.mark.parametrize("text", ["H4", "C44", "", "#4", "G99"])
def test_what_is_no_note(text):
    assert read_note(text) is None


def test_every_mode_has_seven_tones_and_a_triad_on_each():
    for mode in MODES:
        assert len(set(SCALES[mode])) == 7
        for degree in range(7):
            root, quality = triad_on(degree, mode)
            assert {(root + step) % 12 for step in QUALITIES[quality]} <= set(SCALES[mode])


def test_modes_are_ordered_from_the_brightest():
    assert [sum(SCALES[mode]) for mode in MODES] == sorted((sum(SCALES[mode]) for mode in MODES), reverse=True)


def test_chords():
    assert chord_name(2, "m7") == "Dm7"
    assert chord_pitches(2, "m7") == (2, 5, 9, 0)
