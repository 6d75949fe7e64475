"""Makes music with Stable Audio Open or Stable Audio 3, from a folder in diffusers' layout. Both read words only."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from diffusers import CosineDPMSolverMultistepScheduler
from diffusers.utils.torch_utils import randn_tensor

from studiolo.device import Device
from studiolo.engines import sound_result
from studiolo.engines.engine import Finished, Task
from studiolo.engines.pipeline_traits import arguments
from studiolo.engines.sound_result import Order, Raw
from studiolo.models.model import Model

OPEN, THREE = "StableAudioPipeline", "StableAudio3Pipeline"
MOST_TOKENS = 256
"""That Stable Audio 3 reads, whatever its tokenizer says."""


def load(model: Model, device: Device) -> StableAudioEngine:
    """Reads a pipeline from its folder. Raises `StudioloError` (`model_missing`, `bad_model`, `out_of_memory`)."""
    pipeline = sound_result.read_pipeline(model, device, OPEN, THREE)
    if isinstance(pipeline.scheduler, CosineDPMSolverMultistepScheduler):
        pipeline.scheduler = _FreshNoise.from_config(pipeline.scheduler.config)
    return StableAudioEngine(pipeline, model, device)


class StableAudioEngine:
    """A loaded pipeline. One request at a time, on one thread."""

    def __init__(self, pipeline: Any, model: Model, device: Device) -> None:
        self._pipeline = pipeline
        self._model = model
        self._device = device
        self._rate = int(pipeline.vae.config.sampling_rate)
        self._three = type(pipeline).__name__ == THREE
        if self._three:
            self._longest = float(pipeline.duration_embedder.config.max_val)
            self._steps = 8 if pipeline.scheduler.config.stochastic_sampling else 100
        else:
            # it makes this much whatever is asked for, and cuts
            self._longest = (pipeline.transformer.config.sample_size * pipeline.vae.hop_length - 2) / self._rate
            self._steps = int(arguments(pipeline)["num_inference_steps"])

    def resident_bytes(self) -> int:
        """Memory of all weights."""
        parts = self._pipeline.components.values()
        return sound_result.weight_of(*(part for part in parts if isinstance(part, torch.nn.Module)))

    def run(self, task: Task) -> Finished:
        """Makes the music. Raises `JobCancelled`, or `StudioloError` with what the person should do."""
        guidance = float(arguments(self._pipeline)["guidance_scale"])
        order = sound_result.decide(task, self._model, self._longest, self._steps, guidance)
        words = sound_result.worded(order)
        tokenizer = self._pipeline.tokenizer
        most = min(tokenizer.model_max_length, MOST_TOKENS) if self._three else tokenizer.model_max_length
        notes = sound_result.remarks(order, self._model.name, (), sound_result.unread(tokenizer, words, most))
        with sound_result.making(order, self._device):
            raw = self._make(order, words, task)
        return sound_result.finish(raw, self._rate, order, words, notes, self._model, self._device, task)

    def _make(self, order: Order, words: str, task: Task) -> Raw:
        stepped = sound_result.steps_of(task, order.steps)
        # half a sample more, as both pipelines round what they are given down
        seconds = (order.needed(self._rate) + 0.5) / self._rate

        def step(_: Any, number: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            stepped(number)
            return tensors

        own: dict[str, Any] = (
            {"duration": seconds, "callback_on_step_end": step}
            if self._three
            else {"audio_end_in_s": seconds, "callback": lambda number, *_: stepped(number)}
        )
        made = self._pipeline(
            prompt=words,
            num_inference_steps=order.steps,
            guidance_scale=order.guidance,
            generator=torch.Generator("cpu").manual_seed(order.seed),  # the same noise on every device
            output_type="np",
            **own,
        )
        return np.asarray(made.audios[0], np.float32)


class _FreshNoise(CosineDPMSolverMultistepScheduler):  # type: ignore[misc]
    """The scheduler of Stable Audio Open, with noise drawn anew at each step.

    diffusers takes it from a Brownian path, and asks that path for times a hair outside of it, at which torchsde may
    recurse until Python gives up (huggingface/diffusers#13274). As no two steps overlap, the path's increments are
    independent in any case.
    """

    def step(
        self, model_output: Any, timestep: Any, sample: Any, generator: Any = None, return_dict: bool = True
    ) -> Any:
        self.noise_sampler = lambda *_: randn_tensor(
            sample.shape, generator=generator, device=sample.device, dtype=sample.dtype
        )
        return super().step(model_output, timestep, sample, generator, return_dict)
