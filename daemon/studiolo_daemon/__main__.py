"""Starts the daemon: one for each home folder, on the loopback interface, found through its `daemon.json`."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from pathlib import Path

import uvicorn
from filelock import FileLock, Timeout

from studiolo import __version__
from studiolo_client import discovery
from studiolo_client.start import TAKEN, record_command
from studiolo_contract import PROTOCOL
from studiolo_contract.errors import StudioloError
from studiolo_daemon.app import build
from studiolo_daemon.auth import new_token
from studiolo_daemon.settings import Settings, read_settings

USUAL_PORT = 4747


def main(arguments: list[str] | None = None) -> int:
    """Runs until it is told to stop. The exit status: 0, or 1 (`TAKEN` if a daemon runs already) with a sentence."""
    parser = argparse.ArgumentParser(prog="studiolo serve", description="Run the daemon in the foreground.")
    parser.add_argument("--port", type=int, help=f"TCP port; {USUAL_PORT}, or a free one, unless given")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    home = discovery.home()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(home / "daemon.lock", timeout=0):
            settings = read_settings(home)
            serve(home, settings, _listen(settings.port if options.port is None else options.port))
    except Timeout:
        sys.stderr.write(f"A daemon runs already for {home}. Use it, or end it with `studiolo stop`.\n")
        return TAKEN
    except StudioloError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def serve(home: Path, settings: Settings, listener: socket.socket) -> None:
    """Serves on a socket that listens already, until the process is told to stop."""
    port = listener.getsockname()[1]
    token = new_token()

    def announce() -> None:
        record_command()
        discovery.write(
            discovery.Running(
                url=f"http://127.0.0.1:{port}", token=token, pid=os.getpid(), version=__version__, protocol=PROTOCOL
            )
        )
        logging.getLogger("studiolo.daemon").info("Studiolo %s answers at http://127.0.0.1:%d", __version__, port)

    def stop() -> None:
        server.should_exit = True

    config = uvicorn.Config(
        build(home, settings, token, port, announce, stop),
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=settings.frame_bytes,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    try:
        server.run(sockets=[listener])
    finally:
        discovery.clear()


def _listen(port: int | None) -> socket.socket:
    for candidate in (USUAL_PORT, 0) if port is None else (port,):
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
