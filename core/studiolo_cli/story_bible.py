"""The story bible as a folder of notes: which notes are entries, and what their frontmatter says. Knows no text that
calls them, and no model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from studiolo.text import frontmatter
from studiolo_cli import terminal
from studiolo_cli.note import Note
from studiolo_contract.bible import Bible, Entry, EntryType
from studiolo_contract.errors import StudioloError
from studiolo_contract.frames import to_json
from studiolo_contract.media import Blob, blob_of


def as_blob(folder: Path | None) -> tuple[Blob | None, tuple[bytes, ...]]:
    """The bible of this folder as a request names it, and the bytes to be put; neither without a folder. Tells the
    person which notes were left out. Raises `StudioloError` (`bad_request`)."""
    if folder is None:
        return None, ()
    data = to_json(read_bible(folder)).encode()
    return blob_of(data, "application/json"), (data,)


def read_bible(folder: Path) -> Bible:
    """The entries in this folder and below, in the order of their paths. Tells the person which notes were left out.
    Raises `StudioloError` (`bad_request`) where there is no entry."""
    if not folder.is_dir():
        raise StudioloError("bad_request", f"{folder} is no folder.", "Name the folder in which the entries are notes.")
    entries = []
    for file in sorted(folder.rglob("*.md")):
        if any(part.startswith(".") for part in file.relative_to(folder).parts) or not file.is_file():
            continue
        try:
            entry = read_entry(file)
        except StudioloError as error:
            terminal.note(f"Left out: {error}")
        else:
            entries += [entry] if entry else []
    if not entries:
        raise StudioloError(
            "bad_request",
            f"{folder} has no entries: no note in it has `type: character`, place, object or lore.",
            "Write that into the frontmatter of one.",
        )
    return Bible(entries=tuple(entries))


def read_entry(file: Path) -> Entry | None:
    """What a note lays down; None for one that is no entry, or private. Raises `StudioloError` (`bad_request`)."""
    name = str(file)
    note = Note(terminal.as_text(terminal.read_file(file), name), name, file)
    front = note.front
    kind = front.get("type")
    if note.private or not isinstance(kind, str) or kind.lower() not in get_args(EntryType):
        return None
    sheet = "\n".join(_sheet(front, name))
    text = "\n\n".join(part for part in (sheet, note.open_text(note.whole()).strip()) if part)
    if not text:
        raise StudioloError("bad_request", f"{file} has no text that may be sent.", "Write what is to be known.")
    values = {
        "name": frontmatter.word(front, "name", name) or file.stem,
        "type": kind.lower(),
        "text": text,
        "secondary_logic": frontmatter.word(front, "secondary_logic", name).lower() or None,
        **{key: frontmatter.texts(front, key, name) for key in ("aliases", "keys", "secondary")},
        **{key: frontmatter.truth(front, key, name) for key in ("constant", "case_sensitive", "recursion")},
        **{key: frontmatter.number(front, key, name) for key in ("order", "sticky", "budget")},
    }
    return _checked({key: value for key, value in values.items() if value is not None}, name)


def _sheet(front: Mapping[str, Any], name: str) -> Iterator[str]:
    """The keys that a note counts to its text, one a line; all others are private. Raises `StudioloError`."""
    for key in frontmatter.texts(front, "sheet", name):
        value = front.get(key, "")
        words = [Note(one, name) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
        said = ", ".join(filter(None, (one.open_text(one.whole()).strip() for one in words)))
        if said:
            yield f"{key[0].upper()}{key[1:].replace('_', ' ')}: {said}"


def _checked(values: dict[str, object], name: str) -> Entry:
    """The entry, within the contract's bounds. Raises `StudioloError` (`bad_request`)."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Entry).validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = first["loc"][0]
        raise StudioloError(
            "bad_request", f"`{key}` of {name} does not fit: {first['msg']}.", "docs/note-apps.md has every key."
        ) from None
