"""Jobs on their way are kept on disk, whoever writes there at the same time and whatever happens to the file."""

import json
import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo_krita.errors import PluginError
from studiolo_krita.geometry import Bounds
from studiolo_krita.pending import Pending, PendingFile

ONE = Pending(
    "k1", "", "doc", "/art/castle.kra", "a {red|blue} castle", "fill", Bounds(-3, 4, 256, 200), 1.7e9, b"\x89PNG"
)
TWO = replace(ONE, key="k2", mask=b"", file="")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "krita/pending.json"


def test_what_was_added_is_there_after_a_restart(file):
    jobs = PendingFile(file)
    jobs.add(ONE)
    jobs.add(TWO)
    jobs.add(replace(ONE, job="j1"))
    again = PendingFile(file)
    assert again.all() == jobs.all() == (replace(ONE, job="j1"), TWO)
    assert again.get("k2") == TWO
    assert again.sentence == ""


def test_one_of_an_older_plugin_is_not_pinned(file):
    jobs = PendingFile(file)
    jobs.add(replace(ONE, pinned=True))
    assert PendingFile(file).all() == (replace(ONE, pinned=True),)
    plain = json.loads(file.read_text())
    del plain["jobs"][0]["pinned"]
    file.write_text(json.dumps(plain))
    assert PendingFile(file).all() == (ONE,)


def test_what_was_removed_is_gone(file):
    jobs = PendingFile(file)
    jobs.add(ONE)
    jobs.add(TWO)
    jobs.remove("k1")
    jobs.remove("no such key")
    assert jobs.get("k1") is None
    assert PendingFile(file).all() == (TWO,)


@given(st.binary(max_size=50), st.text(max_size=20))
def test_any_mask_and_any_words_are_kept(tmp_path_factory, mask, prompt):
    file = tmp_path_factory.mktemp("krita") / "pending.json"
    one = replace(ONE, mask=mask, prompt=prompt)
    PendingFile(file).add(one)
    assert PendingFile(file).all() == (one,)


def test_two_kritas_do_not_lose_each_others(file):
    mine, theirs = PendingFile(file), PendingFile(file)
    mine.add(ONE)
    theirs.add(TWO)
    theirs.remove("no such key")
    assert PendingFile(file).all() == (ONE, TWO)


def test_threads_do_not_lose_each_others(file):
    jobs = PendingFile(file)
    threads = [threading.Thread(target=jobs.add, args=(replace(ONE, key=f"k{n}"),)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.key for one in PendingFile(file).all()) == sorted(f"k{n}" for n in range(12))


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"jobs": [{"key": "k"}]}', "mask"])
def test_a_broken_file_is_set_aside(file, broken):
    jobs = PendingFile(file)
    jobs.add(ONE)
    if broken == "mask":
        plain = json.loads(file.read_text())
        plain["jobs"][0]["mask"] = "A"
        broken = json.dumps(plain)
    file.write_text(broken)
    again = PendingFile(file)
    assert again.all() == ()
    (aside,) = file.parent.iterdir()
    assert aside.read_text() == broken
    assert aside.name in again.sentence
    # who had it in memory still has it, and writes it anew
    jobs.add(TWO)
    assert PendingFile(file).all() == (ONE, TWO)


def test_a_file_that_is_no_file_is_told_of(file):
    file.mkdir(parents=True)
    jobs = PendingFile(file)
    assert "pending.json can't be read or written" in jobs.sentence
    with pytest.raises(PluginError):
        jobs.add(ONE)
    assert jobs.all() == ()
    jobs.remove("k1")


def test_nothing_half_written_is_left(file):
    jobs = PendingFile(file)
    for n in range(5):
        jobs.add(replace(ONE, key=f"k{n}"))
    assert [one.name for one in file.parent.iterdir()] == ["pending.json"]
