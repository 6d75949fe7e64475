"""The order in which jobs run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo_contract.text import TextRequest
from studiolo_daemon.workshop.jobs import Job
from studiolo_daemon.workshop.scheduler import Queue


def job(name, client="a", priority="interactive"):
    return Job(name, client, name, priority, TextRequest(text=name), "model", 0.0, [])


def taken(queue):
    return [queue.take().id for _ in range(len(queue))]


def test_interactive_goes_before_batch():
    queue = Queue()
    for name, priority in (("b1", "batch"), ("i1", "interactive"), ("b2", "batch"), ("i2", "interactive")):
        queue.push(job(name, priority=priority))
    assert taken(queue) == ["i1", "i2", "b1", "b2"]


def test_clients_take_turns():
    queue = Queue()
    for number in range(3):
        queue.push(job(f"greedy{number}", "greedy"))
    queue.push(job("modest", "modest"))
    assert taken(queue) == ["greedy0", "modest", "greedy1", "greedy2"]


def test_a_removed_job_is_not_run_and_only_once_removed():
    queue = Queue()
    jobs = [job(str(number)) for number in range(3)]
    for one in jobs:
        queue.push(one)
    assert queue.remove(jobs[1])
    assert not queue.remove(jobs[1])
    assert taken(queue) == ["0", "2"]
    assert queue.first() is None
    with pytest.raises(IndexError):
        queue.take()


def test_the_first_is_the_one_that_is_taken_and_looking_takes_nothing():
    queue = Queue()
    batch, urgent = job("b", priority="batch"), job("i", "other")
    for one in (batch, urgent):
        queue.push(one)
    assert queue.first() is queue.first() is urgent
    assert queue.take() is urgent
    assert urgent not in queue
    assert batch in queue
    assert queue.first() is batch


def test_what_is_put_back_is_the_next_of_its_priority_whosever_turn_it_was():
    queue = Queue()
    jobs = [job(name, name[0]) for name in ("a1", "b1", "a2")]
    for one in jobs:
        queue.push(one)
    first = queue.take()
    queue.put_back(first)
    queue.push(job("c1", "c"))
    assert [one.id for one in queue.order()] == ["a1", "b1", "c1", "a2"]
    batch = job("d1", "d", "batch")
    queue.put_back(batch)
    assert taken(queue) == ["a1", "b1", "c1", "a2", "d1"]


def test_a_row_can_be_arranged_anew_and_the_turns_stay():
    queue = Queue()
    jobs = [job(name, name[0]) for name in ("a1", "b1", "a2", "b2", "a3")]
    batch = job("a4", "a", "batch")
    for one in (*jobs, batch):
        queue.push(one)
    row = queue.row(jobs[2])
    assert [one.id for one in row] == ["a1", "a2", "a3"]
    assert queue.row(batch) == [batch]
    queue.arrange(row[::-1])
    assert taken(queue) == ["a3", "b1", "a2", "b2", "a1", "a4"]
    assert queue.row(batch) == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["interactive", "batch"])), max_size=20))
def test_the_announced_order_is_the_order(pushed):
    queue = Queue()
    for number, (client, priority) in enumerate(pushed):
        queue.push(job(str(number), client, priority))
    announced = [one.id for one in queue.order()]
    assert announced == taken(queue)
    assert sorted(announced, key=int) == [str(number) for number in range(len(pushed))]
