"""OpenAI's API, for the programs that speak it: the same jobs, queue, caps and recipes as over the socket.

Only what is asked and told is in OpenAI's words here; docs/apis.md says what of it can be had.
"""

from fastapi import APIRouter

from studiolo_daemon.doors.openai_api import chat, completions, elsewhere, images, models
from studiolo_daemon.house import House


def routes_of(house: House) -> APIRouter:
    """All of them."""
    router = APIRouter()
    for noun in (chat, completions, images, models):
        router.include_router(noun.routes_of(house))
    router.include_router(elsewhere.routes_of())
    return router
