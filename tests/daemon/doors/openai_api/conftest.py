"""OpenAI's own client, at the door of a real daemon."""

import openai
import pytest


@pytest.fixture(scope="module")
def client(daemon):
    running = daemon.running()
    with openai.OpenAI(base_url=f"{running.url}/v1", api_key=running.token, max_retries=0, timeout=120) as client:
        yield client
