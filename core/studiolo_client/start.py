"""Starts the daemon in the background when none runs, and stops it. Knows no socket."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from studiolo_client import discovery
from studiolo_client.discovery import Running
from studiolo_contract.errors import StudioloError

DAEMON = (sys.executable, "-P", "-m", "studiolo_daemon")
TAKEN = 3
"""Exit status of a daemon that found another one at home: one that starts just now as well, or is just ending."""


def log_file() -> Path:
    """What a daemon in the background prints goes here."""
    return discovery.home() / "daemon.log"


def start(command: Sequence[str] = DAEMON, timeout: float = 30.0) -> Running:
    """The running daemon, started with `command` if there is none yet; it outlives the caller.

    Raises `StudioloError` (`no_daemon`) when none answers within `timeout` seconds, with the last line of its log.
    """
    running = discovery.read()
    if running is not None:
        return running
    log = log_file()
    mark = log.stat().st_size if log.exists() else 0
    process = _spawn(command, log)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and process.poll() in (None, TAKEN):
        time.sleep(0.03)
        running = discovery.read()
        if running is not None:
            return running
        if process.returncode == TAKEN:
            time.sleep(0.2)
            process = _spawn(command, log)
    raise StudioloError(
        "no_daemon",
        f"The daemon did not start: {_last_line(log, mark) or 'it said nothing.'}",
        f"Everything it said is in {log}.",
    )


def stop(running: Running, timeout: float = 15.0) -> None:
    """Ends the daemon and waits until it is gone; jobs that are not over go on at its next start. Raises
    `StudioloError` (`internal`) if it stays."""
    discovery.ask(running, "POST", "/v1/stop")
    deadline = time.monotonic() + timeout
    while discovery.recorded() == running or discovery.status(running) is not None:
        if time.monotonic() > deadline:
            raise StudioloError(
                "internal", f"The daemon (process {running.pid}) does not end.", f"Look into {log_file()}, or end it."
            )
        time.sleep(0.05)


def _spawn(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            if sys.platform == "win32":
                # a hidden console rather than none, or the workers would each open one
                flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
                return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, creationflags=flags)
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
    except OSError as error:
        raise StudioloError(
            "no_daemon", f"The daemon could not be started: {error}.", "Check that its folder may be written to."
        ) from None


def _last_line(log: Path, mark: int) -> str:
    """The last line that was written after byte `mark`."""
    with log.open("rb") as text:
        text.seek(mark)
        lines = text.read()[-8192:].decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
