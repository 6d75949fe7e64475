"""Beats of a plot as a graph, its drawing and its music."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo.compose.planning import beats
from studiolo_contract.music import Mood


def row(title="A beat", tension=0.5, then=(), **more):
    return {
        "title": title,
        "what": "Something happens.",
        "where": "here",
        "tension": tension,
        "then": list(then),
    } | more


@given(st.lists(st.lists(st.integers(-3, 20), max_size=4), min_size=1, max_size=9))
def test_the_graph_has_no_ring_and_every_beat_is_reached(ways):
    found = beats.read(json.dumps([row(then=way) for way in ways]))
    assert len(found) == len(ways)
    reached = {0}
    for place, beat in enumerate(found):
        assert place in reached
        assert all(place < to < len(found) for to in beat.then)
        reached.update(beat.then)
    assert all(beat.then for beat in found[:-1])
    assert found[-1].then == ()


def test_branches_stay():
    found = beats.read(json.dumps([row(then=[2, 3]), row(then=[4]), row(then=[4]), row()]))
    assert [beat.then for beat in found] == [(1, 2), (3,), (3,), ()]
    assert beats.graph(found)["edges"] == [
        {"from": 1, "to": 2},
        {"from": 1, "to": 3},
        {"from": 2, "to": 4},
        {"from": 3, "to": 4},
    ]


def test_the_page_draws_it_and_no_title_breaks_the_drawing():
    page = beats.page(
        beats.read(json.dumps([row('The "end"] --> x; (or) a very long title of a beat', who=["Ana"]), row()]))
    )
    box = next(line for line in page.splitlines() if line.startswith("    b1["))
    assert box.count('"') == 2
    assert not set("();|") & set(box)
    assert "<br/>" in box
    assert "    b1 --> b2" in page
    assert "*Ana · here · tension 0.5*" in page


@pytest.mark.parametrize("text", ["", "no JSON", "{}", "[1]", "null", "[" * 100_000])
def test_what_is_no_list_of_beats_has_none(text):
    assert beats.read(text) == ()


def test_a_beat_that_says_little_is_still_one():
    (found,) = beats.read(json.dumps([{"tension": 7, "who": "nobody", "then": "3"}]))
    assert (found.title, found.tension, found.who, found.then) == ("Untitled", 1.0, (), ())


def test_the_music_is_as_tense_as_the_plot():
    found = beats.read(json.dumps([row(tension=0.1), row(tension=1.0), row(tension=0.3)]))
    calm, climax, after = beats.sections(found, Mood(valence=-0.4, arousal=0.9, tension=0.9))
    assert calm.mood.tension < after.mood.tension < climax.mood.tension
    assert climax.mood.arousal == 1.0
    assert {section.mood.valence for section in (calm, climax, after)} == {-0.4}
