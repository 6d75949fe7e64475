"""Hostile files end the job that names them, with a sentence, and nothing else: the worker lives, the daemon answers."""

import os

import psutil
import pytest

from studiolo_client.job import JobCancelled
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Started
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture, hash_of
from studiolo_contract.text import TextRequest
from studiolo_contract.upscale import UpscaleRequest
from tests.daemon.test_daemon import wait_until
from tests.fuzz import corpus
from tests.studiolo.engines import writers

BOMBS = {
    "bomb of pixels": ("png", 64, 64),
    "bomb of words": ("png", 1, 1),
    "many small bombs of words": ("png", 1, 1),
    "millions of chunks": ("png", 4, 4),
    "interlaced without end": ("png", 8_000, 8_000),
    "thousands of scans": ("jpeg", 2_000, 2_000),
    "millions of segments": ("jpeg", 8, 8),
    "webp of the largest size": ("webp", 16_383, 16_383),
    "a tiff": ("png", 8, 8),
    "postscript": ("png", 8, 8),
}
ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% if a < 0 %}x{% endif %}{% endfor %}{% endfor %}"
"""The library that renders it bounds one loop, but not one in another."""


def sent(client, name):
    """A hostile file in the daemon's keeping, as a client may tell of it."""
    data = corpus.hostile("picture")[name]
    kind, width, height = BOMBS[name]
    client.put(data)
    return Picture(sha256=hash_of(data), width=width, height=height, format=kind)


def busy(process):
    """How many seconds of a processor it has had."""
    times = psutil.Process(process).cpu_times()
    return times.user + times.system


def test_no_picture_harms_the_worker(daemon, painter):
    with daemon.client() as client:
        client.submit(ImageRequest(prompt="sand", width=64, height=64, steps=1, model=painter)).wait(90)
        worker = daemon.status()["lanes"]["image"]["worker"]
        jobs = []
        for name in BOMBS:
            picture = sent(client, name)
            jobs.append(client.submit(ImageRequest(prompt="sand", image=picture, steps=1, model=painter)))
        for job in (*jobs, client.submit(UpscaleRequest(image=sent(client, "thousands of scans")))):
            with pytest.raises(StudioloError) as caught:
                job.wait(90)
            assert caught.value.problem.code == "bad_picture"
        assert daemon.status()["lanes"]["image"]["worker"] == worker
        status = psutil.Process(worker).memory_info()
        print(status.rss // 2**20, "MiB")
        assert status.rss < 2 * 2**30
        assert client.submit(ImageRequest(prompt="sand", width=64, height=64, steps=1, model=painter)).wait(90).outputs


def test_a_folder_of_pipes_stops_nobody(daemon, tmp_path):
    folder = writers.save("llama", tmp_path).folder
    (folder / "vocab.json").unlink(missing_ok=True)
    os.mkfifo(folder / "vocab.json")
    with daemon.client() as client:
        with pytest.raises(StudioloError, match="pipe or a device") as caught:
            client.submit(TextRequest(text="a", model=str(folder)))
        assert caught.value.problem.code == "bad_model"
        (folder / "vocab.json").unlink()
        (folder / "config.json").write_text('{"a":' * 100_000)
        with pytest.raises(StudioloError, match="nested too deeply"):
            client.submit(TextRequest(text="a", model=str(folder)))
        assert client.models()


def test_a_template_without_end_is_ended_by_a_cancel(daemon, tmp_path):
    folder = writers.save("llama", tmp_path).folder
    (folder / "chat_template.jinja").write_text(ENDLESS)
    with daemon.client() as client:
        job = client.submit(TextRequest(text="a", mode="rewrite", instruction="be brief", model=str(folder)))
        wait_until(lambda: any(isinstance(h.event, Started) for h in job.log), 60)
        worker = daemon.status()["lanes"]["text"]["worker"]
        wait_until(lambda: any(getattr(h.event, "stage", "") == "load" and h.event.done for h in job.log), 60)
        loaded = busy(worker)
        wait_until(lambda: busy(worker) > loaded + 1, 60)  # so much is spent nowhere but in the template
        assert not job.over
        client.cancel(job)
        with pytest.raises(JobCancelled):
            job.wait(30)
        assert not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE
        assert client.models()
