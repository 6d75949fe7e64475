"""The trainer's clock, on a time that the test makes."""

import pytest

from studiolo_starter import clock
from studiolo_starter.clock import Clock


def test_it_counts_what_was_trained_over_all_runs_and_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(clock.time, "monotonic", lambda: now)
    budget = Clock(1.0, spent=0.5)
    assert budget.progress == 0.5
    now += 15
    assert budget.tick() == 15
    assert budget.progress == pytest.approx(0.75)
    now += 3600  # stopped, and continued
    assert budget.tick() == 3600
    assert budget.progress == pytest.approx(0.75)
    assert not budget.over
    now += 16
    budget.tick()
    assert budget.over
    assert budget.progress == 1.0
    assert Clock(0.0).over
