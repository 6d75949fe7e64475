"""Training that goes on from a model that ships."""

from pathlib import Path

import pytest
import torch

from studiolo_starter import autoencoder, begun, unet

SHIPPED = Path("starters/picture")


def test_what_ships_can_be_trained_on(tmp_path: Path) -> None:
    begun.begin(tmp_path, SHIPPED)
    model, steps, minutes = unet.trained(tmp_path)
    assert steps > 1000
    assert minutes > 60
    assert model.conv_in.weight.abs().sum() > 0
    latents = torch.randn(1, autoencoder.LATENTS, 32, 32)
    said = autoencoder.trained(tmp_path).decoder(latents / autoencoder.scaling_factor(tmp_path))
    assert said.shape == (1, 3, 256, 256)
    assert autoencoder.scaling_factor(tmp_path) != 1.0


def test_a_cache_that_went_further_stays(tmp_path: Path) -> None:
    (tmp_path / "unet.pt").write_bytes(b"further")
    begun.begin(tmp_path, SHIPPED)
    assert (tmp_path / "unet.pt").read_bytes() == b"further"


def test_a_card_that_does_not_say_how_long(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("A model.", "utf-8")
    with pytest.raises(ValueError, match="how many steps and minutes"):
        begun.begin(tmp_path / "cache", tmp_path)
