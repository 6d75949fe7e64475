"""What a bug report needs, as a zip: versions, settings, the doctor's report, the ends of the logs, figures from the
journal. No token and no words of the person's, unless they are asked for; names of user, machine and folders are taken
out of everything.
"""

from __future__ import annotations

import getpass
import importlib.metadata
import json
import os
import platform
import re
import sqlite3
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from studiolo import __version__
from studiolo_cli.checks.finding import Finding
from studiolo_client import discovery
from studiolo_contract import PROTOCOL
from studiolo_contract.errors import StudioloError

LOGS = ("daemon.log", "daemon.log.1", "daemon.out")
TAIL = 2**18
"""Bytes of the end of each log."""
PRIVATE = ("host", "names", "tls_certificate", "tls_key")
"""Settings whose values say where the person is."""
PLAIN = (
    "kind",
    "mode",
    "model",
    "sha256",
    "media_type",
    "format",
    "meter",
    "key",
    "scheduler",
    "preset",
    "style",
    "ensemble",
    "instruments",
)
"""Fields of requests that hold no words of a person's; every other string is taken for such."""
LATELY = "SELECT request FROM jobs ORDER BY created DESC LIMIT 2000"
SHORTEST = 4
"""Characters; shorter words give nobody away, and stand in every log."""
LATEST = 50
"""Requests that go in where words are asked for."""


def pack(target: Path, found: Sequence[Finding], with_words: bool) -> None:
    """Writes the zip. Raises `StudioloError` when it can't be written."""
    home = discovery.home()
    requests = _requests(home)
    hide = _Hider(home, () if with_words else _words(requests))
    # where nobody knows any more what was asked for, what libraries print can't be searched for it
    known = with_words or (requests is not None and not any(home.glob("journal.sqlite3.broken-*")))
    files: dict[str, Any] = {
        "report.json": [asdict(finding) for finding in found],
        "versions.json": _versions(),
        "hardware.json": _hardware(),
        "settings.json": _settings(home),
        "journal.json": _statistics(home),
    }
    if with_words:
        files["requests.json"] = (requests or [])[:LATEST]
    logs = {name: _tail(home / name, known) for name in LOGS if (home / name).exists()}
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, hide(json.dumps(content, indent=2, ensure_ascii=False)) + "\n")
            for name, text in logs.items():
                archive.writestr(name, hide(text))
    except OSError as error:
        raise StudioloError("bad_request", f"{target} can't be written: {error.strerror}.", "Name another.") from None


