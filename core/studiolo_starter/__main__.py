"""python -m studiolo_starter train|evaluate|export picture|maps|upscaler|composer|judge

Knows the order of the stages and how the minutes are shared among them. Knows nothing of what happens inside one.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from studiolo_starter import (
    autoencoder,
    begun,
    beholder,
    composer,
    data,
    evaluate,
    export,
    judge,
    maps,
    text,
    unet,
    upscaler,
)
from studiolo_starter.clock import write_pid

FOLDERS = Path("starters")
STAGES = ("data", "vae", "latents", "unet", "decoder", "judge", "export")
SHARES = {"vae": 0.18, "unet": 0.72, "decoder": 0.10}
OTHERS = {"maps": maps, "upscaler": upscaler, "composer": composer, "judge": beholder}


def write_data(cache: Path, scenes: int) -> None:
    """Scenes, and half as many materials."""
    data.write_shards(cache, "scenes", -(-scenes // data.SHARD))
    data.write_shards(cache, "materials", -(-scenes // data.SHARD // 2))


def train_picture(cache: Path, folder: Path, minutes: float, scenes: int, stages: list[str], resume: bool) -> None:
    """Every stage in turn; what an earlier run finished is not done again when resuming."""
    for stage in stages:
        print(f"stage {stage}", flush=True)
        if stage == "data":
            write_data(cache, scenes)
            text.write_embeddings(cache)
        elif stage == "vae":
            autoencoder.train(cache, minutes * SHARES[stage], resume)
        elif stage == "latents":
            autoencoder.write_latents(cache)
        elif stage == "unet":
            unet.train(cache, minutes * SHARES[stage], resume)
        elif stage == "decoder":
            autoencoder.train(cache, minutes * SHARES[stage], resume, decoder_only=True)
        elif stage == "judge":
            judge.train(cache)
        elif stage == "export":
            export.export(cache, folder)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m studiolo_starter", description="Make the starter models.")
    parser.add_argument("command", choices=("train", "evaluate", "export"))
    parser.add_argument("model", choices=("picture", *OTHERS))
    parser.add_argument("--minutes", type=float, default=120, help="training time, over all runs when resuming")
    parser.add_argument("--scenes", type=int, default=16_000, help="how many scenes to draw; half as many materials")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint of each stage")
    parser.add_argument(
        "--begin", type=Path, help="go on from an exported model of pictures or maps, such as starters/maps"
    )
    parser.add_argument("--stages", nargs="+", choices=STAGES, help="of the picture model; all, but vae with --begin")
    parser.add_argument("--cache", type=Path, default=data.CACHE)
    parser.add_argument("--folder", type=Path, default=None, help="where the model is exported to; starters/MODEL")
    parser.add_argument("--each", type=int, default=3, help="pictures for each subject and material in the evaluation")
    chosen = parser.parse_args(arguments)
    cache, folder = chosen.cache, chosen.folder or FOLDERS / chosen.model
    torch.set_num_threads(2)
    other = OTHERS.get(chosen.model)
    if chosen.command == "train":
        write_pid(cache)
        if chosen.begin:
            (maps if other is maps else begun).begin(cache, chosen.begin)
        # the denoiser knows the autoencoder that ships: who lets that go on, must let the denoiser follow
        stages = chosen.stages or [stage for stage in STAGES if stage != "vae" or not chosen.begin]
        if other is None:
            train_picture(cache, folder, chosen.minutes, chosen.scenes, stages, chosen.resume)
        else:
            if other is composer:
                composer.write_data(cache)
            else:
                write_data(cache, chosen.scenes)
            other.train(cache, chosen.minutes, chosen.resume)
            other.export(cache, folder)
    elif chosen.command == "export":
        (other or export).export(cache, folder)
    elif other is None:
        evaluate.report(cache, folder, chosen.each)
    else:
        print(json.dumps(other.evaluate(cache, folder), indent=1))


if __name__ == "__main__":
    main()
