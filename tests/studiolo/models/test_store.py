"""What lies on this machine, and what does not."""

import json
import shutil

import pytest

from studiolo.device import Device
from studiolo.engines import diffusers_image
from studiolo.models import record
from studiolo.models.catalogue import Entry, Project
from studiolo.models.store import Store
from studiolo_contract.errors import StudioloError


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def refusal(call, *arguments):
    with pytest.raises(StudioloError) as caught:
        call(*arguments)
    return caught.value.problem


def test_a_folder_anywhere_works_and_its_kind_is_seen(store, text_folder, image_folder):
    text, image = store.find(str(text_folder)), store.find(str(image_folder))
    assert (text.kind, text.engine, text.folder) == ("text", "transformers-text", text_folder)
    assert (image.kind, image.engine) == ("image", "diffusers-image")
    assert text.sha256 == ""
    assert not text.commercial


def test_an_upscaler_is_a_file_or_a_folder_with_one(store, upscaler_file):
    for path in (upscaler_file, upscaler_file.parent):
        model = store.find(str(path))
        assert (model.kind, model.engine, model.folder) == ("upscale", "upscale", path)
        assert store.show(str(path)).size == upscaler_file.stat().st_size
    shutil.copytree(upscaler_file.parent, store.folder / "sharp")
    assert store.find("sharp").kind == "upscale"


@pytest.mark.parametrize("pickled", ["4x.pth", "4x.ckpt"])
def test_a_pickled_upscaler_is_refused(store, tmp_path, upscaler_file, pickled):
    file = tmp_path / pickled
    file.write_bytes(upscaler_file.read_bytes())  # whatever is in it
    for path in (file, tmp_path):
        problem = refusal(store.find, str(path))
        assert problem.code == "bad_model"
        assert "can run code" in problem.message


def test_a_file_that_is_no_upscaler_is_refused(store, tmp_path, text_folder):
    broken = tmp_path / "broken.safetensors"
    for data in (b"", b"\xff" * 16, (2**40).to_bytes(8, "little") + b"{}"):
        broken.write_bytes(data)
        assert "no safetensors file" in refusal(store.find, str(broken)).message
    assert "no convolutions" in refusal(store.find, str(text_folder / "model.safetensors")).message


def test_a_folder_copied_into_models_goes_by_its_name(store, text_folder):
    shutil.copytree(text_folder, store.folder / "grandmother")
    assert store.find("grandmother").name == "grandmother"
    assert [model.name for model in store.installed() if model.name not in store.entries] == ["grandmother"]
    assert store.find(str(store.folder / "grandmother")).name == "grandmother"


def test_a_hub_model_copied_by_hand_is_taken_with_the_catalogues_defaults(store, image_folder):
    shutil.copytree(image_folder, store.folder / "sdxl")
    model = store.find("sdxl")
    assert model.defaults.steps == 30
    assert (model.revision, model.sha256) == ("", "")


@pytest.mark.parametrize("plain", [(), ("vae",)])
def test_weights_in_fp16_only_are_noticed_and_loaded(store, image_folder, tmp_path, plain):
    folder = shutil.copytree(image_folder, tmp_path / "half")
    for file in folder.rglob("*.safetensors"):
        if (".fp16." in file.name) == (file.parent.name in plain):
            file.unlink()
    model = store.find(str(folder))
    assert model.variant == "fp16"
    engine = diffusers_image.load(model, Device("cpu", "cpu", "float32"))
    assert engine.resident_bytes() > 0
    assert store.find(str(image_folder)).variant == ""


def test_an_unknown_name_lists_near_ones(store):
    problem = refusal(store.find, "starter-txt")
    assert problem.code == "unknown_model"
    assert "starter-text" in problem.mend


def test_a_name_like_nothing_lists_them_all(store):
    assert "mistral-7b" in refusal(store.find, "zzzzzzzz").mend


