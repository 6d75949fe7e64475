"""What the door lets in, and what it says to the rest."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from studiolo.door import check, describe
from studiolo.models.store import Store
from studiolo_contract.compose import CardRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_contract.mood_card import Change, MoodCard
from studiolo_contract.music import Mood, MusicRequest, Section
from studiolo_contract.text import Sampling, TextRequest, TokenBias, Turn
from studiolo_contract.texture import TextureRequest
from studiolo_contract.upscale import UpscaleRequest

TEXT = TextRequest(text="A lighthouse.")
IMAGE = ImageRequest(prompt="a lighthouse")
PICTURE = Picture(sha256="0" * 64, width=64, height=48)
UPSCALE = UpscaleRequest(image=PICTURE)


@pytest.fixture
def store(starter_home):
    return Store(starter_home)


def refusal(request, store):
    with pytest.raises(StudioloError) as caught:
        check(request, store)
    return caught.value.problem


def test_a_plain_request_gets_the_starter(store):
    assert check(TEXT, store).name == "starter-text"


def test_an_upscale_request_gets_the_starter_upscaler(store):
    assert check(UPSCALE, store).name == "starter-upscaler"
    assert "starter-picture paints" in refusal(replace(UPSCALE, model="starter-picture"), store).message
    assert "only enlarges" in refusal(replace(IMAGE, model="starter-upscaler"), store).message


def test_a_music_request_gets_the_starter_composer(store):
    assert check(MusicRequest(prompt="rain"), store).name == "starter-composer"
    assert check(MusicRequest(mood=Mood()), store).name == "starter-composer"
    assert check(MusicRequest(sections=(Section(prompt="rain"),)), store).name == "starter-composer"
    assert "starter-composer makes music" in refusal(replace(TEXT, model="starter-composer"), store).message


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"prompt": " "}, "There is neither a brief nor a mood."),
        ({"key": "H major"}, "There is no key called 'H major'."),
        ({"key": "C minor", "mode": "lydian"}, "The key is 'C minor' and the mode lydian."),
        ({"ensemble": "kazoo choir"}, "There is no ensemble called 'kazoo choir'."),
        ({"instruments": ("violin", "theremin")}, "There is no instrument called 'theremin'."),
        ({"motif": "do re mi"}, "'do' in the motif is no note."),
        ({"sections": (Section(prompt="a", seconds=9.0),)}, "The sections last 9 s together and the piece 30 s."),
        ({"sections": (Section(prompt="a", seconds=30.0), Section(prompt="b"))}, "leaves nothing for the other 1."),
    ],
)
def test_music_that_contradicts_itself_is_refused_at_once(store, change, sentence):
    problem = refusal(replace(MusicRequest(prompt="rain"), **change), store)
    assert sentence in problem.message
    assert problem.mend


@pytest.mark.parametrize(
    ("size", "scale", "mend"),
    [((4097, 10), 2, "Send a smaller"), ((10, 2049), 4, "2 times only"), ((16384, 1), 4, "Send a smaller")],
)
def test_what_would_become_too_large_is_refused(store, size, scale, mend):
    large = replace(PICTURE, width=size[0], height=size[1])
    problem = refusal(replace(UPSCALE, image=large, scale=scale), store)
    assert problem.code == "bad_request"
    assert "8192" in problem.message
    assert mend in problem.mend
    assert check(replace(UPSCALE, image=replace(PICTURE, width=4096, height=2048)), store)


@pytest.mark.parametrize("prompt", [" ", "\n\t "])
def test_a_prompt_without_a_word_is_refused(store, prompt):
    assert refusal(replace(IMAGE, prompt=prompt), store).message == "The prompt is empty."


def test_the_installations_own_choice_comes_before_the_starter(starter_home):
    problem = refusal(TEXT, Store(starter_home, {"text": "qwen3-4b"}))
    assert problem.code == "model_missing"
    assert "qwen3-4b" in problem.message


def test_a_model_of_the_wrong_kind_is_said(store):
    problem = refusal(replace(IMAGE, model="starter-text"), store)
    assert problem.code == "bad_request"
    assert "starter-text writes" in problem.message
    assert refusal(replace(TEXT, model="starter-embedder"), store).code == "bad_request"


def test_unknown_models_modes_and_styles_name_near_ones(store):
    assert "starter-text" in refusal(replace(TEXT, model="starter-tex"), store).mend
    assert "continue" in refusal(replace(TEXT, mode="contineu"), store).mend
    assert "noir" in refusal(replace(TEXT, style="nior"), store).mend


@pytest.mark.parametrize("schema", ["{", "[1]", '"text"', "[" * 60_000, "NaN"])
def test_a_schema_that_is_none(store, schema):
    assert refusal(replace(TEXT, json_schema=schema), store).code == "bad_request"


def test_a_schema_that_is_one(store):
    assert check(replace(TEXT, json_schema=json.dumps({"type": "object"})), store)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"mask": PICTURE}, "no image"),
        ({"image": PICTURE, "mask": replace(PICTURE, width=65)}, "65"),
        ({"image": PICTURE, "mask": PICTURE, "width": 128}, "keeps its size"),
        ({"width": 4096, "height": 16}, "too long"),
        ({"image": replace(PICTURE, width=4096)}, "too long"),
    ],
)
def test_pictures_that_do_not_fit(store, change, word):
    problem = refusal(replace(IMAGE, **change), store)
    assert problem.code == "bad_request"
    assert word in problem.message
    assert problem.mend


def test_a_style_picture_has_pixels_enough(store):
    assert check(replace(IMAGE, style_image=replace(PICTURE, width=4096, height=16)), store)
    problem = refusal(replace(IMAGE, style_image=replace(PICTURE, width=15)), store)
    assert problem.code == "bad_picture"
    assert "15 × 48" in problem.message
    assert "16 pixels" in problem.mend


@pytest.mark.parametrize("field", ["prompt", "negative_prompt"])
@pytest.mark.parametrize("request_", [IMAGE, TextureRequest(prompt="moss")])
def test_weights_are_read_at_the_door(store, request_, field):
    problem = refusal(replace(request_, **{field: "a (castle:2.5)"}), store)
    assert problem.code == "bad_request"
    assert problem.message.startswith("2.5 is no weight")
    assert check(replace(request_, **{field: r"a (castle:1.5) \(old:9\)"}), store)


def test_the_list_for_clients(store):
    known = {info.name: info for info in describe(store)}
    assert known["starter-text"].installed
    assert known["starter-text"].default
    assert not known["sd-turbo"].commercial
    assert "accept it on the hub" in known["llama-3.2-3b"].licence
    assert "starter-embedder" not in known


def test_a_persons_own_folder_is_in_the_list(tmp_path, starter_home):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine").symlink_to(starter_home / "models" / "starter-text", target_is_directory=True)
    own = describe(Store(tmp_path))[-1]
    assert (own.name, own.kind, own.installed, own.memory_gb) == ("mine", "text", True, 0.3)


@pytest.mark.parametrize(
    ("index", "depth"),
    [
        ({"_class_name": "StableDiffusionPipeline"}, False),
        ({"_class_name": "StableDiffusionControlNetPipeline", "controlnet": ["diffusers", "ControlNetModel"]}, True),
        ({"_class_name": "StableDiffusionControlNetPipeline", "controlnet": ["x", "MultiControlNetModel"]}, False),
        (
            {"_class_name": "StableDiffusionXLControlNetUnionPipeline", "controlnet": ["x", "ControlNetUnionModel"]},
            False,
        ),
        ({"_class_name": "FluxControlPipeline"}, True),
        ({"_class_name": "FluxControlImg2ImgPipeline"}, True),
        ({"_class_name": "FluxFillPipeline", "controlnet": [None, None]}, False),
    ],
)
def test_whether_a_model_keeps_to_a_depth_picture_is_in_the_list(tmp_path, index, depth):
    folder = tmp_path / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text(json.dumps(index))
    (folder / "weights.safetensors").touch()
    known = {info.name: info for info in describe(Store(tmp_path))}
    assert (known["mine"].kind, known["mine"].depth) == ("image", depth)
    assert not known["starter-picture"].depth


def test_the_door_loads_no_torch():
    code = "import sys, studiolo.door; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"turns": (Turn(speaker="user", text="a"),)}, "The mode story takes no conversation."),
        ({"speaker": "system", "mode": "complete"}, "The mode complete takes no conversation."),
        ({"mode": "chat", "style": "noir"}, "The mode chat takes no style."),
        ({"mode": "complete", "instruction": "gently"}, "The mode complete takes no instruction."),
        ({"sampling": Sampling(logit_bias=(TokenBias(bias=1.0),))}, "names both a text and a token, or neither"),
        ({"sampling": Sampling(logit_bias=(TokenBias(bias=1.0, text="a", token=3),))}, "both a text and a token"),
    ],
)
def test_what_is_said_as_it_stands_takes_nothing_beside_it(changes, said, store):
    assert said in refusal(replace(TEXT, **changes), store).message


def test_a_mood_card_is_for_the_writer_whatever_it_is_read_from(store):
    for request in (
        CardRequest(text="🌊"),
        CardRequest(scene="A brick wall."),
        CardRequest(picture=PICTURE),
        CardRequest(card=MoodCard(), changes=(Change(field="time", value="dawn"),)),
    ):
        assert check(request, store).name == "starter-text"
    assert "starter-picture paints" in refusal(CardRequest(text="Rain.", model="starter-picture"), store).message


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (CardRequest(), "The brief is empty."),
        (CardRequest(text=" \n"), "There is no word"),
        (CardRequest(text="?!…"), "There is no word"),
        (CardRequest(text="Rain.", changes=(Change(field="valence", value="sad"),)), "no number for valence"),
        (CardRequest(card=MoodCard(), changes=(Change(field="ensemble", value="cats"),)), "no ensemble called 'cats'"),
    ],
)
def test_a_mood_card_of_nothing_is_refused_and_so_is_a_change_that_no_field_can_have(request_, says, store):
    problem = refusal(request_, store)
    assert (problem.code, says in problem.message) == ("bad_request", True)
