"""`scripts/bench text`: our text engine through the daemon, bare transformers, and llama.cpp, side by side in one run.

The same small model, the same prompt, the same number of tokens, in turn; medians. Each is measured alone and with
eight clients at once. What each can do for eight: the daemon takes them in turn, transformers has them in one batch,
llama.cpp takes them in turn. llama.cpp is measured where `llama-cpp-python` is installed, here or in the environment
that `--llama` names: `pip install llama-cpp-python` compiles for several minutes.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the worker's, before torch is loaded

import torch
import transformers
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.hardware import write_results
from benchmarks.household import own_daemon
from studiolo.models.store import STARTERS, Store
from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_contract.events import Result, Text, TextOutput
from studiolo_contract.text import Sampling, TextRequest, TokenBias

CLIENTS = 8
PLACES = ("harbour", "forest", "mill", "station", "orchard", "quarry", "island", "chapel")
"""Each request is about another, so that nobody profits from having read the very same text before."""


@dataclass(frozen=True)
class Figures:
    first_ms: float
    """Milliseconds to the first words: median over requests."""
    rate: float
    """Tokens a second after the first words, of one client: median over requests."""
    together: float
    """Tokens a second of all clients, waiting and reading included: median over runs."""


@dataclass(frozen=True)
class Timed:
    """One answer: seconds from the call to its first words and to its end, and how many tokens it has."""

    first: float
    whole: float
    tokens: int


def request_about(place: str, tokens: int) -> TextRequest:
    """A plain request: no preset, one draft, no early end."""
    never = tuple(TokenBias(text=sign, bias=-100.0) for sign in ("<|im_end|>",))
    return TextRequest(
        mode="continue",
        text=f"The keeper of the {place} heard music under the floor.",
        max_tokens=tokens,
        candidates=1,
        preset="neutral",
        sampling=Sampling(logit_bias=never),
    )


def figures(runs: list[tuple[float, list[Timed]]]) -> Figures:
    """Of runs, each with its length in seconds and its answers."""
    answers = [answer for _, run in runs for answer in run]
    return Figures(
        first_ms=1000 * statistics.median(answer.first for answer in answers),
        rate=statistics.median((answer.tokens - 1) / (answer.whole - answer.first) for answer in answers),
        together=statistics.median(sum(answer.tokens for answer in run) / length for length, run in runs),
    )


def daemon_answers(client: Client, request: TextRequest) -> Timed:
    began = time.perf_counter()
    first = 0.0
    for happened in client.submit(request).events(timeout=600):
        if isinstance(happened.event, Text) and not first:
            first = time.perf_counter() - began
        if isinstance(happened.event, Result):
            output = happened.event.outputs[0]
            assert isinstance(output, TextOutput)
            return Timed(first, time.perf_counter() - began, output.tokens)
    raise RuntimeError("the daemon gave no result")


class Bare:
    """`generate` of transformers, in the number format that is faster here."""

    def __init__(self, folder: Path, prompts: list[str], tokens: int) -> None:
        self._tokens = tokens
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(folder, padding_side="left")
        self._model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
        self._prompts = prompts

    def answers(self, prompts: list[str]) -> list[Timed]:
        inputs = self._tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False)
        began = time.perf_counter()
        times: list[float] = []
        self._model.generate(
            **inputs,
            do_sample=True,
            top_k=0,
            min_new_tokens=self._tokens,
            max_new_tokens=self._tokens,
            streamer=_Clock(times) if len(prompts) == 1 else None,
            stopping_criteria=[lambda *_, **__: times.append(time.perf_counter()) or torch.zeros(len(prompts)).bool()]
            if len(prompts) > 1
            else None,
        )
        whole = time.perf_counter() - began
        first = times[0] - began
        return [Timed(first, whole, self._tokens) for _ in prompts]


class _Clock(transformers.generation.streamers.BaseStreamer):
    """Notes when each token comes; the first call brings the prompt."""

    def __init__(self, times: list[float]) -> None:
        self._times = times
        self._prompt = True

    def put(self, value: Any) -> None:
        if not self._prompt:
            self._times.append(time.perf_counter())
        self._prompt = False

    def end(self) -> None:
        pass


LLAMA = """
import json, sys, time
from llama_cpp import Llama
job = json.loads(sys.stdin.readline())
model = Llama(job["file"], n_ctx=2048, n_threads=job["cores"], n_threads_batch=job["cores"], verbose=False)
end = model.token_eos()
print("ready", flush=True)
for line in sys.stdin:
    began, times = time.perf_counter(), []
    for piece in model.create_completion(
        json.loads(line), max_tokens=job["tokens"], temperature=1.0, top_p=1.0, top_k=0, min_p=0.0, repeat_penalty=1.0,
        logit_bias={end: -100.0}, stream=True,
    ):
        times.append(time.perf_counter() - began)
    print(json.dumps([times[0], times[-1], job["tokens"]]), flush=True)
