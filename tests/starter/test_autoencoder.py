"""What the denoiser learns from: latents without edges where the picture has none."""

from pathlib import Path

import numpy as np
import pytest
import torch

from studiolo_starter import autoencoder, data


def test_the_latents_of_a_tile_have_no_edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "SHARD", 2)
    y, x = np.mgrid[0 : data.SIDE, 0 : data.SIDE] * (2 * np.pi / data.SIDE)
    tile = np.stack([np.sin(3 * x), np.cos(2 * y), np.sin(x + y)], axis=-1) * 90 + 128
    turned = np.roll(tile, (64, 128), (0, 1))
    for kind in data.KINDS:
        data.save(data.shard_path(tmp_path, kind, 0), np.stack([tile, turned]).astype(np.uint8))
    torch.manual_seed(0)
    torch.save({"model": autoencoder.new_autoencoder().state_dict()}, tmp_path / "autoencoder.pt")
    autoencoder.write_latents(tmp_path)
    first, second = (np.load(tmp_path / "latents" / "materials" / "0000.npy")[i].astype(float) for i in range(2))
    assert np.allclose(np.roll(first, (8, 16), (1, 2)), second, atol=0.02)
    first, second = (np.load(tmp_path / "latents" / "scenes" / "0000.npy")[i].astype(float) for i in range(2))
    assert not np.allclose(np.roll(first, (8, 16), (1, 2)), second, atol=0.02)
