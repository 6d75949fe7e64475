"""The index of embeddings: only what is new is embedded, a cancel loses nothing, a broken file is begun anew."""

import numpy as np
import pytest

from studiolo.engines.embedder import Embedder
from studiolo.engines.meanings import BATCH, FILE, Meanings
from studiolo.models.store import Store

TEXTS = ["A smuggler with red hair.", "The forest has no paths.", "He bakes bread at night."]


@pytest.fixture(scope="module")
def embedder(starter_home):
    return Embedder(Store(starter_home).find("starter-text").embedder)


class Counting:
    """The real embedder, and which texts it has read."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.read: list[str] = []

    def embed(self, texts):
        self.read += texts
        return self._embedder.embed(texts)


def test_only_what_is_new_or_changed_is_embedded(embedder, tmp_path) -> None:
    first = Counting(embedder)
    likes = Meanings(first, "model", tmp_path).likeness("bread and butter", TEXTS, lambda *_: None)
    assert sorted(first.read) == sorted([*TEXTS, "bread and butter"])
    assert max(likes) == likes[2]
    second = Counting(embedder)
    changed = [TEXTS[0], TEXTS[1] + " It is dark.", TEXTS[2]]
    again = Meanings(second, "model", tmp_path).likeness("bread and butter", changed, lambda *_: None)
    assert sorted(second.read) == sorted([changed[1], "bread and butter"])
    assert np.allclose([again[0], again[2]], [likes[0], likes[2]], atol=1e-5)


def test_another_models_vectors_are_never_taken(embedder, tmp_path) -> None:
    Meanings(embedder, "one", tmp_path).likeness("x", TEXTS, lambda *_: None)
    other = Counting(embedder)
    Meanings(other, "two", tmp_path).likeness("x", TEXTS, lambda *_: None)
    assert set(TEXTS) <= set(other.read)


def test_likeness_is_the_embedders_own(embedder, tmp_path) -> None:
    likes = Meanings(embedder, "model", tmp_path).likeness("a dark wood", TEXTS, lambda *_: None)
    assert np.allclose(likes, embedder.likeness("a dark wood", TEXTS), atol=1e-5)


def test_others_have_their_turn_after_each_batch(embedder, tmp_path) -> None:
    many = [f"Entry number {n}." for n in range(2 * BATCH + 1)]
    counting = Counting(embedder)
    work = Meanings(counting, "model", tmp_path).search("x", many, lambda *_: None)
    read = []
    for _ in work:
        read.append(len(counting.read))
    assert read == [BATCH, 2 * BATCH, 2 * BATCH + 1]


def test_what_was_done_before_a_cancel_stays_done(embedder, tmp_path) -> None:
    many = [f"Entry number {n}." for n in range(3 * BATCH)]

    def stop(done: int, total: int) -> None:
        if done:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        Meanings(embedder, "model", tmp_path).likeness("x", many, stop)
    rest = Counting(embedder)
    heard = []
    Meanings(rest, "model", tmp_path).likeness("x", many, lambda *told: heard.append(told))
    assert len(rest.read) == 2 * BATCH + 1
    assert heard[-1] == (2 * BATCH, 2 * BATCH)


def test_a_broken_file_is_begun_anew(embedder, tmp_path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database, " * 100)
    Meanings(embedder, "model", tmp_path).likeness("x", TEXTS, lambda *_: None)
    again = Counting(embedder)
    Meanings(again, "model", tmp_path).likeness("x", TEXTS, lambda *_: None)
    assert again.read == ["x"]


def test_without_a_folder_it_remembers_while_it_lives(embedder) -> None:
    counting = Counting(embedder)
    meanings = Meanings(counting, "model", None)
    meanings.likeness("x", TEXTS, lambda *_: None)
    meanings.likeness("x", TEXTS, lambda *_: None)
    assert len(counting.read) == len(TEXTS) + 2
