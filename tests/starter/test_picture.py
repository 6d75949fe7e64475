"""The shipped starter picture model: loads as plain diffusers pipelines, follows the prompt, keeps its list honest."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoPipelineForImage2Image, AutoPipelineForInpainting, StableDiffusionPipeline
from PIL import Image

from studiolo_starter import text
from studiolo_starter.vocabulary import SUBJECTS

FOLDER = Path(__file__).parents[2] / "starters" / "picture"


@pytest.fixture(scope="module")
def pipe() -> StableDiffusionPipeline:
    loaded = StableDiffusionPipeline.from_pretrained(FOLDER)
    loaded.set_progress_bar_config(disable=True)
    return loaded


def painted(pipe: StableDiffusionPipeline, prompt: str, seed: int = 1) -> np.ndarray:
    made = pipe(prompt, num_inference_steps=6, guidance_scale=3.0, generator=torch.Generator().manual_seed(seed))
    return np.asarray(made.images[0]).astype(float)


def test_the_picture_follows_the_prompt_and_the_seed(pipe: StableDiffusionPipeline) -> None:
    day, night = painted(pipe, "a castle in a meadow on a sunny day"), painted(pipe, "a castle in a meadow at night")
    assert day[:40].mean() > 1.3 * night[:40].mean()
    assert np.array_equal(day, painted(pipe, "a castle in a meadow on a sunny day"))
    assert not np.array_equal(day, painted(pipe, "a castle in a meadow on a sunny day", seed=2))


def test_the_pipeline_embeds_a_prompt_exactly_as_training_did(pipe: StableDiffusionPipeline) -> None:
    states, empty = pipe.encode_prompt("a cat in the snow", "cpu", 1, True)
    assert torch.equal(states, text.embed(pipe.tokenizer, pipe.text_encoder, ["a cat in the snow"]))
    assert torch.equal(empty, text.embed(pipe.tokenizer, pipe.text_encoder, [""]))


def test_refine_and_inpaint_load_without_code_of_their_own(pipe: StableDiffusionPipeline) -> None:
    start = Image.new("RGB", (128, 128), (90, 160, 230))
    refine = AutoPipelineForImage2Image.from_pipe(pipe)
    refined = refine("a whale at sea", image=start, strength=0.5, num_inference_steps=6).images[0]
    assert refined.size == start.size
    mask = Image.new("L", (128, 128))
    mask.paste(255, (0, 64, 128, 128))
    inpaint = AutoPipelineForInpainting.from_pipe(pipe)
    made = inpaint("a whale at sea", image=start, mask_image=mask, height=128, width=128, num_inference_steps=6).images[
        0
    ]
    above = np.abs(np.asarray(made).astype(int) - np.asarray(start).astype(int))[:52].mean()
    below = np.abs(np.asarray(made).astype(int) - np.asarray(start).astype(int))[76:].mean()
    assert above < below


def test_the_list_of_what_it_knows_ships_with_it() -> None:
    known = json.loads((FOLDER / "vocabulary.json").read_text())
    assert set(known["subjects"]) == {subject.name for subject in SUBJECTS}
    assert {"places", "times", "styles", "colours", "defaults"} <= set(known)


def test_weights_are_half_precision_safetensors_and_small() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix in {".bin", ".pt", ".pkl"}]
    assert sum(path.stat().st_size for path in files) < 90e6
