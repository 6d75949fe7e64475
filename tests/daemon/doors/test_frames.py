"""WebSocket frames, right and wrong, as RFC 6455 has them and in the order of Autobahn's suite, whose section is named.

What answers is an echo behind the daemon's own server, with the daemon's own settings; what asks are raw bytes.
"""

import asyncio
import os
import socket
import struct
import threading
from dataclasses import dataclass

import pytest

from studiolo_daemon.doors.server import Server, server_config

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
HANDSHAKE = (
    "GET / HTTP/1.1",
    "Host: x",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)
LARGEST = 2**24 + 2**16
"""Bytes of the largest message that this echo takes."""


async def echo(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await receive()
    await send({"type": "websocket.accept"})
    scope["state"]["let_in"]()
    while (message := await receive())["type"] == "websocket.receive":
        await send(message | {"type": "websocket.send"})


@pytest.fixture(scope="module")
def address():
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(server_config(echo, LARGEST, 64))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
    thread.start()
    yield listener.getsockname()
    server.should_exit = True
    thread.join(20)


@dataclass(frozen=True)
class Frame:
    opcode: int
    payload: bytes = b""
    fin: bool = True
    rsv: int = 0
    masked: bool = True
    length: bytes | None = None
    """The length as it is written, where that is not as it should be."""

    def bytes(self):
        size = len(self.payload)
        length = self.length
        if length is None:
            length = bytes([size]) if size < 126 else b"\x7e" + struct.pack(">H", size & 0xFFFF)
            if size >= 65536:
                length = b"\x7f" + struct.pack(">Q", size)
        first = bytes([self.fin << 7 | self.rsv << 4 | self.opcode, self.masked << 7 | length[0]]) + length[1:]
        if not self.masked:
            return first + self.payload
        mask = os.urandom(4)
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        return first + mask + (int.from_bytes(self.payload, "big") ^ key).to_bytes(size, "big")


def text(words, **more):
    return Frame(TEXT, words.encode() if isinstance(words, str) else words, **more)


def close(code=None, reason=b""):
    return Frame(CLOSE, b"" if code is None else struct.pack(">H", code) + reason)


class Talk:
    """A connection that was upgraded."""

    def __init__(self, address, *headers):
        self.socket = socket.create_connection(address, timeout=20)
        lines = [*HANDSHAKE, *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        self.heard = b""
        while b"\r\n\r\n" not in self.heard:
            self.heard += self.socket.recv(4096)
        self.greeting, _, self.heard = self.heard.partition(b"\r\n\r\n")

    def say(self, *frames, chop=None):
        said = b"".join(frame.bytes() for frame in frames)
        for start in range(0, len(said), chop or max(len(said), 1)):
            self.socket.sendall(said[start : start + chop] if chop else said)

    def hear(self):
        """The next frame, as (opcode, payload); None when the other end has hung up."""
        head = self._take(2)
        if head is None:
            return None
        assert head[0] & 0x70 == 0, "no extension was agreed on"
        assert head[1] & 0x80 == 0, "a server masks nothing"
        size = head[1]
        if size >= 126:
            size = int.from_bytes(self._take(2 if size == 126 else 8), "big")
        return head[0] & 0x0F, self._take(size)

    def ending(self):
        """Code and reason with which it closes; None where it just hangs up."""
        heard = self.hear()
        assert heard is None or heard[0] == CLOSE, heard
        assert self.hear() is None, "after a close nothing is said"
        return heard and (int.from_bytes(heard[1][:2], "big"), heard[1][2:].decode())

    def _take(self, size):
        while len(self.heard) < size:
            try:
                more = self.socket.recv(2**20)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self.heard += more
        taken, self.heard = self.heard[:size], self.heard[size:]
        return taken


@pytest.fixture
def talk(address):
    talk = Talk(address)
    yield talk
    talk.socket.close()


SIZES = (0, 1, 125, 126, 127, 128, 65535, 65536, 65536 + 1)


@pytest.mark.parametrize("kind", [TEXT, BINARY])
def test_1_messages_of_every_length_come_back(talk, kind):
    for size in SIZES:
        for chop in (None, 997):
            payload = b"*" * size if kind == TEXT else os.urandom(size)
            talk.say(Frame(kind, payload), chop=chop)
            assert talk.hear() == (kind, payload)


def test_1_octet_by_octet(talk):
    talk.say(text("grüß dich"), Frame(BINARY, b"\xfe" * 130), chop=1)
    assert [talk.hear(), talk.hear()] == [(TEXT, "grüß dich".encode()), (BINARY, b"\xfe" * 130)]


def test_2_pings_are_answered_with_what_they_hold_and_pongs_with_nothing(talk):
    pings = [b"", b"Hello", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", b"\xfe" * 125]
    for ping in pings:
        talk.say(Frame(PING, ping), chop=1)
        assert talk.hear() == (PONG, ping)
    talk.say(Frame(PONG), Frame(PONG, b"unasked"), Frame(PING, b"now"))
    assert talk.hear() == (PONG, b"now")
    talk.say(*(Frame(PING, bytes([number])) for number in range(10)))
    assert [talk.hear() for _ in range(10)] == [(PONG, bytes([number])) for number in range(10)]


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_2_a_control_frame_of_126_bytes_is_wrong(talk, opcode):
    talk.say(Frame(opcode, b"\xfe" * 126))
    assert talk.ending()[0] == 1002


@pytest.mark.parametrize("rsv", [1, 2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, CLOSE])
def test_3_reserved_bits_mean_nothing_here(talk, opcode, rsv):
    talk.say(text("before"))
    assert talk.hear() == (TEXT, b"before")
    talk.say(Frame(opcode, b"x" if opcode != CLOSE else b"", rsv=rsv), text("after"))
    assert talk.ending()[0] == 1002


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_4_reserved_opcodes_mean_nothing_at_all(talk, opcode):
    talk.say(text("before"))
    assert talk.hear() == (TEXT, b"before")
    talk.say(Frame(opcode, b"x"), Frame(PING))
    assert talk.ending()[0] == 1002


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_5_a_control_frame_has_no_fragments(talk, opcode):
    talk.say(Frame(opcode, b"x" if opcode != CLOSE else b"", fin=False), Frame(0, b"y"))
    assert talk.ending()[0] == 1002


@pytest.mark.parametrize("chop", [None, 1])
@pytest.mark.parametrize("kind", [TEXT, BINARY])
def test_5_fragments_are_one_message_and_pings_come_between(talk, kind, chop):
    talk.say(Frame(kind, b"one ", fin=False), Frame(PING, b"p"), Frame(0, b"", fin=False), Frame(0, b"two"), chop=chop)
    assert [talk.hear(), talk.hear()] == [(PONG, b"p"), (kind, b"one two")]


@pytest.mark.parametrize("frames", [
    (Frame(0, b"x"),),
    (Frame(0, b"x", fin=False), text("y")),
    (text("a", fin=False), text("b")),
    (text("a", fin=False), Frame(BINARY, b"b", fin=False)),
    (text("a", fin=False), Frame(0, b"b"), Frame(0, b"c")),
], ids=["alone", "alone and unended", "begun twice", "begun as another", "gone on after the end"])  # fmt: skip
def test_5_fragments_without_a_beginning_or_with_two_are_wrong(talk, frames):
    talk.say(*frames)
    heard = talk.hear()
    if heard == (TEXT, b"ab"):
        heard = talk.hear()
    assert heard[0] == CLOSE
    assert int.from_bytes(heard[1][:2], "big") == 1002


VALID = ["Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "\x00", "\x7f", "\u0080", "\u07ff", "\u0800", "\uffff", "\U00010000", "\U0010ffff",
         "\ud7ff", "\ue000", "\ufffd", "\ufffe", "\U0001fffe", "\U0010fffe", ""]  # fmt: skip
INVALID = [b"\x80", b"\xbf", b"\xc0 ", b"\xfe", b"\xff", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xc1\xbf",
           b"\xe0\x9f\xbf", b"\xed\xa0\x80", b"\xed\xaf\xbf", b"\xed\xbf\xbf", b"\xed\xa0\x80\xed\xb0\x80", b"\xf4\x90\x80\x80",
           b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xce\xba\xe1\xbd", b"\xe2\x82", b"\xf0\x9f\x98"]  # fmt: skip


def test_6_utf_8_comes_back_however_it_is_cut(talk):
    for words in VALID:
        data = words.encode()
        talk.say(text(data), text(data[:1], fin=False), Frame(0, data[1:]))
        assert [talk.hear(), talk.hear()] == [(TEXT, data)] * 2


@pytest.mark.parametrize("bad", INVALID, ids=bytes.hex)
def test_6_what_is_no_utf_8_is_no_text(talk, bad):
    talk.say(text(b"\xce\xba" + bad, fin=False), Frame(0, b""))
    assert talk.ending()[0] == 1007


def test_6_but_bytes_it_may_be(talk):
    for bad in INVALID:
        talk.say(Frame(BINARY, bad))
        assert talk.hear() == (BINARY, bad)


@pytest.mark.parametrize("code", [None, 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
def test_7_a_close_is_answered_with_its_own_code(talk, code):
    talk.say(close(code, b"" if code is None else b"bye"), text("too late"), Frame(PING), close(1000))
    ending = talk.ending()
    assert ending == ((0, "") if code is None else (code, "bye"))


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535])
def test_7_codes_that_nobody_may_send_are_wrong(talk, code):
    talk.say(close(code))
    assert talk.ending()[0] == 1002


@pytest.mark.parametrize(("payload", "code"), [
    (b"\x03", 1002),
    (b"\x03\xe8" + b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80", 1007),
    (b"\x03\xe8" + b"r" * 123, 1000),
])  # fmt: skip
def test_7_what_a_close_may_hold(talk, payload, code):
    talk.say(Frame(CLOSE, payload))
    assert talk.ending()[0] == code


def test_7_a_close_between_fragments_ends_it(talk):
    talk.say(text("a", fin=False), close(1000), Frame(0, b"b"))
    assert talk.ending()[0] in (1000, 1002)  # RFC 6455 leaves open whether the message must have been ended


@pytest.mark.parametrize("parts", [1, 64, 4096], ids=["whole", "64 fragments", "4096 fragments"])
def test_9_messages_of_16_mib(talk, parts):
    data = os.urandom(2**24)
    size = len(data) // parts
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    frames = [Frame(0 if n else BINARY, piece, fin=n == parts - 1) for n, piece in enumerate(pieces)]
    threading.Thread(target=talk.say, args=frames).start()
    assert talk.hear() == (BINARY, data)


@pytest.mark.parametrize("parts", [1, 2], ids=["whole", "in two"])
def test_9_larger_than_it_may_be(talk, parts):
    said = [Frame(BINARY, b"", length=b"\x7f" + struct.pack(">Q", LARGEST + 1))]
    if parts == 2:
        said = [Frame(BINARY, b"x", fin=False), Frame(0, b"", length=b"\x7f" + struct.pack(">Q", LARGEST))]
    talk.say(*said)
    assert talk.ending()[0] == 1009


def test_no_length_is_believed_that_reaches_past_all_memory(talk):
    talk.say(Frame(BINARY, b"", length=b"\x7f" + b"\xff" * 8))
    assert talk.ending()[0] in (1002, 1009)


def test_a_client_masks_what_it_says(talk):
    talk.say(text("x", masked=False))
    assert talk.ending()[0] == 1002


@pytest.mark.parametrize(
    "offer", ["permessage-deflate", "permessage-deflate; client_max_window_bits, x-webkit-deflate-frame"]
)
def test_12_compression_is_not_agreed_on(address, offer):
    talk = Talk(address, f"Sec-WebSocket-Extensions: {offer}")
    assert b"extensions" not in talk.greeting.lower()
    talk.say(text(b"\xf2\x48\xcd\xc9\xc9\x07\x00", rsv=4))
    assert talk.ending()[0] == 1002
    talk.socket.close()


@pytest.mark.parametrize(
    ("proper", "instead"),
    [
        ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12"),
        ("Sec-WebSocket-Version: 13", ""),
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", ""),
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: short"),
        ("GET", "POST"),
        ("HTTP/1.1", "HTTP/1.0"),
    ],
)
def test_a_handshake_that_is_none_is_refused(address, proper, instead):
    asked = "\r\n".join(line for line in HANDSHAKE if line).replace(proper, instead).replace("\r\n\r\n", "\r\n")
    with socket.create_connection(address, timeout=20) as line:
        line.sendall(f"{asked}\r\n\r\n".encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 400 ")
        while line.recv(4096):
            pass  # and hangs up
