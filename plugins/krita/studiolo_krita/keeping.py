# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files that the plugin keeps in a folder of the user's: JSON, written whole or not at all.

What can't be read is set aside under another name, never overwritten. Knows nothing of what is kept. A file is safe
from a program that dies while it writes; it is not forced to the disk, for that may take long on the GUI's thread.
"""

from __future__ import annotations

import json
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from studiolo_contract.codec import from_plain, to_plain
from studiolo_krita.errors import PluginError
from studiolo_krita.words import say

T = TypeVar("T")


def read(file: Path, kind: type[T]) -> tuple[T | None, str]:
    """The dataclass that a file holds; None where there is none, or where it could not be understood: then it was set
    aside beside where it lay, and the sentence tells the painter. Raises `PluginError` where it can't be opened."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        raise _locked(file, error) from error
    try:
        return from_plain(kind, json.loads(data)), ""
    except (ValueError, RecursionError):
        aside = file.with_name(f"{file.stem}.broken-{sha256(data).hexdigest()[:8]}{file.suffix}")
    try:
        file.replace(aside)
    except OSError as error:
        raise _locked(file, error) from error
    return None, say("file_broken", file=file.name, aside=aside.name)


def write(file: Path, value: Any) -> None:
    """Keeps a dataclass, in a folder that is made where there is none. Raises `PluginError` where that can't be done;
    what was kept before is then still there."""
    data = json.dumps(to_plain(value), indent=1)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".part", dir=file.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(data)
            Path(name).replace(file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _locked(file, error) from error


def _locked(file: Path, error: OSError) -> PluginError:
    return PluginError("file_locked", file=file.name, reason=error.strerror or str(error))
