"""Every door that the daemon has, also those that are yet to be built, and every wrong way to knock at it."""

import contextlib
import gzip
import json
import socket
import zlib

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from studiolo_contract import PROTOCOL
from studiolo_contract.frames import read_daemon, to_json
from studiolo_contract.wire import Hello, Refused, Welcome
from studiolo_daemon.doors.auth import PAGE, PUBLIC, SAFE_HEADERS
from studiolo_daemon.doors.bodies import FORMS
from tests.security.conftest import jobs_of, knock

JSON = ("Content-Type", "application/json")
BOMB = b"0" * 2**24
FOREIGN = {
    "a bad Host": {"host": False, "headers": [("Host", "evil.example")]},
    "a Host without the port": {"host": False, "headers": [("Host", "127.0.0.1")]},
    "a Host of another port": {"host": False, "headers": [("Host", "localhost:1")]},
    "a Host with a dot behind": {"host": False, "headers": [("Host", "localhost.:{port}")]},
    "a Host in capitals and more": {"host": False, "headers": [("Host", "evil.example:{port}")]},
    "a foreign Origin": {"headers": [("Origin", "https://evil.example")]},
    "the Origin null": {"headers": [("Origin", "null")]},
    "an Origin of another port": {"headers": [("Origin", "http://127.0.0.1:1")]},
    "an Origin that begins like ours": {"headers": [("Origin", "http://127.0.0.1:{port}.evil.example")]},
    "an empty Origin": {"headers": [("Origin", "")]},
    "two Origins": {"headers": [("Origin", "http://127.0.0.1:{port}"), ("Origin", "http://127.0.0.1:{port}")]},
    "another site": {"headers": [("Sec-Fetch-Site", "cross-site")]},
    "another place on the site": {"headers": [("Sec-Fetch-Site", "same-site")]},
}
NO_REQUEST = {
    "no Host": {"host": False},
    "two Hosts": {"headers": [("Host", "127.0.0.1:{port}")]},
    "two lengths": {"headers": [("Content-Length", "3"), ("Content-Length", "4")]},
    "a length that is none": {"headers": [("Content-Length", "-1")]},
}
BAD_BODIES = {
    "a form": (415, [("Content-Type", "application/x-www-form-urlencoded")], b"a=b"),
    "files in a form": (415, [("Content-Type", "multipart/form-data; boundary=x")], b"--x--\r\n"),
    "plain text": (415, [("Content-Type", "text/plain")], b'{"a": 1}'),
    "no type": (415, [], b"{}"),
    "two types": (415, [JSON, ("Content-Type", "text/plain")], b"{}"),
    "JSON in UTF-16": (415, [("Content-Type", "application/json; charset=utf-16")], b"{}"),
    "gzip": (415, [JSON, ("Content-Encoding", "gzip")], gzip.compress(BOMB)),
    "deflate": (415, [JSON, ("Content-Encoding", "deflate")], zlib.compress(BOMB)),
    "two codings": (415, [JSON, ("Content-Encoding", "gzip, gzip")], gzip.compress(gzip.compress(BOMB))),
    "too much": (413, [JSON], b" " * 65537),
    "too much, as it says itself": (413, [JSON, ("Content-Length", str(10**17))], b""),
    "too much, without a length": (
        413,
        [JSON, ("Transfer-Encoding", "chunked")],
        b"10000\r\n" + b" " * 65536 + b"\r\n2\r\n  \r\n",
    ),
}


def fit(way, running):
    """The way with the daemon's port in it."""
    port = running.url.rpartition(":")[2]
    return way | {"headers": [(name, value.replace("{port}", port)) for name, value in way.get("headers", [])]}


def test_the_list_of_doors_has_every_kind(every_door):
    assert {"/health", "/v1/status", "/v1/stop", "/v1/paired/x", "/openapi.json"} <= {path for _, path in every_door}
    assert len(every_door) == len(set(every_door))


