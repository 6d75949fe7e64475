"""The jobs and their logs: what is submitted, what happened to it, who is watching. Knows no worker and no socket."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from studiolo_contract.compose import ComposeRequest, MatchRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import AnyPreview, Cancelled, Event, Failed, Final, Queued, Result, Started
from studiolo_contract.frames import to_json
from studiolo_contract.media import Sha256, hash_of
from studiolo_contract.request import Request
from studiolo_contract.upscale import UpscaleRequest
from studiolo_contract.wire import Happened, JobInfo
from studiolo_daemon.kept.journal import OPEN, Entry, Head, Journal, Priority, State
from studiolo_daemon.workshop.pace import Pace

LANES = {
    "text": "text",
    "card": "text",
    "image": "image",
    "texture": "image",
    "upscale": "image",
    "music": "music",
    "match": "text",
    "compose": "compose",
}
"""Kind of request -> the worker that runs it. Everything that paints shares one, so that no model is loaded twice; kits
have none, their parts are jobs of their own."""

Watcher = Callable[[], None]
"""Called when there is something new to read in a job's log; must not block."""
Witness = Callable[["Job"], None]
"""Called for every job: once it is in the journal, and after each of its events; must neither block nor raise."""


@dataclass(eq=False)
class Job:
    """A job that is not over: its place in memory. Its truth is the journal."""

    id: str
    client: str
    key: str
    priority: Priority
    request: Request
    model: str
    """Name of the model it runs on; decided when it is accepted."""
    created: float
    log: list[Happened]
    state: State = "queued"
    interrupted: int = 0
    """How often it had been started when the daemon ended and came back."""
    deaths: int = 0
    """How often its worker died while it was alone on it."""
    alone: bool = False
    """Whether it must be alone on its worker, since one died under it."""
    cancel_asked: float | None = None
    """When its client first asked for that, by `time.monotonic`."""
    preview: tuple[AnyPreview, bytes, int] | None = None
    """The newest one, and its number."""
    watchers: set[Watcher] = field(default_factory=set)

    @cached_property
    def work(self) -> str:
        """What it asks for and of which model: jobs of the same work are done at once. Its own id where something is
        left to chance."""
        fixed = isinstance(self.request, (UpscaleRequest, MatchRequest)) or self.request.seed is not None
        return hash_of(f"{self.model} {to_json(self.request)}".encode()) if fixed else self.id

    @property
    def lane(self) -> str:
        """Which worker runs it."""
        return LANES[self.request.kind]

    @property
    def attempts(self) -> int:
        return sum(isinstance(happened.event, Started) for happened in self.log)

    @property
    def started(self) -> float | None:
        """When the latest attempt began, in seconds since 1970; None before the first."""
        starts = (happened.at for happened in reversed(self.log) if isinstance(happened.event, Started))
        return next(starts, None)

    @property
    def over(self) -> bool:
        return self.state not in OPEN


