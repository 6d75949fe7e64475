"""The daemon of the daemon's tests, with one of their own that stops a worker for good."""

import pytest

from tests.daemon.conftest import frugal, with_models


@pytest.fixture(scope="module")
def daemon(starter_home, tmp_path_factory):
    yield from with_models(frugal(tmp_path_factory.mktemp("home")), starter_home)
