"""A caller that speaks the web UI's API, with a password, at the door of a real daemon."""

import base64
import io
import json
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="module")
def call(daemon):
    """`call(path)` gets, `call(path, body)` posts; the status and what came."""
    running = daemon.running()
    password = base64.b64encode(f"artist:{running.token}".encode()).decode()

    def call(path, body=None):
        headers = {"Authorization": f"Basic {password}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        try:
            with urlopen(Request(f"{running.url}/sdapi/v1/{path}", data, headers), timeout=120) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)

    return call


@pytest.fixture(scope="session")
def pictures():
    def packed(pixels):
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        return base64.b64encode(file.getvalue()).decode()

    def opened(text):
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB"))

    scene = np.random.default_rng(3).integers(0, 255, (64, 64, 3), np.uint8)
    return SimpleNamespace(packed=packed, opened=opened, scene=scene)
