"""The command line put together. Each command has a file of its own; what goes wrong ends here as one sentence."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from studiolo_cli import (
    card,
    co_writing,
    compose,
    concepts,
    connect,
    daemon,
    doctor,
    gc,
    illustrate,
    install,
    jobs,
    models,
    paint,
    pair,
    project,
    refine,
    score,
    studio,
    terminal,
    texture,
    upscale,
    write,
)
from studiolo_contract.errors import StudioloError

MISUSE = ("bad_request", "bad_picture")
"""Problems of what was asked, not of the doing: exit status 2, as for a misspelt option."""

app = typer.Typer(
    name="studiolo",
    help="""
    One local model daemon for every creative tool: prose, pictures and textures, made on this machine.

    The daemon starts by itself when a command needs it. STUDIOLO_HOME moves everything that is kept to one folder.

    [bold]Examples[/bold]

      studiolo compose "An old lighthouse keeper hears music rising from the sea." -o kit/
      studiolo write "The lighthouse keeper heard music under the sea."
      studiolo continue draft.md --style noir
      studiolo paint "a red boat at dawn" -o boat.png
      studiolo upscale boat.png --scale 4 -o large.png
      studiolo texture "mossy cobblestone" -o cobbles/
      studiolo score "tense chase, then relief" --seconds 42 -o chase/
    """,
    epilog="`studiolo COMMAND --help` tells more. Exit status: 0 done, 1 failed, 2 misused, 130 stopped by Ctrl-C.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(wanted: bool) -> None:
    if wanted:
        from studiolo import __version__

        terminal.say(f"studiolo {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=show_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """What may stand before a command."""


app.command(rich_help_panel="Make")(compose.compose)
app.command(rich_help_panel="Make")(card.card)
app.command(rich_help_panel="Make")(write.write)
app.command(rich_help_panel="Make")(paint.paint)
app.command(rich_help_panel="Make")(refine.refine)
app.command(rich_help_panel="Make")(refine.inpaint)
app.command(rich_help_panel="Make")(upscale.upscale)
app.command(rich_help_panel="Make")(texture.texture)
app.command(rich_help_panel="Make")(score.score)
app.command("continue", rich_help_panel="Notes")(co_writing.continue_)
app.command(rich_help_panel="Notes")(co_writing.rewrite)
app.command(rich_help_panel="Notes")(illustrate.illustrate)
app.command(rich_help_panel="Notes")(concepts.concepts)
app.command(rich_help_panel="Notes")(project.project)
app.command(rich_help_panel="Studio")(studio.studio)
app.command("jobs", rich_help_panel="Jobs")(jobs.list_jobs)
app.command(rich_help_panel="Jobs")(jobs.cancel)
app.add_typer(models.app, name="models", rich_help_panel="Models")
app.command(rich_help_panel="Daemon")(daemon.status)
app.command(rich_help_panel="Daemon")(daemon.free)
app.command(rich_help_panel="Daemon")(gc.gc)
app.command(rich_help_panel="Daemon")(daemon.serve)
app.command(rich_help_panel="Daemon")(daemon.stop)
app.command(rich_help_panel="Daemon")(connect.connect)
app.command(rich_help_panel="Daemon")(doctor.doctor)
app.command(rich_help_panel="Host programs")(install.install)
app.command(rich_help_panel="Host programs")(pair.pair)


def run() -> None:
    """Runs the command that was typed, and ends the process with its exit status."""
    try:
        app(prog_name="studiolo")
    except StudioloError as error:
        terminal.note(f"{error} ({error.problem.code})")
        sys.exit(2 if error.problem.code in MISUSE else 1)
    except Exception as error:
        if os.environ.get("STUDIOLO_DEBUG"):
            raise
        what = str(error) or "it gave no reason"
        terminal.note(
            f"Something went wrong inside Studiolo: {type(error).__name__}, {what}. "
            f"Set STUDIOLO_DEBUG=1 to see where; the daemon's part of it is in {terminal.log_file()}. (internal)"
        )
        sys.exit(1)
