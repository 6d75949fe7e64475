"""The web UI's options: which model paints for a client whose calls name none. Forgotten when the daemon ends."""

from __future__ import annotations

from typing import Any, ClassVar

from fastapi import APIRouter, Request
from pydantic import Field

from studiolo.door import describe
from studiolo_contract.errors import StudioloError
from studiolo_daemon.doors.foreign import Foreign, Harmless
from studiolo_daemon.doors.http_jobs import client_name
from studiolo_daemon.doors.sdapi.asking import Overrides
from studiolo_daemon.doors.sdapi.problems import RESPONSES, WebUIRoute
from studiolo_daemon.house import House


class Options:
    """Each client's choice."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._chosen: dict[str, str] = {}

    def models(self) -> dict[str, str]:
        """The picture models that are here, and what each is."""
        return {
            model.name: model.summary
            for model in describe(self._house.store)
            if model.kind == "image" and model.installed
        }

    def model(self, client: str) -> str:
        """The model that paints for this client; empty for the installation's own choice."""
        return self._chosen.get(client, "")

    def shown(self, client: str) -> dict[str, Any]:
        """All of them, as the API has them."""
        return {
            "sd_model_checkpoint": self.model(client) or self._house.store.default("image"),
            "sd_vae": "Automatic",
            "CLIP_stop_at_last_layers": 1,
            "samples_format": "png",
        }

    def choose(self, client: str, name: str) -> None:
        """Raises `StudioloError` (`unknown_model`)."""
        if name not in self.models():
            raise StudioloError(
                "unknown_model",
                f"No model '{name:.80}' that paints is installed.",
                "/sdapi/v1/sd-models has those that are.",
            )
        self._chosen[client] = name


class Change(Foreign):
    """Options that a client sets; of the others those that are as they are may come along."""

    HARMLESS: ClassVar[Harmless] = {**Overrides.HARMLESS}

    sd_model_checkpoint: str | None = Field(None, max_length=200)


def routes_of(options: Options) -> APIRouter:
    router = APIRouter(route_class=WebUIRoute, tags=["Web UI"])

    @router.get("/sdapi/v1/options", responses=RESPONSES)
    async def show(http: Request) -> dict[str, Any]:
        """The options, as they are for this client."""
        return options.shown(client_name(http, "sdapi"))

    @router.post("/sdapi/v1/options", responses=RESPONSES)
    async def change(asked: Change, http: Request) -> None:
        """Chooses the model for this client's calls."""
        asked.refuse_the_rest()
        if asked.sd_model_checkpoint:
            options.choose(client_name(http, "sdapi"), asked.sd_model_checkpoint)

    return router
