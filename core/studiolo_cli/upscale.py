"""`upscale`: a picture made larger."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import typer

from studiolo_cli import picture_job
from studiolo_cli.following import model_name
from studiolo_cli.picture_files import read_picture
from studiolo_contract.errors import StudioloError
from studiolo_contract.upscale import UpscaleRequest


def upscale(
    picture: picture_job.Source,
    scale: Annotated[int, typer.Option(help="How many times wider and higher: 2 or 4.")] = 2,
    seamless: Annotated[bool, typer.Option("--seamless", help="The picture tiles, and shall go on to.")] = False,
    output: picture_job.Output = None,
    model: Annotated[str, typer.Option(help="An upscaler by name, or the path of a safetensors file.")] = "",
    recipe: picture_job.RecipeFile = None,
    json: picture_job.Json = False,
) -> None:
    """Enlarge a picture, drawing finer what was coarse.

    The name of the file goes to standard output. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo upscale boat.png -o large.png
      studiolo upscale stones.png --scale 4 --seamless
      studiolo upscale photo.jpg --scale 4 --model ~/models/RealESRGAN_x4plus.safetensors
    """
    if scale not in (2, 4):
        raise StudioloError("bad_request", f"A picture can't be enlarged {scale} times.", "Give --scale 2 or 4.")
    picture_job.check_files(output, recipe)
    image, data = read_picture(picture)
    request = UpscaleRequest(image=image, scale=cast(Literal[2, 4], scale), seamless=seamless, model=model_name(model))
    picture_job.make(request, [data], output, f"{picture.stem}-{scale}x", recipe, json, doing="Enlarging")
