"""The client of programs with a window: asked from any thread, it tells of concepts and blobs on its own."""

import threading

from studiolo_client.background import BackgroundClient
from studiolo_contract.concept import Concept
from tests.client.waiting import wait_until

MARA = Concept(name="Mara Voss", kind="character", words="grey braid")


class Ear:
    """Hears whether there is a daemon, and what was refused."""

    def __init__(self):
        self.connections, self.problems = [], []

    def connection(self, connection):
        self.connections.append(connection)

    def refused(self, key, problem):
        self.problems.append(problem)


def test_concepts_and_their_pictures_come_without_waiting(client):
    sha256 = client.put(b"the bytes of a picture")
    client.keep(MARA)
    ear, told = Ear(), []
    background = BackgroundClient("window", ear)
    background.open()
    wait_until(lambda: ear.connections and ear.connections[-1].connected)
    background.concepts(lambda concepts: told.append((concepts, threading.current_thread().name)))
    background.fetch(sha256, lambda data: told.append((data, threading.current_thread().name)))
    wait_until(lambda: len(told) == 2)
    assert told == [((MARA,), "studiolo"), (b"the bytes of a picture", "studiolo")]
    background.fetch("0" * 64, lambda data: told.append(data))
    wait_until(lambda: ear.problems)
    assert [problem.code for problem in ear.problems] == ["unknown_blob"]
    background.concepts(told.append)
    wait_until(lambda: len(told) == 3)
    background.close()
    client.forget(MARA.name)
