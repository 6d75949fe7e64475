"""What a finished part consists of, as files of a kit, and what it has to lend to others. Knows no disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from studiolo.compose.planning import beats, sheet
from studiolo.compose.planning.plan import Lent, Step
from studiolo_contract.events import ImageOutput, MidiOutput, Result, SoundOutput, TextOutput
from studiolo_contract.kit import KitFile
from studiolo_contract.media import Blob, Picture, Sha256, blob_of
from studiolo_contract.mood_card import MoodCard

ENDINGS = {
    "text/markdown": "md",
    "text/plain": "md",
    "application/json": "json",
    "image/png": "png",
    "image/jpeg": "jpg",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/midi": "mid",
}
"""Of files, by their media type."""


@dataclass(frozen=True)
class Files:
    """The files of a part; of those that are not blobs yet, the bytes."""

    files: tuple[KitFile, ...]
    data: dict[Sha256, bytes] = field(default_factory=dict)


def files_of(step: Step, result: Result) -> Files:
    """The files of a part that was made."""
    data: dict[Sha256, bytes] = {}

    def written(name: str, text: str, media_type: str) -> KitFile:
        blob = blob_of(text.encode(), media_type)
        data[blob.sha256] = text.encode()
        return KitFile(name=name, blob=blob)

    def found() -> Iterator[KitFile]:
        for output in result.outputs:
            if isinstance(output, TextOutput):
                page, plain = _pages(step, output.text)
                yield written(f"{step.name}.md", page, "text/markdown")
                if plain:
                    yield written(f"{step.name}.json", plain, "application/json")
            elif isinstance(output, ImageOutput):
                name = f"{step.name}.png"
                if output.name == "score":
                    name = f"{step.name}-score.png"
                elif output.name is not None:
                    name = f"{step.name}/{output.name}.png"
                yield KitFile(name=name, blob=output.blob)
            elif isinstance(output, SoundOutput):
                ending = ENDINGS.get(output.blob.media_type, "wav")
                name = f"{step.name}.{ending}" if output.part == "mix" else f"{step.name}/{_plain(output)}.{ending}"
                yield KitFile(name=name, blob=output.blob)
            elif isinstance(output, MidiOutput):
                yield KitFile(name=f"{step.name}.mid", blob=output.blob)

    return Files(tuple(found()), data)


def own_file(step: Step, blob: Blob) -> KitFile:
    """The file of a part that the person brought: a picture of a texture is its base colour."""
    ending = ENDINGS.get(blob.media_type, "bin")
    name = f"{step.name}/basecolor.{ending}" if step.kind == "texture" else f"{step.name}.{ending}"
    return KitFile(name=name, blob=blob)


def lent_by(step: Step, result: Result, card: MoodCard) -> Lent | None:
    """What others can be made from, but for a melody: `leitmotif` reads that."""
    for output in result.outputs:
        if isinstance(output, ImageOutput) and step.kind == "image":
            return Picture(sha256=output.blob.sha256, width=output.width, height=output.height)
        if isinstance(output, TextOutput) and step.graph:
            return beats.sections(beats.read(output.text), card.mood) or None
    return None


def text_of(result: Result) -> str:
    """What a text part says, without the signs of JSON."""
    return "\n\n".join(sheet.page(output.text) for output in result.outputs if isinstance(output, TextOutput))


def _pages(step: Step, text: str) -> tuple[str, str]:
    """As Markdown, and as JSON where it is that."""
    if step.graph and (found := beats.read(text)):
        return beats.page(found), json.dumps(beats.graph(found), ensure_ascii=False, indent=2) + "\n"
    page = sheet.page(text)
    if page == text:
        return text.strip() + "\n", ""
    return page, json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


def _plain(output: SoundOutput) -> str:
    stem = output.name.replace("/", "-")
    return f"stem-{stem}" if output.part == "stem" else stem
