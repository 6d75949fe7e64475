"""`gc` as a process: in the folder itself where no daemon runs, through the daemon where one does."""

import json
import os
import sqlite3
import time
from contextlib import closing

import pytest
from filelock import FileLock

from studiolo_client import discovery
from studiolo_client.start import start, stop
from studiolo_contract.media import hash_of
from tests.cli.test_commands import told


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A home where nothing was ever done."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "settings.toml").write_text("port = 0\n")
    return folder


def forgotten(home):
    """A blob that nobody names, put hours ago."""
    name = hash_of(b"forgotten")
    file = home / "blobs" / name[:2] / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"forgotten")
    os.utime(file, (time.time() - 7200,) * 2)
    return file


def test_it_says_what_would_go_and_then_what_went(studiolo, home):
    status, output, errors = studiolo("gc")
    assert (status, output.splitlines()[0]) == (0, "0 jobs and 0 blobs were given up, 0 bytes.")
    assert output.splitlines()[1].endswith("(0 not over, 0 pinned, 0 pictures of concepts).")
    assert "kept for 30 days on which the daemon ran and in 20.0 GiB of room." in errors
    with closing(sqlite3.connect(home / "journal.sqlite3", isolation_level=None)) as db:
        db.execute("UPDATE days SET since = 0")
    try:
        for begin in (lambda: None, start):
            begin()
            file = forgotten(home)
            said = studiolo("gc", "--dry-run")[1]
            assert said.startswith("0 jobs and 1 blob would be given up, 9 bytes.\n")
            assert file.exists()
            assert json.loads(studiolo("gc", "--json")[1])["blobs"] == 1
            assert not file.exists()
    finally:
        stop(discovery.read())


def test_a_daemon_that_is_just_starting_is_not_got_in_the_way_of(studiolo, home):
    with FileLock(home / "daemon.lock"):
        assert told(studiolo("gc"), "no_daemon", "is just starting or ending", 1)
