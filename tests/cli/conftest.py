"""The command line as a person has it: a process of its own, on a home of its own with the real starter model."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from studiolo_client import discovery
from studiolo_client.start import stop


class Forker:
    """Where forks are to be had: commands as processes that need not load their libraries anew."""

    def __init__(self, folder):
        self._in, self._out, self._err = (folder / name for name in ("in", "out", "err"))
        program = [sys.executable, "-P", str(Path(__file__).with_name("forker.py"))]
        environment = os.environ | {"PYTHONUTF8": "1", "COLUMNS": "80"}
        self._process = subprocess.Popen(
            program, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def run(self, arguments, environment, folder, feed):
        self._in.write_bytes(feed)
        for file in (self._out, self._err):
            file.unlink(missing_ok=True)  # one that a daemon in the background still holds
            file.touch()
        order = {"arguments": list(map(str, arguments)), "environment": environment, "folder": str(folder)}
        files = {"in": str(self._in), "out": str(self._out), "err": str(self._err)}
        self._process.stdin.write(json.dumps(order | files) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        return status, self._out.read_text(encoding="utf-8"), self._err.read_text(encoding="utf-8")

    def close(self):
        self._process.communicate(timeout=30)


class CommandLine:
    def __init__(self, home, folder, forker=None):
        self.home, self.folder, self._forker = home, folder, forker

    def begin(self, *arguments, **options):
        command = [sys.executable, "-P", "-m", "studiolo_cli", *map(str, arguments)]
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.Popen(command, env=self._environment, cwd=self.folder, **streams)

    def __call__(self, *arguments, feed=None):
        """Runs a command to its end: its exit status, standard output and standard error."""
        if self._forker is not None:
            return self._forker.run(arguments, self._environment, self.folder, feed or b"")
        process = self.begin(*arguments, **({} if feed is None else {"stdin": subprocess.PIPE}))
        output, errors = process.communicate(feed, timeout=180)
        return process.returncode, output.decode(), errors.decode()

    @property
    def _environment(self):
        return {**os.environ, "STUDIOLO_HOME": str(self.home), "PYTHONUTF8": "1", "COLUMNS": "80"}


@pytest.fixture(scope="session")
def forker(tmp_path_factory):
    """None where processes can't be forked."""
    if not hasattr(os, "fork"):
        yield None
        return
    forker = Forker(tmp_path_factory.mktemp("forker"))
    yield forker
    forker.close()


@pytest.fixture(scope="session")
def desk(tmp_path_factory, starter_home):
    """The home of all commands, in which a daemon that was started once goes on from file to file."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "models").symlink_to(starter_home / "models", target_is_directory=True)
    (folder / "settings.toml").write_text("port = 0\nspare = false\n")
    yield folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIOLO_HOME", str(folder))
        running = discovery.read()
        if running is not None:
            stop(running)


@pytest.fixture(scope="module")
def home(desk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIOLO_HOME", str(desk))
        yield desk


@pytest.fixture
def studiolo(home, tmp_path, forker):
    return CommandLine(home, tmp_path, forker)
