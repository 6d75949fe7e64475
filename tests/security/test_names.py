"""Names that are no names, in every field of every message and in every path: none leaves the data folder, and each is
answered in a sentence."""

import dataclasses
import itertools
import json
import typing
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.sync.client import connect

from studiolo_contract import PROTOCOL
from studiolo_contract.codec import to_plain
from studiolo_contract.concept import Concept
from studiolo_contract.frames import read_daemon, to_json
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_contract.music import MusicRequest
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest
from studiolo_contract.upscale import UpscaleRequest
from studiolo_contract.wire import ClientMessage, Hello
from tests.daemon.conftest import Daemon
from tests.security.conftest import knock

HASH = "0" * 64
PICTURE = Picture(sha256=HASH, format="png", width=8, height=8)
NASTY = [
    "..", ".", "../x", "../../../../etc/passwd", "..\\..\\x", "x/../../y", "/etc/passwd", "//host/share", "\\\\host\\share\\x",
    "C:\\Windows\\x", "C:x", "file:///etc/passwd", "http://127.0.0.1:1/x", "~", "~root", "~nobody-here/x", "$HOME", "%2e%2e%2f",
    "%00", "x\x00y", "\x00", "\x00../x", "CON", "NUL", "aux.txt", "COM1", "LPT9", "x:stream", "x.", " x ", "．．／x", "․․/x",
    "‥/x", "..%c0%afx", "\u202egnp.x", "\u2215etc", "\ufeff", "\r\nX: y", "; rm -rf x", "`id`", "$(id)", "' OR 1=1 --", "{0.__class__}",
    "%s%n", "-rf", "--help", "x" * 255, "é" * 200, "\U0001f600" * 100, "a/" * 100, "/" * 200, "/proc/self/environ", "/dev/zero", "/dev/fd/0",
    "\ud800", "x\udfff", "models", ".pulling", "daemon.json", "journal.sqlite3", "", " ", "\n",
]  # fmt: skip
names = st.one_of(
    st.sampled_from(NASTY),
    st.builds(
        "".join,
        st.lists(
            st.sampled_from(["..", "/", "\\", "\x00", "~", "x", ".", ":", "%2f", "．", "\u2044", " "]), max_size=40
        ),
    ),
    st.text(max_size=300),
)

BLOBS = {
    "image": to_plain(PICTURE),
    "mask": to_plain(PICTURE),
    "style_image": to_plain(PICTURE),
    "depth_image": to_plain(PICTURE),
    "bible": {"sha256": HASH, "size": 1, "media_type": "application/json"},
    "motif_midi": {"sha256": HASH},
}
SAMPLES = {
    "submit": [
        TextRequest(mode="continue", text="once"),
        ImageRequest(prompt="a lamp"),
        TextureRequest(prompt="wood"),
        UpscaleRequest(image=PICTURE),
        MusicRequest(prompt="a lamp"),
    ],
    "keep": [Concept(name="x", kind="object", words="w", picture=PICTURE)],
}
VALUES = {
    "hashes": [HASH],
    "sha256": HASH,
    "token": "t",
    "client": "c",
    "protocol": PROTOCOL,
    "job": "j",
    "key": "k",
    "name": "n",
    "kit": "k",
    "file": "f",
}


def samples():
    """One of each message as plain values, with everything in it that a name can stand in."""
    for kind in typing.get_args(ClientMessage):
        if kind is Hello:
            continue
        given = {f.name: VALUES[f.name] for f in dataclasses.fields(kind) if f.name in VALUES}
        base = {"type": kind.type, "ref": 7} | given
        inner = {"submit": "request", "keep": "concept"}.get(kind.type)
        for value in SAMPLES.get(kind.type, [None]):
            yield base if value is None else base | {inner: to_plain(value)}


def places(plain, path=()):
    """Where strings stand, and where one may: in place of what is not given, too."""
    if isinstance(plain, dict):
        for name, value in plain.items():
            if name not in ("type", "kind"):
                yield from places(value, (*path, name))
    elif isinstance(plain, list):
        for number, value in enumerate(plain):
            yield from places(value, (*path, number))
    elif isinstance(plain, str) or plain is None:
        yield path


def put(plain, path, value):
    """The plain value with another in that place."""
    if not path:
        return value
    copy = dict(plain) if isinstance(plain, dict) else list(plain)
    copy[path[0]] = put(copy[path[0]], path[1:], value)
    return copy


SPOTS = [(message, path) for message in samples() for path in places(message)]


def blobs_in(message, name):
    """Fields that want a blob get one with that name, and nothing else is wrong."""
    kinds = {type(sample).kind: type(sample) for sample in SAMPLES["submit"]}
    request = message["request"]
    known = {field.name for field in dataclasses.fields(kinds[request["kind"]])}
    return message | {"request": request | {f: v | {"sha256": name} for f, v in BLOBS.items() if f in known}}


@pytest.fixture(scope="module")
def walled(tmp_path_factory):
    """A daemon in a folder of its own inside of another, in which nothing may ever appear."""
    outer = tmp_path_factory.mktemp("outer")
    home = outer / "a" / "b" / "home"
    home.mkdir(parents=True)
    daemon = Daemon(home).start()
    yield daemon
    daemon.stop()


