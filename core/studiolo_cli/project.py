"""`project`: the folder whose kits, bible and palette every program shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from studiolo_cli import terminal
from studiolo_cli.daemon import started
from studiolo_contract.codec import from_plain
from studiolo_contract.errors import Problem, StudioloError

PATIENCE = 60.0
"""Seconds that the daemon may need to look through a folder."""


def project(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Opened from now on; may be an Obsidian vault.")
    ] = None,
    close: Annotated[bool, typer.Option("--close", help="Have none be open; its folder stays as it is.")] = False,
    name: Annotated[str | None, typer.Option(help="What it is called; its folder's name unless given.")] = None,
    style: Annotated[str | None, typer.Option(help="Of texts and pictures: noir, watercolour, fairy tale …")] = None,
    palette: Annotated[str | None, typer.Option(metavar="COLOURS", help="As #1b3a5c, with commas between.")] = None,
    leitmotif: Annotated[
        str | None, typer.Option(metavar="NOTES", help="A melody for every soundtrack: 'E4:1 G4:0.5 A4:1.5'.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Open a project, or show the one that is open: kits and a story bible on disk, the same for every program.

    `studiolo compose --project` keeps its kits there, in Kits/, and notes on who and what is in them in Bible/. Krita,
    Blender and Obsidian list them.

    [bold]Examples[/bold]

      studiolo project ~/Notes/Gull-Rock --style noir --palette "#0d1b2a,#e8c07d"
      studiolo project
      studiolo project --close
    """
    said = {"name": name, "style": style, "palette": palette, "leitmotif": leitmotif}
    given = {key: value for key, value in said.items() if value is not None}
    if close and (folder or given):
        raise StudioloError("bad_request", "`project` opens or closes.", "Give a folder, or --close alone.")
    _check_here()
    if close:
        _ask("DELETE")
        terminal.note("No project is open.")
        return
    if folder is not None or given:
        _ask("PUT", {"folder": str(folder.absolute() if folder else _opened()), **given})
    _show(_ask("GET"), json)


def _opened() -> str:
    """The folder of the project that is open. Raises `StudioloError` where none is."""
    found = _ask("GET")["folder"]
    if found is None:
        raise StudioloError("bad_request", "No project is open.", "Name its folder.")
    return str(found)


def _show(told: dict[str, Any], json: bool) -> None:
    if json:
        terminal.say_json(told)
    elif told["folder"] is None:
        terminal.note("No project is open. `studiolo project FOLDER` opens one.")
    else:
        terminal.say(told["folder"])
        terminal.note(f"{told['name']}: {told['kits']} {'kit' if told['kits'] == 1 else 'kits'}.")
        for what, said in (
            ("Style", told["style"]),
            ("Palette", ", ".join(told["palette"])),
            ("Leitmotif", told["leitmotif"]),
            ("People", ", ".join(told["people"])),
        ):
            if said:
                terminal.note(f"{what}: {said}")


def _check_here() -> None:
    from studiolo_client.discovery import elsewhere

    away = elsewhere()
    if away is not None:
        raise StudioloError(
            "bad_request",
            f"Programs here use the daemon at {away.url}, whose project lies on its own machine.",
            "Run `studiolo project` there, or first `studiolo connect --forget` here.",
        )


def _ask(method: str, said: dict[str, str] | None = None) -> dict[str, Any]:
    """The daemon's answer. Raises `StudioloError`."""
    from studiolo_client.connection import no_daemon, raised
    from studiolo_client.discovery import call

    running = started()
    status, answer = call(running, method, f"/v1/project?{urlencode(said)}" if said else "/v1/project", PATIENCE)
    if status == 200:
        return answer
    if "error" in answer:
        raise raised(from_plain(Problem, answer["error"]))
    raise no_daemon(running, "no answer came in time")
