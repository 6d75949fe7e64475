"""`connect` as a process: a machine without a daemon of its own uses one that listens outside, over TLS.

127.0.0.2 stands in for another machine; the second home is what is kept on this one.
"""

import dataclasses
import json
import os
import stat
import sys
import zipfile

import pytest
import trustme

from studiolo_cli.checks.elsewhere import elsewhere
from studiolo_client import discovery
from studiolo_client.discovery import Running
from studiolo_client.pairing import read_code, write_code
from tests.cli.conftest import CommandLine
from tests.cli.test_commands import BRIEF, SHORT, told
from tests.daemon.conftest import Daemon, certified, open_to_others

HOST = "127.0.0.2"
pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no 127.0.0.2 of itself.")


@pytest.fixture(scope="module")
def studio(starter_home, tmp_path_factory):
    """The daemon of the other machine."""
    home = tmp_path_factory.mktemp("studio")
    open_to_others(home, HOST, certified(home, trustme.CA().issue_cert(HOST)))
    (home / "models").symlink_to(starter_home / "models", target_is_directory=True)
    daemon = Daemon(home).start()
    yield daemon
    daemon.stop()


@pytest.fixture(scope="module")
def there(studio, tmp_path_factory):
    """The command line of the other machine."""
    return CommandLine(studio.home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def code(there):
    """A pairing code for this machine."""
    status, output, errors = there("pair", "laptop", "--outside")
    assert (status, "`studiolo connect` there" in errors) == (0, True), errors
    return output.strip()


@pytest.fixture
def here(tmp_path):
    """The command line of this machine, on a home where nothing was ever started."""
    (tmp_path / "desk").mkdir()
    return CommandLine(tmp_path / "home", tmp_path / "desk")


@pytest.fixture
def laptop(here, code):
    """The same, connected."""
    assert here("connect", code)[0] == 0
    return here


def kept(here):
    return discovery.read_file(here.home / "elsewhere.json")


def nothing_started(here):
    return not any((here.home / name).exists() for name in ("daemon.json", "daemon.lock", "journal.sqlite3"))


def test_a_code_is_checked_kept_for_this_user_alone_and_forgotten(here, code):
    status, output, errors = here("connect", code)
    assert (status, output) == (0, "")
    assert f"at {read_code(code).url}, where this is laptop.\n" in errors
    assert read_code(code).token not in errors
    file = here.home / "elsewhere.json"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept(here).certificate == read_code(code).certificate
    assert here("connect", "--forget") == (0, "", "This machine's own daemon is used again.\n")
    assert not file.exists()
    assert here("connect", "--forget") == (0, "", "No daemon elsewhere was used.\n")


def test_the_code_may_come_by_standard_input(here, code):
    assert here("connect", feed=f"{code}\n".encode())[0] == 0
    assert kept(here).token == read_code(code).token


def test_a_text_is_written_there_with_nothing_started_here(laptop, studio):
    status, output, errors = laptop("write", BRIEF, *SHORT)
    assert status == 0, errors
    assert output.strip()
    assert "Starting" not in errors
    assert nothing_started(laptop)
    jobs = json.loads(laptop("jobs", "--json")[1])
    assert [job["state"] for job in jobs] == ["done"]
    with studio.client("cli") as client:
        assert client.jobs() == ()  # the owner's own commands have other jobs


def test_status_and_doctor_say_where_it_is(laptop, code):
    url = read_code(code).url
    status, output, errors = laptop("status")
    assert (status, errors) == (0, "")
    assert f"runs elsewhere, at {url}; there this is laptop." in output
    assert "studiolo connect --forget" in output
    facts = json.loads(laptop("status", "--json")[1])
    assert (facts["running"], facts["elsewhere"], facts["url"]) == (True, True, url)
    findings = json.loads(laptop("doctor", "--json", "--bundle", "report.zip")[1])
    assert [f["state"] for f in findings if f["about"] == "elsewhere"] == ["ok"]
    assert not [f for f in findings if f["about"] in ("daemon", "launch")]
    with zipfile.ZipFile(laptop.folder / "report.zip") as archive:
        packed = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "https://ELSEWHERE, which answers" in packed
    assert read_code(code).token not in packed
    assert HOST not in packed


def test_models_are_those_that_are_there(laptop):
    status, output, errors = laptop("models", "list", "--json")
    assert status == 0, errors
    assert [model["name"] for model in json.loads(output) if model["default"] and model["kind"] == "text"]
    assert next(model for model in json.loads(output) if model["name"] == "starter-text")["installed"]
    absent = laptop("write", BRIEF, "--model", "qwen3-0.6b")
    assert told(absent, "model_missing", "Run `studiolo models pull qwen3-0.6b` there.", 1)
    (laptop.folder / "my-model").mkdir()
    assert told(laptop("write", BRIEF, "--model", "my-model"), "bad_request", "reads no models from here", 2)
    assert told(laptop("write", BRIEF, "--model", "/models/x"), "bad_request", "and not by a folder", 2)


def test_what_belongs_to_a_machine_is_done_on_it(laptop, code):
    url = read_code(code).url
    assert told(laptop("stop"), "no_daemon", f"use the daemon at {url}", 1)
    assert told(laptop("pair", "tablet"), "bad_request", "on its own machine", 2)
    assert laptop("free")[0] == 0
    assert laptop("gc")[0] == 0  # this machine's own folder
    assert not (laptop.home / "daemon.json").exists()


def test_a_daemon_here_is_served_beside_it_and_ended_alone(laptop, studio):
    own = Daemon(laptop.home).start()
    try:
        assert "runs elsewhere" in laptop("status")[1]
        assert laptop("stop") == (0, "", "The daemon has ended.\n")
        assert own.process.wait(20) == 0
    finally:
        own.stop()
    assert studio.status() is not None


def test_what_is_wrong_with_a_code_is_said_and_nothing_is_changed(laptop, code):
    good = read_code(code)
    before = kept(laptop)
    closed = good.url.rpartition(":")[0] + ":9"
    assert told(laptop("connect", code[:-9]), "bad_request", "no pairing code", 2)
    assert told(laptop("connect"), "bad_request", "no pairing code", 2)
    assert told(laptop("connect", code, "--forget"), "bad_request", "a code or --forget", 2)
    nobody = write_code(closed, good.token, good.certificate)
    assert told(laptop("connect", nobody), "no_daemon", "nothing listens there", 1)
    inside = write_code("http://127.0.0.1:9", good.token)
    assert told(laptop("connect", inside), "no_daemon", "pair NAME --outside", 1)
    other = write_code(good.url, good.token, "ab" * 32)
    assert told(laptop("connect", other), "no_daemon", "another certificate", 1)
    stranger = write_code(good.url, "x", good.certificate)
    assert told(laptop("connect", stranger), "bad_token", "does not know this pairing code", 1)
    assert kept(laptop) == before


def test_who_was_revoked_hears_what_to_do(here, there, monkeypatch):
    assert here("connect", there("pair", "phone", "--outside")[1])[0] == 0
    assert there("pair", "--revoke", "phone")[0] == 0
    for command in (("status",), ("write", BRIEF)):
        outcome = here(*command)
        assert told(outcome, "bad_token", "does not know this pairing code, or not any more", 1)
        assert "studiolo connect --forget" in outcome[2]
    facts = json.loads(here("status", "--json")[1])
    assert (facts["running"], facts["problem"]["code"]) == (False, "bad_token")
    monkeypatch.setenv("STUDIOLO_HOME", str(here.home))
    (finding,) = elsewhere(here.home)
    assert (finding.state, "not any more" in finding.message) == ("broken", True)
    assert nothing_started(here)


def test_one_that_is_gone_or_is_another_is_not_replaced_by_one_here(laptop):
    good = kept(laptop)
    gone = dataclasses.replace(good, url=good.url.rpartition(":")[0] + ":9")
    for running, sentence in ((gone, "nothing listens there"), (_other(good), "another certificate")):
        (laptop.home / "elsewhere.json").write_text(json.dumps(dataclasses.asdict(running)))
        assert told(laptop("write", BRIEF), "no_daemon", sentence, 1)
        assert told(laptop("status"), "no_daemon", sentence, 1)
    (laptop.home / "elsewhere.json").write_text("{")
    assert told(laptop("write", BRIEF), "no_daemon", "can't be read", 1)
    assert nothing_started(laptop)
    assert laptop("connect", "--forget")[0] == 0


def _other(running: Running) -> Running:
    return dataclasses.replace(running, certificate="ab" * 32)
