"""`card`: the mood card of a brief, printed with where each field comes from, and changed by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, get_args

import typer

from studiolo_cli import picture_job, terminal
from studiolo_cli.daemon import connected
from studiolo_cli.following import model_name, provide
from studiolo_cli.picture_files import read_picture
from studiolo_contract.compose import CardRequest
from studiolo_contract.events import CardOutput
from studiolo_contract.mood_card import CardField, MoodCard, Source


def card(
    brief: Annotated[
        str | None, typer.Argument(help="A brief or a note; - or nothing reads standard input. Not needed with --from.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the card to this file, as JSON.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="A field as you want it; what follows from it follows."),
    ] = None,
    start: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A card that is there already, instead of a brief.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="What the brief does not say is read from it.")
    ] = None,
    seed: picture_job.Seed = None,
    model: picture_job.ModelName = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON: card, recipe.")] = False,
) -> None:
    """Read a mood card from a brief: who, where, when, how it feels, its colours and its music.

    Each field says where it comes from. Change one with --set, and what followed from it follows again. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo card "An old lighthouse keeper hears music rising from the sea." -o mood.json
      studiolo card --from mood.json --set "time=dawn" --set "weather=fog" -o mood.json
      studiolo card --picture harbour.jpg "a reunion"
    """
    from studiolo.compose.card.changing import change_in, parsed

    if output is not None:
        terminal.check_writable(output)
    wanted = tuple(change_in(one) for one in changes or ())
    for change in wanted:
        parsed(change)
    known = _read_card(start) if start else None
    words = "" if brief is None and (start or picture) else terminal.read_text(brief, "The brief")
    shown, data = read_picture(picture) if picture else (None, b"")
    request = CardRequest(text=words, picture=shown, card=known, changes=wanted, seed=seed, model=model_name(model))
    with terminal.Bar() as bar, connected() as client:
        provide(client, "text", request.model, bar)
        result = picture_job.carry_out(client, request, [data] if shown else [], bar, "Reading the card")
    made = next(one.card for one in result.outputs if isinstance(one, CardOutput))
    if output is not None:
        terminal.write_file(output, (terminal.as_json(made) + "\n").encode())
    if json:
        terminal.say_json({"card": made, "recipe": result.recipe})
    elif output is None or sys.stdout.isatty():
        _print(made)
    for note in result.recipe.notes:
        terminal.note(note)
    if output is not None:
        terminal.note(f"Wrote {output}.")


def _read_card(file: Path) -> MoodCard:
    from studiolo.compose.kit.kit_folder import read_card

    return read_card(terminal.read_file(file), str(file))


def _print(made: MoodCard) -> None:
    """A table for a person, with the colours to be seen; for a pipe, lines of field, value, origin and reason."""
    from studiolo.compose.card.changing import as_text

    told: dict[CardField, Source] = {one.field: one for one in made.sources}
    rows = [
        (name, as_text(made, name), told[name].origin, told[name].because)
        for name in get_args(CardField)
        if name in told
    ]
    if not sys.stdout.isatty():
        terminal.table((), rows)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading, style in (("", "bold"), ("card", None), ("from", "cyan"), ("because", "dim")):
        drawn.add_column(heading, style=style, overflow="fold")
    for name, value, origin, because in rows:
        swatches = Text.assemble(*((f"   {colour}  ", f"{_ink(colour)} on {colour}") for colour in made.palette))
        drawn.add_row(name, swatches if name == "palette" else Text(value), origin, because)
    Console().print(drawn)


def _ink(colour: str) -> str:
    """Black or white, whichever can be read on it."""
    from studiolo.compose.card.palette import contrast

    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, colour))
