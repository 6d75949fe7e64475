# SPDX-License-Identifier: GPL-3.0-or-later
"""Scene by words: a sentence becomes a list of operations, which a person may look at and change before it is built.

Knows readings, operations and how they are asked for; how they are built is `build`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy

from studiolo_contract.events import TextOutput
from studiolo_contract.text import TextRequest

from ..reading import sentence
from ..reading.mentions import Reading
from ..task import Ask, Made, Steps, bad
from . import guiding, operations
from .arranging import notes
from .build import build
from .operations import Operation

LONGEST_ANSWER = 4096
"""Tokens."""


@dataclass(frozen=True)
class Scene:
    """A list of operations for a sentence; it is proposed, not built. `apply` builds it."""

    sentence: str
    seed: int | None = None
    model: str = ""
    guided: bool = True
    """Whether the model is so small that it may only choose where the rules that read the sentence leave a choice."""
    shown: bool = True
    """Whether a person sees the list, to change it and have it built."""

    @property
    def title(self) -> str:
        return f"Scene: {self.sentence}"

    def steps(self) -> Steps:
        if not self.sentence.strip():
            raise bad("There is no sentence.", "Say what is to be seen.")
        reading = sentence.read(self.sentence)
        if self.guided and not reading.mentions:
            told = f" ({', '.join(reading.unknown)})" if reading.unknown else ""
            raise bad(
                f"The sentence speaks of nothing that the scene builder knows{told}.",
                "Name things such as columns, trees, a table or a house, or choose a larger text model.",
            )
        request = self._request(reading)
        arrival = yield Ask(lambda put: request, "Writing the scene")
        written = next(output.text for output, _ in arrival.outputs if isinstance(output, TextOutput))
        wanted = operations.read(written)
        missed = _unknown(reading) if self.guided else guiding.missing(reading, wanted)
        found = (*arrival.recipe.notes, *reading.notes, *missed, *notes(wanted))
        return Made(operations=wanted, recipes=(arrival.recipe,), notes=found)

    def _request(self, reading: Reading) -> TextRequest:
        if self.guided:
            schema, briefing, longest = guiding.schema(reading), "", None
        else:
            schema, briefing, longest = operations.schema_text(), guiding.briefing(), LONGEST_ANSWER
        return TextRequest(
            mode="scene",
            text=self.sentence,
            instruction=briefing,
            json_schema=schema,
            model=self.model,
            seed=self.seed,
            candidates=1,
            max_tokens=longest,
        )


def apply(wanted: Sequence[Operation], sentence: str = "Scene", seed: int = 0) -> Made:
    """Builds a list into the present scene, in a collection that is named after the sentence. Raises `StudioloError`,
    and has changed nothing then."""
    built = build(wanted, sentence, seed, bpy.context.scene)
    return Made(objects=built.objects, materials=built.materials, operations=tuple(wanted), notes=tuple(notes(wanted)))


def _unknown(reading: Reading) -> list[str]:
    return [f"'{word}' is nothing that the scene builder knows; it was left out." for word in reading.unknown]
