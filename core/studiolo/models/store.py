"""The models on this machine, by name or path. Knows what lies where; loads nothing and knows no engine.

A model is a folder under `models/` of Studiolo's home, or any other folder that a person names. What `pull` brings has
a record with the hash of each file (`record.py` says how the hash of the whole is made); a folder that somebody copied
there by hand has none and is taken as it is.
"""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from studiolo import __version__
from studiolo.models import layout, record
from studiolo.models.catalogue import Entry, Project, catalogue
from studiolo.models.layout import Layout
from studiolo.models.model import Defaults, Kind, Model
from studiolo.models.pull import Fetching, OnProgress, check, pull
from studiolo.models.record import Record
from studiolo_contract.errors import StudioloError

STARTERS: Mapping[Kind, str] = {
    "text": "starter-text",
    "image": "starter-picture",
    "upscale": "starter-upscaler",
    "music": "starter-composer",
    "judge": "starter-judge",
    "maps": "starter-maps",
    "embedding": "starter-embedder",
}
_TREE = Path(__file__).resolve().parents[3]
"""Root of the source tree, where the starters that come with the project lie."""

__all__ = ["STARTERS", "Fetching", "OnProgress", "Shown", "Store"]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """All that is known about a model, for a person."""

    name: str
    entry: Entry | None
    """None for a folder that is not in the catalogue."""
    model: Model | None
    """None where it is not installed, or not whole."""
    folder: Path
    """Where it is, or would be."""
    size: int
    """Bytes on disk."""


