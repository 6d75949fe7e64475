"""`scripts/bench blender`: from a prompt to a material on an object, and how good and how seamless its maps are.

In real Blenders with the packaged extension, a real daemon and the starter models: how long it takes and how much of
that the models ran; how long each turn on Blender's main thread took, in the module and in a window, beside what an
add-on holds up that waits there; the errors of the maps of base colours that no training has seen, as Blender's own
images hold them, beside Sobel's filter; the seams of all maps, beside the same prompts painted as ordinary pictures.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import typer
from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.hardware import write_results
from benchmarks.household import own_daemon
from studiolo.models.store import STARTERS, Store
from studiolo.texture.maps import Maps
from studiolo.texture.seams import seam, tiles
from studiolo_client import discovery
from studiolo_starter.maps import RELIEFS, from_luminance, measured
from studiolo_starter.materials import draw_material, render
from tests.hosts.blender.program import Module, Window
from tests.hosts.screen import Screen

VERSION = "5.0"
METER = Path(__file__).with_name("blender_meter.py")
SIZES = (256, 512, 1024)
PROMPTS = ("mossy cobblestone", "oak planks", "rusty iron plates", "wet slate", "red brick wall", "cracked earth")
MAPS = ("basecolor", "normal", "roughness", "metallic", "height", "ao")
DATA = {"roughness": "roughness", "metallic": "metallic", "height": "height", "ao": "occlusion"}
"""Maps that are one number a pixel, and what the estimator calls them."""

Figures = dict[str, Any]


@contextmanager
def own_blender(folder: Path, package: Path) -> Iterator[Module]:
    """`bpy` with the extension on its path."""
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(package), str(folder / "addon")], check=True)
    module = Module(VERSION, folder, discovery.home())
    try:
        module.start(folder / "addon")
        module.run(METER.read_text("utf-8"))
        module.run("attach()")
        yield module
    finally:
        module.close()


def summary(values: list[float]) -> Figures:
    return {"median": statistics.median(values), "slowest": max(values)}


def times(blender: Module, runs: int) -> Figures:
    """Of each size: seconds from the call to the assigned material, how many times the models' own that is, and how
    long Blender's main thread was held at a time."""
    found: Figures = {}
    for size in SIZES:
        rows = []
        for number in track(range(-1, runs), f"materials of {size}²"):
            blender.empty()
            prompt = PROMPTS[number % len(PROMPTS)]
            rows.append(
                blender.run("value = textured(prompt, size=size, seed=seed)", prompt=prompt, size=size, seed=number + 1)
            )
        rows = rows[1:]
        found[str(size)] = {
            "seconds": summary([row["took"] for row in rows]),
            "times the models' own": statistics.median(row["took"] / row["models"] for row in rows),
            "longest turn, ms": summary([max(row["turns"]) for row in rows]),
            "all turns, ms": summary([sum(row["turns"]) for row in rows]),
            "an add-on that waits holds Blender up, times as long": statistics.median(
                1000 * row["took"] / max(row["turns"]) for row in rows
            ),
        }
    return found


def seams(blender: Module, folder: Path, count: int) -> Figures:
    """The seam of each map as Blender has it, painted to tile and painted as a picture; medians over the prompts."""
    found: Figures = {}
    for way, seamless in (("seamless", True), ("as an ordinary picture", False)):
        ratios: dict[str, list[float]] = {name: [] for name in MAPS}
        for number in track(range(count), way):
            blender.empty()
            prompt = PROMPTS[number % len(PROMPTS)]
            made = blender.run(
                "value = textured(prompt, seed=seed, seamless=seamless)", prompt=prompt, seed=number, seamless=seamless
            )
            for name, values in arrays(blender, made["material"], folder).items():
                ratios[name].append(seam(values))
        found[way] = {name: summary(values) for name, values in ratios.items()}
    return found


def quality(blender: Module, folder: Path, count: int) -> Figures:
    """Mean errors of the maps of held-out base colours, and of Sobel's filter with the relief that suits it best."""
    ours: list[dict[str, float]] = []
    theirs: dict[float, list[dict[str, float]]] = {relief: [] for relief in RELIEFS}
    for number in track(range(count), "held-out materials"):
        real = render(draw_material(number, evaluation=True))
        Image.fromarray(real.base_colour).save(folder / "base.png")
        blender.empty()
        blender.run("value = image('base', path)", path=str(folder / "base.png"))
        # a tile that begins in a hard line may be taken for a picture that does not tile, and be made to
        made = blender.run("value = textured('', image='base', seamless=tiled)", tiled=tiles(real.base_colour))
        ours.append(measured(maps_of(arrays(blender, made["material"], folder), real), real))
        for relief, rows in theirs.items():
            rows.append(measured(from_luminance(real.base_colour, relief), real))
    baselines = [mean(rows) for rows in theirs.values()]
    return {"ours": mean(ours), "Sobel of luminance": min(baselines, key=lambda row: row["normal_degrees"])}


