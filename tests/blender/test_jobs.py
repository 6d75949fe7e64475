"""Tasks and their turns, with a real daemon that paints: what is told, cancelled, killed, set aside and taken up again."""

import threading
import time
from dataclasses import dataclass

import pytest

from studiolo_blender.jobs import Jobs, client_name
from studiolo_blender.pending import PendingFolder
from studiolo_blender.task import Arrival, Aside, Ask, Made, bad
from studiolo_client.job import JobCancelled
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest


@dataclass(frozen=True)
class Paint:
    """Paints some pictures together, then counts their bytes aside."""

    prompt: str = "a lamp"
    count: int = 1
    steps_each: int = 2

    @property
    def title(self):
        return f"Paint: {self.prompt}"

    def steps(self):
        if not self.prompt:
            raise bad("There is no prompt.", "Write one.")

        def request(seed):
            return lambda put: ImageRequest(
                prompt=self.prompt, steps=self.steps_each, width=64, height=64, seed=seed, model="starter-picture"
            )

        arrivals = yield tuple(Ask(request(n), f"Picture {n + 1}") for n in range(self.count))
        assert all(isinstance(arrival, Arrival) for arrival in arrivals)
        threads = yield Aside(lambda: threading.current_thread().name, "Counting")
        again = yield Ask(request(0), "Once more")
        same = again.outputs[0][1] == arrivals[0].outputs[0][1]
        return Made(
            images=tuple(f"{len(arrival.outputs[0][1])} bytes" for arrival in arrivals),
            notes=(threads, f"same: {same}"),
            recipes=tuple(arrival.recipe for arrival in arrivals),
        )


@dataclass(frozen=True)
class Broken:
    """Fails in Python after its first wait."""

    title = "Broken"

    def steps(self):
        yield Aside(lambda: None, "Thinking")
        raise ZeroDivisionError("division by zero")


KINDS = {"Paint": Paint, "Broken": Broken}


@pytest.fixture
def home(daemon, monkeypatch):
    monkeypatch.setenv("STUDIOLO_HOME", str(daemon.home))
    return daemon.home


@pytest.fixture
def open_jobs(home, tmp_path):
    opened = []

    def open_jobs(connect=True, **more):
        ended = []
        jobs = Jobs(client_name(tmp_path / "client"), PendingFolder(tmp_path / "pending", KINDS),
                    finished=ended.append, **more)  # fmt: skip
        jobs.ended = ended
        opened.append(jobs)
        if connect:
            jobs.connect()
        return jobs

    yield open_jobs
    for jobs in opened:
        jobs.close()


def pumped(jobs, until, true, patience=60.0):
    until(lambda: jobs.pump() is None or true(), patience)


def test_a_task_takes_its_turns_and_says_what_it_made(open_jobs, tmp_path):
    jobs = open_jobs()
    labels = []
    underway = jobs.start(Paint(count=2, steps_each=24))  # enough for a busy machine to see one
    made = jobs.wait(underway, progress=lambda underway: labels.append(underway.label))
    assert len(made.images) == 2
    assert made.notes == ("studiolo-aside_0", "same: True")
    assert [recipe.settled.seed for recipe in made.recipes] == [0, 1]
    assert jobs.ended == [underway]
    assert not jobs.here
    assert any(label.startswith("Picture 1: step") for label in labels), labels
    assert any(label.startswith("Picture 2") for label in labels), labels
    assert not list((tmp_path / "pending").glob("*"))


def test_what_makes_no_sense_is_refused_at_the_door(open_jobs):
    jobs = open_jobs()
    with pytest.raises(StudioloError, match=r"There is no prompt. Write one."):
        jobs.start(Paint(prompt=""))
    assert not jobs.here


def test_what_the_daemon_refuses_fails_with_its_sentence(open_jobs):
    jobs = open_jobs()
    with pytest.raises(StudioloError, match=r"weight"):
        jobs.wait(jobs.start(Paint(prompt="(lamp:9)")))
    assert jobs.ended[0].state == "failed"


def test_a_mistake_in_python_is_told_and_nothing_else_stops(open_jobs):
    jobs = open_jobs()
    broken, sound = jobs.start(Broken()), jobs.start(Paint())
    with pytest.raises(StudioloError, match="ZeroDivisionError"):
        jobs.wait(broken)
    assert jobs.wait(sound).images


