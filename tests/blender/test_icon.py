"""A material's icon, from the preview of its texture."""

import io

import numpy as np
import pytest
from PIL import Image

from studiolo_blender.images.icon import LARGE, SMALL, icon_of


def preview(left, right, side):
    pixels = np.zeros((side, 2 * side, 3), np.uint8)
    pixels[:, :side], pixels[:, side:] = left, right
    pixels[: side // 2, :side] = 255  # the upper half of the ball
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("side", [384, 256, 300])
def test_the_ball_is_shown_and_not_the_floor(side):
    icon = icon_of(preview((200, 100, 50), (0, 0, 255), side))
    for picture, size in ((icon.large, LARGE), (icon.small, SMALL)):
        assert picture.shape == (size, size, 4)
        assert picture[0, 0] == pytest.approx((200 / 255, 100 / 255, 50 / 255, 1), abs=1e-5)  # the bottom row is first
        assert picture[-1, -1] == pytest.approx((1, 1, 1, 1), abs=1e-5)


def test_solid_shading_has_the_colour_of_the_middle():
    file = io.BytesIO()
    Image.new("RGB", (768, 384), (128, 64, 32)).save(file, "PNG")
    assert icon_of(file.getvalue()).colour == pytest.approx((0.2159, 0.0513, 0.0144, 1.0), abs=1e-3)
