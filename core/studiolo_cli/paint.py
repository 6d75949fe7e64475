"""`paint`: pictures from the command line, written as PNG files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studiolo.image import weights
from studiolo_cli import picture_job
from studiolo_cli.following import model_name
from studiolo_cli.picture_files import read_picture, slug
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest

FROM_PICTURE = "From a picture; `refine` and `inpaint` are shorter"


def paint(
    prompt: picture_job.Prompt = None,
    output: picture_job.Output = None,
    negative: picture_job.Negative = "",
    width: picture_job.Width = None,
    height: picture_job.Height = None,
    steps: picture_job.Steps = None,
    guidance: picture_job.Guidance = None,
    scheduler: picture_job.Scheduler = "",
    seed: picture_job.Seed = None,
    batch: picture_job.Batch = 1,
    seamless: picture_job.Seamless = False,
    model: picture_job.ModelName = "",
    style_image: picture_job.StyleImage = None,
    style_strength: picture_job.StyleStrength = 0.5,
    depth: picture_job.Depth = None,
    depth_strength: picture_job.DepthStrength = 0.8,
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
    recipe: picture_job.RecipeFile = None,
    json: picture_job.Json = False,
) -> None:
    """Paint a picture.

    The names of the files go to standard output. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo paint "a red boat at dawn" -o boat.png
      studiolo paint "the same boat in a storm" --image boat.png --strength 0.5 -o storm.png
      studiolo paint "a (huge:1.4) boat at (dusk:0.7)" --style-image ink.png --style-strength 0.7
      studiolo paint "mossy stones" --seamless --width 256 --height 256
    """
    words = picture_job.read_prompt(prompt)
    picture_job.check_files(output, recipe)
    if mask is not None and image is None:
        raise StudioloError("bad_request", "A mask needs the picture that it belongs to.", "Give that with --image.")
    sources = {file: read_picture(file) for file in (image, mask, style_image, depth) if file is not None}
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
        image=sources[image][0] if image is not None else None,
        mask=sources[mask][0] if mask is not None else None,
        style_image=sources[style_image][0] if style_image is not None else None,
        style_strength=style_strength,
        depth_image=sources[depth][0] if depth is not None else None,
        depth_strength=depth_strength,
    )
    own_name = slug(weights.read(words).text, "picture")
    picture_job.make(request, [data for _, data in sources.values()], output, own_name, recipe, json)
