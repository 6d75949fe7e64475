"""The kit: what compose made of one brief, part by part. Put as a blob, the JSON of a `Kit`. Knows no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Union

from studiolo_contract.compose import ComposeRequest
from studiolo_contract.errors import Problem
from studiolo_contract.events import MatchOutput
from studiolo_contract.media import Blob
from studiolo_contract.mood_card import CardField, Colour, MoodCard
from studiolo_contract.recipe import Recipe

PROSE = ("text/markdown", "text/plain")
PICTURE = ("image/png", "image/jpeg")
SOUND = ("audio/wav", "audio/flac")
"""Media types of what a part may be."""

PartKind = Literal["text", "image", "texture", "music"]


@dataclass(frozen=True, kw_only=True)
class KitFile:
    """One file of a part, as it lies in the kit's folder."""

    name: str
    """With slashes: `texture/normal.png`."""
    blob: Blob


@dataclass(frozen=True, kw_only=True)
class KitPart:
    """One part: what it consists of, or why it is missing."""

    name: str
    kind: PartKind
    files: tuple[KitFile, ...] = ()
    """None where `problem` says why."""
    follows: tuple[CardField, ...] = ()
    """The fields of the card that it was made from: a change of any other leaves it as it is."""
    seed: int | None = None
    own: bool = False
    """Whether the person put it in the place of a made one."""
    recipe: Union[Recipe, None] = None
    problem: Union[Problem, None] = None

    def main(self, media: tuple[str, ...]) -> KitFile | None:
        """The file of these media types that stands for the part: the mix, and no stem. None where there is none."""
        found = [file for file in self.files if file.blob.media_type in media]
        return min(found, key=lambda file: file.name.count("/"), default=None)

    @property
    def maps(self) -> dict[str, KitFile]:
        """The pictures of a texture by the names of its maps, `preview` among them."""
        pictures = (file for file in self.files if file.blob.media_type in PICTURE)
        return {file.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]: file for file in pictures}


@dataclass(frozen=True, kw_only=True)
class Kit:
    """What belongs together."""

    title: str
    card: MoodCard
    parts: tuple[KitPart, ...]
    request: ComposeRequest
    """As it was asked."""
    settled: ComposeRequest
    """With card and seeds filled in: composing it again makes the same kit."""
    match: Union[MatchOutput, None] = None
    """How well the parts fit brief and card; None where that could not be judged."""
    notes: tuple[str, ...] = ()
    """What the maker should know: what is missing, what of a long brief was read."""
    created: float
    """Seconds since 1970."""
    studiolo: str
    """Version of Studiolo."""

    @property
    def missing(self) -> tuple[KitPart, ...]:
        return tuple(part for part in self.parts if part.problem is not None)


@dataclass(frozen=True, kw_only=True)
class KitInfo:
    """A kit of the project that is open, as a client lists it."""

    name: str
    """Of its folder among the project's kits."""
    title: str
    created: float
    """Seconds since 1970."""
    parts: tuple[KitPart, ...]
    """Without their recipes."""
    palette: tuple[Colour, ...] = ()
    """Of its card, the most important first."""


def prose(page: str) -> str:
    """A page of a kit without the properties that stand before its text."""
    _, end, text = page.partition("\n---\n")
    return (text if page.startswith("---\n") and end else page).strip()
