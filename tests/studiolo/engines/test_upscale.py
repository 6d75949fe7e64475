"""Enlarging: what the starter makes is sharper than resampling, tiles and edges don't show, and every file of
Real-ESRGAN's family works."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from studiolo.device import Device
from studiolo.engines import upscale
from studiolo.engines.engine import JobCancelled, Task
from studiolo.media.pictures import encode_png
from studiolo.models.model import Defaults, Model
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture, hash_of
from studiolo_contract.upscale import UpscaleRequest
from studiolo_starter import materials
from tests.studiolo.engines import upscalers
from tests.studiolo.engines.painting import Job, given

STARTER = Path(__file__).parents[3] / "starters" / "upscaler"
CPU = Device("cpu", "this computer", "float32")
pytestmark = pytest.mark.usefixtures("one_thread")


def engine_at(path: Path) -> upscale.UpscaleEngine:
    return upscale.load(Model(path.stem, "upscale", "upscale", path, "none", True, "1", "f" * 64, Defaults()), CPU)


@pytest.fixture(scope="module")
def starter() -> upscale.UpscaleEngine:
    return engine_at(STARTER)


def run(
    engine: upscale.UpscaleEngine,
    pixels: np.ndarray,
    cancelled: Callable[[Job], bool] = lambda job: False,
    job: Job | None = None,
    **request: object,
) -> Job:
    job = job or Job()
    picture, inputs = given(pixels)
    task = Task(
        UpscaleRequest(image=picture, **request),
        inputs,
        job.events.append,
        lambda preview, data: None,
        lambda: cancelled(job),
    )
    job.finished = engine.run(task)
    return job


def noise(height: int, width: int, channels: int = 3) -> np.ndarray:
    """Nothing in it is like its neighbour, so that whatever is out of place shows."""
    return np.random.default_rng(7).integers(0, 256, (height, width, channels), np.uint8)


def drawing() -> np.ndarray:
    """Lines and letters, such as no scene that the starter has seen."""
    large = Image.new("RGB", (512, 512), "ivory")
    draw = ImageDraw.Draw(large)
    for n in range(12):
        draw.line((10 + 40 * n, 0, 500 - 30 * n, 511), fill=(20 * n, 60, 200 - 15 * n), width=5)
        draw.ellipse((30 * n, 20 * n, 30 * n + 60, 20 * n + 90), outline="black", width=6, fill=(250, 20 * n, 90))
        draw.text((20, 40 * n), "The quick brown fox", fill="navy", font_size=30)
    return np.asarray(large.reduce(2))


def apart(one: np.ndarray, other: np.ndarray) -> int:
    """The largest difference of two pictures."""
    assert one.shape == other.shape
    return int(np.abs(one.astype(int) - other).max())


def psnr(made: np.ndarray, real: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((made.astype(float) - real) ** 2)))


@pytest.mark.parametrize("scale", [2, 4])
def test_the_starter_is_nearer_to_the_truth_than_lanczos(starter: upscale.UpscaleEngine, scale: int) -> None:
    surfaces = [materials.render(materials.draw_material(n, evaluation=True)).base_colour for n in range(5)]
    gains = []
    for real in (drawing(), *surfaces):
        image = Image.fromarray(real)
        small = image.resize((256 // scale, 256 // scale), Image.Resampling.BICUBIC)
        resampled = np.asarray(small.resize((256, 256), Image.Resampling.LANCZOS))
        gains.append(psnr(run(starter, np.asarray(small), scale=scale).pixels(), real) - psnr(resampled, real))
    assert np.mean(gains) > 0.3, gains
    assert gains[0] > 0.3, gains


def test_what_comes_out_says_how_it_was_made_and_is_the_same_twice(starter: upscale.UpscaleEngine) -> None:
    pixels = noise(20, 30)
    jobs = [run(starter, pixels, scale=4) for _ in range(2)]
    assert jobs[0].files == jobs[1].files
    output = jobs[0].made.outputs[0]
    assert (output.width, output.height, output.seed) == (120, 80, None)
    assert jobs[0].pixels().shape == (80, 120, 3)
    with Image.open(io.BytesIO(jobs[0].files[0])) as image:
        recipe = json.loads(image.text["studiolo"])
    assert recipe["settled"] == {
        "kind": "upscale", "scale": 4, "seamless": False, "model": "upscaler",
        "image": {"sha256": hash_of(encode_png(pixels, {})), "width": 30, "height": 20, "format": "png"},
    }  # fmt: skip
    assert recipe["model_sha256"] == "f" * 64
    assert recipe["timings"] == {"queued": 0.0, "load": 0.0, "run": 0.0}


def test_progress_is_told_tile_by_tile(starter: upscale.UpscaleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upscale, "LARGEST_TILE", 32)
    steps = run(starter, noise(40, 64), scale=4).steps
    assert [step.done for step in steps] == list(range(1, 4 + 12 + 1))
    assert {step.total for step in steps} == {16}


@pytest.mark.parametrize("architecture", ["compact", "esrgan"])
def test_tiles_do_not_show(tmp_path: Path, architecture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_at(upscalers.save(architecture, 2, tmp_path / "model.safetensors"))
    whole = run(engine, noise(100, 90)).pixels()
    monkeypatch.setattr(upscale, "LARGEST_TILE", 33)
    assert apart(run(engine, noise(100, 90)).pixels(), whole) <= 1


def test_tiles_of_the_starter_do_not_show(starter: upscale.UpscaleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(starter, noise(100, 90), scale=4).pixels()
    monkeypatch.setattr(upscale, "LARGEST_TILE", 33)
    assert apart(run(starter, noise(100, 90), scale=4).pixels(), whole) <= 1


@pytest.mark.parametrize("scale", [2, 4])
def test_a_picture_that_tiles_goes_on_to(starter: upscale.UpscaleEngine, scale: int) -> None:
    """Wherever it is cut open, the same picture comes of it; so no edge is like an edge."""
    pixels, shift = noise(48, 40), (21, 17)
    rolled = np.roll(pixels, shift, (0, 1))
    moved = tuple(scale * by for by in shift)
    seamless = [run(starter, each, scale=scale, seamless=True).pixels() for each in (pixels, rolled)]
    assert apart(np.roll(seamless[0], moved, (0, 1)), seamless[1]) <= 1
    plain = [run(starter, each, scale=scale).pixels() for each in (pixels, rolled)]
    assert apart(np.roll(plain[0], moved, (0, 1)), plain[1]) > 20


def test_alpha_is_enlarged_too_and_what_it_hides_stays_hidden(starter: upscale.UpscaleEngine) -> None:
    y, x = np.mgrid[:64, :64]
    alpha = (((x - 32) ** 2 + (y - 32) ** 2 < 400) * 255).astype(np.uint8)
    picture = np.dstack([np.where(alpha[..., None] > 0, [[[200, 40, 40]]], [[[0, 255, 0]]]).astype(np.uint8), alpha])
    large = run(starter, picture, scale=2).pixels()
    assert large.shape == (128, 128, 4)
    assert (large[56:72, 56:72, 3] == 255).all()
    assert (large[:16, :16, 3] == 0).all()
    seen = large[large[..., 3] > 40][:, :3].astype(int)
    assert np.abs(seen - [200, 40, 40]).max() < 24


def test_half_transparent_pixels_keep_their_colours(starter: upscale.UpscaleEngine) -> None:
    pixels = np.dstack([drawing()[:64, :64], np.full((64, 64), 128, np.uint8)])
    large = run(starter, pixels).pixels()
    assert np.abs(large[..., 3].astype(int) - 128).max() <= 3
    assert apart(large[..., :3], run(starter, pixels[..., :3]).pixels()) == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 3)])
@pytest.mark.parametrize("seamless", [False, True])
def test_the_smallest_pictures_work(starter: upscale.UpscaleEngine, shape: tuple[int, int], seamless: bool) -> None:
    large = run(starter, noise(*shape), scale=4, seamless=seamless).pixels()
    assert large.shape == (4 * shape[0], 4 * shape[1], 3)


def test_a_plain_colour_stays_plain_up_to_the_edges(starter: upscale.UpscaleEngine) -> None:
    large = run(starter, np.full((30, 30, 3), (90, 140, 200), np.uint8), scale=4).pixels().astype(int)
    assert np.abs(large - [90, 140, 200]).max() <= 4


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_no_numbers_are_refused(starter: upscale.UpscaleEngine, value: float) -> None:
    data = np.full((4, 4, 4), value, np.float32).tobytes()
    picture = Picture(sha256=hash_of(data), width=4, height=4, format="rgbaf32")
    task = Task(
        UpscaleRequest(image=picture), {picture.sha256: data}, lambda event: None, lambda *_: None, lambda: False
    )
    with pytest.raises(StudioloError, match="not numbers") as caught:
        starter.run(task)
    assert caught.value.problem.code == "bad_picture"


def test_a_request_to_paint_is_refused(starter: upscale.UpscaleEngine) -> None:
    task = Task(ImageRequest(prompt="a cat"), {}, lambda event: None, lambda *_: None, lambda: False)
    with pytest.raises(StudioloError, match="only enlarges"):
        starter.run(task)


# ---- cancel and memory


def test_a_cancel_is_heard_between_tiles(starter: upscale.UpscaleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upscale, "LARGEST_TILE", 24)
    job = Job()
    with pytest.raises(JobCancelled):
        run(starter, noise(96, 96), cancelled=lambda job: len(job.steps) == 3, job=job)
    assert len(job.steps) == 3
    assert run(starter, noise(24, 24)).pixels().shape == (48, 48, 3)  # and nothing of it stays


def test_a_cancel_is_heard_inside_a_tile(tmp_path: Path) -> None:
    engine = engine_at(upscalers.save("esrgan", 4, tmp_path / "model.safetensors"))
    asked = []
    with pytest.raises(JobCancelled):
        run(engine, noise(16, 16), cancelled=lambda job: asked.append(0) or len(asked) > 5)
    assert len(asked) == 6


def short_of_memory(engine: upscale.UpscaleEngine, most: int) -> None:
    """From now on this machine has no room for pieces of more than `most` pixels a side."""

    def refuse(module: object, inputs: tuple[torch.Tensor]) -> None:
        if max(inputs[0].shape[-2:]) > most:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory")

    engine._network.model.register_forward_pre_hook(refuse)


def test_short_memory_makes_smaller_tiles_and_the_same_picture(starter: upscale.UpscaleEngine) -> None:
    engine = engine_at(STARTER)
    short_of_memory(engine, 80)
    job = run(engine, noise(100, 90))
    assert apart(job.pixels(), run(starter, noise(100, 90)).pixels()) <= 1
    assert job.made.notes == ("Memory was short, so it was enlarged in tiles of 48 pixels.",)


def test_no_memory_at_all_is_said(tmp_path: Path) -> None:
    engine = engine_at(STARTER)
    short_of_memory(engine, 8)
    with pytest.raises(StudioloError, match="can't allocate memory") as caught:
        run(engine, noise(60, 60))
    assert caught.value.problem.code == "out_of_memory"


# ---- files that people have


@pytest.mark.parametrize("architecture", ["compact", "esrgan", "real-esrgan", "swinir"])
def test_every_architecture_enlarges_as_spandrel_itself_does(tmp_path: Path, architecture: str) -> None:
    file = upscalers.save(architecture.removeprefix("real-"), 4, tmp_path / "4x-mine.safetensors")
    if architecture == "real-esrgan":
        upscalers.as_real_esrgan(file)
    engine = engine_at(file)
    pixels = noise(64, 64)
    whole = upscale.upscaler_file.spandrel().ModelLoader("cpu").load_from_file(file)
    around = np.pad(pixels, ((engine._margin,) * 2, (engine._margin,) * 2, (0, 0)), mode="edge")
    made = whole(torch.from_numpy(around).permute(2, 0, 1)[None].float() / 255)[0].permute(1, 2, 0).numpy() * 255
    edge = 4 * engine._margin
    assert apart(run(engine, pixels, scale=4).pixels(), np.rint(made[edge:-edge, edge:-edge]).astype(np.uint8)) <= 1


def test_a_network_that_makes_more_than_is_asked_goes_once_and_is_averaged(tmp_path: Path) -> None:
    engine = engine_at(upscalers.save("esrgan", 4, tmp_path / "model.safetensors"))
    four, two = (run(engine, noise(20, 20), scale=scale) for scale in (4, 2))
    assert len(two.steps) == 1
    averaged = four.pixels().reshape(40, 2, 40, 2, 3).mean(axis=(1, 3))
    assert np.abs(two.pixels() - averaged).max() <= 1


def test_a_network_for_three_can_do_two_and_four(tmp_path: Path) -> None:
    engine = engine_at(upscalers.save("compact", 3, tmp_path / "model.safetensors"))
    assert run(engine, noise(20, 30), scale=2).pixels().shape == (40, 60, 3)
    assert run(engine, noise(20, 30), scale=4).pixels().shape == (80, 120, 3)


def test_files_of_no_use_are_refused_in_a_sentence(tmp_path: Path) -> None:
    file = upscalers.save("compact", 1, tmp_path / "denoise.safetensors")
    for path, sentence in ((file, "enlarges nothing"), (tmp_path / "none", "no safetensors file")):
        with pytest.raises(StudioloError, match=sentence):
            engine_at(path)
    upscalers.save("compact", 2, tmp_path / "second.safetensors")
    with pytest.raises(StudioloError, match="has 2 safetensors files"):
        engine_at(tmp_path)


def test_numbers_that_run_over_are_said(tmp_path: Path) -> None:
    engine = engine_at(upscalers.save("compact", 2, tmp_path / "model.safetensors"))
    with torch.no_grad():
        engine._network.model.body[0].weight.fill_(torch.nan)
    with pytest.raises(StudioloError, match="ran over") as caught:
        run(engine, noise(8, 8))
    assert caught.value.problem.code == "bad_model"


def test_the_margin_is_what_the_starter_sees(starter: upscale.UpscaleEngine) -> None:
    """A pixel changes what is made of others as far as the margin says, and no farther."""
    pixels = np.full((61, 61, 3), 128, np.uint8)
    spot = pixels.copy()
    spot[30, 30] = 255
    changed = (run(starter, pixels).pixels() != run(starter, spot).pixels()).any(axis=2)
    reach = max(abs(place // 2 - 30) for place in np.argwhere(changed).ravel())
    assert 0 < reach <= starter._margin
