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


def test_texture_counts_and_where_its_lines_run_does_not() -> None:
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    weave = torch.sin((x + y) * 1.2).expand(1, 3, 64, 64)
    moved = torch.sin((x + y) * 1.2 + 2).expand(1, 3, 64, 64)
    turned = torch.sin((x - y) * 1.2).expand(1, 3, 64, 64)
    flat = torch.zeros_like(weave)
    losses = [float(autoencoder.texture_loss(made, weave)) for made in (weave, moved, turned, flat)]
    assert losses[0] == 0
    assert losses[1] < 0.1 * losses[2]
    assert losses[2] < losses[3]
    assert autoencoder.loss_of(moved, weave) < autoencoder.loss_of(flat, weave)
