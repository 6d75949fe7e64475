"""A host program starts the daemon as the daemon wrote down itself, and gives it nothing of its own surroundings."""

import json
import os
import socket
import stat
import sys

import pytest

from studiolo_client import discovery
from studiolo_client.start import DAEMON, launch_file, record_command, recorded_command, recorded_port, start, stop
from studiolo_contract.errors import StudioloError

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


@pytest.fixture
def new_home(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDIOLO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def refusal():
    with pytest.raises(StudioloError) as caught:
        recorded_command()
    assert caught.value.problem.code == "no_daemon"
    assert "studiolo serve" in caught.value.problem.mend
    return caught.value.problem.message


def test_a_daemon_is_started_again_from_within_an_appimage(new_home, monkeypatch):
    new_home.mkdir()
    (new_home / "settings.toml").write_text("port = 0\n")
    stop(start())
    assert recorded_command() == DAEMON
    monkeypatch.setenv("PYTHONHOME", "/tmp/.mount_krita/usr")  # alone this keeps every other Python from starting
    running = start(recorded_command())
    try:
        assert discovery.status(running)
    finally:
        stop(running)


@pytest.mark.parametrize(
    ("around", "kept"), [({}, True), ({"APPDIR": "/tmp/.mount"}, False), ({"APPIMAGE": "/opt/k.AppImage"}, False)]
)
def test_the_daemon_gets_nothing_that_is_meant_for_the_host_program(new_home, monkeypatch, around, kept):
    for name in ("APPDIR", "APPIMAGE"):
        monkeypatch.delenv(name, raising=False)
    program_s_own = {"PYTHONPATH": "/a", "PYTHONHOME": "/b", "PYTHONSTARTUP": "/c"}
    library_s = {"LD_LIBRARY_PATH": "/d", "QT_PLUGIN_PATH": "/e"}
    for name, value in {**around, **program_s_own, **library_s, "LANG": "C.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StudioloError) as caught:
        start([sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"])
    seen = json.loads(caught.value.problem.message.partition("start: ")[2])
    assert not set(program_s_own) & set(seen)
    assert (set(library_s) <= set(seen)) is kept
    assert bool(set(library_s) & set(seen)) is kept
    assert seen["STUDIOLO_HOME"] == str(new_home)
    assert seen["LANG"] == "C.UTF-8"


def test_where_no_daemon_ever_ran_nothing_is_recorded(new_home):
    assert recorded_command() is None
    record_command()
    assert recorded_command() == DAEMON


@posix
def test_the_record_is_private_and_not_believed_if_others_may_write_it(new_home):
    record_command()
    assert stat.S_IMODE(launch_file().stat().st_mode) == 0o600
    for mode in (0o620, 0o602, 0o666):
        launch_file().chmod(mode)
        assert "somebody else" in refusal()
    launch_file().chmod(0o644)
    assert recorded_command() == DAEMON
    if os.geteuid() == 0:
        os.chown(launch_file(), 12345, -1)
        assert "somebody else" in refusal()


def test_a_program_that_is_gone_is_not_run(new_home, tmp_path):
    record_command()
    launch_file().write_text(json.dumps({"command": [str(tmp_path / "gone/python"), "-m", "studiolo_daemon"]}))
    assert "gone/python" in refusal()
    launch_file().write_text(json.dumps({"command": ["python"]}))
    assert "not there any more" in refusal()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"command": null}', '{"command": 7}', "\xff"])
def test_a_broken_record_is_told(new_home, text):
    record_command()
    launch_file().write_bytes(text.encode("latin-1"))
    assert "can't be read" in refusal()


@pytest.mark.parametrize("text", ['{"command": []}', '{"command": [1]}'])
def test_a_record_without_a_program_is_told(new_home, text):
    record_command()
    launch_file().write_text(text)
    assert "names no program" in refusal()


def test_a_program_in_a_flatpak_finds_the_folder_outside_and_starts_nothing(new_home, tmp_path, monkeypatch):
    monkeypatch.delenv("STUDIOLO_HOME")
    monkeypatch.setenv("FLATPAK_ID", "org.kde.krita")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / ".var/app/org.kde.krita/data"))
    monkeypatch.delenv("HOST_XDG_DATA_HOME", raising=False)
    assert discovery.home() == tmp_path / ".local/share/studiolo"
    monkeypatch.setenv("HOST_XDG_DATA_HOME", str(tmp_path / "data"))
    assert discovery.home() == tmp_path / "data/studiolo"
    record_command()
    assert "Flatpak" in refusal()
    monkeypatch.setenv("STUDIOLO_HOME", str(new_home))
    assert discovery.home() == new_home


def test_the_daemon_goes_on_at_the_port_that_it_had_since_pairing_codes_name_it(new_home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        record_command(port)
        running = start()  # somebody has that port just now
        stop(running)
        assert running.url != f"http://127.0.0.1:{port}"
    assert recorded_port() == int(running.url.rpartition(":")[2])
    record_command(port)
    running = start()
    stop(running)
    assert running.url == f"http://127.0.0.1:{port}"
    record_command()  # as an installer does, which knows no port
    assert recorded_port() == port


@pytest.mark.parametrize(
    "said", ["", "[]", "{}", '{"port": "4747"}', '{"port": 0}', '{"port": 70000}', '{"port": true}']
)
def test_what_is_no_port_is_not_taken_for_one(new_home, said):
    new_home.mkdir()
    launch_file().write_text(said)
    assert recorded_port() is None
