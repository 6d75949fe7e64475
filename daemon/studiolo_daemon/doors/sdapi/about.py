"""What the web UI's clients ask before they paint: models, samplers, upscalers, and lists that are empty here."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from studiolo.door import describe
from studiolo_contract.errors import StudioloError
from studiolo_daemon.doors.sdapi.names import SAMPLERS, SCHEDULES
from studiolo_daemon.doors.sdapi.options import Options
from studiolo_daemon.doors.sdapi.problems import RESPONSES, ErrorBody, WebUIRoute
from studiolo_daemon.house import House

EMPTY: dict[str, Any] = {
    "cmd-flags": {"api": True},
    "embeddings": {"loaded": {}, "skipped": {}},
    "extensions": [],
    "face-restorers": [],
    "hypernetworks": [],
    "latent-upscale-modes": [],
    "loras": [],
    "memory": {"ram": {"error": "unavailable"}, "cuda": {"error": "unavailable"}},
    "prompt-styles": [],
    "realesrgan-models": [],
    "script-info": [],
    "scripts": {"txt2img": [], "img2img": []},
    "sd-modules": [],
    "sd-vae": [],
}
"""What is asked for -> the answer where there is none of it."""


class Named(BaseModel):
    """A sampler."""

    name: str
    aliases: list[str]
    options: dict[str, str] = {}


class Schedule(BaseModel):
    name: str
    label: str
    aliases: list[str] | None = None
    default_rho: float = -1
    need_inner_model: bool = False


class Checkpoint(BaseModel):
    """A picture model. Nobody outside needs to know where its file is."""

    title: str
    model_name: str
    hash: str | None = None
    sha256: str | None = None
    filename: str
    config: str | None = None


class Upscaler(BaseModel):
    name: str
    model_name: str | None = None
    model_path: str | None = None
    model_url: str | None = None
    scale: float | None = None


def routes_of(house: House, options: Options) -> APIRouter:
    router = APIRouter(route_class=WebUIRoute, tags=["Web UI"])

    @router.get("/sdapi/v1/samplers", responses=RESPONSES)
    async def samplers() -> list[Named]:
        """The samplers; which of them fit a model, its first picture says."""
        return [Named(name=name, aliases=[ours] if ours else []) for name, ours in SAMPLERS.items()]

    @router.get("/sdapi/v1/schedulers", responses=RESPONSES)
    async def schedulers() -> list[Schedule]:
        return [Schedule(name=name.lower(), label=name) for name in SCHEDULES]

    @router.get("/sdapi/v1/sd-models", responses=RESPONSES)
    async def models() -> list[Checkpoint]:
        """The picture models that are installed."""
        return [Checkpoint(title=name, model_name=name, filename=name) for name in options.models()]

    @router.get("/sdapi/v1/upscalers", responses=RESPONSES)
    async def upscalers() -> list[Upscaler]:
        """The upscalers that are installed; None is the installation's own choice."""
        here = [model.name for model in describe(house.store) if model.kind == "upscale" and model.installed]
        return [Upscaler(name="None"), *(Upscaler(name=name, model_name=name, scale=4) for name in here)]

    @router.post("/sdapi/v1/refresh-checkpoints", responses=RESPONSES)
    async def refresh() -> None:
        """Nothing to do: models are found when they are asked for."""

    @router.post("/sdapi/v1/unload-checkpoint", responses=RESPONSES)
    async def unload() -> dict[str, str]:
        """Gives the memory of idle models back, and that of the others after their jobs."""
        await house.supervisor.free()
        return {}

    @router.post("/sdapi/v1/png-info", status_code=422, response_model=ErrorBody, responses=RESPONSES)
    async def read() -> None:
        raise StudioloError(
            "bad_request", "Pictures are not read here.", "Their text chunk 'studiolo' says how they were made."
        )

    for name, answer in EMPTY.items():
        _say(router, name, answer)
    return router


def _say(router: APIRouter, name: str, answer: Any) -> None:
    @router.get(f"/sdapi/v1/{name}", responses=RESPONSES, name=name)
    async def say() -> Any:
        """A list that is empty here."""
        return answer
