"""What the daemon says of itself to Prometheus: read as Prometheus reads it, true of real jobs, closed to strangers."""

import os
import re
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request

import pytest
from prometheus_client import openmetrics, parser
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics

from studiolo_client.job import JobCancelled
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Progress
from studiolo_contract.image import ImageRequest
from studiolo_contract.text import TextRequest

WORDS = "a walrus in violet slippers"


def fetch(daemon, accept="", token=None):
    running = daemon.running()
    headers = {"Authorization": f"Bearer {token or running.token}", **({"Accept": accept} if accept else {})}
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/metrics", headers=headers)) as answer:
        return answer.headers["content-type"], answer.read().decode()


def scraped(daemon):
    """Every sample: its name and labels -> its value."""
    families = parser.text_string_to_metric_families(fetch(daemon)[1])
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def wait_until(true, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def picture(painter, steps=4, side=32):
    return ImageRequest(prompt=WORDS, model=painter, width=side, height=side, steps=steps, seed=3, previews=False)


@pytest.fixture(scope="module")
def busy(bare_daemon, painter, tmp_path_factory):
    """A daemon that has done one job, failed one, stopped one that ran and one that waited, and lost a worker."""
    with bare_daemon.client("walrus-client") as client:
        client.submit(picture(painter)).wait(120)
        damaged = tmp_path_factory.mktemp("models") / "damaged"
        shutil.copytree(painter, damaged)
        next((damaged / "unet").glob("*.safetensors")).write_bytes(b"nothing")
        failed = client.submit(picture(str(damaged)))
        with pytest.raises(StudioloError) as caught:
            failed.wait(60)
        long = client.submit(picture(painter, 200, 256))
        behind = client.submit(picture(painter, 199, 256), priority="batch")
        steps = lambda: sum(isinstance(h.event, Progress) and h.event.stage == "steps" for h in long.log)  # noqa: E731
        wait_until(lambda: steps() > 3)
        during = scraped(bare_daemon)
        client.cancel(behind)
        os.kill(bare_daemon.status()["lanes"]["image"]["worker"], signal.SIGKILL)
        seen = steps()
        wait_until(lambda: steps() > seen + 2)
        client.cancel(long)
        for job in (long, behind):
            with pytest.raises(JobCancelled):
                job.wait(60)
        yield bare_daemon, during, caught.value.problem.code


def test_it_is_read_in_the_form_that_was_asked_for(busy):
    kind, text = fetch(busy[0])
    assert kind.startswith("text/plain")
    plain = {family.name for family in parser.text_string_to_metric_families(text)}
    kind, text = fetch(busy[0], openmetrics.exposition.CONTENT_TYPE_LATEST)
    assert kind.startswith("application/openmetrics-text; version=1.0.0")
    families = list(read_openmetrics(text))
    assert {"studiolo_jobs", "studiolo_job_wait_seconds", "studiolo_queue_jobs"} <= {one.name for one in families}
    assert "studiolo_jobs" in plain


def test_names_are_prometheus_s_and_each_says_what_it_is(busy):
    for family in read_openmetrics(fetch(busy[0], "application/openmetrics-text")[1]):
        assert re.fullmatch(r"(studiolo|process)_[a-z_]+", family.name)
        assert family.documentation
        if family.type == "histogram" and family.name != "studiolo_text_tokens_per_second":
            assert family.name.endswith("_seconds")


def test_it_counts_what_has_happened_to_jobs(busy):
    now = scraped(busy[0])
    assert now["studiolo_jobs_total", "done", "image"] == 1
    assert now["studiolo_jobs_total", "cancelled", "image"] == 2
    assert now["studiolo_jobs_total", "failed", "image"] == 1
    assert now["studiolo_job_failures_total", busy[2], "image"] == 1
    assert now["studiolo_jobs_submitted_total", "batch", "image"] == 1
    assert now["studiolo_job_run_seconds_count", "image"] == 1
    assert now["studiolo_job_wait_seconds_count", "image", "interactive"] == 3
    assert now["studiolo_step_seconds_count", "image"] >= 3
    assert now["studiolo_cancel_seconds_count", "running"] == 1
    assert now["studiolo_cancel_seconds_count", "waiting"] == 1
    assert now["studiolo_job_restarts_total", "image"] == 1
    assert now["studiolo_recovery_seconds_count", "image"] == 1
    assert now["studiolo_recovery_seconds_sum", "image"] > 0
    assert now["studiolo_worker_deaths_total", "image"] == 1


def test_it_says_how_things_stand_now(busy):
    daemon, during, _ = busy
    assert during["studiolo_queue_jobs", "batch", "image"] == 1
    assert during["studiolo_running_jobs", "image"] == 1
    assert during["studiolo_queue_oldest_seconds", "batch", "image"] > 0
    assert during["studiolo_sockets",] == 1
    now = scraped(daemon)
    assert now["studiolo_queue_jobs", "batch", "image"] == now["studiolo_running_jobs", "image"] == 0
    kept = [file.stat().st_size for file in (daemon.home / "blobs").rglob("*") if file.is_file()]
    assert (now["studiolo_blobs",], now["studiolo_blobs_bytes",]) == (len(kept), sum(kept))
    assert now["studiolo_disk_free_bytes",] > 0
    assert now["studiolo_worker_model_bytes", "image"] > 0
    if sys.platform == "linux":
        assert 10e6 < now["process_resident_memory_bytes",] < 1e9


def test_no_label_has_words_of_a_person(busy):
    text = fetch(busy[0])[1]
    for secret in ("walrus", str(busy[0].home), busy[0].running().token):
        assert secret not in text


@pytest.mark.parametrize("token", ["wrong", ""])
def test_strangers_learn_nothing(busy, token):
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(busy[0], token=token or " ")
    assert caught.value.code == 401


def test_tokens_of_finished_texts_are_counted(daemon):
    with daemon.client() as client:
        before = scraped(daemon)
        request = TextRequest(text="It rained.", mode="continue", max_tokens=16, candidates=1, seed=7)
        result = client.submit(request).wait(120)
    now = scraped(daemon)
    for name, counted in {"total": result.outputs[0].tokens, "per_second_count": 1}.items():
        sample = (f"studiolo_text_tokens_{name}",)
        assert now[sample] == before.get(sample, 0) + counted
