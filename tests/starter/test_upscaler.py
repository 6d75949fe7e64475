"""The upscaler's recipe: it starts as a filter that is better than nothing, learns, goes on where it stopped, and what
it exports is what the engine and spandrel read."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional

from studiolo.engines.upscaler_file import read
from studiolo_starter import data, upscaler, upscaler_measure, upscaler_pictures
from studiolo_starter.upscaler_pictures import Pictures, degraded, drawn_materials
from tests.starter.conftest import STEP

TREE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with few pictures; materials stand for the scenes, which need the network."""
    folder = tmp_path_factory.mktemp("cache")
    data.save(data.shard_path(folder, "scenes", 0), drawn_materials(range(50, 54)))
    return folder


FEW = {"MATERIALS": 4, "SOFT": 2}


@pytest.fixture(scope="module")
def fitted(cache: Path) -> torch.Tensor:
    """The best filter of these pictures, fitted once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(TREE)
        for name, value in FEW.items():
            patch.setattr(upscaler_pictures, name, value)
        return upscaler.best_filter(Pictures(cache))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, steps_as_time: None, fitted: torch.Tensor) -> None:
    for name, value in FEW.items():
        monkeypatch.setattr(upscaler_pictures, name, value)
    monkeypatch.setattr(upscaler, "best_filter", lambda pictures: fitted)
    monkeypatch.chdir(TREE)
    torch.set_num_threads(1)


def psnr(made: torch.Tensor, real: torch.Tensor) -> float:
    made, real = (side[..., 8:-8, 8:-8] for side in (made, real))
    return float(-10 * torch.log10(functional.mse_loss(made, real)))


def test_pairs_are_the_same_by_the_same_lot_and_belong_together(cache: Path) -> None:
    pictures = Pictures(cache)
    small, large = pictures.batch(np.random.default_rng(3))
    assert small.shape[2:] == (64, 64)
    assert large.shape[2:] == (128, 128)
    again = pictures.batch(np.random.default_rng(3))
    assert torch.equal(small, again[0])
    assert torch.equal(large, again[1])
    for number in range(8):
        small, large = pictures.batch(np.random.default_rng(number))
        assert (functional.avg_pool2d(large, 2) - small).abs().mean() < 0.06


def test_half_of_a_picture_may_be_worn_but_is_half_a_picture() -> None:
    large = drawn_materials([1])[0]
    halves = [degraded(large, np.random.default_rng(number)) for number in range(12)]
    assert {half.shape for half in halves} == {(128, 128, 3)}
    assert len({half.tobytes() for half in halves}) > 4


def test_it_begins_as_enlarged_pixels_and_then_as_the_best_filter(cache: Path) -> None:
    pictures, network = Pictures(cache), upscaler.new_network()
    small, large = pictures.batch(np.random.default_rng(9))
    nearest = functional.interpolate(small, scale_factor=2)
    with torch.no_grad():
        assert torch.equal(network(small), nearest)
        upscaler.start_as_filter(network, pictures)
        assert psnr(network(small), large) > psnr(nearest, large) + 0.4


def test_it_learns_and_goes_on_where_it_stopped(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    upscaler.train(cache, 6 * STEP, resume=False)
    _, first, _ = upscaler.trained(cache)
    upscaler.train(cache, 12 * STEP, resume=True)
    network, second, minutes = upscaler.trained(cache)
    assert (first, second) == (6, 12)
    assert minutes == 12 * STEP
    assert int((cache / "upscaler.pid").read_text()) > 0
    small, large = Pictures(cache).batch(np.random.default_rng(9))
    assert psnr(network(small), large) > psnr(functional.interpolate(small, scale_factor=2), large) + 0.4
    begun = upscaler.new_network()
    upscaler.start_as_filter(begun, Pictures(cache))
    assert not torch.equal(begun.body[0].weight, network.body[0].weight)
    upscaler.export(cache, cache / "out")
    exported = read(cache / "out", "out")
    assert exported.scale == 2
    assert (exported(small[:1]) - network(small[:1]).clamp(0, 1)).abs().max() < 0.01
    assert (cache / "out/model.safetensors").stat().st_size < 1_000_000
    assert f"{second:,} steps" in (cache / "out/README.md").read_text()


def test_the_table_has_every_method_and_the_shipped_upscaler_leads(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upscaler_measure, "COUNT", 2)
    monkeypatch.setattr(upscaler_measure, "drawn_scenes", lambda cache, numbers: drawn_materials(range(90, 92), True))
    table = upscaler.evaluate(cache, TREE / "starters/upscaler")
    assert len(table) == 8
    for measure, least in (("psnr", 0.2), ("ssim", 0.005)):
        gains = [row[f"upscaler {measure}"] - row[f"lanczos {measure}"] for row in table.values()]
        assert np.mean(gains) > least, gains
    assert upscaler_measure.markdown(table).count("\n") == 9


def test_the_measures_are_the_known_ones() -> None:
    real = np.asarray(Image.fromarray(drawn_materials([5])[0]))
    assert upscaler_measure.ssim(real, real) == pytest.approx(1)
    other = (real.astype(int) + 16).clip(0, 255).astype(np.uint8)
    assert upscaler_measure.psnr(np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 255, np.uint8)) == pytest.approx(0)
    assert 23 < upscaler_measure.psnr(other, real) < 25.5
    assert upscaler_measure.ssim(255 - real, real) < upscaler_measure.ssim(other, real) < 1
