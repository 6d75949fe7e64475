"""What a painter wants becomes a request that the daemon takes, with the right pixels in it; what comes back fits."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from pydantic import TypeAdapter

from studiolo.image.masks import mask_of
from studiolo.media import pictures
from studiolo_contract.codec import to_plain
from studiolo_contract.compose import ComposeRequest
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import hash_of
from studiolo_contract.music import MusicRequest
from studiolo_contract.request import Request
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest
from studiolo_contract.upscale import UpscaleRequest
from studiolo_krita import task
from studiolo_krita.errors import PluginError
from studiolo_krita.geometry import Bounds
from studiolo_krita.prompts import PromptError
from studiolo_krita.task import Selection, Shot, Wish
from tests.krita.painting import bytes_of, levels, noise, numbers, picture

CANVAS = Bounds(0, 0, 640, 400)
CHOSEN = Bounds(200, 120, 160, 100)
KINDS = get_args(task.Kind)
CHECKED = TypeAdapter(Request, config={"strict": True})


class Keeping:
    """Keeps bytes as the daemon does, and gives them back as its engines see them."""

    def __init__(self):
        self.blobs = {}

    def put(self, data):
        self.blobs[hash_of(data)] = bytes(data)
        return hash_of(data)

    def seen(self, asked):
        """Rows × columns × (R, G, B, A)."""
        return pictures.decode(self.blobs[asked.sha256], asked)


@pytest.fixture
def keeping():
    return Keeping()


def selection(place, strength=255):
    return Selection(place, bytes([strength]) * place.area)


def shot(kind, canvas=CANVAS, chosen=CHOSEN, **wish):
    """As it is made in Krita: what is on the canvas there is noise."""
    wish = Wish(**{"kind": kind, "prompt": "a lamp", "seed": 7} | wish)
    if kind == "expand":
        selected = task.border(canvas, wish.margins)
    else:
        selected = selection(chosen) if chosen and kind not in ("live", "texture") else None
    context = task.context(wish, canvas, selected.bounds if selected else None)
    needed = bytes_of(part_of(NOISE, context)) if task.needs_canvas(wish) else None
    return Shot("key", wish, "document", "", canvas, context, 0.0, pixels=needed, selection=selected)


def part_of(array, place):
    return array[place.y : place.bottom, place.x : place.right]


NOISE = numbers(noise(CANVAS.width, CANVAS.height))


@pytest.mark.parametrize("native", [256, 512, 1024])
@pytest.mark.parametrize("kind", KINDS)
def test_the_daemon_takes_every_kind(kind, native, keeping):
    request = task.request(shot(kind, native=native, margins=(16, 0, 0, 32)), keeping.put)
    checked = CHECKED.validate_python(to_plain(request), strict=False)
    assert checked == request
    expected = {
        "upscale": UpscaleRequest, "texture": TextureRequest, "music": MusicRequest,
        "improve": TextRequest, "title": TextRequest, "caption": TextRequest, "kit": ComposeRequest,
    }  # fmt: skip
    assert type(request) is expected.get(kind, ImageRequest)


@pytest.mark.parametrize("native", [256, 512, 1024])
@pytest.mark.parametrize("kind", task.MASKED)
def test_a_mask_is_as_large_as_its_picture_and_both_as_what_is_asked(kind, native, keeping):
    request = task.request(shot(kind, native=native, margins=(16, 0, 0, 32)), keeping.put)
    assert (request.mask.width, request.mask.height) == (request.image.width, request.image.height)
    assert (request.width, request.height) == (request.image.width, request.image.height)
    assert keeping.seen(request.image).shape == keeping.seen(request.mask).shape
    step = 64 if native == 256 else 8
    assert request.width % step == request.height % step == 0
    assert 0.5 < request.width * request.height / native**2 < 2


def in_picture(request, context, place):
    """Rows and columns of a request's picture that lie well within, and well without, a place on the canvas."""
    across, down = request.width / context.width, request.height / context.height
    left, right = (place.x - context.x) * across, (place.right - context.x) * across
    top, bottom = (place.y - context.y) * down, (place.bottom - context.y) * down
    rows, columns = np.indices((request.height, request.width))
    away = np.maximum.reduce([left - columns, columns - right + 1, top - rows, rows - bottom + 1])
    return away


