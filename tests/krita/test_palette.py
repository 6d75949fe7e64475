"""A palette holds the colours that a picture consists of."""

import numpy as np
import pytest

from studiolo_krita.palette import main_colours
from tests.krita.painting import noise, picture

RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 200, 30), (30, 30, 200), (120, 120, 120)


def striped(**shares):
    """A picture of upright stripes, by how many of its 48 columns each colour has."""
    columns = [colour for colour, count in shares.values() for _ in range(count)]
    return picture(np.array([columns] * 48)[..., ::-1])


def names(image, count=6):
    return [(colour.red(), colour.green(), colour.blue()) for colour in main_colours(image, count)]


def test_each_colour_comes_once_the_most_frequent_first():
    image = striped(a=(GREY, 26), b=(RED, 12), c=(GREEN, 7), d=(BLUE, 3))
    assert names(image) == [GREY, RED, GREEN, BLUE]


def test_one_that_is_most_of_the_picture_is_one_colour():
    assert names(striped(a=(RED, 36), b=(BLUE, 12))) == [RED, BLUE]
    assert names(striped(a=(RED, 47), b=(BLUE, 1))) == [RED, BLUE]
    assert names(striped(a=(RED, 48))) == [RED]


@pytest.mark.parametrize("count", [1, 2, 6, 12])
def test_there_are_as_many_as_are_asked_for(count):
    found = names(noise(200, 130), count)
    assert len(found) == len(set(found)) == count


def test_the_colours_of_a_gradient_are_spread_over_it():
    ramp = np.linspace(0, 255, 192)[None, :, None] * np.ones((48, 1, 3))
    greys = sorted(red for red, *_ in names(picture(ramp), 4))
    assert np.abs(np.array(greys) - [32, 96, 159, 223]).max() <= 8
