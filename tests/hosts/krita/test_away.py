"""The daemon is away, or Krita is: nothing that was asked for is lost, and the painter is told in a sentence."""

import json

import pytest

from studiolo_client import discovery
from tests.daemon.conftest import Daemon
from tests.hosts.krita.painter import QUICK, Painter
from tests.hosts.krita.program import Program

STYLE = "none"
"""With all of the model's own steps: long enough to be interrupted."""


@pytest.fixture(scope="module")
def lair(starter_home, tmp_path_factory):
    """A daemon of these tests' own, which they may kill."""
    home = tmp_path_factory.mktemp("away")
    (home / "models").symlink_to(starter_home / "models", target_is_directory=True)
    daemon = Daemon(home).start()
    daemon.stop()  # it has written down how it is started
    yield daemon
    daemon.stop()
    running = daemon.running()
    if running is not None and discovery.status(running):  # one that Krita started
        discovery.ask(running, "POST", "/v1/stop")


@pytest.fixture(scope="module")
def program(screen, lair, package, tmp_path_factory):
    program = Program(screen, tmp_path_factory.mktemp("krita"), lair.home)
    program.install(package)
    program.start()
    yield program
    program.close()


@pytest.fixture
def painter(program, lair):
    """At a Krita without a daemon, until the test starts one."""
    lair.stop()
    painter = Painter(program)
    painter.begin()
    painter.until("value = not current().work.connection.connected", 30)
    return painter


def running(painter):
    painter.until("value = any(line.report.state == 'running' for line in current().work.lines)")


def names(painter):
    return painter.run("value = [entry.id for entry in entries()]")


def test_no_daemon_is_a_sentence_and_a_button_that_starts_one(painter, lair, photograph):
    painter.document()
    painter.set("a castle in the meadow at day")
    painter.ask("generate")
    assert "not running" in painter.until("value = shown()")
    assert painter.run("value = current()._begin.isVisible()")
    photograph("no-daemon")
    painter.run("current()._begin.click()")
    painter.connected()
    assert not painter.run("value = current()._begin.isVisible()")
    assert len(painter.results("generate", "a castle in the meadow at day")) == 1
    assert discovery.ask(lair.running(), "POST", "/v1/stop") is not None
    painter.until("value = not current().work.connection.connected", 30)


def test_a_wrong_token_is_said_and_mended_by_a_new_daemon(painter, lair):
    other = Daemon(lair.home.parent / "other")
    other.home.mkdir(exist_ok=True)
    other.start()
    try:
        told = json.loads((other.home / "daemon.json").read_text()) | {"token": "wrong" * 8}
        (lair.home / "daemon.json").write_text(json.dumps(told))
        assert "token" in painter.until("value = shown() if 'token' in shown() else None", 30)
    finally:
        other.stop()
    lair.start()
    painter.connected()


def test_a_daemon_killed_in_the_middle_of_a_job_finishes_it_after_its_start(painter, lair):
    lair.start()
    painter.connected()
    painter.document()
    before = names(painter)
    painter.set("a castle in the snow at night", style=STYLE, batch=2)
    painter.ask("generate")
    running(painter)
    lair.kill()
    painter.until("value = not current().work.connection.connected", 30)
    lair.start()
    assert len(painter.arrival(before, 120)) == 2


def test_a_job_is_cancelled_and_others_go_on(painter, lair):
    lair.start()
    painter.connected()
    painter.document()
    before = names(painter)
    for prompt in ("a dragon in the desert at sunset", "a whale in the sea at day"):
        painter.set(prompt, style=STYLE if "dragon" in prompt else QUICK, batch=3 if "dragon" in prompt else 1)
        painter.ask("generate")
    running(painter)
    painter.run(
        "current().work.cancel(next(l for l in current().work.lines if 'dragon' in l.pending.prompt).pending.key)"
    )
    assert len(painter.arrival(before)) == 1
    assert painter.run("value = [entry.prompt for entry in entries()]") == ["a whale in the sea at day"]
    assert painter.run("value = [line.pending.prompt for line in current().work.lines]") == []


def test_krita_killed_in_the_middle_of_a_job_finds_its_result_and_its_history_again(painter, lair, program, tmp_path):
    lair.start()
    painter.connected()
    painter.document()
    first = painter.results("generate", "a castle in the desert at dusk")
    seen = painter.picture(first[0])
    file = tmp_path / "castle.kra"
    painter.run(f"active().setBatchmode(True); value = active().saveAs({str(file)!r})")
    painter.set("a cat in the forest at day", style=STYLE, batch=2)
    painter.ask("generate")
    running(painter)
    program.stop()
    program.start(file)
    painter.begin()
    painter.connected()
    painter.until("value = active() is not None")
    came = painter.until("value = [e.prompt for e in entries()] if len(entries()) == 2 else None", 120)
    assert came == ["a castle in the desert at dusk", "a cat in the forest at day"]
    assert (painter.picture(first[0]) == seen).all()
    assert painter.run("value = [line.pending.prompt for line in current().work.lines]") == []


def test_a_result_whose_document_is_gone_waits_and_can_be_brought_here(painter, lair):
    lair.start()
    painter.connected()
    painter.document()
    painter.set("a penguin in the snow at day", style=STYLE, batch=2)
    painter.ask("generate")
    running(painter)
    painter.document()
    painter.until("value = [l for l in current().work.lines if l.report.state == 'homeless'] != []")
    assert painter.run("value = entries()") == []
    painter.run("current()._bring_here()")
    painter.until("value = [e.prompt for e in entries()] == ['a penguin in the snow at day']")