@pytest.mark.parametrize("kind", ["fill", "add", "remove", "refine"])
def test_the_mask_is_white_where_something_is_selected(kind, keeping):
    made = shot(kind, native=512)
    request = task.request(made, keeping.put)
    white = mask_of(keeping.seen(request.mask))
    away = in_picture(request, made.context, CHOSEN)
    scale = request.width / made.context.width
    assert white[away <= 0].min() > 0.9
    assert white[away > (made.wish.grow + made.wish.feather) * scale + 6].max() == 0
    assert white.any()


def test_the_whole_canvas_can_be_filled(keeping):
    request = task.request(shot("fill", chosen=CANVAS), keeping.put)
    assert (mask_of(keeping.seen(request.mask)) == 1).all()


def test_the_background_is_what_is_not_selected(keeping):
    made = shot("background", native=512)
    assert made.context == CANVAS
    request = task.request(made, keeping.put)
    white = mask_of(keeping.seen(request.mask))
    away = in_picture(request, made.context, CHOSEN)
    assert white[away < -20].max() == 0
    assert white[away > 4].min() > 0.9


def test_an_expanded_canvas_is_painted_in_its_margins(keeping):
    made = shot("expand", native=512, margins=(64, 0, 0, 48))
    request = task.request(made, keeping.put)
    white = mask_of(keeping.seen(request.mask))
    old = in_picture(request, CANVAS, Bounds(64, 0, CANVAS.width - 64, CANVAS.height - 48))
    assert white[old > 0].min() == 1, "nothing of the margin is left as it was: there is nothing"
    assert white[old < -60].max() == 0


def test_where_something_is_removed_the_colours_around_it_are_carried_on(keeping):
    canvas = np.full((CANVAS.height, CANVAS.width, 3), 90)
    canvas[CHOSEN.y : CHOSEN.bottom, CHOSEN.x : CHOSEN.right] = 255
    made = shot("remove", native=512)
    made = replace(made, pixels=bytes_of(part_of(canvas, made.context)))
    assert off_grey(task.request(made, keeping.put), keeping) <= 12
    assert off_grey(task.request(replace(made, wish=replace(made.wish, kind="fill")), keeping.put), keeping) == 165


def test_what_an_expanded_canvas_showed_is_carried_on_into_its_margins(keeping):
    canvas = np.zeros((CANVAS.height, CANVAS.width, 4))
    canvas[48:, 64:] = (90, 90, 90, 255)
    made = replace(shot("expand", native=512, margins=(64, 48, 0, 0)), pixels=bytes_of(canvas))
    assert off_grey(task.request(made, keeping.put), keeping) <= 12


def off_grey(request, keeping):
    return np.abs(keeping.seen(request.image)[..., :3].astype(int) - 90).max()


def test_the_picture_is_the_canvas_on_white(keeping):
    clear = np.zeros((CANVAS.height, CANVAS.width, 4))
    clear[:, :320] = (10, 120, 240, 255)  # B, G, R, A
    made = replace(shot("refine", chosen=None, strength=0.4), pixels=bytes_of(clear))
    request = task.request(made, keeping.put)
    seen = keeping.seen(request.image)
    middle = request.width // 2
    assert (seen[:, : middle - 2] == [240, 120, 10, 255]).all()
    assert (seen[:, middle + 2 :] == 255).all()
    assert request.mask is None
    assert request.strength == 0.4


def test_strips_are_the_same_picture(keeping):
    whole = shot("live")
    rows = [whole.pixels[n * 640 * 4 : (n + 150) * 640 * 4] for n in (0, 150, 300)]
    assert task.request(whole, keeping.put) == task.request(replace(whole, pixels=tuple(rows)), keeping.put)


