"""Models come whole or not at all, go on where they stopped, and stay what they were."""

import json
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from studiolo.models import pull as pulling
from studiolo.models import record
from studiolo.models.catalogue import Entry, Hub
from studiolo.models.store import Store
from studiolo_contract.errors import StudioloError

FIRST, SECOND = "1" * 40, "2" * 40


@pytest.fixture
def store(tmp_path):
    common = {"engine": "", "family": "", "summary": "", "licence": "MIT", "commercial": True, "memory_gb": 0.1}
    painter = {**common, "engine": "diffusers-image"}
    entries = {
        "text": Entry(name="text", kind="text", source=Hub(repo="us/text"), **common),
        "image": Entry(name="image", kind="image", source=Hub(repo="us/image"), **painter),
        "enlarger": Entry(
            name="enlarger", kind="upscale", source=Hub(repo="us/enlargers", file="4x.safetensors"), **common
        ),
        "half": Entry(name="half", kind="image", source=Hub(repo="us/image", variant="fp16"), **painter),
    }
    return Store(tmp_path / "home", entries=entries)


def quiet(fetching):
    """Nobody watches."""


def refusal(store, name):
    with pytest.raises(StudioloError) as caught:
        store.pull(name, quiet)
    return caught.value.problem


def contents(folder):
    return {path: (folder / path).read_bytes() for path in record.files_below(folder)}


def test_a_text_model_comes_whole_without_code_pickles_and_doubles(store, hub, text_folder):
    unwanted = {
        "modeling.py": b"print()",
        "pytorch_model.bin": b"PK",
        "consolidated.safetensors": b"x",
        "onnx/config.json": b"{}",
        "../escape.json": b"{}",
        ".hidden.json": b"{}",
    }
    hub.offer("us/text", FIRST, text_folder, unwanted)
    seen = []
    model = store.pull("text", seen.append)
    assert contents(model.folder) == contents(text_folder)
    assert model.revision == FIRST
    assert model.sha256 == record.take(text_folder, "text", "").sha256
    downloads = [fetching for fetching in seen if fetching.stage == "download"]
    assert downloads[-1].done == downloads[-1].total == sum(map(len, contents(text_folder).values()))
    assert [fetching.done for fetching in downloads] == sorted(fetching.done for fetching in downloads)
    assert store.installed() == (model,)


def test_a_pipeline_comes_with_the_folders_it_speaks_of_only(store, hub, image_folder):
    hub.offer("us/image", FIRST, image_folder, {"other/config.json": b"{}", "whole.safetensors": b"x" * 20_000})
    plain = set(contents(store.pull("image", quiet).folder))
    assert plain == {path for path in contents(image_folder) if ".fp16" not in path}


def test_of_two_formats_the_catalogues_is_taken(store, hub, image_folder):
    hub.offer("us/image", FIRST, image_folder)
    model = store.pull("half", quiet)
    weights = [path for path in contents(model.folder) if path.endswith(".safetensors")]
    assert weights
    assert all(".fp16." in path for path in weights)
    assert model.variant == "fp16"


def test_of_several_upscalers_in_a_repository_one_comes(store, hub, upscaler_file, tmp_path):
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for name in ("2x.safetensors", "4x.safetensors"):
        (shelf / name).write_bytes(upscaler_file.read_bytes())
    hub.offer("us/enlargers", FIRST, shelf, {"4x.pth": b"x" * 20_000, "config.json": b"{}"})
    model = store.pull("enlarger", quiet)
    assert list(contents(model.folder)) == ["4x.safetensors"]
    assert (model.kind, model.sha256) == ("upscale", record.take(model.folder, "", "").sha256)


def test_a_cut_connection_is_taken_up_where_it_broke(store, hub, text_folder):
    size = (text_folder / "model.safetensors").stat().st_size
    hub.broken_after = size // 3
    hub.offer("us/text", FIRST, text_folder)
    model = store.pull("text", quiet)
    assert contents(model.folder) == contents(text_folder)
    assert hub.ranges == [f"bytes={size // 3 * n}-" for n in (1, 2, 3)][: len(hub.ranges)]
    assert len(hub.ranges) >= 2


def test_a_stopped_pull_goes_on_later_and_shows_nothing_meanwhile(store, hub, text_folder):
    hub.offer("us/text", FIRST, text_folder)

    def stop(fetching):
        if fetching.done > fetching.total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.pull("text", stop)
    assert store.installed() == ()
    assert not (store.folder / "text").exists()
    hub.sent = 0
    model = store.pull("text", quiet)
    assert contents(model.folder) == contents(text_folder)
    assert hub.sent < sum(map(len, contents(text_folder).values())) / 2


def test_what_came_broken_is_not_believed(store, hub, text_folder):
    hub.offer("us/text", FIRST, text_folder)
    partial = store.folder / ".pulling" / "text"
    partial.mkdir(parents=True)
    size = (text_folder / "model.safetensors").stat().st_size
    (partial / "model.safetensors.part").write_bytes(os.urandom(size - 10))
    problem = refusal(store, "text")
    assert problem.code == "bad_model"
    assert not (store.folder / "text").exists()
    assert contents(store.pull("text", quiet).folder) == contents(text_folder)


