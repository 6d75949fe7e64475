"""`continue` and `rewrite`: a note is worked on in its place, or a text is piped through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studiolo_cli import story_bible, terminal, text_job
from studiolo_cli.following import model_name
from studiolo_cli.note import Note, Passage, read_note
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Result, TextOutput
from studiolo_contract.text import TextRequest

File = Annotated[Path, typer.Argument(metavar="FILE", help="The note; - reads standard input.")]
Bible = Annotated[
    Path | None, typer.Option("--bible", metavar="FOLDER", help="A story bible: notes about people, places, things.")
]
Write = Annotated[bool, typer.Option("--write", help="Put it into the file; without this it is only shown.")]

LONGEST = 400_000
"""Characters that a request takes."""
SHORTEST = 0.7
"""Of the words of a passage: a new one that broke off before has lost something of it."""


def continue_(
    file: File,
    at: Annotated[
        str, typer.Option(metavar="PLACE", help="An offset in characters, or line:column; the end unless given.")
    ] = "",
    style: text_job.Style = "",
    instruction: text_job.Instruction = "",
    bible: Bible = None,
    model: text_job.ModelName = "",
    max_tokens: text_job.MaxTokens = None,
    seed: text_job.Seed = None,
    write: Write = False,
    context: text_job.ShowContext = False,
) -> None:
    """Go on with a note where it stops, or at a place in it.

    The new prose alone goes to standard output, as it comes. Comments (%%…%%) and frontmatter are never sent. Ctrl-C
    stops, and keeps what came.

    [bold]Examples[/bold]

      studiolo continue draft.md --style noir
      studiolo continue draft.md --at 12:1 --bible People/ --write
      cat draft.md | studiolo continue - >> draft.md
    """
    note = read_note(file)
    check_file(note, write)
    place = note.place(at) if at else note.end
    text = note.open_text(Passage(note.begin, place))
    if not text.strip():
        raise StudioloError(
            "bad_request",
            f"{note.name} has nothing before this place to go on from.",
            "Write a first sentence, or use `studiolo write`.",
        )
    if len(text) > LONGEST:
        terminal.note(f"Only the last {LONGEST} characters before the place are read.")
    named, blobs = story_bible.as_blob(bible)
    request = TextRequest(
        mode="continue",
        text=text[-LONGEST:],
        instruction=instruction,
        style=style,
        bible=named,
        model=model_name(model),
        max_tokens=max_tokens,
        seed=seed,
    )
    desk, result = text_job.run(request, live=not write, blobs=blobs)
    new = desk.close(result).strip()
    if context:
        desk.show_context()
    if write and new:
        put(note, Passage(place, place), new)
        terminal.note(f"Put {len(new.split())} words into {note.name}.")
    if result is None:
        raise typer.Exit(130)


def rewrite(
    file: File,
    at: Annotated[
        str, typer.Option(metavar="FROM..TO", help="Offsets in characters, or line:column twice; all unless given.")
    ] = "",
    text: Annotated[
        str, typer.Option(metavar="WORDS", help="The passage by its words, which stand in the note once.")
    ] = "",
    style: text_job.Style = "",
    instruction: text_job.Instruction = "",
    bible: Bible = None,
    model: text_job.ModelName = "",
    seed: text_job.Seed = None,
    write: Write = False,
    context: text_job.ShowContext = False,
) -> None:
    """Say a passage of a note again in better words.

    The new passage alone goes to standard output, as it comes; one that was piped in keeps the white space around it.
    Comments (%%…%%) and frontmatter are never sent. Ctrl-C stops, and leaves the note as it was.

    [bold]Examples[/bold]

      studiolo rewrite draft.md --at 240..410 --style noir --write
      studiolo rewrite - --instruction "in the past tense" < passage.txt
    """
    if at and text:
        raise StudioloError("bad_request", "The passage is named twice.", "Give --at or --text.")
    note = read_note(file)
    check_file(note, write)
    passage = note.passage(at) if at else note.find(text) if text else note.whole()
    bare = note.bare(passage)
    if write:
        note.must_be_replaceable(bare)
    said = note.open_text(bare)
    named, blobs = story_bible.as_blob(bible)
    request = TextRequest(
        mode="rewrite",
        text=said,
        instruction=instruction,
        style=style,
        bible=named,
        model=model_name(model),
        seed=seed,
    )
    piped = note.file is None and not (at or text)
    around = (note.text[passage.start : bare.start], note.text[bare.end : passage.end]) if piped else ("", "\n")
    desk, result = text_job.run(request, live=not write, blobs=blobs, around=around)
    new = desk.close(result).strip()
    if context:
        desk.show_context()
    lost = result is not None and _lost(said, new, desk.cut, result)
    if write and (result is None or lost):
        terminal.say(new)
        terminal.note(f"{note.name} stays as it was.")
    elif write:
        put(note, bare, new)
        terminal.note(f"Put {len(new.split())} words in the place of {len(said.split())}.")
    if lost:
        raise StudioloError("too_large", lost, "Choose a shorter passage, or a model that reads more.")
    if result is None:
        raise typer.Exit(130)


def check_file(note: Note, write: bool) -> None:
    """Raises `StudioloError` (`bad_request`) where there is no file to put anything into."""
    if write and note.file is None:
        raise StudioloError("bad_request", "--write needs a file to write to.", "Name one, or leave --write away.")


def _lost(old: str, new: str, cut: int, result: Result) -> str:
    """Why the new passage does not say all that the old one did; empty where it may."""
    if cut:
        return f"The passage is longer than the model reads: {cut} tokens of its beginning were left out."
    broken = any(isinstance(made, TextOutput) and made.finish == "length" for made in result.outputs)
    if not new or (broken and len(new.split()) < SHORTEST * len(old.split())):
        return "The passage is longer than the model writes at once: the new one broke off."
    return ""


def put(note: Note, passage: Passage, new: str) -> None:
    """Puts this into the note; to standard output instead where that fails, so that it is not lost. Raises
    `StudioloError`."""
    try:
        note.put(passage, new)
    except StudioloError:
        terminal.say(new)
        raise
