"""Python, its environment, and the packages in it, held against `pyproject.toml`. Loads none of them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from studiolo_cli.checks.finding import Finding, broken, hint, ok

TREE = Path(__file__).resolve().parents[3]
UNLISTED = ("spandrel", "tinysoundfont")
"""What `./studiolo` installs besides; it says there why."""


def interpreter(tree: Path = TREE) -> Iterator[Finding]:
    """Its version, and whose environment it runs in."""
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        yield broken(
            "python",
            f"This is Python {version}, and Studiolo runs on 3.11 to 3.13.",
            f"Install one of them, delete {tree / '.venv'}, and run ./studiolo again.",
        )
    elif sys.prefix == sys.base_prefix:
        yield hint(
            "python",
            f"Python {version} runs Studiolo outside of an environment of its own.",
            "Run it as ./studiolo, which makes one.",
        )
    else:
        yield ok("python", f"Python {version} in {sys.prefix}.")
    stamp = tree / ".venv" / "studiolo.stamp"
    if stamp.exists() and stamp.read_text("ascii", "replace").strip() == "unfinished":
        yield broken(
            "python",
            f"The environment in {stamp.parent} was left half-made.",
            "Run ./studiolo again: it makes it anew.",
        )


def packages(tree: Path = TREE) -> Iterator[Finding]:
    """Whether every package is there, in a version that fits."""
    from packaging.requirements import Requirement

    project = tomllib.loads((tree / "pyproject.toml").read_text("utf-8"))["project"]
    needs = [Requirement(line) for line in project["dependencies"]]
    needs = [need for need in needs if need.marker is None or need.marker.evaluate()]
    faults = []
    for need in needs:
        found = _version(need.name)
        if found is None:
            faults.append(f"{need.name} is missing")
        elif not need.specifier.contains(found, prereleases=True):
            faults.append(f"{need.name} is {found} and should be {need.specifier}")
    faults += [f"{name} is missing" for name in UNLISTED if _version(name) is None]
    mend = f"Run: {sys.executable} -m pip install -c {tree / 'requirements.lock'} -e {tree}."
    if any(fault.startswith(UNLISTED) for fault in faults):
        mend = f"Delete {tree / '.venv' / 'studiolo.stamp'} and run ./studiolo again: it installs what is missing."
    for fault in faults:
        yield broken("packages", f"The package {fault}.", mend)
    if not faults:
        yield ok("packages", f"All {len(needs) + len(UNLISTED)} packages are there, in versions that fit.")


def websockets() -> Iterator[Finding]:
    """Whether the client's socket has its part in C."""
    if importlib.util.find_spec("websockets.speedups") is None:
        yield hint(
            "packages",
            "websockets has no extension in C here, so large pictures take longer on their way.",
            f"Run: {sys.executable} -m pip install --force-reinstall --only-binary :all: websockets.",
        )
    else:
        yield ok("packages", "websockets has its extension in C.")


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
