"""Where Studiolo keeps its things, and the files that say how a daemon is reached.

This machine's own writes one while it runs; `studiolo connect` keeps one of a daemon elsewhere, which is used instead.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs

from studiolo_client.dial import dial
from studiolo_contract.codec import from_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.frames import to_json


@dataclass(frozen=True, kw_only=True)
class Running:
    """A daemon, as it describes itself in the runtime file, or as a pairing code describes it."""

    url: str
    """`http://127.0.0.1:4747`, without a path; `https` where it is on another machine."""
    token: str
    """A new one at each start; a paired program's own is good until it is revoked."""
    pid: int
    """0 for one that is known by a pairing code."""
    version: str
    protocol: int
    certificate: str = ""
    """The sha256, in hexadecimal, of the only certificate that is believed there; empty where any valid one is."""

    @property
    def by_code(self) -> bool:
        """Whether a pairing code leads to it: then it is not this program's to start or to end."""
        return self.pid == 0


def home() -> Path:
    """The one folder of this installation: STUDIOLO_HOME, or `studiolo` among the user's application data."""
    chosen = os.environ.get("STUDIOLO_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.environ.get("FLATPAK_ID"):
        # there XDG_DATA_HOME is the sandboxed program's own, and not where the daemon outside has its folder
        return Path(os.environ.get("HOST_XDG_DATA_HOME") or Path.home() / ".local/share") / "studiolo"
    return platformdirs.user_data_path("studiolo", appauthor=False)


def runtime_file() -> Path:
    return home() / "daemon.json"


def elsewhere_file() -> Path:
    return home() / "elsewhere.json"


def read_file(file: Path) -> Running | None:
    """What a runtime file says, whether or not that daemon still lives; None if it can't be read."""
    try:
        return from_plain(Running, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def own() -> Running | None:
    """What the runtime file of this installation says."""
    return read_file(runtime_file())


def elsewhere() -> Running | None:
    """The daemon of `studiolo connect`; None where this machine's own is used. Raises `StudioloError` (`no_daemon`) if
    the file is there and can't be read."""
    file = elsewhere_file()
    if not file.exists():
        return None
    running = read_file(file)
    if running is None:
        raise StudioloError(
            "no_daemon",
            f"{file}, which says what daemon to use, can't be read.",
            "Run `studiolo connect` with a pairing code, or `studiolo connect --forget`.",
        )
    return running


def recorded() -> Running | None:
    """The daemon that programs here are to use, whether or not it lives: the one elsewhere, or else this machine's own.
    Raises `StudioloError` as `elsewhere` does."""
    return elsewhere() or own()


def read() -> Running | None:
    """This machine's own daemon that runs now; None when there is none, or only the file of one that was killed."""
    running = own()
    return running if running is not None and status(running) is not None else None


def status(running: Running) -> dict[str, Any] | None:
    """What this very daemon is doing; None when it does not answer. Asked over HTTP and with the token: a process id
    means nothing to a host program in a sandbox, and another daemon may have the port by now."""
    return ask(running, "GET", "/v1/status")


def ask(running: Running, method: str, path: str, timeout: float = 2.0) -> dict[str, Any] | None:
    """The daemon's answer to a plain HTTP call; None unless it grants it within `timeout` seconds."""
    status, answer = call(running, method, path, timeout)
    return answer if status == 200 else None


def call(running: Running, method: str, path: str, timeout: float = 2.0) -> tuple[int, dict[str, Any]]:
    """The daemon's answer to a plain HTTP call and its HTTP status, granted or not; 0 and nothing where none comes
    within `timeout` seconds, or what comes is no daemon's."""
    import http.client  # not needed by who only connects, and slow to import

    address = urlsplit(running.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=timeout)
    try:
        connection.sock = dial(running, timeout)
        connection.request(method, path, headers={"Authorization": f"Bearer {running.token}"})
        response = connection.getresponse()
        answer = json.loads(response.read())
        return (response.status, answer) if isinstance(answer, dict) else (0, {})
    except (OSError, ValueError, http.client.HTTPException):
        return 0, {}
    finally:
        connection.close()


def write(running: Running) -> None:
    """Puts the runtime file in place."""
    write_private(runtime_file(), to_json(running))


def keep_elsewhere(running: Running) -> None:
    """Has programs here use this daemon from now on."""
    write_private(elsewhere_file(), to_json(running))


def forget_elsewhere() -> None:
    """Has programs here use this machine's own daemon again."""
    elsewhere_file().unlink(missing_ok=True)


def write_private(file: Path, text: str) -> None:
    """Puts a file in place in one step, readable by this user alone.

    On Windows the mode does nothing: there the folder lies in the user's profile, which its access list closes to
    other users.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def clear() -> None:
    """Takes the runtime file away."""
    runtime_file().unlink(missing_ok=True)