def mean(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.nanmean([row[name] for row in rows])) for name in rows[0]}


def arrays(blender: Module, material: str, folder: Path) -> dict[str, np.ndarray]:
    """The maps of a material as Blender's images hold them."""
    blender.run("saved(material, folder, names)", material=material, folder=str(folder), names=MAPS)
    found = {name: np.load(folder / f"{name}.npy") for name in MAPS}
    return {name: values[..., 0] if name in DATA else values[..., :3] for name, values in found.items()}


def maps_of(found: dict[str, np.ndarray], real: Maps) -> Maps:
    normal = found["normal"] * 2 - 1
    normal /= np.sqrt((normal * normal).sum(-1, keepdims=True))
    return Maps(base_colour=real.base_colour, normal=normal, **{DATA[name]: found[name] for name in DATA})


def window(folder: Path, package: Path, runs: int) -> Figures:
    """In a window: how late a timer of ten milliseconds is while a material is made and put on, and while an empty one
    is put on by hand, after which Blender draws the window anew; and the longest turn of ours."""
    screen = Screen(1400, 900)
    program = Window(screen, folder, discovery.home())
    try:
        program.start()
        program.install(package)
        program.run(METER.read_text("utf-8"))
        program.run("DRIFT = Drift()")
        program.until("value = session.current().jobs.connection.connected")
        found: dict[str, list[float]] = {"by hand": [], "by Studiolo": [], "our longest turn": []}
        for number in range(runs):
            program.empty()
            program.run("thing = cube(); session.current().longest = 0.0")
            time.sleep(2)  # until the new file is drawn
            program.run("DRIFT.start(); thing.data.materials.append(bpy.data.materials.new('by hand'))")
            time.sleep(3)
            found["by hand"].append(program.run("value = DRIFT.stop()"))
            program.run("thing.data.materials.clear()")
            time.sleep(2)
            program.run("DRIFT.start()")
            prompt = PROMPTS[number % len(PROMPTS)]
            program.run("bpy.ops.studiolo.texture(prompt=prompt)", prompt=prompt)
            program.until("value = thing.active_material is not None", 120)
            found["by Studiolo"].append(program.run("value = DRIFT.stop()"))
            found["our longest turn"].append(program.run("value = 1000 * session.current().longest"))
        return {name: summary(values) for name, values in found.items()}
    finally:
        program.close()
        screen.close()


def show(figures: Figures) -> None:
    console = Console(width=120)
    table = Table("prompt to material", *(f"{size}²" for size in SIZES))
    for row in ("seconds", "times the models' own", "longest turn, ms", "all turns, ms"):
        table.add_row(row, *(told(figures["times"][str(size)][row]) for size in SIZES))
    console.print(table)
    table = Table("in a window, ms", "median / slowest")
    for row, found in figures["window"].items():
        table.add_row(row, told(found))
    console.print(table)
    table = Table("seam, 1 is none", *MAPS)
    for way, found in figures["seams"].items():
        table.add_row(way, *(told(found[name]) for name in MAPS))
    console.print(table)
    table = Table("held-out base colours", *figures["quality"]["ours"])
    for who, row in figures["quality"].items():
        table.add_row(who, *(f"{value:.3f}" for value in row.values()))
    console.print(table)


def told(found: Any) -> str:
    return f"{found['median']:.2f} / {found['slowest']:.2f}" if isinstance(found, dict) else f"{found:.2f}"


def main(runs: int = 6, materials: int = 40) -> None:
    """Medians over `runs` materials of each size; the maps of `materials` held-out base colours."""
    Store(discovery.home()).pull(STARTERS["image"], lambda _: None)
    with own_daemon(), tempfile.TemporaryDirectory(prefix="studiolo-bench-") as name:
        folder = Path(name)
        package = folder / "studiolo-blender.zip"
        command = [sys.executable, "-m", "studiolo_cli", "install", "blender", "--zip", str(package)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        with own_blender(folder, package) as blender:
            figures: Figures = {"blender": VERSION, "times": times(blender, runs)}
            figures["seams"] = seams(blender, folder, 2 * len(PROMPTS))
            figures["quality"] = quality(blender, folder, materials)
        figures["window"] = window(folder, package, runs)
    show(figures)
    write_results("blender", figures)


if __name__ == "__main__":
    typer.run(main)
