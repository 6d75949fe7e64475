"""What every way in shares, and how a job is taken in whichever way it comes. Knows no socket and no route."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.types import Scope

from studiolo.compose.planning import plan as compose
from studiolo.compose.planning.presets import Presets
from studiolo.door import check
from studiolo.models.store import Store
from studiolo_contract.codec import to_plain
from studiolo_contract.compose import ComposeRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.request import Request, files_of
from studiolo_contract.text import TextRequest
from studiolo_daemon.doors.checking import read_bible, read_request
from studiolo_daemon.doors.paired import Paired
from studiolo_daemon.kept.blobs import Blobs, unknown_blob
from studiolo_daemon.kept.concepts import Concepts
from studiolo_daemon.kept.journal import Priority
from studiolo_daemon.kept.project import Project
from studiolo_daemon.settings import Settings
from studiolo_daemon.workshop.jobs import Job, Jobs
from studiolo_daemon.workshop.supervisor import Supervisor

MOST_BIBLE = 8 * 2**20
"""Bytes of a story bible."""


@dataclass(frozen=True)
class House:
    """The rooms of one daemon."""

    settings: Settings
    store: Store
    jobs: Jobs
    blobs: Blobs
    supervisor: Supervisor
    paired: Paired
    concepts: Concepts
    presets: Presets
    project: Project
    holder: Callable[[Scope, str], str | None]
    """Whose token it is, as `Gate.holder` says."""
    present: Counter[str] = field(default_factory=Counter)
    """How many sockets each client has open now."""

    async def order(self, client: str, key: str, priority: Priority, request: Request) -> tuple[Job, bool]:
        """A part of a kit: held to the contract's bounds as what a client sends is, taken in, and queued. Raises as
        `take` does."""
        job, known = await self.take(client, key, priority, read_request(to_plain(request)), of_kit=True)
        if not known:
            self.supervisor.enqueue(job)
        return job, known

    async def take(
        self, client: str, key: str, priority: Priority, request: Request, of_kit: bool = False
    ) -> tuple[Job, bool]:
        """The job of this client under this key, and whether it was there before. A new one is in the journal when
        this returns, and not yet queued: `supervisor.enqueue` is the caller's, once it follows it. Raises
        `StudioloError` when it can't be done, or not now (`busy`)."""
        known = self.jobs.known(client, key)
        if known is None:
            await self._check_bible(request)
            known = self.jobs.known(client, key)  # it may have come another way meanwhile
        if known is not None:
            return self.jobs.find(known), True
        self._check_paths(client, request)
        model = self._model(request)
        for file in files_of(request):
            if not self.blobs.has(file.sha256):
                raise unknown_blob(file.sha256)
        return self.jobs.add(client, key, priority, request, model, of_kit), False

    @contextmanager
    def hosting(self, client: str) -> Iterator[None]:
        """While a socket of this client's is open."""
        self.present[client] += 1
        try:
            yield
        finally:
            self.present.subtract([client])
            if not self.present[client]:
                del self.present[client]

    def own(self, client: str, job_id: str) -> Job:
        """A job of this client's. Raises `StudioloError` (`unknown_job`)."""
        job = self.jobs.find(job_id)
        if job.client != client:
            raise StudioloError("unknown_job", f"Job '{job_id}' is another client's.", "Name one of your own.")
        return job

    def _model(self, request: Request) -> str:
        """Name of the model that will run it; a kit has none, its parts have theirs."""
        if isinstance(request, ComposeRequest):
            compose.check(request, self.presets.read(request.preset))
            if request.project:
                self.project.check()
            return ""
        return check(request, self.store).name

    def _check_paths(self, client: str, request: Request) -> None:
        """A paired program learns nothing of which folders there are: it names models as they are listed."""
        paired, slash, _ = client.partition("/")
        models = [request.model]
        if isinstance(request, ComposeRequest):
            models += [request.image_model, request.music_model]
        folders = {name for name in models if name.startswith(("/", "\\", "~")) or Path(name).is_absolute()}
        if folders - set(self.settings.chosen.values()) and slash and self.paired.knows(paired):
            raise StudioloError(
                "bad_request",
                "A paired program calls a model by its name, and not by a folder.",
                "Name one that it lists; a folder in Studiolo's own folder of models is one of them.",
            )

    async def _check_bible(self, request: Request) -> None:
        bible = request.bible if isinstance(request, TextRequest) else None
        if bible is not None:
            data, size = await asyncio.to_thread(self.blobs.part, bible.sha256, 0, MOST_BIBLE)
            if size > MOST_BIBLE:
                raise StudioloError(
                    "too_large", f"The story bible is larger than {MOST_BIBLE // 2**20} MiB.", "Send fewer entries."
                )
            await asyncio.to_thread(read_bible, data)
