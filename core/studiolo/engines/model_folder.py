"""Whether a diffusers folder is safe and whole enough to be loaded. Reads names and JSON; loads nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import diffusers

from studiolo_contract.errors import StudioloError

LIBRARIES = {"diffusers", "transformers"}
PICKLES = {".bin", ".ckpt", ".pt", ".pth", ".pkl"}
LARGEST_INDEX = 2**20
VOCABULARIES = ("tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "vocab.txt")
"""Files of which a tokenizer has one."""
SPELLERS = {"ByT5Tokenizer", "PerceiverTokenizer"}
"""Tokenizers that read bytes, and so have no words."""


def check(folder: Path, model: str) -> None:
    """Raises `StudioloError` (`model_missing`, `bad_model`) where it is not.

    Refused: classes from anywhere but diffusers and transformers, code beside the weights, pickled weights, tokenizers
    without words.
    """
    index = folder / "model_index.json"
    if not folder.is_dir():
        raise StudioloError(
            "model_missing",
            f"The folder of {model} is not there: {folder}.",
            "Pull the model again, or name its folder.",
        )
    if not index.is_file() or index.stat().st_size > LARGEST_INDEX:
        raise _bad(f"{model} is no diffusers pipeline: {folder} has no model_index.json.")
    try:
        content = json.loads(index.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _bad(f"The model_index.json of {model} can't be read: {error}.") from error
    if not isinstance(content, dict) or not isinstance(content.get("_class_name"), str):
        raise _bad(f"The model_index.json of {model} names no pipeline of diffusers.")
    if not hasattr(diffusers, content["_class_name"]):
        raise _bad(f"{model} needs {content['_class_name']}, which this version of diffusers does not have.")
    for name, component in content.items():
        if not name.startswith("_") and isinstance(component, list):
            _check_component(folder / name, name, component, model)


def _check_component(folder: Path, name: str, component: list[Any], model: str) -> None:
    if len(component) != 2 or component[0] is None:
        return
    library = component[0]
    inside = library in LIBRARIES or (isinstance(library, str) and hasattr(diffusers.pipelines, library))
    if not inside or not isinstance(component[1], str):
        raise _bad(f"{model} wants to load its {name} from {component[0]!r}; only diffusers and transformers may.")
    if not folder.is_dir():
        raise _bad(f"{model} is not whole: its {name} is missing.")
    files = list(folder.iterdir())
    if any(file.suffix == ".py" for file in files):
        raise _bad(f"{model} brings program code in its {name}, which is never run.")
    safe = any(file.suffix == ".safetensors" for file in files)
    if not safe and any(file.suffix in PICKLES for file in files):
        raise _bad(f"{model} keeps its {name} as pickled weights, which can run code; only safetensors are read.")
    kind = component[1].removesuffix("Fast")
    if kind.endswith("Tokenizer") and kind not in SPELLERS and not has_words(folder):
        raise _bad(f"{model} can't read: its {name} has no vocabulary.")


def has_words(tokenizer: Path) -> bool:
    """Whether a tokenizer's folder has a vocabulary: without one transformers makes it read every word as none."""
    return any((tokenizer / name).is_file() for name in VOCABULARIES)


def _bad(message: str) -> StudioloError:
    return StudioloError("bad_model", message, "Use a model in diffusers' layout with safetensors.")
