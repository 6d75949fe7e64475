"""An installation that works, broken in one way after the other: the doctor says which, and how to mend it."""

import getpass
import json
import os
import platform
import random
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from studiolo_cli import bundle
from studiolo_cli.checks import folder, kept, models, running
from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_client.start import recorded_command, start, stop
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest

WORDS = "a walrus in violet slippers. Nobody else"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc")


@pytest.fixture(scope="module")
def used(tmp_path_factory, painter):
    """A home in which a daemon has painted, and then ended."""
    home = tmp_path_factory.mktemp("used") / "home"
    home.mkdir(mode=0o700)
    (home / "settings.toml").write_text("port = 0\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIOLO_HOME", str(home))
        daemon = start()
        with Client(daemon, "a vault of Violetta") as client:
            job = client.submit(ImageRequest(prompt=WORDS, model=painter, width=32, height=32, steps=2, seed=3))
            job.wait(120)
        stop(daemon)
    return home


@pytest.fixture
def home(used, tmp_path, monkeypatch):
    """A copy of it, to be broken."""
    copy = tmp_path / "home"
    shutil.copytree(used, copy)
    monkeypatch.setenv("STUDIOLO_HOME", str(copy))
    return copy


@pytest.fixture
def daemon(home):
    """The daemon of that copy."""
    daemon = start()
    yield daemon
    for process in {daemon.pid, getattr(discovery.recorded(), "pid", daemon.pid)}:
        if alive(process):
            os.kill(process, signal.SIGKILL)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def a_blob(home):
    return next(file for file in (home / "blobs").glob("??/*") if file.is_file())


def state(file, mode):
    return stat.S_IMODE(file.stat().st_mode) == mode


def spoil(file, start=4096):
    data = bytearray(file.read_bytes())
    data[start : start + 4096] = random.Random(1).randbytes(4096)
    file.write_bytes(bytes(data))


def sql(home, statement, *values):
    db = sqlite3.connect(home / "journal.sqlite3")
    with db:
        db.execute(statement, values)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def write(file, text, mode=0o600):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)


def launch(*command, mode=0o600):
    return lambda home: write(home / "launch.json", json.dumps({"command": command}), mode)


def recorded_daemon(home, pid, **more):
    facts = {"url": "http://127.0.0.1:9", "token": "t", "pid": pid, "version": "0.1.0", "protocol": 1, **more}
    write(home / "daemon.json", json.dumps(facts))


def not_a_folder(home):
    shutil.rmtree(home)
    home.write_text("")


def old_draft(home):
    draft = home / "blobs" / "ab" / ".tmp12345"
    write(draft, "half")
    os.utime(draft, (0, 0))


BREAKS = {
    "a folder that is a file": (not_a_folder, folder.folder, "broken", "can't be written", "STUDIOLO_HOME"),
    "no folder": (shutil.rmtree, folder.folder, "hint", "There is no", "first start"),
    "a folder that others may read": (lambda home: home.chmod(0o755), folder.access, "broken", "may read", "chmod"),
    "a token that others may read": (
        lambda home: write(home / "daemon.json", "{}", 0o644),
        folder.access,
        "broken",
        "daemon.json",
        "chmod",
    ),
    "a setting that is none": (
        lambda home: write(home / "settings.toml", "prot = 1\n"),
        folder.settings,
        "broken",
        "'prot'",
        "Mend that line",
    ),
    "settings that are no TOML": (
        lambda home: write(home / "settings.toml", "port: 1\n"),
        folder.settings,
        "broken",
        "settings.toml is not readable TOML",
        "Mend it",
    ),
    "a torn journal": (lambda home: spoil(home / "journal.sqlite3"), kept.journal, "broken", "journal", "move"),
    "a journal that is none": (
        lambda home: write(home / "journal.sqlite3", "nothing at all" * 400),
        kept.journal,
        "broken",
        "can't be read",
        "move",
    ),
    "a newer journal": (
        lambda home: sql(home, "PRAGMA user_version = 99"),
        kept.journal,
        "broken",
        "A newer Studiolo",
        "Update",
    ),
    "a clock that was turned back": (
        lambda home: sql(home, "UPDATE events SET at = ?", time.time() + 7200),
        kept.journal,
        "hint",
        "a clock was turned",
        "clock by the network",
    ),
    "a journal that was put aside": (
        lambda home: write(home / "journal.sqlite3.broken-20260101-120000", ""),
        kept.put_aside,
        "hint",
        "kept as journal.sqlite3.broken-",
        "bug report",
    ),
    "a changed blob": (
        lambda home: a_blob(home).write_bytes(a_blob(home).read_bytes() + b"x"),
        kept.blobs,
        "broken",
        "bytes that its name says",
        "run its job again",
    ),
    "a blob that was not finished": (old_draft, kept.blobs, "hint", "unfinished", "studiolo gc"),
    "a runtime file that can't be read": (
        lambda home: write(home / "daemon.json", "{"),
        running.runtime_file,
        "broken",
        "can't be read",
        "Delete it",
    ),
    "the runtime file of a killed daemon": (
        lambda home: recorded_daemon(home, 2**22 + 1),
        running.runtime_file,
        "hint",
        "was killed",
        "Nothing needs to be done",
    ),
    "a launch command whose program is gone": (
        launch("/no/python", "-m", "studiolo_daemon"),
        running.launch,
        "broken",
        "not there any more",
        "studiolo serve",
    ),
    "a launch command that others could have written": (
        launch(sys.executable, mode=0o666),
        running.launch,
        "broken",
        "by somebody else",
        "studiolo serve",
    ),
    "a launch command that fails": (
        launch(sys.executable, "-c", "raise SystemExit('the stove is cold')"),
        running.launch,
        "broken",
        "the stove is cold",
        "studiolo serve",
    ),
    "no launch command": (
        lambda home: (home / "launch.json").unlink(),
        running.launch,
        "hint",
        "can start the daemon yet",
        "studiolo serve",
    ),
    "a launch command of another copy": (
        launch(sys.executable, "-c", "pass"),
        running.launch,
        "hint",
        "another copy",
        "studiolo serve",
    ),
    "a model that was half pulled": (
        lambda home: write(home / "models/.pulling/sdxl/part", "half"),
        models.half_pulled,
        "hint",
        "sdxl",
        "studiolo models pull sdxl",
    ),
    "a chosen model that is not there": (
        lambda home: write(home / "settings.toml", "text_model = 'no-such-model'\n"),
        models.chosen,
        "broken",
        "no-such-model",
        "Choose one of",
    ),
}


