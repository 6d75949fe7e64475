"""How good the exported picture model is: contact sheets of fixed prompts, and what the judge sees in its pictures.

Knows prompts, sheets and the table. No prompt is picked: they are the first ones of combinations that were held out
from training, one and the same for every model, and a list of sentences by someone who had not seen the captions.
Knows nothing of training.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn import functional

from studiolo.engines.seamless import circular
from studiolo.texture.seams import seam
from studiolo_starter import captions, data, emoji, judge, materials
from studiolo_starter.export import GUIDANCE, STEPS, TEXTURE_GUIDANCE
from studiolo_starter.judge import ANSWERS, Judge, Question
from studiolo_starter.materials import Material
from studiolo_starter.scenes import Scene, draw_scene, held_out, render
from studiolo_starter.vocabulary import SUBJECTS, Place, Style, times_of

PROSE = Path(__file__).with_name("prose.toml")
VARIANTS = 6  # seeds for each prompt whose variety is measured


@dataclass(frozen=True)
class Asked:
    """A prompt and the answers that a picture of it should get."""

    prompt: str
    truth: dict[Question, str]
    seamless: bool = False


def of_subjects(each: int) -> list[Asked]:
    """Every subject in places that it was never trained in, at any time, in the plain style."""
    asked = []
    for subject in SUBJECTS:
        places: list[Place] = [place for place in get_args(Place) if held_out(subject.name, place)]
        for n in range(each):
            rng = np.random.default_rng([n, len(asked), 41])
            place = places[n % len(places)] if places else get_args(Place)[rng.integers(len(get_args(Place)))]
            times = times_of(place)
            scene = Scene(subject.name, place, times[rng.integers(len(times))], seed=len(asked))
            asked.append(Asked(full_caption(scene), _truth(scene)))
    return asked


def of_styles(each: int) -> list[Asked]:
    """Every style over held-out scenes."""
    asked = []
    for style in get_args(Style):
        for _ in range(each):
            scene = replace(draw_scene(len(asked), evaluation=True), style=style, colour=None)
            asked.append(Asked(styled_caption(scene), {"style": style}))
    return asked


def of_materials(each: int) -> list[Asked]:
    """Every family in held-out combinations of colour, cover, age and scale."""
    found: dict[str, list[Material]] = {family: [] for family in materials.FAMILIES}
    for seed in count():
        material = materials.draw_material(seed, evaluation=True)
        if len(found[material.family]) < each:
            found[material.family].append(material)
        if all(len(drawn) == each for drawn in found.values()):
            break
    return [
        Asked(materials.caption(material), {"material": family}, seamless=True)
        for family, drawn in found.items()
        for material in drawn
    ]


def of_prose() -> list[Asked]:
    """Sentences by someone who had seen the list of things, but no caption."""
    entries = tomllib.loads(PROSE.read_text(encoding="utf-8"))["prompt"]
    return [Asked(entry["text"], {q: entry[q] for q in ANSWERS if q in entry}) for entry in entries]


def _truth(scene: Scene) -> dict[Question, str]:
    return {"subject": scene.subject or "nothing", "place": scene.place, "time": scene.time}


def full_caption(scene: Scene) -> str:
    """The first caption of the scene that names place and time and leaves nothing for the judge to guess."""
    return max((captions.caption(scene, k) for k in range(8)), key=len)


def styled_caption(scene: Scene) -> str:
    """The first caption of the scene that names its style."""
    words = captions.STYLES[scene.style]
    texts = [captions.caption(scene, k) for k in range(40)]
    return next((text for text in texts if any(word in text for word in words)), texts[0])


class Painter:
    """The exported pipeline; the seed is the prompt's number."""

    def __init__(self, folder: Path) -> None:
        self.pipe = StableDiffusionPipeline.from_pretrained(folder)
        self.pipe.set_progress_bar_config(disable=True)
        self.pipe.unet.to(memory_format=torch.channels_last)

    def paint(self, asked: Sequence[Asked], first_seed: int = 0, batch: int = 10) -> np.ndarray:
        """(pictures, rows, columns, 3), uint8."""
        made = []
        for at in range(0, len(asked), batch):
            part = asked[at : at + batch]
            seamless = part[0].seamless
            seeds = [torch.Generator().manual_seed(first_seed + at + i) for i in range(len(part))]
            with circular([self.pipe.unet, self.pipe.vae]) if seamless else nullcontext():
                result = self.pipe(
                    [a.prompt for a in part],
                    num_inference_steps=STEPS,
                    guidance_scale=TEXTURE_GUIDANCE if seamless else GUIDANCE,
                    generator=seeds,
                    output_type="np",
                )
            made.append(np.rint(result.images * 255).astype(np.uint8))
        return np.concatenate(made)


