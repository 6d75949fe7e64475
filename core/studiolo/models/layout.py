"""What kind of model a folder holds, told from its files. Knows no catalogue and loads no weights."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studiolo.models.folder import files, read_object, read_tensors
from studiolo.models.model import Kind
from studiolo_contract.errors import StudioloError

PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
PIPELINES = {
    "AceStepPipeline": "ace-step",
    "StableAudioPipeline": "stable-audio",
    "StableAudio3Pipeline": "stable-audio",
}
"""Class in model_index.json -> engine, of those that make music."""
SOUNDFONT = "soundfont.sf2"
"""Only our own composers bring their instruments."""
_VARIANT = re.compile(r"^[^.]+\.([^.-]+)(?:-\d+-of-\d+)?\.safetensors$|^[^.]+\.safetensors\.index\.([^.]+)\.json$")

_CONTROL = re.compile(r"Control(Img2Img|Inpaint)?Pipeline$")


@dataclass(frozen=True)
class Layout:
    """How the folder can be loaded."""

    kind: Kind
    engine: str
    variant: str
    """Number format in the names of the weights (`fp16`), which diffusers must be told; mostly empty."""
    depth: bool = False
    """Whether it is a pipeline that takes a depth picture."""


def variant_of(name: str) -> str:
    """`fp16` for `model.fp16.safetensors` and its like, empty for `model.safetensors`."""
    found = _VARIANT.match(name)
    return (found[1] or found[2]) if found else ""


def inspect(folder: Path) -> Layout:
    """How `folder` can be loaded; a file is an upscaler's. Raises `StudioloError` (`bad_model`) where it cannot."""
    if folder.is_file():
        return _file_layout(folder)
    if (folder / SOUNDFONT).is_file():
        return Layout("music", "symbolic-music", "")
    index, config = folder / "model_index.json", folder / "config.json"
    if not index.is_file() and not config.is_file():
        return _bare_layout(folder)
    there = files(folder)
    weights = [file for file in there if file.suffix == ".safetensors"]
    if not weights:
        _refuse_without_weights(folder, there)
    if index.is_file():
        content = read_object(index)
        music = PIPELINES.get(str(content.get("_class_name")))
        kind: Kind = "music" if music else "image"
        return Layout(kind, music or "diffusers-image", _needed_variant(weights), _takes_depth(content))
    return _text_layout(folder, read_object(config))


def _takes_depth(index: dict[str, Any]) -> bool:
    """Whether a pipeline has a ControlNet, one that is not told what kind of picture it reads; or, as FLUX.1 Depth, a
    denoiser that reads the depth beside the latents. Nothing tells a ControlNet of depth from one of other kinds."""
    net = index.get("controlnet")
    if isinstance(net, list):
        return net[-1] is not None and not any(word in str(net[-1]) for word in ("Multi", "Union"))
    return _CONTROL.search(str(index.get("_class_name"))) is not None


def _bare_layout(folder: Path) -> Layout:
    """Of a folder that no library has described: an upscaler's, or nobody's."""
    weights = list(folder.glob("*.safetensors"))
    if not weights and any(file.suffix in PICKLED for file in folder.glob("*")):
        _refuse_without_weights(folder, list(folder.glob("*")))
    if len(weights) != 1:
        raise StudioloError(
            "bad_model",
            f"{folder} has neither config.json (transformers) nor model_index.json (diffusers), nor one safetensors "
            "file alone (upscalers).",
            "Give a folder in one of these layouts.",
        )
    return _file_layout(weights[0])


def _file_layout(file: Path) -> Layout:
    if file.suffix != ".safetensors":
        pickled = ", and reading such a file can run code" if file.suffix in PICKLED else ""
        raise StudioloError(
            "bad_model", f"{file.name} is no safetensors file{pickled}.", "Get the model as safetensors."
        )
    convolves = any(len(tensor.shape) == 4 for tensor in read_tensors(file).values())
    if not convolves:
        raise StudioloError(
            "bad_model",
            f"{file} has no convolutions, so it is no upscaler, and other models are folders with a config.json.",
            "Give the whole folder of the model.",
        )
    return Layout("upscale", "upscale", "")


def _needed_variant(weights: list[Path]) -> str:
    """The variant of the first folder, by name, that has no plain weights; diffusers takes plain ones elsewhere."""
    names: dict[Path, set[str]] = {}
    for file in weights:
        names.setdefault(file.parent, set()).add(variant_of(file.name))
    return next((min(names[folder]) for folder in sorted(names) if "" not in names[folder]), "")


def _text_layout(folder: Path, config: dict[str, Any]) -> Layout:
    named = config.get("architectures")
    architectures = [str(name) for name in named] if isinstance(named, list) else []
    if config.get("model_type") == "musicgen":
        return Layout("music", "musicgen", "")
    if any(name.endswith("ForCausalLM") for name in architectures):
        return Layout("text", "transformers-text", "")
    # Models that read pictures too are named so; encoder-decoders share the ending and do not continue a text.
    if any(name.endswith("ForConditionalGeneration") for name in architectures) and "text_config" in config:
        return Layout("text", "transformers-text", "")
    if (folder / "modules.json").is_file() or any(name in ("BertModel", "MPNetModel") for name in architectures):
        return Layout("embedding", "", "")
    raise StudioloError(
        "bad_model",
        f"{folder} holds a {', '.join(architectures) or 'model of unknown architecture'}, which writes no text.",
        "Give a causal language model with a chat template.",
    )


def _refuse_without_weights(folder: Path, there: list[Path]) -> None:
    pickled = next((file for file in there if file.suffix in PICKLED), None)
    if pickled is not None:
        raise StudioloError(
            "bad_model",
            f"{folder} has its weights only in pickled files ({pickled.name}), and reading a pickle can run code.",
            "Get the model as safetensors.",
        )
    raise StudioloError("bad_model", f"{folder} has no weights in safetensors.", "Get the model as safetensors.")
