"""Pictures as the programs that speak the web UI's API ask for them."""

import json
import threading
import time

import numpy as np
import pytest

from studiolo_contract.errors import StudioloError
from studiolo_daemon.doors.sdapi.emphasis import weighted
from tests.daemon.doors.descriptions import asked

SILLY_TAVERN = {
    "prompt": "a boat",
    "negative_prompt": "blurry",
    "sampler_name": "Euler a",
    "scheduler": "Automatic",
    "steps": 2,
    "cfg_scale": 7,
    "width": 64,
    "height": 64,
    "restore_faces": False,
    "enable_hr": False,
    "hr_upscaler": "Latent",
    "hr_scale": 1,
    "hr_additional_modules": [],
    "denoising_strength": 0.7,
    "hr_second_pass_steps": 0,
    "seed": 5,
    "override_settings": {"CLIP_stop_at_last_layers": 1},
    "override_settings_restore_afterwards": True,
    "clip_skip": 1,
    "save_images": True,
    "send_images": True,
    "do_not_save_grid": False,
    "do_not_save_samples": False,
}
"""All that it sends with every picture."""


def test_a_program_that_sends_every_field_there_is_gets_its_picture(call, painter, pictures):
    overrides = {"CLIP_stop_at_last_layers": 1, "sd_model_checkpoint": painter}
    status, made = call("txt2img", SILLY_TAVERN | {"override_settings": overrides})
    assert status == 200
    assert pictures.opened(made["images"][0]).shape == (64, 64, 3)
    assert made["parameters"]["prompt"] == "a boat"
    info = json.loads(made["info"])
    assert (info["seed"], info["all_seeds"], info["steps"], info["sampler_name"]) == (5, [5], 2, "Euler a")
    assert info["infotexts"][0].splitlines()[:2] == ["a boat", "Negative prompt: blurry"]
    assert "Sampler: Euler a, CFG scale: 7.0, Seed: 5, Size: 64x64" in info["infotexts"][0]


def test_the_starter_paints_what_is_hardly_said(call, pictures):
    status, made = call("txt2img", {"prompt": "a red apple", "steps": 2, "width": 64, "height": 64, "batch_size": 2})
    assert status == 200
    first, second = map(pictures.opened, made["images"])
    assert not np.array_equal(first, second)


@pytest.fixture
def over(call, painter, pictures):
    def over(**more):
        body = {"init_images": [pictures.packed(pictures.scene)], "prompt": "a boat", "steps": 2, "seed": 5}
        return call("img2img", body | {"override_settings": {"sd_model_checkpoint": painter}} | more)

    return over


def test_a_picture_is_painted_over(over, pictures):
    status, made = over(denoising_strength=0.5)
    assert status == 200
    assert pictures.opened(made["images"][0]).shape == (64, 64, 3)
    assert made["parameters"]["init_images"] == []
    status, again = over(
        init_images=["data:image/png;base64," + pictures.packed(pictures.scene)], denoising_strength=0.5
    )
    assert np.array_equal(pictures.opened(again["images"][0]), pictures.opened(made["images"][0]))


def test_a_mask_is_white_where_it_is_painted_or_black_when_it_is_inverted(over, pictures):
    mask = np.zeros((64, 64, 3), np.uint8)
    mask[16:48, 16:48] = 255
    inside = mask[..., 0] == 255
    for invert, painted in ((0, inside), (1, ~inside)):
        status, made = over(
            mask=pictures.packed(mask), denoising_strength=1, inpainting_mask_invert=invert, mask_blur=4
        )
        assert status == 200
        result = pictures.opened(made["images"][0])
        assert np.array_equal(result[~painted], pictures.scene[~painted])
        assert not np.array_equal(result[painted], pictures.scene[painted])


