"""On what a benchmark ran, written beside its figures. Knows no benchmark."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("studiolo", "torch", "transformers", "diffusers", "llama-cpp-python")


def hardware() -> dict[str, Any]:
    """The machine and how busy it is: figures from a busy one say little."""
    import torch

    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "card": torch.cuda.get_device_name(0) if torch.cuda.is_available() else None,
        "load_average": [round(load, 2) for load in psutil.getloadavg()],
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def write_results(name: str, figures: Any) -> Path:
    """Writes `results/<name>.json` and says where; what stood there before is in the history of the repository."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.json"
    when = datetime.now(UTC).isoformat(timespec="seconds")
    content = {"benchmark": name, "when": when, "hardware": hardware(), "figures": figures}
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written to {file}")
    return file


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
