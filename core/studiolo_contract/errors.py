"""What went wrong, said to a person: one code, one sentence, one mend. Knows nothing of where it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "bad_request",
    "bad_picture",
    "bad_midi",
    "unknown_model",
    "model_missing",
    "unknown_job",
    "unknown_blob",
    "no_daemon",
    "bad_token",
    "bad_origin",
    "bad_protocol",
    "too_large",
    "busy",
    "out_of_memory",
    "disk_full",
    "offline",
    "bad_model",
    "worker_died",
    "stopped",
    "internal",
]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A failure as it travels: `message` says what is wrong, `mend` what to do about it, each in one sentence."""

    code: Code
    message: str
    mend: str
    retry_after: float | None = None
    """Seconds after which the same call may succeed; None when waiting does not help."""


class StudioloError(Exception):
    """A failure that a person is meant to read. Carries a `Problem`; `str()` gives message and mend."""

    def __init__(self, code: Code, message: str, mend: str, retry_after: float | None = None) -> None:
        super().__init__(f"{message} {mend}".strip())
        self.problem = Problem(code=code, message=message, mend=mend, retry_after=retry_after)
