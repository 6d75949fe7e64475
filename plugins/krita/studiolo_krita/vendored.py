# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the client that the plugin carries importable. Knows the folder `vendor`, which packaging fills.

Other plugins carry the same libraries in other versions. So ours are loaded from `vendor` while theirs are set aside,
and afterwards each name is theirs again: neither sees the other's.
"""

from __future__ import annotations

import sys
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parent / "vendor"
SHARED = ("websockets", "platformdirs", "annotated_types")
OURS = ("studiolo_client.client", "studiolo_client.discovery", "studiolo_client.start", "studiolo_contract.wire")


def load() -> None:
    """Imports the client. Raises ImportError if the plugin was copied without its `vendor` folder."""
    if "studiolo_client" in sys.modules:
        return
    theirs = _take_away()
    sys.path.insert(0, str(FOLDER))
    invalidate_caches()
    try:
        for name in OURS:
            import_module(name)
    finally:
        sys.path.remove(str(FOLDER))
        _take_away()
        sys.modules.update(theirs)


def _take_away() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.split(".")[0] in SHARED]
    return {name: sys.modules.pop(name) for name in names}
