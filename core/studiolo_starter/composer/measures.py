"""What the composer has learned, and whether it repeats what it learned from. Knows nothing of briefs and sound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from transformers import LlamaForCausalLM

from studiolo.music import vocabulary
from studiolo.music.runs import Line, runs
from studiolo_starter.composer import training, tunes

LONGEST = 40
"""Notes; longer runs are not looked for."""


def evaluate(cache: Path, folder: Path) -> dict[str, float]:
    """Bits a token on pieces that were held out, for the model in `folder` and for two that know less."""
    learned, held = training.rows(cache)
    net = LlamaForCausalLM.from_pretrained(folder, local_files_only=True).float()
    return {
        "held out, bits a token": training.held_out_bits(net, held),
        "of a 3-gram": training.ngram_bits(learned, held),
        "of chance": math.log2(len(vocabulary.tokens())),
    }


def known_runs(cache: Path, notes: int) -> NDArray[np.uint64]:
    """Every run of so many notes in the highest and the lowest voices of the pieces to learn from."""
    voices = [voice for tune in tunes.load(cache) for voice in dict.fromkeys((tune.voices[0], tune.voices[-1]))]
    return np.concatenate([runs([(pitch, length) for _, length, pitch in voice], notes) for voice in voices])


def longest_shared(lines: Sequence[Line], cache: Path) -> list[int]:
    """For each melody the longest run of notes, by intervals and lengths, that stands in a piece to learn from too."""
    found = [0] * len(lines)
    for notes in range(2, LONGEST):
        known = np.unique(known_runs(cache, notes))
        for number, line in enumerate(lines):
            if (found[number] == notes - 1 or notes == 2) and np.isin(runs(line, notes), known).any():
                found[number] = notes
        if notes not in found:
            break
    return found
