"""What OpenAI's API has and this one has not, each refused with a sentence of its own."""

from __future__ import annotations

from fastapi import APIRouter

from studiolo_contract.errors import StudioloError
from studiolo_daemon.doors.openai_api.problems import RESPONSES, ErrorBody, OpenAIRoute

SPEECH = ("No model here speaks.", "Music is made over Studiolo's own socket, or with `studiolo music`.")
HEARING = ("No model here hears speech.", "Transcribe elsewhere.")
MISSING = {
    "/v1/audio/speech": SPEECH,
    "/v1/audio/transcriptions": HEARING,
    "/v1/audio/translations": HEARING,
    "/v1/embeddings": ("Embeddings are not given out here.", "Ask a server that has a model for them."),
    "/v1/moderations": ("No model here judges texts.", "Leave that call out."),
    "/v1/responses": ("The responses API is not spoken here.", "Have the program use chat completions."),
}
"""Path -> what is wrong with asking there, and what to do instead."""


def routes_of() -> APIRouter:
    router = APIRouter(route_class=OpenAIRoute, tags=["OpenAI"])
    for path, (message, mend) in MISSING.items():
        _refuse(router, path, message, mend)
    return router


def _refuse(router: APIRouter, path: str, message: str, mend: str) -> None:
    @router.post(path, status_code=400, response_model=ErrorBody, responses=RESPONSES, name=path)
    async def refuse() -> None:
        raise StudioloError("bad_request", message, mend)

    refuse.__doc__ = message
