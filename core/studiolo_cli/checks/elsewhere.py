"""The daemon on another machine that programs here use, where `studiolo connect` has kept one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studiolo_cli.checks.finding import Finding, broken, ok
from studiolo_client import discovery
from studiolo_contract.errors import StudioloError


def elsewhere(home: Path) -> Iterator[Finding]:
    """Whether it can be reached and lets us in."""
    from studiolo_client.connection import open_connection

    try:
        running = discovery.elsewhere()
        if running is None:
            return
        open_connection(running, "doctor")[0].close()
    except StudioloError as error:
        yield broken("elsewhere", error.problem.message, error.problem.mend)
    else:
        yield ok("elsewhere", f"Programs here use the daemon at {running.url}, which answers, and start none here.")
