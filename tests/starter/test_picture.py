"""The shipped starter picture model: loads as plain diffusers pipelines, follows the prompt, can be built upon."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import (
    AutoPipelineForImage2Image,
    AutoPipelineForInpainting,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from diffusers.models.attention_processor import AttnProcessor
from peft import LoraConfig
from PIL import Image

from studiolo.engines.seamless import circular
from studiolo_starter import text
from studiolo_starter.materials import FAMILIES
from studiolo_starter.vocabulary import SUBJECTS

SIDE = 256

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
    start = Image.new("RGB", (SIDE, SIDE), (90, 160, 230))
    refine = AutoPipelineForImage2Image.from_pipe(pipe)
    refined = refine("a whale at sea", image=start, strength=0.5, num_inference_steps=6).images[0]
    assert refined.size == start.size
    mask = Image.new("L", start.size)
    mask.paste(255, (0, SIDE // 2, SIDE, SIDE))
    inpaint = AutoPipelineForInpainting.from_pipe(pipe)
    call = {"image": start, "mask_image": mask, "width": SIDE, "height": SIDE, "num_inference_steps": 6}
    made = inpaint("a whale at sea", **call).images[0]
    changed = np.abs(np.asarray(made).astype(int) - np.asarray(start).astype(int))
    assert changed[: SIDE // 2 - 24].mean() < 0.5 * changed[SIDE // 2 + 24 :].mean()


def test_a_material_tiles(pipe: StableDiffusionPipeline) -> None:
    """Turned noise gives the same picture, turned: no place is an edge."""

    def tile(noise: torch.Tensor) -> np.ndarray:
        made = pipe("gravel", num_inference_steps=4, latents=noise, width=SIDE, height=SIDE).images[0]
        return np.asarray(made).astype(int)

    noise = torch.randn(1, 4, SIDE // 8, SIDE // 8, generator=torch.Generator().manual_seed(3))
    turned = noise.roll(8, 3)
    with circular([pipe.unet, pipe.vae]):
        assert np.abs(np.roll(tile(noise), 64, 1) - tile(turned)).max() <= 3
    assert np.abs(np.roll(tile(noise), 64, 1) - tile(turned)).max() > 30


def test_a_lora_can_be_trained_on_it(pipe: StableDiffusionPipeline) -> None:
    unet = UNet2DConditionModel.from_pretrained(FOLDER / "unet", torch_dtype=torch.float32)
    unet.requires_grad_(False)
    unet.add_adapter(LoraConfig(r=4, target_modules=["to_q", "to_k", "to_v", "to_out.0"]))
    parts = [p for p in unet.parameters() if p.requires_grad]
    assert 0 < sum(p.numel() for p in parts) < 0.1 * unet.num_parameters()
    optimizer = torch.optim.AdamW(parts, lr=3e-3)
    torch.manual_seed(0)
    states = pipe.encode_prompt("a blue robot", "cpu", 1, False)[0].detach()
    noise, target = torch.randn(2, 1, 4, SIDE // 8, SIDE // 8)
    losses = []
    for _ in range(8):
        made = unet(noise, 500, encoder_hidden_states=states).sample
        loss = torch.nn.functional.mse_loss(made, target)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


def test_attention_maps_can_be_read(pipe: StableDiffusionPipeline) -> None:
    class Reading(AttnProcessor):
        def __call__(self, attn, hidden_states, encoder_hidden_states=None, *args, **kwargs):  # type: ignore[no-untyped-def]
            if encoder_hidden_states is not None:
                query = attn.head_to_batch_dim(attn.to_q(hidden_states))
                key = attn.head_to_batch_dim(attn.to_k(encoder_hidden_states))
                maps.append(attn.get_attention_scores(query, key))
            return super().__call__(attn, hidden_states, encoder_hidden_states, *args, **kwargs)

    maps: list[torch.Tensor] = []
    before = pipe.unet.attn_processors
    pipe.unet.set_attn_processor(Reading())
    painted(pipe, "a castle in the desert at night")
    pipe.unet.set_attn_processor(before)
    assert {m.shape[1] for m in maps} == {(SIDE // 32) ** 2, (SIDE // 64) ** 2}
    assert all(m.shape[2] == text.TOKENS for m in maps)
    assert torch.allclose(maps[0].sum(-1), torch.ones(()), atol=1e-4)


def test_the_list_of_what_it_knows_ships_with_it() -> None:
    known = json.loads((FOLDER / "vocabulary.json").read_text())
    assert set(known["subjects"]) == {subject.name for subject in SUBJECTS}
    assert set(known["materials"]) == set(FAMILIES)
    assert {"places", "times", "styles", "colours", "defaults"} <= set(known)


def test_weights_are_half_precision_safetensors_and_small() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix in {".bin", ".pt", ".pkl"}]
    assert sum(path.stat().st_size for path in files) < 90e6
