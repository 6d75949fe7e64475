"""`doctor`: finds what is wrong with an installation, says it in a sentence each, and packs it for a bug report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from studiolo_cli import terminal
from studiolo_cli.checks.finding import Check, Finding, broken, ok
from studiolo_contract.errors import StudioloError

MARKS = {"ok": "ok    ", "hint": "hint  ", "broken": "BROKEN"}


def doctor(
    jobs: Annotated[
        bool, typer.Option("--jobs", help="Have a small text, picture and piece of music made too.")
    ] = False,
    bundle: Annotated[
        Path | None, typer.Option(metavar="FILE.zip", help="Write what a bug report needs to a zip, without secrets.")
    ] = None,
    with_words: Annotated[
        bool, typer.Option("--with-words", help="Put what you have asked for lately into that zip too.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find what is wrong with this installation, and say how to mend it. Exit status 1 when something is broken.

    It changes nothing, and starts nothing but what --jobs needs.

    [bold]Examples[/bold]

      studiolo doctor
      studiolo doctor --jobs
      studiolo doctor --bundle report.zip
    """
    if with_words and bundle is None:
        raise StudioloError("bad_request", "--with-words is of a bundle.", "Give --bundle FILE.zip too.")
    if bundle is not None:
        terminal.check_writable(bundle)
    found = []
    with terminal.Bar() as bar:
        bar.show("Looking")
        for finding in examine(jobs):
            found.append(finding)
            bar.show(f"Looking, at {finding.about} last")
    if json:
        terminal.say_json([asdict(finding) for finding in found])
    else:
        _show(found)
    if bundle is not None:
        from studiolo_cli.bundle import pack

        pack(bundle, found, with_words)
        terminal.note(f"Wrote {bundle}. Look into it before you send it: it is meant to have nothing private in it.")
    if any(finding.state == "broken" for finding in found):
        raise typer.Exit(1)


def examine(jobs: bool = False) -> Iterator[Finding]:
    """Everything that the checks find, in their order; with `jobs` after a small job for each worker too."""
    for check in (*_checks(), *(_jobs() if jobs else ())):
        try:
            yield from check()
        except Exception as error:  # noqa: BLE001  what is broken may break a check as well
            name = getattr(check, "func", check).__name__.replace("_", " ")
            yield broken(
                "doctor",
                f"The check of {name} could not be made: {type(error).__name__}: {error}.",
                "Mend what stands above; if nothing does, report this.",
            )


def _checks() -> Iterator[Check]:
    from studiolo_cli.checks import elsewhere, folder, kept, machine, models, plugins, python, running
    from studiolo_client.discovery import home as studiolo_home

    home = studiolo_home()
    yield from (python.interpreter, python.packages, python.websockets)
    yield from (machine.torch, machine.memory, partial(machine.loopback, os.environ))
    of_home: tuple[Callable[[Path], Iterator[Finding]], ...] = (
        *(folder.folder, folder.access, folder.room, folder.locks, folder.settings),
        *(kept.journal, kept.put_aside, kept.blobs),
        elsewhere.elsewhere,
        *(running.runtime_file, running.port, running.lock, running.answers, running.launch),
        *(models.starters, models.half_pulled, models.chosen),
    )
    yield from (partial(check, home) for check in of_home)
    yield from (plugins.krita, plugins.blender, plugins.obsidian, plugins.zim)


def _jobs() -> Iterator[Check]:
    from studiolo_contract.image import ImageRequest
    from studiolo_contract.music import MusicRequest
    from studiolo_contract.request import Request
    from studiolo_contract.text import TextRequest

    requests: dict[str, Request] = {
        "text": TextRequest(text="It rained.", mode="continue", max_tokens=8, candidates=1, seed=1),
        "picture": ImageRequest(prompt="a boat", steps=2, width=64, height=64, seed=1, previews=False),
        "music": MusicRequest(prompt="calm", seconds=2.0, seed=1, previews=False),
    }
    for name, request in requests.items():

        def job(name: str = name, request: Request = request) -> Iterator[Finding]:
            from studiolo_cli.daemon import connected

            began = time.perf_counter()
            try:
                with connected() as client:
                    client.submit(request).wait(timeout=300)
            except (StudioloError, TimeoutError) as error:
                mend = (
                    error.problem.mend if isinstance(error, StudioloError) else "See what runs with `studiolo status`."
                )
                said = (
                    error.problem.message if isinstance(error, StudioloError) else "it was not done within 5 minutes."
                )
                yield broken("jobs", f"A small job of {name} has failed: {said}", mend)
            else:
                yield ok("jobs", f"A small job of {name} was done in {time.perf_counter() - began:.1f} s.")

        yield job


def _show(found: list[Finding]) -> None:
    for finding in found:
        line = f"{MARKS[finding.state]}  {finding.about}: {finding.message}"
        terminal.say(f"{line} {finding.mend}".rstrip())
    counts = {state: sum(finding.state == state for finding in found) for state in MARKS}
    if counts["broken"]:
        what = "One thing is" if counts["broken"] == 1 else f"{counts['broken']} things are"
        terminal.say(f"{what} broken.")
    else:
        terminal.say("Nothing is broken.")
