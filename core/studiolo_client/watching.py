"""Telling those who watch that there is something new. Knows nothing of what they see or do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

log = logging.getLogger("studiolo.client")


def tell(watchers: Iterable[Callable[[T], None]], what: T) -> None:
    """Calls each of them with `what`; what one raises is logged, and keeps it from nobody else."""
    for watcher in watchers:
        try:
            watcher(what)
        except Exception:
            log.exception("%r, which watches %r, failed", watcher, what)