def test_variations_begin_from_the_result_that_is_laid_over_the_canvas(keeping):
    made = shot("variations", chosen=None)
    base = picture(np.full((CANVAS.height, CANVAS.width, 3), (10, 120, 240)))
    request = task.request(replace(made, base=base), keeping.put)
    assert (keeping.seen(request.image) == [240, 120, 10, 255]).all()
    assert request.image != task.request(made, keeping.put).image


def test_generating_needs_nothing_of_the_canvas(keeping):
    request = task.request(shot("generate"), keeping.put)
    assert request.image is None
    assert request.mask is None
    assert not keeping.blobs


def test_a_style_is_a_square_of_the_layer_on_white(keeping):
    layer = np.zeros((CANVAS.height, CANVAS.width, 4))
    made = replace(shot("generate", style_strength=0.8), style=bytes_of(layer))
    request = task.request(made, keeping.put)
    assert request.style_strength == 0.8
    assert (request.style_image.width, request.style_image.height) == (256, 256)
    assert (keeping.seen(request.style_image) == 255).all()


def test_what_is_enlarged_is_sent_as_it_is(keeping):
    request = task.request(shot("upscale", scale=4), keeping.put)
    assert request.scale == 4
    seen = keeping.seen(request.image)
    assert (seen == part_of(NOISE, CHOSEN)[..., [2, 1, 0, 3]]).all()


@pytest.mark.parametrize(
    ("kind", "strength"),
    [("generate", 0.7), ("refine", 0.7), ("live", 0.7), ("fill", 1), ("add", 1), ("background", 1), ("remove", 0.55),
     ("expand", 0.85), ("variations", 0.45)],
)  # fmt: skip
def test_the_slider_counts_where_there_is_one(kind, strength, keeping):
    assert task.request(shot(kind, strength=0.7), keeping.put).strength == strength


def test_everything_that_is_set_is_asked_for(keeping):
    wish = dict(negative="fog", model="other", steps=9, guidance_scale=3.5, scheduler="ddim", batch=3)
    request = task.request(shot("generate", pattern="{prompt}, in oil", **wish), keeping.put)
    assert (request.prompt, request.negative_prompt, request.model) == ("a lamp, in oil", "fog", "other")
    assert (request.steps, request.guidance_scale, request.scheduler) == (9, 3.5, "ddim")
    assert (request.seed, request.batch) == (7, 3)
    texture = task.request(shot("texture", pattern="{prompt}, stone", native=512, **wish), keeping.put)
    assert (texture.prompt, texture.width, texture.height, texture.steps) == ("a lamp, stone", 512, 512, 9)
    music = task.request(shot("music", seconds=12.0, loop=True), keeping.put)
    assert (music.prompt, music.seconds, music.loop, music.seed) == ("a lamp", 12.0, True, 7)


# ---- prompts


def test_wildcards_are_drawn_by_the_seed(keeping):
    drawn = {
        seed: task.request(shot("generate", prompt="a {red|blue|green} lamp", seed=seed), keeping.put).prompt
        for seed in range(40)
    }
    assert set(drawn.values()) == {"a red lamp", "a blue lamp", "a green lamp"}
    assert task.request(shot("fill", prompt="a {red|blue|green} lamp", seed=3), keeping.put).prompt == drawn[3]


def test_a_prompt_that_cannot_be_read_is_refused(keeping):
    with pytest.raises(PromptError):
        task.request(shot("generate", prompt="a {red lamp"), keeping.put)


def test_an_empty_prompt_removes_something(keeping):
    request = task.request(shot("remove", prompt="  ", pattern="{prompt}, in oil"), keeping.put)
    assert request.prompt == f"{task.EMPTY}, in oil"


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        (" brass, old.\n", "a lamp, brass, old"),
        ("  dim\n light ,", "a lamp, dim light"),
        ("", "a lamp"),
    ],
)
def test_a_better_prompt_begins_with_the_prompt(written, whole):
    assert task.improved("a lamp, ", written) == whole