@posix
@pytest.mark.parametrize("name", BREAKS)
def test_each_break_has_its_line(home, name):
    do, check, state, message, mend = BREAKS[name]
    if name == "a launch command that fails":
        assert [finding.state for finding in check(home)] == ["ok"]
    else:
        assert not [found for found in check(home) if found.state == "broken"]
    do(home)
    found = [finding for finding in check(home) if finding.state == state]
    assert len(found) == 1, found
    assert message in found[0].message
    assert mend in found[0].mend
    assert found[0].message.rstrip().endswith(".")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_a_folder_of_another_user_s(home):
    os.chown(home, 65534, -1)
    assert "another user's" in next(folder.access(home)).message


def test_a_full_disk_and_one_that_will_be(home):
    assert [found.state for found in folder.room(home)] != ["broken"]
    assert [found.state for found in folder.room(home, least=2**60)] == ["broken"]
    assert [found.state for found in folder.room(home, least=0, soon=2**60)] == ["hint"]


def test_a_network_file_system_is_known_by_its_name():
    mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/home /home/a\\040b nfs4 rw 0 0\ntmpfs /home/a\\040b/tmp tmpfs rw 0 0\n"
    assert folder.file_system(Path("/home/a b/studiolo"), mounts) == "nfs4"
    assert folder.file_system(Path("/home/a b/tmp/x"), mounts) == "tmpfs"
    assert folder.file_system(Path("/home/c"), mounts) == "ext4"
    assert folder.file_system(Path("/home/c"), "") == ""


def test_a_model_with_other_bytes(home, starter_home):
    theirs = starter_home / "models" / "starter-text"
    ours = home / "models" / "starter-text"
    try:
        shutil.copytree(theirs, ours, copy_function=os.link)
    except shutil.Error:  # on another disk
        shutil.copytree(theirs, ours, dirs_exist_ok=True)
    assert next(models.starters(home)).message == "starter-text is whole."
    template = (theirs / "chat_template.jinja").read_bytes()
    (ours / "chat_template.jinja").unlink()
    (ours / "chat_template.jinja").write_bytes(template.swapcase())
    found = next(models.starters(home))
    assert found.state == "broken"
    assert "chat_template.jinja" in found.message
    assert "studiolo models pull starter-text" in found.mend


# ---- the daemon


def every(check, home):
    return {found.state for found in check(home)}


def test_a_daemon_that_works_has_nothing_but_good(home, daemon):
    for check in (running.runtime_file, running.answers, running.launch):
        assert every(check, home) == {"ok"}
    assert not every(running.lock, home)
    assert not every(running.port, home)
    assert recorded_command()


@linux
def test_a_daemon_that_hangs_is_named_twice(home, daemon):
    os.kill(daemon.pid, signal.SIGSTOP)
    (hangs,) = running.runtime_file(home)
    (held,) = running.lock(home)
    for found in (hangs, held):
        assert found.state == "broken"
        assert f"{daemon.pid}, stopped" in found.message
        assert f"kill -9 {daemon.pid}" in found.mend


