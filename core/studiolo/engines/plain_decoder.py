"""Any causal model of transformers as a decoder, on any device, by its own forward pass and its own cache.

All rows share the columns of one cache. What a row has not read, or has taken back, is a column that its attention
mask leaves out; so rows of different lengths stay correct together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from transformers import DynamicCache

from studiolo.engines.decoder import Logits


class PlainDecoder:
    def __init__(self, model: Any, window: int) -> None:
        """`model` is a loaded causal language model in evaluation mode."""
        self.window = window
        self.chunk = 512
        self._model = model

    def batch(self, rows: int, room: int) -> PlainBatch:
        return PlainBatch(self._model, rows)

    def step(self, feeds: Sequence[tuple[PlainBatch, Sequence[int | None]]]) -> list[Logits]:
        # one after the other: a cache that requests shared would hold columns for all that any of them has ever read
        return [batch.step(tokens) for batch, tokens in feeds]

    def resident_bytes(self) -> int:
        tensors = (*self._model.parameters(), *self._model.buffers())
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


class PlainBatch:
    def __init__(self, model: Any, rows: int) -> None:
        self.lengths = [0] * rows
        self._model = model
        self._cache = DynamicCache(config=model.config)
        self._mask = torch.zeros((rows, 0), dtype=torch.long, device=model.device)
        """Which columns of the cache each row has read."""

    def read(self, row: int, tokens: Sequence[int]) -> Logits:
        ids = torch.zeros((len(self.lengths), len(tokens)), dtype=torch.long)
        ids[row] = torch.tensor(tokens)
        reads = torch.zeros_like(ids)
        reads[row] = 1
        logits: Logits = self._forward(ids, reads)[row]
        return logits

    def recall(self, row: int, tokens: Sequence[int]) -> int:
        return 0  # caches differ from family to family, and not all can be cut

    def remember(self, row: int, tokens: Sequence[int]) -> None:
        pass

    @torch.inference_mode()
    def copy(self, source: int, rows: Sequence[int]) -> None:
        order = torch.arange(len(self.lengths), device=self._mask.device)
        for row in rows:
            order[row] = source
            self.lengths[row] = self.lengths[source]
        self._cache.reorder_cache(order)
        self._mask = self._mask[order]

    @torch.inference_mode()
    def rewind(self, row: int, length: int) -> None:
        columns = self._mask[row].nonzero().flatten()
        self._mask[row, columns[length:]] = 0
        self.lengths[row] = length

    def step(self, tokens: Sequence[int | None]) -> Logits:
        ids = torch.tensor([[token or 0] for token in tokens])
        reads = torch.tensor([[int(token is not None)] for token in tokens])
        return self._forward(ids, reads)

    def drop(self, rows: Sequence[int]) -> None:
        pass  # its rows share the columns of one cache, which goes with the last of them

    @torch.inference_mode()
    def _forward(self, ids: torch.Tensor, reads: torch.Tensor) -> Logits:
        device = self._mask.device
        ids, reads = ids.to(device), reads.to(device)
        self._mask = torch.cat((self._mask, reads), dim=1)
        lengths = torch.tensor(self.lengths, device=device)
        positions = lengths[:, None] + torch.arange(ids.shape[1], device=device)
        # A row that reads nothing here still needs one column to look at, or its attention is a division by nothing.
        idle = reads.sum(1) == 0
        mask = torch.where((idle & (self._mask.sum(1) == 0))[:, None], torch.ones_like(self._mask), self._mask)
        output = self._model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        self.lengths = [length + int(read) for length, read in zip(self.lengths, reads.sum(1).tolist(), strict=True)]
        logits: Logits = output.logits[:, -1].float().cpu().numpy()
        return np.ascontiguousarray(logits)
