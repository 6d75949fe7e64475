"""The pure rooms of the Blender extension, without Blender: its package is imported from the source tree."""

import sys
import time
from pathlib import Path

import pytest

from tests.daemon.conftest import daemon  # noqa: F401 (a fixture)

PLUGIN = Path(__file__).resolve().parents[2] / "plugins/blender"
sys.path.insert(0, str(PLUGIN))


@pytest.fixture
def until():
    """Waits for something to be true."""

    def until(true, patience=30.0):
        end = time.monotonic() + patience
        while not true():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)

    return until
