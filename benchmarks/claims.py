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
        return Measured(bare + found["added, ms"], bare, most=bare + 15 + 0.02 * bare)

    return read


def _first_words(figures: Figures) -> Measured:
    found = next(value for name, value in figures.items() if name.startswith("text"))
    bare, added = found["bare engine, first words, ms"], found["added to the first words, ms"]
    return Measured(bare + added, bare, most=bare + 10)


def _rate(peer: str) -> Callable[[Figures], Measured]:
    return lambda figures: Measured(figures["studiolo, 1 client"]["rate"], figures[f"{peer}, 1 client"]["rate"])


def _clients(number: int, least: float | None) -> Callable[[Figures], Measured]:
    def read(figures: Figures) -> Measured:
        one = figures["studiolo, 1 clients"]["tokens/s together"]
        together = figures[f"studiolo, {number} clients"]["tokens/s together"]
        return Measured(together, one, least=None if least is None else least * one)

    return read


def _in_turn(number: int) -> Callable[[Figures], Measured]:
    def read(figures: Figures) -> Measured:
        ours, peers = (figures[f"{whose}, {number} clients"]["tokens/s together"] for whose in ("studiolo", _TURNS))
        return Measured(ours, peers)

    return read


def _first_of(number: int) -> Callable[[Figures], Measured]:
    def read(figures: Figures) -> Measured:
        ours, peers = (figures[f"{whose}, {number} clients"]["first words, ms, p95"] for whose in ("studiolo", _TURNS))
        return Measured(ours, peers)

    return read


_TURNS = "transformers one after another"


def _p95(name: str, most: float | None) -> Callable[[Figures], Measured]:
    """Of a spread in milliseconds, or in seconds as its name says."""
    scale = 1000 if name.endswith(", s") else 1
    return lambda figures: Measured(scale * figures[name]["p95"], most=most)


def _cancel(kind: str) -> Callable[[Figures], Measured]:
    def read(figures: Figures) -> Measured:
        step = figures[f"one step of a {kind}, ms"]["median"]
        return Measured(figures[f"cancel of a {kind} to its end, ms"]["p95"], step, most=step + 50)

    return read


def _carried(form: str) -> Callable[[Figures], Measured]:
    def read(figures: Figures) -> Measured:
        found = figures[form]
        return Measured(found["put, ms"] + found["get, ms"], found["bare websockets, ms"])

    return read


def _told(figures: Figures) -> Measured:
    found = figures["test"]
    return Measured(
        100 * found["all parts of others"]["auc"],
        100 * found["text by brief"],
        least=85.0 if found["briefs"] >= 100 else None,
    )


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
    Claim("8 readers together", "clients", "tokens/s", "transformers, one after another", "", _in_turn(8)),
    Claim("32 readers together", "clients", "tokens/s", "one reader", "", _clients(32, None)),
    Claim("32 readers together", "clients", "tokens/s", "transformers, one after another", "", _in_turn(32)),
    *(
        Claim(
            f"First words of {number} readers, p95",
            "clients",
            "ms",
            "transformers, one after another",
            "",
            _first_of(number),
        )
        for number in (8, 32)
    ),
    Claim(
        "First words while 1,000 batch jobs wait, p95",
        "clients",
        "ms",
        "",
        "",
        _p95("wait for the first words, s", None),
    ),
    Claim("Cancel of a text, p95", "recovery", "ms", "one step", "≤ one step + 50 ms", _cancel("text")),
    Claim("Cancel of a picture, p95", "recovery", "ms", "one step", "≤ one step + 50 ms", _cancel("picture")),
    Claim(
        "A killed worker's job begun again, p95",
        "recovery",
        "ms",
        "",
        "≤ 3 s",
        _p95("worker killed to next attempt, s", 3000.0),
    ),
    Claim(
        "A killed worker's job, until its words come again, p95",
        "recovery",
        "ms",
        "",
        "",
        _p95("worker killed to words again, s", None),
    ),
    Claim(
        "A stuck worker replaced, from the cancel on, p95",
        "recovery",
        "ms",
        "",
        "≤ 3 s",
        _p95("worker stuck, job cancelled to its worker replaced, s", 3000.0),
    ),
    Claim(
        "A dropped connection, from opened again to caught up, p95",
        "recovery",
        "ms",
        "",
        "",
        _p95("connection dropped for a second: opened again to caught up, ms", None),
    ),
    Claim(
        "A killed daemon, until it answers again, p95",
        "recovery",
        "ms",
        "",
        "",
        _p95("daemon killed and started again to answering, s", None),
    ),
    Claim("From nothing to the first answer, p95", "start", "ms", "", "", _p95("time to /health, s", None)),
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
    Claim("Kits told from shuffled ones (AUC)", "match", "%", "text beside brief, by embeddings", "≥ 85 %", _told),
    Claim(
        "A kit judged, warm",
        "match",
        "ms",
        "",
        "≤ 2 s",
        lambda figures: Measured(figures["a kit judged, s"]["median"] * 1000, most=2000.0),
    ),
)
