"""The models as OpenAI's own client lists them."""

import openai
import pytest


def test_the_models_are_those_that_are_here(client):
    names = {model.id for model in client.models.list()}
    assert "starter-text" in names
    assert client.models.retrieve("starter-text").owned_by == "studiolo"


def test_what_is_not_here_is_not_found(client):
    with pytest.raises(openai.NotFoundError, match="No model 'gpt-5' is installed"):
        client.models.retrieve("gpt-5")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("real-esrgan-x4")
