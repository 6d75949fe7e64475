"""A piece as tokens, and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studiolo.music.vocabulary import (
    BASS,
    CHORDS,
    HEADER,
    LENGTHS,
    MELODY,
    Bar,
    Harmony,
    Sheet,
    Tone,
    decode,
    density_level,
    encode,
    header,
    nearest_length,
    tokens,
)


def tones(pitches: range):
    one = st.tuples(st.integers(0, 47), st.sampled_from(LENGTHS), st.sampled_from(pitches))
    return st.lists(one, max_size=6, unique_by=lambda tone: tone[0]).map(
        lambda found: tuple(Tone(*tone) for tone in sorted(found))
    )


harmonies = st.lists(
    st.tuples(st.sampled_from((0, 12, 24, 36)), st.integers(0, 11), st.sampled_from(CHORDS)),
    max_size=3,
    unique_by=lambda chord: chord[0],
).map(lambda found: tuple(Harmony(*chord) for chord in sorted(found)))
bars = st.builds(Bar, st.integers(1, 8), harmonies, tones(MELODY), tones(BASS))


@given(st.lists(bars, max_size=5), st.booleans())
def test_what_is_written_is_read_again(some, ended):
    wanted = {name: values[0] for name, values in HEADER.items()}
    row = encode(Sheet(wanted, tuple(some), ended))
    assert all(0 <= number < len(tokens()) for number in row)
    assert decode(row) == tuple(some)


@given(st.lists(st.integers(0, len(tokens()) - 1), max_size=60))
def test_nonsense_is_read_without_complaint(row):
    for one in decode(row):
        assert all(tone.length in LENGTHS for tone in (*one.melody, *one.bass))


def test_tokens_are_told_apart():
    assert len(set(tokens())) == len(tokens())


def test_the_header_has_every_condition_once():
    wanted = {name: values[-1] for name, values in HEADER.items()}
    assert [tokens()[number] for number in header(wanted)][1:] == [f"{name}:{value}" for name, value in wanted.items()]


def test_lengths_are_cut_to_what_can_be_said():
    assert nearest_length(13) == 12
    assert nearest_length(1_000) == 72
    assert nearest_length(0) == 1


def test_density():
    assert [density_level(value) for value in (0.5, 1.0, 1.5, 2.0, 4.0)] == list("12345")
