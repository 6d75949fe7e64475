"""A folder that is broken, half there or hostile is a sentence before anything of it runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from studiolo_contract.errors import StudioloError
from tests.studiolo.engines.painting import engine_at


@pytest.fixture
def folder(family_folder: Callable[[str], Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(family_folder("sd15"), tmp_path / "model"))


def change_index(folder: Path, **entries: object) -> None:
    index = folder / "model_index.json"
    index.write_text(json.dumps({**json.loads(index.read_text()), **entries}))


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def no_index(folder: Path) -> None:
    (folder / "model_index.json").unlink()


def broken_index(folder: Path) -> None:
    (folder / "model_index.json").write_text('{"_class_name": ')


def unknown_pipeline(folder: Path) -> None:
    change_index(folder, _class_name="TelepathyPipeline")


def custom_pipeline(folder: Path) -> None:
    change_index(folder, _class_name=["mine", "MyPipeline"])


def foreign_library(folder: Path) -> None:
    change_index(folder, unet=["os", "system"])


def code_beside_weights(folder: Path) -> None:
    change_index(folder, unet=["mine", "UNet"])
    (folder / "unet" / "mine.py").write_text("raise SystemExit('ran')")


def code_in_a_known_library(folder: Path) -> None:
    (folder / "unet" / "diffusers.py").write_text("raise SystemExit('ran')")


def pickled(folder: Path) -> None:
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    torch.save({"a": torch.zeros(1)}, weights.with_suffix(".bin"))
    weights.unlink()


def part_missing(folder: Path) -> None:
    shutil.rmtree(folder / "vae")


def weights_missing(folder: Path) -> None:
    (folder / "text_encoder" / "model.safetensors").unlink()


def weights_cut_short(folder: Path) -> None:
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])


def weights_of_another_shape(folder: Path) -> None:
    config = folder / "unet" / "config.json"
    config.write_text(config.read_text().replace('"cross_attention_dim": 32', '"cross_attention_dim": 64'))


def header_that_lies(folder: Path) -> None:
    (folder / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"\xff" * 7 + b"\x7f{}")


def another_kind_of_pipeline(folder: Path) -> None:
    change_index(folder, _class_name="StableAudioPipeline")


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (no_folder, "is not there"),
        (no_index, "no model_index.json"),
        (broken_index, "can't be read"),
        (unknown_pipeline, "needs TelepathyPipeline"),
        (custom_pipeline, "names no pipeline of diffusers"),
        (foreign_library, "from 'os'"),
        (code_beside_weights, "from 'mine'"),
        (code_in_a_known_library, "never run"),
        (pickled, "only safetensors are read"),
        (part_missing, "its vae is missing"),
        (weights_missing, "can't be loaded"),
        (weights_cut_short, "can't be loaded"),
        (weights_of_another_shape, "can't be loaded"),
        (header_that_lies, "can't be loaded"),
        (another_kind_of_pipeline, "can't be loaded"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_can_t_be_loaded_says_why(harm: Callable[[Path], None], says: str, folder: Path) -> None:
    harm(folder)
    with pytest.raises(StudioloError) as caught:
        engine_at(folder)
    problem = caught.value.problem
    assert problem.code == ("model_missing" if harm is no_folder else "bad_model")
    assert says in problem.message
    assert problem.message.count("\n") == 0
    print(problem.message, problem.mend)
