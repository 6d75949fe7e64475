"""`pair`: tokens for programs that can't read `daemon.json`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from studiolo_cli import terminal
from studiolo_cli.daemon import started
from studiolo_contract.codec import from_plain
from studiolo_contract.errors import Problem, StudioloError

if TYPE_CHECKING:
    from studiolo_client.discovery import Running


def pair(
    name: Annotated[str | None, typer.Argument(help="What the program shall be called here.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show which programs are paired.")] = False,
    revoke: Annotated[
        str, typer.Option("--revoke", metavar="NAME", help="Refuse this program from now on, and hang up on it.")
    ] = "",
    outside: Annotated[
        bool, typer.Option("--outside", help="The program is on another machine, for which `host` is set.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--token", help="Print the bare token: the program speaks OpenAI's API, or the web UI's.")
    ] = False,
) -> None:
    """Pair a program that can't find the daemon by itself, such as one that is shut in a sandbox.

    The code goes to standard output, this once; paste it into the program. It is a key: show it to nobody else.

    [bold]Examples[/bold]

      studiolo pair tablet
      studiolo pair laptop --outside
      studiolo pair continue --token
      studiolo pair --list
      studiolo pair --revoke tablet
    """
    if bool(name) + listed + bool(revoke) != 1:
        raise StudioloError("bad_request", "`pair` takes a name, --list or --revoke.", "Give one of the three.")
    from studiolo_client.discovery import elsewhere
    from studiolo_client.pairing import write_code

    away = elsewhere()
    if away is not None:
        raise StudioloError(
            "bad_request",
            f"Programs here use the daemon at {away.url}, and are paired with it on its own machine.",
            "Run `studiolo pair` there, or first `studiolo connect --forget` here.",
        )
    running = started()
    if listed:
        pairings = _ask(running, "GET")["paired"]
        if not pairings:
            terminal.note("No program is paired.")
            return
        rows = [[known["name"], time.strftime("%Y-%m-%d", time.localtime(known["since"]))] for known in pairings]
        terminal.table(["Program", "Since"], rows, ["bold"])
    elif revoke:
        _ask(running, "DELETE", revoke)
        terminal.note(f"{revoke} is not let in any more.")
    elif name:
        if outside and _ask(running, "GET")["outside"] is None:
            raise StudioloError(
                "bad_request",
                "The daemon can be reached from this machine only.",
                "Set 'host' in settings.toml and start it anew; docs/note-apps.md says how.",
            )
        answer = _ask(running, "PUT", name)
        where = answer["outside"] if outside else {"url": running.url}
        terminal.say(answer["token"] if plain else write_code(token=answer["token"], **where))
        target = (
            "Give this line to `studiolo connect` there, or paste it" if outside and not plain else "Paste this line"
        )
        terminal.note(f"{target} into {name}. It is shown this once; whoever has it may use Studiolo.")
        if plain:
            terminal.note(f"The address is {where['url']}/v1 for OpenAI's API, and {where['url']} for the web UI's.")


def _ask(running: Running, method: str, name: str = "") -> dict[str, Any]:
    """The daemon's answer. Raises `StudioloError`."""
    from studiolo_client.connection import no_daemon, raised
    from studiolo_client.discovery import call

    status, answer = call(running, method, f"/v1/paired/{quote(name, safe='')}" if name else "/v1/paired")
    if status == 200:
        return answer
    if "error" in answer:
        raise raised(from_plain(Problem, answer["error"]))
    raise no_daemon(running, "no answer came in time")
