"""Problems in OpenAI's words. Knows no route."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from studiolo_contract.errors import Problem
from studiolo_daemon.doors.foreign import REASONS, telling
from studiolo_daemon.doors.refusal import Refusal

TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}
"""By status; other calls of a client's are invalid_request_error, and what fails here is server_error."""
CODES = {"unknown_model": "model_not_found", "model_missing": "model_not_found", "busy": "rate_limit_exceeded"}
"""Where OpenAI has a name of its own."""


class Told(BaseModel):
    """What went wrong, as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None
    code: str


class ErrorBody(BaseModel):
    """The body of every answer that is none."""

    error: Told


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": reason} for status, reason in REASONS.items()
}
"""What a route may answer beside what it is for."""
RESPONSES[422] = {"model": ErrorBody, "description": "Never: such a request is answered with 400, as OpenAI does."}
RESPONSES[500] |= {"model": ErrorBody | Refusal}


def body(problem: Problem, field: str, status: int) -> ErrorBody:
    """A problem as OpenAI tells it."""
    code: str = CODES.get(problem.code, problem.code)
    if problem.code == "too_large" and status == 400:
        code = "context_length_exceeded"
    return ErrorBody(
        error=Told(
            message=f"{problem.message} {problem.mend}",
            type=TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error"),
            param=field or None,
            code=code,
        )
    )


def answer(problem: Problem, field: str, status: int) -> JSONResponse:
    headers = {} if problem.retry_after is None else {"retry-after": f"{problem.retry_after:.0f}"}
    if status >= 500:
        headers["x-should-retry"] = "false"  # the daemon has tried again itself where that helps
    return JSONResponse(body(problem, field, status).model_dump(), status, headers)


OpenAIRoute = telling(answer)
