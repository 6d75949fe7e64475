"""The promises of the daemon, kept by a real one with real workers and the real starter model."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from studiolo_client.job import JobCancelled
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Context, Queued, Result, Started, Text
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture, hash_of
from studiolo_contract.text import Sampling, TextRequest
from tests.daemon.conftest import frugal, with_models

SHORT = TextRequest(
    text="The lighthouse keeper heard music under the sea.", mode="continue", seed=7, max_tokens=24, candidates=1
)
LONG = TextRequest(
    text="It rained for forty days.",
    mode="continue",
    seed=7,
    max_tokens=4000,
    candidates=1,
    # the end of the text is not let come, so that there is time to be rough
    sampling=Sampling(banned_phrases=("<|im_end|>", "<|endoftext|>")),
)


@pytest.fixture(scope="module")
def daemon(starter_home, tmp_path_factory):
    """One of its own: here workers die, and the daemon too."""
    yield from with_models(frugal(tmp_path_factory.mktemp("home")), starter_home)


def wait_until(true, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def written(job):
    return any(isinstance(happened.event, Text) for happened in job.log)


def kinds(job):
    return [type(happened.event).__name__ for happened in job.log]


def picture(painter, steps=1):
    """A small picture that never has a twin; of these one is painted at a time."""
    return ImageRequest(prompt="a lamp", model=painter, steps=steps, width=32, height=32)


def worker_of(daemon, kind="text"):
    return daemon.status()["lanes"][kind]["worker"]


def test_the_daemons_own_process_never_loads_torch():
    script = "import sys, studiolo_daemon.__main__, studiolo_daemon.app; print(sorted({'torch', 'transformers', 'diffusers', 'numpy'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "[]"


def test_text_streams_and_its_log_is_whole(daemon):
    with daemon.client() as client:
        job = client.submit(SHORT)
        log = list(job.events(timeout=60))
    assert [happened.seq for happened in log] == list(range(1, len(log) + 1))
    events = [happened.event for happened in log]
    assert [type(event) for event in events[:2]] == [Queued, Started]
    assert any(isinstance(event, Context) for event in events)
    result = events[-1]
    assert isinstance(result, Result)
    text = "".join(event.text for event in events if isinstance(event, Text))
    assert result.outputs[0].text.strip()
    assert text.startswith(result.outputs[0].text[:20])
    assert result.recipe.settled.seed == 7
    assert result.recipe.model == "starter-text"
    assert len(result.recipe.model_sha256) == 64


def test_the_recipe_gives_the_same_text_again(daemon):
    with daemon.client() as client:
        first = client.submit(TextRequest(text="A door that was not there yesterday.", max_tokens=30)).wait(60)
        again = client.submit(first.recipe.settled).wait(60)
    assert again.outputs == first.outputs
    assert again.recipe.settled == first.recipe.settled


def test_the_same_key_is_the_same_job(daemon):
    with daemon.client("one") as one, daemon.client("two") as two:
        job = one.submit(SHORT, key="once")
        same = one.submit(SHORT, key="once")
        other = two.submit(SHORT, key="once")
        assert same.id == job.id != other.id
        assert same.wait(60).outputs == job.wait(60).outputs
        other.wait(60)
        later = one.submit(SHORT, key="once")
        assert later.id == job.id
        assert list(later.events(timeout=60)) == list(job.events())


def test_cancel_reaches_a_running_and_a_waiting_job_and_may_be_said_twice(daemon, painter):
    with daemon.client() as client:
        running = client.submit(LONG)
        painted = client.submit(picture(painter, steps=200))
        waiting = client.submit(picture(painter))
        wait_until(lambda: written(running) and "Progress" in kinds(painted), 60)
        for job in (waiting, running, running, painted):
            client.cancel(job)
        for job in (waiting, running, painted):
            with pytest.raises(JobCancelled):
                job.wait(60)
        client.cancel(running)
        assert "Started" not in kinds(waiting)
        assert client.submit(SHORT).wait(60)


def test_only_the_owner_may_cancel_or_read(daemon):
    with daemon.client("owner") as owner, daemon.client("stranger") as stranger:
        job = owner.submit(SHORT)
        for forbidden in (stranger.cancel, stranger.resume):
            with pytest.raises(StudioloError) as caught:
                forbidden(job.id)
            assert caught.value.problem.code == "unknown_job"
        assert job.wait(60)
        assert job.id not in {info.job for info in stranger.jobs()}
        assert ("owner", "") in {
            (info.client, info.title) for info in stranger.jobs(everyone=True) if info.job == job.id
        }


def test_a_killed_worker_costs_one_retry_of_its_own_job_only(daemon, painter):
    with daemon.client() as client:
        job = client.submit(LONG.__class__(**{**LONG.__dict__, "max_tokens": 120}))
        elsewhere = client.submit(picture(painter, steps=8))
        wait_until(lambda: written(job))
        os.kill(worker_of(daemon), signal.SIGKILL)
        wait_until(lambda: kinds(job).count("Started") == 2)
        behind = client.submit(SHORT)
        assert job.wait(90).outputs[0].text
        attempts = [happened.event.attempt for happened in job.log if isinstance(happened.event, Started)]
        assert attempts == [1, 2]
        for other in (behind, elsewhere):
            other.wait(60)
            assert kinds(other).count("Started") == 1


def test_all_that_were_on_a_killed_worker_are_tried_again_and_only_the_one_that_kills_alone_fails(daemon):
    with daemon.client() as client:
        long = [LONG.__class__(**{**LONG.__dict__, "seed": seed}) for seed in (1, 2)]
        guilty, innocent = (
            client.submit(long[0]),
            client.submit(long[1].__class__(**{**long[1].__dict__, "max_tokens": 60})),
        )
        wait_until(lambda: written(guilty) and written(innocent), 60)
        assert set(daemon.status()["lanes"]["text"]["running"]) == {guilty.id, innocent.id}
        os.kill(worker_of(daemon), signal.SIGKILL)
        while not guilty.over:
            before = kinds(guilty).count("Started")
            wait_until(
                lambda: (
                    guilty.over
                    or (kinds(guilty)[-1] == "Text" and daemon.status()["lanes"]["text"]["running"] == [guilty.id])
                ),
                90,
            )
            if not guilty.over:
                os.kill(worker_of(daemon), signal.SIGKILL)
                wait_until(lambda before=before: guilty.over or kinds(guilty).count("Started") > before, 60)
        with pytest.raises(StudioloError) as caught:
            guilty.wait(1)
        assert caught.value.problem.code == "worker_died"
        assert innocent.wait(90).outputs[0].text
        assert kinds(innocent).count("Started") == 2
        assert kinds(guilty).count("Started") == 3


def test_a_job_that_kills_twice_fails_with_the_reason_and_the_next_one_runs(daemon):
    with daemon.client() as client:
        job = client.submit(LONG)
        for attempt in (1, 2):
            wait_until(lambda attempt=attempt: kinds(job).count("Started") == attempt and kinds(job)[-1] == "Text", 60)
            os.kill(worker_of(daemon), signal.SIGKILL)
        with pytest.raises(StudioloError) as caught:
            job.wait(30)
        assert caught.value.problem.code == "worker_died"
        assert "SIGKILL" in caught.value.problem.message
        assert client.submit(SHORT).wait(60)


@pytest.mark.skipif(os.name != "posix", reason="stops a process as only POSIX can")
def test_a_stuck_worker_is_gone_and_replaced_after_a_cancel_and_who_was_on_it_goes_on(daemon):
    with daemon.client() as client, daemon.client("neighbour") as neighbour:
        job = client.submit(LONG)
        beside = neighbour.submit(LONG.__class__(**{**LONG.__dict__, "seed": 8, "max_tokens": 60}))
        wait_until(lambda: written(job) and written(beside), 60)
        stuck = worker_of(daemon)
        os.kill(stuck, signal.SIGSTOP)
        client.cancel(job)
        with pytest.raises(JobCancelled):
            job.wait(60)
        wait_until(lambda: worker_of(daemon) not in (None, stuck))
        assert not psutil.pid_exists(stuck)
        assert client.submit(SHORT).wait(60)
        assert beside.wait(60).outputs[0].text
        assert kinds(beside).count("Started") == 2


def test_blobs_are_put_once_and_come_back(daemon):
    data = os.urandom(5_000_000)
    with daemon.client() as client:
        name = client.put(data)
        assert name == hash_of(data)
        assert client.put(data) == name
        assert client.get(name) == data
        with pytest.raises(StudioloError) as caught:
            client.get("0" * 64)
        assert caught.value.problem.code == "unknown_blob"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (TextRequest(text="a", model="no-such-model"), "unknown_model"),
        (TextRequest(text="a", mode="sonata"), "bad_request"),
        (TextRequest(text="a", style="loud"), "bad_request"),
        (TextRequest(text="a", json_schema="{"), "bad_request"),
        (TextRequest(text="a", model="sd-turbo"), "bad_request"),
        (ImageRequest(prompt="a", image=Picture(sha256="0" * 64, width=8, height=8)), "unknown_blob"),
        (ImageRequest(prompt="a", depth_image=Picture(sha256="0" * 64, width=8, height=8)), "unknown_blob"),
        (ImageRequest(prompt="a", mask=Picture(sha256="0" * 64, width=8, height=8)), "bad_request"),
    ],
)
def test_what_cannot_be_done_is_refused_at_the_door(daemon, request_, code):
    with daemon.client() as client:
        with pytest.raises(StudioloError) as caught:
            client.submit(request_)
        assert caught.value.problem.code == code
        assert caught.value.problem.mend
        assert client.jobs() is not None


def test_interactive_work_goes_before_batches(daemon, painter):
    with daemon.client("batcher") as batcher, daemon.client("artist") as artist:
        blocker = batcher.submit(picture(painter, steps=200), priority="batch")
        wait_until(lambda: "Progress" in kinds(blocker), 60)
        batch = batcher.submit(picture(painter), priority="batch")
        urgent = artist.submit(picture(painter))
        wait_until(lambda: [h.event.position for h in batch.log if isinstance(h.event, Queued)] == [1, 2], 10)
        batcher.cancel(blocker)
        assert urgent.wait(60)
        batch.wait(60)
        start = {job: next(h.at for h in job.log if isinstance(h.event, Started)) for job in (urgent, batch)}
        assert start[urgent] < start[batch]


def test_text_and_pictures_are_made_at_the_same_time(daemon):
    request = ImageRequest(prompt="a whale in the sea", seed=1, steps=4)
    with daemon.client() as client:
        client.submit(request).wait(120)  # from here on the worker is warm
        text = client.submit(LONG)
        wait_until(lambda: written(text), 60)
        picture = client.submit(request).wait(120)
        assert picture.outputs[0].width == picture.outputs[0].height == 256
        assert not text.over
        client.cancel(text)
        with pytest.raises(JobCancelled):
            text.wait(60)


def test_a_broken_picture_gets_a_sentence_and_the_daemon_goes_on(daemon):
    with daemon.client() as client:
        broken = Picture(sha256=client.put(b"\x89PNG\r\n\x1a\n and then nothing"), width=8, height=8)
        with pytest.raises(StudioloError) as caught:
            client.submit(ImageRequest(prompt="a", image=broken)).wait(120)
        assert caught.value.problem.code == "bad_picture"
        assert caught.value.problem.mend
        assert client.submit(SHORT).wait(60)


# last, since with a daemon its warm workers go


def test_a_killed_daemon_loses_nothing(daemon):
    with daemon.client("survivor") as client:
        done = client.submit(SHORT, key="done")
        done.wait(60)
        running = client.submit(LONG.__class__(**{**LONG.__dict__, "max_tokens": 150}), key="running")
        waiting = client.submit(SHORT, key="waiting")
        wait_until(lambda: written(running), 60)
        orphan = worker_of(daemon)
        daemon.kill()
        wait_until(lambda: not psutil.pid_exists(orphan), 10)
        daemon.start()
        for job in (running, waiting):
            assert job.wait(90).outputs[0].text
            assert [happened.seq for happened in job.log] == list(range(1, len(job.log) + 1))
        assert kinds(running).count("Started") == 2
        assert client.submit(SHORT, key="done").id == done.id
        with daemon.client("survivor") as another:
            again = another.resume(running.id)
            assert tuple(again.events(timeout=60)) == running.log


@pytest.mark.skipif(os.name != "posix", reason="stops a process as only POSIX can")
def test_a_cancel_outlives_the_daemon_that_heard_it(daemon):
    with daemon.client("survivor") as client:
        running = client.submit(LONG)
        wait_until(lambda: written(running), 60)
        stuck = psutil.Process(worker_of(daemon))
        stuck.suspend()
        client.cancel(running)
        daemon.kill()
        stuck.kill()
        daemon.start()
        with pytest.raises(JobCancelled):
            running.wait(30)
        assert kinds(running).count("Started") == 1
        assert client.submit(SHORT).wait(60)
