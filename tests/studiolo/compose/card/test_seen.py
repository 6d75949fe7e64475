"""What a picture says for a card: its colours in the order of their share, and what a judge is sure enough of."""

import numpy as np
import pytest

from studiolo.compose.card.card import drafted, finished
from studiolo.compose.card.palette import lab
from studiolo.compose.card.seen import Guess, colours, seen

NIGHT, AMBER = (20, 30, 70), (240, 180, 80)


def picture(*shares, side=96, alpha=False):
    """Columns of plain colours, each as wide as its share."""
    columns = np.concatenate([np.tile(colour, (round(share * side), 1)) for colour, share in shares])
    pixels = np.tile(columns[None], (side, 1, 1)).astype(np.uint8)
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)]) if alpha else pixels


def test_its_colours_are_found_the_most_common_first():
    found = colours(picture((NIGHT, 0.75), (AMBER, 0.25)))
    assert len(found) == 2
    for colour, true in zip(found, (NIGHT, AMBER), strict=True):
        assert np.allclose(lab(colour), lab("#{:02x}{:02x}{:02x}".format(*true)), atol=0.02)


def test_of_noise_there_are_five_colours_and_the_same_ones_again():
    pixels = np.random.default_rng(1).integers(0, 256, (80, 60, 3), np.uint8)
    assert len(colours(pixels)) == 5
    assert colours(pixels) == colours(pixels)


def test_what_is_transparent_counts_nothing():
    pixels = picture((NIGHT, 0.5), (AMBER, 0.5), alpha=True)
    pixels[:, :48, 3] = 0
    (only,) = colours(pixels)
    assert lab(only).b > 0
    pixels[..., 3] = 0
    assert colours(pixels) == ()
    assert "time" not in seen(pixels, None)


@pytest.mark.parametrize(("colour", "time"), [(NIGHT, "night"), ((250, 245, 230), "day"), ((120, 120, 120), None)])
def test_without_a_judge_light_alone_tells_the_time(colour, time):
    said = seen(picture((colour, 1.0)), None).get("time")
    assert (said and said.value) == time


def test_one_pixel_is_a_picture_too():
    assert len(colours(np.array([[[10, 20, 30]]], np.uint8))) == 1


def test_a_judge_is_believed_where_it_is_sure_and_words_go_first():
    def judge(question):
        known = {"place": ("beach", 0.9), "time": ("storm", 0.8), "style": ("pixel art", 0.3), "subject": ("owl", 0.7)}
        return [Guess(*known[question])]

    said = seen(picture((NIGHT, 0.7), (AMBER, 0.3)), judge)
    assert {name: one.value for name, one in said.items() if name != "palette"} == {
        "place": "a beach",
        "weather": "storm",
        "subjects": ("an owl",),
    }
    draft, _ = drafted("A reunion in the castle.", seen=said)
    card = finished(draft)
    origins = {one.field: one.origin for one in card.sources}
    assert (card.place, origins["place"]) == ("a castle", "brief")
    assert (card.weather, origins["weather"], origins["palette"]) == ("storm", "picture", "picture")
