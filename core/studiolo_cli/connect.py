"""`connect`: use a daemon on another machine, by its pairing code."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from studiolo_cli import terminal
from studiolo_cli.daemon import NAME
from studiolo_contract.errors import StudioloError

if TYPE_CHECKING:
    from studiolo_client.discovery import Running

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def connect(
    code: Annotated[
        str | None,
        typer.Argument(help="What `studiolo pair NAME --outside` prints there.", metavar="CODE"),
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Use this machine's own daemon again.")] = False,
) -> None:
    """Have the commands, Krita and Blender on this machine use a daemon on another one.

    None is started here then. CODE is asked for if left out, which keeps it out of the shell's history.

    [bold]Examples[/bold]

      studiolo connect studiolo:eyJ1cmwi…
      studiolo connect < code.txt
      studiolo connect --forget
    """
    from studiolo_client import discovery
    from studiolo_client.pairing import read_code

    if forget:
        if code is not None:
            raise StudioloError("bad_request", "`connect` takes a code or --forget.", "Give one of the two.")
        kept = discovery.elsewhere_file().exists()
        discovery.forget_elsewhere()
        terminal.note("This machine's own daemon is used again." if kept else "No daemon elsewhere was used.")
        return
    running, name = greeted(read_code(_asked() if code is None else code))
    discovery.keep_elsewhere(running)
    terminal.note(
        f"Connected to Studiolo {running.version} at {running.url}{f', where this is {name}' if name else ''}."
    )
    terminal.note(
        "The commands, Krita and Blender here use it from their next start on, until `studiolo connect --forget`."
    )
    address = urlsplit(running.url)
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        terminal.note("It has no certificate: whoever can listen on the way there reads everything, the key too.")
    if discovery.read() is not None:
        terminal.note("This machine's own daemon still runs; `studiolo stop` ends it.")


def greeted(running: Running) -> tuple[Running, str]:
    """The daemon with what it says of itself, and the name under which it knows us; empty where it does not say. Raises
    `StudioloError`."""
    from studiolo_client import discovery
    from studiolo_client.connection import open_connection

    try:
        socket, welcome = open_connection(running, NAME)
    except StudioloError as error:
        raise _here(error, running) from None
    socket.close()
    said = discovery.status(running) or {}
    return replace(running, version=welcome.server.rpartition(" ")[2], protocol=welcome.protocol), said.get(
        "holder", ""
    )


def _here(error: StudioloError, running: Running) -> StudioloError:
    """The same, for somebody who has the code in hand."""
    problem = error.problem
    mend = {
        "no_daemon": "See that it runs there and that this machine can reach it; nothing was changed here.",
        "bad_token": "Make a new one there, with `studiolo pair NAME --outside`; nothing was changed here.",
    }.get(problem.code, problem.mend)
    if problem.code == "no_daemon" and urlsplit(running.url).hostname in LOOPBACK:
        mend = "This code is for a program on the daemon's own machine; make one with `studiolo pair NAME --outside`."
    return StudioloError(problem.code, problem.message, mend)


def _asked() -> str:
    """The code from standard input: typed unseen at a terminal, or a line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    from getpass import getpass

    return getpass("Pairing code: ")
