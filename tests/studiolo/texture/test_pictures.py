"""Maps as pictures: heights keep their sixteen bits, normals their directions; and the words for a painter."""

import io

import numpy as np
import pytest
from PIL import Image

from studiolo.media.pictures import decode, encode_png, measure
from studiolo.models.catalogue import catalogue
from studiolo.models.model import Defaults
from studiolo.texture.pictures import pictures
from studiolo.texture.wording import worded
from tests.studiolo.texture.surfaces import dome, surface


def opened(pixels):
    return Image.open(io.BytesIO(encode_png(pixels, {"studiolo": "recipe"})))


def test_every_map_has_its_depth_and_channels():
    files = {name: opened(pixels) for name, pixels in pictures(dome()).items()}
    assert {name: file.mode for name, file in files.items()} == {
        "basecolor": "RGB",
        "normal": "RGB",
        "roughness": "L",
        "metallic": "L",
        "height": "I;16",
        "ao": "L",
    }
    assert {file.info["studiolo"] for file in files.values()} == {"recipe"}


def test_heights_come_back_to_the_sixteenth_bit():
    height = np.random.default_rng(0).random((32, 48), np.float32)
    deep = pictures(surface(height))["height"]
    back = np.asarray(opened(deep))
    assert back.dtype == np.uint16
    assert np.abs(back / 65535 - height).max() <= 0.51 / 65535
    assert len(np.unique(back)) > 256
    # and it is a picture that a request may send
    data = encode_png(deep, {})
    assert decode(data, measure(data)).shape == (32, 48, 4)


def test_normals_are_opengls():
    normal = pictures(dome())["normal"].astype(int)
    assert normal[2, 2].tolist() == [128, 128, 255]
    side = len(normal)
    low, high = round(side * 0.22), round(side * 0.78)
    assert normal[side // 2, high, 0] > 150  # the right flank looks right: red
    assert normal[side // 2, low, 0] < 106
    assert normal[low, side // 2, 1] > 150  # the upper flank looks up: green
    assert normal[high, side // 2, 1] < 106


@pytest.mark.parametrize("prompt", ["mossy cobblestone", "moss {} with braces"])
def test_a_persons_words_stand_in_the_prompt_unchanged(prompt):
    starter = catalogue()["starter-picture"].defaults
    assert worded(prompt, starter) == f"seamless texture of {prompt}"
    general = worded(prompt, Defaults())
    assert prompt in general
    assert "seamless texture" in general
    assert "from above" in general


def test_who_speaks_of_a_texture_is_taken_at_their_word():
    assert worded("a seamless stone texture, low poly", Defaults()) == "a seamless stone texture, low poly"
    assert worded("textured plaster", Defaults()) != "textured plaster"
