"""`models list | pull | show | remove`: the models on this machine and those that can be had.

Needs no daemon, but to list the models of one elsewhere.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studiolo_cli import terminal
from studiolo_cli.following import model_name
from studiolo_contract.codec import to_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.frames import to_json

if TYPE_CHECKING:
    from studiolo.models.pull import Fetching
    from studiolo.models.store import Shown, Store

app = typer.Typer(
    help="List, fetch, show and remove models.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
GB = 10**9
PACE = 0.2
"""Seconds between two lines that tell how far a pull is."""
Name = Annotated[str, typer.Argument(help="Name of the model, as `studiolo models list` shows it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_models(json: Json = False) -> None:
    """List the models of the catalogue and those in Studiolo's folder, or those of a daemon elsewhere."""
    from studiolo_client.discovery import elsewhere

    away = elsewhere()
    if away is not None:
        known = _known_there()
        terminal.note(f"These are the models at {away.url}.")
    else:
        store = _store()
        known = [_facts(store.show(name), store) for name in (*store.entries, *_others(store))]
    if json:
        terminal.say_json(known)
        return
    rows = [_row(facts) for facts in known]
    columns = ["Name", "Kind", "Here", "Memory", "Licence", "What it is"]
    terminal.table(columns, rows, ["bold", "", "green"])


@app.command()
def show(name: Annotated[str, typer.Argument(help="Name of the model, or its folder.")], json: Json = False) -> None:
    """Show all that is known about a model."""
    store = _store()
    facts = _facts(store.show(model_name(name)), store)
    if json:
        terminal.say_json(facts)
        return
    for key, value in facts.items():
        if value not in ("", None):
            shown = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
            terminal.say(f"{key.replace('_', ' ')}: {shown}")


@app.command()
def pull(
    name: Name, json: Annotated[bool, typer.Option("--json", help="Print a line of JSON as it goes on.")] = False
) -> None:
    """Fetch a model, or check every byte of it if it is here. A broken download goes on where it stopped."""
    from studiolo_client.discovery import elsewhere

    if json:
        _pull_for_a_program(name)
        return
    away = elsewhere()
    with terminal.Bar() as bar:
        fetch(name, bar)
    if away is not None:
        terminal.note(f"Programs here use the daemon at {away.url}, which has its own models; pull it there as well.")


@app.command()
def remove(name: Name) -> None:
    """Delete a model from this machine."""
    freed = _store().remove(name)
    terminal.note(f"{name} is gone; that freed {freed / GB:.2f} GB.")


def fetch(name: str, bar: terminal.Bar) -> None:
    """Pulls a model and shows how far it is. Raises `StudioloError`."""

    def progress(fetching: Fetching) -> None:
        what = {"download": "Fetching", "convert": "Converting", "verify": "Checking"}[fetching.stage]
        megabytes = f"{fetching.done / 1e6:.0f}/{fetching.total / 1e6:.0f} MB"
        amount = f"{fetching.done}/{fetching.total}" if fetching.stage == "convert" else megabytes
        bar.show(f"{what} {fetching.model}", fetching.done, fetching.total, amount)

    terminal.note(f"Getting the model {name} …")
    model = _store().pull(name, progress)
    bar.stop()
    terminal.note(f"{name} is here, in {model.folder}.")


def _pull_for_a_program(name: str) -> None:
    """Pulls a model and prints how far it is, some times a second, and at last what went wrong if something did."""
    told = 0.0

    def progress(fetching: Fetching) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told > PACE or fetching.done == fetching.total:
            told = now
            terminal.say(to_json(fetching))

    try:
        _store().pull(name, progress)
    except StudioloError as error:
        terminal.say(to_json({"error": error.problem}))
        raise typer.Exit(1) from None


def _known_there() -> list[dict[str, Any]]:
    """The models of the daemon elsewhere. Raises `StudioloError`."""
    from studiolo_cli.daemon import connected

    with connected() as client:
        return [to_plain(model) for model in client.models()]


def _store() -> Store:
    from studiolo.models.store import Store
    from studiolo_client.discovery import home
    from studiolo_daemon.settings import read_settings

    return Store(home(), read_settings(home()).chosen)


def _others(store: Store) -> list[str]:
    return [model.name for model in store.installed() if model.name not in store.entries]


def _facts(shown: Shown, store: Store) -> dict[str, Any]:
    entry, model = shown.entry, shown.model
    known = entry or model
    return {
        "name": shown.name,
        "kind": known.kind if known else "",
        "summary": entry.summary if entry else "",
        "family": entry.family if entry else "",
        "installed": model is not None,
        "default": known is not None and store.default(known.kind) == shown.name,
        "licence": known.licence if known else "",
        "licence_url": entry.licence_url if entry else "",
        "commercial": known.commercial if known else False,
        "gated": entry.gated if entry else False,
        "memory_gb": entry.memory_gb if entry else None,
        "source": _source(entry.source) if entry else "",
        "needs": ", ".join(entry.needs) if entry else "",
        "revision": model.revision if model else "",
        "sha256": model.sha256 if model else "",
        "folder": str(shown.folder),
        "size_on_disk": shown.size,
    }


def _source(source: object) -> str:
    from studiolo.models.catalogue import Hub, Package, Project

    if isinstance(source, Hub):
        return f"Hugging Face hub, {source.repo}"
    if isinstance(source, Package):
        return f"Python package {source.package} {source.version}"
    assert isinstance(source, Project)
    return f"part of Studiolo ({source.folder})"


def _row(facts: dict[str, Any]) -> list[str]:
    here = ("default" if facts["default"] else "yes") if facts["installed"] else ""
    memory = f"{facts['memory_gb']:g} GB" if facts["memory_gb"] is not None else ""
    licence = facts["licence"] if facts["commercial"] else f"{facts['licence']}, not commercial"
    return [facts["name"], facts["kind"], here, memory, licence, facts["summary"]]
