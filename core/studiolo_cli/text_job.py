"""What the commands that write have in common: options, and the job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from studiolo_cli import terminal
from studiolo_cli.daemon import connected
from studiolo_cli.desk import Desk
from studiolo_cli.following import follow, provide
from studiolo_contract.events import Result
from studiolo_contract.text import TextRequest

Style = Annotated[str, typer.Option(help="A literary style: noir, modernist, haiku …")]
Instruction = Annotated[str, typer.Option("--instruction", "-i", help="What else to heed.")]
ModelName = Annotated[str, typer.Option(help="A model by name, or the folder of one.")]
MaxTokens = Annotated[int | None, typer.Option(help="Longest answer, in tokens.")]
Seed = Annotated[int | None, typer.Option(help="The same seed writes the same text.")]
ShowContext = Annotated[bool, typer.Option("--context", help="Show what went into the prompt.")]


def run(
    request: TextRequest, live: bool, blobs: Sequence[bytes] = (), around: tuple[str, str] = ("", "\n")
) -> tuple[Desk, Result | None]:
    """Runs the job to its end: what came of it, still to be closed, and the result unless it was stopped.

    `blobs` are what the request speaks of; `live` and `around` are as `Desk` takes them. Raises `StudioloError`.
    """
    with terminal.Bar() as bar, connected() as client:
        provide(client, "text", request.model, bar)
        for blob in blobs:
            client.put(blob)
        desk = Desk(request, bar, live, around)
        result = follow(client, client.submit(request), desk.hear, bar)
    return desk, result