def right(model: Judge, pictures: np.ndarray, asked: Sequence[Asked]) -> dict[Question, float]:
    """How often the judge sees what was asked for."""
    truth = torch.tensor([judge.numbered(one.truth) for one in asked])
    return judge.accuracy(model, judge.shrink(pictures), truth)


def variety(model: Judge, painter: Painter, cache: Path, scenes: int) -> dict[str, float]:
    """Mean distance between pictures of one prompt and several seeds, and between renders of the same scene."""
    archive = emoji.fetch(cache / "dl")
    painted, rendered = [], []
    for n in range(scenes):
        scene = replace(draw_scene(n, evaluation=True), style="illustration", colour=None)
        asked = [Asked(full_caption(scene), {})] * VARIANTS
        painted.append(_spread(model, painter.paint(asked, first_seed=1000 * n)))
        renders = [render(replace(scene, seed=1000 * n + k), archive).picture for k in range(VARIANTS)]
        rendered.append(_spread(model, np.stack([np.asarray(picture) for picture in renders])))
    ours, theirs = float(np.mean(painted)), float(np.mean(rendered))
    return {"painted": round(ours, 4), "renders": round(theirs, 4), "ratio": round(ours / theirs, 3)}


def _spread(model: Judge, pictures: np.ndarray) -> float:
    with torch.inference_mode():
        seen = model.embed(judge.shrink(pictures))
    return float(torch.pdist(seen).mean())


def nearness(pictures: np.ndarray, cache: Path) -> dict[str, float]:
    """Distance to the nearest training scene (root mean square over 32x32 pixels, 0 to 1): of what was painted, and of
    renders that were not trained on. Copies would lie much nearer than new renders do."""
    archive = emoji.fetch(cache / "dl")
    fresh = np.stack([np.asarray(render(draw_scene(n, evaluation=True), archive).picture) for n in range(100)])
    known = torch.cat([_tiny(data.loaded(path)) for path in data.shards(cache, "scenes")])
    result = {}
    for name, some in (("painted", pictures), ("new renders", fresh)):
        nearest = torch.cdist(_tiny(some), known).min(dim=1).values / known.shape[1] ** 0.5
        result[name] = round(float(nearest.median()), 4)
    return result


def _tiny(pictures: np.ndarray) -> Tensor:
    small = [
        functional.avg_pool2d(judge.to_tensor(part), 8) for part in np.array_split(pictures, -(-len(pictures) // 50))
    ]
    return torch.cat(small).flatten(1) / 2


def sheet(pictures: np.ndarray, prompts: Sequence[str], columns: int = 8, side: int = 150) -> Image.Image:
    """All pictures in order with their prompts under them."""
    rows = -(-len(prompts) // columns)
    page = Image.new("RGB", (columns * (side + 6), rows * (side + 44)), "white")
    draw = ImageDraw.Draw(page)
    for i, (picture, prompt) in enumerate(zip(pictures, prompts, strict=True)):
        x, y = i % columns * (side + 6) + 3, i // columns * (side + 44) + 3
        page.paste(Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS), (x, y))
        line, lines = "", []
        for word in prompt.split():
            if len(line) + len(word) > 25:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        for k, text in enumerate([*lines, line][:3]):
            draw.text((x, y + side + 1 + 12 * k), text, fill="black")
    return page


def report(cache: Path, folder: Path, each: int) -> dict[str, object]:
    """Write contact sheets and evaluation.json into the cache, and print the table.

    `each`: pictures for every subject, style (four times as many) and material.
    """
    painter, (model, trust) = Painter(folder), judge.trained(cache)
    groups = {
        "subjects": of_subjects(each),
        "styles": of_styles(4 * each),
        "materials": of_materials(each),
        "prose": of_prose(),
    }
    result: dict[str, object] = {
        "steps": STEPS,
        "guidance": GUIDANCE,
        "texture guidance": TEXTURE_GUIDANCE,
        "judge on unseen renders": _rounded(trust),
    }
    painted = {}
    for name, asked in groups.items():
        began = time.perf_counter()
        painted[name] = painter.paint(asked)
        seconds = (time.perf_counter() - began) / len(asked)
        result[name] = {
            "pictures": len(asked),
            "seconds": round(seconds, 2),
            **_rounded(right(model, painted[name], asked)),
        }
        spaced = list(range(0, len(asked), max(1, len(asked) // 40)))[:40]
        sheet(painted[name][spaced], [asked[i].prompt for i in spaced]).save(cache / f"contact-{name}.jpg", quality=86)
        print(name, json.dumps(result[name]), flush=True)
    result["variety"] = variety(model, painter, cache, 12)
    result["nearest training scene"] = nearness(painted["subjects"], cache)
    result["seams"] = round(float(np.median([seam(picture / 255.0) for picture in painted["materials"]])), 3)
    (cache / "evaluation.json").write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))
    return result


def _rounded(shares: dict[Question, float]) -> dict[str, float]:
    return {question: round(share, 3) for question, share in shares.items()}
