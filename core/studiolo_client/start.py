"""Starts the daemon in the background when none runs, and stops it. Knows no socket.

A host program such as Krita has no Studiolo of its own. What it runs is what the daemon wrote down when it last
started, in the user's own folder, and nothing else.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studiolo_client import discovery
from studiolo_client.discovery import Running
from studiolo_contract.errors import StudioloError

DAEMON = (sys.executable, "-P", "-m", "studiolo_daemon")
"""Starts the daemon of this very installation; of no use in a host program, whose Python is another."""
TAKEN = 3
"""Exit status of a daemon that found another one at home: one that starts just now as well, or is just ending."""


NOT_INHERITED = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP")
"""What a host program tells its own Python; another one would not start with it."""
OF_AN_APPIMAGE = ("LD_LIBRARY_PATH", "QT_PLUGIN_PATH")
"""What leads into an AppImage, which is gone as soon as its program ends."""


MOST_OUTPUT = 2**20
"""Bytes of what a daemon in the background has printed; a file that is longer begins anew with the next daemon."""


def log_file() -> Path:
    """What the daemon and its workers do and complain of stands here: JSON lines, written by the daemon itself."""
    return discovery.home() / "daemon.log"


def output_file() -> Path:
    """What a daemon in the background prints goes here: why it did not start, and the stack of a crash."""
    return discovery.home() / "daemon.out"


def launch_file() -> Path:
    """How the daemon is started stands here."""
    return discovery.home() / "launch.json"


def record_command(port: int | None = None) -> None:
    """Writes down how the daemon of this installation is started, for host programs, and the port that it has now;
    None for the one that is written down already."""
    known = recorded_port() if port is None else port
    discovery.write_private(launch_file(), json.dumps({"command": DAEMON} | ({} if known is None else {"port": known})))


def recorded_port() -> int | None:
    """The port that the daemon of this home had last; None where that was never written down."""
    try:
        port = json.loads(launch_file().read_text(encoding="utf-8")).get("port")
    except (OSError, ValueError, AttributeError):
        return None
    return port if type(port) is int and 0 < port < 65536 else None


def recorded_command() -> tuple[str, ...] | None:
    """How the daemon is started, for `start`; None where it was never written down.

    Raises `StudioloError` (`no_daemon`) when it can't be started in that way: others could have written the file, it
    is broken, the program that it names is gone, or this program may start none outside its own Flatpak.
    """
    file = launch_file()
    try:
        with file.open(encoding="utf-8") as opened:
            trusted, text = _is_ours_alone(os.fstat(opened.fileno())), opened.read()
        command = tuple(json.loads(text)["command"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):
        raise _not_startable(f"{file} can't be read.") from None
    if not trusted:
        raise _not_startable(f"{file} could have been written by somebody else, so what it says is not run.")
    if os.environ.get("FLATPAK_ID"):
        raise _not_startable("A program in a Flatpak can't start the daemon outside of it.")
    if not command or not all(isinstance(word, str) for word in command):
        raise _not_startable(f"{file} names no program.")
    if not (Path(command[0]).is_absolute() and Path(command[0]).exists()):
        raise _not_startable(f"The daemon was last started with {command[0]}, which is not there any more.")
    return command


def start(command: Sequence[str] = DAEMON, timeout: float = 30.0) -> Running:
    """The running daemon, started with `command` if there is none yet; it outlives the caller. A host program gives
    its `recorded_command`.

    Raises `StudioloError` (`no_daemon`) when none answers within `timeout` seconds, with the last line of its log, and
    when programs here use a daemon elsewhere.
    """
    check_ours()
    running = discovery.read()
    if running is not None:
        return running
    out = output_file()
    mark = _begin(out)
    process = _spawn(command, out)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and process.poll() in (None, TAKEN):
        time.sleep(0.03)
        running = discovery.read()
        if running is not None:
            return running
        if process.returncode == TAKEN:
            time.sleep(0.2)
            process = _spawn(command, out)
    raise StudioloError(
        "no_daemon",
        f"The daemon did not start: {_last_line(out, mark) or 'it said nothing.'}",
        f"Everything it said is in {out} and {log_file()}.",
    )


def check_ours() -> None:
    """Raises `StudioloError` (`no_daemon`) when programs here use a daemon elsewhere, so that none is to be started or
    ended for them."""
    away = discovery.elsewhere()
    if away is not None:
        raise StudioloError(
            "no_daemon",
            f"Programs here use the daemon at {away.url}, which is started and ended on its own machine.",
            "Do it there, or run `studiolo connect --forget` here to use this machine's own.",
        )


def stop(running: Running, timeout: float = 15.0) -> None:
    """Ends the daemon and waits until it is gone; jobs that are not over go on at its next start. Raises
    `StudioloError` (`internal`) if it stays."""
    discovery.ask(running, "POST", "/v1/stop")
    deadline = time.monotonic() + timeout
    while discovery.own() == running or discovery.status(running) is not None:
        if time.monotonic() > deadline:
            raise StudioloError(
                "internal", f"The daemon (process {running.pid}) does not end.", f"Look into {log_file()}, or end it."
            )
        time.sleep(0.05)


def _begin(out: Path) -> int:
    """Where in the file the new daemon's words will begin."""
    try:
        size = out.stat().st_size
        if size > MOST_OUTPUT:
            out.unlink()
            return 0
        return size
    except OSError:  # none yet, or one that another program holds open
        return 0


def _spawn(command: Sequence[str], out: Path) -> subprocess.Popen[bytes]:
    options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "env": _environment(os.environ)}
    if sys.platform == "win32":
        # a hidden console rather than none, or the workers would each open one
        options["creationflags"] = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    else:
        options["start_new_session"] = True
    try:
        out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            return subprocess.Popen(command, stdout=file, stderr=file, **options)
    except OSError as error:
        raise StudioloError(
            "no_daemon", f"The daemon could not be started: {error}.", "Check that its folder may be written to."
        ) from None


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Ours, without what is meant for this program alone."""
    in_appimage = bool(ours.get("APPIMAGE") or ours.get("APPDIR"))
    dropped = NOT_INHERITED + (OF_AN_APPIMAGE if in_appimage else ())
    return {name: value for name, value in ours.items() if name not in dropped}


def _is_ours_alone(state: os.stat_result) -> bool:
    """Whether nobody but this user can have written the file. On Windows the folder's access list sees to that."""
    if sys.platform == "win32":
        return True
    return state.st_uid == os.geteuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _not_startable(message: str) -> StudioloError:
    return StudioloError("no_daemon", message, "Run `studiolo serve` once in a terminal.")


def _last_line(out: Path, mark: int) -> str:
    """The last line that was written after byte `mark`."""
    with out.open("rb") as text:
        text.seek(mark)
        lines = text.read()[-8192:].decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
