"""Llama-like models on a CPU: the graph of `llama_graph.py` on ONNX Runtime, with keys and values kept in place.

Why not torch: on processors without AVX-512 the same forward pass with its eight-bit products takes twice as long for
one row, since each of its few hundred calls a token costs something too. Knows no sampler and no text.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np
import onnxruntime
import torch

from studiolo.engines import llama_graph
from studiolo.engines.decoder import Logits
from studiolo.engines.llama_cache import LlamaCache, Row

SPIN = 100
"""Microseconds. Unbounded, two busy cores made a token take 64 ms instead of 35; not at all, two threads are as slow
as one."""
LONGEST_KNOWN = 2048
"""Tokens of a prompt that are kept for the next one."""


class LlamaDecoder:
    def __init__(self, shape: llama_graph.Shape, tensors: Mapping[str, torch.Tensor], threads: int) -> None:
        """`tensors` by transformers' names; they are not needed afterwards. `threads` is the number of cores."""
        self.window = shape.window
        self.chunk = 64
        """Also the grain of `recall`: what is read in whole chunks is the same to the bit whenever it is read."""
        self._shape = shape
        graph = llama_graph.write(shape, tensors)
        self._bytes = sum(values.nbytes for values in graph.weights.values())
        # Read when the session is made. The attention that holds all scores at once takes a tenth less of a step.
        os.environ.setdefault("ORT_GQA_DISABLE_FLASH_ATTENTION", "1")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Waiting threads spin for the next step of the graph, but not long: others want the cores too.
        options.add_session_config_entry("session.intra_op.spin_duration_us", str(SPIN))
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(weight) for weight in graph.weights.values()]
        options.add_external_initializers(list(graph.weights), values)
        self._session = onnxruntime.InferenceSession(graph.proto(), options, providers=["CPUExecutionProvider"])
        self._cache = LlamaCache(shape.layers, shape.key_heads, shape.head)
        self._bindings: dict[tuple[int, int, int], _Binding] = {}
        self._logits: Logits = np.zeros((0, shape.vocabulary), np.float32)
        """What the model said last of each row, by its place in the cache."""
        self._bound = -1
        """The version of the cache that bindings and logits are of."""
        self.known: tuple[list[int], torch.Tensor] = (
            [],
            torch.empty((shape.layers, 2, shape.key_heads, 0, shape.head)),
        )
        """The prompt that was read last, and its keys and values: the next one often begins with the same examples."""

    def batch(self, rows: int, room: int) -> LlamaBatch:
        return LlamaBatch(self, self._cache.add(rows, room))

    def step(self, feeds: Sequence[tuple[LlamaBatch, Sequence[int | None]]]) -> list[Logits]:
        pairs = [pair for batch, tokens in feeds for pair in zip(batch.rows, tokens, strict=True)]
        fed = {row.place: token for row, token in pairs if token is not None}
        first, last = min(fed), max(fed)
        # A row that rests between them reads a token too, and forgets it: its length stays.
        self.run(first, np.array([[fed.get(place, 0)] for place in range(first, last + 1)], np.int64))
        for place in fed:
            self._cache.rows[place].length += 1
        return [_taken(self._logits, [row.place for row in batch.rows]) for batch, _ in feeds]

    def run(self, first: int, ids: np.ndarray) -> Logits:
        """Reads tokens (rows × columns) into the rows from place `first` on. Returns the logits that follow the last
        column, in an array that later runs write over. What the rows have read then is for the caller to note."""
        rows, columns = ids.shape
        cache = self._cache
        if self._bound != cache.version:
            self._bound = cache.version
            self._bindings.clear()
            self._logits = np.zeros((cache.values.shape[2], self._shape.vocabulary), np.float32)
        logits = self._logits[first : first + rows]
        key = (first, rows, columns)
        if key not in self._bindings:
            if columns > 1:
                self._bindings = {known: value for known, value in self._bindings.items() if known[2] == 1}
            self._bindings[key] = _Binding(self._session, self._shape, cache.values, first, columns, logits)
        binding = self._bindings[key]
        past = [row.length for row in cache.rows[first : first + rows]]
        binding.ids[...] = ids
        binding.last[0] = columns - 1
        binding.read[...] = [length + columns - 1 for length in past]
        binding.longest[0] = max(past) + columns
        self._session.run_with_iobinding(binding.io)
        return logits

    def resident_bytes(self) -> int:
        return self._bytes


class LlamaBatch:
    """The rows of one request."""

    def __init__(self, decoder: LlamaDecoder, rows: list[Row]) -> None:
        self.rows = rows
        self._decoder = decoder
        self._cache = decoder._cache

    @property
    def lengths(self) -> list[int]:
        return [row.length for row in self.rows]

    def read(self, row: int, tokens: Sequence[int]) -> Logits:
        target = self.rows[row]
        logits: Logits = self._decoder.run(target.place, np.asarray([tokens], np.int64))[0].copy()
        target.length += len(tokens)
        return logits

    def recall(self, row: int, tokens: Sequence[int]) -> int:
        known, kept = self._decoder.known
        alike = next((at for at, pair in enumerate(zip(known, tokens, strict=False)) if pair[0] != pair[1]), len(known))
        count = min(alike, len(tokens)) // self._decoder.chunk * self._decoder.chunk
        self._cache.values[:, :, self.rows[row].place, :, :count] = kept[..., :count, :]
        self.rows[row].length = count
        return count

    def remember(self, row: int, tokens: Sequence[int]) -> None:
        known = list(tokens[:LONGEST_KNOWN])
        self._decoder.known = (known, self._cache.values[:, :, self.rows[row].place, :, : len(known)].clone())

    def copy(self, source: int, rows: Sequence[int]) -> None:
        for row in rows:
            if row != source:
                self._cache.copy(self.rows[source], self.rows[row])

    def rewind(self, row: int, length: int) -> None:
        self.rows[row].length = length

    def step(self, tokens: Sequence[int | None]) -> Logits:
        return self._decoder.step([(self, tokens)])[0]

    def drop(self, rows: Sequence[int]) -> None:
        for row in rows:
            if self.rows[row] in self._cache.rows:
                self._cache.remove(self.rows[row])


class _Binding:
    """Where the session reads and writes, for some rows: their part of the cache, in place, and small arrays."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        shape: llama_graph.Shape,
        kept: torch.Tensor,
        first: int,
        columns: int,
        logits: Logits,
    ) -> None:
        rows = len(logits)
        self.ids = np.zeros((rows, columns), np.int64)
        self.last = np.zeros(1, np.int64)
        self.read = np.zeros(rows, np.int32)
        self.longest = np.zeros(1, np.int32)
        self.io = session.io_binding()
        for name in ("ids", "last", "read", "longest"):
            array = getattr(self, name)
            self.io.bind_input(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
        place = (rows, shape.key_heads, kept.shape[4], shape.head)
        for layer in range(shape.layers):
            for at, cache in enumerate(("key", "value")):
                pointer = kept[layer, at, first].data_ptr()
                self.io.bind_input(f"{layer}.past.{cache}", "cpu", 0, np.float32, place, pointer)
                self.io.bind_output(f"{layer}.{cache}", "cpu", 0, np.float32, place, pointer)
        self.io.bind_output("logits.out", "cpu", 0, np.float32, (rows, 1, shape.vocabulary), logits.ctypes.data)


def _taken(logits: Logits, places: list[int]) -> Logits:
    """Some rows of the logits; as they lie, without a copy, where the rows follow each other."""
    first, last = places[0], places[-1] + 1
    return logits[first:last] if places == list(range(first, last)) else logits[places]
