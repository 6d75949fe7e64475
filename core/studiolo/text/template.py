"""What a model's own chat template may take: it came with the model, and gets so much memory and no more.

Knows no tokenizer and no turn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studiolo_contract.errors import StudioloError

MOST = 256 * 2**20
"""Bytes."""


@contextmanager
def bounded() -> Iterator[None]:
    """Within, a template is filled in. Raises `StudioloError` (`bad_model`) where it takes too much memory."""
    try:
        with _memory(MOST):
            yield
    except MemoryError:
        raise StudioloError(
            "bad_model", f"This model's chat template takes more than {MOST // 2**20} MiB.", "Use another model."
        ) from None


@contextmanager
def _memory(most: int) -> Iterator[None]:
    """Within, this process gets so many bytes more than it has, where the system can hold it to that: on Linux."""
    if sys.platform != "linux":
        yield
        return
    import resource

    has = int(Path("/proc/self/statm").read_text("ascii").split()[5]) * resource.getpagesize()
    bound, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bounds = [has + most, *(one for one in (bound, hard) if one != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_DATA, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
