"""The daemon's doors, taken from its own list of routes, and ways to knock at them that no proper client has."""

import contextlib
import http.client
import json
import sqlite3
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from studiolo_daemon.app import build
from studiolo_daemon.settings import Settings
from tests.daemon.conftest import Daemon


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def problem(self):
        """What it says went wrong; fails where that is not said as everything is."""
        assert self.headers["content-type"] == "application/json", self
        problem = json.loads(self.body)["error"]
        assert problem["message"], self
        assert "Traceback" not in self.body.decode(), self
        return problem


def knock(running, method, path, headers=(), body=b"", host=True, token=True, timeout=10):
    """One request, every header as it is given and as often. `host` and `token`: whether the right one is sent too."""
    address = urlsplit(running.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=timeout)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        if host:
            connection.putheader("Host", address.netloc)
        if token:
            connection.putheader("Authorization", f"Bearer {running.token}")
        for name, value in headers:
            connection.putheader(name, value)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.endheaders(body or None)  # it need not hear the end of it to have answered
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def doors(routes):
    """Every path with each of its methods, also of routers within."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from doors(route.effective_candidates())
        elif getattr(route, "methods", None):
            for method in sorted(route.methods):
                yield method, route.path


def jobs_of(home):
    """How many jobs the journal of a home has."""
    with sqlite3.connect(f"file:{home / 'journal.sqlite3'}?mode=ro", uri=True) as journal:
        return journal.execute("SELECT COUNT(*) FROM jobs").fetchone()[0]


@pytest.fixture(scope="session")
def every_door(tmp_path_factory):
    """(method, path) of everything that the application serves over HTTP; a name in a path is `x`."""
    gate = build(tmp_path_factory.mktemp("doors"), Settings(), "t", 1, lambda: None, lambda: None)
    found = gate
    while not hasattr(found, "routes"):  # through the middleware
        found = getattr(found, "app", None) or found._app
    return [(method, _filled(path)) for method, path in doors(found.routes)]


def _filled(path):
    head, brace, rest = path.partition("{")
    return head + "x" + _filled(rest.partition("}")[2]) if brace else path


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A daemon that takes bodies of 64 KiB at most, and has had another token before."""
    home = tmp_path_factory.mktemp("guarded")
    (home / "settings.toml").write_text("body_bytes = 65536\nblob_bytes = 1048576\n")
    daemon = Daemon(home).start()
    daemon.stale = daemon.running().token
    daemon.stop()
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory):
    """Another user's daemon: on a home of its own, with a token of its own."""
    daemon = Daemon(tmp_path_factory.mktemp("neighbour")).start()
    yield daemon
    daemon.stop()
