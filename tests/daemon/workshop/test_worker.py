"""One worker process with several jobs at a time: each hears of its own, and what befalls one befalls no other."""

import asyncio
import json
import os
import signal

import pytest
import pytest_asyncio

from studiolo_contract.events import Context, Text
from studiolo_contract.text import Sampling, TextRequest, TokenBias
from studiolo_daemon.workshop.worker import Order, Worker, WorkerDied
from tests.studiolo.engines import writers

pytestmark = pytest.mark.asyncio(loop_scope="module")
LONG = {"max_tokens": 1900, "sampling": Sampling(logit_bias=(TokenBias(token=0, bias=-100.0),))}
"""What takes seconds, even of a model as small as this: it is kept from ending by itself."""
SCHEMA = json.dumps({"type": "object", "required": ["mood"], "properties": {"mood": {"enum": ["calm", "tense"]}}})
KINDS = {
    "plain": {"text": "The keeper", "seed": 1},
    "warm": {"text": "Nobody answered", "seed": 2, "sampling": Sampling(temperature=1.2, top_p=0.9)},
    "drafts": {"text": "It was slow", "seed": 3, "candidates": 3, "variants": 2},
    "sheet": {"text": "The window", "seed": 4, "json_schema": SCHEMA},
    "banned": {"text": "Who is there", "seed": 5, "sampling": Sampling(banned_phrases=("e",))},
}


class Job:
    """A job of a worker, and what it was told."""

    def __init__(self, worker, model, name, **fields):
        fields = {"max_tokens": 40, "candidates": 1, "end_at_sentence": False} | fields
        self.name = name
        self.events = []
        self.cancel = asyncio.Event()
        self.heard = asyncio.Event()
        """Set at the first words."""
        order = Order(name, TextRequest(**fields), model, {}, 0.0)
        self.run = asyncio.create_task(worker.run(order, self.hear, lambda *_: None, self.cancel))

    def hear(self, event):
        self.events.append(event)
        if isinstance(event, Text):
            self.heard.set()

    def said(self, variant=0):
        return "".join(event.text for event in self.events if isinstance(event, Text) and event.variant == variant)

    async def first_words(self):
        await asyncio.wait_for(self.heard.wait(), 60)

    async def outcome(self):
        return await asyncio.wait_for(self.run, 120)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(writers.save("llama", tmp_path_factory.mktemp("writer")).folder)


@pytest.fixture(scope="module")
def other_model(tmp_path_factory):
    return str(writers.save("qwen2", tmp_path_factory.mktemp("other")).folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worker(tmp_path_factory):
    worker = await Worker.start(tmp_path_factory.mktemp("home"))
    yield worker
    await worker.stop()


async def texts_of(job):
    result = (await job.outcome()).result
    for output_at, output in enumerate(result.outputs):
        assert job.said(output_at).strip() == output.text
    return [output.text for output in result.outputs]


async def test_each_job_says_beside_others_what_it_says_alone(worker, model):
    alone = {name: await texts_of(Job(worker, model, name, **fields)) for name, fields in KINDS.items()}
    together = {name: Job(worker, model, name, **fields) for name, fields in KINDS.items()}
    assert {name: await texts_of(job) for name, job in together.items()} == alone
    assert json.loads(alone["sheet"][0])["mood"] in ("calm", "tense")
    assert len(alone["drafts"]) == 2


async def test_jobs_run_side_by_side_and_hear_of_themselves_only(worker, model):
    slow = Job(worker, model, "slow", text="The light", seed=1, **LONG)
    await slow.first_words()
    quick = Job(worker, model, "quick", text="The sea", seed=2)
    assert (await quick.outcome()).result.outputs[0].tokens == 40
    assert not slow.run.done()
    for job in (slow, quick):
        assert len([event for event in job.events if isinstance(event, Context)]) == 1
    slow.cancel.set()
    outcome = await slow.outcome()
    assert (outcome.result, outcome.problem) == (None, None)


async def test_a_job_that_is_cancelled_or_fails_touches_no_other(worker, model):
    kept = Job(worker, model, "kept", text="The keeper", seed=1, max_tokens=200)
    unwanted = Job(worker, model, "unwanted", text="The pipe", seed=2, **LONG)
    impossible = Job(worker, model, "impossible", text="A list", json_schema=SCHEMA, max_tokens=2)
    unknown = Job(worker, "no-such-model", "unknown", text="A list")
    await unwanted.first_words()
    unwanted.cancel.set()
    outcome = await unwanted.outcome()
    assert (outcome.result, outcome.problem) == (None, None)
    assert "shortest JSON" in (await impossible.outcome()).problem.message
    assert (await unknown.outcome()).problem.code == "unknown_model"
    assert (await kept.outcome()).result.outputs[0].tokens == 200
    again = Job(worker, model, "again", text="The keeper", seed=1, max_tokens=200)
    assert await texts_of(again) == await texts_of(kept)
    assert worker.alive


async def test_another_model_waits_until_those_that_run_are_over_and_nobody_passes_it(worker, model, other_model):
    first = Job(worker, model, "first", text="The keeper", **LONG | {"max_tokens": 300})
    await first.first_words()
    other = Job(worker, other_model, "other", text="The keeper")
    third = Job(worker, model, "third", text="The keeper")
    given_up = Job(worker, other_model, "given-up", text="The keeper")
    given_up.cancel.set()
    assert (await given_up.outcome()).result is None
    assert not other.events
    await other.first_words()
    assert first.run.done()
    assert not third.events
    assert [(await job.outcome()).result.recipe.model for job in (other, third)] == [other_model, model]


async def test_an_error_of_whoever_listens_is_told_to_him_alone(worker, model):
    deaf = Job(worker, model, "deaf", text="The keeper", **LONG)
    kept = Job(worker, model, "kept", text="The keeper")
    deaf.events = None
    with pytest.raises(AttributeError):
        await deaf.outcome()
    assert (await kept.outcome()).result


async def test_all_jobs_hear_of_the_end_of_their_process(tmp_path, model):
    worker = await Worker.start(tmp_path)
    jobs = [Job(worker, model, name, text="The keeper", **LONG) for name in "abc"]
    for job in jobs:
        await job.first_words()
    os.kill(worker.pid, signal.SIGKILL)
    for job in jobs:
        with pytest.raises(WorkerDied, match="SIGKILL"):
            await job.outcome()
    with pytest.raises(WorkerDied, match="SIGKILL"):
        await Job(worker, model, "late", text="The keeper").outcome()
    assert not worker.alive
    await worker.stop()
