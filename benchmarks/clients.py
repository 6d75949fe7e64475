"""Many clients at once: what they get together, and how long who waits at a screen waits while batches run.

`scripts/bench clients`. One, eight and thirty-two clients write at the same time; beside them the bare transformers
does the same texts one after another, as a program without a daemon would. Then a thousand jobs of fifty clients fill
the queue, and somebody asks for a few words now and then. Uses a daemon of its own.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from itertools import cycle, islice

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the worker's, before torch is loaded

import psutil
import transformers
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.hardware import write_results
from benchmarks.household import own_daemon
from benchmarks.spread import show, spread
from benchmarks.text import PLACES, Bare, Timed, at_once, in_turn, request_about
from studiolo.models.store import STARTERS, Store
from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_client.discovery import Running
from studiolo_client.job import Job
from studiolo_contract.events import Started, Text
from studiolo_contract.text import TextRequest

CROWDS = (1, 8, 32)


def main(tokens: int = 96, jobs: int = 1000, clients: int = 50, words: int = 8, peers: bool = True) -> None:
    """Crowds of `tokens` tokens each, then `jobs` batch jobs of `clients` clients, each of `words` tokens."""
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    model = Store(discovery.home()).pull(STARTERS["text"], lambda _: None)
    requests = [replace(request_about(place, tokens), seed=n) for n, place in enumerate(islice(cycle(PLACES), 32))]
    with own_daemon() as running:
        with Client(running, "bench") as client:
            prompts = [
                client.submit(replace(request, dry=True)).wait(timeout=600).recipe.final_prompt for request in requests
            ]
            client.submit(replace(requests[0], max_tokens=4)).wait(timeout=600)
        figures = {f"studiolo, {count} clients": _together(at_once(running, requests[:count])) for count in CROWDS}
        if peers:
            bare = Bare(model.folder, prompts, tokens)
            bare.answers(prompts[:1])
            for count in CROWDS:
                answers = in_turn(lambda prompt: bare.answers([prompt])[0], prompts[:count])
                figures[f"transformers one after another, {count} clients"] = _together(answers)
            del bare
        _show(figures, tokens)
        waits, memory = _overload(running, jobs, clients, words)
    show(f"Somebody at a screen, while {jobs} jobs of {clients} clients wait", waits)
    Console().print(", ".join(f"{name}: {value:.1f}" for name, value in memory.items()))
    write_results("clients", figures | waits | {"daemon": memory, "tokens": tokens, "jobs": jobs, "words": words})


def _together(run: tuple[float, list[Timed]]) -> dict[str, float]:
    length, answers = run
    first = spread([1000 * answer.first for answer in answers])
    return {
        "tokens/s together": sum(answer.tokens for answer in answers) / length,
        "first words, ms, median": first["median"],
        "first words, ms, p95": first["p95"],
    }


def _overload(
    running: Running, jobs: int, clients: int, words: int
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Seconds that somebody waits until a worker has the job and until the first words, how long a batch job takes on
    the worker; and the memory of the daemon in MB, before, at most, and when all is done."""
    daemon = psutil.Process(running.pid)
    before = most = daemon.memory_info().rss / 1e6
    crowd = [Client(running, f"crowd-{n}") for n in range(clients)]
    batches: list[list[Job]] = [[] for _ in crowd]

    def fill(place: int) -> None:
        for n in range(jobs // clients):
            request = replace(request_about(PLACES[n % len(PLACES)], words), seed=1000 * place + n)
            batches[place].append(crowd[place].submit(request, priority="batch"))

    threads = [threading.Thread(target=fill, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    begun: list[float] = []
    told: list[float] = []
    with Client(running, "artist") as artist:
        while any(thread.is_alive() for thread in threads) or not all(job.over for row in batches for job in row):
            request = replace(request_about("bridge", words), seed=len(begun))
            start, first = _waited(artist, request)
            begun.append(start)
            told.append(first)
            most = max(most, daemon.memory_info().rss / 1e6)
            time.sleep(0.5)
    lengths = [_length(job) for row in batches for job in row]
    after = daemon.memory_info().rss / 1e6
    for client in crowd:
        client.close()
    waits = {
        "wait for a worker, s": spread(begun),
        "wait for the first words, s": spread(told),
        "a batch job on the worker, s": spread(lengths),
    }
    return waits, {"memory before, MB": before, "memory at most, MB": most, "memory after, MB": after}


def _waited(client: Client, request: TextRequest) -> tuple[float, float]:
    """Seconds from asking to the start, and to the first words."""
    began = time.time()
    job = client.submit(request)
    job.wait(timeout=600)
    start = next(happened.at for happened in job.log if isinstance(happened.event, Started))
    first = next((happened.at for happened in job.log if isinstance(happened.event, Text)), job.log[-1].at)
    return start - began, first - began


def _length(job: Job) -> float:
    return job.log[-1].at - next(happened.at for happened in job.log if isinstance(happened.event, Started))


def _show(figures: dict[str, dict[str, float]], tokens: int) -> None:
    table = Table("", *next(iter(figures.values())), title=f"{tokens} tokens for each client")
    for name, figure in figures.items():
        table.add_row(name, *(f"{value:.1f}" for value in figure.values()))
    Console().print(table)
    ours = [figure["tokens/s together"] for name, figure in figures.items() if name.startswith("studiolo")]
    print(f"8 clients together: {ours[1] / ours[0]:.1f} times one; 32: {ours[2] / ours[0]:.1f} times")


if __name__ == "__main__":
    typer.run(main)
