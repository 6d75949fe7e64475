"""A folder that is not what it says is a sentence before anything in it is opened, and nobody waits for a pipe."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from studiolo.models import folder, record
from studiolo.models.store import Store
from studiolo_contract.errors import StudioloError
from tests.fuzz import corpus


@pytest.fixture
def model(text_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(text_folder, tmp_path / "model"))


def refusal(call: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(StudioloError) as caught:
        call(path)
    assert caught.value.problem.code == "bad_model"
    return caught.value.problem.message


def both(path: Path) -> str:
    """What the store says of a folder, which the last look before a library reads it says too."""
    said = refusal(lambda path: Store(path.parent / "home").find(str(path)), path)
    assert refusal(folder.check, path) == said
    return said


def test_a_whole_one_is_taken(model: Path, image_folder: Path, upscaler_file: Path) -> None:
    for path in (model, image_folder, upscaler_file, upscaler_file.parent):
        folder.check(path)


@pytest.mark.parametrize("name", ["generation_config.json", "model-2.safetensors", "notes.md"])
def test_pipes_and_devices_are_never_opened(model: Path, name: str) -> None:
    (model / name).unlink(missing_ok=True)
    os.mkfifo(model / name)
    assert "is no file but a pipe or a device" in both(model)
    (model / name).unlink()
    (model / name).symlink_to("/dev/zero")
    assert "link to something outside" in both(model)


def test_a_socket_is_no_file(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("merges.txt")
        assert "pipe or a device" in both(model)


def test_what_became_a_pipe_after_it_was_looked_at_is_not_waited_for(model: Path) -> None:
    for name, read in (("config.json", folder.read_object), ("model.safetensors", folder.read_tensors)):
        (model / name).unlink()
        os.mkfifo(model / name)
        assert "pipe" in refusal(read, model / name)


def test_words_do_not_come_from_elsewhere_by_a_link(model: Path, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("a private key")
    link = model / "chat_template.jinja"
    link.symlink_to(secret)
    assert "chat_template.jinja is a link to something outside" in both(model)
    link.unlink()
    (model / "more").symlink_to(tmp_path)
    assert "more is a link to something outside" in both(model)


def test_weights_may_lie_on_another_disk(model: Path, tmp_path: Path) -> None:
    weights = model / "model.safetensors"
    weights.rename(tmp_path / "large.safetensors")
    weights.symlink_to(tmp_path / "large.safetensors")
    (model / "same.json").symlink_to("config.json")
    folder.check(model)
    assert Store(tmp_path / "home").find(str(model)).kind == "text"


def test_the_hubs_own_cache_is_taken(text_folder: Path, tmp_path: Path) -> None:
    blobs = Path(shutil.copytree(text_folder, tmp_path / "models--me--mine" / "blobs"))
    snapshot = tmp_path / "models--me--mine" / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    for file in blobs.iterdir():
        (snapshot / file.name).symlink_to(Path("../../blobs") / file.name)
    folder.check(snapshot)


def test_a_link_to_nowhere_and_one_to_itself_are_sentences(model: Path) -> None:
    (model / "vocab.json").symlink_to("gone.json")
    assert "cannot be read" in both(model)
    (model / "vocab.json").unlink()
    (model / "round").symlink_to(model, target_is_directory=True)
    folder.check(model)  # it is followed a few times, and leads nowhere new


def test_a_folder_of_too_many_files_is_no_model(model: Path) -> None:
    for number in range(folder.MOST_FILES):
        (model / f"{number}.txt").touch()
    assert "more than 4096 files" in both(model)


def test_what_is_hidden_or_deep_is_not_looked_at(model: Path) -> None:
    (model / ".git").mkdir()
    os.mkfifo(model / ".git" / "pipe")
    deep = model.joinpath(*"abcdef")
    deep.mkdir(parents=True)
    os.mkfifo(deep / "pipe")
    folder.check(model)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"{" * 100_000, "cannot be read"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b" " * (folder.LARGEST_JSON + 1), "larger than 1 MiB"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[]", "not a JSON object"),
    ],
    ids=["open", "deep", "large", "number", "bytes", "list"],
)
def test_a_configuration_that_is_none_is_a_sentence(model: Path, text: bytes, says: str) -> None:
    (model / "config.json").write_bytes(text)
    assert says in refusal(lambda path: Store(path.parent / "home").find(str(path)), model)
    assert says in refusal(folder.read_object, model / "config.json")


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"a": "evil.bin"}, "names 'evil.bin' as weights"),
        ({"a": "../other/model.safetensors"}, "no safetensors file beside it"),
        ({"a": "/etc/model.safetensors"}, "no safetensors file beside it"),
        ({"a": "sub\\model.safetensors"}, "no safetensors file beside it"),
        ({"a": ["model.safetensors"]}, "no safetensors file beside it"),
        ({"a": "model-9.safetensors"}, "not there"),
        ({}, "names no weights"),
        (None, "names no weights"),
    ],
)
def test_an_index_names_safetensors_beside_it_and_nothing_else(model: Path, parts: object, says: str) -> None:
    index = model / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": parts}))
    (model / "evil.bin").write_bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR.")
    assert says in refusal(folder.check, model)
    index.write_text(json.dumps({"weight_map": {"a": "model.safetensors"}}))
    folder.check(model)


def test_every_header_is_held_against_its_file(model: Path) -> None:
    for name, data in corpus.hostile("safetensors").items():
        (model / "model.safetensors").write_bytes(data)
        assert "no safetensors file" in refusal(folder.check, model), name


def test_an_adapter_is_no_model(model: Path) -> None:
    (model / "adapter_config.json").write_text('{"base_model_name_or_path": "/elsewhere"}')
    assert "adapter" in refusal(folder.check, model)


def test_a_record_that_lies_is_none(model: Path) -> None:
    for text in (b"[" * 100_000, b'{"a":' * 100_000, b" " * 2**21, b"null"):
        (model / record.RECORD).write_bytes(text)
        assert record.read(model) is None
    (model / record.RECORD).unlink()
    os.mkfifo(model / record.RECORD)
    assert record.read(model) is None