@pytest.mark.parametrize("way", FOREIGN)
def test_no_door_opens_for_pages_of_others_even_with_the_token(guarded, every_door, way):
    running = guarded.running()
    for method, path in every_door:
        answer = knock(running, method, path, **fit(FOREIGN[way], running))
        assert answer.status == 403, (method, path)
        if method != "HEAD":
            assert answer.problem["code"] == "bad_origin", (method, path)
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("way", NO_REQUEST)
def test_what_is_no_request_reaches_no_door(guarded, every_door, way):
    running = guarded.running()
    known = fit(NO_REQUEST[way], running)
    for method, path in every_door:
        answer = knock(running, method, path, **known)
        assert answer.status == 400, (method, path)
        if method != "HEAD":
            assert answer.problem["code"] == "bad_request", (method, path)


@pytest.mark.parametrize(
    "whose", ["nobody's", "empty", "an earlier one", "a neighbour's", "in the address", "of another scheme"]
)
def test_every_door_but_the_public_ones_wants_the_token(guarded, neighbour, every_door, whose):
    running = guarded.running()
    header = {
        "empty": "Bearer ",
        "an earlier one": f"Bearer {guarded.stale}",
        "a neighbour's": f"Bearer {neighbour.running().token}",
        "of another scheme": f"Basic {running.token}",
    }.get(whose)
    asked = f"?token={running.token}&access_token={running.token}" if whose == "in the address" else ""
    for method, path in every_door:
        answer = knock(running, method, path + asked, [("Authorization", header)] if header else (), token=False)
        if path in PUBLIC or path.startswith(PAGE):
            # a code is missing, and there is no such file
            assert answer.status == {"/v1/studio/token": 400, "/studio/x": 404}.get(path, 200)
            continue
        assert answer.status == 401, (method, path)
        if method != "HEAD":
            assert answer.problem["code"] == "bad_token", (method, path)


@pytest.mark.parametrize("kind", BAD_BODIES)
def test_no_door_takes_a_body_but_json_of_a_bounded_size(guarded, every_door, kind):
    wanted, headers, body = BAD_BODIES[kind]
    if not {"Content-Length", "Transfer-Encoding"}.intersection(name for name, _ in headers):
        headers = [*headers, ("Content-Length", str(len(body)))]
    running = guarded.running()
    for method, path in every_door:
        if kind == "files in a form" and path in FORMS:
            continue
        answer = knock(running, method, path, headers, body)
        assert answer.status == (400 if method in ("GET", "HEAD") else wanted), (method, path)
        if method != "HEAD":
            assert answer.problem["code"] == ("too_large" if answer.status == 413 else "bad_request"), (method, path)
    assert guarded.status() is not None
    assert jobs_of(guarded.home) == 0


def test_who_asks_whether_to_send_a_body_is_told_no_before_it(guarded):
    running = guarded.running()
    address = running.url.removeprefix("http://")
    asks = f"POST /v1/gc HTTP/1.1\r\nHost: {address}\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n"
    for more, status in (
        ("", b"401"),
        (f"Authorization: Bearer {running.token}\r\nContent-Type: text/plain\r\n", b"415"),
    ):
        with socket.create_connection(address.split(":"), timeout=10) as line:
            line.sendall(f"{asks}{more}\r\n".encode())
            assert line.recv(4096)[9:12] == status


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[" * 60_000, b"null", b"3", b'"x"', b"{}", b'{"model": 3, "a": NaN}']
)
def test_json_that_means_nothing_gets_a_problem_and_no_traceback(guarded, every_door, body):
    running = guarded.running()
    for method, path in every_door:
        if method in ("GET", "HEAD") or path == "/v1/stop" or path.startswith("/v1/paired"):
            continue
        answer = knock(running, method, path, [JSON, ("Content-Length", str(len(body)))], body)
        assert answer.status < 500, (method, path, answer)
        if answer.status >= 400:
            # under /sdapi in other words, which that API has for it
            assert json.loads(answer.body)["error"] if path.startswith("/sdapi") else answer.problem, (method, path)
    assert "Traceback" not in (guarded.home / "test.log").read_text()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("POST", "/health"), ("GET", "/v1/ws"), ("BREW", "/v1/status"), ("GET", "/" + "x" * 8000)],
)
def test_where_no_door_is_a_problem_says_so(guarded, method, path):
    answer = knock(guarded.running(), method, path)
    assert answer.status in (404, 405)
    assert answer.problem["code"] == "bad_request"
    assert len(answer.problem["message"]) < 200


