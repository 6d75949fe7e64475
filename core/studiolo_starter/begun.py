"""Checkpoints made from a model that ships, so that training goes on from it where the cache that made it is gone.

Knows the exported folder and what each stage looks for in the cache. Knows nothing of training; the optimizers' states
were never exported, so each stage gathers its own anew.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import torch
from diffusers import AutoencoderTiny, UNet2DConditionModel

from studiolo_starter.files import written

TRAINED = re.compile(r"([\d,]+) steps of \d+, ([\d,]+) min")


def begin(cache: Path, folder: Path) -> None:
    """The denoiser's, the autoencoder's and the latents' scale; what the cache has already stays as it is.

    Raises ValueError if the folder's card does not say how long it was trained.
    """
    said = TRAINED.search((folder / "README.md").read_text("utf-8"))
    if said is None:
        raise ValueError(f"{folder / 'README.md'} does not say how many steps and minutes its model was trained.")
    step, minutes = (int(number.replace(",", "")) for number in said.groups())
    unet = UNet2DConditionModel.from_pretrained(folder / "unet", torch_dtype=torch.float32).state_dict()
    vae = AutoencoderTiny.from_pretrained(folder / "vae", torch_dtype=torch.float32).state_dict()
    cache.mkdir(parents=True, exist_ok=True)
    for name, state in (
        ("unet.pt", {"model": unet, "average": unet, "step": step, "minutes": float(minutes)}),
        ("autoencoder.pt", {"model": vae, "gentle": True}),  # the denoiser knows its latents
    ):
        if not (cache / name).exists():
            with written(cache / name) as part:
                torch.save(state, part)
    scale = cache / "scaling_factor"
    if not scale.exists():
        scale.write_text(f"{json.loads((folder / 'vae' / 'config.json').read_text())['scaling_factor']}\n")
