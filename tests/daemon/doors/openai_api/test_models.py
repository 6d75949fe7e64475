"""The models as OpenAI's own client lists them."""

import json

import numpy as np
import openai
import pytest
from safetensors.numpy import save_file


def test_the_models_are_those_that_are_here(client):
    names = {model.id for model in client.models.list()}
    assert "starter-text" in names
    assert client.models.retrieve("starter-text").owned_by == "studiolo"


def test_what_is_not_here_is_not_found(client):
    with pytest.raises(openai.NotFoundError, match="No model 'gpt-5' is installed"):
        client.models.retrieve("gpt-5")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("real-esrgan-x4")


def test_who_names_what_is_no_model_is_told_so(client, tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    (tmp_path / "pytorch_model.bin").write_bytes(b"PK")
    with pytest.raises(openai.BadRequestError, match="safetensors") as caught:
        client.chat.completions.create(model=str(tmp_path), messages=[{"role": "user", "content": "Hello"}])
    assert (caught.value.code, caught.value.param, caught.value.type) == ("bad_model", "model", "invalid_request_error")


def test_who_names_a_model_that_cannot_be_loaded_is_told_so(client, tmp_path):
    """That the worker finds."""
    config = {"model_type": "no-such-kind", "architectures": ["NoSuchForCausalLM"]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    save_file({"a": np.zeros(4, np.float32)}, tmp_path / "model.safetensors")
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=str(tmp_path), messages=[{"role": "user", "content": "Hello"}])
    assert (caught.value.code, caught.value.param) == ("bad_model", "model")
