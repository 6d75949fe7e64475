"""A real daemon on a home of its own, with real workers and the real starter text model."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from studiolo_client import discovery
from studiolo_client.client import Client


@dataclass
class Daemon:
    """A daemon that a test may be rough with."""

    home: Path
    process: subprocess.Popen | None = None
    program: tuple[str, ...] = ("-m", "studiolo_daemon")

    def start(self):
        environment = os.environ | {"STUDIOLO_HOME": str(self.home)}
        with (self.home / "test.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.program, "--port", "0"], env=environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            running = self.running()
            if running is not None and running.pid == self.process.pid and discovery.status(running):
                return self
            time.sleep(0.02)
        raise AssertionError((self.home / "test.log").read_text())

    def running(self):
        return discovery.read_file(self.home / "daemon.json")

    def client(self, name="test", **options):
        """One that waits longer than usual for a daemon that was killed: on a busy machine the next one takes its time."""
        return Client(self.running(), name, find=self.running, **{"patience": 60.0} | options)

    def status(self):
        return discovery.status(self.running())

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


def frugal(home):
    """The home, without a spare worker: each costs four seconds of a core, which most tests have no use for."""
    (home / "settings.toml").write_text("spare = false\n")
    return home


def with_models(home, starter_home):
    """A daemon on this home that shares the models of the test session, until the fixture that it is for ends."""
    (home / "models").symlink_to(starter_home / "models", target_is_directory=True)
    daemon = Daemon(home).start()
    yield daemon
    daemon.stop()


def certified(folder, issued):
    """The folder, with a certificate that trustme issued, and its key."""
    issued.private_key_pem.write_to_path(folder / "key.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "certificate.pem")
    return folder


def open_to_others(home, host, files, more=""):
    """Has the daemon of this home listen at `host` too, under the certificate in `files`."""
    (home / "settings.toml").write_text(
        f"host = '{host}'\nhost_port = 0\n{more}"
        f"tls_certificate = '{files / 'certificate.pem'}'\ntls_key = '{files / 'key.pem'}'\n"
    )


@pytest.fixture(scope="module")
def bare_daemon(tmp_path_factory):
    """A daemon on an empty home, for what needs no model."""
    daemon = Daemon(frugal(tmp_path_factory.mktemp("home"))).start()
    yield daemon
    daemon.stop()


@pytest.fixture(scope="module")
def daemon(common_daemon):
    """The daemon of all tests, running and idle, whatever the file before has done to it."""
    if common_daemon.process.poll() is not None:
        common_daemon.start()
    deadline = time.monotonic() + 60
    while any(lane["running"] or lane["waiting"] for lane in common_daemon.status()["lanes"].values()):
        assert time.monotonic() < deadline, "a file has left a job behind"
        time.sleep(0.02)
    return common_daemon
