"""What a check has found, as a sentence for a person. Knows no check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "hint", "broken"]
"""`hint`: it works, and a person may want to know; `broken`: something that should work does not."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the report."""

    state: State
    about: str
    """One word: `python`, `folder`, `krita`."""
    message: str
    """One sentence that says how it is."""
    mend: str = ""
    """One sentence that says what to do; empty where there is nothing to do."""


Check = Callable[[], Iterator[Finding]]


def ok(about: str, message: str) -> Finding:
    return Finding(state="ok", about=about, message=message)


def hint(about: str, message: str, mend: str) -> Finding:
    return Finding(state="hint", about=about, message=message, mend=mend)


def broken(about: str, message: str, mend: str) -> Finding:
    return Finding(state="broken", about=about, message=message, mend=mend)
