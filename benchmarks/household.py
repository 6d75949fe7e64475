"""A daemon of the benchmark's own: an empty home that borrows the models of yours. Knows no measure."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studiolo.models.store import STARTERS, Store
from studiolo_client import discovery, start
from studiolo_client.discovery import Running


@contextmanager
def own_home() -> Iterator[Path]:
    """A home that nobody else uses, named by STUDIOLO_HOME until it is taken down again."""
    models = discovery.home() / "models"
    Store(discovery.home()).pull(STARTERS["text"], lambda _: None)
    before = os.environ.get("STUDIOLO_HOME")
    with tempfile.TemporaryDirectory(prefix="studiolo-bench-") as folder:
        home = Path(folder)
        (home / "models").symlink_to(models, target_is_directory=True)
        os.environ["STUDIOLO_HOME"] = folder
        try:
            yield home
        finally:
            if before is None:
                del os.environ["STUDIOLO_HOME"]
            else:
                os.environ["STUDIOLO_HOME"] = before


@contextmanager
def own_daemon() -> Iterator[Running]:
    """A daemon on such a home, ended afterwards."""
    with own_home():
        running = start.start()
        try:
            yield running
        finally:
            start.stop(running)
