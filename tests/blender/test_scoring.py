"""How long a range of frames lasts, and which moods its markers make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo.music.plan import lengths
from studiolo_blender.sound.timeline import MOST, SECTION, checked_seconds, seconds, sections
from studiolo_contract.errors import StudioloError

RATES = [(24, 1.001), (24, 1.0), (25, 1.0), (30, 1.001), (30, 1.0), (60, 1.0)]


def moods(markers, start=1, end=240, fps=24, fps_base=1.0, brief="a storm"):
    made, notes = sections(markers, start, end, fps, fps_base, brief)
    return [(section.prompt, section.seconds) for section in made], notes


def test_a_range_lasts_as_long_as_its_frames_the_last_one_included():
    assert seconds(240, 24, 1.0) == 10.0
    assert checked_seconds(1, 240, 24, 1.0) == 10.0
    assert checked_seconds(101, 124, 24, 1.001) == pytest.approx(1.001)


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [(1, 23, "at least 1 s"), (1, 14401, "at most 600 s"), (10, 1, "ends at frame 1, before")],
)
def test_what_no_soundtrack_can_last_is_told(start, end, told):
    with pytest.raises(StudioloError, match=told):
        checked_seconds(start, end, 24, 1.0)
    assert checked_seconds(1, 24, 24, 1.0) == 1.0
    assert checked_seconds(1, 14400, 24, 1.0) == 600.0


def test_a_marker_says_how_it_feels_from_there_on():
    made, notes = moods([(121, "relief"), (49, "tense chase")])
    assert made == [("a storm", 2.0), ("tense chase", 3.0), ("relief", 5.0)]
    assert notes == ()


def test_a_marker_at_the_start_leaves_the_brief_no_section():
    assert moods([(1, "calm"), (121, "storm")])[0] == [("calm", 5.0), ("storm", 5.0)]
    assert moods([(5, "calm")])[0] == [("calm", 10.0)]


@pytest.mark.parametrize("name", ["", "  ", "F_49", "F_01", "F_-3", "Marker", "Marker.002", "F_49.001"])
def test_a_marker_that_nobody_named_says_nothing(name):
    assert moods([(49, name)]) == ([], ())


def test_markers_outside_the_range_say_nothing():
    assert moods([(0, "calm"), (241, "storm")]) == ([], ())


def test_markers_on_one_frame_are_heard_together():
    assert moods([(121, "dark"), (121, "slow")])[0] == [("a storm", 5.0), ("dark, slow", 5.0)]


def test_a_mood_without_room_is_passed_over_and_the_person_hears_of_it():
    made, notes = moods([(121, "dark"), (126, "sudden"), (235, "relief")])
    assert made == [("a storm", 5.0), ("dark", 5.0)]
    assert ["sudden" in notes[0], "relief" in notes[1]] == [True, True]


def test_too_many_moods_are_refused():
    assert len(moods([(1 + 24 * n, f"mood {n}") for n in range(1, MOST)], end=24 * 20)[0]) == MOST
    with pytest.raises(StudioloError, match="17 moods"):
        moods([(1 + 24 * n, f"mood {n}") for n in range(1, MOST + 1)], end=24 * 20)


@given(
    markers=st.lists(st.tuples(st.integers(-50, 700), st.text("ab .", max_size=4)), max_size=12),
    start=st.integers(-20, 200),
    frames=st.integers(60, 600),
    rate=st.sampled_from(RATES),
)
def test_sections_fill_the_range_and_the_daemon_takes_them(markers, start, frames, rate):
    made, _ = moods(markers, start, start + frames - 1, *rate)
    whole = seconds(frames, *rate)
    if made:
        assert sum(length for _, length in made) == pytest.approx(whole)
        assert all(length >= SECTION for _, length in made)
        assert lengths(whole, [length for _, length in made]) == [length for _, length in made]
