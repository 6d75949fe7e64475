"""The estimator: any size, seams and tiles that agree, files that are refused, and what the shipped one finds."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from studiolo.texture import estimator as module
from studiolo.texture.estimator import CELL, REDUCED, VECTOR, Estimator, Network, as_input, reach, reduced
from studiolo.texture.maps import Maps, normal_from_height
from studiolo.texture.seams import seam
from studiolo_contract.errors import StudioloError

SHIPPED = Path(__file__).parents[3] / "starters" / "maps"
FOUND = ("normal", "height", "roughness", "metallic", "occlusion")


pytestmark = pytest.mark.usefixtures("one_thread")


def untrained() -> Estimator:
    torch.manual_seed(0)
    network = Network()
    with torch.no_grad():
        for parameter in network.parameters():  # so that every layer has a say
            parameter.mul_(1.5)
    return Estimator(network)


def soft_noise(rows: int, columns: int, seed: int = 0) -> np.ndarray:
    """A picture that wraps around: a few waves of whole numbers across and down."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns] / [[[rows]], [[columns]]]
    light = sum(
        np.sin(2 * np.pi * (rng.integers(-4, 5) * x + rng.integers(-4, 5) * y + rng.random((3, 1, 1))))
        for _ in range(8)
    )
    return np.moveaxis((light * 20 + 128).clip(0, 255), 0, -1).astype(np.uint8)


def same(a: Maps, b: Maps, atol: float = 2e-5) -> None:
    for name in FOUND:
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), atol=atol, err_msg=name)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 40), (17, 5), (48, 64), (100, 83)])
@pytest.mark.parametrize("seamless", [True, False])
def test_any_size_gives_sound_maps(rows: int, columns: int, seamless: bool) -> None:
    picture = soft_noise(rows, columns)
    maps = untrained().maps(picture, seamless)
    assert np.array_equal(maps.base_colour, picture)
    assert maps.normal.shape == (rows, columns, 3)
    np.testing.assert_allclose((maps.normal**2).sum(-1), 1, atol=1e-5)
    assert maps.normal[..., 2].min() > 0
    for name in FOUND[1:]:
        plane = getattr(maps, name)
        assert plane.shape == (rows, columns)
        assert plane.dtype == np.float32
        assert np.isfinite(plane).all()
        assert plane.min() >= 0
        assert plane.max() <= 1


@pytest.mark.parametrize("size", [(64, 96), (208, 256), (400, 384), (800, 768)])
def test_a_rolled_picture_gives_rolled_maps(size: tuple[int, int]) -> None:
    estimator, picture = untrained(), soft_noise(*size)
    still, moved = estimator.maps(picture), estimator.maps(np.roll(picture, (16, 48), (0, 1)))
    for name in FOUND:
        np.testing.assert_allclose(np.roll(getattr(still, name), (16, 48), (0, 1)), getattr(moved, name), atol=2e-5)


@pytest.mark.parametrize("side", [96, 100])
def test_a_seamless_picture_gives_seamless_maps(side: int) -> None:
    maps = untrained().maps(soft_noise(side, side))
    for name in FOUND:
        assert seam(getattr(maps, name)) <= 1.3, name
    down = np.linspace(0, 255, side).astype(np.uint8)[:, None, None]
    open_ended = untrained().maps(np.broadcast_to(down, (side, side, 3)), seamless=False)
    assert max(seam(getattr(open_ended, name)) for name in FOUND) > 3


