"""A texture is one job of the worker that paints, however many models it takes."""

import os
import signal

import pytest

from studiolo.door import check, team
from studiolo.models.store import Store
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Progress, Started
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_contract.texture import TextureRequest
from tests.daemon.test_daemon import wait_until

SAND = TextureRequest(prompt="sand", width=64, height=64, seed=3, steps=2)
PICTURE = Picture(sha256="0" * 64, width=64, height=48)


def test_a_killed_worker_costs_one_retry(daemon, painter):
    with daemon.client() as client:
        slow = TextureRequest(prompt="sand", width=64, height=64, seed=3, steps=200, model=painter)
        job = client.submit(slow)
        wait_until(lambda: any(getattr(h.event, "stage", "") == "steps" for h in job.log), 90)
        os.kill(daemon.status()["lanes"]["image"]["worker"], signal.SIGKILL)
        result = job.wait(120)
        assert [h.event.attempt for h in job.log if isinstance(h.event, Started)] == [1, 2]
        assert next(output.name for output in result.outputs) == "basecolor"
        assert all(client.get(output.blob.sha256) for output in result.outputs)


def test_pictures_and_textures_share_a_worker_and_its_painter(daemon, painter):
    with daemon.client() as client:
        client.submit(ImageRequest(prompt="sand", width=64, height=64, steps=1, model=painter)).wait(90)
        worker = daemon.status()["lanes"]["image"]["worker"]
        job = client.submit(TextureRequest(prompt="sand", width=64, height=64, steps=1, model=painter))
        job.wait(90)
        lane = daemon.status()["lanes"]["image"]
        assert lane["worker"] == worker
        assert lane["model"] == f"{painter} + starter-maps"
        loads = [h.event.total for h in job.log if isinstance(h.event, Progress) and h.event.stage == "load"]
        assert set(loads) <= {1}  # the estimator at most


@pytest.fixture(scope="module")
def store(starter_home):
    return Store(starter_home)


def test_the_door_finds_who_works_on_it(store):
    begins = check(SAND, store)
    assert begins.name == "starter-picture"
    assert [model.name for model in team(SAND, begins, store)] == ["starter-picture", "starter-maps"]
    alone = TextureRequest(image=PICTURE)
    assert check(alone, store).name == "starter-maps"
    assert [model.name for model in team(alone, check(alone, store), store)] == ["starter-maps"]
    painted = TextureRequest(prompt="sand", image=PICTURE)
    assert check(painted, store).name == "starter-picture"


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (TextureRequest(), "neither a prompt nor a picture"),
        (TextureRequest(prompt=" \n"), "neither a prompt nor a picture"),
        (TextureRequest(prompt="sand", model="starter-text"), "starter-text writes"),
        (TextureRequest(prompt="sand", model="starter-maps"), "only makes maps"),
        (TextureRequest(image=Picture(sha256="0" * 64, width=1, height=1)), "1 × 1"),
        (TextureRequest(prompt="sand", width=4096, height=64), "too long"),
        (TextureRequest(image=Picture(sha256="0" * 64, width=4096, height=64)), "too long"),
    ],
)
def test_what_is_no_texture_is_refused_at_the_door(store, request_, word):
    with pytest.raises(StudioloError) as caught:
        check(request_, store)
    assert word in caught.value.problem.message
    assert caught.value.problem.mend
