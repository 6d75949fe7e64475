"""What a request over HTTP may carry: JSON of a bounded size that comes within a bounded time. Knows no route but those
few that take files in a form, as OpenAI's clients send them.
"""

from __future__ import annotations

import asyncio
from email.message import Message as Header

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studiolo_contract.errors import Problem
from studiolo_daemon.doors.refusal import refuse

FORMS = {f"/v1/{path}" for path in ("images/edits", "images/variations", "audio/transcriptions", "audio/translations")}
"""Paths that take `multipart/form-data`, and may take JSON."""
BODY_TIMEOUT = 60.0
"""Seconds in which a body must have come."""


class Bodies:
    """ASGI middleware behind the gate. What it passes on has come whole, so a route never waits for a stranger."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        """`most`: bytes of the largest body that is taken."""
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        problem, status = self._refusal(scope, headers)
        body = b""
        if problem is None and _carries(headers):
            try:
                async with asyncio.timeout(BODY_TIMEOUT):
                    body = await self._whole(receive)
            except TimeoutError:
                problem, status = _too_slow(), 408
            except ConnectionError:
                return
            except ValueError:
                problem, status = self._too_large(), 413
        if problem is not None:
            await refuse(scope, receive, send, problem, status)
            return
        given = False

        async def receive_again() -> Message:
            nonlocal given
            if given:
                return await receive()  # only that the client has gone
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, receive_again, send)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[Problem | None, int]:
        if not _carries(headers):
            return None, 200
        if scope["method"] in ("GET", "HEAD"):
            return _bad(f"A {scope['method']} with a body means nothing here.", "Send none."), 400
        if headers.get("content-encoding", "identity").lower() != "identity":
            return _bad("A compressed body is not taken.", "Send it as it is."), 415
        length = headers.get("content-length", "0")
        if len(length) > 18 or int(length) > self._most:
            return self._too_large(), 413
        return _wrong_type(headers.getlist("content-type"), scope["path"] in FORMS), 415

    async def _whole(self, receive: Receive) -> bytes:
        """The body. Raises ValueError when it is too large, `ConnectionError` when the client goes."""
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionAbortedError
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._most:
                raise ValueError(size)
            if not message.get("more_body", False):
                return b"".join(parts)

    def _too_large(self) -> Problem:
        return Problem(
            code="too_large",
            message=f"The body is larger than {self._most / 2**20:.0f} MiB.",
            mend="Send less, or raise body_bytes in settings.toml.",
        )


def _carries(headers: Headers) -> bool:
    """Whether a body comes with the request."""
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _wrong_type(given: list[str], form: bool) -> Problem | None:
    kind = Header()
    kind["content-type"] = given[0] if len(given) == 1 else ""
    if kind.get_content_type() == "application/json" and (kind.get_content_charset() or "utf-8") == "utf-8":
        return None
    if form and kind.get_content_type() == "multipart/form-data":
        return None
    wanted = "application/json or multipart/form-data" if form else "application/json"
    return _bad(f"A body of type {', '.join(given)!r:.80} is not taken here.", f"Send {wanted}, in UTF-8.")


def _bad(message: str, mend: str) -> Problem:
    return Problem(code="bad_request", message=message, mend=mend)


def _too_slow() -> Problem:
    return _bad("The body did not come in time.", f"Send it within {BODY_TIMEOUT:.0f} seconds.")
