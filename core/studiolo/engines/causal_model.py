"""Loads a causal language model from its folder of safetensors, whatever its tokens stand for: words or music.

Llama-like models on a CPU run on a graph of their own (`llama_decoder.py`), all others on transformers' forward pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import safe_open

from studiolo.device import Device
from studiolo.engines import llama_graph
from studiolo.engines.decoder import Decoder
from studiolo.engines.llama_decoder import LlamaDecoder
from studiolo.engines.plain_decoder import PlainDecoder


def decoder_of(folder: Path, config: Any, device: Device) -> Decoder:
    """The model in `folder`, whose configuration `config` is as transformers reads it. Raises what the libraries raise
    (OSError, ValueError, KeyError, RuntimeError, SafetensorError) where it cannot be read."""
    shape = llama_graph.shape_of(config) if device.kind == "cpu" else None
    if shape is not None:
        return LlamaDecoder(shape, _Tensors(folder), torch.get_num_threads())
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder,
        local_files_only=True,
        use_safetensors=True,
        trust_remote_code=False,
        dtype=getattr(torch, device.dtype),
    )
    return PlainDecoder(model.to(device.kind).eval(), _window(config))


def _window(config: Any) -> int:
    text = config.get_text_config()
    return int(getattr(text, "max_position_embeddings", 0) or getattr(text, "n_positions", 0) or 2048)


class _Tensors(Mapping[str, torch.Tensor]):
    """The tensors of a folder by name, each read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self._places: dict[str, Any] = {}
        for file in sorted(folder.glob("*.safetensors")):
            opened = safe_open(file, framework="pt")
            self._places.update((name, opened) for name in opened.keys())  # type: ignore[no-untyped-call]  # noqa: SIM118 - no dict

    def __getitem__(self, name: str) -> torch.Tensor:
        tensor: torch.Tensor = self._places[name].get_tensor(name)
        return tensor

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
