"""The map estimator: how it is trained, exported and measured.

Knows materials, their photographs and the estimator's network. Knows nothing of captions and picture models. It runs as
one process per core, which exchange gradients.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from studiolo.texture.estimator import VECTOR, WIDTHS, Estimator, Network, as_input, joined, reduced
from studiolo.texture.maps import RELIEF, Maps, normal_from_height
from studiolo.texture.seams import cut_at, quietest, seam
from studiolo_starter import recognition
from studiolo_starter.clock import Clock, curves, write_pid
from studiolo_starter.files import exported, written
from studiolo_starter.materials import Material, draw_material, draw_unseen, render
from studiolo_starter.muon import Muon, of_layers
from studiolo_starter.photographs import photograph
from studiolo_starter.precision import quick
from studiolo_starter.unet import Exchange

CROP = 112
SIZES = (112, 128, 160, 192, 256, 256)
"""Sides at which materials are drawn before a crop is taken, so that features of many sizes are seen."""
BATCH = 4
"""Of each process; all of one size."""
RECOGNITION = 0.12
"""Share of the minutes in which `Whole` learns to tell materials from each other, before it helps to find maps."""
RATE, PLAIN_RATE = 4e-3, 1e-3
"""Of Muon, for all convolutions but the last, and of AdamW for the rest."""
APART = 1 << 32
"""Between the numbers of the materials that one process draws and those of the next."""
BORDER = 8
"""Pixels at the edge of a crop that do not count: the network wraps around there, and the crop does not."""
KEEP = 0.995
"""Decay of the averaged weights, which are the ones that are exported."""
PLANES = ("normal", "height", "roughness", "metallic", "occlusion")


def batch(step: int, rank: int = 0) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Pictures (-1..1), the reduced wholes that they are cut from, and their maps; the same step of the same rank
    always gives the same ones."""
    rng = np.random.default_rng([step, rank, 41])
    size = int(rng.choice(SIZES))
    pictures, wholes, targets = [], [], []
    for i in range(BATCH):
        maps = placed(render(draw_material(step * BATCH + i + rank * APART), size), rng)
        maps = replace(maps, base_colour=photograph(maps, rng))
        wholes.append(as_input(reduced(maps.base_colour)))
        piece = cropped(maps)
        pictures.append(as_input(piece.base_colour))
        targets.append(to_target(piece))
    target = {name: torch.cat([target[name] for target in targets]) for name in targets[0]}
    return torch.cat(pictures), torch.cat(wholes), target


def placed(maps: Maps, rng: np.random.Generator) -> Maps:
    """The same tile, begun anywhere, mirrored and turned by lot, normals and all."""
    start = tuple(-int(k) for k in rng.integers(0, maps.height.shape[0], 2))
    mirrored, turned = rng.random(2) < 0.5

    def moved(plane: NDArray[Any]) -> NDArray[Any]:
        plane = np.roll(plane, start, (0, 1))
        plane = plane[:, ::-1] if mirrored else plane
        return np.ascontiguousarray(np.swapaxes(plane, 0, 1) if turned else plane)

    normal = moved(maps.normal)
    if mirrored:
        normal[..., 0] *= -1
    if turned:  # x and the picture's downward direction change places; y points up
        normal[..., [0, 1]] = -normal[..., [1, 0]]
    return Maps(moved(maps.base_colour), normal, *(moved(getattr(maps, name)) for name in PLANES[1:]))


def cropped(maps: Maps) -> Maps:
    """Its first CROP x CROP pixels; tiles begin anywhere."""
    return Maps(*(np.ascontiguousarray(getattr(maps, field.name)[:CROP, :CROP]) for field in fields(Maps)))


def to_target(maps: Maps) -> dict[str, Tensor]:
    target = {name: torch.from_numpy(getattr(maps, name))[None, None] for name in PLANES[1:]}
    return {"normal": torch.from_numpy(maps.normal).permute(2, 0, 1)[None], **target}


