# SPDX-License-Identifier: GPL-3.0-or-later
"""Which model a request will run on, and what that one can do. Knows what the daemon says of its models; no Blender."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studiolo_contract.wire import ModelInfo


def chosen(models: Sequence[ModelInfo], kind: str, name: str) -> ModelInfo | None:
    """The model that a request of this kind runs on; None for a folder's, of which the daemon has told nothing."""
    fitting = (model for model in models if model.kind == kind and (model.name == name if name else model.default))
    return next(fitting, None)


def painter(models: Sequence[ModelInfo], name: str) -> dict[str, Any]:
    """What `projection.Project` has to know of the picture model: its native size, and whether depth guides it."""
    model = chosen(models, "image", name)
    if model is None:
        return {}
    known: dict[str, Any] = {"depth": model.depth}
    return {**known, "native": model.native} if model.native else known
