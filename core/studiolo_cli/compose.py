"""`compose`: a kit from one brief, written as a folder with a page that shows and plays it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studiolo_cli import picture_job, terminal
from studiolo_cli.daemon import connected
from studiolo_cli.following import follow, model_name, provide
from studiolo_cli.kit_work import Work
from studiolo_cli.parts_list import PartsList
from studiolo_cli.picture_files import slug
from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import KitOutput, Result
from studiolo_contract.kit import Kit

if TYPE_CHECKING:
    from studiolo_client.client import Client

ROOM = 64 * 2**20
"""Bytes that must be free before a kit is begun, and as many again for each minute of music."""
AGAIN, FROM = "Once more", "What it is made from"


def compose(
    brief: Annotated[
        str | None,
        typer.Argument(
            help="What it is about, in words; - or nothing reads standard input. Not needed for a kit again."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Folder; named after the brief unless given."),
    ] = None,
    preset: Annotated[str, typer.Option(help="kit, character, location, item, quest, ad, or one of your own.")] = "",
    scene: Annotated[
        list[str] | None, typer.Option("--scene", metavar="WORDS", help="A scene of a storyboard; once for each.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Of music, exactly; 24 unless given.")] = None,
    style: Annotated[str, typer.Option(help="Of text and picture: noir, watercolour, fairy tale …")] = "",
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="FILE", help="The card is read from it too.", rich_help_panel=FROM),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="A field of the mood card as you want it.", rich_help_panel=FROM
        ),
    ] = None,
    project: Annotated[
        bool,
        typer.Option("--project", help="The open project has a say, and keeps the kit.", rich_help_panel=FROM),
    ] = False,
    reroll: Annotated[
        list[str] | None,
        typer.Option(
            "--reroll", metavar="PART", help="Another one of this part; the others stay.", rich_help_panel=AGAIN
        ),
    ] = None,
    replace: Annotated[
        list[str] | None,
        typer.Option("--replace", metavar="PART=FILE", help="Your own in its place.", rich_help_panel=AGAIN),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="PART", help="Make this part alone, and what it needs.", rich_help_panel=AGAIN),
    ] = None,
    seed: picture_job.Seed = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Make anew what you changed in the folder, too.", rich_help_panel=AGAIN),
    ] = False,
    model: Annotated[str, typer.Option(help="Who writes: a model by name, or the folder of one.")] = "",
    image_model: Annotated[str, typer.Option(help="Who paints.")] = "",
    music_model: Annotated[str, typer.Option(help="Who makes the music.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON: folder, files, kit.")] = False,
) -> None:
    """Make a kit that belongs together: a scene, its picture, the material of its place, its soundtrack.

    The folder has a page, index.html, that shows and plays it all. Composed into the same folder again, only what is
    missing or changed is made; what you changed yourself stays. Exit status 1 if a part is missing. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo compose "An old lighthouse keeper hears music rising from the sea." -o kit/
      studiolo compose -o kit/ --set "time=dawn" --reroll concept
      studiolo compose -o kit/ --replace concept=my.png
      studiolo compose "a retired smuggler" --preset character -o mara/
    """
    work = Work.of(
        output,
        _brief(brief, output, picture),
        preset=preset,
        scenes=tuple(scene or ()),
        seconds=seconds,
        style=style,
        picture=picture,
        changes=tuple(changes or ()),
        project=project,
        reroll=tuple(reroll or ()),
        replaced=tuple(replace or ()),
        only=tuple(only or ()),
        seed=seed,
        force=force,
        models=(model_name(model), model_name(image_model), model_name(music_model)),
    )
    _check_room(work.folder or Path(), work.request.seconds)
    for hint in work.notes:
        terminal.note(hint)
    with terminal.Bar() as bar, connected() as client:
        for kind, name in (
            ("text", work.request.model),
            ("image", work.request.image_model),
            ("music", work.request.music_model),
        ):
            provide(client, kind, name, bar)  # type: ignore[arg-type]
        bar.stop()
        for data in work.put:
            client.put(data)
        with PartsList(work.expected()) as parts:
            result = follow(client, client.submit(work.request), parts.hear)
        if result is None:
            terminal.note("Stopped. What was finished is kept: compose it again, and only the rest is made.")
            raise typer.Exit(130)
        kit, files = _save(client, work, result)
    _tell(kit, files, work, result, json)
    if kit.missing:
        raise typer.Exit(1)


def _brief(brief: str | None, output: Path | None, picture: Path | None) -> str | None:
    """The words; None where there need be none, since a kit lies there already or a picture says it. Raises
    `StudioloError`."""
    from studiolo.compose.kit.kit_folder import RECIPE

    if brief is None and (picture is not None or (output is not None and (output / RECIPE).is_file())):
        return None
    words = terminal.read_text(brief, "The brief")
    if not words.strip():
        raise StudioloError("bad_request", "The brief is empty.", "Say in a sentence or two what the kit is about.")
    return words


def _check_room(folder: Path, seconds: float) -> None:
    """Raises `StudioloError` (`disk_full`)."""
    import shutil

    there = folder.absolute() if folder.exists() else folder.absolute().parent
    if shutil.disk_usage(there).free < ROOM * (1 + seconds / 60):
        raise StudioloError("disk_full", f"There is no room for a kit on the disk of {there}.", "Make room first.")


def _save(client: Client, work: Work, result: Result) -> tuple[Kit, list[Path]]:
    """Writes the folder."""
    import json

    from studiolo.compose.kit import kit_disk
    from studiolo.compose.kit.kit_folder import files_of, joined, lay_out

    output = next(one for one in result.outputs if isinstance(one, KitOutput))
    kit: Kit = from_plain(Kit, json.loads(client.get(output.blob.sha256)))
    lying = dict(work.lying)
    if work.before is not None and work.folder is not None:
        lying |= kit_disk.carried(work.folder, work.before, kit)
        kit = joined(work.before, kit, lying)
    data = {}
    for file in files_of(kit):
        name = file.blob.sha256
        if file.name not in lying and name not in data:
            data[name] = work.at_hand.get(name) or client.get(name)
    if work.folder is None:
        work.folder = picture_job.unused(Path(slug(kit.request.brief or kit.title, "kit")), None)
    terminal.make_folder(work.folder)
    laid = lay_out(kit, data, lying)
    return laid.kit, kit_disk.write(work.folder, laid, work.before)


def _tell(kit: Kit, files: list[Path], work: Work, result: Result, json: bool) -> None:
    if json:
        told: dict[str, Any] = {
            "folder": str(work.folder),
            "files": [str(file) for file in files],
            "kit": to_plain(kit),
        }
        terminal.say_json(told | {"missing": {part.name: to_plain(part.problem) for part in kit.missing}})
        return
    for file in files:
        terminal.say(str(file))
    for hint in dict.fromkeys((*kit.notes, *result.recipe.notes)):
        terminal.note(hint)
    if kit.match is not None:
        shares = ", ".join(f"{share.part} {share.score:.0%}" for share in kit.match.shares)
        terminal.note(f"It fits together to {kit.match.score:.0%} ({shares}).")
    for part in kit.missing:
        assert part.problem is not None
        terminal.note(f"{part.name} is missing: {part.problem.message} {part.problem.mend}")
    if kit.missing:
        terminal.note(f"`studiolo compose -o {work.folder}` completes it.")
    terminal.note(f"{kit.title or 'The kit'}: open {files[-1]} in a browser.")
