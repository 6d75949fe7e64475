"""What can be told about a picture model from its pipeline: sizes, guidance, what it reads. Paints nothing."""

from __future__ import annotations

import inspect
from math import lcm
from typing import Any, Literal

Guidance = Literal["classifier-free", "true", "embedded", "none"]
"""How a model follows the prompt more strictly.

classifier-free: `guidance_scale` weighs the prompt against the negative prompt (Ho and Salimans 2022);
true: the same, called `true_cfg_scale`; embedded: the strength is an input of the model, which knows no negative
prompt; none: a distilled model that takes neither.
"""


def arguments(pipeline: Any) -> dict[str, Any]:
    """Names and defaults of what the pipeline can be called with."""
    return {name: p.default for name, p in inspect.signature(type(pipeline).__call__).parameters.items()}


def denoiser(pipeline: Any) -> Any:
    """The UNet or the transformer."""
    return getattr(pipeline, "unet", None) or getattr(pipeline, "transformer", None)


def guidance(pipeline: Any) -> Guidance:
    """How this model is guided."""
    known = arguments(pipeline)
    embedded = denoiser(pipeline).config.get("guidance_embeds")
    if pipeline.config.get("is_distilled"):
        return "none"
    if embedded:
        return "embedded"
    if "true_cfg_scale" in known:
        # FLUX's own default of 1 is no guidance; Qwen-Image's is 4
        return "true" if known["true_cfg_scale"] > 1 else "none"
    return "classifier-free" if "guidance_scale" in known else "none"


def default_guidance(pipeline: Any) -> float:
    """The pipeline's own strength of guidance."""
    known = arguments(pipeline)
    kind = guidance(pipeline)
    if kind == "none":
        return 0.0
    return float(known["true_cfg_scale" if kind == "true" else "guidance_scale"])


def multiple(pipeline: Any) -> int:
    """Sides must be multiples of this many pixels."""
    scale = int(getattr(pipeline, "vae_scale_factor", 8))
    patch = denoiser(pipeline).config.get("patch_size", 1)
    processor = getattr(pipeline, "image_processor", None)
    coarse = int(processor.config.get("vae_scale_factor", scale)) if processor is not None else scale
    return lcm(scale * (patch if isinstance(patch, int) else 1), coarse)


def default_side(pipeline: Any) -> int:
    """Width and height that the model was made for, in pixels."""
    latents = getattr(pipeline, "default_sample_size", None) or denoiser(pipeline).config.get("sample_size")
    if not isinstance(latents, int):
        return 1024
    return latents * int(getattr(pipeline, "vae_scale_factor", 8))


def paints_only_masks(pipeline: Any) -> bool:
    """Whether the model was made for inpainting and takes the mask as an input."""
    model, vae = denoiser(pipeline), getattr(pipeline, "vae", None)
    return vae is not None and model.config.get("in_channels", 0) == 2 * vae.config.get("latent_channels", 0) + 1


def depth_name(pipeline: Any, from_picture: bool) -> str | None:
    """Under which name the pipeline takes a depth picture, painting from nothing or from a picture; None if it doesn't.

    One that paints from nothing may call it `image`. One that takes `control_mask` wants the picture to be repainted
    there; several nets, or one of several kinds, want to be told more than there is to tell.
    """
    known, net = arguments(pipeline), getattr(pipeline, "controlnet", None)
    if hasattr(net, "nets") or getattr(net, "union", False) or "control_mask" in known:
        return None
    if "control_image" in known:
        return "control_image" if ("image" in known) == from_picture else None
    return "image" if net is not None and "image" in known and not from_picture else None


def unread(pipeline: Any, prompt: str) -> str:
    """The end of the prompt that no text encoder of the model reads; empty when one reads it all."""
    longest = arguments(pipeline).get("max_sequence_length")
    rest: list[str] = []
    for name in ("tokenizer", "tokenizer_2", "tokenizer_3", "tokenizer_4"):
        tokenizer = getattr(pipeline, name, None)
        if tokenizer is None:
            continue
        limit = min(tokenizer.model_max_length, 100_000)
        if isinstance(longest, int) and not type(tokenizer).__name__.startswith("CLIP"):
            limit = longest
        marks = tokenizer.num_special_tokens_to_add()
        tokens = tokenizer(prompt, add_special_tokens=False, truncation=False, verbose=False).input_ids
        rest.append(tokenizer.decode(tokens[limit - marks :]).strip())
    return min(rest, key=len, default="")
