"""From checkpoints to a folder that any diffusers pipeline loads: half-precision safetensors, vocabulary, model card.

Knows the layout of the folder and the recommended sampler. Knows nothing of training.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import AutoencoderTiny, DPMSolverMultistepScheduler, StableDiffusionPipeline, UNet2DConditionModel

from studiolo_starter import autoencoder, data, text, unet
from studiolo_starter.captions import ADJECTIVES, DISTANCE_WORDS, SIDE_WORDS, VERBS
from studiolo_starter.files import exported
from studiolo_starter.materials import FAMILIES
from studiolo_starter.vocabulary import COLOURS, PLACES, STYLES, SUBJECTS, TIMES

STEPS = 16
GUIDANCE = 3.0
TEXTURE_GUIDANCE = 2.0
"""Stronger guidance simplifies, and a texture is what there is to see of a material."""

CARD = """---
license: apache-2.0
library_name: diffusers
pipeline_tag: text-to-image
---
# Studiolo starter picture model

A small text-to-image model trained from nothing but scenes and materials that a program drew. Native size
{size}x{size}, {parameters:.1f} M parameters in the denoiser. It knows the words in `vocabulary.json`, and words near to
them in meaning; it cannot paint anything else. Materials tile when its convolutions look round the edges.

    from diffusers import StableDiffusionPipeline
    pipe = StableDiffusionPipeline.from_pretrained("starters/picture")
    pipe("a castle in the desert at sunset", num_inference_steps={steps}, guidance_scale={guidance}).images[0]

| part | what | licence |
| --- | --- | --- |
| `unet` | trained here: flow matching, {steps_trained} steps of {batch}, {minutes:.0f} min on two cores | Apache-2.0 |
| `vae` | trained here, AutoencoderTiny, 8 pixels to a latent of 4 channels | Apache-2.0 |
| `text_encoder`, `tokenizer` | all-MiniLM-L6-v2, unchanged, frozen | Apache-2.0 |
| scenes | {scenes}, drawn by `core/studiolo_starter`; subjects are Microsoft Fluent 3D emoji | MIT |
| materials | {materials}, drawn by `core/studiolo_starter` | Apache-2.0 |

No photograph, no artist's picture and no scraped caption was used. How it was made, true figures and limits:
`docs/models/starter.md`.
"""


def scheduler() -> DPMSolverMultistepScheduler:
    return DPMSolverMultistepScheduler(
        prediction_type="flow_prediction",
        use_flow_sigmas=True,
        flow_shift=1.0,
        solver_order=2,
        final_sigmas_type="zero",
    )


def pipeline(vae: AutoencoderTiny, model: UNet2DConditionModel, cache: Path) -> StableDiffusionPipeline:
    tokenizer, encoder = text.load(cache)
    return StableDiffusionPipeline(
        vae=vae,
        text_encoder=encoder,
        tokenizer=tokenizer,
        unet=model,
        scheduler=scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def save(parts: StableDiffusionPipeline, folder: Path) -> None:
    """Half precision on disk; everything loads in single unless the caller asks otherwise."""
    parts.to(dtype=torch.float16)
    parts.save_pretrained(folder, safe_serialization=True)
    path = folder / "text_encoder" / "config.json"
    config = json.loads(path.read_text())
    config["dtype"] = "float32"  # transformers would otherwise load what the file holds, and the UNet would not follow
    path.write_text(json.dumps(config, indent=2) + "\n")


def write_vocabulary(path: Path) -> None:
    known = {
        "subjects": {s.name: {"synonyms": list(s.synonyms), "colours": s.colours} for s in SUBJECTS},
        "places": {place: list(words) for place, words in PLACES.items()},
        "times": {time: list(words) for time, words in TIMES.items()},
        "styles": {style: list(words) for style, words in STYLES.items()},
        "colours": list(COLOURS),
        "materials": {name: [*family.nouns, *family.adjectives] for name, family in FAMILIES.items()},
        "said beside": [
            *ADJECTIVES,
            *(w for words in (VERBS, SIDE_WORDS, DISTANCE_WORDS) for v in words.values() for w in v),
        ],
        "defaults": {
            "steps": STEPS,
            "guidance": GUIDANCE,
            "texture_guidance": TEXTURE_GUIDANCE,
            "width": data.SIDE,
            "height": data.SIDE,
            "multiple_of": 64,
        },
    }
    path.write_text(json.dumps(known, indent=1) + "\n")


def export(cache: Path, folder: Path) -> None:
    """The pipeline, what it knows, and its card."""
    model, steps, minutes = unet.trained(cache)
    vae = autoencoder.trained(cache)
    vae.register_to_config(scaling_factor=autoencoder.scaling_factor(cache))
    parts = pipeline(vae, model, cache)
    counts = {kind: f"{len(data.shards(cache, kind)) * data.SHARD:,}" for kind in data.KINDS}
    card = CARD.format(
        size=data.SIDE, parameters=model.num_parameters() / 1e6, steps=STEPS, guidance=GUIDANCE,
        steps_trained=f"{steps:,}", batch=unet.BATCH, minutes=minutes, **counts,
    )  # fmt: skip
    with exported(folder) as fresh:
        save(parts, fresh)
        write_vocabulary(fresh / "vocabulary.json")
        (fresh / "README.md").write_text(card)
