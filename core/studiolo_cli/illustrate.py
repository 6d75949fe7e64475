"""`illustrate`: a picture of a passage, beside the note, and the link to it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from studiolo.text.sentences import sentence_ends
from studiolo_cli import picture_job, story_bible, terminal
from studiolo_cli.co_writing import Bible, File, Write, check_file, put
from studiolo_cli.daemon import connected
from studiolo_cli.following import model_name, provide
from studiolo_cli.note import Note, Passage, read_note, words
from studiolo_cli.picture_files import slug
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput
from studiolo_contract.image import ImageRequest

LONGEST = 8_000
"""Characters that a prompt may have."""


def illustrate(
    file: File,
    at: Annotated[
        str,
        typer.Option(
            metavar="PLACE",
            help="A place in the paragraph (an offset in characters, or line:column), or a passage FROM..TO; the last "
            "paragraph unless given.",
        ),
    ] = "",
    style: Annotated[str, typer.Option(help="How it is painted: watercolour, ink, oil …")] = "",
    instruction: Annotated[str, typer.Option("--instruction", "-i", help="What else it shows.")] = "",
    bible: Bible = None,
    attachments: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the picture goes; beside the note unless given.")
    ] = None,
    seed: picture_job.Seed = None,
    model: picture_job.ModelName = "",
    write: Write = False,
) -> None:
    """Paint what a passage of a note says.

    The picture is saved as PNG, with its recipe in it, and its Markdown link goes to standard output, or below the
    paragraph. Comments (%%…%%) and frontmatter are never sent. Ctrl-C stops.

    [bold]Examples[/bold]

      studiolo illustrate draft.md --style watercolour --write
      studiolo illustrate draft.md --at 12:1 --attachments attachments/
    """
    note = read_note(file)
    check_file(note, write)
    passage = note.passage(at) if ".." in at else note.paragraph(note.place(at) if at else len(note.text))
    said = words(note.open_text(passage))
    if not said:
        raise StudioloError("bad_request", f"The passage of {note.name} says nothing.", "Name another with --at.")
    folder = attachments or (note.file.parent if note.file else Path())
    terminal.check_folder(folder)
    request = ImageRequest(
        prompt=_prompt(said, style, instruction, bible), seed=seed, model=model_name(model), previews=False
    )
    with terminal.Bar() as bar, connected() as client:
        provide(client, "image", request.model, bar)
        result = picture_job.carry_out(client, request, [], bar, "Painting")
        made = next(output for output in result.outputs if isinstance(output, ImageOutput))
        terminal.make_folder(folder)
        name = slug(" ".join(said.split()[:5]), "picture")
        picture = picture_job.unused(picture_job.unused(folder / f"{name}.png", made.seed), None)
        terminal.write_file(picture, client.get(made.blob.sha256))
    link = _link(said, picture, note)
    for hint in result.recipe.notes:
        terminal.note(hint)
    terminal.note(f"Painted {picture}.")
    if write:
        end = note.paragraph(passage.end).end
        put(note, Passage(end, end), f"\n\n{link}")
    else:
        terminal.say(link)


def _prompt(said: str, style: str, instruction: str, bible: Path | None) -> str:
    """What the picture shows: the passage, how those in it look, and what else was asked for."""
    from studiolo.text.bible import called

    looks = []
    if bible is not None:
        known = called(story_bible.read_bible(bible), said, passage=True).calls
        looks = [_first_sentence(call.entry.text) for call in known if call.entry.type != "lore"]
    prompt = re.sub(r"[()]", r"\\\g<0>", " ".join((said, *looks)))  # in a prompt they would weigh words
    prompt = ", ".join(part for part in (prompt, instruction.strip(), style.strip()) if part)
    if len(prompt) > LONGEST:
        raise StudioloError(
            "too_large",
            f"The passage has {len(prompt)} characters, and a picture is painted of {LONGEST} at most.",
            "Name a shorter one with --at.",
        )
    return prompt


def _first_sentence(text: str) -> str:
    ends = sentence_ends(text)
    return words(text[: ends[0]] if ends else text)


def _link(said: str, picture: Path, note: Note) -> str:
    """A Markdown link to the picture, as it is found from the note."""
    base = note.file.resolve().parent if note.file else Path.cwd()
    shown = re.sub(r"[\[\]\\]", "", said)
    shown = shown if len(shown) <= 80 else shown[:80].rsplit(" ", 1)[0] + " …"
    return f"![{shown}]({quote(Path(os.path.relpath(picture.resolve(), base)).as_posix())})"
