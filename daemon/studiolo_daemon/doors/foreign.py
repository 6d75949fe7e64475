"""Requests in the shape of another API: what of them is heeded, what may be passed over, what is refused and how.

Knows no API. Each says for itself which fields it heeds, and of which values of the others nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from itertools import takewhile
from typing import Any, ClassVar

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from studiolo_contract.errors import Code, Problem, StudioloError

STATUS: dict[Code, int] = {
    "bad_token": 401,
    "bad_origin": 403,
    "unknown_model": 404,
    "model_missing": 404,
    "unknown_job": 404,
    "unknown_blob": 404,
    "stopped": 410,
    "busy": 429,
    "internal": 500,
    "worker_died": 500,
    "bad_model": 500,
    "out_of_memory": 503,
    "disk_full": 507,
}
"""What a problem is in the words of HTTP; 400 where it is not listed."""
REASONS = {
    400: "Something in the request can't be done, or not so.",
    404: "No such model.",
    410: "The job was cancelled.",
    429: "Too much waits already; Retry-After says when to come again.",
    500: "The job failed.",
    503: "The model ran out of memory.",
    507: "The disk is full.",
}
"""What those mean that a route tells itself; the others come from the doors before it."""


class Refused(StudioloError):
    """A wish that can't be fulfilled, and the field that it is in."""

    def __init__(self, field: str, message: str, mend: str, code: Code = "bad_request") -> None:
        super().__init__(code, message, mend)
        self.field = field


Harmless = Mapping[str, tuple[object, ...] | None]
"""Fields that are not heeded, with the values of which nothing is lost thereby; None for any."""


class Foreign(BaseModel):
    """A request as another API has it. What is not declared is a wish that is not heeded."""

    model_config = ConfigDict(extra="allow")

    HARMLESS: ClassVar[Harmless] = {}

    def refuse_the_rest(self) -> None:
        """Raises `Refused` for the first wish that is not heeded and asks for something."""
        for field, value in (self.model_extra or {}).items():
            fine = self.HARMLESS.get(field, ())
            if value and fine is not None and value not in fine:
                raise Refused(
                    field, f"'{field:.60}' can't be heeded here.", "Leave it out; docs/apis.md says what can."
                )


Answer = Callable[[Problem, str, int], Response]
"""Tells a problem, the field that it is in (empty for none) and a status in the words of an API."""


def telling(answer: Answer) -> type[APIRoute]:
    """Routes whose failures are told by `answer`."""

    class Route(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def handled(request: Request) -> Response:
                try:
                    return await handle(request)
                except (StudioloError, RequestValidationError, HTTPException) as error:
                    return answer(*told(error))

            return handled

    return Route


def told(error: StudioloError | RequestValidationError | HTTPException) -> tuple[Problem, str, int]:
    """The problem, the field that it is in, and the status."""
    if isinstance(error, StudioloError):
        if isinstance(error, Refused):
            return error.problem, error.field, 400
        return error.problem, "", STATUS.get(error.problem.code, 400)
    if isinstance(error, HTTPException):
        message = f"The request can't be read: {error.detail}."
        return Problem(code="bad_request", message=message, mend="Send it anew."), "", error.status_code
    first = error.errors()[0]
    field = ".".join(takewhile(lambda step: step.isidentifier() or step.isdecimal(), map(str, first["loc"][1:])))
    field = field.removesuffix(".str")  # like the steps cut off, a branch of a union and no field of the sender's
    said = first["msg"][:1].lower() + first["msg"][1:]
    message = f"'{field:.80}' does not fit: {said}." if field else f"The request does not fit: {said}."
    return Problem(code="bad_request", message=message, mend="docs/apis.md says what can be asked."), field, 400
