"""Weights in a prompt, put into what the text encoders say of it. Knows pipelines and their tokens; paints nothing.

A text encoder spreads what a word means over the states of all tokens. So each state moves on the line from where it
is when no token sees the weighted words (weight 0) through where it is (1) to as far beyond (2); several spans add
their ways. Below 1 that is the attention mask of Compel (Stewart 2023); beyond, the same line carried on. Scaling the
words' own states, which is more usual, was tried on the starter and hardly moves a time of day, a colour or a style.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import torch

from studiolo.engines.pipeline_traits import arguments
from studiolo.image.weights import Span, Weighted

READERS = ("CLIPTextModel", "CLIPTextModelWithProjection", "BertModel")
"""Text encoders whose tokens are those of the text alone, without a template around it."""


def can_weigh(pipeline: Any) -> bool:
    """Whether words can count for more or less: Stable Diffusion 1.5 and 2, SDXL, and Studiolo's starter."""
    readers = _readers(pipeline)
    known = all(type(encoder).__name__ in READERS and tokenizer.is_fast for tokenizer, encoder in readers)
    return bool(readers) and known and "prompt_embeds" in arguments(pipeline) and hasattr(pipeline, "unet")


@torch.no_grad()
def conditions(pipeline: Any, prompt: Weighted, negative: Weighted) -> dict[str, torch.Tensor]:
    """What to call the pipeline with in place of `prompt` and `negative_prompt`; it must be one that `can_weigh`."""
    names = "prompt_embeds", "pooled_prompt_embeds"
    given = zip(names, _states(pipeline, prompt), strict=False)
    against = zip(names, _states(pipeline, negative), strict=False)
    return {**dict(given), **{f"negative_{name}": states for name, states in against}}


def _states(pipeline: Any, prompt: Weighted) -> tuple[torch.Tensor, ...]:
    """The states of all tokens and, where the pipeline has one, that of the whole text; both weighted."""
    whole = moved = _encoded(pipeline, prompt.text)
    for span in prompt.spans:
        with _unseen(pipeline, prompt.text, span):
            without = _encoded(pipeline, prompt.text)
        ways = [(span.weight - 1.0) * (far - near) for far, near in zip(whole, without, strict=True)]
        moved = tuple(state + way for state, way in zip(moved, ways, strict=True))
    return moved


def _encoded(pipeline: Any, text: str) -> tuple[torch.Tensor, ...]:
    made = pipeline.encode_prompt(
        prompt=text, device=pipeline._execution_device, num_images_per_prompt=1, do_classifier_free_guidance=False
    )
    return tuple(made[::2])  # each is followed by that of the negative prompt


@contextmanager
def _unseen(pipeline: Any, text: str, span: Span) -> Iterator[None]:
    """Within, the text encoders read the text as if the tokens of the span were empty places."""
    with ExitStack() as stack:
        for tokenizer, encoder in _readers(pipeline):
            tokens = tokenizer(
                text,
                padding="max_length",
                max_length=tokenizer.model_max_length,
                truncation=True,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            start, end = tokens.offset_mapping.unbind(-1)
            inside = (start < span.end) & (end > span.start) & (end > start)
            hook = partial(_blank, inside, tokenizer.pad_token_id)
            stack.callback(encoder.register_forward_pre_hook(hook, with_kwargs=True).remove)
        yield


def _blank(
    hidden: torch.Tensor, empty: int, _: Any, inputs: tuple[Any, ...], more: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Before an encoder reads: the hidden tokens are empty, and no other token looks at them."""
    ids, *others = inputs
    hidden, mask = hidden.to(ids.device), more.get("attention_mask")
    seen = torch.ones_like(ids) if mask is None else mask
    seen = seen.masked_fill(hidden, 0)
    return (ids.masked_fill(hidden, empty), *others), {**more, "attention_mask": seen}


def _readers(pipeline: Any) -> list[tuple[Any, Any]]:
    """Each tokenizer with its text encoder."""
    pairs = [
        (getattr(pipeline, f"tokenizer{number}", None), getattr(pipeline, f"text_encoder{number}", None))
        for number in ("", "_2", "_3", "_4")
    ]
    return [(tokenizer, encoder) for tokenizer, encoder in pairs if tokenizer is not None and encoder is not None]
