"""What the daemon and its workers have to say: JSON lines in `daemon.log`, plain lines on a terminal.

One line for each turn in the life of a job: accepted, started, and how it ended. Writes no request, no text and no
token; what libraries say is theirs. Knows no queue and no socket.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import logging
import os
import sys
import time
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from studiolo_contract.events import Cancelled, Failed, Result, Started
from studiolo_daemon.workshop.jobs import Job

MOST = 4 * 2**20
"""Bytes of one file; then it is `daemon.log.1`, that one `daemon.log.2`, and the one before is gone."""
KEPT = 2
LONGEST = 4096
"""Characters of a line that a worker's libraries print; the rest of it is left out."""

log = logging.getLogger("studiolo.jobs")
_worker = logging.getLogger("studiolo.worker")


def keep(file: Path) -> None:
    """Has everything that is logged written to `file`, and shown to the person at the terminal, if there is one."""
    handlers: list[logging.Handler] = [_PrivateFile(file, maxBytes=MOST, backupCount=KEPT, encoding="utf-8")]
    handlers[0].setFormatter(_json())
    if sys.stderr is not None and sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
        handlers[1].setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.captureWarnings(True)
    if sys.stderr is not None:
        faulthandler.enable()  # a library in C that crashes leaves its stack there


def pass_on() -> None:
    """Has everything that is logged in a worker go to its standard error, where the daemon hears it."""
    handler = logging.StreamHandler()
    handler.setFormatter(_json())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    faulthandler.enable()
    sys.excepthook = lambda *raised: _worker.critical("the worker ends, by its own fault", exc_info=raised)


async def hear(stream: asyncio.StreamReader, pid: int) -> None:
    """Writes down what a worker's standard error says, line by line, until it is closed. What was logged there is
    logged here as it was; anything else, as libraries in C print it, is a line from `studiolo.worker`."""
    rest = b""
    while piece := await stream.read(2**16):
        # a progress bar goes back to the beginning of its line
        *lines, rest = (rest + piece).replace(b"\r", b"\n").split(b"\n")
        rest = rest[: 4 * LONGEST]
        for line in lines:
            _relay(line, pid)
    _relay(rest, pid)


def write_down(job: Job) -> None:
    """One line where the job has taken a turn; a witness of `Jobs`."""
    event = job.log[-1].event if job.log else None
    facts: dict[str, Any] = {"job": job.id, "lane": job.lane}
    seconds = round(max(0.0, time.time() - job.created), 3)
    match event:
        case None:
            facts |= {"kind": job.request.kind, "priority": job.priority, "client": job.client, "model": job.model}
            log.info("job %s is accepted: %s, %s", job.id, job.request.kind, job.priority, extra=facts)
        case Started():
            facts |= {"attempt": event.attempt, "seconds": seconds}
            log.info("job %s has started after %.3f s, attempt %d", job.id, seconds, event.attempt, extra=facts)
        case Result():
            log.info("job %s is done after %.3f s", job.id, seconds, extra=facts | {"seconds": seconds})
        case Failed():
            code = event.problem.code
            facts |= {"seconds": seconds, "code": code}
            log.warning("job %s has failed after %.3f s: %s", job.id, seconds, code, extra=facts)
        case Cancelled():
            facts |= {"seconds": seconds, "code": "cancelled"}
            log.info("job %s is cancelled after %.3f s", job.id, seconds, extra=facts)


class _PrivateFile(RotatingFileHandler):
    """Readable by this user alone. Where it can't be written, that is said once, until it can again."""

    _unwritten = False

    def flush(self) -> None:
        super().flush()
        self._unwritten = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        error = sys.exception()
        if not isinstance(error, OSError):
            super().handleError(record)
        elif not self._unwritten:
            self._unwritten = True
            if sys.stderr is not None:
                with suppress(OSError):  # it may lie on the same disk
                    sys.stderr.write(
                        f"{self.baseFilename} can't be written: {error.strerror}. Make room on its disk; until then "
                        "nothing is written down there, and all else goes on.\n"
                    )
                    sys.stderr.flush()

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if os.name == "posix":
            os.fchmod(handle, 0o600)
        return os.fdopen(handle, "a", encoding=self.encoding)


def _json() -> logging.Formatter:
    names = {"levelname": "level", "name": "logger", "exc_info": "trace"}
    return JsonFormatter(
        "{levelname}{name}{message}", style="{", rename_fields=names, timestamp="time", json_ensure_ascii=False
    )


def _relay(line: bytes, pid: int) -> None:
    text = line.decode("utf-8", "replace").rstrip()
    if not text.strip():
        return
    said = _read(text)
    if said is None:
        _worker.info("%s", text[:LONGEST], extra={"worker": pid})
        return
    level = logging.getLevelNamesMapping().get(said["level"], logging.INFO)
    facts = {"worker": pid} | {name: said[name] for name in ("job", "trace") if name in said}
    logging.getLogger(said["logger"]).log(level, "%s", said["message"], extra=facts)


def _read(text: str) -> dict[str, Any] | None:
    """What a worker has logged; None where the line is something else."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    whole = isinstance(said, dict) and all(isinstance(said.get(name), str) for name in ("logger", "level", "message"))
    return said if whole else None
