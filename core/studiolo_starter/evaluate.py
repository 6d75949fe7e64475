"""How good the exported picture model is: a contact sheet of fixed prompts, and what the judge sees in its pictures.

Knows prompts, sheet and table. The prompts are never picked: they are the first ones of the held-out combinations,
and a list of plain sentences. Knows nothing of training.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image, ImageDraw

from studiolo_starter import judge
from studiolo_starter.captions import caption
from studiolo_starter.export import GUIDANCE, STEPS
from studiolo_starter.scenes import Scene, draw_scene

PROSE = (
    "a castle in the desert at sunset",
    "a cat in the snow at night",
    "an elephant on the beach",
    "a red balloon over a green hill",
    "a boat on the ocean in the evening",
    "a rocket on the moon",
    "a lonely cabin in the woods in winter",
    "a fish swimming in deep water",
    "a robot in a cosy room",
    "a mushroom in the forest in the rain",
    "a dragon in front of a volcano",
    "a penguin under the northern lights",
    "mountains in the fog",
    "an owl in the city at night",
    "a sunflower in a field under a blue sky",
    "a train in a thunderstorm",
    "pixel art of a ghost in the forest",
    "a watercolour of a flamingo on the beach",
    "pencil drawing of a horse in a meadow",
    "blueprint of a rocket",
    "a blue car in the city",
    "a pumpkin at dusk",
    "a wizard below snowy peaks at dawn",
    "a palm tree by the sea",
)


def paint(pipe: StableDiffusionPipeline, prompts: list[str], batch: int = 8) -> list[Image.Image]:
    """One picture for each prompt; the seed is the prompt's number."""
    pictures: list[Image.Image] = []
    for at in range(0, len(prompts), batch):
        seeds = [torch.Generator().manual_seed(at + i) for i in range(len(prompts[at : at + batch]))]
        made = pipe(prompts[at : at + batch], num_inference_steps=STEPS, guidance_scale=GUIDANCE, generator=seeds)
        pictures += made.images
    return pictures


def sheet(pictures: list[Image.Image], prompts: list[str], columns: int = 6, side: int = 160) -> Image.Image:
    """All pictures in order with their prompts under them."""
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (columns * (side + 6), rows * (side + 32)), "white")
    draw = ImageDraw.Draw(page)
    for i, (picture, prompt) in enumerate(zip(pictures, prompts, strict=True)):
        x, y = i % columns * (side + 6) + 3, i // columns * (side + 32) + 3
        page.paste(picture.resize((side, side), Image.Resampling.LANCZOS), (x, y))
        cut = prompt.rfind(" ", 0, 27) if len(prompt) > 27 else len(prompt)
        draw.text((x, y + side + 1), prompt[:cut], fill="black")
        draw.text((x, y + side + 13), prompt[cut:].strip()[:29], fill="black")
    return page


def load(folder: Path) -> StableDiffusionPipeline:
    pipe = StableDiffusionPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def full_caption(scene: Scene) -> str:
    """The first caption of the scene that names place and time and leaves nothing for the judge to guess."""
    plain = Scene(scene.subject, scene.place, scene.time, seed=scene.seed)
    return max((caption(plain, k) for k in range(8)), key=len)


def report(cache: Path, folder: Path, count: int) -> None:
    """Write contact.jpg and evaluation.json into the cache, and print the table."""
    pipe = load(folder)
    started = time.perf_counter()
    pipe(PROSE[0], num_inference_steps=STEPS, guidance_scale=GUIDANCE, generator=torch.Generator().manual_seed(0))
    seconds = time.perf_counter() - started
    sheet(paint(pipe, list(PROSE)), list(PROSE)).save(cache / "contact.jpg", quality=88)
    scenes = [draw_scene(seed, evaluation=True) for seed in range(count)]
    prompts = [full_caption(scene) for scene in scenes]
    pictures = paint(pipe, prompts)
    sheet(pictures[:24], prompts[:24]).save(cache / "contact-held-out.jpg", quality=88)
    model, trust = judge.trained(cache)
    seen = judge.shrink(np.stack([np.asarray(p) for p in pictures]))
    truth = torch.tensor([judge.labels(scene) for scene in scenes])
    right = judge.accuracy(model, seen, truth)
    table = {
        name: {"model": round(right[k], 3), "renders": round(trust[k], 3)}
        for k, name in enumerate(("subject", "place", "time"))
    }
    result = {
        "pictures": count,
        "steps": STEPS,
        "guidance": GUIDANCE,
        "seconds_a_picture": round(seconds, 2),
        "right": table,
    }
    (cache / "evaluation.json").write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))
