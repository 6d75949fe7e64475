"""Starts the daemon in the background when none runs, and stops it. Knows no socket."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from studiolo_client import discovery
from studiolo_client.discovery import Running
from studiolo_contract.errors import StudioloError

DAEMON = (sys.executable, "-P", "-m", "studiolo_daemon")
WINNER_WAIT = 5.0
"""Seconds to look for another daemon after ours has ended: two that start at once settle it between themselves."""


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
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            mark = out.tell()
            process = _spawn(command, out.fileno())
    except OSError as error:
        raise StudioloError(
            "no_daemon", f"The daemon could not be started: {error}.", "Check that its folder may be written to."
        ) from None
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        time.sleep(0.03)
        running = discovery.read()
        if running is not None:
            return running
        if process.poll() is not None:
            deadline = min(deadline, time.monotonic() + (WINNER_WAIT if process.returncode == 0 else 0.5))
    raise StudioloError(
        "no_daemon",
        f"The daemon did not start: {_last_line(log, mark) or 'it said nothing'}",
        f"Everything it said is in {log}.",
    )


def stop(running: Running, timeout: float = 10.0) -> None:
    """Ends the daemon and waits until it is gone. Raises `StudioloError` (`internal`) if it stays.

    On Windows there is no signal that a process can answer: it ends at once there, as after a power cut, which the
    journal is made for.
    """
    try:
        os.kill(running.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    except OSError as error:
        raise StudioloError(
            "internal", f"Process {running.pid} could not be ended: {error}.", "End it as the user who started it."
        ) from None
    deadline = time.monotonic() + timeout
    while discovery.answers(running):
        if time.monotonic() > deadline:
            raise StudioloError(
                "internal", f"The daemon (process {running.pid}) has not ended.", f"Look into {log_file()}."
            )
        time.sleep(0.05)


def _spawn(command: Sequence[str], out: int) -> subprocess.Popen[bytes]:
    if sys.platform == "win32":
        # a hidden console rather than none, or the workers would each open one
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, creationflags=flags)
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)


def _last_line(log: Path, mark: int) -> str:
    """The last line that was written after byte `mark`."""
    with log.open("rb") as text:
        text.seek(mark)
        lines = text.read()[-8192:].decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
