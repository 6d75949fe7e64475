"""What goes wrong: jobs that are cancelled, a daemon or a Krita that is killed, one that is not there. Nothing is lost.

Comes last, for most of it leaves a daemon behind that has no model loaded yet.
"""

import json
import time
from types import SimpleNamespace

import numpy as np
import pytest

from studiolo_client import start
from studiolo_contract.image import ImageRequest
from tests.hosts.krita.painter import SLOW


def test_a_job_can_be_cancelled_in_its_midst_and_leaves_nothing(painter):
    painter.document()
    before = painter.state()
    painter.under_way("generate", "a castle at night", style=SLOW)
    painter.run("current().queue.findChild(QtWidgets.QToolButton, 'cancel').click()")
    painter.until("value = not current().work.lines", 5)
    assert painter.run("value = [len(entries()), shown()]") == [0, ""]
    assert painter.state() == before
    painter.results("generate", "a castle at night")


def test_all_of_this_kritas_jobs_can_be_cancelled_and_nobody_elses(painter, daemon):
    painter.document()
    with daemon.client("someone else") as client:
        painter.under_way("generate", "a castle at night", style=SLOW)
        for prompt in ("a lake", "a dragon"):
            painter.set(prompt, style=SLOW)
            painter.ask("generate")
        painter.until("value = len(current().work.lines) == 3")
        other = client.submit(ImageRequest(prompt="a cat", steps=2), "theirs")
        painter.run("KRITA.action('studiolo_cancel_all').trigger()")
        painter.until("value = not current().work.lines", 5)
        assert other.wait(60).outputs
    assert painter.run("value = len(entries())") == 0


def reached(true, patience=30.0):
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_a_result_whose_document_is_gone_waits_however_long_and_can_be_brought_here(painter, daemon):
    painter.document()
    painter.under_way("generate", "a penguin in the snow", style=SLOW)
    painter.document()
    painter.until("value = [line.report.state for line in current().work.lines] == ['homeless']")
    assert painter.run("value = len(entries())") == 0
    job = painter.run("value = current().work.lines[0].pending.job")
    with daemon.client("someone else") as client:

        def pinned():
            return next(info.pinned for info in client.jobs(everyone=True) if info.job == job)

        reached(pinned)
        painter.run("current().queue.findChild(QtWidgets.QToolButton, 'bring_here').click()")
        painter.arrival([])
        reached(lambda: not pinned())
    assert painter.run("value = [entries()[0].prompt, len(current().work.lines)]") == ["a penguin in the snow", 0]


def test_a_job_outlives_a_daemon_that_is_killed(painter, daemon):
    painter.document()
    painter.under_way("generate", "a lake at sunset", style=SLOW)
    daemon.kill()
    painter.until("value = not current().work.connection.connected")
    assert painter.run("value = len(current().work.lines)") == 1
    daemon.start()
    painter.arrival([])
    assert painter.run("value = entries()[0].prompt") == "a lake at sunset"


@pytest.fixture(scope="module")
def reopened(seated, program, daemon, tmp_path_factory):
    """A Krita that was killed while a job was under way, and is started again with the document that it was for: first
    without a daemon, then with one whose token it does not know, at last with the one that still has the job."""
    folder = tmp_path_factory.mktemp("drawings")
    seen = SimpleNamespace(file=folder / "drawing.kra", copy=folder / "copy.kra")
    seated.connected()
    seated.document()
    (seen.name,) = seated.results("generate", "a castle at sunset")
    seated.apply(seen.name)
    seen.picture = seated.picture(seen.name)
    seated.run(f"""
        from krita import InfoObject
        active().setBatchmode(True)
        active().saveAs({str(seen.file)!r})
        active().exportImage({str(seen.copy)!r}, InfoObject())
        active().waitForDone()
    """)
    seen.state = seated.state()
    seated.under_way("generate", "a lake in the forest", style=SLOW)
    program.stop()

    runtime_file = daemon.home / "daemon.json"
    right = json.loads(runtime_file.read_text())
    runtime_file.unlink()
    program.start(seen.file)
    seated.begin()
    seated.until("value = active() is not None and current()._begin.isVisible()")
    seated.set("a dragon")
    seated.ask("generate")
    seen.absent = seated.until("value = shown()")
    runtime_file.write_text(json.dumps(right | {"token": "not this one"}))
    seen.stranger = seated.until(f"value = shown() if shown() != {seen.absent!r} else None")
    runtime_file.write_text(json.dumps(right))
    seated.connected()
    return seen


def test_the_history_is_in_the_document_after_krita_was_started_again(painter, reopened):
    assert painter.run("value = entries()[0].prompt") == "a castle at sunset"
    assert np.array_equal(painter.picture(reopened.name), reopened.picture)
    painter.until(
        f"current().results.choose({reopened.name!r}); value = current().results.current == {reopened.name!r}"
    )


def test_a_job_outlives_a_krita_that_is_killed(painter, reopened, photograph):
    painter.until("value = [entry.prompt for entry in entries()] == ['a castle at sunset', 'a lake in the forest']")
    painter.until("value = not current().work.lines")
    assert painter.state() == reopened.state
    photograph("after-a-crash")


def test_a_copy_that_was_saved_has_the_history_too(painter, reopened):
    painter.run(f"close_all(); KRITA.activeWindow().addView(KRITA.openDocument({str(reopened.copy)!r}))")
    painter.until("value = active() is not None and [entry.prompt for entry in entries()] == ['a castle at sunset']")
    assert np.array_equal(painter.picture(reopened.name), reopened.picture)


def test_without_a_daemon_or_with_the_wrong_token_a_sentence_says_what_to_do(reopened):
    assert "not running" in reopened.absent
    assert "Start" in reopened.absent
    assert "token" in reopened.stranger


def test_the_start_button_starts_the_daemon(painter, daemon):
    painter.document()
    daemon.stop()
    painter.until("value = current()._begin.isVisible()")
    painter.run("current()._begin.click()")
    try:
        painter.connected()
        assert daemon.running().pid != daemon.process.pid
        assert not painter.run("value = current()._begin.isVisible()")
        painter.run("current()._stop.trigger()")
        painter.until("value = not current().work.connection.connected")
        assert daemon.running() is None or not daemon.status()
    finally:
        if daemon.running() is not None and daemon.status():
            start.stop(daemon.running())
        daemon.start()
    painter.connected()
