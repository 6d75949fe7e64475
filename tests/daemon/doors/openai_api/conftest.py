"""OpenAI's own client, at the door of one real daemon for all tests of this folder."""

import openai
import pytest

from tests.daemon.conftest import with_models


@pytest.fixture(scope="package")
def daemon(starter_home, tmp_path_factory):
    yield from with_models(tmp_path_factory.mktemp("home"), starter_home)


@pytest.fixture(scope="package")
def client(daemon):
    running = daemon.running()
    with openai.OpenAI(base_url=f"{running.url}/v1", api_key=running.token, max_retries=0, timeout=120) as client:
        yield client
