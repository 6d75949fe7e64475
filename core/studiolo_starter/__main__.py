"""python -m studiolo_starter train|evaluate|export picture

Knows the order of the stages and how the minutes are shared among them. Knows nothing of what happens inside one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from studiolo_starter import autoencoder, data, evaluate, export, judge, text, unet
from studiolo_starter.clock import write_pid

FOLDER = Path("starters/picture")
STAGES = ("data", "vae", "latents", "unet", "decoder", "judge", "export")
SHARES = {"vae": 0.22, "unet": 0.70, "decoder": 0.08}


def train(cache: Path, folder: Path, minutes: float, scenes: int, stages: list[str], resume: bool) -> None:
    """Every stage in turn; what an earlier run finished is not done again when resuming."""
    write_pid(cache)
    for stage in stages:
        print(f"stage {stage}", flush=True)
        if stage == "data":
            data.write_shards(cache, "scenes", -(-scenes // data.SHARD))
            data.write_shards(cache, "materials", -(-scenes // data.SHARD // 4))
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
    parser.add_argument("model", choices=("picture",))
    parser.add_argument("--minutes", type=float, default=120, help="training time, over all runs when resuming")
    parser.add_argument(
        "--scenes", type=int, default=16_000, help="how many scenes to draw; a quarter as many materials"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint of each stage")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--cache", type=Path, default=data.CACHE)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--count", type=int, default=100, help="pictures for the evaluation")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(2)
    if chosen.command == "train":
        train(chosen.cache, chosen.folder, chosen.minutes, chosen.scenes, chosen.stages, chosen.resume)
    elif chosen.command == "export":
        export.export(chosen.cache, chosen.folder)
    else:
        evaluate.report(chosen.cache, chosen.folder, chosen.count)


if __name__ == "__main__":
    main()
