"""The runtime file: written whole, kept private, and not believed when its daemon is gone."""

import json
import os
import stat
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from studiolo_client import discovery
from studiolo_client.discovery import Running
from studiolo_client.start import start
from studiolo_contract.errors import StudioloError


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDIOLO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def at(port, token="t"):
    return Running(url=f"http://127.0.0.1:{port}", token=token, pid=1, version="0", protocol=1)


@pytest.fixture
def other_daemon():
    """A server that grants its status for the token `theirs` alone, as another home's daemon on the port would."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            granted = self.headers["Authorization"] == "Bearer theirs" and self.path == "/v1/status"
            body = json.dumps({"uptime": 1}).encode()
            self.send_response(200 if granted else 401)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_home_is_where_the_person_wants_it(home, monkeypatch):
    assert discovery.home() == home
    monkeypatch.delenv("STUDIOLO_HOME")
    assert discovery.home().name == "studiolo"
    assert discovery.home().is_absolute()


def test_what_is_written_is_read_again(home):
    discovery.write(at(1))
    discovery.write(at(2, token="new"))
    assert discovery.recorded() == at(2, token="new")
    assert [file.name for file in home.iterdir()] == ["daemon.json"]
    discovery.clear()
    discovery.clear()
    assert discovery.recorded() is None


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_the_token_is_for_this_user_alone(home):
    os.umask(old := os.umask(0))
    assert old is not None
    discovery.write(at(1))
    assert stat.S_IMODE((home / "daemon.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": 1}', '{"url": "http://127.0.0.1:1"}', "\xff"])
def test_a_broken_file_is_no_daemon(home, text):
    home.mkdir()
    (home / "daemon.json").write_bytes(text.encode("latin-1"))
    assert discovery.recorded() is None
    assert discovery.read() is None


def test_the_file_of_a_killed_daemon_is_not_believed(home, other_daemon):
    discovery.write(at(other_daemon, token="ours, of yesterday"))
    assert discovery.read() is None
    discovery.write(at(other_daemon, token="theirs"))
    assert discovery.read() == at(other_daemon, token="theirs")
    discovery.write(at(1))
    assert discovery.read() is None


def test_a_daemon_elsewhere_goes_before_this_machine_s_own(home, other_daemon):
    discovery.write(at(other_daemon, token="theirs"))
    away = Running(url="https://studio:1", token="t", pid=0, version="0", protocol=1, certificate="ab" * 32)
    discovery.keep_elsewhere(away)
    assert discovery.elsewhere() == discovery.recorded() == away
    assert (away.by_code, at(1).by_code) == (True, False)
    assert discovery.own() == discovery.read() == at(other_daemon, token="theirs")
    if os.name == "posix":
        assert stat.S_IMODE(discovery.elsewhere_file().stat().st_mode) == 0o600
    discovery.forget_elsewhere()
    discovery.forget_elsewhere()
    assert discovery.elsewhere() is None
    assert discovery.recorded() == at(other_daemon, token="theirs")


def test_none_is_started_in_place_of_one_elsewhere(home):
    discovery.keep_elsewhere(Running(url="https://studio:1", token="t", pid=0, version="0", protocol=1))
    with pytest.raises(StudioloError, match="use the daemon at https://studio:1") as caught:
        start([sys.executable, "-c", f"open({str(home / 'started')!r}, 'w')"])
    assert "studiolo connect --forget" in caught.value.problem.mend
    assert not (home / "started").exists()


def test_a_broken_file_of_one_elsewhere_is_not_passed_over(home):
    discovery.write(at(1))
    discovery.elsewhere_file().write_text("{")
    for ask in (discovery.elsewhere, discovery.recorded, start):
        with pytest.raises(StudioloError, match=r"elsewhere\.json, which says what daemon to use, can't be read"):
            ask()


def test_a_daemon_that_can_not_start_is_told_with_its_own_last_words(home):
    home.mkdir()
    (home / "daemon.out").write_text("words of an earlier day\n")
    with pytest.raises(StudioloError, match="the stove is cold") as caught:
        start([sys.executable, "-c", "import sys; print('kindling', flush=True); sys.exit('the stove is cold')"])
    assert caught.value.problem.code == "no_daemon"
    assert str(home / "daemon.out") in caught.value.problem.mend
    with pytest.raises(StudioloError, match="it said nothing"):
        start([sys.executable, "-c", "pass"])


def test_a_program_that_is_not_there_is_told(home):
    with pytest.raises(StudioloError, match="could not be started") as caught:
        start([str(home / "nothing")])
    assert caught.value.problem.code == "no_daemon"
