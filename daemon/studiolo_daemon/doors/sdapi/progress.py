"""How far a client's picture is, in the words of the web UI's API, and how it is stopped."""

from __future__ import annotations

import base64
import time
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from studiolo_contract.events import Preview, Progress, Started
from studiolo_daemon.doors.http_jobs import client_name
from studiolo_daemon.doors.sdapi.problems import RESPONSES, WebUIRoute
from studiolo_daemon.house import House
from studiolo_daemon.workshop.jobs import Job


class State(BaseModel):
    skipped: bool = False
    interrupted: bool = False
    stopping_generation: bool = False
    job: str = ""
    job_count: int = 0
    job_timestamp: str = "0"
    job_no: int = 0
    sampling_step: int = 0
    sampling_steps: int = 0


class Told(BaseModel):
    progress: float = 0.0
    """0 to 1."""
    eta_relative: float = 0.0
    """Seconds that are left, as far as one can tell."""
    state: State = State()
    current_image: str | None = None
    textinfo: str | None = None


def routes_of(house: House) -> APIRouter:
    router = APIRouter(route_class=WebUIRoute, tags=["Web UI"])

    def own(http: Request) -> list[Job]:
        """This client's pictures, first the one that is painted."""
        client = client_name(http, "sdapi")
        jobs = [job for job in house.jobs.open_jobs() if job.client == client and job.lane == "image"]
        return sorted(jobs, key=lambda job: (job.state != "running", job.created))

    @router.get("/sdapi/v1/progress", responses=RESPONSES)
    async def progress(http: Request, skip_current_image: bool = False) -> Told:
        """How far the client's picture is, and how it looks."""
        jobs = own(http)
        return _told(jobs, skip_current_image) if jobs else Told()

    @router.post("/sdapi/v1/interrupt", responses=RESPONSES)
    async def interrupt(http: Request) -> dict[str, Any]:
        """Stops the client's picture that is painted, or else the first that waits."""
        for job in own(http)[:1]:
            house.supervisor.cancel(job)
        return {}

    @router.post("/sdapi/v1/skip", responses=RESPONSES)
    async def skip(http: Request) -> dict[str, Any]:
        """The same: a job's pictures are painted together."""
        return await interrupt(http)

    return router


def _told(jobs: list[Job], without_image: bool) -> Told:
    job = jobs[0]
    began = next((happened.at for happened in reversed(job.log) if isinstance(happened.event, Started)), None)
    steps = next((event for event in _newest(job) if event.stage == "steps"), None)
    done, total = (steps.done, steps.total) if steps else (0, 0)
    share = min(done / total, 0.99) if total else 0.0
    left = (time.time() - began) * (1 - share) / share if began and share else 0.0
    picture = None
    if job.preview is not None and isinstance(job.preview[0], Preview) and not without_image:
        picture = base64.b64encode(job.preview[1]).decode()
    return Told(
        progress=share,
        eta_relative=round(max(left, 0.0), 1),
        state=State(
            interrupted=job.cancel_asked is not None,
            job=job.id,
            job_count=len(jobs),
            job_timestamp=time.strftime("%Y%m%d%H%M%S", time.localtime(job.created)),
            sampling_step=done,
            sampling_steps=total,
        ),
        current_image=picture,
        textinfo=None if job.state == "running" else "waiting",
    )


def _newest(job: Job) -> list[Progress]:
    """What was told of the progress in the present attempt, newest first."""
    told: list[Progress] = []
    for happened in reversed(job.log):
        if isinstance(happened.event, Started):
            break
        if isinstance(happened.event, Progress):
            told.append(happened.event)
    return told