def test_cancel_reaches_the_daemon(open_jobs, daemon, until):
    jobs = open_jobs()
    underway = jobs.start(Paint(steps_each=200))
    pumped(jobs, until, lambda: underway.share > 0)
    (report,) = underway.reports.values()
    with pytest.raises(JobCancelled):
        jobs.wait(underway, cancelled=lambda: True)
    with daemon.client(client_name_of(jobs)) as client, pytest.raises(JobCancelled):
        client.resume(report.job).wait(60)
    assert not jobs.here


def client_name_of(jobs):
    return jobs._client._name


def test_a_task_cancelled_before_the_daemon_knew_it_does_not_run_on(open_jobs, daemon, until):
    jobs = open_jobs()
    underway = jobs.start(Paint(prompt="a lamp that nobody waits for", steps_each=200))
    jobs.cancel(underway.key)
    with daemon.client(client_name_of(jobs)) as client:

        def over():
            jobs.pump()
            mine = [job for job in client.jobs() if job.state in ("queued", "running")]
            return not mine

        time.sleep(0.5)
        until(over, 20)
    assert underway.state == "cancelled"


def test_a_daemon_that_is_killed_does_not_end_a_task(open_jobs, daemon, until):
    jobs = open_jobs()
    underway = jobs.start(Paint(steps_each=60))
    pumped(jobs, until, lambda: underway.share > 0)
    daemon.kill()
    pumped(jobs, until, lambda: not jobs.connection.connected)
    daemon.start()
    assert jobs.wait(underway).images
    assert jobs.connection.connected


def test_nothing_is_changed_while_blender_may_not_be(open_jobs, until):
    calm = []
    jobs = open_jobs(ready=lambda: bool(calm))
    underway = jobs.start(Paint())
    pumped(jobs, until, lambda: underway.complete)
    for _ in range(10):
        jobs.pump()
    assert underway.step == 1
    calm.append(True)
    assert jobs.wait(underway).images


def test_a_result_waits_for_its_file(open_jobs, until):
    jobs = open_jobs()
    jobs.saved("/a.blend")
    underway = jobs.start(Paint())
    jobs.opened("/b.blend")
    assert not jobs.here
    pumped(jobs, until, lambda: underway.complete)
    jobs.pump()
    assert underway.step == 1
    assert [one.key for one in jobs.elsewhere()] == [underway.key]
    jobs.opened("/a.blend")
    assert jobs.here == (underway,)
    assert jobs.wait(underway).images
    assert not jobs.elsewhere()


def test_a_file_saved_under_another_name_takes_its_tasks_along(open_jobs):
    jobs = open_jobs()
    underway = jobs.start(Paint())
    jobs.saved("/c.blend")
    jobs.opened("/d.blend")
    jobs.opened("/c.blend")
    assert jobs.wait(underway).images


def test_a_result_is_brought_to_another_file_on_request(open_jobs):
    jobs = open_jobs()
    underway = jobs.start(Paint())
    jobs.opened("")
    assert not jobs.here
    jobs.bring_here(underway.key)
    assert jobs.wait(underway).images


def test_an_ended_blender_takes_its_tasks_up_again_without_a_second_job(open_jobs, daemon, until):
    first = open_jobs()
    first.saved("/e.blend")
    underway = first.start(Paint(steps_each=80))
    pumped(first, until, lambda: underway.share > 0)
    (report,) = underway.reports.values()
    first.close()
    second = open_jobs()
    assert [one.task for one in second.elsewhere()] == [Paint(steps_each=80)]
    second.opened("/e.blend")
    (again,) = second.here
    made = second.wait(again)
    assert made.images
    with daemon.client(client_name_of(second)) as client:
        assert client.resume(report.job).wait(5).recipe == made.recipes[0]


def test_a_broken_note_of_a_task_is_passed_over(open_jobs, tmp_path, caplog):
    (tmp_path / "pending").mkdir()
    (tmp_path / "pending/x.json").write_text("{")
    jobs = open_jobs()
    assert not jobs.elsewhere()
    assert "x.json can't be read" in caplog.text


def test_without_a_daemon_the_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("STUDIOLO_HOME", str(tmp_path / "empty"))
    monkeypatch.setattr("studiolo_blender.jobs.PATIENCE", 2.0)
    jobs = Jobs("blender-test", PendingFolder(tmp_path / "pending", KINDS))
    try:
        with pytest.raises(StudioloError, match="serve"):
            jobs.connect()
    finally:
        jobs.close()
