"""What the daemon adds to the bare text engine: the same text, in turn, here and through the client.

The same engine runs in this process and in the daemon's worker, so the difference is what lies between them: client,
socket, journal, queue and pipe. Knows nothing of other engines; `text.py` has those.
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import replace

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the worker's, before torch is loaded

from rich.progress import track

from benchmarks.household import own_daemon
from studiolo.device import best_device
from studiolo.engines.engine import Emission
from studiolo.models.store import STARTERS, Store
from studiolo.runner import Runner
from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_contract.events import Result, Text
from studiolo_contract.text import TextRequest

REQUEST = TextRequest(
    text="The lighthouse keeper heard music under the sea.", mode="continue", max_tokens=96, candidates=1
)


def measure(runs: int) -> dict[str, float]:
    """Medians in milliseconds over `runs` pairs, after one of each that is not counted."""
    model = Store(discovery.home()).find(STARTERS["text"])
    runner = Runner(best_device())
    first: dict[str, list[float]] = {"bare": [], "daemon": []}
    whole: dict[str, list[float]] = {"bare": [], "daemon": []}
    with own_daemon() as running, Client(running, "bench") as client:
        for seed in track(range(runs + 1), "writing in turn"):
            request = replace(REQUEST, seed=seed)
            for which in ("bare", "daemon") if seed % 2 else ("daemon", "bare"):
                began = time.perf_counter()
                words: list[float] = []
                if which == "bare":

                    def hear(event: Emission, words: list[float] = words) -> None:
                        if isinstance(event, Text):
                            words.append(time.perf_counter())

                    runner.run(request, [model], {}, hear, lambda *_: None, lambda: False)
                else:
                    for happened in client.submit(request).events(timeout=120):
                        if isinstance(happened.event, Text):
                            words.append(time.perf_counter())
                        assert not isinstance(happened.event, Result) or happened.event.outputs
                first[which].append(1000 * (words[0] - began))
                whole[which].append(1000 * (time.perf_counter() - began))
    return {
        "bare engine, first words, ms": statistics.median(first["bare"][1:]),
        "through the daemon, first words, ms": statistics.median(first["daemon"][1:]),
        "added to the first words, ms": _added(first),
        "bare engine, whole text, ms": statistics.median(whole["bare"][1:]),
        "through the daemon, whole text, ms": statistics.median(whole["daemon"][1:]),
        "added to the whole text, ms": _added(whole),
        "ratio": statistics.median(whole["daemon"][1:]) / statistics.median(whole["bare"][1:]),
    }


def _added(times: dict[str, list[float]]) -> float:
    pairs = zip(times["bare"][1:], times["daemon"][1:], strict=True)
    return statistics.median(there - here for here, there in pairs)
