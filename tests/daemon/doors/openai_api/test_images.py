"""Pictures as OpenAI's own client asks for them."""

import base64
import io

import numpy as np
import openai
import pytest
from PIL import Image

from tests.daemon.doors.descriptions import asked


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def opened(b64):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(b64))).convert("RGB"))


@pytest.fixture(scope="module")
def scene():
    return np.random.default_rng(3).integers(0, 255, (64, 64, 3), np.uint8)


@pytest.fixture
def paint(client, painter):
    def paint(**more):
        return client.images.generate(**{"prompt": "a boat", "model": painter, "size": "64x64", **more})

    return paint


def test_pictures_come_in_base64_with_their_recipe(paint):
    made = paint(n=2, extra_body={"seed": 5, "steps": 2})
    assert made.size == "64x64"
    assert [one.model_extra["seed"] for one in made.data] == [5, 6]
    assert not np.array_equal(opened(made.data[0].b64_json), opened(made.data[1].b64_json))
    recipe = Image.open(io.BytesIO(base64.b64decode(made.data[0].b64_json))).text
    assert any('"a boat"' in text for text in recipe.values())


def test_who_wants_an_address_gets_one_that_nobody_need_fetch(paint):
    made = paint(response_format="url", extra_body={"steps": 1})
    kind, _, data = made.data[0].url.partition(",")
    assert kind == "data:image/png;base64"
    assert opened(data).shape == (64, 64, 3)


def test_an_edit_stays_where_the_mask_is_transparent(client, painter, scene):
    mask = np.full((64, 64, 4), 255, np.uint8)
    mask[16:48, 16:48, 3] = 0
    made = client.images.edit(
        model=painter, prompt="a boat", image=("a.png", png(scene)), mask=("m.png", png(mask)), extra_body={"steps": 2}
    )
    result = opened(made.data[0].b64_json)
    kept = mask[..., 3] == 255
    assert np.array_equal(result[kept], scene[kept])
    assert not np.array_equal(result[24:40, 24:40], scene[24:40, 24:40])


def test_without_a_mask_the_picture_s_own_transparency_is_one(client, painter, scene):
    picture = np.dstack([scene, np.full((64, 64), 255, np.uint8)])
    picture[16:48, 16:48, 3] = 0
    made = client.images.edit(model=painter, prompt="a boat", image=("a.png", png(picture)), extra_body={"steps": 2})
    result = np.asarray(Image.open(io.BytesIO(base64.b64decode(made.data[0].b64_json))).convert("RGBA"))
    kept = picture[..., 3] == 255
    assert np.array_equal(result[kept], picture[kept])
    assert (result[24:40, 24:40, 3] == 255).all()
    assert not np.array_equal(result[24:40, 24:40, :3], scene[24:40, 24:40])


def test_without_a_mask_the_whole_picture_is_edited_and_a_list_of_one_is_a_picture(client, painter, scene):
    made = client.images.edit(
        model=painter, prompt="a boat", image=[("a.png", png(scene))], extra_body={"steps": 2, "strength": 0.5}
    )
    assert opened(made.data[0].b64_json).shape == scene.shape


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
def test_a_variation_needs_no_words(client, painter, scene):
    made = client.images.create_variation(model=painter, image=("a.png", png(scene)), n=2, extra_body={"steps": 4})
    one, other = (opened(picture.b64_json) for picture in made.data)
    assert not np.array_equal(one, other)


def test_the_starter_paints(client):
    made = client.images.generate(prompt="a red apple", size="64x64", extra_body={"steps": 2})
    assert opened(made.data[0].b64_json).shape == (64, 64, 3)


@pytest.mark.parametrize(
    ("more", "param", "said"),
    [
        ({"size": "large"}, "size", "is no size"),
        ({"n": 20}, "n", "less than or equal to 8"),
        ({"quality": "hd"}, "quality", "can't be heeded"),
        ({"background": "transparent"}, "background", "can't be heeded"),
        ({"prompt": " "}, None, "The prompt is empty"),
        ({"model": "starter-text"}, None, "writes"),
    ],
)
def test_what_cannot_be_painted_is_refused_in_words(paint, more, param, said):
    with pytest.raises(openai.BadRequestError) as caught:
        paint(**more)
    assert said in caught.value.message
    assert caught.value.param == param


def test_pictures_that_are_none_are_refused_in_words(client, painter, scene):
    def edit(**more):
        return client.images.edit(**{"model": painter, "prompt": "a", "image": ("a.png", png(scene)), **more})

    opaque, small = ("m.png", png(scene)), np.zeros((8, 8, 4), np.uint8)
    for more, said in (
        ({"image": ("a.png", b"GIF89a")}, "no picture that can be read"),
        ({"image": ("a.png", png(scene)[:20])}, "broken or too large"),
        ({"image": ("a.png", png(scene)[:200]), "extra_body": {"strength": 0.5}}, "can't be read as PNG"),
        ({"image": [opaque, opaque]}, "One picture is edited at a time; 2 came"),
        ({"mask": opaque}, "has no alpha"),
        ({"mask": ("m.png", png(small))}, "The mask has 8 × 8 pixels"),
        ({}, "There is no mask, and the picture has no alpha. Make transparent"),
        ({"image": ("a.png", png(np.full((64, 64, 4), 255, np.uint8)))}, "The picture is opaque all over. Make transp"),
    ):
        with pytest.raises(openai.BadRequestError, match=said):
            edit(**more)


def test_what_no_model_here_can_do_is_refused_in_words(client):
    with pytest.raises(openai.BadRequestError, match="No model here speaks"):
        client.audio.speech.create(model="tts-1", voice="alloy", input="Hello")
    with pytest.raises(openai.BadRequestError, match="No model here hears speech"):
        client.audio.transcriptions.create(model="whisper-1", file=("a.wav", b"RIFF"))
    with pytest.raises(openai.BadRequestError, match="Embeddings are not given out"):
        client.embeddings.create(model="a", input="b")
    with pytest.raises(openai.BadRequestError, match="chat completions"):
        client.responses.create(model="starter-text", input="Hello")


def test_what_comes_is_as_it_is_described(daemon, painter):
    for form in ("url", "b64_json"):
        wish = {"prompt": "a boat", "size": "32x32", "steps": 1, "model": painter, "response_format": form}
        assert asked(daemon, "/v1/images/generations", wish)["data"][0][form]
