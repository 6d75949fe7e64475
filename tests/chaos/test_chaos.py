"""Nothing finished is ever lost: half a minute of everything that may happen to a daemon.

`python -m tests.chaos --minutes 30` does the same for longer, with other seeds.
"""

import sys

import pytest

from tests.chaos.driver import run


@pytest.mark.skipif(sys.platform != "linux", reason="stops, starves and fills as only Linux can")
def test_whatever_is_done_to_it_nothing_is_lost_doubled_or_left_behind(starter_home, painter, tmp_path):
    tale = run(7, 22, tmp_path, starter_home / "models", painter, pause=1.8)
    print(tale)
    assert not tale.wrong, str(tale)
    assert sum(tale.outcomes.values()) >= 20
