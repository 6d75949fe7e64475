"""How long it takes until a job ends, guessed from those that did."""

import pytest

from studiolo_daemon.workshop.pace import LONGEST, SHORTEST, UNKNOWN, Pace


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def ended(pace, clock, lane, took, start):
    clock.now = start + took
    pace.ended(lane, start)
    return clock.now


def test_nothing_is_known_before_anything_ended():
    assert Pace().until_next([("text", 1)]) == UNKNOWN
    assert Pace().until_next([]) == UNKNOWN


def test_it_is_what_jobs_took_and_waiting_for_a_turn_takes_longer():
    clock = Clock()
    pace = Pace(clock)
    ended(pace, clock, "text", 3.0, clock.now)
    assert pace.until_next([("text", 1)]) == 3.0
    assert pace.until_next([("text", 4)]) == 12.0
    assert pace.until_next([("text", 4), ("image", 1)]) == UNKNOWN


def test_jobs_that_run_side_by_side_end_as_often_as_they_end():
    clock = Clock()
    pace = Pace(clock)
    for number in range(60):
        ended(pace, clock, "text", 4.0, 1000.0 + 0.5 * number)
    assert pace.until_next([("text", 1)]) == pytest.approx(0.5, abs=0.1)


def test_a_rest_between_two_jobs_is_no_work_and_the_newest_counts_most():
    clock = Clock()
    pace = Pace(clock)
    ended(pace, clock, "text", 1.0, clock.now)
    ended(pace, clock, "text", 1.0, clock.now + 3600.0)
    assert pace.until_next([("text", 1)]) == 1.0
    for _ in range(30):
        ended(pace, clock, "text", 10.0, clock.now)
    assert pace.until_next([("text", 1)]) == pytest.approx(10.0, abs=0.1)


def test_no_guess_is_out_of_all_measure_though_the_clock_was_turned():
    clock = Clock()
    pace = Pace(clock)
    ended(pace, clock, "text", 0.0, clock.now)
    assert pace.until_next([("text", 1)]) == SHORTEST
    clock.now -= 1e6
    pace.ended("text", clock.now - 1)
    clock.now += 2e9
    pace.ended("text", clock.now - 1e8)
    assert pace.until_next([("text", 50)]) == LONGEST
