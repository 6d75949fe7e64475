"""A host program that runs what a test sends it, on the thread that owns its documents. Knows no particular program;
what listens inside of it is each program's own `driver`."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Any

from tests.hosts.screen import PATH, TIED


class Host:
    """A program with a home of its own; `studiolo` is the folder of the daemon that its plugin finds."""

    def __init__(self, name: str, folder: Path, studiolo: Path, settings: dict[str, str] | None = None) -> None:
        self._name = name
        self.folder = folder
        # a socket's name may have no more than about a hundred characters
        self._runtime = Path(tempfile.mkdtemp(prefix="studiolo-host-"))
        self._environment = {
            "PATH": PATH,
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "share"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_RUNTIME_DIR": str(self._runtime),
            "TMPDIR": str(self._runtime),
            "LANG": "C.UTF-8",
            "STUDIOLO_HOME": str(studiolo),
            "STUDIOLO_DRIVER": str(self._runtime / "driver"),
            **(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        for part in ("share", "config", "cache"):
            (folder / part).mkdir(parents=True, exist_ok=True)

    def launch(self, *command: str) -> None:
        """Returns at once."""
        (self._runtime / "driver").unlink(missing_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*TIED, *command],
                env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def run(self, code: str, **given: Any) -> Any:
        """What this Python leaves in `value`. Its names last from one call to the next; `given` are some more."""
        lines = [f"{name} = {value!r}" for name, value in given.items()]
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(300)
            connection.connect(self._environment["STUDIOLO_DRIVER"])
            with connection.makefile("rw", encoding="utf-8") as stream:
                stream.write(json.dumps("\n".join([*lines, textwrap.dedent(code)])) + "\n")
                stream.flush()
                line = stream.readline()
        assert line, f"{self._name} ended: {self.log()[-4000:]}"
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(f"{self._name} said:\n{answer['error']}")
        return answer["value"]

    def until(self, code: str, patience: float = 60.0, **given: Any) -> Any:
        """The first value that is true, asked for again and again."""
        end = time.monotonic() + patience
        problem: Exception | None = None
        while time.monotonic() < end:
            assert self._process is not None
            assert self._process.poll() is None, f"{self._name} ended: {self.log()[-4000:]}"
            try:
                value = self.run(code, **given)
                if value:
                    return value
            except OSError as error:
                problem = error
            time.sleep(0.1)
        raise AssertionError(f"Waited {patience:g} s in vain for: {code}\n{problem or ''}\n{self.log()[-4000:]}")

    @property
    def _log(self) -> Path:
        return self.folder / f"{self._name.lower()}.log"

    def log(self) -> str:
        """All that the program and its plugins have printed."""
        return self._log.read_text("utf-8", "replace")

    def stop(self) -> None:
        """Ends the process at once, as a crash would."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._runtime, ignore_errors=True)
