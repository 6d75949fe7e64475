"""`scripts/bench krita`: how long Studiolo holds up the thread on which Krita paints, and how soon pictures come.

In a real Krita under Xvfb, with a real daemon and the starter models: each step of a job at 1024² and 4096², parted
into Krita's own calls for pixels and layers and what is ours; the longest gap between two turns of Krita's event loop
while a job runs and while 64 MiB are sent; from the click to the picture; live, and how late moves of the pen arrive.
Beside it, in the same Krita, what a plugin pays that encodes PNG on that thread or looks at the whole canvas every
20 ms. All figures are milliseconds where they do not say what else.

Krita paints its canvas without OpenGL here: where the processor has to play the graphics card, each repaint of the
window takes longer than anything that is measured.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.hardware import write_results
from benchmarks.household import own_daemon
from studiolo.models.store import STARTERS, Store
from studiolo_client import discovery
from tests.hosts.krita.painter import Painter
from tests.hosts.krita.program import Program
from tests.hosts.screen import Screen

METER = Path(__file__).with_name("krita_meter.py")
SIDES = (1024, 4096)
PROMPT = "a castle in the meadow at day"
MOVES = 300
"""Of the pen in one stroke, 10 ms apart."""
HOLD = 16.0
"""Milliseconds that nothing of ours should hold Krita up."""
FULL = 200
"""Results in a document that has as many as it may."""
STEPS = {
    "read pixels": ("read",),
    "send": ("click",),
    "reports and previews": ("report", "preview"),
    "receive": ("arrival", "aside", "report"),
    "show": ("show",),
    "paint over the canvas": ("paint over the canvas",),
    "insert": ("insert",),
}
"""Of which pieces of work a step consists."""

Figures = dict[str, Any]
Samples = dict[str, list[float]]


@contextmanager
def own_krita() -> Iterator[Painter]:
    """A Krita with the packaged plugin, connected to a daemon of its own; both are ended afterwards."""
    with own_daemon(), tempfile.TemporaryDirectory(prefix="studiolo-bench-") as folder:
        screen = Screen()
        program = Program(screen, Path(folder), discovery.home())
        try:
            package = Path(folder) / "studiolo-krita.zip"
            command = [sys.executable, "-m", "studiolo_cli", "install", "krita", "--zip", str(package)]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            program.install(package)
            (Path(folder) / "config/kritadisplayrc").write_text("OpenGLRenderer=none\n")
            program.start()
            painter = Painter(program)
            painter.begin()
            painter.connected()
            painter.run(METER.read_text("utf-8"))
            painter.run("attach()")
            yield painter
        finally:
            program.close()
            screen.close()


def summary(milliseconds: list[float]) -> Figures:
    return {"median": statistics.median(milliseconds), "slowest": max(milliseconds)}


def add(found: Samples, more: Samples) -> None:
    for name, values in more.items():
        found.setdefault(name, []).extend(values)


# ---- jobs


def job(painter: Painter) -> Samples:
    """A Refine of the whole canvas, looked at and applied; with the longest gap of each of the three."""
    before = painter.run("value = [entry.id for entry in entries()]; METER.clear(); PULSE.start()")
    painter.run("click()")
    (picture,) = painter.arrival(before, 300)
    gaps = {"longest gap until the result": [1000 * painter.run("value = PULSE.stop(); PULSE.start()")[0]]}
    painter.run(f"show({picture!r})")
    time.sleep(0.5)
    gaps["longest gap while it is shown"] = [1000 * painter.run("value = PULSE.stop(); PULSE.start()")[0]]
    painter.run(f"insert({picture!r})")
    painter.until("active().waitForDone(); value = True")
    gaps["longest gap while it is inserted"] = [1000 * painter.run("value = PULSE.stop()")[0]]
    return steps(*painter.run("value = [METER.holds, METER.parts, METER.marks]")) | gaps


def steps(holds: list[Any], parts: list[Any], marks: list[Any]) -> Samples:
    """Of each step how long it took in Krita's own calls, the longest piece of ours, and the most that a piece of ours
    took of a processor."""
    at = {name: when for name, when in reversed(marks)}
    came = min(when for name, when, *_ in holds if name == "arrival")
    (read,) = (piece for piece in parts if piece[0] == "read")
    found = {"click to preview": [1000 * (at["preview"] - at["click"])]}
    found["click to result"] = [1000 * (at["result"] - at["click"])]
    for step, names in STEPS.items():
        pieces = [read] if step == "read pixels" else [piece for piece in holds if piece[0] in names]
        if step == "send":
            ((name, when, spent, theirs),) = pieces
            pieces = [(name, when, minus(spent, read[2]), minus(theirs, read[3]))]
        elif step == "receive":
            pieces = [piece for piece in pieces if came <= piece[1] < at["result"]]
        elif step == "reports and previews":
            pieces = [piece for piece in pieces if piece[1] < came]
        ours = [minus(spent, theirs) for _, _, spent, theirs in pieces]
        found[f"{step}: Krita"] = [1000 * sum(theirs[0] for *_, theirs in pieces)]
        found[f"{step}: ours"] = [1000 * max(clock for clock, _ in ours)]
        found[f"{step}: ours, processor"] = [1000 * max(processor for _, processor in ours)]
    return found


def minus(all_of_it: list[float], some: list[float]) -> list[float]:
    return [whole - less for whole, less in zip(all_of_it, some, strict=True)]


def jobs(painter: Painter, side: int, runs: int) -> Figures:
    """Each step over `runs` jobs, after one that is not counted."""
    painter.document(side, side)
    painter.run("fit()")
    painter.set(PROMPT, style="none", strength=70, seed=None)
    job(painter)
    found: Samples = {}
    for _ in track(range(runs), f"refining {side} x {side}"):
        add(found, job(painter))
    return {name: summary(values) for name, values in found.items()}


def full(painter: Painter, runs: int) -> Figures:
    """The steps that a long history might slow down, in a document that has as many results as it may."""
    painter.document(1024, 1024)
    painter.set(PROMPT, style="none", strength=70, seed=None)
    job(painter)
    painter.run(f"fill({FULL})")
    time.sleep(5)
    found: Samples = {}
    for _ in range(runs):
        add(found, job(painter))
    return {name: summary(found[name]) for name in found if name.startswith(("receive", "reports", "longest gap"))}


def sending(painter: Painter) -> Figures:
    """An Upscale of the canvas until it is under way, then cancelled: all its pixels go to the daemon."""
    painter.set("", style="none", mode="upscale")
    painter.run("METER.clear(); PULSE.start()")
    painter.run("click()")
    painter.until("value = METER.parts")  # read; from here on it is on its way
    painter.run("PULSE.stop(); PULSE.start()")
    began = time.perf_counter()
    painter.until("value = under_way() in ('queued', 'running') or shown()", 120)
    took = time.perf_counter() - began
    gap, _ = painter.run("value = PULSE.stop()")
    painter.run("current().work.cancel_all()")
    painter.until("value = not current().work.lines", 120)
    return {"longest gap": 1000 * gap, "took": 1000 * took}


def idle(painter: Painter, seconds: float = 10) -> Figures:
    """The longest gap where nothing is asked of anyone: what the machine itself does to Krita."""
    painter.run("METER.clear(); PULSE.start()")
    time.sleep(seconds)
    return {"longest gap": 1000 * painter.run("value = PULSE.stop()")[0]}


# ---- the pen


def strokes(painter: Painter, count: int) -> Figures:
    """How late the moves of the pen arrive while strokes are drawn, and the longest gap of the while."""
    x, y, width, height = painter.run("value = canvas_on_screen()")
    reach = min(width, height) // 3
    late: list[float] = []
    gaps: list[float] = []
    for number in range(count):
        down = y + (number - count // 2) * 40
        path = [(x - reach + 2 * reach * n // MOVES, down + n % 7) for n in range(MOVES)]
        moves = [word for right, low in path for word in ("mousemove", str(right), str(low), "sleep", "0.01")]
        painter.run("PEN.start(); PULSE.start()")
        painter.program.press(*moves[:3], "mousedown", "1", *moves, "mouseup", "1")
        gaps.append(1000 * painter.run("value = PULSE.stop()")[0])
        late += painter.run("value = PEN.stop()")
    late.sort()
    return {
        "moves": len(late), "median": statistics.median(late), "99 of 100": late[len(late) * 99 // 100],
        "latest": late[-1], "longest gap": max(gaps),
    }  # fmt: skip


def pen(painter: Painter, side: int, count: int) -> Figures:
    """The pen without Studiolo, with Live, and with a look at the whole canvas every 20 ms."""
    painter.document(side, side)
    painter.run("fit()")
    painter.set(PROMPT, style="none", mode="live", strength=70)
    strokes(painter, 1)
    without = strokes(painter, count)
    painter.run("METER.clear(); click()")
    painter.until("value = any(name == 'live' for name, _ in METER.marks)", 120)
    painter.run("METER.clear()")
    began = time.perf_counter()
    live = strokes(painter, count)
    took = time.perf_counter() - began
    holds, marks = painter.run("value = [METER.holds, METER.marks]")
    painter.run("click(); METER.clear(); REFERENCE.start()")
    polled = strokes(painter, count)
    painter.run("REFERENCE.stop()")
    polls = painter.run("value = [1000 * h[2][0] for h in METER.holds if h[0] == 'poll']")
    waits = [1000 * (came - sent) for sent, came in pairs(marks)]
    own = {name: [1000 * spent[0] for hold, _, spent, _ in holds if hold == name] for name in ("strip", "pen", "aside")}
    return {
        "without": without,
        "live": live
        | {"pictures a second": len(waits) / took, "canvas to picture": summary(waits)}
        | {name: summary(values) for name, values in own.items()},
        "whole canvas every 20 ms": polled | {"one look": summary(polls)},
    }


def pairs(marks: list[Any]) -> list[tuple[float, float]]:
    """Of each live picture when its canvas began to be read, and when it came."""
    found, began = [], None
    for name, when in marks:
        if name == "begin":
            began = when
        elif name == "live" and began is not None:
            found.append((began, when))
    return found


# ---- all of it


def show(figures: Figures) -> None:
    """The tables: medians with the slowest behind them."""
    console, jobs = Console(width=120), figures["jobs"]

    def both(found: Figures) -> str:
        return f"{found['median']:.1f} / {found['slowest']:.1f}"

    whose = ("Krita", "ours", "ours, processor")
    table = Table("ms on the GUI thread", *(f"{side}²: {who}" for side in SIDES for who in whose))
    for step in STEPS:
        table.add_row(step, *(both(jobs[side][f"{step}: {who}"]) for side in SIDES for who in whose))
    console.print(table)
    table = Table("ms", *(f"{side}²" for side in SIDES))
    for name in (name for name in jobs[SIDES[0]] if name.startswith(("click", "longest gap"))):
        table.add_row(name, *(both(jobs[side][name]) for side in SIDES))
    table.add_row("PNG on the GUI thread", *(both(figures["PNG on the GUI thread"][side]) for side in SIDES))
    table.add_row("… as many times our send", *(f"{figures['PNG, times our send'][side]:.0f}" for side in SIDES))
    table.add_row("longest gap, nothing asked", f"{figures['idle']['longest gap']:.1f}", "")
    table.add_row("longest gap while 64 MiB are sent", "", f"{figures['sending 64 MiB']['longest gap']:.1f}")
    table.add_row(f"receive with {FULL} results", both(figures[f"{FULL} results"]["receive: ours"]), "")
    console.print(table)
    columns = ("median", "99 of 100", "latest", "longest gap")
    table = Table("moves of the pen, ms late", *columns)
    for side in SIDES:
        for name, found in figures["pen"][side].items():
            table.add_row(f"{side}², {name}", *(f"{found[column]:.1f}" for column in columns))
    console.print(table)
    for side in SIDES:
        live = figures["pen"][side]["live"]
        waited = both(live["canvas to picture"])
        console.print(f"Live at {side}²: {live['pictures a second']:.1f} a second, {waited} ms from canvas to picture.")


def main(runs: int = 9, count: int = 3) -> None:
    """Medians over `runs` jobs of each size and `count` strokes."""
    store = Store(discovery.home())
    for kind in ("image", "upscale"):
        store.pull(STARTERS[kind], lambda _: None)
    others = f"{psutil.getloadavg()[0]:.1f} of {os.cpu_count()} cores"
    figures: Figures = {
        "note": f"Other programs kept {others} busy; niceness {os.nice(0)}. Krita's canvas without OpenGL.",
        "jobs": {}, "PNG on the GUI thread": {}, "PNG, times our send": {}, "pen": {},
    }  # fmt: skip
    with own_krita() as painter:
        painter.document(1024, 1024)
        figures["idle"] = idle(painter)
        for side in SIDES:
            figures["jobs"][side] = jobs(painter, side, runs)
            png = summary([1000 * painter.run("value = png()") for _ in range(3)])
            figures["PNG on the GUI thread"][side] = png
            figures["PNG, times our send"][side] = png["median"] / figures["jobs"][side]["send: ours"]["median"]
        figures["sending 64 MiB"] = sending(painter)
        figures[f"{FULL} results"] = full(painter, 3)
        for side in SIDES:
            figures["pen"][side] = pen(painter, side, count)
    show(figures)
    write_results("krita", figures)


if __name__ == "__main__":
    typer.run(main)
