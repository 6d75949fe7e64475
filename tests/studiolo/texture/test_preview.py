"""The preview: light comes from where it should, and metal, gloss and relief can be told apart."""

import numpy as np
import pytest

from studiolo.texture.preview import SIDE, preview
from tests.studiolo.texture.surfaces import dome, flat, surface


def halves(maps):
    picture = preview(maps).astype(float)
    assert picture.shape == (SIDE, 2 * SIDE, 3)
    return picture[:, :SIDE], picture[:, SIDE:]


def at(picture, x, y, reach=4):
    """Mean colour around a place, from -1 to 1, x to the right and y up."""
    column, row = round((x + 1) / 2 * SIDE), round((1 - y) / 2 * SIDE)
    return picture[row - reach : row + reach, column - reach : column + reach].mean((0, 1))


def test_the_ball_is_lit_from_the_upper_left():
    ball, _ = halves(flat())
    light, dark = at(ball, -0.4, 0.45).mean(), at(ball, 0.5, -0.5).mean()
    assert light > 2 * dark
    assert dark > at(ball, 0.97, -0.5).mean()  # the backdrop is darker still


def test_normals_point_the_way_opengl_has_them():
    """The sun comes from the left and from behind: of a hill on the floor the left and the far flank are lit."""
    _, floor = halves(dome())
    left, right = (at(floor, x, 0.06).mean() for x in (-0.13, 0.13))
    far, near = (at(floor, 0.0, y).mean() for y in (0.16, -0.05))
    assert left > right + 10
    assert far > near + 5


def test_a_colour_stays_what_it_is():
    ball, _ = halves(flat(colour=(180, 60, 40), roughness=1.0))
    red, green, blue = at(ball, -0.3, 0.3)
    assert 150 < red < 235
    assert red > 1.8 * green > blue


def test_gloss_has_a_glint_and_metal_takes_its_colour_along():
    matt, gloss, metal = (
        halves(flat(colour=(190, 120, 40), roughness=roughness, metallic=metallic))[0]
        for roughness, metallic in ((0.9, 0.0), (0.15, 0.0), (0.15, 1.0))
    )
    inside = np.hypot(*np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]) < 0.8
    brightest = [np.quantile(ball.mean(-1)[inside], 0.999) for ball in (matt, gloss)]
    assert brightest[1] > brightest[0] + 20
    # what a bright window leaves on the dark side: white on paint, golden on gold
    window = [at(ball, 0.37, 0.13, reach=10) for ball in (matt, gloss, metal)]
    blue_beside_red = [colour[2] / colour[0] for colour in window]
    assert blue_beside_red[1] > blue_beside_red[0] + 0.05
    assert blue_beside_red[2] < blue_beside_red[1]
    assert np.abs(metal - gloss)[inside].mean() > 10


def test_the_floor_is_tiled_three_times_each_way():
    """One bright dot on each tile makes nine."""
    maps = flat(colour=(20, 20, 20), roughness=1.0)
    maps.base_colour[24:40, 24:40] = 255
    _, floor = halves(maps)
    bright = floor.mean(-1) > 90
    columns = np.flatnonzero(np.diff(bright.any(0).astype(int)) == 1)
    rows = np.flatnonzero(np.diff(bright.any(1).astype(int)) == 1)
    assert (len(rows), len(columns)) == (3, 3)


def test_raking_light_casts_shadows_on_the_floor():
    wall = np.zeros((64, 64), np.float32)
    wall[:, 16:20] = 1.0
    maps = surface(wall)
    without = surface(np.zeros((64, 64), np.float32))
    right_of_the_wall = np.zeros((64, 64), bool)
    right_of_the_wall[:, 21:24] = True
    for one in (maps, without):
        one.base_colour[...] = np.where(right_of_the_wall[..., None], 220, 0)
    shaded, lit = (halves(one)[1].mean() for one in (maps, without))
    assert shaded < lit - 1


@pytest.mark.parametrize("shape", [(16, 16), (40, 120), (512, 300)])
def test_any_size_will_do(shape):
    maps = surface(np.random.default_rng(0).random(shape), metallic=0.5)
    assert np.ptp(preview(maps)) > 50
