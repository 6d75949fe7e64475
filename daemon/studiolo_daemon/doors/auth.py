"""Who may speak to the daemon: exact Host, known Origin, a token. Knows no job.

The Host rule stops DNS rebinding, the Origin rule stops other sites' pages, the token stops other users' programs.
Krita, Blender and the command line send no Origin; for them the token is the gate. It is the daemon's own, which stands
in `daemon.json` and is good on the loopback interface alone, or one of the studio page's, which is worth the same until
the daemon ends, or that of a program that was paired, which may not say who else may come in, nor end the daemon.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studiolo_contract.codec import to_plain
from studiolo_contract.errors import Problem
from studiolo_daemon.doors.outside import Outside
from studiolo_daemon.doors.paired import Paired
from studiolo_daemon.doors.refusal import refuse
from studiolo_daemon.doors.studio_keys import StudioKeys

PUBLIC = {"/health", "/", "/v1/studio/token"}
"""Paths that need no token: they tell that the daemon lives, show the studio page, and change a code for a token."""
PAGE = "/studio/"
"""Beginning of the paths of that page's files, which need none either."""
APP_ORIGINS = {"app://obsidian.md"}
OWNER = ""
"""Whoever has the daemon's own token, and so may read this user's files."""
OWNERS = ("/v1/stop", "/v1/paired", "/v1/gc", "/v1/studio", "/v1/project")
"""Beginnings of the paths that are for the owner alone."""
PASSWORDS = "/sdapi/"
"""Beginning of the paths at which the token may also come as a password, since those programs know no other way."""
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""What a browser is told of every answer, unless the route says otherwise: frame it nowhere, guess and keep nothing."""


def new_token() -> str:
    return secrets.token_urlsafe(32)


def studio_policy(host: str) -> str:
    """What the studio page may load, and from where: of the daemon itself, and what it makes of the bytes that it got.
    `host`: the daemon's address, as the page was asked for."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src blob:; "
        f"connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def client_of(holder: str, name: str) -> str:
    """Whose jobs these are, when the holder of a token calls itself `name`. A paired program has its jobs to itself,
    whatever it says, since the name under which it was paired has no slash in it."""
    return name if holder == OWNER else f"{holder}/{name}"


class Gate:
    """ASGI middleware in front of everything else."""

    def __init__(
        self,
        app: ASGIApp,
        token: str,
        port: int,
        paired: Paired,
        outside: Outside | None = None,
        studio: StudioKeys | None = None,
    ) -> None:
        """`outside`: the way in for other machines, `studio`: that of the studio page, where there is one."""
        self.app = app
        self._token = token
        self._paired = paired
        self._outside = outside
        self._studio = studio or StudioKeys()
        self._hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
        self._origins = _origins("http", self._hosts)
        if outside is not None:
            self._outer_origins = _origins(outside.scheme, outside.hosts)

    def holder(self, scope: Scope, token: str) -> str | None:
        """Whose token this is: `OWNER` or the name of a paired program; None where it is nobody's, or the daemon's own
        or its studio page's and came from outside."""
        paired = self._paired.holder(token)
        own = hmac.compare_digest(token.encode(), self._token.encode()) or self._studio.knows(token)
        return OWNER if own and not self._is_outside(scope) else paired

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        problem, status = self._refusal(scope, Headers(scope=scope))
        if scope["type"] == "websocket":
            await (
                self.app(scope, receive, send) if problem is None else _refuse_socket(receive, send, problem, status)
            )
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
                if self._is_public(scope):
                    headers["Connection"] = "close"  # a stranger asks once
            await send(message)

        await (
            self.app(scope, receive, send_safely)
            if problem is None
            else refuse(scope, receive, send_safely, problem, status)
        )

    def _is_public(self, scope: Scope) -> bool:
        """Whether it needs no token. The studio page is for this machine alone."""
        path: str = scope["path"]
        return path == "/health" or ((path in PUBLIC or path.startswith(PAGE)) and not self._is_outside(scope))

    def _is_outside(self, scope: Scope) -> bool:
        """Whether it came on the outer of the two ports that the daemon listens at."""
        return self._outside is not None and scope["server"][1] == self._outside.port

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[Problem | None, int]:
        known_hosts, known_origins = self._hosts, self._origins
        if self._outside is not None and self._is_outside(scope):
            known_hosts, known_origins = self._outside.hosts, self._outer_origins
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0] not in known_hosts:
            return _bad_origin(f"The Host header {', '.join(hosts)!r:.80} is not this daemon's address."), 403
        if len(origins) > 1 or not known_origins.issuperset(origins):
            return _bad_origin(f"Pages of {', '.join(origins)!r:.80} may not speak to this daemon."), 403
        site = headers.get("sec-fetch-site", "none")
        if not origins and site not in ("none", "same-origin") and not _is_visit(scope, headers):
            return _bad_origin("Pages of other sites may not speak to this daemon."), 403
        if scope["type"] == "http" and not self._is_public(scope):
            holder = self.holder(scope, _token(scope["path"], headers.get("authorization", "")))
            if holder is None:
                return bad_token(), 401
            scope.setdefault("state", {})["holder"] = holder
            if holder != OWNER and scope["path"].startswith(OWNERS):
                return _not_the_owner(holder), 403
        return None, 200


def _is_visit(scope: Scope, headers: Headers) -> bool:
    """Whether a person is led to the studio page, by a link say: whoever leads there sees nothing of it."""
    whither = scope.get("method"), scope["path"], headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    return whither == ("GET", "/", "navigate", "document")


def _token(path: str, authorization: str) -> str:
    """The token in that header; empty where there is none."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return given
    if scheme.lower() == "basic" and path.startswith(PASSWORDS):
        with suppress(ValueError):
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
    return ""


async def _refuse_socket(receive: Receive, send: Send, problem: Problem, status: int) -> None:
    await receive()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": json.dumps({"error": to_plain(problem)}).encode()})


def _origins(scheme: str, hosts: frozenset[str]) -> frozenset[str]:
    return frozenset({*APP_ORIGINS, *(f"{scheme}://{host}" for host in hosts)})


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
        mend="Do it in a terminal, with `studiolo`.",
    )


def _bad_origin(message: str) -> Problem:
    return Problem(
        code="bad_origin", message=message, mend="Use the address in daemon.json, from a program on this machine."
    )