def test_a_head_that_is_too_long_is_no_request(guarded):
    answer = knock(guarded.running(), "GET", "/health", [("X", "y" * 2_000_000)])
    assert (answer.status, answer.problem["code"]) == (400, "bad_request")


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT"])
def test_a_browser_that_asks_first_is_promised_nothing(guarded, every_door, method):
    running = guarded.running()
    for origin in ("https://evil.example", "null", "app://obsidian.md", running.url):
        for path in {path for _, path in every_door}:
            asks = [
                ("Origin", origin),
                ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "authorization"),
                ("Access-Control-Request-Private-Network", "true"),
            ]
            answer = knock(running, method, path, asks, token=False)
            assert answer.status in (200, 401, 403, 405), path
            assert not any(name.startswith("access-control") for name in answer.headers), path


def test_every_answer_tells_a_browser_to_frame_and_guess_nothing(guarded, every_door):
    running = guarded.running()
    for method, path in [*every_door, ("GET", "/nothing")]:
        for token in (True, False):
            if token and (method != "GET" or path in ("/v1/studio/doctor", "/v1/studio/models")):  # these take seconds
                continue
            answer = knock(running, method, path, token=token)
            for name, value in SAFE_HEADERS.items():
                assert answer.headers.get(name.lower()), (method, path, name)
                if answer.headers["content-type"] == "application/json":
                    assert answer.headers[name.lower()] == value


# ---- the socket


def url_of(daemon):
    return daemon.running().url.replace("http", "ws") + "/v1/ws"


UPGRADE = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "x" * 22 + "=="),
]


@pytest.mark.parametrize("way", [*FOREIGN, *NO_REQUEST])
def test_the_socket_opens_for_none_of_them(guarded, way):
    running = guarded.running()
    known = fit((FOREIGN | NO_REQUEST)[way], running)
    answer = knock(running, "GET", "/v1/ws", **known | {"headers": [*known["headers"], *UPGRADE]})
    if way == "two Origins":
        assert answer.status == 400  # which is no handshake at all
        return
    assert answer.status == (403 if way in FOREIGN else 400)
    assert answer.problem["code"] == ("bad_origin" if way in FOREIGN else "bad_request")


@pytest.mark.parametrize("whose", ["nobody's", "an earlier one", "a neighbour's", "in the address"])
def test_the_socket_wants_the_token_in_its_hello(guarded, neighbour, whose):
    token = {"an earlier one": guarded.stale, "a neighbour's": neighbour.running().token}.get(whose, "nothing")
    asked = f"?token={guarded.running().token}" if whose == "in the address" else ""
    with connect(
        url_of(guarded) + asked, additional_headers={"Authorization": f"Bearer {guarded.running().token}"}
    ) as socket:
        socket.send(to_json(Hello(protocol=PROTOCOL, client="test", token=token)))
        message, _ = read_daemon(socket.recv(timeout=10))
        assert isinstance(message, Refused)
        assert message.problem.code == "bad_token"
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=10)
        assert closed.value.rcvd.code == 4401


def test_the_socket_takes_no_compression(guarded):
    with connect(url_of(guarded), compression="deflate") as socket:
        assert socket.protocol.extensions == []
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


@pytest.mark.parametrize("whole", [True, False], ids=["in one frame", "in many"])
def test_a_stranger_says_no_more_than_a_hello(guarded, whole):
    with connect(url_of(guarded)) as socket:
        with contextlib.suppress(ConnectionClosed):
            socket.send("x" * 70_000 if whole else ("x" * 1_000 for _ in range(70)))
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=10)
    assert closed.value.rcvd.code == 1009


def test_who_is_known_may_say_more_but_not_anything(guarded):
    limit = 2 * 2**20
    for size, kind in ((100_000, Refused), (limit + 1, None)):
        with connect(url_of(guarded), max_size=None) as socket:
            socket.send(to_json(Hello(protocol=PROTOCOL, client="test", token=guarded.running().token)))
            assert isinstance(read_daemon(socket.recv(timeout=10))[0], Welcome)
            socket.send(json.dumps({"type": "models", "ref": 1, "x": "x" * size}))
            if kind is None:
                with pytest.raises(ConnectionClosed) as closed:
                    socket.recv(timeout=10)
                assert closed.value.rcvd.code == 1009
            else:
                assert isinstance(read_daemon(socket.recv(timeout=10))[0], kind)
    assert guarded.status() is not None
