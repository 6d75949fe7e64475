"""The results of a document: kept in its annotations, within bounds, and never lost to a broken index."""

import json
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo_krita.geometry import Bounds
from studiolo_krita.history import (
    INDEX,
    MOST_INDEX,
    MOST_READ,
    Entry,
    Evicted,
    History,
    Picture,
    encode,
    mask_name,
    names,
    picture_name,
    read,
    thumbnail_name,
    write,
)


class Document(dict):
    """Annotations of a document that is only in memory, and what was written to them."""

    def __init__(self, *args):
        super().__init__(*args)
        self.written = []

    def get(self, name):
        return super().get(name, b"")

    def set(self, name, data):
        self.written.append(name)
        self[name] = data

    def remove(self, name):
        self.pop(name, None)


def entry(number, prompt="a castle", size=100, count=1, **more):
    pictures = tuple(Picture(f"e{number}-{i}", 64, 64, size, seed=number + i) for i in range(count))
    return Entry(
        f"e{number}", f"job{number}", prompt, "generate", Bounds(0, 0, 64, 64), float(number), pictures, **more
    )


def contents(one):
    """What a result brings along: its pictures, thumbnails and mask."""
    found = {picture_name(picture): b"p" * picture.size for picture in one.pictures}
    found |= {thumbnail_name(picture): b"t" for picture in one.pictures}
    return found | ({mask_name(one): b"m"} if one.masked else {})


texts = st.text(max_size=20)
ids = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
sizes = st.integers(0, 1000)
picture_values = st.builds(
    Picture,
    ids,
    st.integers(1, 4096),
    st.integers(1, 4096),
    sizes,
    st.none() | st.integers(0, 2**32 - 1),
    texts,
    st.booleans(),
    st.booleans(),
)
bounds = st.builds(Bounds, *[st.integers(-9999, 9999)] * 4)
entry_values = st.builds(
    Entry,
    ids,
    texts,
    texts,
    texts,
    bounds,
    st.floats(0, 4e9),
    st.lists(picture_values, min_size=1, max_size=4).map(tuple),
    texts,
    st.booleans(),
)


@st.composite
def histories(draw):
    """Any entries, with ids that are each the only one."""
    entries = draw(st.lists(entry_values, max_size=8, unique_by=lambda one: one.id))
    return History(
        tuple(
            replace(one, pictures=tuple(replace(p, id=f"{one.id}-{i}") for i, p in enumerate(one.pictures)))
            for one in entries
        )
    )


@given(histories())
def test_what_is_written_is_read(history):
    document = Document()
    write(document, History(), history)
    assert read(document) == (history, "")


def test_a_document_without_a_history_has_an_empty_one():
    assert read(Document()) == (History(), "")


@given(histories(), st.integers(0, 3000), st.integers(0, 10))
def test_eviction_keeps_within_the_caps_and_counts_what_it_takes(history, most_bytes, most_entries):
    fitting, evicted = history.evict(most_bytes, most_entries)
    assert fitting.size <= most_bytes
    assert len(fitting.entries) <= most_entries
    assert evicted.size == history.size - fitting.size
    assert evicted.entries == len(history.entries) - len(fitting.entries)
    assert history.evict(most_bytes, most_entries) == (fitting, evicted)
    assert fitting.evict(most_bytes, most_entries) == (fitting, Evicted())
    before = {one.id: one for one in history.entries}
    for one in fitting.entries:
        whole = tuple(replace(picture, dropped=False) for picture in one.pictures)
        assert whole == tuple(replace(picture, dropped=False) for picture in before[one.id].pictures)


@given(histories(), st.integers(0, 3000))
def test_an_applied_picture_goes_only_when_every_older_one_that_is_not_has_gone(history, most_bytes):
    fitting, _ = history.evict(most_bytes)
    older = [picture for one in fitting.entries[:-1] for picture in one.pictures]
    was = {picture.id for one in history.entries for picture in one.pictures if picture.dropped}
    if any(picture.applied and picture.dropped and picture.id not in was for picture in older):
        assert all(picture.dropped or picture.applied for picture in older)


