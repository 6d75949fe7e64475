"""When Python looks for garbage. Knows nothing of what is loaded."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_collecting() -> Iterator[None]:
    """For the loading of libraries: that makes hundreds of thousands of objects and no garbage, and to look through
    them for it again and again was a fifth of a worker's start."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
