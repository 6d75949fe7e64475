"""Nobody gets in who should not: every door of the bare_daemon, every wrong way to knock."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from studiolo_contract import PROTOCOL
from studiolo_contract.frames import read_daemon, to_json
from studiolo_contract.wire import Hello, Refused, Welcome

ROUTES = [
    ("GET", "/health"),
    ("GET", "/v1/status"),
    ("POST", "/v1/stop"),
    ("GET", "/openapi.json"),
    ("GET", "/nothing"),
]
FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1"},
    {"Host": "localhost:1"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


def call(url, method, path, headers):
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=5)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_foreign_calls_are_refused_even_with_the_token(bare_daemon, method, path, headers):
    running = bare_daemon.running()
    status, body = call(running.url, method, path, headers | {"Authorization": f"Bearer {running.token}"})
    assert status == 403
    problem = json.loads(body)["error"]
    assert problem["code"] == "bad_origin"
    assert problem["mend"]


@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer wrong", "Basic abc", "Bearer ü"])
@pytest.mark.parametrize(("method", "path"), ROUTES[1:])
def test_every_route_but_health_wants_the_token(bare_daemon, method, path, token):
    headers = {} if token is None else {"Authorization": token.encode("latin-1")}
    status, body = call(bare_daemon.running().url, method, path, headers)
    assert status == 401
    assert json.loads(body)["error"]["code"] == "bad_token"


def test_health_tells_little_and_needs_no_token(bare_daemon):
    status, body = call(bare_daemon.running().url, "GET", "/health", {})
    assert status == 200
    assert set(json.loads(body)) == {"status", "version", "protocol"}


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_foreign_sockets_are_refused_at_the_handshake(bare_daemon, headers):
    url = bare_daemon.running().url.replace("http", "ws") + "/v1/ws"
    if "Host" in headers:
        address = urlsplit(url)
        wanted = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "x" * 22 + "==",
        }
        status, _ = call(f"http://{address.netloc}", "GET", "/v1/ws", wanted | headers)
        assert status in (400, 403)
        return
    with pytest.raises(InvalidStatus) as caught:
        connect(url, additional_headers=headers)
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["app://obsidian.md", "own"])
def test_known_origins_are_let_in(bare_daemon, origin):
    running = bare_daemon.running()
    with connect(
        running.url.replace("http", "ws") + "/v1/ws", origin=running.url if origin == "own" else origin
    ) as socket:
        socket.send(to_json(Hello(protocol=PROTOCOL, client="test", token=running.token)))
        message, _ = read_daemon(socket.recv(timeout=5))
        assert isinstance(message, Welcome)


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"type": "hello", "protocol": PROTOCOL, "client": "test", "token": "stale"}, "bad_token"),
        ({"type": "hello", "protocol": 0, "client": "test", "token": "x"}, "bad_protocol"),
        ({"type": "hello", "protocol": 99, "client": "test", "token": "x"}, "bad_protocol"),
        ({"type": "hello"}, "bad_request"),
        ({"type": "jobs", "ref": 7}, "bad_request"),
        ("{", "bad_request"),
        (b"\x00\x00\xff\xff", "bad_request"),
    ],
)
def test_a_bad_hello_gets_a_sentence_and_a_closed_socket(bare_daemon, first, code):
    with connect(bare_daemon.running().url.replace("http", "ws") + "/v1/ws") as socket:
        socket.send(first if isinstance(first, (str, bytes)) else json.dumps(first))
        message, _ = read_daemon(socket.recv(timeout=5))
        assert isinstance(message, Refused)
        assert message.problem.code == code
        assert message.problem.mend
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)


def test_the_token_file_is_the_owners_alone(bare_daemon):
    import os
    import stat

    if os.name != "posix":
        pytest.skip("file modes are POSIX's")
    assert stat.S_IMODE((bare_daemon.home / "daemon.json").stat().st_mode) == 0o600
