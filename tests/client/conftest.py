"""A real daemon of the tests' own, a small real picture model, and a wire that can be cut."""

import contextlib
import os
import signal
import socket
import threading
import time

import pytest

from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_client.discovery import Running
from studiolo_client.start import start, stop
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_contract.upscale import UpscaleRequest


class Wire:
    """Passes bytes between clients and the daemon of a home, until it is cut; may swallow what the daemon says."""

    def __init__(self):
        self.swallow = False
        self._pairs = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def find(self):
        """The daemon's runtime file, with the address of this wire in it."""
        running = discovery.recorded()
        return running and Running(**{**running.__dict__, "url": f"http://127.0.0.1:{self.port}"})

    def cut(self):
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                _shut(end)

    def close(self):
        self._listener.close()
        self.cut()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            port = int(discovery.recorded().url.rpartition(":")[2])
            try:
                far = socket.create_connection(("127.0.0.1", port))
            except OSError:
                near.close()
                continue
            self._pairs.append((near, far))
            try:
                greeting = near.recv(65536)  # the daemon answers to its own name only
                far.sendall(greeting.replace(f":{self.port}".encode(), f":{port}".encode()))
            except OSError:
                continue  # cut in the middle of it; the next one is let through
            threading.Thread(target=self._pass, args=(near, far), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, source, target, answers=False):
        try:
            while data := source.recv(65536):
                if not (answers and self.swallow):
                    target.sendall(data)
        except OSError:
            pass  # cut
        for end in (source, target):
            _shut(end)


def _shut(end):
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@pytest.fixture(scope="session")
def own_home(tmp_path_factory):
    """A home for all tests of the client, with a daemon on any port that goes on from file to file."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "settings.toml").write_text("port = 0\nblob_bytes = 2097152\nspare = false\n")
    yield folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIOLO_HOME", str(folder))
        running = discovery.read()
        if running is not None:
            stop(running)


@pytest.fixture(scope="module")
def home(own_home):
    """STUDIOLO_HOME for the tests of a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIOLO_HOME", str(own_home))
        yield own_home


@pytest.fixture
def running(home):
    return start()


@pytest.fixture
def client(running):
    with Client(running, "test") as client:
        yield client


@pytest.fixture
def wire(running):
    wire = Wire()
    yield wire
    wire.close()


@pytest.fixture
def kill():
    """Ends a daemon as a power cut would."""

    def now(running):
        os.kill(running.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        deadline = time.monotonic() + 10
        while discovery.status(running) is not None:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    return now


@pytest.fixture
def request_(client):
    """A short job; its worker is up soonest for this."""
    lamp = Picture(sha256=client.put(bytes(range(256)) * 4), width=16, height=16, format="rgba8")
    return UpscaleRequest(image=lamp)


@pytest.fixture
def slow(painter):
    return ImageRequest(prompt="a lamp", model=painter, steps=200, seed=3)


@pytest.fixture
def longer(painter):
    return ImageRequest(prompt="a lamp", model=painter, steps=40, width=32, height=32, seed=3)
