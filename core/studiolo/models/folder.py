"""What lies in a model's folder, looked at without trust. Loads no weights; never waits for a pipe or a device.

A folder may come from anywhere: what the daemon reads of it is small JSON and the headers of weights. Before a library
reads the rest, `check` has seen that there is nothing in it that is no file, that leads elsewhere, or whose size lies.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from studiolo.models import safetensors_header
from studiolo_contract.errors import StudioloError

MOST_FILES = 4096
DEEPEST = 4
"""Folders within each other; what lies deeper is no part of a model."""
LARGEST_JSON = 2**20
"""Bytes of a configuration."""
LARGEST_INDEX = 16 * 2**20
"""Bytes of the list of weights in parts."""
LARGEST_WORDS = 64 * 2**20
"""Bytes of a file that a tokenizer reads whole; the largest vocabularies have 35 MB."""
READ_WHOLE = (".json", ".txt", ".jinja", ".model")
WEIGHTS = ".safetensors"
INDEX = ".safetensors.index.json"


def files(folder: Path) -> list[Path]:
    """Every file below a folder but hidden ones. Raises `StudioloError` (`bad_model`) where one is a pipe or a device,
    where a link leads out of the folder (weights may lie elsewhere), or where there are too many."""
    root = folder.resolve()
    # the hub's own cache keeps a model as links to files that lie beside all its versions
    roots = (root, root.parents[1]) if root.parent.name == "snapshots" else (root,)
    found = list(islice(_below(folder, roots, DEEPEST), MOST_FILES + 1))
    if len(found) > MOST_FILES:
        raise _bad(f"{folder} has more than {MOST_FILES} files, which no model has.")
    return found


def read_object(file: Path) -> dict[str, Any]:
    """The JSON object in a small file. Raises `StudioloError` (`bad_model`)."""
    value = _read_json(file)
    if not isinstance(value, dict):
        raise _bad(f"{file} is not a JSON object.")
    return value


def read_tensors(file: Path) -> dict[str, safetensors_header.Tensor]:
    """What the header of a safetensors file says. Raises `StudioloError` (`bad_model`) where the file is not so."""
    try:
        return safetensors_header.read(file)
    except (OSError, ValueError) as error:
        raise StudioloError(
            "bad_model", f"{file} is no safetensors file ({_reason(error)}).", "Get the model as safetensors."
        ) from error


def check(path: Path) -> None:
    """Raises `StudioloError` (`bad_model`) unless a folder, or a file of weights, is fit to be read by a library: the
    last look before one does."""
    for file in files(path) if path.is_dir() else [path]:
        if file.name.endswith(INDEX):
            _check_index(file)
        elif file.suffix == WEIGHTS:
            read_tensors(file)
        elif file.name == "adapter_config.json":
            raise _bad(f"{path} holds an adapter, which is no model by itself.")
        elif file.suffix in READ_WHOLE:
            size = file.stat().st_size
            if size > LARGEST_WORDS:
                raise _bad(f"{file} has {size // 2**20} MiB; {LARGEST_WORDS // 2**20} are the most.")
            if file.suffix == ".json" and size <= LARGEST_JSON:
                _read_json(file)


def _check_index(file: Path) -> None:
    """Weights in parts: each must be a safetensors file beside the index, for what an index names is opened."""
    parts = _read_json(file, LARGEST_INDEX)
    parts = parts.get("weight_map") if isinstance(parts, dict) else None
    if not isinstance(parts, dict) or not parts:
        raise _bad(f"{file} names no weights.")
    for name in {str(part) for part in parts.values()}:
        if Path(name).name != name or "\\" in name or Path(name).suffix != WEIGHTS:
            raise _bad(f"{file} names {name!r:.80} as weights, which is no safetensors file beside it.")
        if not (file.parent / name).is_file():
            raise _bad(f"{file} names {name:.80}, which is not there.")


def _below(folder: Path, roots: Sequence[Path], depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in islice(entries, MOST_FILES + 1))
        for path in (folder / name for name in names if not name.startswith(".")):
            mode = path.stat().st_mode
            elsewhere = path.is_symlink() and not any(path.resolve().is_relative_to(root) for root in roots)
            if elsewhere and not (stat.S_ISREG(mode) and path.suffix == WEIGHTS):
                raise _bad(f"{path} is a link to something outside of the model.")
            if stat.S_ISREG(mode):
                yield path
            elif not stat.S_ISDIR(mode):
                raise _bad(f"{path} is no file but a pipe or a device.")
            elif depth:
                yield from _below(path, roots, depth - 1)
    except OSError as error:
        raise _bad(f"{error.filename or folder} cannot be read ({error.strerror}).") from error


def _read_json(file: Path, most: int = LARGEST_JSON) -> Any:
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as stream:  # noqa: PTH123 - a handle, not a path
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise _bad(f"{file} is no file but a pipe or a device.")
            data = stream.read(most + 1)
        if len(data) > most:
            raise _bad(f"{file} is larger than {most // 2**20} MiB, which no such file is.")
        return json.loads(data.decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _bad(f"{file} cannot be read ({_reason(error)}).") from error


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _bad(message: str) -> StudioloError:
    return StudioloError("bad_model", message, "Get the model again, from a source that you trust.")
