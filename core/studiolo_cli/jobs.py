"""`jobs` and `cancel`."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from studiolo_cli import terminal
from studiolo_cli.daemon import connected


def list_jobs(
    everyone: Annotated[
        bool, typer.Option("--all", help="Jobs of every program, not of this command line only.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List jobs, newest first."""
    with connected() as client:
        found = client.jobs(everyone)
    if json:
        terminal.say_json(found)
        return
    if not found:
        terminal.note("There are no jobs.")
        return
    rows = [[job.job, job.state, job.kind, job.client, _age(job.created), job.title] for job in found]
    terminal.table(["Job", "State", "Kind", "Program", "Age", "Of"], rows, ["bold"])


def cancel(job: Annotated[str, typer.Argument(help="Id of the job, as `studiolo jobs` shows it.")]) -> None:
    """Stop a job. One that is over stays as it is."""
    with connected() as client:
        client.cancel(job)
    terminal.note(f"Job {job} is not wanted any more.")


def _age(created: float) -> str:
    seconds = max(0, int(time.time() - created))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
