"""The daemon put together: routes, and what lives as long as the daemon does. Knows the rooms, does no work in them."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from starlette.types import ASGIApp

from studiolo import __version__
from studiolo.compose.planning.presets import Presets
from studiolo.models.store import Store
from studiolo_contract import PROTOCOL
from studiolo_daemon.doors import openai_api, sdapi, studio
from studiolo_daemon.doors.auth import OWNER, Gate
from studiolo_daemon.doors.bodies import Bodies
from studiolo_daemon.doors.outside import Outside
from studiolo_daemon.doors.paired import Paired
from studiolo_daemon.doors.project import routes_of as routes_of_project
from studiolo_daemon.doors.refusal import RESPONSES, answer_failures
from studiolo_daemon.doors.socket import Connection
from studiolo_daemon.doors.studio_keys import StudioKeys
from studiolo_daemon.house import House
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.kept.concepts import Concepts
from studiolo_daemon.kept.journal import Journal
from studiolo_daemon.kept.project import Project
from studiolo_daemon.kept.retention import Retention, routes_of
from studiolo_daemon.logs import write_down
from studiolo_daemon.metrics import Metrics, routes
from studiolo_daemon.settings import Settings
from studiolo_daemon.workshop.jobs import Jobs
from studiolo_daemon.workshop.supervisor import Supervisor


def build(
    home: Path,
    settings: Settings,
    token: str,
    port: int,
    announce: Callable[[], None],
    stop: Callable[[], None],
    outside: Outside | None = None,
) -> ASGIApp:
    """The whole daemon as one ASGI application.

    `announce` is called when it is ready to answer, `stop` when a client asks it to end.
    """
    journal = Journal(home / "journal.sqlite3")
    jobs = Jobs(journal, settings.jobs_per_client, settings.jobs)
    blobs = Blobs(home / "blobs", settings.blob_bytes)
    store = Store(home, settings.chosen)
    presets = Presets(home / "presets")
    concepts = Concepts(home / "concepts.json", blobs)
    project = Project(home, blobs, concepts)
    supervisor = Supervisor(home, jobs, blobs, store, presets, project, settings.keep_alive, settings.spare)
    began = time.monotonic()
    sockets = 0

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for job in jobs.open_jobs():
            supervisor.enqueue(job)
        supervisor.start(house.order)
        gc.freeze()  # what is loaded by now stays, and to look through it for garbage held everybody up for 20 to 40 ms
        announce()
        collector = asyncio.create_task(retention.serve(), name="retention")
        yield
        collector.cancel()
        await supervisor.stop()
        journal.close()

    app = FastAPI(
        title="Studiolo",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=RESPONSES,
    )
    paired = Paired(home / "paired.json")
    where = None if outside is None else {"url": outside.url, "certificate": outside.certificate}
    keys = StudioKeys()
    gate = Gate(Bodies(app, settings.body_bytes), token, port, paired, outside, keys)
    app.include_router(routes_of_project(project))
    retention = Retention(home, journal, blobs, concepts, settings)
    app.include_router(routes_of(retention))
    house = House(settings, store, jobs, blobs, supervisor, paired, concepts, presets, project, gate.holder)
    app.include_router(openai_api.routes_of(house))
    app.include_router(sdapi.routes_of(house))
    app.include_router(studio.routes_of(house, keys, home))

    jobs.witnesses.append(write_down)
    app.include_router(routes(Metrics(jobs, supervisor, blobs, retention, home, lambda: sockets)))

    answer_failures(app)

    @app.get("/health")
    async def health() -> dict[str, Any]:
        """Whether the daemon lives. Needs no token."""
        return {"status": "ok", "version": __version__, "protocol": PROTOCOL}

    @app.get("/v1/status")
    async def status(request: Request) -> dict[str, Any]:
        """What the daemon is doing, for people; to the owner also where its home is, to a paired program its name."""
        lanes = {
            kind: {
                "running": [job.id for job in lane.running],
                "waiting": len(lane.queue),
                "worker": lane.worker.pid if lane.worker else None,
                "model": lane.worker.model if lane.worker else "",
                "device": lane.worker.device if lane.worker else "",
                "model_bytes": lane.worker.memory if lane.worker else 0,
            }
            for kind, lane in supervisor.lanes.items()
        }
        up = round(time.monotonic() - began, 1)
        holder = request.state.holder
        where_it_is = {"home": str(home)} if holder == OWNER else {"holder": holder}
        return {"uptime": up, "sockets": sockets, **where_it_is, "lanes": lanes, "spare": supervisor.spare.pid}

    @app.post("/v1/stop")
    async def stop_daemon() -> dict[str, Any]:
        """Ends the daemon; jobs that are not over go on at its next start."""
        stop()
        return {"status": "stopping"}

    @app.get("/v1/paired")
    async def list_paired() -> dict[str, Any]:
        """The programs that have a token of their own, and where other machines find the daemon."""
        programs = [{"name": pairing.name, "since": pairing.since} for pairing in paired.all()]
        return {"paired": programs, "outside": where}

    @app.put("/v1/paired/{name:path}")
    async def pair(name: str) -> dict[str, Any]:
        """Gives a program a token of its own, told only now."""
        return {"token": paired.pair(name), "outside": where}

    @app.delete("/v1/paired/{name:path}")
    async def revoke(name: str) -> dict[str, Any]:
        """Makes that token worthless, and closes the sockets that were opened with it."""
        paired.revoke(name)
        return {"status": "revoked"}

    @app.websocket("/v1/ws")
    async def socket(websocket: WebSocket) -> None:
        nonlocal sockets
        full = sockets >= settings.sockets
        sockets += not full
        try:
            await Connection(websocket, house, full).run()
        finally:
            sockets -= not full

    return gate
