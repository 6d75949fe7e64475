"""Problems in the words of the web UI's API. Knows no route."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from studiolo_contract.errors import Problem
from studiolo_daemon.doors.foreign import REASONS, telling
from studiolo_daemon.doors.refusal import Refusal


class ErrorBody(BaseModel):
    """The body of every answer that is none; `detail` is for people."""

    error: str
    detail: str
    errors: str
    body: str = ""


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": reason} for status, reason in REASONS.items()
}
"""What a route may answer beside what it is for."""
RESPONSES[422] = RESPONSES.pop(400)  # as the web UI has it
RESPONSES[500] |= {"model": ErrorBody | Refusal}


def answer(problem: Problem, field: str, status: int) -> JSONResponse:
    headers = {} if problem.retry_after is None else {"retry-after": f"{problem.retry_after:.0f}"}
    told = ErrorBody(error=problem.code, detail=f"{problem.message} {problem.mend}", errors=field)
    return JSONResponse(told.model_dump(), 422 if status == 400 else status, headers)


WebUIRoute = telling(answer)
