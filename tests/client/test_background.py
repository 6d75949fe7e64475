"""The client of programs with a window: asked from any thread, it tells of concepts and blobs on its own."""

import threading
from dataclasses import replace

import pytest

from studiolo_client import discovery
from studiolo_client.background import BackgroundClient
from studiolo_contract.concept import Concept
from tests.client.waiting import wait_until

MARA = Concept(name="Mara Voss", kind="character", words="grey braid")


class Ear:
    """Hears whether there is a daemon, and what was refused."""

    def __init__(self):
        self.connections, self.refusals = [], []

    def connection(self, connection):
        self.connections.append(connection)

    def refused(self, key, problem):
        self.refusals.append((key, problem))


def test_concepts_and_their_pictures_come_without_waiting(client):
    sha256 = client.put(b"the bytes of a picture")
    client.keep(MARA)
    ear, told = Ear(), []
    background = BackgroundClient("window", ear)
    background.open()
    wait_until(lambda: ear.connections and ear.connections[-1].connected)
    thread = threading.current_thread
    background.ask("a", lambda daemon: daemon.concepts(), lambda found: told.append((found, thread().name)))
    background.ask("b", lambda daemon: daemon.get(sha256), lambda data: told.append((data, thread().name)))
    wait_until(lambda: len(told) == 2)
    assert told == [((MARA,), "studiolo"), (b"the bytes of a picture", "studiolo")]
    background.ask("c", lambda daemon: daemon.get("0" * 64), told.append)
    background.ask("d", lambda daemon: 1 // 0, told.append)
    wait_until(lambda: len(ear.refusals) == 2)
    assert [(key, problem.code) for key, problem in ear.refusals] == [("c", "unknown_blob"), ("d", "internal")]
    background.ask("e", lambda daemon: daemon.concepts(), told.append)
    wait_until(lambda: len(told) == 3)  # its thread has gone on
    background.close()
    client.forget(MARA.name)


@pytest.fixture
def pair(running, tmp_path, monkeypatch):
    """Pairs this program with the daemon under a name, and goes to a home where that one alone is known."""
    monkeypatch.setenv("STUDIOLO_HOME", str(tmp_path / "home"))

    def now(name):
        token = discovery.call(running, "PUT", f"/v1/paired/{name}")[1]["token"]
        discovery.keep_elsewhere(replace(running, token=token, pid=0))

    return now


def test_a_daemon_elsewhere_is_used_and_neither_started_nor_ended(running, pair):
    pair("desk")
    ear = Ear()
    background = BackgroundClient("window", ear)
    background.open()
    wait_until(lambda: ear.connections and ear.connections[-1].connected)
    background.stop_daemon()
    wait_until(lambda: ear.refusals)
    assert ear.refusals[0][0] == ""
    assert "started and ended on its own machine" in ear.refusals[0][1].message
    assert discovery.status(running) is not None
    assert discovery.call(running, "DELETE", "/v1/paired/desk")[0] == 200
    wait_until(lambda: ear.connections[-1].problem is not None)
    assert "studiolo connect --forget" in ear.connections[-1].problem.mend
    background.start_daemon()
    wait_until(lambda: any("on its own machine" in c.problem.message for c in ear.connections if c.problem))
    assert not discovery.runtime_file().exists()
    pair("another-desk")
    wait_until(lambda: ear.connections[-1].connected)
    background.close()
