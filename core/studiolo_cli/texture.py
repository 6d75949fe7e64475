"""`texture`: materials from the command line, written as a folder of maps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studiolo_cli import picture_job, terminal
from studiolo_cli.daemon import connected
from studiolo_cli.following import model_name, provide
from studiolo_cli.picture_files import read_picture, slug
from studiolo_contract.events import ImageOutput, Result
from studiolo_contract.texture import TextureRequest

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
    negative: picture_job.Negative = "",
    size: Annotated[int | None, typer.Option(help="Pixels a side; with --from the width.")] = None,
    steps: picture_job.Steps = None,
    guidance: picture_job.Guidance = None,
    scheduler: picture_job.Scheduler = "",
    seed: picture_job.Seed = None,
    model: picture_job.ModelName = "",
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
    json: picture_job.Json = False,
) -> None:
    """Make a seamless material: base colour, normal, roughness, metallic, height and occlusion maps.

    The names of the files go to standard output. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo texture "mossy cobblestone" -o cobbles/
      studiolo texture "rusty iron plates" --size 512 --seed 7
      studiolo texture --from wall.jpg -o wall/
    """
    alone = prompt is None and source is not None
    words = "" if alone else picture_job.read_prompt(prompt, "Say what the surface is, or give a picture with --from.")
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
        if words:
            provide(client, "image", request.model, bar)
        result = picture_job.carry_out(client, request, [start[1]] if start else [], bar, "Painting")
        maps = [(f"{made.name}.png", made.blob) for made in result.outputs if isinstance(made, ImageOutput)]
        files = picture_job.save_folder(client, maps, result, output or _own_name(words, source, result))
    picture_job.tell(files, result, json)


def _own_name(words: str, source: Path | None, result: Result) -> Path:
    """A folder that no other texture lies in: named after the words, or after the picture where there are none."""
    if source is not None and not words:
        return picture_job.unused(Path(f"{source.stem}-maps"), None)
    seed = next(output.seed for output in result.outputs if isinstance(output, ImageOutput))
    return picture_job.unused(Path(slug(words, "texture")), seed)