def test_the_oldest_that_was_not_applied_goes_first_and_the_newest_stays():
    history = History((entry(1), entry(2), entry(3), entry(4))).apply("e1-0").apply("e3-0")
    fitting, evicted = history.evict(most_bytes=250)
    assert [one.pictures[0].dropped for one in fitting.entries] == [True, True, False, False]
    assert evicted == Evicted(pictures=2, entries=0, size=200)
    assert [one.id for one in history.evict(most_entries=2)[0].entries] == ["e3", "e4"]
    assert history.evict(most_bytes=1000) == (history, Evicted())


def test_eviction_says_what_went():
    history = History(tuple(entry(number, size=1 << 20) for number in range(3)))
    _, evicted = history.evict(most_bytes=1 << 20)
    assert "2 older pictures (2.0 MiB)" in evicted.sentence
    assert Evicted().sentence == ""


def test_adding_a_result_writes_it_and_the_index_and_nothing_else():
    document = Document()
    first, second = entry(1, count=2), entry(2, masked=True)
    one = History().add(first)
    write(document, History(), one, contents(first))
    document.written.clear()
    write(document, one, one.add(second), contents(second))
    assert sorted(document.written) == sorted([*contents(second), INDEX])
    assert set(document) == {INDEX, *contents(first), *contents(second)}


def test_what_a_history_has_no_more_leaves_the_document():
    document = Document()
    first, second = entry(1, count=2, masked=True), entry(2)
    history = History((first, second))
    write(document, History(), history, contents(first) | contents(second))
    left = history.discard(["e1-0", "e1-1"])
    write(document, history, left)
    assert set(document) == {INDEX, *contents(second)}
    fitting, _ = left.evict(most_bytes=0)
    write(document, left, fitting)
    assert set(document) == {INDEX, thumbnail_name(second.pictures[0])}
    assert read(document)[0].entries[0].prompt == "a castle"


@given(histories())
def test_a_document_holds_just_what_its_history_names(history):
    document = Document()
    write(document, History(), history, dict.fromkeys(names(history), b"x"))
    smaller, _ = history.evict(500, 3)
    write(document, history, smaller)
    assert set(document) == {INDEX, *names(smaller)}


def test_results_are_grouped_by_prompt_the_latest_first():
    history = History((entry(1, "a"), entry(2, "b"), entry(3, "a")))
    found = [(prompt, [one.id for one in entries]) for prompt, entries in history.groups()]
    assert found == [("a", ["e3", "e1"]), ("b", ["e2"])]


def test_applying_marks_one_picture():
    history = History((entry(1, count=2),)).apply("e1-1")
    assert [picture.applied for picture in history.entries[0].pictures] == [False, True]
    assert history.entries[0].applied
    assert history.entries[0].seeds == (1, 2)


def test_the_same_entry_again_replaces_the_first():
    history = History((entry(1), entry(2))).add(entry(1, "another"))
    assert [(one.id, one.prompt) for one in history.entries] == [("e2", "a castle"), ("e1", "another")]


@pytest.mark.parametrize(
    "index",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"version": 1}',
        b'{"version": 1, "entries": [{"id": 3}]}',
        b'{"version": "2", "entries": []}',
        b"[" * 100_000,
        b" " * (MOST_INDEX + 1),
        json.dumps(
            {"version": 1, "entries": [json.loads(encode(History((entry(1),))))["entries"][0]] * (MOST_READ + 1)}
        ).encode(),
    ],
)
def test_a_broken_index_is_set_aside_once(index):
    document = Document({INDEX: index})
    history, sentence = read(document)
    assert history == History()
    assert "could not be read" in sentence
    read(document)
    aside = [name for name in document if name != INDEX]
    assert [document[name] for name in aside] == [index]
    write(document, history, history.add(entry(1)), contents(entry(1)))
    assert document[aside[0]] == index
    assert len(read(document)[0].entries) == 1


def test_a_newer_index_is_set_aside_with_a_sentence():
    index = json.dumps({"version": 2, "pages": []}).encode()
    document = Document({INDEX: index})
    history, sentence = read(document)
    assert history == History()
    assert "newer" in sentence
    assert document[INDEX] == index
    assert list(document.values()) == [index, index]


def test_fields_that_only_a_later_plugin_knows_are_passed_over():
    document = Document()
    write(document, History(), History((entry(1),)))
    plain = json.loads(document[INDEX])
    plain["entries"][0]["mood"] = "calm"
    document[INDEX] = json.dumps(plain).encode()
    assert read(document) == (History((entry(1),)), "")