@pytest.fixture
def outside_untouched(walled):
    """After the test there is nothing beside the home, and in it nothing that was not there in the beginning."""

    def seen():
        files = {str(path.relative_to(walled.home.parents[2])) for path in walled.home.parents[2].rglob("*")}
        return {name for name in files if not name.endswith(("-wal", "-shm", "concepts.json", "paired.json"))}

    before = seen()
    yield
    assert seen() == before
    assert walled.status() is not None
    for log in ("test.log", "daemon.log"):
        assert "Traceback" not in (walled.home / log).read_text(encoding="utf-8"), (walled.home / log).read_text()[
            -3000:
        ]


def converse(daemon, said, token=None, client="test"):
    """What is answered to each of these messages, on one socket."""
    running = daemon.running()
    with connect(running.url.replace("http", "ws") + "/v1/ws", max_size=None) as socket:
        socket.send(to_json(Hello(protocol=PROTOCOL, client=client, token=token or running.token)))
        read_daemon(socket.recv(timeout=20))
        for message in said:
            if message["type"] == "put":
                head = json.dumps(message).encode()
                socket.send(len(head).to_bytes(4, "big") + head + b"bytes")
            else:
                socket.send(json.dumps(message))
            answer = json.loads(reply) if isinstance(reply := socket.recv(timeout=20), str) else None
            while answer is None or answer["type"] == "happened":
                answer = json.loads(reply) if isinstance(reply := socket.recv(timeout=20), str) else None
            yield message, answer


def test_every_message_has_a_spot_for_names():
    assert {message["type"] for message, _ in SPOTS} >= {
        "submit",
        "cancel",
        "move",
        "resume",
        "have",
        "put",
        "get",
        "keep",
        "forget",
    }
    assert len(SPOTS) > 40


def every_message(name):
    """All messages, with the name in one spot after the other; none of them can become a job."""
    keys = (f"{name[:40]}{number}" for number in itertools.count())
    for message, path in SPOTS:
        if message["type"] == "submit":
            message = message | {"key": next(keys)}
            if path[-1] == "model" and not name:
                continue
            if path[-1] != "model":
                message = put(message, ("request", "model"), "nothing-of-that-name")
        yield put(message, path, name)
    for message in samples():
        if message["type"] == "submit":
            yield blobs_in(message | {"key": next(keys)}, name)


def answered(walled, messages):
    for message, answer in converse(walled, messages):
        assert answer["type"] in ("refused", "done", "missing"), (message, answer)
        if answer["type"] == "refused":
            problem = answer["problem"]
            assert problem["code"] != "internal", (message, answer)
            assert problem["message"], message
            assert len(problem["message"] + problem["mend"]) < 2000


def test_in_messages_by_those_that_are_known_to_harm(walled, outside_untouched):
    answered(walled, itertools.chain.from_iterable(map(every_message, NASTY)))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names)
def test_in_messages(walled, outside_untouched, name):
    answered(walled, every_message(name))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names)
def test_in_paths(walled, every_door, outside_untouched, name):
    running = walled.running()
    coded = [quote(name.encode("utf-8", "replace"), safe=""), quote(name.encode("utf-8", "replace"), safe="/.~")]
    for (method, path), part in itertools.product(every_door, coded):
        if path in ("/v1/stop", "/v1/gc") or not part or "x" not in path.rpartition("/")[2]:
            continue
        head, _, _ = path.rpartition("x")
        answer = knock(running, method, head + part)
        assert answer.status < 500, (method, head + part, answer)
    for path in ("/", "/v1/", "/v1/models/"):
        assert knock(running, "GET", path + coded[0]).status < 500


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/v1/../../../etc/passwd",
        "//etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/v1/models/..%2f..%2fdaemon.json",
        "/\\..\\x",
    ],
)
def test_no_path_leads_to_a_file(walled, path):
    answer = knock(walled.running(), "GET", path)
    assert answer.status == 404
    assert walled.running().token.encode() not in answer.body


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names)
def test_in_json_over_http(walled, every_door, outside_untouched, name):
    running = walled.running()
    name = name if name.strip() else "x/"  # without a name it is the starter that runs
    bodies = [{"model": name, "messages": [{"role": "user", "content": "x"}]}, {"model": name, "prompt": "x"}]
    bodies_of_sdapi = [
        {"prompt": "x", "override_settings": {"sd_model_checkpoint": name}},
        {"prompt": "x", "sampler_name": name or "x"},
        {"prompt": "x", "init_images": [name]},
    ]
    for method, path in every_door:
        if method != "POST" or path in ("/v1/stop", "/v1/gc"):
            continue
        for plain in bodies_of_sdapi if path.startswith("/sdapi") else bodies:
            body = json.dumps(plain).encode()
            answer = knock(
                running,
                method,
                path,
                [("Content-Type", "application/json"), ("Content-Length", str(len(body)))],
                body,
                timeout=60,
            )
            assert answer.status < 500 or b"bad_model" in answer.body, (path, plain, answer)


def test_a_paired_program_names_models_and_no_folders(walled, painter):
    answer = knock(walled.running(), "PUT", "/v1/paired/tablet")
    token = json.loads(answer.body)["token"]
    said = [
        {"type": "submit", "ref": 1, "key": "k", "request": to_plain(ImageRequest(prompt="x", model=model))}
        for model in (painter, "/nothing/there", "~/x")
    ]
    for _, answer in converse(walled, said, token):
        assert answer["problem"]["code"] == "bad_request"
        assert "and not by a folder" in answer["problem"]["message"]
