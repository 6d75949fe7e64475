"""The models that are installed, in OpenAI's words."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from studiolo.door import describe
from studiolo_contract.errors import StudioloError
from studiolo_daemon.doors.openai_api.problems import RESPONSES, OpenAIRoute
from studiolo_daemon.house import House


class Model(BaseModel):
    """`kind` and `summary` are not OpenAI's."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    """OpenAI's models have a birthday; nobody wrote down those of others."""
    owned_by: Literal["studiolo"] = "studiolo"
    kind: str
    summary: str


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


def routes_of(house: House) -> APIRouter:
    router = APIRouter(route_class=OpenAIRoute, tags=["OpenAI"])

    def installed() -> dict[str, Model]:
        return {
            model.name: Model(id=model.name, kind=model.kind, summary=model.summary)
            for model in describe(house.store)
            if model.installed
        }

    @router.get("/v1/models", responses=RESPONSES)
    async def list_models() -> ModelList:
        """The models that can be named in a request."""
        return ModelList(data=list(installed().values()))

    @router.get("/v1/models/{name:path}", responses=RESPONSES)
    async def show_model(name: str) -> Model:
        """One of them."""
        if name not in installed():
            raise StudioloError(
                "unknown_model", f"No model '{name:.80}' is installed.", "/v1/models has those that are."
            )
        return installed()[name]

    return router
