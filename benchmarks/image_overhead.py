"""What the daemon adds to the bare diffusers pipeline: the same picture, in turn, here and through the client.

`scripts/bench overhead` runs it with its sibling for text. The bare call ends with a PNG in memory, as a program that
wants to keep the picture would have it; the daemon's ends with the bytes of the PNG fetched by the client.
"""

from __future__ import annotations

import io
import os
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the worker's, before torch is loaded

import diffusers
import torch
import transformers
import typer
from diffusers import AutoPipelineForText2Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.hardware import write_results
from benchmarks.household import own_daemon
from studiolo.device import best_device
from studiolo.models.store import STARTERS, Store
from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_contract.events import ImageOutput
from studiolo_contract.image import ImageRequest

PROMPT = "a castle in the desert at sunset"


def measure(model: str, runs: int, steps: int, side: int, previews: bool) -> dict[str, float]:
    """Medians in milliseconds over `runs` pairs, after one of each that is not counted."""
    for library in (diffusers, transformers):
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()
    device = best_device()
    folder = Store(discovery.home()).find(model).folder
    pipeline = AutoPipelineForText2Image.from_pretrained(
        str(folder), dtype=getattr(torch, device.dtype), use_safetensors=True, local_files_only=True
    ).to(device.kind)
    pipeline.set_progress_bar_config(disable=True)
    request = ImageRequest(
        prompt=PROMPT, model=model, steps=steps, width=side, height=side, guidance_scale=3.0, previews=previews
    )
    bare, daemon = [], []
    with own_daemon() as running, Client(running, "bench") as client:
        for seed in track(range(runs + 1), "painting in turn"):
            # each goes first in every other pair, so that neither profits from what warms up or slows down
            for which in ("bare", "daemon") if seed % 2 else ("daemon", "bare"):
                began = time.perf_counter()
                if which == "bare":
                    _paint_bare(pipeline, request, seed)
                else:
                    _paint_through(client, request, seed)
                (bare if which == "bare" else daemon).append(1000 * (time.perf_counter() - began))
    differences = [there - here for here, there in zip(bare[1:], daemon[1:], strict=True)]
    return {
        "bare pipeline, ms": statistics.median(bare[1:]),
        "through the daemon, ms": statistics.median(daemon[1:]),
        "added, ms": statistics.median(differences),
        "ratio": statistics.median(daemon[1:]) / statistics.median(bare[1:]),
    }


def _paint_bare(pipeline: Any, request: ImageRequest, seed: int) -> bytes:
    picture = pipeline(
        request.prompt,
        num_inference_steps=request.steps,
        width=request.width,
        height=request.height,
        guidance_scale=request.guidance_scale,
        generator=torch.Generator("cpu").manual_seed(seed),
    ).images[0]
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _paint_through(client: Client, request: ImageRequest, seed: int) -> bytes:
    output = client.submit(replace(request, seed=seed)).wait(timeout=600).outputs[0]
    assert isinstance(output, ImageOutput)
    return client.get(output.blob.sha256)


def main(model: str = STARTERS["image"], runs: int = 15, steps: int = 16, side: int = 192) -> None:
    """The bare pipeline and the daemon side by side, without and with previews."""
    if Path(model).is_dir():
        model = str(Path(model).resolve())
    else:
        Store(discovery.home()).pull(model, lambda _: None)
    figures = {
        name: measure(model, runs, steps, side, previews)
        for name, previews in (("without previews", False), ("with previews", True))
    }
    table = Table("", *figures["without previews"], title=f"{Path(model).name}, {steps} steps at {side} × {side}")
    for name, measured in figures.items():
        table.add_row(name, *(f"{value:.4g}" for value in measured.values()))
    Console().print(table)
    write_results("image_overhead", {"model": Path(model).name, "steps": steps, "side": side, "runs": runs, **figures})


if __name__ == "__main__":
    typer.run(main)
