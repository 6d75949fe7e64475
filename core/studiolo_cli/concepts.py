"""`concepts`: what is kept under a name, for every program that speaks to this daemon."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studiolo_cli import terminal
from studiolo_cli.daemon import connected
from studiolo_cli.picture_files import read_picture
from studiolo_contract.bible import EntryType
from studiolo_contract.concept import Concept, sameness
from studiolo_contract.errors import StudioloError

if TYPE_CHECKING:
    from studiolo_client.client import Client


def concepts(
    keep: Annotated[str, typer.Option("--keep", metavar="NAME", help="Keep this one, anew where it is there.")] = "",
    words: Annotated[str, typer.Option("--words", help="How it looks, as words for a prompt.")] = "",
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FILE", help="PNG, JPEG or WebP.")] = None,
    kind: Annotated[EntryType | None, typer.Option("--kind", help="lore unless given.")] = None,
    forget: Annotated[str, typer.Option("--forget", metavar="NAME", help="Keep this one no longer.")] = "",
    save: Annotated[
        tuple[str, Path] | None, typer.Option("--save", metavar="NAME FILE", help="Write its picture to a file.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the characters, places and things that every program finds by name, or keep and forget them.

    [bold]Examples[/bold]

      studiolo concepts --keep "Mara Voss" --kind character --words "grey braid, yellow oilskin" --picture mara.png
      studiolo concepts
      studiolo concepts --save "Mara Voss" mara.png
      studiolo concepts --forget "Mara Voss"
    """
    if bool(keep) + bool(forget) + bool(save) + json > 1:
        raise StudioloError(
            "bad_request", "`concepts` does one thing at a time.", "Give --keep, --forget, --save or --json alone."
        )
    if (words or picture or kind) and not keep:
        raise StudioloError("bad_request", "Words, picture and kind belong to a name.", "Give that with --keep.")
    if keep:
        _keep(keep, words, picture, kind or "lore")
    elif forget:
        with connected() as client:
            client.forget(_named(client, forget).name)
        terminal.note(f"{forget} is kept no longer.")
    elif save:
        _save(*save)
    else:
        _list(json)


def _keep(name: str, words: str, file: Path | None, kind: EntryType) -> None:
    picture, data = (None, b"") if file is None else read_picture(file)
    with connected() as client:
        if picture is not None:
            client.put(data)
        client.keep(Concept(name=name, kind=kind, words=words, picture=picture))
    terminal.note(f"{name} is kept. Krita, Blender and Obsidian find it by that name.")


def _save(name: str, file: Path) -> None:
    terminal.check_writable(file)
    with connected() as client:
        picture = _named(client, name).picture
        if picture is None:
            raise StudioloError("bad_request", f"{name} has no picture.", "Keep it again with --picture.")
        terminal.write_file(file, client.get(picture.sha256))
    terminal.say(str(file))


def _list(json: bool) -> None:
    with connected() as client:
        found = client.concepts()
    if json:
        terminal.say_json(found)
        return
    if not found:
        terminal.note("No concept is kept.")
        return
    rows = [
        [
            concept.name,
            concept.kind,
            f"{concept.picture.width} × {concept.picture.height}" if concept.picture else "",
            " ".join(concept.words.split()),
        ]
        for concept in found
    ]
    terminal.table(["Concept", "Kind", "Picture", "Words"], rows, ["bold"])


def _named(client: Client, name: str) -> Concept:
    """Raises `StudioloError` (`bad_request`) where none is kept under this name."""
    for concept in client.concepts():
        if sameness(concept.name) == sameness(name):
            return concept
    raise StudioloError("bad_request", f"No concept is called '{name}'.", "`studiolo concepts` lists those there are.")
