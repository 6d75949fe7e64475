"""The API of the Stable Diffusion web UI, for the programs that speak it: the same jobs, queue and recipes.

Only what is asked and told is in its words here; docs/apis.md says what of it can be had.
"""

from fastapi import APIRouter

from studiolo_daemon.doors.sdapi import about, options, painting, progress
from studiolo_daemon.house import House


def routes_of(house: House) -> APIRouter:
    """All of them."""
    chosen = options.Options(house)
    router = APIRouter()
    router.include_router(painting.routes_of(house, chosen))
    router.include_router(options.routes_of(chosen))
    router.include_router(progress.routes_of(house))
    router.include_router(about.routes_of(house, chosen))
    return router