def test_the_first_version_is_held_to(store, hub, text_folder, tmp_path):
    hub.offer("us/text", FIRST, text_folder)
    store.pull("text", quiet)
    newer = shutil.copytree(text_folder, tmp_path / "newer")
    (newer / "config.json").write_text("{}")
    hub.offer("us/text", SECOND, newer)
    store.remove("text")
    model = store.pull("text", quiet)
    assert model.revision == FIRST
    assert contents(model.folder) == contents(text_folder)


def test_a_version_that_was_altered_or_is_gone_is_refused(store, hub, text_folder):
    hub.offer("us/text", FIRST, text_folder)
    store.pull("text", quiet)
    store.remove("text")
    hub.offer("us/text", FIRST, text_folder, {"config.json": b'{"architectures": ["OtherForCausalLM"]}'})
    problem = refusal(store, "text")
    assert problem.code == "bad_model"
    assert "config.json" in problem.message
    assert not (store.folder / "text").exists()
    hub.repos["us/text"] = {SECOND: hub.repos["us/text"][FIRST]}
    assert "no longer has the version" in refusal(store, "text").message


def test_a_damaged_model_is_said_and_mended_by_a_pull(store, hub, text_folder):
    hub.offer("us/text", FIRST, text_folder)
    folder = store.pull("text", quiet).folder
    with (folder / "model.safetensors").open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(StudioloError, match=r"model\.safetensors has 1,000 bytes"):
        store.find("text")
    hub.asked.clear()
    store.pull("text", quiet)
    assert contents(folder) == contents(text_folder)
    assert {path.rpartition("/")[2] for path in hub.asked if "/resolve/" in path} == {"model.safetensors"}


def test_a_byte_that_changed_in_place_is_found_by_a_pull(store, hub, text_folder):
    hub.offer("us/text", FIRST, text_folder)
    file = store.pull("text", quiet).folder / "model.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    store.pull("text", quiet)
    assert file.read_bytes() == (text_folder / "model.safetensors").read_bytes()


def test_a_whole_model_is_checked_without_the_hub(store, hub, text_folder):
    hub.offer("us/text", FIRST, text_folder)
    store.pull("text", quiet)
    hub.asked.clear()
    seen = []
    store.pull("text", seen.append)
    assert hub.asked == []
    assert {fetching.stage for fetching in seen} == {"verify"}


def test_two_pulls_at_once_fetch_it_once(store, hub, text_folder):
    hub.offer("us/text", FIRST, text_folder)
    threads = [threading.Thread(target=store.pull, args=("text", quiet)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hub.sent == sum(map(len, contents(text_folder).values()))
    assert contents(store.find("text").folder) == contents(text_folder)


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9", "http://10.255.255.1", "http://no-such-host.invalid"])
def test_no_hub_is_said_within_three_seconds(store, monkeypatch, endpoint):
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    began = time.monotonic()
    problem = refusal(store, "text")
    assert time.monotonic() - began < 3
    assert problem.code == "offline"
    assert "copy the model's folder" in problem.mend


def test_a_gated_model_says_where_to_accept_its_terms(store, hub, text_folder):
    hub.offer("us/text", FIRST, text_folder)
    hub.gated = True
    problem = refusal(store, "text")
    assert problem.code == "model_missing"
    assert f"{hub.url}/us/text" in problem.mend
    assert "hf auth login" in problem.mend


def test_the_token_goes_to_the_hub_and_to_nobody_else(store, hub, text_folder, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.offer("us/text", FIRST, text_folder)
    store.pull("text", quiet)
    assert {host for host, _ in hub.tokens} == {"127.0.0.1", "localhost"}
    assert all(token == ("Bearer hf_secret" if host == "127.0.0.1" else None) for host, token in hub.tokens)


def test_a_repository_that_is_not_there(store, hub):
    assert refusal(store, "text").code == "unknown_model"


def test_a_full_disk_is_called_a_full_disk(store, hub, text_folder, monkeypatch):
    hub.offer("us/text", FIRST, text_folder)
    usage = shutil.disk_usage(store.folder.parent.parent)
    monkeypatch.setattr(pulling.shutil, "disk_usage", lambda path: usage._replace(free=1000))
    assert refusal(store, "text").code == "disk_full"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_fills_up_on_the_way_is_called_a_full_disk(store, hub, text_folder):
    hub.offer("us/text", FIRST, text_folder)
    partial = store.folder / ".pulling" / "text"
    partial.mkdir(parents=True)
    (partial / "model.safetensors.part").symlink_to("/dev/full")
    problem = refusal(store, "text")
    assert problem.code == "disk_full"
    assert not (store.folder / "text").exists()


def test_weights_only_in_pickles_are_refused(store, hub, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"architectures": ["LlamaForCausalLM"]}))
    (folder / "pytorch_model.bin").write_bytes(b"PK")
    hub.offer("us/text", FIRST, folder)
    assert refusal(store, "text").code == "bad_model"
