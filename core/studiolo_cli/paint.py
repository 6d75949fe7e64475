"""`paint`: pictures from the command line, written as PNG files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studiolo_cli import terminal
from studiolo_cli.daemon import connected
from studiolo_cli.following import follow, model_name, provide, show
from studiolo_cli.picture_files import read_picture, slug
from studiolo_contract.codec import to_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Event, ImageOutput, Progress, Queued, Result
from studiolo_contract.image import ImageRequest

if TYPE_CHECKING:
    from studiolo_client.client import Client

FROM_PICTURE = "From a picture"


def paint(
    prompt: Annotated[
        str | None, typer.Argument(help="What the picture shows; - or nothing reads standard input.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="PNG file; named after the prompt unless given."),
    ] = None,
    negative: Annotated[str, typer.Option(help="What it should keep away from.")] = "",
    width: Annotated[int | None, typer.Option(help="Pixels.")] = None,
    height: Annotated[int | None, typer.Option(help="Pixels.")] = None,
    steps: Annotated[int | None, typer.Option(help="Denoising steps.")] = None,
    guidance: Annotated[float | None, typer.Option(help="How strictly the prompt is followed.")] = None,
    scheduler: Annotated[str, typer.Option(help="Sampler: euler, ddim, dpm++ …")] = "",
    seed: Annotated[int | None, typer.Option(help="The same seed paints the same picture.")] = None,
    batch: Annotated[int, typer.Option(help="How many pictures.")] = 1,
    seamless: Annotated[bool, typer.Option("--seamless", help="It tiles without a seam.")] = False,
    model: Annotated[str, typer.Option(help="A model by name, or the folder of one.")] = "",
    image: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Picture to start from: PNG, JPEG or WebP.", rich_help_panel=FROM_PICTURE),
    ] = None,
    mask: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Only where this is white is the picture repainted.", rich_help_panel=FROM_PICTURE
        ),
    ] = None,
    strength: Annotated[
        float, typer.Option(help="0 leaves the picture, 1 repaints it.", rich_help_panel=FROM_PICTURE)
    ] = 0.6,
    recipe: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write how the picture was made to this JSON file.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON: files, outputs, recipe.")] = False,
) -> None:
    """Paint a picture.

    The names of the files go to standard output. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo paint "a red boat at dawn" -o boat.png
      studiolo paint "the same boat in a storm" --image boat.png --strength 0.5 -o storm.png
      studiolo paint "mossy stones" --seamless --width 256 --height 256
    """
    words = terminal.read_text(prompt, "The prompt")
    for file in (output, recipe):
        if file is not None:
            terminal.check_writable(file)
    if mask is not None and image is None:
        raise StudioloError("bad_request", "A mask needs the picture that it belongs to.", "Give that with --image.")
    start, painted = (None if file is None else read_picture(file) for file in (image, mask))
    request = ImageRequest(
        prompt=words,
        negative_prompt=negative,
        width=width,
        height=height,
        steps=steps,
        guidance_scale=guidance,
        scheduler=scheduler,
        seed=seed,
        batch=batch,
        seamless=seamless,
        model=model_name(model),
        strength=strength,
        previews=False,
        image=start and start[0],
        mask=painted and painted[0],
    )
    with terminal.Bar() as bar, connected() as client:
        provide(client, "image", request.model, bar)
        for source in (start, painted):
            if source is not None:
                client.put(source[1])

        def hear(event: Event) -> None:
            if isinstance(event, Progress):
                show(bar, event)
            elif isinstance(event, Queued) and event.position:
                bar.show(f"Waiting for {event.position} others")

        result = follow(client, client.submit(request), hear, bar)
        bar.stop()
        if result is None:
            terminal.note("Stopped.")
            raise typer.Exit(130)
        files = _save(client, result, output or Path(slug(words, "picture") + ".png"), named=output is not None)
    if recipe is not None:
        terminal.write_file(recipe, terminal.as_json(result.recipe).encode() + b"\n")
    if json:
        plain = to_plain(result)
        terminal.say_json({"files": [str(target) for target in files], **plain})
    else:
        for target in files:
            terminal.say(str(target))
        for hint in result.recipe.notes:
            terminal.note(hint)


def _save(client: Client, result: Result, file: Path, named: bool) -> list[Path]:
    """Writes the pictures; those of a batch get a number each, and no name that we chose ourselves hides a file."""
    pictures = [output for output in result.outputs if isinstance(output, ImageOutput)]
    files = []
    for index, picture in enumerate(pictures, start=1):
        target = file.with_stem(f"{file.stem}-{index}") if len(pictures) > 1 else file
        if not named:
            target = target.with_stem(f"{target.stem}-{picture.seed}")
        terminal.write_file(target, client.get(picture.blob.sha256))
        files.append(target)
    return files
