"""`gc`: gives up now what would be given up in the course of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from studiolo_cli import terminal
from studiolo_contract.codec import from_plain
from studiolo_contract.errors import Problem, StudioloError

if TYPE_CHECKING:
    from pathlib import Path

    from studiolo_daemon.kept.retention import Report

PATIENCE = 600.0
"""Seconds that the daemon may need for it."""


def gc(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Give up old jobs and what they made, as far as settings.toml says so, and what nobody needs.

    The daemon does the same every hour. What a program has pinned stays, and so do jobs that are not over, pictures of
    concepts, and whatever is less than an hour old.
    """
    from studiolo_client import discovery

    running = discovery.read()
    if running is None:
        report = _without_daemon(discovery.home(), dry_run)
    else:
        from studiolo_client.connection import no_daemon, raised

        status, answer = discovery.call(running, "POST", f"/v1/gc?dry={str(dry_run).lower()}", PATIENCE)
        if status != 200:
            if "error" in answer:
                raise raised(from_plain(Problem, answer["error"]))
            raise no_daemon(running, "no answer came in time")
        report = _report(answer)
    if json:
        terminal.say_json(report)
        return
    terminal.say(
        f"{_count(report.jobs, 'job')} and {_count(report.blobs, 'blob')} "
        f"{'would be given up' if dry_run else 'were given up'}, {_size(report.bytes)}."
    )
    because = [
        f"{report.open} not over",
        f"{report.pinned} pinned",
        f"{_count(report.concepts, 'picture')} of concepts",
    ]
    terminal.say(f"Kept: {_count(report.kept, 'job')}, {_size(report.kept_bytes)} ({', '.join(because)}).")
    terminal.note(f"{_rule(report)} keep_days and keep_bytes in settings.toml change that.")


def _without_daemon(home: Path, dry: bool) -> Report:
    """The same in the folder itself. Raises `StudioloError`."""
    from filelock import FileLock, Timeout

    from studiolo_daemon.kept.blobs import Blobs
    from studiolo_daemon.kept.concepts import Concepts
    from studiolo_daemon.kept.journal import Journal
    from studiolo_daemon.kept.retention import Retention
    from studiolo_daemon.settings import read_settings

    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(home / "daemon.lock", timeout=0):
            settings = read_settings(home)
            blobs = Blobs(home / "blobs", settings.blob_bytes)
            journal = Journal(home / "journal.sqlite3")
            try:
                concepts = Concepts(home / "concepts.json", blobs)
                return Retention(home, journal, blobs, concepts, settings).collect_now(dry)
            finally:
                journal.close()
    except Timeout:
        raise StudioloError(
            "no_daemon", f"A daemon for {home} is just starting or ending.", "Try again in a moment."
        ) from None


def _report(plain: dict[str, Any]) -> Report:
    from studiolo_daemon.kept.retention import Report

    report: Report = from_plain(Report, plain)
    return report


def _rule(report: Report) -> str:
    bounds = []
    if report.keep_days:
        bounds.append(f"for {_count(report.keep_days, 'day')} on which the daemon ran")
    if report.keep_bytes:
        bounds.append(f"in {_size(report.keep_bytes)} of room")
    return f"Jobs that are over are kept {' and '.join(bounds) or 'for ever'}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
