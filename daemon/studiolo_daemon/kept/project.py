"""The project that is open: a folder of the person's own, which may be an Obsidian vault, in which kits and their bible
lie. Reads and writes nothing outside of it. Knows no socket and no worker."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from studiolo.compose.kit import kit_disk
from studiolo.compose.kit.kit_folder import (
    CARD,
    MOST_RECIPE,
    RECIPE,
    changed,
    files_of,
    joined,
    lay_out,
    read_kit,
    slug,
)
from studiolo.compose.kit.project_notes import (
    BIBLE,
    KITS,
    PROJECT,
    Person,
    ProjectFile,
    checked,
    entities_of,
    file_name,
    note_of,
    read_person,
    read_project,
    with_project,
    write_project,
)
from studiolo.media import picture_header
from studiolo_client.discovery import write_private
from studiolo_contract.codec import to_plain
from studiolo_contract.concept import Concept, sameness
from studiolo_contract.errors import StudioloError
from studiolo_contract.kit import Kit, KitInfo, KitPart
from studiolo_contract.media import Blob, Picture, Sha256, hash_of
from studiolo_contract.mood_card import MoodCard
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.kept.concepts import Concepts
from studiolo_daemon.kept.disk import writing

MOST_KITS = 200
"""The newest of a project are listed."""
MOST_NOTES = 2_000
"""Notes of a bible that are looked at."""
MOST_NOTE = 2**18
"""Bytes of one."""

State = tuple[str, int, int]
"""Path, size and time of the last change of a file: as long as these stay, so does what is in it."""


class Project:
    """The one that is open, over restarts; safe to use from several threads."""

    def __init__(self, home: Path, blobs: Blobs, concepts: Concepts) -> None:
        self._file = home / "open_project.json"
        self._blobs = blobs
        self._concepts = concepts
        self._hashes: dict[State, Sha256] = {}
        self._kits: dict[State, Kit | None] = {}
        """What a `recipe.json` says; None for one that can't be read."""
        self._writing = threading.Lock()

    @property
    def folder(self) -> Path | None:
        """Where it lies, whether or not it is still there; None where none is open."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))["folder"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Path(found) if isinstance(found, str) else None

    def open(self, folder: Path, said: dict[str, Any]) -> ProjectFile:
        """Opens this folder from now on. `said`: what its `project.json` shall say otherwise than it does; one that is
        not there is made. Raises `StudioloError` (`bad_request`, `disk_full`)."""
        if not folder.is_absolute() or not folder.is_dir():
            raise StudioloError("bad_request", f"{folder} is no folder.", "Make it first, or name another one.")
        file = folder / PROJECT
        there = file.is_file()
        project = _read(folder) if there else ProjectFile(name=folder.name[:80] or "Project")
        wanted = checked(replace(project, **said), str(file))
        if not there or wanted != project:
            kit_disk.put(file, write_project(wanted))
        with writing(self._file.parent):
            write_private(self._file, json.dumps({"folder": str(folder)}))
        return wanted

    def close(self) -> None:
        """None is open from now on; the folder stays as it is."""
        self._file.unlink(missing_ok=True)

    def told(self) -> dict[str, Any]:
        """For its owner: where it lies and what it says."""
        folder = self.folder
        if folder is None:
            return {"folder": None}
        project = self._project(folder)
        people = [person.name for person in _people(folder)]
        return {"folder": str(folder), **to_plain(project), "people": people, "kits": len(self.kits()[1])}

    def check(self) -> None:
        """Raises `StudioloError` (`bad_request`) where no project can keep a kit."""
        with self._open() as root:
            self._project(root)

    # ---- what it says to a kit

    def say(self, card: MoodCard, brief: str) -> MoodCard:
        """The card with what the project has to say of it. Raises `StudioloError` (`bad_request`)."""
        with self._open() as root:
            return with_project(card, brief, self._project(root), _people(root))

    @property
    def leitmotif(self) -> str:
        """What every soundtrack of it uses; empty where there is none. Raises `StudioloError` (`bad_request`)."""
        with self._open() as root:
            return self._project(root).leitmotif

    # ---- its kits

    def keep(self, kit: Kit) -> str:
        """Writes the kit into the project, and who and what is in it into its bible and among the concepts; what a
        person has written is left alone. Says where. Raises `StudioloError` (`bad_request`, `disk_full`)."""
        with self._writing, self._open() as root:
            self._project(root)
            folder = self._place(root, kit)
            before = kit_disk.read_folder(folder)
            theirs = changed(before, kit_disk.digests(folder)) if before else {}
            lying = {name: kit_disk.read_some(folder / name, kit_disk.MOST_FILE) for name in theirs}
            if before is not None:
                lying |= kit_disk.carried(folder, before, kit)
                kit = joined(before, kit, lying)
            data = {
                file.blob.sha256: self._blobs.get(file.blob.sha256) for file in files_of(kit) if file.name not in lying
            }
            with kit_disk.telling(folder, "made"):
                folder.mkdir(parents=True, exist_ok=True)
            kit_disk.write(folder, lay_out(kit, data, lying), before)
            self._keep_entities(root, kit, f"{KITS}/{folder.name}")
        left = f"; left as you changed them: {', '.join(sorted(theirs))}" if theirs else ""
        return f"The project keeps it in {KITS}/{folder.name}{left}."

    def kits(self) -> tuple[str, tuple[KitInfo, ...]]:
        """The name of the project, and its kits, newest first; nothing where none is open. Raises `StudioloError`
        (`bad_request`)."""
        if self.folder is None:
            return "", ()
        with self._open() as root:
            name = self._project(root).name
            found = sorted(self._kits_in(root), key=lambda one: one[1].created, reverse=True)[:MOST_KITS]
            return name, tuple(
                KitInfo(
                    name=folder.name,
                    title=kit.title,
                    created=kit.created,
                    parts=self._as_it_lies(folder, kit),
                    palette=kit.card.palette,
                )
                for folder, kit in found
            )

    def bring(self, kit: str, file: str) -> Blob:
        """A blob of a file of a kit, as it lies there now. Raises `StudioloError` (`bad_request`, `too_large`)."""
        with self._open() as root:
            for folder, known in self._kits_in(root):
                if folder.name == kit:
                    return self._brought(folder, known, file)
            raise StudioloError("bad_request", f"The project has no kit '{kit:.100}'.", "List the kits again.")

    # ----

    @contextmanager
    def _open(self) -> Iterator[Path]:
        """The folder of the project that is open; what goes wrong within is said without where that lies, since a
        paired program may read it. Raises `StudioloError` where none is open."""
        folder = self.folder
        if folder is None:
            raise StudioloError("bad_request", "No project is open.", "Open one with `studiolo project FOLDER`.")
        try:
            yield folder
        except StudioloError as error:
            told, place = error.problem, str(folder)
            message = told.message.replace(
                place, "The project's folder" if told.message.startswith(place) else "the project"
            )
            raise StudioloError(told.code, message, told.mend.replace(place, "the project")) from None

    def _brought(self, folder: Path, kit: Kit, file: str) -> Blob:
        media_types = {CARD: "application/json"} | {one.name: one.blob.media_type for one in files_of(kit)}
        path = _inside(folder, file) if file in media_types else None
        if path is None:
            raise StudioloError(
                "bad_request", f"The kit {folder.name} has no file '{file:.100}'.", "List the kits again."
            )
        data = kit_disk.read_some(path, kit_disk.MOST_FILE + 1)
        self._blobs.put(hash_of(data), data)
        return Blob(sha256=hash_of(data), size=len(data), media_type=media_types[file])

    def _project(self, folder: Path) -> ProjectFile:
        if not folder.is_dir():
            raise StudioloError(
                "bad_request",
                f"{folder} has gone.",
                "Bring it back, or open another one with `studiolo project FOLDER`.",
            )
        return _read(folder) if (folder / PROJECT).is_file() else ProjectFile(name=folder.name[:80] or "Project")

    def _place(self, root: Path, kit: Kit) -> Path:
        """The folder of this kit: the one that it has already, or a new one of its title."""
        kits = root / KITS
        if not kits.resolve().is_relative_to(root.resolve()):
            raise StudioloError("bad_request", f"{kits} leads out of the project.", "Take that link away.")
        base = slug(kit.title)
        for number in range(1, 10_000):
            folder = kits / (base if number == 1 else f"{base}-{number}")
            if not folder.exists() and not folder.is_symlink():
                return folder
            known = self._kit_in(folder)
            if known is not None and _same(known, kit):
                return folder
        raise StudioloError("bad_request", f"{kits} has too many kits called {base}.", "Give this one another title.")

    def _as_it_lies(self, folder: Path, kit: Kit) -> tuple[KitPart, ...]:
        """The parts with the files that are there, by the hashes that they have now, and without recipes."""
        parts = []
        for part in kit.parts:
            files = []
            for file in part.files:
                path = _inside(folder, file.name)
                if path is not None:
                    state = path.stat()
                    files.append(replace(file, blob=replace(file.blob, sha256=self._hash(path), size=state.st_size)))
            parts.append(replace(part, files=tuple(files), recipe=None))
        return tuple(parts)

    def _hash(self, path: Path) -> Sha256:
        key = _state(path)
        if key not in self._hashes:
            with path.open("rb") as stream:
                self._hashes[key] = hashlib.file_digest(stream, "sha256").hexdigest()
        return self._hashes[key]

    def _keep_entities(self, root: Path, kit: Kit, where: str) -> None:
        bible = root / BIBLE
        if not bible.resolve().is_relative_to(root.resolve()):
            raise StudioloError("bad_request", f"{bible} leads out of the project.", "Take that link away.")
        noted = {sameness(name) for person in _people(root) for name in person.names}
        noted |= {sameness(file.stem) for file in bible.glob("*.md")} if bible.is_dir() else set()
        kept = {sameness(concept.name) for concept in self._concepts.all()}
        picture = self._picture_of(kit)
        for entity in entities_of(kit):
            if sameness(file_name(entity.name)) not in noted and sameness(entity.name) not in noted:
                note = bible / f"{file_name(entity.name)}.md"
                with kit_disk.telling(note, "written"):
                    bible.mkdir(exist_ok=True)
                    with note.open("xb") as out:
                        out.write(note_of(entity, kit, where))
            if sameness(entity.name) not in kept and entity.name:
                concept = Concept(name=entity.name, kind=entity.kind, words=entity.words[:500], picture=picture)
                self._concepts.keep(concept)

    def _picture_of(self, kit: Kit) -> Picture | None:
        """The kit's first picture, as a concept names it."""
        files = [file for part in kit.parts if part.kind == "image" for file in part.files]
        for file in files:
            if self._blobs.has(file.blob.sha256):
                return picture_header.read(self._blobs.get(file.blob.sha256), file.name)
        return None

    def _kits_in(self, root: Path) -> Iterator[tuple[Path, Kit]]:
        kits = root / KITS
        if not kits.is_dir() or not kits.resolve().is_relative_to(root.resolve()):
            return
        for folder in kits.iterdir():
            kit = self._kit_in(folder)
            if kit is not None:
                yield folder, kit

    def _kit_in(self, folder: Path) -> Kit | None:
        """The kit of a folder; None for one that has none that can be read, and for a link."""
        recipe = None if folder.is_symlink() or not folder.is_dir() else _inside(folder, RECIPE)
        if recipe is None:
            return None
        key = _state(recipe)
        if key not in self._kits:
            try:
                self._kits[key] = read_kit(kit_disk.read_some(recipe, MOST_RECIPE + 1), str(recipe))
            except StudioloError:
                self._kits[key] = None
        return self._kits[key]


