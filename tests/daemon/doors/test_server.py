"""The server under those who are slow, many or endless: a daemon that has less patience than usual, and raw connections."""

import contextlib
import socket
import time
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from studiolo_contract import PROTOCOL
from studiolo_contract.frames import read_daemon, to_json
from studiolo_contract.wire import Hello
from tests.daemon.conftest import Daemon

PATIENCE, HELLO = 1.0, 5.0
"""Seconds that this daemon has for a stranger and for his hello, instead of ten and more."""
IMPATIENT = f"""
import sys
from studiolo_daemon import __main__
from studiolo_daemon.doors import bodies, server, socket
server.HEAD_TIMEOUT = bodies.BODY_TIMEOUT = {PATIENCE}
socket.HELLO_TIMEOUT = {HELLO}
server.SPARE = 12
sys.exit(__main__.main())
"""


@pytest.fixture(scope="module")
def impatient(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / "settings.toml").write_text("sockets = 4\nbody_bytes = 1048576\n")
    daemon = Daemon(home, program=("-c", IMPATIENT)).start()
    yield daemon
    daemon.stop()


def raw(daemon):
    address = urlsplit(daemon.running().url)
    return socket.create_connection((address.hostname, address.port), timeout=20)


def head(daemon, *lines, method="POST", path="/v1/status"):
    running = daemon.running()
    first = [
        f"{method} {path} HTTP/1.1",
        f"Host: {urlsplit(running.url).netloc}",
        f"Authorization: Bearer {running.token}",
    ]
    return "\r\n".join([*first, *lines, "", ""]).encode()


def rest(line):
    """What still comes until the daemon hangs up."""
    parts = []
    try:
        while part := line.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        parts.append(b"(reset)")
    return b"".join(parts)


@pytest.mark.parametrize(
    "said",
    [b"", b"GET /health HTTP/1.1\r\nHost: x\r\n", b"G"],
    ids=["nothing", "half a head", "a letter"],
)
def test_who_does_not_come_to_the_point_is_hung_up_on(impatient, said):
    with raw(impatient) as line:
        line.sendall(said)
        assert rest(line) in (b"", b"(reset)")


def test_a_head_that_drips_is_not_waited_for(impatient):
    with raw(impatient) as line:
        line.sendall(b"GET /health HTTP/1.1\r\n")
        sent = 0
        with contextlib.suppress(OSError):
            for sent in range(400):
                line.sendall(f"X-{sent}: y\r\n".encode())
                time.sleep(0.05)
        assert sent < 399


def test_a_second_request_that_never_comes_whole_is_not_waited_for_either(impatient):
    with raw(impatient) as line:
        line.sendall(head(impatient, method="GET"))
        assert line.recv(15) == b"HTTP/1.1 200 OK"
        line.sendall(b"GET /v1/status HT")
        assert b"uptime" in rest(line)


@pytest.mark.parametrize(
    "lines", [("Content-Length: 100",), ("Transfer-Encoding: chunked",)], ids=["a length", "chunks"]
)
def test_a_body_that_never_ends_is_answered_and_hung_up_on(impatient, lines):
    with raw(impatient) as line:
        line.sendall(
            head(impatient, "Content-Type: application/json", *lines)
            + (b"1\r\n{\r\n" if "chunked" in lines[0] else b"{")
        )
        answer = rest(line)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"did not come in time" in answer


def test_an_endless_body_is_cut_off_at_its_bound(impatient):
    with raw(impatient) as line:
        line.sendall(head(impatient, "Content-Type: application/json", "Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent < 2**28:
                line.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
                sent += 65536
        except OSError:
            pass
        assert sent < 2**26


def test_a_stranger_on_the_socket_says_hello_soon_or_goes(impatient):
    with connect(impatient.running().url.replace("http", "ws") + "/v1/ws") as quiet, pytest.raises(ConnectionClosed):
        quiet.recv(timeout=20)


def test_no_more_connections_than_it_can_hold_and_the_old_ones_are_served(impatient):
    served = raw(impatient)
    lines = [raw(impatient) for _ in range(40)]
    try:
        answers = [line.recv(200) for line in lines[20:]]
        assert all(answer.startswith(b"HTTP/1.1 503") or answer == b"" for answer in answers)
        assert any(
            b"as many connections as it can hold" in answer + rest(line)
            for answer, line in zip(answers, lines[20:], strict=True)
        )
        for line in (served, *lines):
            rest(line)  # those who said nothing have gone by then
        assert impatient.status() is not None
    finally:
        for line in (served, *lines):
            line.close()


def test_no_more_sockets_than_are_set(impatient):
    url = impatient.running().url.replace("http", "ws") + "/v1/ws"
    hello = to_json(Hello(protocol=PROTOCOL, client="test", token=impatient.running().token))
    sockets = []
    try:
        for _ in range(4):
            sockets.append(connect(url))
            sockets[-1].send(hello)
            read_daemon(sockets[-1].recv(timeout=10))
        with connect(url) as one_more:
            one_more.send(hello)
            refused, _ = read_daemon(one_more.recv(timeout=10))
            assert refused.problem.code == "busy"
            with pytest.raises(ConnectionClosed, match="1013"):
                one_more.recv(timeout=10)
    finally:
        for one in sockets:
            one.close()


def test_pings_that_nobody_reads_the_answers_of_pile_up_nowhere(impatient):
    import psutil

    process = psutil.Process(impatient.process.pid)
    running = impatient.running()
    with raw(impatient) as line:
        upgrade = (
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: " + "x" * 22 + "==",
        )
        line.sendall(head(impatient, *upgrade, method="GET", path="/v1/ws"))
        assert line.recv(4096).startswith(b"HTTP/1.1 101")
        line.sendall(_masked(1, to_json(Hello(protocol=PROTOCOL, client="test", token=running.token)).encode()))
        before = process.memory_info().rss
        pings = _masked(9, b"x" * 125) * 1000
        for _ in range(300):  # 39 MB, all of them answered in full otherwise
            line.sendall(pings)
        assert process.memory_info().rss - before < 2**24
    assert impatient.status() is not None


def _masked(opcode, payload):
    """A frame of a client's, the last of its message, with a mask of zeroes."""
    length = len(payload)
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return bytes([0x80 | opcode]) + size + bytes(4) + payload
