"""`refine` and `inpaint`: `paint` from a picture, which comes first here, with a strength that suits it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studiolo_cli import picture_job
from studiolo_cli.paint import paint

Strength = Annotated[float, typer.Option(help="0 leaves the picture, 1 repaints it.")]


def refine(
    picture: picture_job.Source,
    prompt: picture_job.Prompt = None,
    strength: Strength = 0.5,
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
    recipe: picture_job.RecipeFile = None,
    json: picture_job.Json = False,
) -> None:
    """Paint a picture anew, starting from what it is.

    The names of the files go to standard output. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo refine boat.png "a red boat in a storm" --strength 0.5 -o storm.png
      studiolo refine sketch.png "a castle on a hill" --strength 0.8 --batch 4
    """
    paint(
        prompt, output, negative, width, height, steps, guidance, scheduler, seed, batch, seamless, model,
        style_image, style_strength, image=picture, strength=strength, recipe=recipe, json=json,
    )  # fmt: skip


def inpaint(
    picture: picture_job.Source,
    mask: Annotated[
        Path, typer.Argument(metavar="MASK", help="Picture of the same size; where it is white, there is painted.")
    ],
    prompt: picture_job.Prompt = None,
    strength: Strength = 1.0,
    output: picture_job.Output = None,
    negative: picture_job.Negative = "",
    steps: picture_job.Steps = None,
    guidance: picture_job.Guidance = None,
    scheduler: picture_job.Scheduler = "",
    seed: picture_job.Seed = None,
    batch: picture_job.Batch = 1,
    seamless: picture_job.Seamless = False,
    model: picture_job.ModelName = "",
    style_image: picture_job.StyleImage = None,
    style_strength: picture_job.StyleStrength = 0.5,
    recipe: picture_job.RecipeFile = None,
    json: picture_job.Json = False,
) -> None:
    """Paint a part of a picture anew. What is black in the mask stays as it is, to the byte.

    The names of the files go to standard output. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo inpaint beach.png sky.png "the sky at night" -o night.png
      studiolo inpaint beach.png water.png "a ship on the sea" --strength 0.8 --batch 3
    """
    paint(
        prompt, output, negative, None, None, steps, guidance, scheduler, seed, batch, seamless, model,
        style_image, style_strength, image=picture, mask=mask, strength=strength, recipe=recipe, json=json,
    )  # fmt: skip
