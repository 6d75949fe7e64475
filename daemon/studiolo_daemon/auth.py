"""Who may speak to the daemon: exact Host, known Origin, a token. Knows no job.

The Host rule stops DNS rebinding, the Origin rule stops other sites' pages, the token stops other users' programs.
Krita, Blender and the command line send no Origin; for them the token is the gate. It is the daemon's own, which stands
in `daemon.json`, or that of a program that was paired, which may not say who else may come in, nor end the daemon.
"""

from __future__ import annotations

import hmac
import json
import secrets

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from studiolo_contract.codec import to_plain
from studiolo_contract.errors import Problem
from studiolo_daemon.paired import Paired

PUBLIC = {"/health"}
"""Paths that need no token; they tell nothing but that the daemon lives."""
APP_ORIGINS = {"app://obsidian.md"}
OWNER = ""
"""Whoever has the daemon's own token, and so may read this user's files."""
OWNERS = ("/v1/stop", "/v1/paired")
"""Beginnings of the paths that are for the owner alone."""


def new_token() -> str:
    return secrets.token_urlsafe(32)


class Gate:
    """ASGI middleware in front of everything else."""

    def __init__(self, app: ASGIApp, token: str, port: int, paired: Paired) -> None:
        self.app = app
        self._token = token
        self._paired = paired
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        self._origins = APP_ORIGINS | {f"http://{host}" for host in self._hosts}

    def holder(self, token: str) -> str | None:
        """Whose token this is: `OWNER` or the name of a paired program; None where it is nobody's."""
        paired = self._paired.holder(token)
        return OWNER if hmac.compare_digest(token.encode(), self._token.encode()) else paired

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        problem, status = self._refusal(scope, Headers(scope=scope))
        if problem is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": problem.message})
        else:
            body = json.dumps({"error": to_plain(problem)}).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[Problem | None, int]:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return _bad_origin(f"The Host header {', '.join(hosts)!r:.80} is not this daemon's address."), 403
        if len(origins) > 1 or not self._origins.issuperset(origins):
            return _bad_origin(f"Pages of {', '.join(origins)!r:.80} may not speak to this daemon."), 403
        if not origins and headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return _bad_origin("Pages of other sites may not speak to this daemon."), 403
        if scope["type"] == "http" and scope["path"] not in PUBLIC:
            scheme, _, token = headers.get("authorization", "").partition(" ")
            holder = self.holder(token) if scheme.lower() == "bearer" else None
            if holder is None:
                return bad_token(), 401
            if holder != OWNER and scope["path"].startswith(OWNERS):
                return _not_the_owner(holder), 403
        return None, 200


def bad_token() -> Problem:
    return Problem(
        code="bad_token",
        message="The token is missing, or neither the running daemon's nor a paired program's.",
        mend="Read it again from daemon.json in Studiolo's folder, or pair the program anew with `studiolo pair`.",
    )


def _not_the_owner(name: str) -> Problem:
    return Problem(
        code="bad_token",
        message=f"The paired program '{name}' may not do this.",
        mend="Do it in a terminal, with `studiolo pair` or `studiolo stop`.",
    )


def _bad_origin(message: str) -> Problem:
    return Problem(
        code="bad_origin", message=message, mend="Use the address in daemon.json, from a program on this machine."
    )