def test_the_text_model_is_asked_to_go_on_with_the_prompt(keeping):
    request = task.request(shot("improve", prompt="a {red|blue} lamp"), keeping.put)
    assert request.text.endswith("Picture: a {red|blue} lamp.\nDetailed: a {red|blue} lamp,")


# ---- what comes back


@pytest.mark.parametrize("kind", ["generate", "upscale"])
def test_the_selection_itself_cuts_what_is_made_for_it(kind):
    made = shot(kind)
    assert made.context == CHOSEN
    assert (levels(made.alpha) == 255).all()


@pytest.mark.parametrize("kind", ["fill", "add", "remove", "refine", "variations"])
def test_what_is_painted_into_the_canvas_fades_beyond_the_selection(kind):
    made = shot(kind, grow=8, feather=16)
    seen = levels(made.alpha)
    assert seen.shape == (made.context.height, made.context.width)
    row = seen[CHOSEN.y - made.context.y + CHOSEN.height // 2]
    left, right = CHOSEN.x - made.context.x, CHOSEN.right - made.context.x
    assert (row[left + 12 : right - 12] == 255).all()
    assert 100 < row[left - 8] < 160, "half at the grown edge"
    assert row[left - 26] == row[right + 25] == 0
    assert made.context.contains(CHOSEN.pad(24))


def test_without_a_selection_all_of_the_result_is_seen():
    assert shot("refine", chosen=None).alpha is None
    assert shot("live").alpha is None


def test_a_half_selected_pixel_is_half_seen():
    made = replace(shot("generate"), selection=selection(CHOSEN, 128))
    assert (levels(made.alpha) == 128).all()


def test_the_background_s_alpha_is_what_is_not_selected():
    seen = levels(shot("background", grow=0, feather=0).alpha)
    expected = np.full((CANVAS.height, CANVAS.width), 255)
    expected[CHOSEN.y : CHOSEN.bottom, CHOSEN.x : CHOSEN.right] = 0
    assert (seen == expected).all()


@pytest.mark.parametrize(
    "margins", [(3, 0, 0, 0), (0, 4, 0, 0), (0, 0, 5, 0), (0, 0, 0, 6), (1, 2, 3, 4), (0, 0, 0, 0)]
)
def test_the_border_of_a_grown_canvas_is_its_margins(margins):
    left, top, right, bottom = margins
    grown = Bounds(0, 0, 20 + left + right, 10 + top + bottom)
    selected = task.border(grown, margins)
    assert selected.bounds == grown
    seen = np.frombuffer(selected.data, np.uint8).reshape(grown.height, grown.width)
    expected = np.full(seen.shape, 255)
    expected[top : top + 10, left : left + 20] = 0
    assert (seen == expected).all()


def test_what_is_finished_fits_its_place():
    made = shot("fill", native=256)
    layer = task.finished(noise(256, 192), "fill", made.context, made.alpha)
    assert (layer.width(), layer.height()) == made.context.size
    assert (numbers(layer)[..., 3] == levels(made.alpha)).all()
    whole = task.finished(noise(256, 192), "generate", CANVAS, None)
    assert (whole.width(), whole.height()) == CANVAS.size
    assert (numbers(whole)[..., 3] == 255).all()


@pytest.mark.parametrize("kind", ["upscale", "texture"])
def test_what_has_a_size_of_its_own_keeps_it(kind):
    image = noise(320, 200)
    assert task.finished(image, kind, CHOSEN, shot("generate").alpha) is image


# ---- what of the canvas belongs to it


def test_what_is_seen_of_the_canvas():
    def seen(kind, chosen):
        return task.context(Wish(kind), CANVAS, chosen)

    assert seen("generate", None) == seen("refine", None) == CANVAS
    assert seen("generate", CHOSEN) == seen("upscale", CHOSEN) == CHOSEN
    assert seen("background", CHOSEN) == seen("live", CHOSEN) == CANVAS
    assert CANVAS.contains(seen("fill", CHOSEN))
    assert seen("fill", CHOSEN).contains(CHOSEN.pad(16))
    with pytest.raises(PluginError, match="off the canvas"):
        seen("fill", Bounds(700, 0, 10, 10))
