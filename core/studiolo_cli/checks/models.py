"""The models: the starters byte by byte, those that were half pulled, those that were chosen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studiolo.models import record
from studiolo.models.catalogue import Project
from studiolo.models.store import STARTERS, Store
from studiolo_cli.checks.finding import Finding, broken, hint, ok
from studiolo_contract.errors import StudioloError


def starters(home: Path) -> Iterator[Finding]:
    """Whether each is there, with the bytes that the catalogue pins."""
    store = Store(home)
    for name in STARTERS.values():
        entry = store.entries[name]
        ours = isinstance(entry.source, Project)
        try:
            model = store.find(name)
        except StudioloError as error:
            if error.problem.code == "model_missing" and not ours:
                yield hint("models", f"{name} is not here yet.", f"It comes when it is needed: {error.problem.mend}")
            else:
                yield broken("models", error.problem.message, error.problem.mend)
            continue
        kept = record.read(model.folder)
        marks = entry.files if ours else kept.files if kept else {}
        other = next(
            (path for path, mark in marks.items() if record.hash_file(model.folder / path) != mark.sha256), None
        )
        if other is None:
            yield ok("models", f"{name} is whole." if marks else f"{name} is here, and nobody knows its hashes.")
        else:
            yield broken(
                "models",
                f"{name} has other bytes than it came with, in {model.folder / other}.",
                "Get the whole source tree of Studiolo anew." if ours else f"Run `studiolo models pull {name}`.",
            )


def half_pulled(home: Path) -> Iterator[Finding]:
    """What a pull that broke off has left."""
    folder = home / "models" / ".pulling"
    if not folder.is_dir():
        return
    for partial in sorted(part for part in folder.iterdir() if part.is_dir()):
        yield hint(
            "models",
            f"{partial.name} was begun to be pulled and is not whole.",
            f"Run `studiolo models pull {partial.name}` to go on, or `studiolo models remove {partial.name}`.",
        )


def chosen(home: Path) -> Iterator[Finding]:
    """Whether the models that settings.toml names for every request are there, and those that were added are whole."""
    from studiolo_daemon.settings import read_settings

    try:
        wanted = read_settings(home).chosen
    except StudioloError:  # `folder.settings` says so
        return
    store = Store(home)
    for kind, name in wanted.items():
        try:
            store.find(name)
        except StudioloError as error:
            yield broken(
                "models",
                f"settings.toml names '{name}' for every request of kind {kind}: {error.problem.message}",
                error.problem.mend,
            )
    for name, entry in store.entries.items():
        if name in STARTERS.values() or not (store.folder / name).is_dir():
            continue
        try:
            store.find(name)
        except StudioloError as error:
            yield broken("models", error.problem.message, error.problem.mend)
        else:
            yield ok("models", f"{entry.name} is here.")
