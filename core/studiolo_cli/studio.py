"""`studio`: opens the studio page of the daemon in the browser."""

from __future__ import annotations

import html
import webbrowser
from typing import Annotated

import typer

from studiolo_cli import terminal
from studiolo_cli.daemon import started
from studiolo_contract.errors import Problem, StudioloError

WAY = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={url}">
<title>Studiolo</title>
<p><a href="{url}">The studio</a></p>
</html>
"""


def studio(
    show: Annotated[bool, typer.Option("--code", help="Print a code to type into the page, and open nothing.")] = False,
) -> None:
    """Open the studio page: compose a kit, see the queue and every result, play, pull models.

    It is served by the daemon on this machine. What lets the page in is good once, and for a minute.

    [bold]Examples[/bold]

      studiolo studio
      studiolo studio --code
    """
    from studiolo_client.connection import no_daemon, raised
    from studiolo_client.discovery import call, elsewhere, home, write_private
    from studiolo_contract.codec import from_plain

    away = elsewhere()
    if away is not None:
        raise StudioloError(
            "bad_request",
            f"Programs here use the daemon at {away.url}, whose studio page is for its own machine.",
            "Run `studiolo studio` there, or first `studiolo connect --forget` here.",
        )
    running = started()
    status, answer = call(running, "POST", "/v1/studio/codes")
    if status != 200:
        if "error" in answer:
            raise raised(from_plain(Problem, answer["error"]))
        raise no_daemon(running, "no answer came in time")
    if show:
        terminal.say(answer["code"])
        terminal.note(f"Type it at {running.url} within {answer['seconds']:.0f} seconds.")
        return
    # a browser's command line is there for all to read, so the code comes to it in a file that is not
    way = home() / "studio.html"
    write_private(way, WAY.format(url=html.escape(f"{running.url}/#code={answer['code']}")))
    terminal.say(running.url)
    if not webbrowser.open(way.as_uri()):
        terminal.note(f"No browser could be opened. Open {way} in one within {answer['seconds']:.0f} seconds.")
