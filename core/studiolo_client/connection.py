"""One socket to the daemon, opened and greeted. Knows frames; knows no job and tries nothing twice."""

from __future__ import annotations

import logging
import socket as sockets
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from studiolo_client.dial import OtherCertificate, dial
from studiolo_client.discovery import Running
from studiolo_contract import PROTOCOL
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.frames import read_daemon, to_json
from studiolo_contract.wire import Hello, Refused, Welcome

MIB = 2**20
OWN_AGAIN = "or run `studiolo connect --forget` to use this machine's own"
PAIR_ANEW = f"run `studiolo pair NAME --outside` there and `studiolo connect` here, {OWN_AGAIN}"

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())


def open_connection(running: Running, name: str, timeout: float = 5.0) -> tuple[ClientConnection, Welcome]:
    """A socket on which the daemon has said welcome. Raises `StudioloError`: `no_daemon` when nothing answers within
    `timeout` seconds, or what the daemon refused us with (`bad_token`, `bad_protocol`)."""
    try:
        line = dial(running, timeout)
        line.settimeout(None)
        socket = connect(
            f"ws://{urlsplit(running.url).netloc}/v1/ws",  # TLS, where it is asked for, is on the line already
            sock=line,
            compression=None,  # costs more than loopback saves
            proxy=None,
            open_timeout=timeout,
            close_timeout=1.0,
            max_size=MIB,
            logger=_log,
        )
    except InvalidStatus as error:
        raise no_daemon(running, f"it turned us away with HTTP status {error.response.status_code}") from None
    except OtherCertificate:
        raise other_certificate(running) from None
    except (OSError, WebSocketException, ValueError) as error:  # ValueError: its address is none
        raise no_daemon(running, _reason(error)) from None
    try:
        welcome = _greet(socket, running, name, timeout)
    except BaseException:
        socket.close()
        raise
    # only now is it known how large a message may be
    socket.protocol.max_message_size = max(welcome.limits.frame_bytes, welcome.limits.blob_bytes) + MIB
    return socket, welcome


def raised(problem: Problem) -> StudioloError:
    """The exception for a problem that the daemon told us of."""
    return StudioloError(problem.code, problem.message, problem.mend, problem.retry_after)


def no_daemon(running: Running, reason: str) -> StudioloError:
    there = f"See that it runs on its machine and can be reached from here, {OWN_AGAIN}."
    return StudioloError(
        "no_daemon",
        f"The daemon at {running.url} does not answer: {reason}.",
        there if running.by_code else "Start it with `studiolo serve`.",
    )


def other_certificate(running: Running) -> StudioloError:
    return StudioloError(
        "no_daemon",
        f"What answers at {running.url} shows another certificate than the one that was paired; it was told nothing.",
        f"If the daemon has a new one, {PAIR_ANEW}; if not, somebody else answers in its place.",
    )


def revoked(running: Running) -> StudioloError:
    return StudioloError(
        "bad_token",
        f"The daemon at {running.url} does not know this pairing code, or not any more.",
        f"To be let in, {PAIR_ANEW}.",
    )


def _greet(socket: ClientConnection, running: Running, name: str, timeout: float) -> Welcome:
    try:
        socket.send(to_json(Hello(protocol=PROTOCOL, client=name, token=running.token)))
        answer, _ = read_daemon(socket.recv(timeout))
    except (ConnectionClosed, TimeoutError) as error:
        raise no_daemon(running, _reason(error)) from None
    except ValueError:
        raise no_daemon(running, "it does not speak this protocol") from None
    if isinstance(answer, Refused):
        if running.by_code and answer.problem.code == "bad_token":
            raise revoked(running)
        raise raised(answer.problem)
    if not isinstance(answer, Welcome):
        raise no_daemon(running, "it did not greet us")
    return answer


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, sockets.gaierror):
        return "no machine of that name is known here"
    if isinstance(error, TimeoutError):
        return "no answer came in time"
    if isinstance(error, ConnectionClosed):
        return "it closed the connection"
    return str(error) or type(error).__name__
