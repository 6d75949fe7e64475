"""Trainings that take as many steps on a busy machine as on an idle one."""

from collections.abc import Iterator

import pytest

from studiolo_starter.clock import Clock

STEP = 1 / 64
"""Minutes."""


@pytest.fixture(scope="module")
def steps_as_time() -> Iterator[None]:
    """Each step of a training takes `STEP` of its minutes, however long it takes here."""

    def tick(clock: Clock) -> float:
        clock.spent += STEP
        return 60 * STEP

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Clock, "tick", tick)
        yield
