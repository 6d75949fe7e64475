"""A model's own chat template: it came with the model, and gets so much memory and no more. Knows no request."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from jinja2 import TemplateError

from studiolo_contract.errors import StudioloError

MOST = 256 * 2**20
"""Bytes."""


def filled(template: Callable[..., str], turns: Sequence[Mapping[str, str]]) -> str:
    """The turns as the model reads them, with the beginning of its answer. `template` is a tokenizer's
    `apply_chat_template`. Raises `StudioloError` where it refuses such turns (`bad_request`) or takes too much memory
    (`bad_model`)."""
    try:
        with _memory(MOST):
            return template(turns, tokenize=False, add_generation_prompt=True)
    except TemplateError as error:
        raise StudioloError(
            "bad_request",
            f"This model's chat template refuses the conversation: {error}.",
            "Say it in turns that the model knows: many want user and assistant to take turns, some no system.",
        ) from error
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