"""
"""Runs in a process of its own, so that it can live in another environment."""


class LlamaCpp:
    def __init__(self, python: Path, file: Path, tokens: int) -> None:
        self._process = subprocess.Popen(
            [python, "-c", LLAMA], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        job = {"file": str(file), "cores": os.cpu_count(), "tokens": tokens}
        self._say(job)
        self._hear()

    def answer(self, prompt: str) -> Timed:
        self._say(prompt)
        return Timed(*json.loads(self._hear()))

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _say(self, value: Any) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("llama.cpp ended early")
        return line


def has_llama(python: Path) -> bool:
    """Whether that Python has llama-cpp-python."""
    try:
        return subprocess.run([python, "-c", "import llama_cpp"], capture_output=True).returncode == 0
    except OSError:
        return False


def in_turn(answer: Callable[[str], Timed], prompts: list[str]) -> tuple[float, list[Timed]]:
    """Eight clients of somebody who takes one at a time: each also waits for those before it."""
    began = time.perf_counter()
    answers = []
    for prompt in prompts:
        waited = time.perf_counter() - began
        timed = answer(prompt)
        answers.append(Timed(waited + timed.first, waited + timed.whole, timed.tokens))
    return time.perf_counter() - began, answers


def at_once(running: Any, requests: list[TextRequest]) -> tuple[float, list[Timed]]:
    """Clients of the daemon, each with a socket and a thread of its own."""
    clients = [Client(running, f"bench-{n}") for n in range(len(requests))]
    answers: list[Timed] = []
    threads = [
        threading.Thread(target=lambda c=client, r=request: answers.append(daemon_answers(c, r)))
        for client, request in zip(clients, requests, strict=True)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    length = time.perf_counter() - began
    for client in clients:
        client.close()
    return length, answers


def main(
    runs: int = 5,
    tokens: int = 96,
    llama: Path = Path(sys.executable),
    gguf: Path | None = None,
) -> None:
    """Measures; `--llama` names a Python that has llama-cpp-python, `--gguf` the starter's own file for it."""
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    store = Store(discovery.home())
    model = store.pull(STARTERS["text"], lambda _: None)
    requests = [request_about(place, tokens) for place in PLACES]
    found: dict[str, Figures] = {}
    with own_daemon() as running, Client(running, "bench") as client:
        warm = client.submit(requests[0]).wait(timeout=600)
        prompts = [
            client.submit(replace(request, max_tokens=1)).wait(timeout=600).recipe.final_prompt for request in requests
        ]
        assert warm.outputs
        bare = Bare(model.folder, prompts, tokens)
        bare.answers(prompts[:1])
        peer = LlamaCpp(llama, gguf, tokens) if gguf and has_llama(llama) else None
        if peer is None:
            print("llama.cpp is not measured: install llama-cpp-python and name its Python and a GGUF file:")
            print("  scripts/bench text --llama VENV/bin/python --gguf SmolLM2-135M-Instruct.Q4_1.gguf")
        alone: dict[str, list[tuple[float, list[Timed]]]] = {}
        crowd: dict[str, list[tuple[float, list[Timed]]]] = {}
        for n in range(runs):
            place = n % len(PLACES)
            print(f"one client, run {n + 1} of {runs}", flush=True)
            timed = daemon_answers(client, replace(requests[place], seed=n))
            alone.setdefault("studiolo", []).append((timed.whole, [timed]))
            [timed] = bare.answers([prompts[place]])
            alone.setdefault("transformers", []).append((timed.whole, [timed]))
            if peer:
                timed = peer.answer(prompts[place])
                alone.setdefault("llama.cpp", []).append((timed.whole, [timed]))
        for n in range(max(1, runs // 3)):
            print(f"{CLIENTS} clients, run {n + 1}", flush=True)
            crowd.setdefault("studiolo", []).append(at_once(running, [replace(r, seed=n) for r in requests]))
            answers = bare.answers(prompts)
            crowd.setdefault("transformers", []).append((answers[0].whole, answers))
            if peer:
                crowd.setdefault("llama.cpp", []).append(in_turn(peer.answer, prompts))
        if peer:
            peer.close()
    found = {f"{name}, 1 client": figures(measured) for name, measured in alone.items()}
    found |= {f"{name}, {CLIENTS} clients": figures(measured) for name, measured in crowd.items()}
    show(found, tokens)
    write_results("text", {name: vars(value) for name, value in found.items()} | {"tokens": tokens, "runs": runs})


def show(found: dict[str, Figures], tokens: int) -> None:
    """The table, with each figure's ratio to ours."""
    table = Table(
        "", "first words, ms", "tokens/s, one client", "tokens/s, all", title=f"{tokens} tokens of the starter"
    )
    for name, value in found.items():
        ours = found["studiolo, " + name.split(", ")[1]]
        table.add_row(
            name,
            f"{value.first_ms:.0f}",
            f"{value.rate:.1f}",
            f"{value.together:.1f} (x {ours.together / value.together:.2f} for us)",
        )
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
