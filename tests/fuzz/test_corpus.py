"""Every hostile file is refused with a sentence, and costs little time and memory to refuse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from studiolo_contract.errors import StudioloError
from tests.fuzz import corpus
from tests.fuzz.targets import raw, refused

MOST_MEMORY = 1024
"""MiB of a process that has taken the whole corpus of a kind, one file after the other."""


@pytest.mark.parametrize("kind", corpus.KINDS)
def test_what_is_whole_is_taken(kind: str) -> None:
    assert {name: refused(kind, data) for name, data in corpus.seeds(kind).items()} == dict.fromkeys(
        corpus.seeds(kind), ""
    )


@pytest.mark.parametrize("kind", corpus.KINDS)
def test_what_is_hostile_is_a_sentence_and_takes_no_memory(kind: str) -> None:
    """In a process of its own, which a bomb would blow up alone."""
    run = [sys.executable, "-m", "tests.fuzz", kind, "--corpus"]
    done = subprocess.run(run, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    *sentences, memory = done.stdout.splitlines()
    assert len(sentences) == len(corpus.hostile(kind))
    print(memory)
    assert int(memory.split()[0]) < MOST_MEMORY


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_raw_pixels_that_are_no_numbers_are_a_sentence(value: float) -> None:
    with pytest.raises(StudioloError, match="not numbers"):
        raw(np.full(8, value, "<f4").tobytes())


def test_raw_pixels_of_any_bytes_are_a_picture_or_a_sentence() -> None:
    raw(bytes(range(64)) * 4)
