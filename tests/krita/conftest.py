"""What of the Krita plugin runs without Krita is tested without it: its modules are imported from where they lie, and
Qt paints on no screen."""

import os
import sys
import time
from pathlib import Path

import pytest

from studiolo_client import discovery
from studiolo_client.start import stop
from tests.daemon.conftest import Daemon

PLUGIN = Path(__file__).resolve().parents[2] / "plugins/krita"

sys.path.insert(0, str(PLUGIN))
os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture(scope="session", autouse=True)
def application():
    """Qt's own, without which it has no painters, widgets or signals."""
    from studiolo_krita.qt import QtWidgets

    return QtWidgets.QApplication.instance() or QtWidgets.QApplication([])


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """One that is the installation's own, so that a link finds it."""
    home = tmp_path_factory.mktemp("home")
    (home / "settings.toml").write_text("port = 0\nspare = false\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIOLO_HOME", str(home))
        daemon = Daemon(home).start()
        yield daemon
        daemon.stop()
        another = discovery.read()  # that a test had a link start
        if another is not None:
            stop(another)


@pytest.fixture
def until(application):
    """Lets Qt work until something is so; fails where it never is."""

    def wait(there, seconds=20.0):
        deadline = time.monotonic() + seconds
        while not there():
            assert time.monotonic() < deadline, "it never came"
            application.processEvents()
            time.sleep(0.005)

    return wait