@linux
def test_two_daemons_in_one_folder(home, daemon):
    (home / "daemon.lock").unlink()
    (found,) = running.lock(home)
    assert "does not hold" in found.message
    (home / "daemon.json").unlink()
    second = start()
    try:
        (found,) = running.lock(home)
        assert "2 daemons" in found.message
        assert str(second.pid) in found.message
    finally:
        os.kill(second.pid, signal.SIGKILL)
        os.kill(daemon.pid, signal.SIGKILL)


def test_a_daemon_of_another_version(home, daemon):
    facts = json.loads((home / "daemon.json").read_text())
    write(home / "daemon.json", json.dumps(facts | {"version": "0.0.1"}))
    assert [found.state for found in running.answers(home)] == ["ok", "broken"]


def test_a_port_that_another_program_has(home):
    with socket.create_server(("127.0.0.1", 0)) as server:
        write(home / "settings.toml", f"port = {server.getsockname()[1]}\n")
        (found,) = running.port(home)
    assert found.state == "broken"
    assert not list(running.port(home))


# ---- the command, and what it packs


@pytest.fixture
def doctor(home, tmp_path):
    person = tmp_path / "violetta"
    person.mkdir()
    around = {**os.environ, "HOME": str(person), "USER": "violetta", "LOGNAME": "violetta", "PYTHONUTF8": "1"}

    def run(*arguments):
        command = [sys.executable, "-P", "-m", "studiolo_cli", "doctor", *map(str, arguments)]
        done = subprocess.run(command, env=around, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    return run


def test_the_command_says_what_is_wrong_and_fails(home, doctor, tmp_path):
    status, said, errors = doctor("--json")
    found = json.loads(said)
    assert (status, errors) == (0, ""), found
    assert {one["about"] for one in found} >= {"python", "packages", "device", "folder", "journal", "models"}
    spoil(a_blob(home), 0)
    write(home / "settings.toml", "prot = 1\n")
    status, said, _ = doctor()
    assert status == 1
    assert [line for line in said.splitlines() if line.startswith("BROKEN  settings: ")]
    assert said.splitlines()[-1] == "2 things are broken."
    status, _, errors = doctor("--with-words")
    assert (status, errors.count("\n")) == (2, 1)


def read(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_bundle_has_what_a_report_needs_and_nothing_private(home, daemon, doctor, tmp_path):
    write(home / "settings.toml", f"port = 0\nhost = 'violetta.example.org'\nimage_model = '{home}/mine'\n")
    with (home / "daemon.log").open("a") as log:
        log.write(f"a library quotes {WORDS!r}, and Nobody else\n")
    target = tmp_path / "report.zip"
    status, _, errors = doctor("--bundle", target)
    assert str(target) in errors
    assert status == 1  # the model named there is not
    packed = read(target)
    assert set(packed) >= {
        "report.json",
        "versions.json",
        "hardware.json",
        "settings.json",
        "journal.json",
        "daemon.log",
    }
    for name, text in packed.items():
        for secret in (daemon.token, "walrus", "slippers", "Nobody else", "iolett", str(home), str(tmp_path)):
            assert secret not in text, name
        if len(platform.node()) > 1 and name != "versions.json":
            assert platform.node() not in text
        if name.endswith(".json"):
            json.loads(text)
    assert json.loads(packed["settings.json"]) == {"port": 0, "host": "HIDDEN", "image_model": "STUDIOLO_HOME/mine"}
    assert ["image", "done", "interactive", 1] in json.loads(packed["journal.json"])[
        "jobs: kind, state, priority, how many"
    ]
    assert "is done after" in packed["daemon.log"]
    assert os.name != "posix" or state(target, 0o600)


def test_a_bundle_has_nothing_that_libraries_say_where_nobody_knows_what_was_asked_for(home, tmp_path):
    spoil(home / "journal.sqlite3", 0)
    with (home / "daemon.log").open("a") as log:
        log.write(json.dumps({"message": f"a library quotes {WORDS!r}", "worker": 1, "logger": "x"}) + "\n")
        log.write(f"and another quotes {WORDS!r}\n")
    target = tmp_path / "report.zip"
    bundle.pack(target, [], with_words=False)
    assert "unreadable" in read(target)["journal.json"]
    assert "walrus" not in "".join(read(target).values())
    assert "is done after" in read(target)["daemon.log"]


def test_a_bundle_has_words_where_they_are_asked_for(home, tmp_path):
    target = tmp_path / "report.zip"
    bundle.pack(target, [], with_words=True)
    assert json.loads(read(target)["requests.json"])[0]["prompt"] == WORDS
    bundle.pack(target, [], with_words=False)
    assert "requests.json" not in read(target)
    assert getpass.getuser() not in json.loads(read(target)["versions.json"])
    with pytest.raises(StudioloError, match="can't be written"):
        bundle.pack(tmp_path / "no" / "report.zip", [], with_words=False)
