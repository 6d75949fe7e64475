"""Concepts are kept by one client and found by all, over a killed daemon; what does not fit is refused in a sentence."""

import json
import os
import stat
from dataclasses import replace

import pytest

from studiolo.media.pictures import measure
from studiolo_contract.concept import Concept
from studiolo_contract.errors import StudioloError
from studiolo_daemon.kept import concepts as kept
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.kept.concepts import Concepts
from tests.conftest import TREE
from tests.daemon.conftest import Daemon

PICTURE = (TREE / "docs/images/write.png").read_bytes()
MARA = Concept(name="Mara Voss", kind="character", words="grey braid, yellow oilskin coat")
GULL = Concept(name="Gull Rock", kind="place", words="", picture=measure(PICTURE))


@pytest.fixture
def store(tmp_path):
    return Concepts(tmp_path / "concepts.json", Blobs(tmp_path / "blobs", 2**20))


def test_what_one_client_keeps_another_finds_by_name_after_a_killed_daemon(tmp_path):
    daemon = Daemon(tmp_path).start()
    try:
        with daemon.client("obsidian") as writer, daemon.client("krita") as painter:
            assert painter.concepts() == ()
            writer.put(PICTURE)
            writer.keep(MARA)
            writer.keep(GULL)
            assert painter.concepts() == (GULL, MARA)  # by name
            daemon.kill()
            daemon.start()
            assert painter.concepts() == (GULL, MARA)
            assert painter.get(painter.concepts()[0].picture.sha256) == PICTURE
            painter.forget("gull rock")
            painter.forget("gull rock")  # safe to say twice
            assert writer.concepts() == (MARA,)
    finally:
        daemon.stop()
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "concepts.json").stat().st_mode) == 0o600


def test_the_same_name_replaces_whatever_its_capitals(store):
    store.keep(MARA)
    store.keep(replace(MARA, name="MARA VOSS", words="bald now"))
    assert [(concept.name, concept.words) for concept in store.all()] == [("MARA VOSS", "bald now")]
    store.keep(Concept(name="Jose\u0301", kind="lore"))  # as a Mac writes the name of a file
    store.keep(Concept(name="Jos\u00e9", kind="object"))
    assert [concept.kind for concept in store.all()] == ["object", "character"]


def test_a_picture_must_be_here_and_be_a_file(bare_daemon):
    with bare_daemon.client() as client:
        with pytest.raises(StudioloError, match="No blob") as caught:
            client.keep(GULL)
        assert caught.value.problem.code == "unknown_blob"
        client.put(PICTURE)
        raw = replace(GULL, picture=replace(GULL.picture, format="rgba8"))
        with pytest.raises(StudioloError, match="raw pixels"):
            client.keep(raw)
        assert client.concepts() == ()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "'concept.name' ('')"),
        ({"name": "x" * 81}, "'concept.name'"),
        ({"name": "two\nlines"}, "can't be the name of a concept"),
        ({"name": "two\u2028lines"}, "can't be the name of a concept"),
        ({"name": " edge"}, "can't be the name of a concept"),
        ({"kind": "person"}, "'concept.kind'"),
        ({"words": "x" * 501}, "'concept.words'"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(bare_daemon, fields, says):
    with bare_daemon.client() as client:
        with pytest.raises(StudioloError) as caught:
            client.keep(replace(MARA, **fields))
        assert caught.value.problem.code == "bad_request"
        assert says in caught.value.problem.message
        assert caught.value.problem.mend
        assert client.concepts() == ()


@pytest.mark.parametrize("name", ["می\u200cنا", "灯塔", "👩\u200d🚀 Ana", "O'Neil & Sons (№ 3)"])
def test_names_of_every_script_are_kept(store, name):
    store.keep(replace(MARA, name=name))
    assert [concept.name for concept in store.all()] == [name]


def test_there_is_an_end_to_how_many(store, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    for name in "ab":
        store.keep(replace(MARA, name=name))
    with pytest.raises(StudioloError, match="2 concepts are kept already"):
        store.keep(replace(MARA, name="c"))
    store.keep(replace(MARA, name="B"))
    assert [concept.name for concept in store.all()] == ["a", "B"]


def test_a_file_that_is_broken_is_told_and_stays_as_it_is(tmp_path):
    file = tmp_path / "concepts.json"
    file.write_text(json.dumps([{"name": 3}]))
    with pytest.raises(StudioloError, match=r"concepts\.json can't be read"):
        Concepts(file, Blobs(tmp_path / "blobs", 2**20))
    assert json.loads(file.read_text()) == [{"name": 3}]
