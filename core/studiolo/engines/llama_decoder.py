"""Llama-like models on a CPU: the graph of `llama_graph.py` on ONNX Runtime, with keys and values kept in place.

Why not torch: on processors without AVX-512 the same forward pass with its eight-bit products takes twice as long for
one row, since each of its few hundred calls a token costs something too. Knows no sampler and no text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnxruntime
import torch

from studiolo.engines import llama_graph
from studiolo.engines.decoder import Logits

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
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Waiting threads spin for the next step of the graph, but not long: others want the cores too.
        options.add_session_config_entry("session.intra_op.spin_duration_us", str(SPIN))
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(weight) for weight in graph.weights.values()]
        options.add_external_initializers(list(graph.weights), values)
        self._session = onnxruntime.InferenceSession(graph.proto(), options, providers=["CPUExecutionProvider"])
        self.known: tuple[list[int], torch.Tensor] = (
            [],
            torch.empty((shape.layers, 2, shape.key_heads, 0, shape.head)),
        )
        """The prompt that was read last, and its keys and values: the next one often begins with the same examples."""

    def batch(self, rows: int, room: int) -> LlamaBatch:
        return LlamaBatch(self, rows, room)

    def resident_bytes(self) -> int:
        return self._bytes


class LlamaBatch:
    def __init__(self, decoder: LlamaDecoder, rows: int, room: int) -> None:
        self.lengths = [0] * rows
        shape = decoder._shape
        self._shape = shape
        self._session = decoder._session
        self._decoder = decoder
        # Zeros, not whatever memory held: what is not a number spoils a sum even where its weight is 0.
        self._kept = torch.zeros((shape.layers, 2, rows, shape.key_heads, room, shape.head))
        self._bindings: dict[tuple[int, int, int], _Binding] = {}

    def read(self, row: int, tokens: Sequence[int]) -> Logits:
        ids = np.asarray([tokens], np.int64)
        logits: Logits = self._run(row, 1, ids, [self.lengths[row]], advance=[len(tokens)])[0].copy()
        return logits

    def recall(self, row: int, tokens: Sequence[int]) -> int:
        known, kept = self._decoder.known
        alike = next((at for at, pair in enumerate(zip(known, tokens, strict=False)) if pair[0] != pair[1]), len(known))
        count = min(alike, len(tokens)) // self._decoder.chunk * self._decoder.chunk
        self._kept[:, :, row, :, :count] = kept[..., :count, :]
        self.lengths[row] = count
        return count

    def remember(self, row: int, tokens: Sequence[int]) -> None:
        known = list(tokens[:LONGEST_KNOWN])
        self._decoder.known = (known, self._kept[:, :, row, :, : len(known)].clone())

    def copy(self, source: int, rows: Sequence[int]) -> None:
        length = self.lengths[source]
        for row in rows:
            if row != source:
                self._kept[:, :, row, :, :length] = self._kept[:, :, source, :, :length]
                self.lengths[row] = length

    def rewind(self, row: int, length: int) -> None:
        self.lengths[row] = length

    def step(self, tokens: Sequence[int | None]) -> Logits:
        ids = np.asarray([[token or 0] for token in tokens], np.int64)
        advance = [int(token is not None) for token in tokens]
        # A row that rests reads a token too, and forgets it: its length stays.
        return self._run(0, len(tokens), ids, self.lengths, advance)

    def _run(self, first: int, rows: int, ids: np.ndarray, past: Sequence[int], advance: Sequence[int]) -> Logits:
        columns = ids.shape[1]
        key = (first, rows, columns)
        if key not in self._bindings:
            if columns > 1:
                self._bindings = {known: value for known, value in self._bindings.items() if known[2] == 1}
            self._bindings[key] = _Binding(self._session, self._shape, self._kept, first, rows, columns)
        binding = self._bindings[key]
        binding.ids[...] = ids
        binding.last[0] = columns - 1
        binding.read[...] = [length + columns - 1 for length in past]
        binding.longest[0] = max(past) + columns
        self._session.run_with_iobinding(binding.io)
        for at, count in enumerate(advance):
            self.lengths[first + at] += count
        return binding.logits


class _Binding:
    """Where the session reads and writes, for some rows: their part of the cache, in place, and small arrays."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        shape: llama_graph.Shape,
        kept: torch.Tensor,
        first: int,
        rows: int,
        columns: int,
    ) -> None:
        self.ids = np.zeros((rows, columns), np.int64)
        self.last = np.zeros(1, np.int64)
        self.read = np.zeros(rows, np.int32)
        self.longest = np.zeros(1, np.int32)
        self.logits = np.zeros((rows, shape.vocabulary), np.float32)
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
        self.io.bind_output("logits.out", "cpu", 0, np.float32, (rows, 1, shape.vocabulary), self.logits.ctypes.data)
