"""Starts the daemon: one for each home folder, on the loopback interface, found through its `daemon.json`. What it is
allowed to do outside of that interface, `outside` knows."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import stat
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from studiolo import __version__
from studiolo_client import discovery
from studiolo_client.start import TAKEN, log_file, record_command, recorded_port
from studiolo_contract import PROTOCOL
from studiolo_contract.errors import StudioloError
from studiolo_daemon.app import build
from studiolo_daemon.doors.auth import new_token
from studiolo_daemon.doors.outside import Outside, open_outside
from studiolo_daemon.doors.server import Server, server_config
from studiolo_daemon.kept.disk import writing
from studiolo_daemon.logs import keep
from studiolo_daemon.settings import Settings, read_settings

USUAL_PORT = 4747


def main(arguments: list[str] | None = None) -> int:
    """Runs until it is told to stop. The exit status: 0, or 1 (`TAKEN` if a daemon runs already) with a sentence."""
    parser = argparse.ArgumentParser(prog="studiolo serve", description="Run the daemon in the foreground.")
    parser.add_argument("--port", type=int, help=f"TCP port; the last one, {USUAL_PORT} or a free one, unless given")
    options = parser.parse_args(arguments)
    os.umask(0o077)  # whatever it or its workers write is this user's alone
    home = discovery.home()
    try:
        _close_to_others(home)
        with FileLock(home / "daemon.lock", timeout=0):
            keep(log_file())
            settings = read_settings(home)
            port = settings.port if options.port is None else options.port
            serve(home, settings, _listen(port), open_outside(settings))
    except Timeout:
        sys.stderr.write(f"A daemon runs already for {home}. Use it, or end it with `studiolo stop`.\n")
        return TAKEN
    except StudioloError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _close_to_others(home: Path) -> None:
    """Makes the folder, or makes it this user's alone: what others could put there would be believed."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name != "posix":
            return
        state = home.stat()
        if state.st_uid != os.geteuid() or state.st_mode & stat.S_ISVTX:
            raise StudioloError(
                "bad_request", f"{home} is not this user's own folder.", "Set STUDIOLO_HOME to one that is."
            )
        home.chmod(0o700)
    except OSError as error:
        raise StudioloError(
            "bad_request", f"{home} can't be used: {error.strerror}.", "Set STUDIOLO_HOME to another folder."
        ) from None


def serve(home: Path, settings: Settings, listener: socket.socket, outside: Outside | None = None) -> None:
    """Serves on a socket that listens already, and to other machines where they have a way in, until it is
    told to stop. Raises `StudioloError`: `disk_full` when it can't write down where it is found, `internal` when it
    can't come up."""
    port = listener.getsockname()[1]
    token = new_token()
    unheard: list[StudioloError] = []

    def announce() -> None:
        running = discovery.Running(
            url=f"http://127.0.0.1:{port}", token=token, pid=os.getpid(), version=__version__, protocol=PROTOCOL
        )
        try:
            with writing(home):
                record_command(port)
                discovery.write(running)
        except StudioloError as error:  # nobody would find it
            unheard.append(error)
            stop()
            return
        log = logging.getLogger("studiolo.daemon")
        log.info("Studiolo %s answers at http://127.0.0.1:%d", __version__, port)
        if outside is not None:
            log.info("Paired programs on other machines reach it at %s", outside.url)

    def stop() -> None:
        server.should_exit = True

    # uvicorn says it once more when it has ended, and the process would be gone before daemon.json is
    signal.signal(signal.SIGTERM, lambda *_: None)
    app = build(home, settings, token, port, announce, stop, outside)
    server = Server(server_config(app, settings.frame_bytes, settings.sockets), outside)
    try:
        server.run(sockets=[listener])
    except SystemExit:  # uvicorn's, of a status that would say that another daemon is there
        raise StudioloError(
            "internal", "The daemon could not come up.", f"The reason is in {log_file()}; report it."
        ) from None
    finally:
        discovery.clear()
    if unheard:
        raise unheard[0]


def _listen(port: int | None) -> socket.socket:
    last = recorded_port()  # pairing codes name it
    usual = (USUAL_PORT, 0) if last is None else (last, USUAL_PORT, 0)
    for candidate in usual if port is None else (port,):
        # the protocol is named because asyncio turns Nagle off only then: 40 ms for each small answer otherwise
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", candidate))
            listener.listen(128)
            return listener
        except OSError as error:
            listener.close()
            reason = error.strerror
    raise StudioloError("bad_request", f"Port {port} cannot be had: {reason}.", "Give another with --port.")


if __name__ == "__main__":
    sys.exit(main())
