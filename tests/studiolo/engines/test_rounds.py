"""Several requests side by side on one text engine, pass by pass."""

import json
from itertools import pairwise

import pytest

from studiolo.device import Device
from studiolo.engines.engine import JobCancelled, SharedEngine, Task, alone
from studiolo.engines.rounds import Seats
from studiolo.engines.transformers_text import MOST_ROWS, load
from studiolo.models.store import Store
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Context, Progress, Text
from studiolo_contract.text import Sampling, TextRequest, TokenBias
from tests.studiolo.engines import writers

CPU = Device("cpu", "CPU", "float32")
ENDLESS = Sampling(logit_bias=(TokenBias(token=0, bias=-100.0),))
SCHEMA = json.dumps({"type": "object", "required": ["mood"], "properties": {"mood": {"enum": ["calm", "tense"]}}})
KINDS = [
    {"text": "The lighthouse keeper heard music under the sea."},
    {"text": "Ana opened the letter and read it twice.", "sampling": Sampling(temperature=1.1)},
    {"text": "It had snowed for nine days.", "candidates": 3},
    {"text": "A sheet", "json_schema": SCHEMA},
    {"text": "The map was wrong.", "variants": 2, "alternatives": 2},
    {"text": "He counted the coins again.", "sampling": Sampling(banned_phrases=("the", "coins"))},
]


class Job:
    """A request in the hands of an engine, which is driven by `together`."""

    def __init__(self, engine, cancelled=lambda: False, **fields):
        self.events = []
        self.finished = self.error = None
        fields = {"seed": 3, "max_tokens": 16, "candidates": 1} | fields
        self.work = engine.begin(
            Task(TextRequest(**fields), {}, self.events.append, lambda *_: None, lambda: cancelled())
        )

    @property
    def over(self):
        return bool(self.finished or self.error)

    @property
    def words(self):
        return [event for event in self.events if isinstance(event, Text)]

    def go_on(self):
        try:
            next(self.work)
        except StopIteration as end:
            self.finished = end.value
        except (JobCancelled, StudioloError, RuntimeError) as error:
            self.error = error


def together(engine, jobs, each_round=lambda: None):
    while busy := [job for job in jobs if not job.over]:
        for job in busy:
            job.go_on()
        each_round()
        engine.step()


@pytest.fixture(scope="module", params=["llama", "gpt2"])
def small(request, tmp_path_factory):
    return load(writers.save(request.param, tmp_path_factory.mktemp(request.param)), CPU)


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    return load(writers.save("llama", tmp_path_factory.mktemp("llama")), CPU)


@pytest.mark.parametrize("which", ["starter", "llama", "gpt2"])
def test_a_request_gives_the_same_alone_and_beside_others(which, starter_home, tmp_path):
    model = Store(starter_home).find("starter-text") if which == "starter" else writers.save(which, tmp_path)
    engine = load(model, CPU)
    assert isinstance(engine, SharedEngine)
    lonely = []
    for fields in KINDS:
        lonely.append(Job(engine, **fields))
        together(engine, lonely[-1:])
    social = [Job(engine, **fields) for fields in KINDS]
    together(engine, social)
    for one, other in zip(lonely, social, strict=True):
        assert one.finished.outputs == other.finished.outputs
        assert "".join(event.text for event in one.words) == "".join(event.text for event in other.words)
        assert [token for event in one.words for token in event.tokens] == [
            token for event in other.words for token in event.tokens
        ]


def test_whoever_writes_waits_for_one_piece_of_a_prompt_at_most(llama):
    told = []
    writing = Job(llama, text="The keeper", max_tokens=60, sampling=ENDLESS)
    while not writing.words:
        writing.go_on()
        llama.step()
    writing.events = told
    reading = Job(llama, mode="continue", text="The tide went out. " * 120, max_tokens=2)
    lengths = []
    together(llama, [reading, writing], lambda: lengths.append((len(reading.events), writing.over)))
    read = [event for event in reading.events if isinstance(event, Progress)]
    assert len(read) > 8
    assert all(after.done - before.done <= 64 for before, after in pairwise(read))
    pieces = [now[0] - before[0] for before, now in pairwise(lengths) if not now[1]]
    assert max(pieces) == 1  # in one round a piece is read, and a word is written


def test_prompts_are_read_one_after_another_so_that_the_first_may_begin(llama):
    jobs = [Job(llama, mode="continue", text="The tide went out. " * 60, seed=n, max_tokens=4) for n in range(3)]
    order = []

    def look():
        order.extend(n for n, job in enumerate(jobs) if n not in order and len(job.events) > 2)

    together(llama, jobs, look)
    assert [type(event) for event in jobs[2].events[:3]] == [Context, Progress, Progress]
    assert order == [0, 1, 2]


def test_one_that_is_cancelled_leaves_its_rows_to_others(small):
    wanted = [True]
    kept = Job(small, text="The keeper", sampling=ENDLESS)
    gone = Job(small, lambda: not wanted[0], text="The pipe", variants=4, max_tokens=200, sampling=ENDLESS)

    def tire():
        wanted[0] = not gone.words

    together(small, [gone, kept], tire)
    assert isinstance(gone.error, JobCancelled)
    assert len(kept.finished.outputs) == 1
    full = Job(small, text="The keeper", variants=MOST_ROWS)
    together(small, [full])
    assert len(full.finished.outputs) == MOST_ROWS


def test_a_model_that_fails_fails_for_those_it_was_asked_for(small):
    good = Job(small, text="The keeper", sampling=ENDLESS)
    together(small, [good])
    broken = Job(small, text="The pipe", sampling=ENDLESS)
    while not broken.words:
        broken.go_on()
        small.step()
    asked = small._rounds.read(None, 0, [1])  # into a batch that does not exist
    together(small, [broken])
    with pytest.raises(AttributeError):
        _ = asked.logits
    assert broken.finished.outputs
    again = Job(small, text="The keeper", sampling=ENDLESS)
    together(small, [again])
    assert again.finished.outputs == good.finished.outputs


def test_more_rows_than_there_are_take_turns_first_come_first_served(llama):
    jobs = [Job(llama, text="The keeper", seed=n, variants=6, sampling=ENDLESS) for n in range(4)]
    at_once, order = [], []

    def look():
        at_once.append(len(llama._decoder._cache.rows))
        order.extend(n for n, job in enumerate(jobs) if job.words and n not in order)

    together(llama, jobs, look)
    assert max(at_once) == 12
    assert at_once[-1] == 0
    assert order == [0, 1, 2, 3]
    assert all(len(job.finished.outputs) == 6 for job in jobs)


def test_seats_go_to_who_came_first_even_where_a_later_one_would_fit():
    seats, order = Seats(4), []

    def guest(name, count):
        yield from seats.take(count, lambda: None)
        order.append(name)

    guests = [guest("two", 2), guest("all", 9), guest("one", 1)]
    for _ in range(3):
        for one in guests:
            next(one, None)
    assert order == ["two"]
    seats.give(2)
    for _ in range(3):
        for one in guests:
            next(one, None)
    assert order == ["two", "all"]
    seats.give(9)
    alone(guests[2], lambda: None)
    assert order == ["two", "all", "one"]