def test_a_picture_is_made_larger(call, pictures):
    body = {"image": pictures.packed(pictures.scene), "upscaling_resize": 2, "upscaler_1": "None", "resize_mode": 0}
    status, made = call("extra-single-image", body | {"upscaling_crop": True, "gfpgan_visibility": 0})
    assert status == 200
    assert pictures.opened(made["image"]).shape == (128, 128, 3)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"enable_hr": True}, "'enable_hr' can't be heeded"),
        ({"alwayson_scripts": {"controlnet": {"args": []}}}, "'alwayson_scripts' can't be heeded"),
        ({"styles": ["noir"]}, "'styles' can't be heeded"),
        ({"override_settings": {"sd_vae": "ft.safetensors"}}, "'sd_vae' can't be heeded"),
        ({"sampler_name": "Restart"}, "No sampler is called 'Restart'"),
        ({"scheduler": "Exponential"}, "The schedule 'Exponential'"),
        ({"prompt": "a <lora:ink:1> boat"}, "Adapters that a prompt names"),
        ({"prompt": "a [boat:ship:0.5]"}, "would change the prompt"),
        ({"prompt": ""}, "The prompt is empty"),
        ({"n_iter": 8, "batch_size": 8}, "64 pictures are more than the 8"),
        ({"steps": 0}, "'steps' does not fit"),
    ],
)
def test_what_cannot_be_painted_is_refused_in_words(call, more, said):
    status, told = call("txt2img", {"prompt": "a boat", "width": 64, "height": 64, **more})
    assert status == 422
    assert said in told["detail"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"init_images": []}, "0 came"),
        ({"init_images": ["http://example.org/a.png"]}, "Nothing is fetched from an address"),
        ({"init_images": ["!"]}, "is not base64"),
        ({"init_images": ["R0lGODlh"]}, "no picture that can be read"),
        ({"resize_mode": 1, "width": 128, "height": 64}, "only stretched"),
        ({"mask": "iVBORw0KGgo=", "inpainting_fill": 2}, "begun from noise only"),
    ],
)
def test_pictures_that_are_none_are_refused_in_words(over, more, said):
    status, told = over(**more)
    assert status == 422
    assert said in told["detail"]


def test_what_json_cannot_say_is_null_in_the_answer(call, painter):
    wish = {"prompt": "a", "steps": 1, "width": 32, "height": 32, "s_tmax": float("inf")}
    status, made = call("txt2img", wish | {"override_settings": {"sd_model_checkpoint": painter}})
    assert (status, made["parameters"]["s_tmax"]) == (200, None)


def test_progress_shows_the_picture_and_interrupt_ends_it(call, painter):
    assert call("progress")[1]["state"]["job_count"] == 0
    answers = []
    body = {"prompt": "a boat", "steps": 200, "width": 512, "height": 512}
    body["override_settings"] = {"sd_model_checkpoint": painter}
    painting = threading.Thread(target=lambda: answers.append(call("txt2img", body)))
    painting.start()
    deadline = time.monotonic() + 60
    while not (told := call("progress")[1])["current_image"]:
        assert time.monotonic() < deadline, told
        time.sleep(0.05)
    assert 0 < told["progress"] < 1
    assert told["state"]["sampling_steps"] >= 200
    assert call("progress?skip_current_image=true")[1]["current_image"] is None
    assert call("interrupt", {}) == (200, {})
    painting.join(60)
    status, told = answers[0]
    assert status == 410
    assert "The job was cancelled" in told["detail"]


def test_a_client_chooses_the_model_for_all_its_calls(call, pictures):
    status, before = call("options")
    assert before["sd_model_checkpoint"] == "starter-picture"
    assert "starter-picture" in [model["title"] for model in call("sd-models")[1]]
    assert call("options", before) == (200, None)
    status, told = call("options", {"sd_model_checkpoint": "none-such"})
    assert status == 404
    assert "No model 'none-such'" in told["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "samplers",
        "schedulers",
        "sd-models",
        "upscalers",
        "latent-upscale-modes",
        "sd-vae",
        "memory",
        "prompt-styles",
        "cmd-flags",
        "loras",
        "embeddings",
    ],
)
def test_what_clients_ask_first_is_answered(call, path):
    assert call(path)[0] == 200


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("a boat", "a boat"),
        ("a (boat), b", "a (boat:1.1), b"),
        ("((a) b)", "((a:1.1) b:1.1)"),
        ("(a:1.4) [b]", "(a:1.4) (b:0.909)"),
        (r"\(a\) b)", r"\(a\) b)"),
        ("(a", "(a"),
        ("(a]", "(a]"),
    ],
)
def test_emphasis_becomes_a_number(theirs, ours):
    assert weighted("prompt", theirs) == ours


def test_prompts_that_change_while_painting_are_refused():
    for prompt in ("[a|b]", "[a:0.3]", "[(x:1.2):y:4]"):
        with pytest.raises(StudioloError, match="would change the prompt"):
            weighted("prompt", prompt)


def test_what_comes_is_as_it_is_described(daemon, painter, pictures):
    small = {
        "prompt": "a",
        "steps": 1,
        "width": 32,
        "height": 32,
        "override_settings": {"sd_model_checkpoint": painter},
    }
    made = asked(daemon, "/sdapi/v1/txt2img", small)
    asked(daemon, "/sdapi/v1/img2img", small | {"init_images": made["images"]})
    asked(daemon, "/sdapi/v1/extra-single-image", {"image": made["images"][0]})
