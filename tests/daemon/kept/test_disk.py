"""A full disk is said to be one by everything that writes, and is no harm once there is room again."""

import os
import subprocess
import sys

import pytest

from studiolo_client.discovery import call
from studiolo_contract.concept import Concept
from studiolo_contract.errors import StudioloError
from studiolo_contract.text import TextRequest
from tests.chaos.house import House


@pytest.fixture
def house(tmp_path, starter_home):
    house = House(tmp_path, starter_home / "models")
    yield house
    house.stop()
    house.leave()


def test_what_can_t_be_written_is_refused_in_words_and_all_goes_on_when_there_is_room(house):
    if not house.small_disk:
        pytest.skip("a small disk can only be had as root, on Linux")
    house.start()
    with house.client("test") as client:
        job = client.submit(TextRequest(text="The sea."), key="before")
        house.fill()
        asked = (
            lambda: client.submit(TextRequest(text="The sea."), key="full"),
            lambda: client.put(os.urandom(100_000)),
            lambda: client.keep(Concept(name="Ada", kind="character")),
            lambda: client.pin(job),
        )
        for ask in asked:
            with pytest.raises(StudioloError) as caught:
                ask()
            assert caught.value.problem.code == "disk_full"
            assert caught.value.problem.mend
        assert call(house.running(), "PUT", "/v1/paired/tablet")[1]["error"]["code"] == "disk_full"
        assert not list(house.home.glob("*.json.*"))
        assert not list((house.home / "blobs").glob("*/.*"))
        house.kill()
        started = subprocess.run(
            [sys.executable, "-m", "studiolo_daemon", "--port", "0"],
            env=os.environ | {"STUDIOLO_HOME": str(house.home)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert started.returncode == 1
        assert started.stderr.strip().splitlines()[-1].startswith("The disk is full.")
        assert "Traceback" not in started.stderr
        house.make_room()
        house.start()
        for ask in asked:
            ask()
        assert {info.job for info in client.jobs()} >= {job.id}