@pytest.mark.parametrize("name", ["../../etc", "a/b", "..", ".", ".pulling", ""])
def test_names_do_not_climb(store, name):
    store.folder.mkdir(parents=True)
    (store.folder / ".pulling").mkdir()
    assert refusal(store.find, name).code == "unknown_model"
    assert refusal(store.remove, name).code == "unknown_model"


def test_a_model_of_the_catalogue_that_is_not_here_says_how_to_get_it(store):
    problem = refusal(store.find, "qwen3-4b")
    assert problem.code == "model_missing"
    assert "studiolo models pull qwen3-4b" in problem.mend


def test_pickled_weights_are_refused(store, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"architectures": ["LlamaForCausalLM"]}))
    (folder / "pytorch_model.bin").write_bytes(b"PK")
    problem = refusal(store.find, str(folder))
    assert problem.code == "bad_model"
    assert "pickle" in problem.message


@pytest.mark.parametrize(
    "config",
    ["", "{", "[]", '{"architectures": ["T5ForConditionalGeneration"]}', '{"architectures": null}', "\ud800"],
)
def test_a_config_of_no_use_is_refused_in_a_sentence(store, tmp_path, text_folder, config):
    folder = shutil.copytree(text_folder, tmp_path / "broken")
    (folder / "config.json").write_bytes(config.encode("utf-8", "surrogatepass"))
    assert refusal(store.find, str(folder)).code == "bad_model"


def test_a_folder_that_is_no_model(store, tmp_path):
    assert "config.json" in refusal(store.find, str(tmp_path)).message
    assert refusal(store.find, str(tmp_path / "nowhere")).code == "unknown_model"


def test_the_starter_is_the_default_unless_another_is_chosen(tmp_path):
    assert Store(tmp_path).default("text") == "starter-text"
    assert Store(tmp_path, {"text": "qwen3-4b", "image": ""}).default("text") == "qwen3-4b"
    assert Store(tmp_path, {"text": "qwen3-4b", "image": ""}).default("image") == "starter-picture"


def test_remove_deletes_and_says_how_much(store, text_folder):
    shutil.copytree(text_folder, store.folder / "old-one")
    size = sum(file.stat().st_size for file in text_folder.iterdir())
    assert store.remove("old-one") == size
    assert refusal(store.find, "old-one").code == "unknown_model"
    assert list(store.folder.glob(".pulling/*")) == []


def test_remove_leaves_what_is_not_its_own(store, text_folder):
    assert refusal(store.remove, str(text_folder)).code == "bad_request"
    assert (text_folder / "config.json").is_file()
    assert refusal(store.remove, "starter-picture").code == "bad_request"
    assert refusal(store.remove, "qwen3-4b").code == "model_missing"


def test_show_tells_of_models_that_are_not_here(store):
    shown = store.show("flux-1-schnell")
    assert shown.model is None
    assert shown.entry.licence == "Apache-2.0"
    assert shown.size == 0


def test_a_model_that_comes_with_the_project_is_held_to_its_pins(tmp_path, text_folder):
    folder = shutil.copytree(text_folder, tmp_path / "ours")
    entry = Entry(
        name="ours",
        kind="text",
        family="",
        summary="",
        licence="MIT",
        commercial=True,
        memory_gb=0.1,
        source=Project(folder=str(folder)),
        files=record.take(folder, "ours", "").files,
    )
    store = Store(tmp_path / "home", entries={"ours": entry})
    model = store.pull("ours", lambda fetching: None)
    assert model.sha256 == record.take(folder, "", "").sha256
    (folder / "config.json").write_bytes((folder / "config.json").read_bytes().swapcase())
    assert "config.json" in refusal(store.pull, "ours", lambda fetching: None).message
    (folder / "config.json").unlink()
    assert refusal(store.find, "ours").code == "bad_model"
    shutil.rmtree(folder)
    assert refusal(store.find, "ours").code == "model_missing"
