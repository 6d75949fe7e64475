"""What the composer has learned, and whether it repeats what it learned from. Knows nothing of briefs and sound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from transformers import LlamaForCausalLM

from studiolo.music import vocabulary
from studiolo_starter.composer import training, tunes

LONGEST = 40
"""Notes; longer runs are not looked for."""

Line = Sequence[tuple[int, int]]
"""Pitch and length in ticks of each note."""


def evaluate(cache: Path, folder: Path) -> dict[str, float]:
    """Bits a token on pieces that were held out, for the model in `folder` and for two that know less."""
    learned, held = training.rows(cache)
    net = LlamaForCausalLM.from_pretrained(folder, local_files_only=True).float()
    return {
        "held out, bits a token": training.held_out_bits(net, held),
        "of a 3-gram": training.ngram_bits(learned, held),
        "of chance": math.log2(len(vocabulary.tokens())),
    }


def longest_shared(lines: Sequence[Line], cache: Path) -> list[int]:
    """For each melody the longest run of notes, by intervals and lengths, that stands in a piece to learn from too."""
    learned = [
        _moves([(pitch, length) for _, length, pitch in voice])
        for tune in tunes.load(cache)
        for voice in (tune.voices[0], tune.voices[-1])
    ]
    found = [0] * len(lines)
    for run in range(2, LONGEST):
        known = np.unique(np.concatenate([_hashes(moves, run - 1) for moves in learned]))
        for number, line in enumerate(lines):
            if found[number] == run - 1 or run == 2:
                mine = _hashes(_moves(line), run - 1)
                if np.isin(mine, known, assume_unique=False).any():
                    found[number] = run
    return found


def _moves(line: Line) -> NDArray[np.uint64]:
    """Interval to the next note and length, as one number."""
    pitches = np.array([pitch for pitch, _ in line], np.int64)
    lengths = np.array([length for _, length in line], np.int64)
    return ((np.diff(pitches) + 128) * 256 + lengths[:-1]).astype(np.uint64)


def _hashes(moves: NDArray[np.uint64], run: int) -> NDArray[np.uint64]:
    """Of every run of so many moves."""
    count = len(moves) - run + 1
    if count <= 0:
        return np.empty(0, np.uint64)
    made = np.zeros(count, np.uint64)
    with np.errstate(over="ignore"):
        for step in range(run):
            made = (made ^ moves[step : step + count]) * np.uint64(1_099_511_628_211)
    return made
