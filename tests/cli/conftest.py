"""The command line as a person has it: a process of its own, on a home of its own with the real starter model."""

import os
import subprocess
import sys

import pytest

from studiolo_client import discovery
from studiolo_client.start import stop


class CommandLine:
    def __init__(self, home, folder):
        self.home, self.folder = home, folder

    def begin(self, *arguments, **options):
        command = [sys.executable, "-P", "-m", "studiolo_cli", *map(str, arguments)]
        environment = {**os.environ, "STUDIOLO_HOME": str(self.home), "PYTHONUTF8": "1", "COLUMNS": "80"}
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.Popen(command, env=environment, cwd=self.folder, **streams)

    def __call__(self, *arguments, feed=None):
        """Runs a command to its end: its exit status, standard output and standard error."""
        process = self.begin(*arguments, **({} if feed is None else {"stdin": subprocess.PIPE}))
        output, errors = process.communicate(feed, timeout=180)
        return process.returncode, output.decode(), errors.decode()


@pytest.fixture(scope="module")
def home(tmp_path_factory, starter_home):
    folder = tmp_path_factory.mktemp("home")
    (folder / "models").symlink_to(starter_home / "models", target_is_directory=True)
    (folder / "settings.toml").write_text("port = 0\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIOLO_HOME", str(folder))
        yield folder
        running = discovery.read()
        if running is not None:
            stop(running)


@pytest.fixture
def studiolo(home, tmp_path):
    return CommandLine(home, tmp_path)
