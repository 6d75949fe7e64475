"""Programs with a token of their own: let in over restarts, kept from what is the owner's, put out at once."""

import dataclasses
import json
import os
import stat

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_contract import PROTOCOL
from studiolo_contract.errors import StudioloError
from studiolo_contract.frames import read_daemon, to_json
from studiolo_contract.image import ImageRequest
from studiolo_contract.wire import Hello, Jobs, ListJobs, Refused, Welcome
from studiolo_daemon.doors.paired import Paired
from tests.daemon.conftest import Daemon
from tests.daemon.doors.test_gate import ROUTES, call

OWNERS = [
    ("POST", "/v1/stop"),
    ("GET", "/v1/paired"),
    ("PUT", "/v1/paired/x"),
    ("DELETE", "/v1/paired/x"),
    ("POST", "/v1/gc"),
    ("GET", "/v1/project"),
    ("PUT", "/v1/project?folder=/tmp"),
    ("DELETE", "/v1/project"),
]
OPEN = [("GET", "/v1/status"), ("GET", "/openapi.json")]


def asked(daemon, method, path, token):
    status, body = call(daemon.running().url, method, path, {"Authorization": f"Bearer {token}"})
    return status, json.loads(body)


def pair(daemon, name):
    status, answer = discovery.call(daemon.running(), "PUT", f"/v1/paired/{name}")
    assert status == 200, answer
    return answer["token"]


def revoke(daemon, name):
    assert discovery.call(daemon.running(), "DELETE", f"/v1/paired/{name}") == (200, {"status": "revoked"})


def greeted(daemon, token):
    """An open socket, and how it was greeted."""
    socket = connect(daemon.running().url.replace("http", "ws") + "/v1/ws")
    socket.send(to_json(Hello(protocol=PROTOCOL, client="tablet", token=token)))
    return socket, read_daemon(socket.recv(timeout=5))[0]


@pytest.fixture
def names(bare_daemon):
    """Two programs, one of them revoked again: their tokens, and one that nobody has."""
    tokens = {name: pair(bare_daemon, name) for name in ("tablet", "phone")}
    revoke(bare_daemon, "phone")
    yield tokens | {"nobody": tokens["tablet"][::-1]}
    revoke(bare_daemon, "tablet")


@pytest.mark.parametrize(("method", "path"), OPEN)
def test_a_paired_program_is_let_in(bare_daemon, names, method, path):
    assert asked(bare_daemon, method, path, names["tablet"])[0] == 200


def test_where_the_home_is_only_the_owner_is_told(bare_daemon, names):
    own = asked(bare_daemon, "GET", "/v1/status", bare_daemon.running().token)[1]
    theirs = asked(bare_daemon, "GET", "/v1/status", names["tablet"])[1]
    assert own["home"] == str(bare_daemon.home)
    assert "home" not in theirs
    assert str(bare_daemon.home) not in str(theirs)


@pytest.mark.parametrize(("method", "path"), OWNERS)
def test_what_is_the_owners_is_kept_from_it(bare_daemon, names, method, path):
    status, answer = asked(bare_daemon, method, path, names["tablet"])
    assert (status, answer["error"]["code"]) == (403, "bad_token")
    assert "tablet" in answer["error"]["message"]
    assert bare_daemon.status() is not None
    assert [known["name"] for known in discovery.ask(bare_daemon.running(), "GET", "/v1/paired")["paired"]] == [
        "tablet"
    ]


@pytest.mark.parametrize("whose", ["phone", "nobody"])
@pytest.mark.parametrize(("method", "path"), [*ROUTES[1:], *OWNERS[1:]])
def test_a_revoked_and_an_unknown_token_open_nothing(bare_daemon, names, method, path, whose):
    status, answer = asked(bare_daemon, method, path, names[whose])
    assert (status, answer["error"]["code"]) == (401, "bad_token")


@pytest.mark.parametrize(("whose", "kind"), [("tablet", Welcome), ("phone", Refused), ("nobody", Refused)])
def test_the_socket(bare_daemon, names, whose, kind):
    socket, answer = greeted(bare_daemon, names[whose])
    with socket:
        assert isinstance(answer, kind)
        if kind is Refused:
            assert answer.problem.code == "bad_token"
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=5)
            assert closed.value.rcvd.code == 4401


