"""One attempt for several jobs: who joins, who leaves, and what happens when nothing can be written down."""

import pytest

from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import Cancelled, Context, Failed, Preview, Progress, Started, Text
from studiolo_contract.text import TextRequest
from studiolo_daemon.kept.journal import Journal
from studiolo_daemon.workshop.jobs import Jobs
from studiolo_daemon.workshop.run import Run

REQUEST = TextRequest(text="The sea.", seed=7)
CONTEXT = Context(parts=(), tokens=5, window=2048)
FULL = "PRAGMA max_page_count = 1"
"""As small as the file is by now: the next page that is needed finds no room."""


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal.sqlite3")


@pytest.fixture
def jobs(journal):
    return Jobs(journal, 10, 10)


def events(job):
    return [happened.event for happened in job.log]


def test_who_joins_before_the_start_begins_with_the_others(jobs):
    one, two = (jobs.add(client, "k", "batch", REQUEST, "m") for client in "ab")
    assert one.work == two.work
    run = Run(jobs, one)
    run.join(two)
    run.begin()
    run.hear(CONTEXT)
    assert events(one) == events(two) == [Started(attempt=1), CONTEXT]


def test_who_joins_later_is_told_in_few_events_what_the_others_were_told_in_many(jobs):
    one, two = (jobs.add(client, "k", "batch", REQUEST, "m") for client in "ab")
    jobs.record(one, Started(attempt=1))
    jobs.record(one, Text(variant=0, text="what is void by now"))
    run = Run(jobs, one)
    run.begin()
    for event in (
        Progress(stage="load", done=0, total=1),
        Progress(stage="load", done=1, total=1),
        CONTEXT,
        Text(variant=0, text="Grey "),
        Text(variant=1, text="Blue "),
        Text(variant=0, text="water."),
    ):
        run.hear(event)
    run.show(Preview(step=1, steps=2, width=8, height=8), b"first")
    run.join(two)
    assert events(two) == [
        Started(attempt=1),
        Progress(stage="load", done=1, total=1),
        CONTEXT,
        Text(variant=0, text="Grey water."),
        Text(variant=1, text="Blue "),
    ]
    assert two.preview[1] == b"first"
    run.hear(Text(variant=1, text="sky."))
    assert events(one)[-1] == events(two)[-1]


def test_the_work_is_wanted_until_the_last_one_leaves(jobs):
    one, two = (jobs.add(client, "k", "batch", REQUEST, "m") for client in "ab")
    run = Run(jobs, one)
    run.begin()
    run.join(two)
    run.leave(one)
    assert events(one)[-1] == Cancelled()
    assert run.open
    run.leave(two)
    assert run.cancel_wanted.is_set()
    assert not run.open
    assert not two.over  # until its worker has let go of it
    run.fail(None)
    assert events(two)[-1] == Cancelled()


def test_what_cannot_be_written_down_stops_the_work_and_is_said_afterwards(jobs, journal):
    one = jobs.add("a", "k", "batch", REQUEST, "m")
    two = jobs.add("b", "k", "batch", REQUEST, "m")
    run = Run(jobs, one)
    run.begin()
    run.check()
    journal._db.execute(FULL)
    long = Text(variant=0, text="x" * 100_000)
    with pytest.raises(StudioloError, match="disk is full"):
        jobs.record(two, long)
    run.hear(long)
    assert run.cancel_wanted.is_set()
    assert events(one) == [Started(attempt=1)]
    with pytest.raises(StudioloError, match="disk is full"):
        run.check()
    journal._db.execute("PRAGMA max_page_count = 1000000")
    run.hear(Text(variant=0, text="what comes after a gap"))
    assert events(one) == [Started(attempt=1)]
    run.fail(Problem(code="internal", message="It fell.", mend="Lift it."))
    assert isinstance(events(one)[-1], Failed)


def test_who_cannot_be_told_what_there_is_does_not_join(jobs, journal):
    one, two = (jobs.add(client, "k", "batch", REQUEST, "m") for client in "ab")
    run = Run(jobs, one)
    run.begin()
    run.hear(Text(variant=0, text="x" * 100_000))
    journal._db.execute(FULL)
    with pytest.raises(StudioloError, match="disk is full"):
        run.join(two)
    assert run.jobs == [one]
    assert not two.over
