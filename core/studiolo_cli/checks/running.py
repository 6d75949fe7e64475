"""The daemon: whether it runs, is the only one, answers, and can be started. Starts none."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from studiolo import __version__
from studiolo_cli.checks.finding import Finding, broken, hint, ok
from studiolo_client import discovery
from studiolo_client.discovery import Running
from studiolo_client.start import DAEMON, recorded_command
from studiolo_contract.errors import StudioloError

PROC = Path("/proc")


def runtime_file(home: Path) -> Iterator[Finding]:
    """What `daemon.json` says, and whether it is so."""
    file = home / "daemon.json"
    if not file.exists():
        if (home / "elsewhere.json").exists():  # `elsewhere` tells of that one
            return
        yield ok("daemon", "No daemon runs; the next command that needs one starts it.")
        return
    running = discovery.read_file(file)
    if running is None:
        yield broken("daemon", f"{file} can't be read.", "Delete it; the next daemon writes it anew.")
        return
    if discovery.status(running) is not None:
        yield ok("daemon", f"The daemon answers at {running.url} (process {running.pid}).")
    elif state := _state(running.pid):
        yield broken(
            "daemon",
            f"The daemon (process {running.pid}, {state}) does not answer at {running.url}.",
            f"End it: kill -9 {running.pid}. Its jobs go on when the next one starts.",
        )
    else:
        yield hint(
            "daemon",
            f"{file} is of a daemon that was killed (process {running.pid}).",
            "Nothing needs to be done: the next one writes it anew.",
        )


def port(home: Path) -> Iterator[Finding]:
    """Whether another program has the port that was set."""
    from studiolo_daemon.settings import read_settings

    try:
        wanted = read_settings(home).port
    except StudioloError:  # `folder.settings` says so
        return
    running = discovery.read_file(home / "daemon.json")
    taken = running and urlsplit(running.url).port
    if not wanted or (taken == wanted and running and discovery.status(running) is not None):
        return
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as trial:
        trial.settimeout(1.0)
        if trial.connect_ex(("127.0.0.1", wanted)) == 0:
            yield broken(
                "daemon",
                f"Port {wanted}, which settings.toml names, is taken by another program.",
                "End that program, or name another port or none.",
            )


def lock(home: Path) -> Iterator[Finding]:
    """Whether the lock is held by the daemon that answers, and by it alone."""
    file = home / "daemon.lock"
    if not home.is_dir():
        return
    running = discovery.read_file(home / "daemon.json")
    answers = running is not None and discovery.status(running) is not None
    others = sorted(_that_have_open(home / "journal.sqlite3"))
    if len(others) > 1:
        yield broken(
            "daemon",
            f"{len(others)} daemons work in {home} at once (processes {', '.join(map(str, others))}).",
            f"End all but one: kill {' '.join(map(str, others[:-1]))}. Never delete {file} while one runs.",
        )
        return
    try:
        held = file.exists()
        if held:
            with FileLock(file, timeout=0, is_singleton=False):
                held = False
    except Timeout:
        held = True
    except OSError:  # `folder` says so
        return
    if held and not answers:
        holder = next(iter(_that_have_open(file)), None)
        who = f"process {holder}, {_state(holder)}" if holder else "a process that can't be named"
        yield broken(
            "daemon",
            f"{file} is held by {who}, and no daemon answers.",
            f"Wait a moment if it is just starting or ending, else end it{f': kill -9 {holder}' if holder else ''}.",
        )
    elif answers and not held:
        yield broken(
            "daemon",
            f"The daemon that answers does not hold {file}, so a second one could start.",
            "Run `studiolo stop`; the next command starts it again.",
        )


def answers(home: Path) -> Iterator[Finding]:
    """How soon it answers, over HTTP and on a socket, and whether it is of this version."""
    running = discovery.read_file(home / "daemon.json")
    if running is None or discovery.status(running) is None:
        return
    began = time.perf_counter()
    discovery.ask(running, "GET", "/health")
    health = 1000 * (time.perf_counter() - began)
    try:
        greeted, trips = _speak(running)
    except StudioloError as error:
        yield broken("daemon", f"It does not speak on a socket: {error.problem.message}", error.problem.mend)
        return
    yield ok(
        "daemon",
        f"It answers over HTTP in {health:.0f} ms, greets on a socket in {greeted:.0f} ms, and one question takes "
        f"{trips:.1f} ms.",
    )
    if running.version != __version__:
        yield broken(
            "daemon",
            f"The daemon that runs is Studiolo {running.version}, and this is {__version__}.",
            "Run `studiolo stop`; the next command starts this one.",
        )


def launch(home: Path) -> Iterator[Finding]:
    """Whether host programs can start it, with the command that was written down for them."""
    if (home / "elsewhere.json").exists():  # then they start none
        return
    try:
        command = recorded_command()
    except StudioloError as error:
        yield broken("launch", error.problem.message, error.problem.mend)
        return
    if command is None:
        yield hint("launch", "No host program can start the daemon yet.", "Run `studiolo serve` once in a terminal.")
        return
    try:
        done = subprocess.run([*command, "--help"], capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
        reason = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it gave no reason"])[-1]
        fine = done.returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        fine, reason = False, str(error)
    if not fine:
        yield broken(
            "launch",
            f"The command that host programs start the daemon with does not run: {reason:.200}.",
            "Run `studiolo serve` once in a terminal.",
        )
    elif command != DAEMON:
        yield hint(
            "launch",
            f"Host programs start the daemon of another copy of Studiolo, with {command[0]}.",
            "Run `studiolo serve` here once if they should start this one.",
        )
    else:
        yield ok("launch", "Host programs can start the daemon.")


def _speak(running: Running) -> tuple[float, float]:
    """Milliseconds from connecting to welcome, and of one question."""
    from studiolo_client.client import Client

    began = time.perf_counter()
    with Client(running, "doctor", patience=2.0) as client:
        greeted = 1000 * (time.perf_counter() - began)
        trips = []
        for _ in range(9):
            began = time.perf_counter()
            client.jobs()
            trips.append(1000 * (time.perf_counter() - began))
    return greeted, statistics.median(trips)


def _state(pid: int) -> str:
    """How a process is, in a word; empty where there is none, or only its exit status."""
    if not PROC.is_dir():
        try:
            os.kill(pid, 0)
        except OSError:
            return ""
        return "alive"
    try:
        letter = (PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""
    return {"Z": "", "T": "stopped", "t": "stopped"}.get(letter, "alive")


def _that_have_open(file: Path) -> Iterator[int]:
    """Processes of Studiolo's daemon that have a file open, as far as this user may see that."""
    if not PROC.is_dir() or not file.exists():
        return
    wanted = file.stat()
    for process in PROC.glob("[0-9]*"):
        try:
            if b"studiolo_daemon\0" not in (process / "cmdline").read_bytes():
                continue
            opened = [link.stat() for link in (process / "fd").iterdir()]
        except OSError:  # it has ended, or is another user's
            continue
        if any((one.st_dev, one.st_ino) == (wanted.st_dev, wanted.st_ino) for one in opened):
            yield int(process.name)
