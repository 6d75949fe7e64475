"""The line to a real daemon: what it tells, what it refuses, and what it lives through."""

import threading
import time
from dataclasses import replace

import pytest

from studiolo_client import discovery
from studiolo_contract.image import ImageRequest
from studiolo_krita import pixels, task
from studiolo_krita.errors import PluginError
from studiolo_krita.geometry import Bounds
from studiolo_krita.link import Link
from studiolo_krita.task import Shot, Wish
from tests.krita.painting import bytes_of, noise, numbers

LAMP = ImageRequest(prompt="a lamp", steps=2, width=64, height=64, seed=3)
LONG = ImageRequest(prompt="a lamp", steps=200, width=64, height=64, seed=3)


class Heard:
    """All that a link has told, on the thread where Krita's widgets live."""

    def __init__(self, link):
        self.link = link
        self.connections, self.reports, self.previews, self.arrivals, self.refusals = [], [], [], [], []
        self.threads = set()
        for signal, kept in (
            (link.connection, self.connections),
            (link.reported, self.reports),
            (link.previewed, self.previews),
            (link.arrived, self.arrivals),
            (link.refused, self.refusals),
        ):
            signal.connect(lambda *told, kept=kept: self._keep(kept, told))

    def _keep(self, kept, told):
        self.threads.add(threading.current_thread())
        kept.append(told[0] if len(told) == 1 else told)

    @property
    def connected(self):
        return bool(self.connections) and self.connections[-1].connected

    def states(self, key):
        """Each state that a job was in, once."""
        return list(dict.fromkeys(report.state for report in self.reports if report.key == key))

    def last(self, key):
        return next((report for report in reversed(self.reports) if report.key == key), None)

    def arrival(self, key):
        return next((arrival for arrival in self.arrivals if arrival.key == key), None)


@pytest.fixture
def open_link(application, request):
    """Makes links that are closed after the test, each test's under a name of its own: a key is one job's for good."""
    links = []

    def make(name=request.node.name):
        heard = Heard(Link(name))
        links.append(heard.link)
        heard.link.open()
        return heard

    yield make
    for link in links:
        link.close()
    application.processEvents()  # what is still on its way comes while there is somebody to hear it


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDIOLO_HOME", str(tmp_path))
    return tmp_path


# ---- without a daemon


def test_where_no_daemon_is_a_job_is_refused_with_what_to_do(empty_home, open_link, until):
    heard = open_link()
    heard.link.submit("a", lambda put: LAMP)
    until(lambda: heard.refusals and heard.connections)
    (key, problem), *_ = heard.refusals
    assert key == "a"
    assert problem.code == "no_daemon"
    assert problem.message == "Studiolo's daemon is not running."
    assert problem.mend
    assert not heard.connected
    heard.link.cancel("unknown")
    heard.link.resume("b", "unknown")
    until(lambda: len(heard.refusals) == 3)


def test_a_krita_that_never_saw_a_daemon_says_how_to_start_one(empty_home, open_link, until):
    heard = open_link()
    heard.link.start_daemon()
    until(lambda: any(connection.problem for connection in heard.connections))
    assert any(connection.starting for connection in heard.connections)
    problem = next(connection.problem for connection in heard.connections if connection.problem)
    assert "studiolo serve" in problem.mend


def test_closing_ends_the_thread_before_anything_was_said(empty_home):
    link = Link("krita-test")
    link.open()
    link.close()
    assert not link._client._thread.is_alive()


# ---- with one


def test_a_job_arrives_although_the_daemon_was_killed(daemon, open_link, until):
    heard = open_link()
    heard.link.submit("a", lambda put: LAMP)
    until(lambda: heard.last("a") and heard.last("a").state == "running", 60)
    job = heard.last("a").job
    daemon.kill()
    until(lambda: not heard.connected)
    daemon.start()
    until(lambda: heard.connected)
    until(lambda: heard.arrivals, 90)
    assert heard.arrivals[0].job == job
    assert [connection.connected for connection in heard.connections][-3:] == [True, False, True]
    assert not heard.refusals


def test_a_job_is_reported_previewed_and_arrives(daemon, open_link, until):
    heard = open_link()
    until(lambda: heard.connected)
    assert any(model.kind == "image" and model.installed for model in heard.connections[-1].models)
    seen = bytes_of(numbers(noise(96, 64)))
    canvas = Bounds(0, 0, 96, 64)
    wish = Wish("refine", "a lamp", steps=40, native=64, strength=0.9, seed=3)
    shot = Shot("a", wish, "document", "", canvas, canvas, 0.0, pixels=seen)
    heard.link.submit("a", lambda put: task.request(shot, put))
    until(lambda: heard.arrivals, 60)
    assert heard.states("a")[-2:] == ["running", "done"]
    steps = [report for report in heard.reports if report.stage == "steps"]
    assert [report.done for report in steps] == sorted(report.done for report in steps)
    assert steps[-1].done == steps[-1].total > 1
    key, preview = heard.previews[-1]
    assert key == "a"
    assert (preview.format(), preview.isNull()) == (pixels.ARGB, False)
    arrival = heard.arrivals[0]
    assert (arrival.key, arrival.job) == ("a", heard.last("a").job)
    assert arrival.recipe.final_prompt == "a lamp"
    (output, data), *others = arrival.outputs
    assert not others
    image = pixels.decode(data)
    assert (image.width(), image.height()) == (output.width, output.height)
    assert heard.threads == {threading.main_thread()}
    assert not heard.refusals


