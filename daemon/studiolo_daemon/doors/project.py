"""The project that is open, over HTTP, for the owner alone: which it is, and which it shall be. Knows no kit."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query

from studiolo_contract.codec import to_plain
from studiolo_daemon.kept.project import Project

Folder = Annotated[str, Query(min_length=1, max_length=4096)]


def routes_of(project: Project) -> APIRouter:
    """To show, open and close it."""
    router = APIRouter()

    @router.get("/v1/project")
    async def show() -> dict[str, Any]:
        """Where the open project lies and what it says; `folder` is null where none is open."""
        return await asyncio.to_thread(project.told)

    @router.put("/v1/project")
    async def open_project(
        folder: Folder,
        name: str | None = None,
        style: str | None = None,
        palette: str | None = None,
        leitmotif: str | None = None,
    ) -> dict[str, Any]:
        """Opens this folder as the project, and makes its `project.json` where there is none. What else is given, its
        `project.json` says from now on; `palette` is colours with commas between them."""
        said: dict[str, Any] = {"name": name, "style": style, "leitmotif": leitmotif}
        if palette is not None:
            said["palette"] = tuple(colour.strip() for colour in palette.split(",") if colour.strip())
        given = {key: value for key, value in said.items() if value is not None}
        return {"folder": folder, **to_plain(await asyncio.to_thread(project.open, Path(folder), given))}

    @router.delete("/v1/project")
    async def close() -> dict[str, Any]:
        """Has no project be open; its folder stays as it is."""
        await asyncio.to_thread(project.close)
        return {"folder": None}

    return router
