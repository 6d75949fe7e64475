"""What the models compute on: torch as it runs here, the graphics card, memory; and the way to this machine itself.

torch is tried in a process of its own: a build that this processor can't run ends that one, and not us.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from studiolo_cli.checks.finding import Finding, broken, hint, ok

TRIAL = """
import json, torch
from studiolo.device import best_device
device = best_device()
one = torch.ones(64, 64, device=device.kind, dtype=getattr(torch, device.dtype))
assert float((one @ one).sum()) == 64.0**3
print(json.dumps({"torch": torch.__version__, "cuda": torch.version.cuda, "hip": torch.version.hip,
    "kind": device.kind, "name": device.name, "dtype": device.dtype,
    "features": torch.backends.cpu.get_cpu_capability(), "threads": torch.get_num_threads()}))
"""
LITTLE = 3 * 2**30
"""Bytes of free memory, below which the starters get slow or fail."""


def torch() -> Iterator[Finding]:
    """Whether torch runs, on which device, and whether that is the best that is here."""
    done = subprocess.run([sys.executable, "-P", "-c", TRIAL], capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        yield _does_not_run(done)
        return
    facts = json.loads(done.stdout.splitlines()[-1])
    if facts["kind"] != "cpu":
        yield ok("device", f"torch {facts['torch']} computes on {facts['name']}, in {facts['dtype']}.")
        return
    features = facts["features"]
    yield ok("device", f"torch {facts['torch']} computes on the processor, {facts['threads']} threads, {features}.")
    if features in ("DEFAULT", "NO AVX"):
        yield hint(
            "device", "This processor has no AVX2, so everything takes several times longer.", "Use a newer one."
        )
    card = nvidia_card()
    if card is None or facts["hip"]:
        return
    name, cuda = card
    if facts["cuda"] is None:
        release = facts["torch"].partition("+")[0]
        source = "" if sys.platform == "linux" else " --index-url https://download.pytorch.org/whl/cu" + _wheel(cuda)
        yield broken(
            "device",
            f"There is {name} here, and torch {facts['torch']} is a build for processors only.",
            f"Install the build for CUDA: {sys.executable} -m pip install --force-reinstall --no-deps "
            f"torch=={release}{source}.",
        )
    else:
        yield broken(
            "device",
            f"There is {name} here, and torch, built for CUDA {facts['cuda']}, can't use it: its driver knows CUDA "
            f"{cuda or 'of no known version'}.",
            "Update the driver of the graphics card, and restart the machine.",
        )


def nvidia_card() -> tuple[str, str] | None:
    """Name of the first NVIDIA card, and the newest CUDA that its driver knows; None where there is none."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    try:
        listed, said = (
            subprocess.run([program, *options], capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
            for options in (["-L"], [])
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    name = re.search(r"^GPU \d+: (.+?) \(UUID", listed.stdout, re.MULTILINE)
    cuda = re.search(r"CUDA Version: ([\d.]+)", said.stdout)
    return (name[1], cuda[1] if cuda else "") if name and listed.returncode == 0 else None


def memory(available: int | None = None) -> Iterator[Finding]:
    """How much is free now. `available`: bytes; None to ask the system."""
    free = available_memory() if available is None else available
    if free is None:
        return
    said = f"{free / 2**30:.1f} GiB of memory are free"
    if free < LITTLE:
        yield hint(
            "memory", f"{said}, and the starters need up to 3.", "Close what else uses it, or run `studiolo free`."
        )
    else:
        yield ok("memory", f"{said}.")


def loopback(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Whether programs here reach a server on 127.0.0.1, and nothing stands between."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=2.0).close()
        names = {entry[4][0] for entry in socket.getaddrinfo("localhost", None)}
    except OSError as error:
        yield broken(
            "network", f"127.0.0.1 can't be reached: {error}.", "Look after the loopback interface and firewall."
        )
        return
    proxies = [name for name in _PROXIES if environment.get(name) or environment.get(name.upper())]
    if proxies and not _bypassed(environment):
        yield hint(
            "network",
            f"{proxies[0].upper()} is set without an exception for 127.0.0.1, so other programs ask the proxy for it.",
            "Set NO_PROXY=127.0.0.1,localhost as well; Studiolo's own programs ask no proxy.",
        )
    if "127.0.0.1" not in names:
        yield hint(
            "network",
            f"localhost is {', '.join(sorted(map(str, names)))} here, and the daemon listens on 127.0.0.1.",
            "Write 127.0.0.1 in programs that you point at it, or mend /etc/hosts.",
        )
    elif not proxies or _bypassed(environment):
        yield ok("network", "127.0.0.1 is reached without a detour.")


_PROXIES = ("http_proxy", "all_proxy")


def _bypassed(environment: Mapping[str, str]) -> bool:
    excepted = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    return bool({"127.0.0.1", "127.0.0.0/8", "*"} & {name.strip() for name in excepted.split(",")})


def _does_not_run(done: subprocess.CompletedProcess[bytes]) -> Finding:
    if done.returncode == -getattr(signal, "SIGILL", 4):
        return broken(
            "device",
            "torch uses instructions that this processor does not have.",
            "Run Studiolo on a newer processor, or build torch for this one from its source.",
        )
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = said[-1] if said else f"it ended with {done.returncode}"
    return broken(
        "device",
        f"torch can't be used: {reason:.300}.",
        f"Install it anew: {sys.executable} -m pip install --force-reinstall --no-deps torch.",
    )


def _wheel(cuda: str) -> str:
    """Which of PyTorch's builds fits a driver that knows this CUDA."""
    known = tuple(map(int, cuda.split("."))) if cuda else (0,)
    return next((name for version, name in (((13, 0), "130"), ((12, 8), "128")) if known >= version), "126")


def available_memory() -> int | None:
    """Bytes that are free now; None where the system does not say."""
    file = Path("/proc/meminfo")
    found = re.search(r"MemAvailable:\s+(\d+) kB", file.read_text("ascii", "replace")) if file.exists() else None
    return int(found[1]) * 1024 if found else None
