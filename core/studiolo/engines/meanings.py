"""How near texts are in meaning to many others, whose embeddings are kept: only what is new is embedded.

They lie in one SQLite file, each under the hash of the model and the sha256 of the text, so a text that was changed is
another text, and another model's vectors are never taken for this one's. Knows no story bible.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studiolo.engines.embedder import Embedder
from studiolo.engines.engine import Work, alone
from studiolo_contract.media import Sha256, hash_of

log = logging.getLogger("studiolo.meanings")

FILE = "embeddings.sqlite3"
MOST_KEPT = 20_000
"""Embeddings that are kept, of 1.5 KB each; the oldest go first, and are made again when they are needed."""
BATCH = 8
"""Texts that are embedded at once: whoever writes beside waits for so many."""

Vectors = dict[Sha256, NDArray[np.float32]]


class Meanings:
    """An embedder that remembers."""

    def __init__(self, embedder: Embedder, model: Sha256, folder: Path | None) -> None:
        """`model`: its hash. `folder`: where the file is kept; None to remember only until this object is gone."""
        self._embedder = embedder
        self._model = model
        self._database = _open(folder)

    def likeness(self, text: str, others: Sequence[str], each_batch: Callable[[int, int], None]) -> list[float]:
        """The cosine between a text and each of the others, from -1 to 1. `each_batch` hears how many of how many new
        ones are embedded, and may raise to end it; what was done stays done."""
        return alone(self.search(text, others, each_batch), lambda: None)

    def search(self, text: str, others: Sequence[str], each_batch: Callable[[int, int], None]) -> Work[list[float]]:
        """The same, yielding after each batch, so that others may have the model's thread in between."""
        vectors = yield from self.vectors(others, each_batch)
        (topic,) = self._embedder.embed([text]).numpy()
        likes: list[float] = (vectors @ topic).tolist()
        return likes

    def vectors(self, texts: Sequence[str], each_batch: Callable[[int, int], None]) -> Work[NDArray[np.float32]]:
        """A vector of length 1 for each text (texts × size), yielding after each batch of new ones."""
        names = [hash_of(text.encode()) for text in texts]
        known = self._kept(names)
        new = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
        for start, batch in _batches(new):
            each_batch(start, len(new))
            vectors = self._embedder.embed([new[name] for name in batch]).numpy()
            known.update(zip(batch, vectors, strict=True))
            self._keep({name: known[name] for name in batch})
            yield
        if new:
            each_batch(len(new), len(new))
        return np.array([known[name] for name in names], np.float32)

    def _kept(self, names: Sequence[Sha256]) -> Vectors:
        found: Vectors = {}
        wanted = sorted(set(names))
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            marks = ", ".join("?" * len(some))
            rows = self._database.execute(
                f"SELECT text, vector FROM embeddings WHERE model = ? AND text IN ({marks})",  # noqa: S608
                [self._model, *some],
            )
            found.update((name, np.frombuffer(vector, np.float32)) for name, vector in rows)
        return found

    def _keep(self, vectors: Vectors) -> None:
        rows = [(self._model, name, vector.astype(np.float32).tobytes()) for name, vector in vectors.items()]
        try:
            with self._database:
                self._database.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?)", rows)
                self._database.execute(
                    "DELETE FROM embeddings WHERE rowid <= (SELECT max(rowid) FROM embeddings) - ?", [MOST_KEPT]
                )
        except sqlite3.OperationalError as error:
            # a full disk, or a file that another program holds, costs time at the next request and nothing else
            log.warning("embeddings were not kept: %s", error)


def _open(folder: Path | None) -> sqlite3.Connection:
    if folder is None:
        return _database(":memory:")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / FILE
    try:
        return _database(str(file))
    except sqlite3.OperationalError:
        log.warning("%s can't be used; embeddings are not kept", file)
        return _database(":memory:")
    except sqlite3.DatabaseError:
        log.warning("%s is broken; begun anew", file)
        file.unlink()
        return _database(str(file))


def _database(place: str) -> sqlite3.Connection:
    database = sqlite3.connect(place)
    try:
        database.execute(
            "CREATE TABLE IF NOT EXISTS embeddings (model TEXT, text TEXT, vector BLOB, PRIMARY KEY (model, text))"
        )
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


def _batches(texts: dict[Sha256, str]) -> list[tuple[int, list[Sha256]]]:
    """Names of texts of about one length together, so that none waits for a long one; and how many came before."""
    names = sorted(texts, key=lambda name: len(texts[name]))
    return [(start, names[start : start + BATCH]) for start in range(0, len(names), BATCH)]