class Jobs:
    """All jobs that are not over, by id; the journal behind them has the rest."""

    def __init__(self, journal: Journal, per_client: int, most: int) -> None:
        self._journal = journal
        self._per_client = per_client
        self._most = most
        self._pace = Pace()
        self.witnesses: list[Witness] = []
        self._open: dict[str, Job] = {}
        for entry in journal.open_entries():
            job = self._open[entry.job] = _job(entry, journal.events(entry.job))
            job.interrupted = job.attempts
            job.cancel_asked = time.monotonic() if entry.unwanted else None

    def open_jobs(self) -> list[Job]:
        """In the order in which they are to be queued."""
        return list(self._open.values())

    def known(self, client: str, key: str) -> str | None:
        """The id of the job that this client has submitted under this key before."""
        return self._journal.find(client, key)

    def add(self, client: str, key: str, priority: Priority, request: Request, model: str, of_kit: bool = False) -> Job:
        """A new job, written to the journal. `of_kit`: it is a part of a kit, so kits that wait for their parts take no
        room from it. Raises `StudioloError` (`busy`)."""
        self._refuse_when_full(client, of_kit)
        entry = Entry(secrets.token_hex(8), client, key, priority, request, model, "queued", time.time(), 0)
        self._journal.add(entry)
        job = self._open[entry.job] = _job(entry, [])
        self._show_witnesses(job)
        return job

    def record(self, job: Job, event: Event) -> None:
        """The next event of the job's log: on disk first, then told to whoever watches."""
        happened = Happened(job=job.id, seq=len(job.log) + 1, at=time.time(), event=event)
        state = _state_after(event)
        self._journal.append(happened, state)
        job.log.append(happened)
        job.state = state
        if isinstance(event, Final):
            job.preview = None
            self._open.pop(job.id, None)
            if job.started is not None and not isinstance(event, Cancelled):
                self._pace.ended(job.lane, job.started)
        self._show_witnesses(job)
        self._tell(job)

    def reorder(self, row: Sequence[Job]) -> None:
        """These waiting jobs come back in this order at the next start."""
        self._journal.reorder([job.id for job in row])

    def unwant(self, job: Job) -> None:
        """Its client has cancelled it: the next daemon knows that too, if this one ends before the job does."""
        self._journal.unwant(job.id)

    def name(self, job: Job, blobs: Sequence[Sha256]) -> None:
        """The job names these blobs too, beside those in its request and its result: they are kept as long as it is."""
        self._journal.name(job.id, blobs)

    def pin(self, job: Job, pinned: bool) -> None:
        """Whether the job is kept however old it grows."""
        self._journal.pin(job.id, pinned)

    def show(self, job: Job, preview: AnyPreview, data: bytes) -> None:
        """A newer preview takes the place of the last one."""
        job.preview = (preview, data, job.preview[2] + 1 if job.preview else 1)
        self._tell(job)

    def find(self, job_id: str) -> Job:
        """The job, read from the journal when it is over. Raises `StudioloError` (`unknown_job`)."""
        if job_id in self._open:
            return self._open[job_id]
        entry = self._journal.entry(job_id)
        if entry is None:
            raise self._journal.unknown(job_id)
        return _job(entry, self._journal.events(job_id))

    def listed(self, client: str, everyone: bool, limit: int = 200) -> tuple[JobInfo, ...]:
        heads = self._journal.newest(None if everyone else client, limit)
        return tuple(_info(head, head.client == client) for head in heads)

    def everyones(
        self,
        limit: int,
        *,
        skip: int = 0,
        states: Sequence[State] = (),
        kinds: Sequence[str] = (),
        client: str = "",
    ) -> tuple[JobInfo, ...]:
        """Jobs of all clients with their titles, for the owner alone; as `Journal.everyones` has them."""
        return tuple(_info(head, True) for head in self._journal.everyones(limit, skip, states, kinds, client))

    def last(self, job_id: str) -> Happened | None:
        """The latest event of a job, with which it ended if it is over."""
        return self._journal.last(job_id)

    def _refuse_when_full(self, client: str, of_kit: bool) -> None:
        counted = [job for job in self._open.values() if not (of_kit and isinstance(job.request, ComposeRequest))]
        own = [job for job in counted if job.client == client]
        if len(own) < self._per_client and len(counted) < self._most:
            return
        clients: dict[str, set[str]] = {}
        for job in self._open.values():
            clients.setdefault(job.lane, set()).add(job.client)
        if len(own) >= self._per_client:
            whose, rows = f"This client has {len(own)}", [(lane, len(clients[lane])) for lane in {j.lane for j in own}]
        else:
            whose, rows = f"The daemon has {len(self._open)}", [(lane, 1) for lane in clients]
        raise StudioloError(
            "busy",
            f"{whose} jobs waiting.",
            "Submit again when some are done.",
            retry_after=self._pace.until_next(rows),
        )

    def _show_witnesses(self, job: Job) -> None:
        for witness in self.witnesses:
            witness(job)

    @staticmethod
    def _tell(job: Job) -> None:
        for watcher in tuple(job.watchers):
            watcher()


def _job(entry: Entry, log: list[Happened]) -> Job:
    return Job(
        entry.job, entry.client, entry.key, entry.priority, entry.request, entry.model, entry.created, log, entry.state
    )


def _info(head: Head, known: bool) -> JobInfo:
    """`known`: whether its words may be told."""
    return JobInfo(
        job=head.job,
        client=head.client,
        kind=head.kind,
        state=head.state,
        title=_title(head) if known else "",
        created=head.created,
        seq=head.seq,
        pinned=head.pinned,
    )


def _title(head: Head) -> str:
    if head.kind == "upscale":
        return f"{head.width} × {head.height} pixels, {head.scale} times larger"
    return " ".join(head.words.split())[:60]


def _state_after(event: Event) -> State:
    if isinstance(event, Result):
        return "done"
    if isinstance(event, Failed):
        return "failed"
    if isinstance(event, Cancelled):
        return "cancelled"
    return "queued" if isinstance(event, Queued) else "running"