def losses(out: Tensor, target: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each of the maps' errors, weighted so that none drowns the others.

    Normals: the chord between unit vectors, near the angle. Height: absolute error, and how badly it correlates, since
    flat surfaces have hardly any. Metallic: cross entropy. Roughness and occlusion: absolute error.
    """
    inside = (..., slice(BORDER, -BORDER), slice(BORDER, -BORDER))
    found = {name: plane[inside] for name, plane in joined(out).items()}
    real = {name: plane[inside] for name, plane in target.items()}
    chord = ((found["normal"] - real["normal"]).square().sum(1) + 1e-5).sqrt()
    metal = functional.binary_cross_entropy_with_logits(out[:, 4:5][inside], real["metallic"])
    return {
        "normal": 2 * chord.mean(),
        "height": 2 * functional.l1_loss(found["height"], real["height"])
        + 0.5 * (1 - correlation(found["height"], real["height"])).mean(),
        "roughness": 4 * functional.l1_loss(found["roughness"], real["roughness"]),
        "metallic": metal,
        "occlusion": 2 * functional.l1_loss(found["occlusion"], real["occlusion"]),
    }


def correlation(a: Tensor, b: Tensor) -> Tensor:
    """Pearson's, for each picture."""
    a, b = a.flatten(1), b.flatten(1)
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    return (a * b).sum(1) / ((a * a).sum(1) * (b * b).sum(1) + 1e-6).sqrt()


def new_network() -> Network:
    """Untrained: residual blocks begin near the identity, and of every pixel it says what is true of most: flat, dull,
    open to the sky and no metal. What the whole picture is of changes nothing yet."""
    network = Network()
    with torch.no_grad():
        for name, layer in network.named_modules():
            if isinstance(layer, torch.nn.Conv2d) and layer.bias is not None:
                gain = 0.3 if name.endswith("second") or name == "leave" else 1.3
                layer.weight.normal_(0, gain / layer.weight[0].numel() ** 0.5)
                layer.bias.zero_()
        network.tell.weight.zero_()
        assert network.leave.bias is not None
        assert network.tell.bias is not None
        network.tell.bias.zero_()
        network.leave.bias.copy_(torch.tensor([0.0, 0.0, 0.0, 0.6, -2.5, 2.2]))
    return network


def train(cache: Path, minutes: float, resume: bool, ranks: int = 2) -> None:
    """Train until both stages have had their minutes, over all runs. The process id lies in maps.pid."""
    write_pid(cache, "maps")
    if not (resume and (cache / "maps.pt").exists()):
        recognition.train(cache, minutes * RECOGNITION, resume)
    exchange = Exchange(ranks, sum(p.numel() for p in Network().parameters()))
    arguments = (ranks, exchange, cache, minutes * (1 - RECOGNITION), resume, os.getpid())
    others = [get_context("spawn").Process(target=_worker, args=(rank, *arguments)) for rank in range(1, ranks)]
    for process in others:
        process.start()
    _worker(0, *arguments)
    for process in others:
        process.join()


def _worker(rank: int, ranks: int, exchange: Exchange, cache: Path, minutes: float, resume: bool, leader: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, path = new_network(), cache / "maps.pt"
    if recognition.path_in(cache).exists():
        model.whole.load_state_dict(recognition.trained(cache))
    average = {name: value.clone() for name, value in model.state_dict().items()}
    layers, others = of_layers(model, apart=("leave",))
    optimizers = (Muon(layers, RATE), torch.optim.AdamW(others, PLAIN_RATE, betas=(0.9, 0.98), weight_decay=0.0))
    averages: dict[str, float] = {}
    begun, seen, spent, progress = 0, 0, 0.0, 0.0
    if resume and path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"], strict=False)
        average |= saved["average"]
        for optimizer, state in zip(optimizers, saved.get("optimizers", ()), strict=False):
            optimizer.load_state_dict(state)
        begun, spent, seen = saved["step"], saved["minutes"], saved["seen"]
    step, clock = begun, Clock(minutes, spent)
    log = curves(cache, "maps") if rank == 0 else None
    model.train()
    while progress < 1:
        pictures, wholes, target = batch(step, rank)
        with quick():
            out = model(pictures, model.whole(wholes))
        parts = losses(out.float(), target)
        torch.stack(list(parts.values())).sum().backward()  # type: ignore[no-untyped-call]
        progress = exchange.mean(model, rank, step, clock.progress)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        share = min(1.0, (step - begun + 1) / 40, 3 * (1 - progress) + 0.02)
        for optimizer, rate in zip(optimizers, (RATE, PLAIN_RATE), strict=True):
            optimizer.param_groups[0]["lr"] = rate * share
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        step += 1
        clock.tick()
        if rank:
            os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, leader))  # who calms one, calms all
            continue
        keep = min(KEEP, step / (step + 10))
        for name, value in model.state_dict().items():
            average[name].lerp_(value, 1 - keep)
        for name, part in parts.items():
            averages[name] = averages.get(name, part.item()) * 0.97 + part.item() * 0.03
        if log and step % 20 == 0:
            for name, value in averages.items():
                log.add_scalar(f"loss/{name}", value, step)
            said = " ".join(f"{name} {value:.3f}" for name, value in averages.items())
            print(f"maps step {step} loss {sum(averages.values()):.3f} ({said}) at {clock.spent:.1f} min", flush=True)
        if step % 100 == 0 or progress >= 1:
            state = {"model": model.state_dict(), "average": average}
            state["optimizers"] = [optimizer.state_dict() for optimizer in optimizers]
            state |= {"step": step, "minutes": clock.spent, "seen": seen + (step - begun) * BATCH * ranks}
            with written(path) as file:
                torch.save(state, file)


