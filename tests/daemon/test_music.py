"""Music has a worker of its own, can be heard before it is done, and is there after a crash."""

import os
import signal

import pytest

from studiolo_client.job import JobCancelled
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Progress, SoundOutput, SoundPreview, Started
from studiolo_contract.media import Midi, hash_of
from studiolo_contract.music import MusicRequest
from tests.daemon.test_daemon import wait_until
from tests.fuzz import corpus

RAIN = MusicRequest(prompt="rain on an empty station", seconds=6.0, seed=3)
LONG = MusicRequest(prompt="a march", seconds=300.0, seed=1)


def composing(job):
    return any(isinstance(h.event, Progress) and h.event.stage == "compose" for h in job.log)


def test_a_soundtrack_is_heard_on_the_way_and_fetched_at_the_end(daemon):
    with daemon.client() as client:
        job = client.submit(RAIN)
        result = job.wait(120)
        preview, data = job.preview
        assert isinstance(preview, SoundPreview)
        assert data.startswith(b"RIFF")
        mix = result.outputs[0]
        assert isinstance(mix, SoundOutput)
        assert mix.samples == 6 * 44_100
        assert client.get(mix.blob.sha256).startswith(b"RIFF")
        assert [output.type for output in result.outputs] == ["sound", "midi", "image"]
        assert result.recipe.why
        assert daemon.status()["lanes"]["music"]["model"] == "starter-composer"


def test_cancel_reaches_the_composer(daemon):
    with daemon.client() as client:
        job = client.submit(LONG)
        wait_until(lambda: composing(job), 90)
        client.cancel(job)
        with pytest.raises(JobCancelled):
            job.wait(60)
        assert client.submit(RAIN).wait(60).outputs


def test_a_killed_worker_costs_one_retry(daemon):
    with daemon.client() as client:
        job = client.submit(MusicRequest(prompt="a march", seconds=60.0, seed=1))
        wait_until(lambda: composing(job), 90)
        os.kill(daemon.status()["lanes"]["music"]["worker"], signal.SIGKILL)
        result = job.wait(120)
        assert [h.event.attempt for h in job.log if isinstance(h.event, Started)] == [1, 2]
        assert result.outputs[0].samples == 60 * 44_100


def test_a_broken_motif_gets_a_sentence_and_nothing_is_lost(daemon):
    with daemon.client() as client:
        data = b"MThd and then nothing"
        with pytest.raises(StudioloError) as caught:
            client.submit(MusicRequest(prompt="rain", motif_midi=Midi(sha256=hash_of(data))))
        assert caught.value.problem.code == "unknown_blob"
        hostile = corpus.hostile("midi")
        for motif in (data, hostile["a running status of nothing"], hostile["a hundred thousand by running status"]):
            client.put(motif)
            with pytest.raises(StudioloError) as caught:
                client.submit(MusicRequest(prompt="rain", motif_midi=Midi(sha256=hash_of(motif)))).wait(90)
            assert caught.value.problem.code == "bad_midi"
        assert client.submit(RAIN).wait(60).outputs


def test_contradictions_are_refused_before_they_wait(daemon):
    with daemon.client() as client, pytest.raises(StudioloError, match="no key called 'H'"):
        client.submit(MusicRequest(prompt="rain", key="H"))
