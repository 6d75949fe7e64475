"""The HTTP and WebSocket server: uvicorn, with bounds on what a stranger can hold. Knows no route and no token.

Whoever has not shown a token yet is a stranger. He gets a connection for as long as it takes to ask one question, and
of a socket no more than a hello; so those who say nothing, or say it without end, hold little and not for long.
"""

from __future__ import annotations

import asyncio
import json
import socket
from http import HTTPStatus
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from studiolo_contract.codec import to_plain
from studiolo_contract.errors import Problem
from studiolo_daemon.doors.outside import Outside

HEAD_TIMEOUT = 10.0
"""Seconds in which the head of a request must have come."""
STRANGERS_BYTES = 2**16
"""The largest message that is taken on a socket before its hello is."""
SPARE = 192
"""Connections that are held beside those that are sockets."""


def server_config(app: ASGIApp, frame_bytes: int, sockets: int) -> uvicorn.Config:
    """How the daemon is served, and whatever is tested in its place. `frame_bytes` is the largest message taken on a
    socket of somebody who is known; of `sockets` there may be so many."""
    return uvicorn.Config(
        app,
        http=_Http,
        ws=_Socket,
        ws_per_message_deflate=False,
        ws_max_size=frame_bytes,
        limit_concurrency=sockets + SPARE,
        log_config=None,
        log_level="warning",  # below that it logs addresses as they were asked for, with what somebody put into them
        access_log=False,
        proxy_headers=False,  # nobody says for others where they come from
        server_header=False,
        timeout_graceful_shutdown=2,
    )


class Server(uvicorn.Server):
    """A uvicorn that may listen to other machines too."""

    def __init__(self, config: uvicorn.Config, outside: Outside | None = None) -> None:
        super().__init__(config)
        self._outside = outside

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._outside is not None:
            server = await asyncio.get_running_loop().create_server(
                lambda: _Http(self.config, self.server_state, self.lifespan.state),
                sock=self._outside.listener,
                ssl=self._outside.tls,
                ssl_handshake_timeout=HEAD_TIMEOUT if self._outside.tls else None,
            )
            self.servers.append(server)


class _Http(H11Protocol):
    """HTTP that waits for the head of a request so long and no longer, and has no more connections than it may."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        most = self.limit_concurrency
        if most is not None and len(self.connections) >= most:
            self.connections.discard(self)  # it counts no more; the others are served as ever
            self._turn_away(503, _BUSY)
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._wait()
        else:
            self._wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        if event.method == b"GET" and event.http_version == b"1.1":
            super().handle_websocket_upgrade(event)
        else:
            self._turn_away(400, _NO_HTTP)  # as a handshake it would be waited for without end

    def send_400_response(self, msg: str) -> None:
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._turn_away(400, _NO_HTTP)
        else:
            self.transport.close()  # an answer is under way already

    def _turn_away(self, status: int, problem: Problem) -> None:
        body = json.dumps({"error": to_plain(problem)}).encode()
        headers = [("content-type", "application/json"), ("content-length", str(len(body))), ("connection", "close")]
        reason = HTTPStatus(status).phrase.encode()
        head = h11.Response(status_code=status, headers=headers, reason=reason)
        events = (head, h11.Data(data=body), h11.EndOfMessage())
        self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))
        self.transport.close()

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_TIMEOUT, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class _Socket(WebSocketsSansIOProtocol):
    """A WebSocket on which a stranger can say little, until the application calls `let_in` of its state."""

    def __init__(self, config: uvicorn.Config, server_state: Any, app_state: dict[str, Any]) -> None:
        super().__init__(config, server_state, {**app_state, "let_in": self._let_in})
        self.conn.max_message_size = STRANGERS_BYTES

    def _let_in(self) -> None:
        self.conn.max_message_size = self.config.ws_max_size

    def handle_ping(self) -> None:
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()  # whoever does not read gets no pongs, which would pile up


_BUSY = Problem(
    code="busy",
    message="The daemon has as many connections as it can hold.",
    mend="Close some of them, or try again.",
    retry_after=HEAD_TIMEOUT,
)
_NO_HTTP = Problem(
    code="bad_request", message="This is not a request in HTTP/1.1 with one Host.", mend="Send one, whole."
)