class Store:
    """The models below one home folder."""

    def __init__(
        self, home: Path, chosen: Mapping[Kind, str] | None = None, entries: Mapping[str, Entry] | None = None
    ) -> None:
        """`chosen`: the model for requests that name none, empty for the starter. `entries`: the catalogue."""
        self.folder = home / "models"
        self.entries = catalogue() if entries is None else entries
        self._defaults = {**STARTERS, **{kind: name for kind, name in (chosen or {}).items() if name}}

    def default(self, kind: Kind) -> str:
        """Name of the model for requests that name none."""
        return self._defaults[kind]

    def installed(self) -> tuple[Model, ...]:
        """Every model that can be used now: those of the catalogue in its order, then other folders by name."""
        found = []
        for name in [*self.entries, *self._others()]:
            try:
                found.append(self.find(name))
            except StudioloError:  # not here, or not whole: `show` and `find` say which
                continue
        return tuple(found)

    def find(self, name_or_path: str) -> Model:
        """The model of that name, or in that folder.

        Raises `StudioloError`: `unknown_model`, `model_missing` where it has to be pulled, `bad_model` where it is
        damaged or of no use.
        """
        folder, entry = self._place(name_or_path)
        if entry is None:
            shape = layout.inspect(folder)
            own = folder.parent == self.folder and folder.is_dir()
            return self._model(folder.name if own else str(folder), folder, shape, None)
        if not folder.is_dir():
            raise StudioloError(
                "model_missing", f"The model {entry.name} is not on this machine yet.", self._way_to(entry)
            )
        kept = self._record(folder, entry)
        if kept is not None and (fault := record.damage(folder, kept)):
            raise StudioloError("bad_model", f"The model {entry.name} is damaged: {fault}.", self._way_to(entry))
        own = isinstance(entry.source, Project)  # in layouts of their own, which only their engines know
        shape = Layout(entry.kind, entry.engine, "") if own else layout.inspect(folder)
        return self._model(entry.name, folder, shape, entry)

    def pull(self, name: str, on_progress: OnProgress) -> Model:
        """Fetches a model of the catalogue with all it needs, or checks every byte of it where it is already here.

        Goes on with a broken download. Raises `StudioloError`: `unknown_model`, `offline`, `disk_full`, `bad_model`,
        `model_missing` where the hub wants the licence accepted first.
        """
        if name not in self.entries:
            raise self._unknown(name)
        entry = self.entries[name]
        for needed in entry.needs:
            self.pull(needed, on_progress)
        if isinstance(entry.source, Project):
            check(entry, self._place(name)[0], on_progress)
        else:
            pull(entry, self.folder, on_progress)
        return self.find(name)

    def remove(self, name: str) -> int:
        """Deletes a model and what a broken pull left of it; how many bytes that freed. Its pin stays."""
        folder, entry = self._place(name)
        if entry is not None and isinstance(entry.source, Project):
            raise StudioloError("bad_request", f"{name} is part of Studiolo itself.", "Leave it; it is small.")
        if folder.parent != self.folder:
            raise StudioloError("bad_request", f"{folder} is not Studiolo's own.", "Delete the folder yourself.")
        partial = self.folder / ".pulling" / folder.name
        if not folder.is_dir() and not partial.is_dir():
            raise StudioloError("model_missing", f"The model {name} is not on this machine.", "There is nothing to do.")
        freed = _size(folder) + _size(partial)
        try:
            if partial.is_dir():
                shutil.rmtree(partial)
            if folder.is_dir():
                partial.parent.mkdir(exist_ok=True)
                folder.replace(partial)  # out of sight at once, so that nobody loads half of it
                shutil.rmtree(partial)
        except OSError as error:
            raise StudioloError(
                "internal", f"{name} could not be deleted ({error.strerror}).", "Stop the daemon, then remove it again."
            ) from error
        return freed

    def show(self, name: str) -> Shown:
        """All that is known about a model. Raises `StudioloError` (`unknown_model`)."""
        folder, entry = self._place(name)
        try:
            model = self.find(name)
        except StudioloError:
            model = None
        return Shown(name=name, entry=entry, model=model, folder=folder, size=_size(folder))

    def _place(self, name: str) -> tuple[Path, Entry | None]:
        """Folder and entry of a name or path; the folder of an entry need not be there."""
        entry = self.entries.get(name)
        if entry is not None:
            return (_TREE / entry.source.folder if isinstance(entry.source, Project) else self.folder / name), entry
        try:
            path = Path(name).expanduser()
            there = path.is_absolute() and path.exists()
        except (OSError, RuntimeError, ValueError):  # nobody's home, a NUL, longer than a name may be
            raise self._unknown(name) from None
        if path.is_absolute():
            if not there:
                raise StudioloError(
                    "unknown_model", f"There is no folder {path}.", "Give the folder of a model, or an upscaler's file."
                )
            known = self.entries.get(path.name) if path.parent == self.folder else None
            return path, known
        if name in self._others():
            return self.folder / name, None
        raise self._unknown(name)

    def _others(self) -> list[str]:
        """Names of folders below `models/` that are not in the catalogue."""
        if not self.folder.is_dir():
            return []
        return sorted(
            found.name
            for found in self.folder.iterdir()
            if found.is_dir() and not found.name.startswith(".") and found.name not in self.entries
        )

    def _model(self, name: str, folder: Path, shape: Layout, entry: Entry | None) -> Model:
        kept = self._record(folder, entry)
        embedder = self.folder / STARTERS["embedding"]
        return Model(
            name=name,
            kind=entry.kind if entry else shape.kind,
            engine=entry.engine if entry else shape.engine,
            folder=folder,
            licence=entry.licence if entry else "not known to Studiolo",
            commercial=entry.commercial if entry else False,
            revision=kept.revision if kept else "",
            sha256=kept.sha256 if kept else "",
            defaults=entry.defaults if entry else Defaults(),
            variant=shape.variant,
            embedder=embedder if record.read(embedder) else None,
            depth=shape.depth,
        )

    def _unknown(self, name: str) -> StudioloError:
        names = [*self.entries, *self._others()]
        near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.5)
        mend = f"Did you mean {' or '.join(near)}?" if near else f"Choose one of: {', '.join(names)}."
        if "/" in name or "\\" in name:
            mend = "Give the whole path of a folder, or one of: " + ", ".join(names) + "."
        return StudioloError("unknown_model", f"No model is called '{name:.100}'.", mend)

    @staticmethod
    def _record(folder: Path, entry: Entry | None) -> Record | None:
        """What the folder should consist of; None where nobody knows."""
        if entry is None:
            return None
        if not isinstance(entry.source, Project):
            return record.read(folder)
        return Record(name=entry.name, revision=f"studiolo {__version__}", files=entry.files) if entry.files else None

    @staticmethod
    def _way_to(entry: Entry) -> str:
        if isinstance(entry.source, Project):
            return f"It belongs to Studiolo's source tree at {entry.source.folder}: get the whole tree."
        return f"Run `studiolo models pull {entry.name}`."


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in (folder, *folder.rglob("*")) if file.is_file())
