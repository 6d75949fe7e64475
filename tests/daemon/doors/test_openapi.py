"""Every route of the daemon, as /openapi.json describes it, asked whatever that allows and much that it does not."""

from contextlib import suppress
from urllib.request import urlopen

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.daemon.conftest import Daemon
from tests.daemon.doors.descriptions import CHECKS, described

EACH = 8
"""Requests of each kind to a route."""


@pytest.fixture(scope="module")
def idle_daemon(tmp_path_factory):
    """A daemon whose models are all not there, so that nothing that is asked for takes long."""
    home = tmp_path_factory.mktemp("home")
    (home / "settings.toml").write_text('text_model = "none"\nimage_model = "none"\nupscale_model = "none"\n')
    daemon = Daemon(home).start()
    yield daemon
    daemon.stop()


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_no_request_breaks_a_route_or_the_description_of_it(idle_daemon, mode):
    schema, headers = described(idle_daemon)
    for operation in schema.exclude(path="/v1/stop").get_all_operations():

        @settings(
            max_examples=EACH,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.ok().as_strategy(generation_mode=mode))
        def ask(case):
            case.call_and_validate(checks=CHECKS, headers=headers, timeout=30)

        with suppress(Unsatisfiable):  # who takes nothing can't be asked wrongly
            ask()


def test_the_description_is_behind_the_token_like_all_else(idle_daemon):
    with pytest.raises(OSError, match="401"):
        urlopen(f"{idle_daemon.running().url}/openapi.json", timeout=10)
