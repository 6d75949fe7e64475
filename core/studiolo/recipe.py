"""Writes the recipe of what was made, beside it and into it. Knows models by their names and hashes only."""

from __future__ import annotations

from collections.abc import Sequence

from studiolo import __version__
from studiolo.device import Device
from studiolo.media.pictures import Deep, Pixels, encode_png
from studiolo.models.model import Model
from studiolo_contract.frames import to_json
from studiolo_contract.media import Blob, blob_of
from studiolo_contract.recipe import Helper, Reason, Recipe, Timings
from studiolo_contract.request import Request


def recipe(
    request: Request,
    settled: Request,
    final_prompt: str,
    models: Sequence[Model],
    device: Device,
    notes: tuple[str, ...],
    timings: Timings | None = None,
    why: tuple[Reason, ...] = (),
) -> Recipe:
    """The recipe of a job that `models` worked on in this order. One that travels inside a file has no timings, so
    that the file's bytes repeat."""
    first, *others = models
    return Recipe(
        request=request,
        settled=settled,
        final_prompt=final_prompt,
        model=first.name,
        model_revision=first.revision,
        model_sha256=first.sha256,
        licence=first.licence,
        engine=first.engine,
        device=device.name,
        studiolo=__version__,
        timings=timings or Timings(),
        helpers=tuple(
            Helper(
                model=model.name,
                model_revision=model.revision,
                model_sha256=model.sha256,
                licence=model.licence,
                engine=model.engine,
            )
            for model in others
        ),
        why=why,
        notes=notes,
    )


def png(pixels: Pixels | Deep, travelling: Recipe) -> tuple[Blob, bytes]:
    """A picture that carries its recipe wherever it goes, and its name."""
    data = encode_png(pixels, {"studiolo": to_json(travelling)})
    return blob_of(data, "image/png"), data
