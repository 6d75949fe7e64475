"""The studio page and what it asks over HTTP: who it is, all jobs of this user, models, hosts, faults.

The page's own files are public, as there is nothing secret in them; everything else is the owner's. What the page wants
done it says over the socket, as every client does. Knows no look of the page.
"""

from __future__ import annotations

import asyncio
import io
import json
import mimetypes
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Interval, Len
from fastapi import APIRouter, Body, Request, Response
from starlette.exceptions import HTTPException

from studiolo.models.catalogue import Entry
from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import KitOutput, Part, Progress, Queued, Result
from studiolo_contract.kit import Kit
from studiolo_contract.media import Sha256
from studiolo_contract.wire import JobInfo
from studiolo_daemon.doors.auth import studio_policy
from studiolo_daemon.doors.studio_keys import LIFE, StudioKeys
from studiolo_daemon.doors.studio_tools import Tools
from studiolo_daemon.house import House
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.workshop.jobs import Job

PAGE = Path(__file__).parents[1] / "page"
WAIT = 20.0
"""Seconds after which a page that waits for news is told that there are none."""
MOST = 100
"""Jobs in one answer."""
SHOWN = 200
"""Jobs of the queue that are told of."""

Count = Annotated[int, Interval(ge=0, le=2**53)]


class News:
    """Whether anything has happened to any job since somebody last looked."""

    def __init__(self) -> None:
        self.count = 0
        self._waiting: set[asyncio.Event] = set()

    def tell(self, _: Job) -> None:
        self.count += 1
        for event in self._waiting:
            event.set()

    async def after(self, count: int) -> None:
        """Returns once there is something newer than `count`, or after a while."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            if self.count == count:
                with suppress(TimeoutError):  # then there is nothing new to tell
                    await asyncio.wait_for(event.wait(), WAIT)
        finally:
            self._waiting.discard(event)


def routes_of(house: House, keys: StudioKeys, home: Path) -> APIRouter:
    news, tools = News(), Tools(home)
    house.jobs.witnesses.append(news.tell)
    files = {file.name: file for file in PAGE.iterdir() if file.is_file()}

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        yield
        await tools.close()

    router = APIRouter(include_in_schema=False, lifespan=lifespan)

    @router.get("/")
    async def page(request: Request) -> Response:
        return _file(files["index.html"], request)

    @router.get("/studio/{name}")
    async def file(name: str, request: Request) -> Response:
        if name not in files:
            raise HTTPException(404, "the page has no such file")
        return _file(files[name], request)

    # ---- who it is

    @router.post("/v1/studio/codes")
    async def code() -> dict[str, Any]:
        """A code with which a page gets in, once."""
        return {"code": keys.code(), "seconds": LIFE}

    @router.post("/v1/studio/token")
    async def token(code: Annotated[str, Len(1, 64), Body(embed=True)]) -> dict[str, Any]:
        """A token in the place of a code."""
        return {"token": keys.exchange(code)}

    # ---- jobs

    @router.get("/v1/studio/queue")
    async def queue(after: Count | None = None) -> dict[str, Any]:
        """What waits and runs, whoever asked for it; with `after` once that is no longer as it was then."""
        if after is not None:
            await news.after(after)
        count, heads = news.count, house.jobs.everyones(SHOWN, states=("queued", "running"))
        return {"count": count, "jobs": [_live(info, house.jobs.find(info.job)) for info in reversed(heads)]}

    @router.get("/v1/studio/jobs")
    async def jobs(
        skip: Count = 0, most: Annotated[int, Interval(ge=1, le=MOST)] = 24, kind: str = "", client: str = ""
    ) -> dict[str, Any]:
        """Jobs that are over, newest first, with what came of them. `kind`: with commas between several."""
        kinds = tuple(filter(None, kind.split(",")))
        found = house.jobs.everyones(
            most + 1, skip=skip, states=("done", "failed", "cancelled"), kinds=kinds, client=client
        )
        return {"jobs": [_over(info, house) for info in found[:most]], "more": len(found) > most}

    @router.get("/v1/studio/jobs/{job_id}")
    async def job(job_id: str) -> dict[str, Any]:
        """All that is known of a job: what was asked, and its log."""
        found = house.jobs.find(job_id)
        facts = {"job": found.id, "client": found.client, "kind": found.request.kind, "state": found.state}
        return facts | {
            "model": found.model,
            "created": found.created,
            "request": to_plain(found.request),
            "log": to_plain(tuple(found.log)),
        }

    @router.get("/v1/studio/jobs/{job_id}/preview")
    async def preview(job_id: str) -> Response:
        """How the result of a job looks or sounds by now."""
        found = house.jobs.find(job_id).preview
        if found is None:
            raise HTTPException(404, "there is no preview now")
        return Response(found[1], media_type=found[0].media_type)

    @router.get("/v1/studio/kits/{job_id}")
    async def kit(job_id: str) -> Response:
        """The kit that came of a job, as a folder in a zip."""
        last = house.jobs.last(house.jobs.find(job_id).id)
        outputs = last.event.outputs if last is not None and isinstance(last.event, Result) else ()
        found = next((output for output in outputs if isinstance(output, KitOutput)), None)
        if found is None:
            raise StudioloError("bad_request", f"No kit came of job '{job_id:.64}'.", "Choose one that is a kit.")
        packed = await asyncio.to_thread(_packed, found.blob.sha256, house.blobs)
        return Response(packed, media_type="application/zip")

    # ---- the house

    @router.get("/v1/studio/hosts")
    async def hosts() -> dict[str, Any]:
        """Which programs are connected now, and how often; which have a token of their own."""
        paired = [{"name": pairing.name, "since": pairing.since} for pairing in house.paired.all()]
        return {"connected": dict(house.present), "paired": paired, "home": str(home)}

    @router.get("/v1/studio/models")
    async def models() -> Any:
        """Everything that is known of every model."""
        return await tools.ask("models", "list", "--json")

    @router.get("/v1/studio/pulls")
    async def pulls() -> dict[str, Any]:
        """The models that are on their way here, and how earlier ones fared."""
        return {"pulls": [asdict(pull) for pull in tools.pulls()]}

    @router.post("/v1/studio/pulls/{name}")
    async def pull(name: str) -> dict[str, Any]:
        """Begins to fetch a model of the catalogue from the hub: only a person asks for that."""
        await tools.pull(_entry(house, name))
        return {"status": "pulling"}

    @router.delete("/v1/studio/pulls/{name}")
    async def stop_pull(name: str) -> dict[str, Any]:
        """Stops that; what has come stays, and a later pull goes on from there."""
        tools.cancel(_entry(house, name).name)
        return {"status": "cancelled"}

    @router.get("/v1/studio/doctor")
    async def doctor() -> dict[str, Any]:
        """What is wrong with this installation."""
        return {"findings": await tools.ask("doctor", "--json")}

    return router


def _file(file: Path, request: Request) -> Response:
    headers = {
        "Content-Security-Policy": studio_policy(request.headers["host"]),
        "Cross-Origin-Opener-Policy": "same-origin",  # who opened the window has no hold on it
    }
    kind = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file.name)[0]
    return Response(file.read_bytes(), media_type=kind, headers=headers)


def _live(info: JobInfo, job: Job) -> dict[str, Any]:
    """A job of the queue, and how far it is."""
    facts: dict[str, Any] = to_plain(info)
    facts["preview"] = job.preview[2] if job.preview else 0
    for happened in reversed(job.log):
        event = happened.event
        if isinstance(event, Progress):
            facts.setdefault("progress", {"stage": event.stage, "done": event.done, "total": event.total})
        elif isinstance(event, Part):
            facts.setdefault("part", {"name": event.name, "state": event.state})
        elif isinstance(event, Queued):
            facts.setdefault("position", event.position)
            break
    return facts | {"model": job.model, "priority": job.priority, "started": job.started}


def _over(info: JobInfo, house: House) -> dict[str, Any]:
    """A job that has ended, and with what."""
    facts: dict[str, Any] = to_plain(info)
    last = house.jobs.last(info.job)
    if last is not None:
        facts["ended"] = last.at
        if isinstance(last.event, Result):
            facts["outputs"] = to_plain(last.event.outputs)
            facts["model"] = last.event.recipe.model
        else:
            facts["problem"] = to_plain(getattr(last.event, "problem", None))
    return facts


def _packed(sha256: Sha256, blobs: Blobs) -> bytes:
    """A zip with the files of a kit. Raises `StudioloError` (`unknown_blob`) where something was given up."""
    from studiolo.compose.kit.kit_folder import files_of, lay_out, slug  # what it needs for its page loads slowly

    kit: Kit = from_plain(Kit, json.loads(blobs.get(sha256)))
    folder = lay_out(kit, {file.blob.sha256: blobs.get(file.blob.sha256) for file in files_of(kit)})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:  # pictures and sound do not get smaller
        for name, data in folder.files.items():
            out.writestr(f"{slug(kit.title)}/{name}", data)
    return packed.getvalue()


def _entry(house: House, name: str) -> Entry:
    entry = house.store.entries.get(name)
    if entry is None:
        raise StudioloError("unknown_model", f"No model of the catalogue is called '{name:.100}'.", "Name one of it.")
    return entry
