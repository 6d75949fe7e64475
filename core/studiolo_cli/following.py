"""What all commands that make something have in common.

The model is there, the job is followed to its end, and Ctrl-C stops it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from studiolo_cli import terminal
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Event, Progress, Result

if TYPE_CHECKING:
    from studiolo_client.client import Client
    from studiolo_client.job import Job

LAST_WORDS = 5.0
"""Seconds to wait for the end of a job that was stopped."""


def model_name(name: str) -> str:
    """A folder or file by its whole path, since the daemon lives in another folder; any other name as it is. Raises
    `StudioloError` (`bad_request`) for a path where a daemon elsewhere is used, which has no such folder."""
    from studiolo_client.discovery import elsewhere

    path = Path(name)
    if not name or not (path.is_dir() or (path.suffix and path.is_file())):
        return name
    away = elsewhere()
    if away is not None:
        raise StudioloError(
            "bad_request",
            f"'{name}' lies on this machine, and the daemon at {away.url} reads no models from here.",
            "Put it among Studiolo's models there, and give the name that `studiolo models list` shows.",
        )
    return str(path.resolve())


def provide(client: Client, kind: Literal["text", "image", "upscale", "music"], name: str, bar: terminal.Bar) -> None:
    """Pulls the installation's own model if that is what is asked for and it is not there yet; a first use should
    not end in an error. Other models are pulled by name, by the person, and those of a daemon elsewhere on its machine.
    Raises `StudioloError`."""
    from studiolo_client.discovery import elsewhere

    away = elsewhere()
    for model in client.welcome.models:
        if model.kind != kind or model.installed:
            continue
        if away is not None and (name == model.name or (not name and model.default)):
            raise StudioloError(
                "model_missing",
                f"The machine of the daemon at {away.url} does not have the model {model.name} yet.",
                f"Run `studiolo models pull {model.name}` there.",
            )
        if away is None and model.default and name in ("", model.name):
            from studiolo_cli.models import fetch

            fetch(model.name, bar)


def follow(client: Client, job: Job, hear: Callable[[Event], None], bar: terminal.Bar | None = None) -> Result | None:
    """Reads the job to its end, with `bar` shown until `hear` shows more; None when it was stopped, by Ctrl-C here or
    by anyone else. Raises `StudioloError` when it failed."""
    from studiolo_client.job import JobCancelled

    seen = 0

    def listen(timeout: float | None) -> None:
        nonlocal seen
        for happened in job.events(seen, timeout):
            seen = happened.seq
            hear(happened.event)

    if bar is not None:
        bar.show("Getting ready")
    try:
        listen(None)
    except KeyboardInterrupt:
        client.cancel(job)
        with suppress(TimeoutError):
            listen(LAST_WORDS)
    except OSError:  # whoever read the text has gone
        client.cancel(job)
        raise
    try:
        return job.wait(0)
    except (JobCancelled, TimeoutError):
        return None


def show(bar: terminal.Bar, event: Progress, doing: str = "Painting") -> None:
    """What the job is at; `doing` is what its steps do."""
    what = {
        "load": "Loading the model",
        "read": "Reading",
        "write": "Writing",
        "decode": "Developing",
        "maps": "Finding the maps",
        "compose": "Composing",
        "render": "Playing",
    }
    if event.stage == "load":
        bar.show(what["load"], event.done, event.total)
    else:
        amount = f"{event.done}/{event.total}" if event.total else ""
        bar.show(what.get(event.stage, doing), event.done, event.total, amount)