def test_the_same_key_is_the_same_job(daemon, open_link, until):
    heard = open_link()
    heard.link.submit("twice", lambda put: LAMP)
    heard.link.submit("twice", lambda put: LAMP)
    until(lambda: len(heard.arrivals) == 2, 60)
    assert len({arrival.job for arrival in heard.arrivals}) == 1


def test_what_cannot_be_prepared_is_refused_and_the_line_goes_on(daemon, open_link, until):
    heard = open_link()

    def without_a_selection(put):
        raise PluginError("no_selection")

    def broken(put):
        raise ZeroDivisionError("by nothing")

    heard.link.submit("a", without_a_selection)
    heard.link.submit("b", broken)
    heard.link.submit("c", lambda put: ImageRequest(prompt="a lamp", model="no such model"))
    heard.link.submit("d", lambda put: LAMP)
    until(lambda: heard.arrival("d"), 60)
    told = dict(heard.refusals)
    assert (told["a"].message, told["a"].mend) == (
        "Nothing is selected.",
        "Select what should be painted, then try again.",
    )
    assert told["b"].message == "ZeroDivisionError: by nothing."
    assert told["b"].mend
    assert "no such model" in told["c"].message
    assert set(told) == {"a", "b", "c"}


def test_a_job_is_cancelled(daemon, open_link, until):
    heard = open_link()
    heard.link.submit("a", lambda put: LONG)
    until(lambda: heard.last("a") and heard.last("a").state == "running", 60)
    heard.link.cancel(heard.last("a").job)
    until(lambda: heard.last("a").state == "cancelled")
    assert not heard.arrivals


def test_waiting_jobs_are_told_their_places_and_change_them(daemon, open_link, until):
    heard = open_link()
    for seed, key in enumerate("abc"):
        heard.link.submit(key, lambda put, seed=seed: replace(LONG, seed=seed))  # the very same would be one
    until(lambda: heard.last("c") and heard.last("a").state == "running" and heard.last("c").position is not None, 60)
    until(lambda: heard.last("b").position < heard.last("c").position)
    heard.link.move(heard.last("c").job, heard.last("b").job)
    until(lambda: heard.last("c").position < heard.last("b").position)
    for key in "abc":
        heard.link.cancel(heard.last(key).job)
    until(lambda: all(heard.last(key).state == "cancelled" for key in "abc"))


def test_a_result_is_collected_after_krita_was_closed(daemon, open_link, until):
    before = open_link()
    before.link.submit("a", lambda put: LAMP)
    until(lambda: before.last("a"), 60)
    job = before.last("a").job
    before.link.close()
    after = open_link()
    after.link.resume("a", job)
    until(lambda: after.arrivals, 60)
    assert pixels.decode(after.arrivals[0].outputs[0][1]).width() == 64


def test_a_job_is_pinned_and_let_go_again(daemon, open_link, until):
    heard = open_link("krita-pins")
    heard.link.submit("a", lambda put: LAMP)
    until(lambda: heard.arrivals, 60)
    job = heard.last("a").job
    with daemon.client("krita-pins") as client:

        def pinned():
            return next(info.pinned for info in client.jobs() if info.job == job)

        heard.link.pin(job)
        until(pinned)
        heard.link.unpin(job)
        until(lambda: not pinned())
    assert not heard.refusals


def test_another_krita_s_job_is_none_of_ours(daemon, open_link, until):
    ours, theirs = open_link("krita-ours"), open_link("krita-theirs")
    ours.link.submit("a", lambda put: LAMP)
    until(lambda: ours.arrivals, 60)
    theirs.link.resume("a", ours.last("a").job)
    until(lambda: theirs.refusals)
    assert theirs.refusals[0][1].code == "unknown_job"


def test_closing_ends_the_thread_and_leaves_the_job_alone(daemon, open_link, until):
    heard = open_link("krita-closed")
    heard.link.submit("a", lambda put: LONG)
    until(lambda: heard.last("a") and heard.last("a").state == "running", 60)
    threads = set(threading.enumerate())
    started = time.monotonic()
    heard.link.close()
    assert time.monotonic() - started < 2
    assert not heard.link._client._thread.is_alive()
    assert len(set(threading.enumerate())) < len(threads)
    with daemon.client("krita-closed") as client:
        job = client.resume(heard.last("a").job)
        assert not job.over
        client.cancel(job)


def test_the_daemon_is_stopped_and_started_from_krita(daemon, open_link, until):
    heard = open_link()
    until(lambda: heard.connected)
    heard.link.stop_daemon()
    until(lambda: not heard.connected)
    until(lambda: discovery.read() is None)
    heard.link.start_daemon()
    until(lambda: heard.connected, 40)
    assert any(connection.starting for connection in heard.connections)
    heard.link.stop_daemon()
    until(lambda: discovery.read() is None)
