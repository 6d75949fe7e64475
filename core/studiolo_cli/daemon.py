"""`serve`, `stop`, `status`, `free`, and how every other command reaches the daemon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studiolo_cli import terminal

if TYPE_CHECKING:
    from studiolo_client.client import Client
    from studiolo_client.discovery import Running

NAME = "cli"
"""Whose jobs these are: all commands of one installation are one client, so `cancel` reaches what `write` began."""


@contextmanager
def connected() -> Iterator[Client]:
    """A conversation with the daemon, which is started if none runs and none elsewhere is used. Raises
    `StudioloError`."""
    from studiolo_client.client import Client
    from studiolo_client.discovery import recorded
    from studiolo_contract.errors import StudioloError

    running, client = recorded(), None
    if running is not None and running.by_code:
        client = Client(running, NAME)
    elif running is not None:
        try:
            client = Client(running, NAME)
        except StudioloError as error:
            if error.problem.code not in ("no_daemon", "bad_token"):  # these are the file of one that was killed
                raise
    if client is None:
        client = Client(started(), NAME)
    with client:
        yield client


def started() -> Running:
    """This machine's own daemon, started if none runs. Raises `StudioloError`, also where one elsewhere is used."""
    from studiolo_client import discovery
    from studiolo_client.start import check_ours, start

    check_ours()
    running = discovery.read()
    if running is None:
        terminal.note("Starting the daemon …")
        running = start()
    return running


def serve(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="TCP port on this machine; 4747, or a free one, unless given.")
    ] = None,
) -> None:
    """Run this machine's own daemon in this terminal until Ctrl-C."""
    from studiolo_client.discovery import elsewhere
    from studiolo_daemon.__main__ import main

    away = elsewhere()
    if away is not None:
        terminal.note(f"Programs here go on using the daemon at {away.url}, until `studiolo connect --forget`.")

    raise typer.Exit(main([] if port is None else ["--port", str(port)]))


def stop() -> None:
    """End this machine's own daemon. Jobs that are not over go on when it starts again."""
    from studiolo_client import discovery
    from studiolo_client.start import check_ours
    from studiolo_client.start import stop as end

    running = discovery.read()
    if running is None:
        check_ours()
        terminal.note("No daemon runs.")
        return
    end(running)
    terminal.note("The daemon has ended.")


def free() -> None:
    """Give the memory of loaded models back, for a render say. What runs now goes on; the next job loads its model."""
    from studiolo_client import discovery

    if discovery.elsewhere() is None and discovery.read() is None:
        terminal.note("No daemon runs, so nothing is loaded.")
        return
    with connected() as client:
        client.free()
    terminal.note("The memory is free. A job that still runs frees its own when it is over.")


def status(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show whether the daemon runs and what it is doing. Exit status 1 when it does not run."""
    from studiolo_client import discovery

    running = discovery.recorded()
    doing = None if running is None else discovery.status(running)
    if running is not None and running.by_code and doing is None:
        _tell_why(running, json)
    if running is None or doing is None:
        if json:
            terminal.say_json({"running": False, "home": str(discovery.home())})
        else:
            terminal.say("No daemon runs. The next command that needs it starts it; so does `studiolo serve`.")
        raise typer.Exit(1)
    if json:
        facts = {"url": running.url, "pid": running.pid, "version": running.version, "protocol": running.protocol}
        terminal.say_json({"running": True, "elsewhere": running.by_code, **facts, **doing})
        return
    if running.by_code:
        name = doing.get("holder", "")
        terminal.say(
            f"Studiolo {running.version} runs elsewhere, at {running.url}{f'; there this is {name}' if name else ''}."
        )
        terminal.say(
            f"Up for {_duration(doing['uptime'])}. It is used until `studiolo connect --forget`; none is started here."
        )
    else:
        terminal.say(f"Studiolo {running.version} runs at {running.url} (process {running.pid}).")
        terminal.say(f"Up for {_duration(doing['uptime'])}; everything it keeps is in {doing['home']}.")
    for kind, lane in doing["lanes"].items():
        terminal.say(f"{kind}: {_lane(lane)}")


def _tell_why(running: Running, json: bool) -> None:
    """Says why a daemon elsewhere can't be used. Raises `StudioloError`, or ends the command where JSON is wanted."""
    from studiolo_client.connection import no_daemon, open_connection
    from studiolo_contract.errors import StudioloError

    try:
        open_connection(running, NAME)[0].close()
        raise no_daemon(running, "no answer came in time")
    except StudioloError as error:
        if not json:
            raise
        terminal.say_json({"running": False, "elsewhere": True, "url": running.url, "problem": error.problem})
        raise typer.Exit(1) from None


def _lane(lane: dict[str, Any]) -> str:
    jobs = lane["running"]
    parts = [
        f"jobs {', '.join(jobs)} are running" if len(jobs) > 1 else f"job {jobs[0]} is running" if jobs else "idle"
    ]
    if lane["waiting"]:
        parts.append(f"{lane['waiting']} waiting")
    if lane["model"]:
        parts.append(f"{lane['model']} is loaded on {lane['device']} ({lane['model_bytes'] / 2**20:.0f} MiB)")
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