def test_to_revoke_closes_the_open_sockets_of_that_program_and_no_other(bare_daemon):
    tokens = [pair(bare_daemon, name) for name in ("one", "other")]
    sockets = [
        greeted(bare_daemon, token)[0] for token in (tokens[0], tokens[0], tokens[1], bare_daemon.running().token)
    ]
    revoke(bare_daemon, "one")
    for socket in sockets[:2]:
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, "bad_token")
    for socket in sockets[2:]:
        socket.send(to_json(ListJobs(ref=3)))
        assert isinstance(read_daemon(socket.recv(timeout=5))[0], Jobs)
        socket.close()
    revoke(bare_daemon, "other")


def test_a_paired_program_has_its_jobs_to_itself_whatever_it_calls_itself(bare_daemon):
    request = ImageRequest(prompt="a secret lamp")  # the starter that paints is always there
    tokens = {name: pair(bare_daemon, name) for name in ("tablet", "phone")}
    own = bare_daemon.running()
    try:
        with Client(own, "krita") as owner:
            job = owner.submit(request, key="one")
            for whose, called in (("tablet", "krita"), ("tablet", "/krita"), ("phone", "tablet/krita")):
                with Client(dataclasses.replace(own, token=tokens[whose]), called) as other:
                    for reach in (other.resume, other.cancel, other.move):
                        with pytest.raises(StudioloError) as refused:
                            reach(job.id)
                        assert refused.value.problem.code == "unknown_job"
                    assert other.jobs() == ()
                    assert "lamp" not in str(other.jobs(everyone=True))
                    # the same name and the same key are another job
                    theirs = other.submit(request, key="one")
                    assert theirs.id != job.id
                    assert [known.job for known in other.jobs()] == [theirs.id]
                    assert other.jobs()[0].client == f"{whose}/{called}"
                    other.cancel(theirs)
            assert [known.job for known in owner.jobs()] == [job.id]
            owner.cancel(job)
    finally:
        for name in tokens:
            revoke(bare_daemon, name)


def test_a_token_is_good_over_a_restart_and_only_its_hash_is_kept(tmp_path):
    daemon = Daemon(tmp_path).start()
    try:
        token, gone = pair(daemon, "tablet"), pair(daemon, "phone")
        revoke(daemon, "phone")
        own = daemon.running().token
        file = tmp_path / "paired.json"
        assert token not in file.read_text()
        if os.name == "posix":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        daemon.stop()
        daemon.start()
        assert [asked(daemon, "GET", "/v1/status", each)[0] for each in (token, gone, own)] == [200, 401, 401]
    finally:
        daemon.stop()


def test_names_are_each_ones_own(tmp_path):
    paired = Paired(tmp_path / "paired.json")
    token = paired.pair("My tablet")
    with pytest.raises(StudioloError, match="paired already"):
        paired.pair("My tablet")
    for name in ("", " x", "a/b", "a\nb", "x" * 65, "../x"):
        with pytest.raises(StudioloError, match="can't be the name"):
            paired.pair(name)
    with pytest.raises(StudioloError, match="No program called 'phone'"):
        paired.revoke("phone")
    assert paired.holder(token) == "My tablet"
    assert paired.holder("") is None
    again = Paired(tmp_path / "paired.json")
    assert again.holder(token) == "My tablet"
    again.revoke("My tablet")
    assert again.pair("My tablet") != token
    assert again.holder(token) is None


def test_a_name_that_is_no_path_is_refused_in_a_sentence(bare_daemon):
    status, answer = discovery.call(bare_daemon.running(), "PUT", "/v1/paired/a%2Fb")
    assert (status, answer["error"]["code"]) == (400, "bad_request")


def test_a_file_that_is_broken_is_told(tmp_path):
    (tmp_path / "paired.json").write_text('[{"name": 3}]')
    with pytest.raises(StudioloError, match=r"paired\.json can't be read"):
        Paired(tmp_path / "paired.json")
