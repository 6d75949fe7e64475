"""A home that has been used by somebody whose umask is careless: what lies in it is that person's alone, and no secret
stands where it was not put."""

import os
import stat
import subprocess
import sys
from urllib.parse import urlsplit

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_client.start import start, stop
from studiolo_contract import PROTOCOL
from studiolo_contract.concept import Concept
from studiolo_contract.errors import StudioloError
from studiolo_contract.frames import to_json
from studiolo_contract.image import ImageRequest
from studiolo_contract.wire import Hello
from tests.security.conftest import knock

ASTRAY = "sk-this-was-said-by-mistake-0123456789"
"""A secret of somebody else's, sent to the daemon where it does not belong."""


@pytest.fixture(scope="module")
def used(tmp_path_factory, painter):
    """The home, its running daemon, and every secret that it has or was told."""
    home = tmp_path_factory.mktemp("used") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIOLO_HOME", str(home))
        before = os.umask(0)
        try:
            running = start()
        finally:
            os.umask(before)
        try:
            paired = discovery.call(running, "PUT", "/v1/paired/tablet")[1]["token"]
            knock_wrongly(running)
            with Client(running, "test") as client:
                request = ImageRequest(prompt="a lamp", model=painter, steps=2, width=32, height=32)
                client.submit(request).wait(120)
                client.keep(Concept(name="Mara", kind="character", words="grey braid"))
                client.put(b"some bytes")
                yield home, running, (running.token, paired, ASTRAY)
        finally:
            stop(running)


def knock_wrongly(running):
    """A secret in every place where it does not belong."""
    for path in ("/v1/status", "/nothing", "/health", f"/{ASTRAY}", f"/v1/paired/{ASTRAY}/x"):
        for method in ("GET", "POST", "PUT"):
            asked = f"{path}?token={running.token}&key={ASTRAY}"
            headers = [("X-Key", ASTRAY), ("Cookie", f"token={running.token}"), ("Origin", ASTRAY)]
            knock(running, method, asked, headers[:2], token=False)
            knock(running, method, asked, headers)
            knock(running, method, asked, [("Authorization", f"Bearer {ASTRAY}")], token=False)
    address = urlsplit(running.url).netloc
    with pytest.raises(InvalidStatus):
        connect(f"ws://{address}/v1/ws?token={running.token}", origin=ASTRAY)
    for hello in (
        to_json(Hello(protocol=PROTOCOL, client="x", token=ASTRAY)),
        f'{{"token": "{running.token}", "x',
    ):
        with connect(f"ws://{address}/v1/ws?token={running.token}&key={ASTRAY}") as socket:
            socket.send(hello)
            socket.recv(timeout=10)
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=10)
    with pytest.raises(StudioloError):
        Client(discovery.Running(**{**running.__dict__, "token": ASTRAY}), "test")


@pytest.mark.skipif(os.name != "posix", reason="On Windows the profile's access list does this.")
def test_everything_in_it_is_the_owners_alone(used):
    home, _, _ = used
    found = [home, *home.rglob("*")]
    names = {path.name for path in found}
    assert {
        "daemon.json",
        "daemon.log",
        "journal.sqlite3",
        "journal.sqlite3-wal",
        "paired.json",
        "concepts.json",
    } <= names
    assert any(len(name) == 64 for name in names), "no blob was kept"
    for path in found:
        mode = stat.S_IMODE(path.lstat().st_mode)
        assert mode & 0o077 == 0, (path, oct(mode))
        assert path.lstat().st_uid == os.geteuid()


@pytest.mark.skipif(os.name != "posix", reason="On Windows the profile's access list does this.")
def test_a_folder_that_was_open_to_others_is_closed_to_them(bare_home_daemon):
    assert stat.S_IMODE(bare_home_daemon.home.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="On Windows the profile's access list does this.")
@pytest.mark.parametrize(("mode", "said"), [(0o1777, "not this user's own"), (None, "can't be used")])
def test_a_folder_that_is_everybodys_or_none_is_not_used(tmp_path, mode, said):
    home = tmp_path / "home"
    if mode is None:
        home.write_text("a file")
    else:
        home.mkdir()
        home.chmod(mode)
    ended = subprocess.run(
        [sys.executable, "-m", "studiolo_daemon"],
        env=os.environ | {"STUDIOLO_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert mode is None or (stat.S_IMODE(home.stat().st_mode) == mode and not list(home.iterdir()))


@pytest.fixture
def bare_home_daemon(tmp_path):
    from tests.daemon.conftest import Daemon

    home = tmp_path / "home"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    daemon = Daemon(home).start()
    yield daemon
    daemon.stop()


def test_no_file_has_a_secret_but_the_one_that_is_for_it(used):
    home, running, secrets = used
    read = 0
    for file in home.rglob("*"):
        if not file.is_file():
            continue
        data = file.read_bytes()
        read += len(data)
        for secret in secrets:
            if secret == running.token and file == discovery.runtime_file():
                assert secret.encode() in data  # so the search finds what there is
            else:
                assert secret.encode() not in data, (file, secret)
                assert secret[::-1].encode() not in data
    assert read > 10_000


def test_no_process_shows_a_secret_to_who_lists_them(used):
    _, running, secrets = used
    daemon = psutil.Process(running.pid)
    processes = [daemon, *daemon.children(recursive=True)]
    assert len(processes) > 1, "there is no worker"
    for process in processes:
        shown = [*process.cmdline(), process.name()]
        if sys.platform == "linux":
            shown += [f"{name}={value}" for name, value in process.environ().items()]
        for secret in secrets:
            assert not any(secret in part for part in shown), process


def test_no_answer_has_the_token(used):
    _, running, secrets = used
    for path in ("/health", "/v1/status", "/v1/paired", "/openapi.json", "/metrics", "/v1/models", "/nothing"):
        body = knock(running, "GET", path).body
        for secret in secrets:
            assert secret.encode() not in body, path