def _read(folder: Path) -> ProjectFile:
    file = folder / PROJECT
    return read_project(kit_disk.read_some(file, 2**20), str(file))


def _people(root: Path) -> tuple[Person, ...]:
    """Of the notes of its bible; what can't be read is nobody's."""
    found = []
    for file in sorted((root / BIBLE).rglob("*.md"))[:MOST_NOTES] if (root / BIBLE).is_dir() else ():
        if file.is_file() and file.resolve().is_relative_to(root.resolve()):
            try:
                text = kit_disk.read_some(file, MOST_NOTE).decode("utf-8-sig", "replace")
                person = read_person(text, file.stem, str(file))
            except StudioloError:
                continue  # the writer is told of such a note where the bible itself is used
            found += [person] if person else []
    return tuple(found)


def _state(path: Path) -> State:
    state = path.stat()
    return str(path), state.st_size, state.st_mtime_ns


def _inside(folder: Path, name: str) -> Path | None:
    """The file of that name; None where there is none, or a link leads out of the folder."""
    path = (folder / name).resolve()
    return path if path.is_file() and path.is_relative_to(folder.resolve()) else None


def _same(one: Kit, other: Kit) -> bool:
    """Whether it is the same kit, made again."""
    asked = [(kit.request.brief, kit.request.preset, kit.settled.seed) for kit in (one, other)]
    return asked[0] == asked[1]
