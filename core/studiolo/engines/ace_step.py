"""Makes music with ACE-Step 1.5, turbo or not, from a folder in diffusers' layout.

Tempo, key and meter are inputs of the model; sections go in as the structure tags of a song without words.
"""

from __future__ import annotations

import re
from math import ceil, nextafter
from typing import Any

import numpy as np
import torch

from studiolo.device import Device
from studiolo.engines import sound_result
from studiolo.engines.engine import Finished, Task
from studiolo.engines.sound_result import Order, Raw
from studiolo.models.model import Model

SHORTEST, LONGEST = 10.0, 600.0
"""Seconds that the model learned to make; from its makers' documentation, as the next four."""
MOST_LETTERS, MOST_LETTERS_OF_PLAN = 512, 4096
"""That it reads of the description, and of the lyrics where the sections stand."""
METERS = {"2/4": "2", "3/4": "3", "4/4": "4", "6/8": "6"}
"""What the model calls them. It has no 12/8."""
STEPS = 50
"""Of a model that is not turbo; 32 to 64 are advised."""
MOST_TOKENS = 1024
"""Of the description and the figures behind it, which diffusers' own limit of 256 may cut off."""


def load(model: Model, device: Device) -> AceStepEngine:
    """Reads a pipeline from its folder. Raises `StudioloError` (`model_missing`, `bad_model`, `out_of_memory`)."""
    return AceStepEngine(sound_result.read_pipeline(model, device, "AceStepPipeline"), model, device)


class AceStepEngine:
    """A loaded pipeline. One request at a time, on one thread."""

    def __init__(self, pipeline: Any, model: Model, device: Device) -> None:
        self._pipeline = pipeline
        self._model = model
        self._device = device

    def resident_bytes(self) -> int:
        """Memory of all weights."""
        parts = self._pipeline.components.values()
        return sound_result.weight_of(*(part for part in parts if isinstance(part, torch.nn.Module)))

    def run(self, task: Task) -> Finished:
        """Makes the music. Raises `JobCancelled`, or `StudioloError` with what the person should do."""
        name, turbo, rate = self._model.name, self._pipeline.is_turbo, self._pipeline.sample_rate
        steps, guidance = (8, 1.0) if turbo else (STEPS, 7.0)
        order = sound_result.decide(task, self._model, LONGEST, steps, guidance)
        figures = _figures(order)
        words = sound_result.worded(order, (*figures, "sections"))
        plan = _plan(order)
        rest = words[MOST_LETTERS:] or plan[MOST_LETTERS_OF_PLAN:]
        caption, lyrics = words[:MOST_LETTERS], plan[:MOST_LETTERS_OF_PLAN]
        notes = [*sound_result.remarks(order, name, figures, rest)]
        if turbo and order.guidance > 1.0:
            notes.append(f"{name} takes no guidance; it was ignored.")
        if order.needed(rate) < SHORTEST * rate:
            notes.append(f"{name} makes no less than {SHORTEST:g} seconds, so it made those, and the rest was cut off.")
        with sound_result.making(order, self._device):
            raw = self._make(order, caption, lyrics, dict(figures.values()), task)
        read = "\n".join([caption, *(f"{label}: {value}" for label, value in figures.values()), lyrics])
        return sound_result.finish(raw, rate, order, read, tuple(notes), self._model, self._device, task)

    def _make(self, order: Order, caption: str, lyrics: str, figures: dict[str, Any], task: Task) -> Raw:
        pipeline = self._pipeline
        rate, pace = pipeline.sample_rate, pipeline.latents_per_second
        frames = ceil(max(order.needed(rate), SHORTEST * rate) * pace / rate)
        seconds = frames / pace
        while ceil(seconds * pace) > frames:  # as diffusers counts; for noise it counts twice, so that is made here
            seconds = nextafter(seconds, 0.0)
        generator = torch.Generator("cpu").manual_seed(order.seed)  # the same noise on every device
        noise = torch.randn(1, frames, pipeline.transformer.config.audio_acoustic_hidden_dim, generator=generator)
        stepped = sound_result.steps_of(task, order.steps)

        def step(_: Any, number: int, timestep: float, tensors: dict[str, Any]) -> dict[str, Any]:
            stepped(number)
            return tensors

        made = pipeline(
            prompt=caption,
            lyrics=lyrics,
            vocal_language="unknown",
            audio_duration=seconds,
            num_inference_steps=order.steps,
            guidance_scale=order.guidance,
            latents=noise,
            max_text_length=MOST_TOKENS,
            callback_on_step_end=step,
            output_type="np",
            **figures,
        )
        return np.asarray(made.audios[0], np.float32)


def _figures(order: Order) -> dict[str, tuple[str, Any]]:
    """What the model is told in figures: the request's field, the pipeline's argument and its value."""
    request = order.settled
    figures: dict[str, tuple[str, Any]] = {}
    tonic, mode = sound_result.key_of(request)
    if request.tempo:
        figures["tempo"] = ("bpm", round(request.tempo))
    if tonic and mode in ("major", "minor"):
        figures["key"] = ("keyscale", f"{tonic} {mode}")
    if request.meter in METERS:
        figures["meter"] = ("timesignature", METERS[request.meter])
    return figures


def _plan(order: Order) -> str:
    """What comes after what, as the lyrics of a song that nobody sings."""
    tags = [re.sub(r"[\[\]]", " ", passage) for passage in sound_result.passages(order)]
    return "\n".join(["[Instrumental]", *(f"[Part {number} - {tag}]" for number, tag in enumerate(tags, start=1))])
