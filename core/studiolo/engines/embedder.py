"""How near two texts are in meaning: sentence embeddings by a small encoder (mean of its token states). CPU only."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel, AutoTokenizer

LONGEST = 256
"""Tokens of a text that are read; the model was trained on no more."""


class Embedder:
    def __init__(self, folder: Path) -> None:
        """`folder`: of safetensors in transformers' layout (all-MiniLM-L6-v2 and its like). It is read when the first
        text comes: the first words of an answer need not wait for it."""
        self._folder = folder
        self._topic: tuple[str, torch.Tensor] | None = None
        """The text that others were held against last, and its vector: drafts are compared many times."""

    @cached_property
    def _tokenizer(self) -> Any:
        return AutoTokenizer.from_pretrained(self._folder, local_files_only=True, trust_remote_code=False)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self._tokenizer.get_vocab())

    @cached_property
    def _model(self) -> Any:
        model = AutoModel.from_pretrained(
            self._folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
        )
        return model.eval()

    def knows(self, word: str) -> bool:
        """Whether a word in small letters stands in its vocabulary as a whole: what does not is rare, or no word."""
        return word in self._words

    @torch.inference_mode()
    def embed(self, texts: list[str]) -> torch.Tensor:
        """Vectors of length 1, one for each text (texts × size)."""
        tokens = self._tokenizer(texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        states = self._model(**tokens).last_hidden_state
        weights = tokens["attention_mask"][..., None].to(states.dtype)
        means = (states * weights).sum(1) / weights.sum(1)
        return torch.nn.functional.normalize(means, dim=-1)

    def likeness(self, text: str, others: list[str]) -> list[float]:
        """The cosine between a text and each of the others, from -1 to 1."""
        if self._topic is None or self._topic[0] != text:
            self._topic = (text, self.embed([text])[0])
        likes: list[float] = (self.embed(others) @ self._topic[1]).tolist()
        return likes
