"""A motif: read, refused, and fitted into a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo.music.motif import in_key, key_of, read
from studiolo.music.score import Note
from studiolo.music.theory import MODES
from studiolo_contract.errors import StudioloError


def test_notes_with_lengths_and_rests():
    assert read("E4:1 G4:0.5, -:0.5 | A4") == (Note(0, 12, 64), Note(12, 6, 67), Note(24, 12, 69))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("E4", "fewer than two notes"),
        ("E4:1 X4:1", "'X4:1' in the motif is no note"),
        ("E4:0 G4", "'E4:0' in the motif has no length"),
        ("E4:nan G4", "no length"),
        ("E4:1e99 G4", "no length"),
        ("E4:-1 G4", "no length"),
        (" ".join(["C4:0.25"] * 65), "65 notes"),
        ("C4:30 D4:30", "over 60 quarters"),
    ],
)
def test_what_is_no_motif_is_told_in_a_sentence(text, sentence):
    with pytest.raises(StudioloError, match=sentence):
        read(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        assert len(read(text)) >= 2
    except StudioloError as error:
        assert error.problem.mend


def test_the_key_is_the_one_it_lies_in():
    assert key_of(read("A4:1 C5:0.5 B4:0.5 A4:1 G#4:0.5 A4:1.5"), MODES)[0] == 9
    assert key_of(read("D4 F#4 A4 G4 F#4 E4 D4:2"), MODES)[:1] == (2,)


def test_it_moves_into_a_key_as_a_whole():
    motif = read("E4 G4 A4 B4")
    moved = in_key(motif, 5, "major")
    steps = {after.pitch - before.pitch for before, after in zip(motif, moved, strict=True)}
    assert len(steps) == 1
    assert all((note.pitch - 5) % 12 in (0, 2, 4, 5, 7, 9, 11) for note in moved)
