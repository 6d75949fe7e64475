"""Makes music with MusicGen, mono or stereo, from a folder in transformers' layout. It reads words only.

The weights that there are may not be used commercially, nor what they make; each result says so.
"""

from __future__ import annotations

import json
from itertools import count
from math import ceil
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer, MusicgenForConditionalGeneration

from studiolo.device import Device
from studiolo.engines import sound_result
from studiolo.engines.engine import Finished, Task
from studiolo.engines.loading import reading
from studiolo.engines.sound_result import Order, Raw
from studiolo.models.model import Model
from studiolo_contract.errors import StudioloError

LONGEST = 30.0
"""Seconds: the stretches that the model learned from; beyond them it goes astray."""
MOST_TOKENS = 512
"""Of the words; those that T5, which reads them, learned with."""
GUIDANCE = 3.0
"""Where the folder says nothing; MusicGen's makers' own."""
TERMS = "MusicGen's weights are for non-commercial use only (CC-BY-NC 4.0); so is what it makes."


def load(model: Model, device: Device) -> MusicgenEngine:
    """Reads a model from its folder. Raises `StudioloError` (`model_missing`, `bad_model`, `out_of_memory`)."""
    folder = model.folder
    if not folder.is_dir():
        raise StudioloError("model_missing", f"The folder of {model.name} is not there: {folder}.", "Pull it again.")
    with reading(model, device):
        if not (folder / "config.json").is_file():
            raise ValueError("it has no config.json")
        kind = json.loads((folder / "config.json").read_text("utf-8")).get("model_type")
        if kind != "musicgen":
            raise ValueError(f"it is a {kind}, not a musicgen")
        if not any(folder.glob("*.safetensors")):
            raise ValueError("it has no weights in safetensors")
        sound_result.must_have_words(folder)
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
        network = MusicgenForConditionalGeneration.from_pretrained(
            str(folder),
            dtype=getattr(torch, device.dtype),
            variant=model.variant or None,
            use_safetensors=True,
            local_files_only=True,
        )
        network.to(device.kind).eval()
    return MusicgenEngine(network, tokenizer, model, device)


class MusicgenEngine:
    """A loaded model. One request at a time, on one thread."""

    def __init__(self, network: Any, tokenizer: Any, model: Model, device: Device) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._model = model
        self._device = device
        self._rate = int(network.config.audio_encoder.sampling_rate)

    def resident_bytes(self) -> int:
        """Memory of all weights."""
        return sound_result.weight_of(self._network)

    def run(self, task: Task) -> Finished:
        """Makes the music. Raises `JobCancelled`, or `StudioloError` with what the person should do."""
        guidance = self._network.generation_config.guidance_scale or GUIDANCE
        order = sound_result.decide(task, self._model, LONGEST, 0, guidance)
        words = sound_result.worded(order)
        rest = sound_result.unread(self._tokenizer, words, MOST_TOKENS)
        notes = [TERMS, *sound_result.remarks(order, self._model.name, (), rest)]
        with sound_result.making(order, self._device):
            raw = self._make(order, words, task)
        return sound_result.finish(raw, self._rate, order, words, tuple(notes), self._model, self._device, task)

    def _make(self, order: Order, words: str, task: Task) -> Raw:
        network, decoder = self._network, self._network.config.decoder
        frames = ceil(order.needed(self._rate) / network.config.audio_encoder.hop_length)
        # each codebook of a channel begins one token after the one before
        total = frames + decoder.num_codebooks // decoder.audio_channels - 1
        stepped, numbers = sound_result.steps_of(task, total), count()

        def stop(tokens: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
            stepped(next(numbers))
            return torch.zeros(len(tokens), dtype=torch.bool, device=tokens.device)

        torch.manual_seed(order.seed)  # transformers draws from torch's own generator
        made = network.generate(
            **self._tokenizer(words, truncation=True, max_length=MOST_TOKENS, return_tensors="pt").to(network.device),
            do_sample=True,
            guidance_scale=max(1.0, order.guidance),
            max_new_tokens=total,
            stopping_criteria=[stop],
        )
        return np.asarray(made[0].float().cpu(), np.float32)
