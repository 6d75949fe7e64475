"""`texture`: materials from the command line, written as a folder of maps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studiolo_cli import terminal
from studiolo_cli.daemon import connected
from studiolo_cli.following import follow, model_name, provide, show
from studiolo_cli.picture_files import read_picture, slug
from studiolo_contract.codec import to_plain
from studiolo_contract.events import Event, ImageOutput, Progress, Queued, Result
from studiolo_contract.texture import TextureRequest

if TYPE_CHECKING:
    from studiolo_client.client import Client

RECIPE = "recipe.json"
FROM_PICTURE = "From a picture"


def texture(
    prompt: Annotated[
        str | None,
        typer.Argument(help="What the surface is; - or nothing reads standard input. Not needed with --from."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Folder; named after the prompt unless given."),
    ] = None,
    negative: Annotated[str, typer.Option(help="What it should keep away from.")] = "",
    size: Annotated[int | None, typer.Option(help="Pixels a side; with --from the width.")] = None,
    steps: Annotated[int | None, typer.Option(help="Denoising steps.")] = None,
    guidance: Annotated[float | None, typer.Option(help="How strictly the prompt is followed.")] = None,
    scheduler: Annotated[str, typer.Option(help="Sampler: euler, ddim, dpm++ …")] = "",
    seed: Annotated[int | None, typer.Option(help="The same seed makes the same texture.")] = None,
    model: Annotated[str, typer.Option(help="Who paints: an image model by name, or the folder of one.")] = "",
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Base colour or photo: PNG, JPEG or WebP. Without a prompt its maps are estimated, with one it is "
            "repainted first.",
            rich_help_panel=FROM_PICTURE,
        ),
    ] = None,
    strength: Annotated[
        float, typer.Option(help="0 leaves the picture, 1 repaints it.", rich_help_panel=FROM_PICTURE)
    ] = 0.6,
    seamless: Annotated[
        bool,
        typer.Option(help="Whether the maps tile; a photo that does not is made to.", rich_help_panel=FROM_PICTURE),
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="Print JSON: files, outputs, recipe.")] = False,
) -> None:
    """Make a seamless material: base colour, normal, roughness, metallic, height and occlusion maps.

    The names of the files go to standard output. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo texture "mossy cobblestone" -o cobbles/
      studiolo texture "rusty iron plates" --size 512 --seed 7
      studiolo texture --from wall.jpg -o wall/
    """
    words = "" if prompt is None and source is not None else terminal.read_text(prompt, "The prompt")
    if output is not None:
        terminal.check_folder(output)
    start = None if source is None else read_picture(source)
    request = TextureRequest(
        prompt=words,
        negative_prompt=negative,
        width=size,
        height=size if source is None else None,
        steps=steps,
        guidance_scale=guidance,
        scheduler=scheduler,
        seed=seed,
        model=model_name(model),
        image=start and start[0],
        strength=strength,
        seamless=seamless,
        previews=False,
    )
    with terminal.Bar() as bar, connected() as client:
        if words.strip():
            provide(client, "image", request.model, bar)
        if start is not None:
            client.put(start[1])

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
        files = _save(client, result, output or _own_name(words, source, result))
    if json:
        terminal.say_json({"files": [str(file) for file in files], **to_plain(result)})
    else:
        for file in files:
            terminal.say(str(file))
        for hint in result.recipe.notes:
            terminal.note(hint)


def _own_name(words: str, source: Path | None, result: Result) -> Path:
    """A folder that no other texture lies in: named after the words, or after the picture where there are none."""
    if words.strip() or source is None:
        seeds = [output.seed for output in result.outputs if isinstance(output, ImageOutput)]
        return Path(f"{slug(words, 'texture')}-{seeds[0]}")
    return Path(f"{source.stem}-maps")


def _save(client: Client, result: Result, folder: Path) -> list[Path]:
    """Writes the maps and the recipe into the folder, over what was there under these names."""
    terminal.make_folder(folder)
    files = []
    for output in result.outputs:
        if isinstance(output, ImageOutput):
            files.append(folder / f"{output.name}.png")
            terminal.write_file(files[-1], client.get(output.blob.sha256))
    files.append(folder / RECIPE)
    terminal.write_file(files[-1], terminal.as_json(result.recipe).encode() + b"\n")
    return files
