"""Subjects that are drawn here, as the emoji are: cut-outs that fill their own bounds."""

import numpy as np
import pytest

from studiolo_starter import drawn
from studiolo_starter.vocabulary import DRAWN, SUBJECTS


def test_every_subject_without_an_emoji_is_drawn_and_nothing_else():
    assert {subject.name for subject in SUBJECTS if subject.emoji == DRAWN} == set(drawn.DRAWINGS)
    with pytest.raises(KeyError):
        drawn.sprite("cat")


def test_a_lighthouse_is_a_tower_in_bands_with_a_lamp():
    sprite = drawn.sprite("lighthouse")
    assert sprite.mode == "RGBA"
    assert sprite.getchannel("A").getbbox() == (0, 0, *sprite.size)
    assert sprite.height > 2 * sprite.width
    r, g, b, a = np.moveaxis(np.asarray(sprite, np.int32)[:, sprite.width // 2 - 3], 1, 0)
    red = (r > 2 * g) & (a > 200)
    white = (np.minimum(np.minimum(r, g), b) > 180) & (a > 200)
    assert (np.diff(red.astype(int)) == 1).sum() >= 3  # the dome and two bands
    assert white.mean() > 0.15  # beside the windows
    lamp = slice(*(int(sprite.height * (drawn.LAMP + d)) for d in (-0.01, 0.01)))
    assert (r[lamp] - b[lamp] > 80).all()
    assert (g[lamp] > 150).all()
