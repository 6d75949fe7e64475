"""The list of results follows a document's history: whatever changes, it shows what a list made anew would show, and
what has not changed stays the very item that it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studiolo_krita.geometry import Bounds
from studiolo_krita.history import Entry, History, Picture
from studiolo_krita.pixels import blank
from studiolo_krita.result_list import ROLE, ResultList

SMALL = blank(8, 8)


def entry(name, prompt="a castle", applied=False):
    picture = Picture(id=name, width=256, height=256, size=1, seed=7, applied=applied)
    return Entry(name, f"job-{name}", prompt, "generate", Bounds(0, 0, 256, 256), 0.0, (picture,))


def shown(results):
    items = [results.list.item(number) for number in range(results.list.count())]
    return [(item.data(ROLE) or "", item.data(ROLE + 1) or "", item.text(), item.toolTip()) for item in items]


@pytest.fixture
def results(application):
    made = ResultList()
    yield made
    made.deleteLater()


@st.composite
def states(draw):
    names = draw(st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8))
    history = History(
        tuple(entry(name, draw(st.sampled_from(["a castle", "a dragon"])), draw(st.booleans())) for name in names)
    )
    missing = draw(st.sets(st.sampled_from("abcdefgh"), max_size=2))
    jobs = draw(st.lists(st.sampled_from(["one", "two"]), unique=True))
    return history, missing, [(job, "a tower", draw(st.sampled_from(["Running", "Waits"]))) for job in jobs]


@settings(max_examples=60, deadline=None)
@given(st.lists(states(), min_size=2, max_size=5), st.sampled_from("abcdefgh"))
def test_it_shows_what_a_list_made_anew_shows(application, path, chosen):
    followed = ResultList()
    for history, missing, jobs in path:
        thumbnails = {one.id: None if one.id in missing else SMALL for e in history.entries for one in e.pictures}
        followed.choose(chosen)
        before = followed.current
        followed.show_all(history, thumbnails.get, jobs)
        anew = ResultList()
        anew.show_all(history, thumbnails.get, jobs)
        assert shown(followed) == shown(anew)
        assert followed.current == (before if before in thumbnails else "")


def test_what_has_not_changed_is_not_made_anew(results):
    old = tuple(entry(name) for name in "abc")
    results.show_all(History(old), lambda picture: SMALL, [])
    items = [results.list.item(number) for number in range(1, 4)]
    results.show_all(History((*old, entry("d"))), lambda picture: SMALL, [("job", "a castle", "Running")])
    assert [results.list.item(number) for number in range(3, 6)] == items
    results.show_all(History((old[0], old[2], entry("d"))), lambda picture: SMALL, [])  # without b and the job
    assert [results.list.item(number) for number in (2, 3)] == [items[0], items[2]]


def test_the_chosen_one_stays_chosen_and_nobody_is_told(results):
    results.show_all(History((entry("a"), entry("b"))), lambda picture: SMALL, [])
    results.choose("a")
    told = []
    results.chosen.connect(told.append)
    results.show_all(History((entry("a", applied=True), entry("b"), entry("c"))), lambda picture: SMALL, [])
    assert (results.current, told) == ("a", [])
    results.show_all(History((entry("b"), entry("c"))), lambda picture: SMALL, [])
    assert results.current == ""
