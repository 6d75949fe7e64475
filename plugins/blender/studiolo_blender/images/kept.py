# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of a concept that some program keeps in the daemon, as an image datablock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from studiolo_client.client import Client
from studiolo_contract.concept import Concept, sameness

from ..task import Look, Made, Steps, bad
from . import pictures


@dataclass(frozen=True)
class KeptImage:
    """The picture of the concept of this name."""

    name: str

    @property
    def title(self) -> str:
        return f"Image: {self.name}"

    def steps(self) -> Steps:
        concept, data = yield Look(partial(_found, self.name), "Getting the picture")
        image = pictures.image_from_png(concept.name, data, colour=True)
        image.use_fake_user = True  # nothing shows it yet, and it would not be saved
        return Made(images=(image.name,))


def _found(name: str, client: Client) -> tuple[Concept, bytes]:
    concept = next((one for one in client.concepts() if sameness(one.name) == sameness(name)), None)
    if concept is None:
        raise bad(f"No concept is called {name}.", "Choose one from the menu beside the words.")
    if concept.picture is None:
        raise bad(f"{concept.name} has no picture.", "Keep it again with one.")
    data = client.get(concept.picture.sha256)
    if not data.startswith(pictures.FILES):
        raise bad(f"The picture of {concept.name} can't be read.", "Keep it again with a PNG.")
    return concept, data
