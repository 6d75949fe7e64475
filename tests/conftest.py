"""What all tests share: a home folder with the real starter models in it."""

import importlib.util
import os
import signal
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the worker does, and before anything loads torch
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the tests run beside each other; a second thread each only waits

import pytest
from filelock import FileLock

from studiolo.models.store import Store

# in the background of a shell Ctrl-C is ignored, and whatever is started from here would ignore it too
signal.signal(signal.SIGINT, signal.default_int_handler)

TREE = Path(__file__).resolve().parents[1]
DEAR = (
    "daemon/test_daemon.py",
    "studio/test_page.py",
    "studiolo/text/test_quality.py",
    "chaos/test_chaos.py",
    "cli/test_co_writing.py",
    "daemon/test_compose.py",
    "cli/test_compose.py",
    "chaos/test_protocol_machine.py",
    "cli/test_commands.py",
    "client/test_client.py",
    "daemon/test_free.py",
    "cli/test_doctor.py",
    "studiolo/engines/test_music_engines.py",
    "studiolo/engines/test_text_engine.py",
    "studiolo/engines/test_image_engine.py",
    "client/test_watching.py",
    "daemon/test_twins.py",
)
"""Files that take twenty seconds of a core and more. They come first, or at the end one core would wait for the other."""


def pytest_collection_modifyitems(items):
    places = {TREE / "tests" / name: place for place, name in enumerate(DEAR)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def starter_home():
    """A home in which the starters lie, fetched by the real `pull` at the first run and kept. Read it, never write to it."""
    home = TREE / ".cache" / "test-home"
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / "pull.lock"):  # the tests run in several processes
        Store(home).pull("starter-text", lambda fetching: None)
    return home


@pytest.fixture(scope="session")
def common_daemon(starter_home, tmp_path_factory):
    """A daemon for all tests of this process: a worker that one file has woken serves the next. Ask for `daemon`."""
    from tests.daemon.conftest import frugal, with_models

    yield from with_models(frugal(tmp_path_factory.mktemp("home")), starter_home)


@pytest.fixture(scope="session")
def painter(tmp_path_factory):
    """The folder of a Stable Diffusion of random weights; it paints in a moment."""
    source = TREE / "tests/studiolo/engines/pipelines.py"
    spec = importlib.util.spec_from_file_location("pipelines", source)
    pipelines = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pipelines)
    return str(pipelines.save("sd15", tmp_path_factory.mktemp("painter")))


@pytest.fixture
def one_thread():
    """Small networks on small pictures, where more threads only wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
