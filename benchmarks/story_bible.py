"""How much of a story bible arrives in what the starter writes, and how fast entries are found by meaning.

    python -m benchmarks.story_bible [--model starter-text] [--show]

Each of the openings in `story_bible.toml` is gone on with twice, with its number as the seed: without the bible, and
with it. Counted are answers that state a fact of the entry which the opening names. Then the time that it takes to
embed a thousand entries, and to find among them when only one has changed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import statistics
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

from studiolo.device import best_device
from studiolo.engines.embedder import Embedder
from studiolo.engines.meanings import Meanings
from studiolo.models.store import Store
from studiolo.runner import Runner
from studiolo_contract.bible import Bible, Entry
from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.events import TextOutput
from studiolo_contract.media import blob_of
from studiolo_contract.text import TextRequest

TREE = Path(__file__).resolve().parents[1]
WORLD = TREE / "benchmarks" / "story_bible.toml"
HOME = TREE / ".cache" / "test-home"
NAMES = ("Ada", "Bo", "Cleo", "Dov", "Eli", "Fay", "Gil", "Hana", "Ivo", "Jun")
TRADES = ("tailor", "pilot", "baker", "spy", "painter", "judge", "miner", "singer", "sailor", "nurse")
HABITS = ("collects keys", "fears the dark", "owes money", "speaks to bees", "never lies", "limps", "hums", "gambles")


def adherence(model: str, show: bool) -> dict[str, dict[str, float]]:
    """Shares and counts of facts, without the bible and with it."""
    world = tomllib.loads(WORLD.read_text(encoding="utf-8"))
    facts = {entry["name"]: entry.pop("facts") for entry in world["entry"]}
    data = json.dumps(to_plain(from_plain(Bible, {"entries": world["entry"], "meaning": 0}))).encode()
    blob = blob_of(data, "application/json")
    runner, found = Runner(best_device()), Store(HOME).find(model)
    figures: dict[str, dict[str, float]] = {}
    for name, bible in (("without", None), ("with", blob)):
        told: list[int] = []
        for number, opening in enumerate(world["opening"]):
            request = TextRequest(mode="continue", text=opening["text"], bible=bible, seed=number, max_tokens=120)
            result, _ = runner.run(request, [found], {blob.sha256: data}, _ignore, _ignore, lambda: False)
            (output,) = result.outputs
            assert isinstance(output, TextOutput)
            said = output.text.lower()
            wanted = next(facts[entry] for entry in facts if entry in opening["text"])
            hits = [fact for fact in wanted if re.search(rf"\b{fact}", said)]
            told.append(len(hits))
            if show:
                print(f"--- {name} {number} {hits}\n{opening['text']} | {output.text}\n", flush=True)
        figures[name] = {
            "answers with a fact": sum(map(bool, told)) / len(told),
            "facts an answer": statistics.mean(told),
        }
    return figures


def index() -> dict[str, float]:
    """Seconds to find by meaning among a thousand entries: the first time, again, and with one entry changed."""
    entries = [
        Entry(name=f"{NAMES[n % 10]} {n}", text=f"A {TRADES[n // 10 % 10]} of {n // 9} who {HABITS[n % 8]}. " * 3)
        for n in range(1000)
    ]
    embedder = Embedder(Store(HOME).find("starter-text").embedder or Path())
    with tempfile.TemporaryDirectory() as folder:
        seconds = {}
        for name, changed in (
            ("first", entries),
            ("again", entries),
            ("one changed", [_other(entries[0]), *entries[1:]]),
        ):
            meanings = Meanings(embedder, "0" * 64, Path(folder))
            began = time.perf_counter()
            meanings.likeness("The tailor was afraid.", [entry.text for entry in changed], lambda done, total: None)
            seconds[name] = time.perf_counter() - began
    return seconds


def _other(entry: Entry) -> Entry:
    return dataclasses.replace(entry, text=f"{entry.text} And more.")


def _ignore(*_: Any) -> None:
    """Nobody listens here."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="starter-text")
    parser.add_argument("--show", action="store_true", help="print every answer")
    options = parser.parse_args()
    for name, figures in adherence(options.model, options.show).items():
        print(f"{name} the bible: " + ", ".join(f"{what} {value:.2f}" for what, value in figures.items()))
    print("a thousand entries by meaning: " + ", ".join(f"{what} {value:.2f} s" for what, value in index().items()))


if __name__ == "__main__":
    main()