def begin(cache: Path, folder: Path) -> None:
    """A checkpoint made of an exported estimator, so that training goes on from it where the cache that made it is
    gone. What the folder's network lacks begins anew. Raises ValueError if its card does not say how it was trained."""
    said = re.search(r"([\d,]+) crops were seen in ([\d,]+) minutes", (folder / "README.md").read_text("utf-8"))
    if said is None:
        raise ValueError(f"{folder / 'README.md'} does not say how many crops were seen in how many minutes.")
    seen, minutes = (int(number.replace(",", "")) for number in said.groups())
    weights = {name: value.float() for name, value in load_file(folder / "model.safetensors").items()}
    if not (cache / "maps.pt").exists():
        with written(cache / "maps.pt") as part:
            state = {"model": weights, "average": weights, "step": seen // BATCH, "minutes": float(minutes)}
            torch.save(state | {"seen": seen}, part)


def trained(cache: Path) -> Network:
    """The averaged weights of the last checkpoint."""
    model = Network()
    model.load_state_dict(torch.load(cache / "maps.pt", weights_only=True)["average"])
    return model.eval().requires_grad_(False)


CARD = """---
license: apache-2.0
---
# Studiolo's map estimator

From a picture of a surface (sRGB) to its normal (OpenGL), height, roughness, metallic and ambient occlusion, at any
size and seamless where the picture is. A U-Net that is told what the whole picture is of, {parameters:.2f} million
parameters in all; half-precision weights as safetensors. Apache-2.0.

Made by `python -m studiolo_starter train maps`, from nothing but materials that code draws
(`core/studiolo_starter/materials`): {pictures:,} crops were seen in {minutes:.0f} minutes, by one process a core. What
the maps mean and how well they are found stands in `docs/models/materials.md`.
"""


def export(cache: Path, folder: Path) -> None:
    """Half-precision weights, configuration and model card, as `Estimator.load` reads them."""
    model = trained(cache)
    saved = torch.load(cache / "maps.pt", weights_only=True)
    weights = {name: value.half().contiguous() for name, value in model.state_dict().items()}
    config = json.dumps({"widths": list(WIDTHS), "vector": VECTOR, "relief": RELIEF}, indent=2) + "\n"
    card = CARD.format(
        parameters=sum(p.numel() for p in model.parameters()) / 1e6,
        pictures=saved["seen"],
        minutes=saved["minutes"],
    )
    with exported(folder) as fresh:
        save_file(weights, fresh / "model.safetensors")
        (fresh / "config.json").write_text(config, "utf-8")
        (fresh / "README.md").write_text(card, "utf-8")


def measured(found: Maps, real: Maps) -> dict[str, float]:
    """The errors of one picture's maps; NaN for the correlation of a surface without relief."""
    cosine = np.clip((found.normal * real.normal).sum(-1), -1, 1)
    flat = real.height.std() < 1e-4 or found.height.std() < 1e-6
    return {
        "normal_degrees": float(np.degrees(np.arccos(cosine)).mean()),
        "normal_of_height_degrees": float(
            np.degrees(np.arccos(np.clip((normal_from_height(found.height) * real.normal).sum(-1), -1, 1))).mean()
        ),
        "height_correlation": float("nan" if flat else np.corrcoef(found.height.ravel(), real.height.ravel())[0, 1]),
        "height_error": float(np.abs(found.height - real.height).mean()),
        "roughness_error": float(np.abs(found.roughness - real.roughness).mean()),
        "metallic_accuracy": float(((found.metallic > 0.5) == (real.metallic > 0.5)).mean()),
        "occlusion_error": float(np.abs(found.occlusion - real.occlusion).mean()),
    }


def from_luminance(picture: NDArray[np.uint8], relief: float) -> Maps:
    """The baseline: light is height, its Sobel gradient the slope, nothing is metal, everything is equally rough."""
    light: NDArray[np.float32] = picture.astype(np.float32) @ LUMINANCE
    across, down = (normal_from_height(_smoothed(light, axis), relief) for axis in (0, 1))
    slopes = across[..., :1] / across[..., 2:], down[..., 1:2] / down[..., 2:], np.ones_like(light)[..., None]
    normal = np.concatenate(slopes, -1)
    normal /= np.sqrt((normal * normal).sum(-1, keepdims=True))
    same = partial(np.full_like, light)
    return Maps(picture, normal, light, same(ROUGHNESS), same(0.0), same(0.95))


def _smoothed(light: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """By a quarter, a half and a quarter: with the difference in the other direction, Sobel's filter."""
    return (0.5 * light + 0.25 * (np.roll(light, 1, axis) + np.roll(light, -1, axis))).astype(np.float32)


LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32) / np.float32(255)
ROUGHNESS = 0.66
"""The mean roughness of all materials, which the baseline says of everything."""
RELIEFS = (0.01, 0.02, 0.03)


def _baseline(real: Maps, number: int, relief: float) -> Maps:
    return from_luminance(real.base_colour, relief)


def _over(materials: list[Material], find: Callable[[Maps, int], Maps]) -> dict[str, float]:
    """Means over the materials, and the seams: the gradient across the edge over that inside, as a mean over all, of
    tiles that begin where it is quietest, as the texture engine cuts them."""
    rows: list[dict[str, float]] = []
    seams: dict[str, list[float]] = {name: [] for name in PLANES}
    for number, material in enumerate(materials):
        real = render(material)
        found = find(real, number)
        rows.append(measured(found, real))
        planes = {name: getattr(found, name) for name in PLANES} | {"normal": found.normal * 0.5 + 0.5}
        place = quietest([real.base_colour, *planes.values()])
        for name, ratios in seams.items():
            ratios.append(seam(cut_at(planes[name], place)))
    means = {name: float(np.nanmean([row[name] for row in rows])) for name in rows[0]}
    return means | {f"seam_{name}": float(np.mean(ratios)) for name, ratios in seams.items()}


def evaluate(cache: Path, folder: Path, count: int = 120) -> dict[str, dict[str, float]]:
    """Mean errors of the exported estimator on held-out combinations, on photographs of them, and on families that it
    never saw; beside it the baseline with the relief that suits it best. Written to maps-evaluation.json."""
    estimator = Estimator.load(folder)
    known = [draw_material(i, evaluation=True) for i in range(count)]
    unseen = [draw_unseen(i) for i in range(count // 3)]
    table = {
        "held-out combinations": _over(known, lambda m, i: estimator.maps(m.base_colour)),
        "photographs of them": _over(
            known, lambda m, i: estimator.maps(photograph(m, np.random.default_rng([i, 43])), seamless=True)
        ),
        "held-out families": _over(unseen, lambda m, i: estimator.maps(m.base_colour)),
    }
    baselines = [_over(known, partial(_baseline, relief=relief)) for relief in RELIEFS]
    table["Sobel of luminance"] = min(baselines, key=lambda row: row["normal_degrees"])
    path = cache / "maps-evaluation.json"
    path.write_text(json.dumps(table, indent=2) + "\n", "utf-8")
    return table
