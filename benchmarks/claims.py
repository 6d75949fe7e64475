"""What the benchmarks are for: each claim, whom it is measured against, and what was aimed at. Knows no file.

A claim reads the figures of one result as the benchmark wrote them; where they lack what it reads, it was not measured.
Times in milliseconds and rates, so that for a rate more is better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Measured:
    """What a claim comes to."""

    ours: float
    peers: float | None = None
    most: float | None = None
    """What `ours` may be at most."""
    least: float | None = None
    """What `ours` must be at least."""

    @property
    def met(self) -> bool | None:
        """None where nothing was aimed at."""
        if self.most is None and self.least is None:
            return None
        return (self.most is None or self.ours <= self.most) and (self.least is None or self.ours >= self.least)


@dataclass(frozen=True)
class Claim:
    what: str
    result: str
    """Name of the result, and of the benchmark that makes it."""
    unit: str
    peer: str
    target: str
    read: Callable[[Figures], Measured]
    """Raises KeyError, StopIteration where it was not measured."""


def _picture(previews: str) -> Callable[[Figures], Measured]:
    def read(figures: Figures) -> Measured:
        found = next(value for name, value in figures.items() if name.startswith("picture") and name.endswith(previews))
        bare = found["bare pipeline, ms"]
        return Measured(found["through the daemon, ms"], bare, most=bare + 15 + 0.02 * bare)

    return read


def _first_words(figures: Figures) -> Measured:
    found = next(value for name, value in figures.items() if name.startswith("text"))
    bare, added = found["bare engine, first words, ms"], found["added to the first words, ms"]
    return Measured(bare + added, bare, most=bare + 10)


def _rate(peer: str) -> Callable[[Figures], Measured]:
    return lambda figures: Measured(figures["studiolo, 1 client"]["rate"], figures[f"{peer}, 1 client"]["rate"])


def _clients(number: int, least: float | None) -> Callable[[Figures], Measured]:
    def read(figures: Figures) -> Measured:
        one = figures["1 clients"]["tokens a second"]
        together = figures[f"{number} clients"]["tokens a second"]
        return Measured(together, one, least=None if least is None else least * one)

    return read


def _spread(name: str, column: str, most: float | None, scale: float = 1.0) -> Callable[[Figures], Measured]:
    return lambda figures: Measured(scale * figures[name][column], most=most)


def _carried(form: str) -> Callable[[Figures], Measured]:
    def read(figures: Figures) -> Measured:
        found = figures[form]
        return Measured(found["put, ms"] + found["get, ms"], found["bare websockets, ms"])

    return read


_FORMS = tuple(
    f"{form}, {side} x {side}" for side in (1024, 4096) for form in ("rgba8", "bgra8", "rgbaf32", "PNG", "JPEG")
)

CLAIMS = (
    Claim("Text, one reader", "text", "tokens/s", "transformers", "", _rate("transformers")),
    Claim("Text, one reader", "text", "tokens/s", "llama.cpp", "", _rate("llama.cpp")),
    Claim("First words through the daemon", "overhead", "ms", "the bare engine", "≤ 10 ms more", _first_words),
    Claim(
        "A picture through the daemon, no previews",
        "overhead",
        "ms",
        "bare diffusers",
        "≤ 15 ms + 2 % more",
        _picture("without previews"),
    ),
    Claim(
        "A picture through the daemon, previews",
        "overhead",
        "ms",
        "bare diffusers",
        "≤ 15 ms + 2 % more",
        _picture("with previews"),
    ),
    Claim("8 readers together", "clients", "tokens/s", "one reader", "≥ 5 times", _clients(8, 5.0)),
    Claim("32 readers together", "clients", "tokens/s", "one reader", "", _clients(32, None)),
    Claim("Cancel, p95", "start", "ms", "", "≤ one token + 50 ms", _spread("cancel latency, ms", "p95", 60.0)),
    Claim(
        "A killed worker's job begun again, p95",
        "start",
        "ms",
        "",
        "≤ 3 s",
        _spread("worker killed to next attempt, s", "p95", 3000.0, 1000.0),
    ),
    Claim(
        "From nothing to the first answer",
        "start",
        "ms",
        "",
        "≤ 1 s",
        _spread("time to /health, s", "median", 1000.0, 1000.0),
    ),
    *(
        Claim(f"A picture there and back, {form}", "transport", "ms", "bare websockets echo", "", _carried(form))
        for form in _FORMS
    ),
    Claim(
        "An event written down, p50",
        "journal",
        "ms",
        "bare sqlite3 insert",
        "",
        lambda figures: Measured(figures["the daemon's journal"]["p50, ms"], figures["bare sqlite3 insert"]["p50, ms"]),
    ),
    Claim(
        "An event written down, p50",
        "journal",
        "ms",
        "append and fsync",
        "",
        lambda figures: Measured(figures["the daemon's journal"]["p50, ms"], figures["append and fsync"]["p50, ms"]),
    ),
)