@pytest.mark.parametrize("seamless", [True, False])
def test_tiles_agree_with_the_whole(seamless: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    picture, estimator = soft_noise(176, 160), untrained()
    monkeypatch.setattr(module, "TILE", 192)
    whole = estimator.maps(picture, seamless)
    monkeypatch.setattr(module, "TILE", 64)
    monkeypatch.setattr(module, "WHOLE", 0)
    calls = []
    tiled = estimator.maps(picture, seamless, lambda: calls.append(1))
    assert len(calls) == 9
    same(whole, tiled)


def test_the_network_looks_no_farther_than_it_says() -> None:
    torch.manual_seed(0)
    network, side = Network(), 2 * reach() + 32
    picture = torch.zeros(1, 3, side, side, requires_grad=True)
    middle = side // 2
    for at in (middle, middle + 5, middle + 15):
        (seen,) = torch.autograd.grad(network(picture, torch.ones(1, VECTOR))[0, :, at, at].sum(), picture)
        touched = seen[0].abs().sum(0).nonzero()
        assert (touched - at).abs().max() <= reach()


def test_what_the_whole_is_of_is_heard_everywhere_and_does_not_depend_on_where_a_tile_begins() -> None:
    network, picture = untrained()._network, soft_noise(96, 96)
    with torch.inference_mode():
        vectors = [network.whole(as_input(np.roll(picture, (start, 2 * start), (0, 1)))) for start in (0, CELL, 40)]
        other = network.whole(as_input(255 - picture))
        assert all(torch.allclose(vectors[0], vector, atol=1e-5) for vector in vectors[1:])
        assert not torch.allclose(vectors[0], other, atol=1e-2)
        said = [network(as_input(picture), vector) for vector in (vectors[0], other)]
    assert (said[0] - said[1]).abs().amin((0, 1)).shape == (96, 96)
    assert (said[0] != said[1]).all()


@pytest.mark.parametrize("rows", [1, 15, 96, 190, 192, 256, 700, 1024])
@pytest.mark.parametrize("columns", [96, 300])
def test_a_picture_is_reduced_to_about_the_same_size(rows: int, columns: int) -> None:
    small = reduced(soft_noise(rows, columns))
    assert small.shape[0] % CELL == small.shape[1] % CELL == 0
    if rows * columns >= REDUCED**2:
        area = small.shape[0] * small.shape[1]
        assert REDUCED**2 <= area < 4.3 * REDUCED**2
    if rows == 256:  # by two when it is wide enough, and nothing is lost on the way
        by = 2 if columns == 300 else 1
        assert small.shape == (256 // by, columns // by + (columns // by) % CELL, 3)
        mean = soft_noise(rows, columns).reshape(256 // by, by, columns // by, by, 3).mean((1, 3))
        np.testing.assert_allclose(small[:, : columns // by], mean, atol=1e-3)


def test_beyond_the_edge_a_picture_goes_on_as_it_does_elsewhere() -> None:
    picture = np.arange(98 * 96 * 3).reshape(98, 96, 3).astype(np.uint8)
    assert np.array_equal(reduced(picture)[98:], picture[:2])
    assert np.array_equal(reduced(picture, seamless=False)[98:], picture[:95:-1])


def test_a_checkpoint_can_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        untrained().maps(soft_noise(32, 32), checkpoint=stop)


@pytest.mark.parametrize(
    "picture",
    [np.zeros((0, 4, 3), np.uint8), np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3))],
)
def test_what_is_no_picture_is_refused(picture: np.ndarray) -> None:
    with pytest.raises(ValueError, match="H x W x 3"):
        untrained().maps(picture)


def test_a_folder_that_is_not_whole_is_refused_in_a_sentence(tmp_path: Path) -> None:
    def refused() -> str:
        with pytest.raises(StudioloError) as caught:
            Estimator.load(tmp_path)
        assert caught.value.problem.code == "bad_model"
        return caught.value.problem.message

    refused()
    (tmp_path / "config.json").write_text(json.dumps({"widths": [8, 16], "vector": 16}))
    refused()
    (tmp_path / "model.safetensors").write_bytes(b"not a file of tensors")
    refused()
    save_file({"wrong": torch.zeros(2)}, tmp_path / "model.safetensors")
    refused()
    save_file(dict(Network((8, 16), 16).state_dict()), tmp_path / "model.safetensors")
    assert Estimator.load(tmp_path).resident_bytes() > 1000
    for widths in ([8], [8] * 9, [8, 10**9], "8", None):
        (tmp_path / "config.json").write_text(json.dumps({"widths": widths, "vector": 16}))
        refused()
    for wrong in ({}, {"vector": 4}, {"vector": 10**9}, {"vector": "many"}, {"vector": [16]}, {"vector": 32}):
        (tmp_path / "config.json").write_text(json.dumps({"widths": [8, 16], **wrong}))
        assert "Traceback" not in refused()


def test_the_shipped_one_is_small_and_is_read_without_its_card(tmp_path: Path) -> None:
    assert (SHIPPED / "model.safetensors").stat().st_size <= 5e6
    for name in ("config.json", "model.safetensors"):
        shutil.copy(SHIPPED / name, tmp_path)
    assert Estimator.load(tmp_path).maps(soft_noise(32, 32)).height.shape == (32, 32)


def brick_wall() -> np.ndarray:
    """Plain reddish bricks with deep grey joints, drawn by hand: no picture that the estimator was trained on."""
    wall = np.full((128, 128, 3), (168, 160, 148), np.uint8)
    for row in range(8):
        for column in range(5):
            left = column * 32 + (row % 2) * 16 - 16
            wall[row * 16 + 2 : row * 16 + 15, max(0, left + 2) : max(0, left + 31)] = (156 - 9 * (row % 3), 74, 56)
    return np.asarray(Image.fromarray(wall).resize((256, 256), Image.Resampling.BICUBIC))


def test_the_shipped_one_knows_a_brick_from_its_joint() -> None:
    wall = brick_wall()
    maps = Estimator.load(SHIPPED).maps(wall)
    brick = wall[..., 0].astype(int) - wall[..., 2] > 60
    assert maps.height[brick].mean() > maps.height[~brick].mean() + 0.05
    assert maps.metallic.mean() < 0.05
    assert maps.roughness.mean() > 0.55
    derived = normal_from_height(maps.height)
    for axis in (0, 1):  # both ways of saying relief say the same
        assert np.corrcoef(derived[..., axis].ravel(), maps.normal[..., axis].ravel())[0, 1] > 0.5
