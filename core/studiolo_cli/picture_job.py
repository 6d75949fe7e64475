"""What the commands that make pictures have in common: options, the job, and saving what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studiolo_cli import terminal
from studiolo_cli.daemon import connected
from studiolo_cli.following import follow, provide, show
from studiolo_contract.codec import to_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Event, ImageOutput, Progress, Queued, Result
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Blob
from studiolo_contract.request import Request
from studiolo_contract.upscale import UpscaleRequest

if TYPE_CHECKING:
    from studiolo_client.client import Client

Source = Annotated[Path, typer.Argument(metavar="PICTURE", help="PNG, JPEG or WebP file.")]
Prompt = Annotated[str | None, typer.Argument(help="What the picture shows; - or nothing reads standard input.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="PNG file; named by Studiolo unless given.")
]
Negative = Annotated[str, typer.Option(help="What it should keep away from.")]
Width = Annotated[int | None, typer.Option(help="Pixels.")]
Height = Annotated[int | None, typer.Option(help="Pixels.")]
Steps = Annotated[int | None, typer.Option(help="Denoising steps.")]
Guidance = Annotated[float | None, typer.Option(help="How strictly the prompt is followed.")]
Scheduler = Annotated[str, typer.Option(help="Sampler: euler, ddim, dpm++ …")]
Seed = Annotated[int | None, typer.Option(help="The same seed paints the same picture.")]
Batch = Annotated[int, typer.Option(help="How many pictures.")]
Seamless = Annotated[bool, typer.Option("--seamless", help="It tiles without a seam.")]
StyleImage = Annotated[
    Path | None,
    typer.Option("--style-image", metavar="FILE", help="Picture whose palette, light and stroke are taken on."),
]
StyleStrength = Annotated[float, typer.Option("--style-strength", help="How far: 0 not at all, 1 wholly.")]
Depth = Annotated[
    Path | None,
    typer.Option("--depth", metavar="FILE", help="Picture of how near each place is (white) or far (black)."),
]
DepthStrength = Annotated[float, typer.Option(help="How strictly it keeps to that: 0 not at all, 1 wholly.")]
ModelName = Annotated[str, typer.Option(help="A model by name, or the folder of one.")]
RecipeFile = Annotated[
    Path | None, typer.Option("--recipe", metavar="FILE", help="Write how the picture was made to this JSON file.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON: files, outputs, recipe.")]


def read_prompt(prompt: str | None, mend: str = "Say what the picture shows.") -> str:
    """The words, from standard input where that is asked for. Raises `StudioloError` where there are none."""
    words = terminal.read_text(prompt, "The prompt")
    if not words.strip():
        raise StudioloError("bad_request", "The prompt is empty.", mend)
    return words


def check_files(*files: Path | None) -> None:
    """Raises `StudioloError` if one of these can't be written; asked before the work, not after it."""
    for file in files:
        if file is not None:
            terminal.check_writable(file)


def make(
    request: ImageRequest | UpscaleRequest,
    sources: Sequence[bytes],
    output: Path | None,
    own_name: str,
    recipe: Path | None,
    json: bool,
    doing: str = "Painting",
) -> None:
    """Runs the job to its end, saves the pictures and says their names.

    `sources` are the files that the request speaks of; without `output` the pictures are called `own_name`.
    """
    with terminal.Bar() as bar, connected() as client:
        provide(client, request.kind, request.model, bar)
        result = carry_out(client, request, sources, bar, doing)
        files = _save(client, result, output, own_name)
    if recipe is not None:
        terminal.write_file(recipe, terminal.as_json(result.recipe).encode() + b"\n")
    tell(files, result, json)


def carry_out(client: Client, request: Request, sources: Sequence[bytes], bar: terminal.Bar, doing: str) -> Result:
    """Runs the job to its end, and ends the command where somebody stopped it. Raises `StudioloError`."""
    for data in sources:
        client.put(data)

    def hear(event: Event) -> None:
        if isinstance(event, Progress):
            show(bar, event, doing)
        elif isinstance(event, Queued) and event.position:
            bar.show(f"Waiting for {event.position} others")

    result = follow(client, client.submit(request), hear, bar)
    bar.stop()
    if result is None:
        terminal.note("Stopped.")
        raise typer.Exit(130)
    return result


def tell(files: Sequence[Path], result: Result, json: bool) -> None:
    """Says what was made, and what the maker should know."""
    if json:
        terminal.say_json({"files": [str(file) for file in files], **to_plain(result)})
        return
    for file in files:
        terminal.say(str(file))
    for hint in result.recipe.notes:
        terminal.note(hint)


def _save(client: Client, result: Result, output: Path | None, own_name: str) -> list[Path]:
    """Writes the pictures; those of a batch get a number each, and no name that we chose ourselves hides a file."""
    pictures = [made for made in result.outputs if isinstance(made, ImageOutput)]
    files = []
    for index, picture in enumerate(pictures, start=1):
        target = output or Path(f"{own_name}.png")
        if len(pictures) > 1:
            target = target.with_stem(f"{target.stem}-{index}")
        if output is None:
            target = unused(target, picture.seed)
        terminal.write_file(target, client.get(picture.blob.sha256))
        files.append(target)
    return files


def save_folder(client: Client, named: Sequence[tuple[str, Blob]], result: Result, folder: Path) -> list[Path]:
    """Writes these blobs and the recipe into the folder, over what was there under these names."""
    terminal.make_folder(folder)
    files = []
    for name, blob in named:
        files.append(folder / name)
        terminal.write_file(files[-1], client.get(blob.sha256))
    files.append(folder / "recipe.json")
    terminal.write_file(files[-1], terminal.as_json(result.recipe).encode() + b"\n")
    return files


def unused(file: Path, seed: int | None) -> Path:
    """A name that hides no file: with the seed, or without one with a number where the name is taken."""
    if seed is not None:
        return file.with_stem(f"{file.stem}-{seed}")
    stem, number = file.stem, 1
    while file.exists():
        number += 1
        file = file.with_stem(f"{stem}-{number}")
    return file
