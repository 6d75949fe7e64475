"""What is said when a disk is full. Knows no file."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studiolo_contract.errors import StudioloError


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Where there is no room for what is written within, to this folder, `StudioloError` (`disk_full`) is raised."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StudioloError("disk_full", "The disk is full.", f"Make room on the disk of {folder}.") from None
