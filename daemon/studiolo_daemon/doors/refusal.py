"""How a request over HTTP is turned away, or fails: one problem in JSON. Knows no reason for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from studiolo_contract.codec import to_plain
from studiolo_contract.errors import Problem, StudioloError

LINGER_BYTES = 4 * 2**20
LINGER, PAUSE = 2.0, 0.2
"""So much of a body is still taken, for so many seconds and until such a pause, since who is writing does not read."""


class Refusal(BaseModel):
    """The body of every answer that is none."""

    error: Problem


_REASONS = {
    400: "Something in the request can't be done, or not so.",
    401: "The token is missing or stale.",
    403: "Pages of other sites may not speak to this daemon, nor paired programs do this.",
    404: "Nothing is served here.",
    405: "Nothing is served here in this way.",
    408: "The body did not come in time.",
    413: "The body is too large.",
    415: "The body is of another type.",
    500: "The daemon failed.",
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal, "description": reason} for status, reason in _REASONS.items()
}
"""What every route may answer beside what it is for."""


async def refuse(scope: Scope, receive: Receive, send: Send, problem: Problem, status: int) -> None:
    """Answers with the problem and hangs up."""
    if "expect" not in Headers(scope=scope):  # else it waits to be told whether to send the body
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                await _pass_over(receive)
    body = json.dumps({"error": to_plain(problem)}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def answer_failures(app: FastAPI) -> None:
    """Whatever goes wrong in a route is told as a problem too."""

    @app.exception_handler(StudioloError)
    async def refused(_: Request, error: StudioloError) -> JSONResponse:
        return _answer(400, error.problem)

    @app.exception_handler(HTTPException)
    async def no_route(request: Request, error: HTTPException) -> JSONResponse:
        message = f"{request.method} {request.url.path!r:.80} is not served here: {error.detail}."
        problem = Problem(code="bad_request", message=message, mend="/openapi.json has what is.")
        return _answer(error.status_code, problem, error.headers)

    @app.exception_handler(RequestValidationError)
    async def no_such_value(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        message = f"{'.'.join(map(str, first['loc']))!r:.80} does not fit: {first['msg']}."
        return _answer(400, Problem(code="bad_request", message=message, mend="/openapi.json has what does."))

    @app.exception_handler(Exception)
    async def failed(_: Request, error: Exception) -> JSONResponse:
        message = (
            f"The daemon failed: {type(error).__name__}."  # it is logged with its reason by whoever called the app
        )
        return _answer(500, Problem(code="internal", message=message, mend="Look into daemon.log, and report it."))


def _answer(status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": to_plain(problem)}, status_code=status, headers=dict(headers or {}))


async def _pass_over(receive: Receive) -> None:
    size = 0
    while size < LINGER_BYTES:
        message = await asyncio.wait_for(receive(), PAUSE)
        size += len(message.get("body", b""))
        if not message.get("more_body", False):
            return