class _Hider:
    """Takes out of a text what is nobody's business."""

    def __init__(self, home: Path, words: Iterable[str]) -> None:
        plain: dict[str, str] = {}
        for file in ("daemon.json", "elsewhere.json"):
            running = discovery.read_file(home / file)
            if running is not None:
                plain[running.token] = "TOKEN"
            if running is not None and running.by_code:
                plain[urlsplit(running.url).netloc] = "ELSEWHERE"
        for word in words:
            plain[word] = plain[json.dumps(word, ensure_ascii=False)[1:-1]] = plain[json.dumps(word)[1:-1]] = "WORDS"
        for folder, name in ((home, "STUDIOLO_HOME"), (Path.home(), "~")):
            for path in {folder, folder.resolve()} - {Path("/")}:
                plain[str(path)] = plain[json.dumps(str(path))[1:-1]] = name
        # the longest first, so that none hides only a part of another
        self._plain = sorted(plain.items(), key=lambda item: -len(item[0]))
        names = {_user(): "USER", platform.node(): "MACHINE"}
        self._names = {name: stands for name, stands in names.items() if len(name) > 1}

    def __call__(self, text: str) -> str:
        for secret, stands in self._plain:
            text = text.replace(secret, stands)
        for name, stands in self._names.items():
            text = re.sub(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", stands, text)
        return text


def _versions() -> dict[str, Any]:
    packages = {found.metadata["Name"]: found.version for found in importlib.metadata.distributions()}
    return {
        "studiolo": __version__,
        "protocol": PROTOCOL,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": dict(sorted(packages.items())),
    }


def _hardware() -> dict[str, Any]:
    from studiolo_cli.checks.machine import available_memory, nvidia_card

    cpuinfo = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*: (.+)$", cpuinfo.read_text() if cpuinfo.exists() else "", re.MULTILINE)
    return {
        "processor": model[1] if model else platform.processor(),
        "cores": os.cpu_count(),
        "memory_free_bytes": available_memory(),
        "card_and_cuda_of_its_driver": nvidia_card(),
    }


def _settings(home: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads((home / "settings.toml").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        return {"unreadable": type(error).__name__}
    return {name: "HIDDEN" if name in PRIVATE else value for name, value in found.items()}


def _statistics(home: Path) -> dict[str, Any]:
    try:
        with _journal(home) as db:
            return {} if db is None else _counted(home, db)
    except sqlite3.DatabaseError as error:
        return {"unreadable": str(error)}


def _counted(home: Path, db: sqlite3.Connection) -> dict[str, Any]:
    """How many jobs of which kind ended how, and how long they took; nothing of what was asked for."""
    ended = "SELECT json_extract(request, '$.kind'), state, priority, COUNT(*) FROM jobs GROUP BY 1, 2, 3"
    codes = """SELECT json_extract(event, '$.problem.code'), COUNT(*) FROM events
        WHERE json_extract(event, '$.type') = 'failed' GROUP BY 1"""
    runs = """SELECT json_extract(request, '$.kind'), COUNT(*), AVG(took), MAX(took) FROM
        (SELECT job, MAX(at) - MIN(at) AS took FROM events GROUP BY job) JOIN jobs USING (job) GROUP BY 1"""
    tries = """SELECT MAX(json_extract(event, '$.attempt')) FROM events
        WHERE json_extract(event, '$.type') = 'started'"""
    return {
        "bytes": (home / "journal.sqlite3").stat().st_size,
        "version": db.execute("PRAGMA user_version").fetchone()[0],
        "jobs: kind, state, priority, how many": db.execute(ended).fetchall(),
        "failures: code, how many": db.execute(codes).fetchall(),
        "seconds: kind, how many, mean, most": db.execute(runs).fetchall(),
        "most attempts": db.execute(tries).fetchone()[0],
    }


def _requests(home: Path) -> list[Any] | None:
    """What was asked for, the newest first, as far back as the logs may speak of it; None where that can't be read."""
    try:
        with _journal(home) as db:
            rows = [] if db is None else db.execute(LATELY).fetchall()
        return [json.loads(row[0]) for row in rows]
    except (sqlite3.DatabaseError, ValueError):
        return None


@contextmanager
def _journal(home: Path) -> Iterator[sqlite3.Connection | None]:
    """The journal, for reading; None where there is none."""
    file = home / "journal.sqlite3"
    if not file.exists():
        yield None
        return
    with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=5.0)) as db:
        yield db


def _words(value: object, name: str = "") -> Iterator[str]:
    """What a person has said in a request: the whole, its lines and its clauses, which a library may quote."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _words(item, key)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _words(item, name)
    elif isinstance(value, str) and name not in PLAIN:
        pieces = {value, *value.splitlines(), *re.split(r"[.,;:!?\n]\s*", value)}
        yield from (piece.strip() for piece in pieces if len(piece.strip()) >= SHORTEST)


def _tail(file: Path, known: bool) -> str:
    """The end of a log, without whose jobs they were; without what libraries have printed, unless `known`."""
    with file.open("rb") as log:
        log.seek(max(0, file.stat().st_size - TAIL))
        lines = log.read().decode("utf-8", "replace").splitlines(keepends=True)
    lines = lines[1:] if len(lines) > 1 else lines
    if not known:
        lines = [
            line for line in lines if line.startswith("{") and '"worker": ' not in line and '"trace": ' not in line
        ]
    return re.sub(r', "client": "(?:[^"\\]|\\.)*"', "", "".join(lines))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return ""
