"""The client: what a program can ask of the daemon. Knows requests, jobs and blobs; how they get there is `Line`'s."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from studiolo_client import discovery
from studiolo_client.connection import MIB
from studiolo_client.discovery import Running
from studiolo_client.job import Job
from studiolo_client.line import PART, Line
from studiolo_contract.concept import Concept
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import Blob, hash_of
from studiolo_contract.request import Request
from studiolo_contract.wire import (
    Bring,
    Brought,
    Cancel,
    Concepts,
    Forget,
    Free,
    Get,
    Given,
    Have,
    JobInfo,
    Jobs,
    Keep,
    Kits,
    ListConcepts,
    ListJobs,
    ListKits,
    ListModels,
    Missing,
    ModelInfo,
    Models,
    Move,
    Pin,
    Put,
    Submit,
    Unpin,
    Welcome,
)

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Client:
    """A conversation with the daemon under one name. Any thread may call it; a thread of its own listens."""

    def __init__(
        self,
        running: Running,
        name: str,
        patience: float = 15.0,
        find: Callable[[], Running | None] = discovery.recorded,
    ) -> None:
        """Connects. `name` says whose jobs these are, on every later connection too. When the connection breaks,
        whoever waits goes on waiting for `patience` seconds, and the client tries to mend it until it is closed;
        `find` says where the daemon is by then. Raises `StudioloError` when the first connection fails."""
        self._line = Line(running, name, patience, find)

    @property
    def welcome(self) -> Welcome:
        """What the daemon said of itself on the latest connection: version, features, limits, models."""
        return self._line.welcome

    @property
    def connected(self) -> bool:
        """Whether there is a connection to the daemon now."""
        return self._line.connected

    @property
    def problem(self) -> StudioloError | None:
        """Why the latest try to connect failed, or why this client is of no use any more. None while it is connected,
        and from the moment that the connection breaks until a try has failed."""
        return self._line.problem

    def watch(self, callback: Callable[[Client], None]) -> None:
        """Calls `callback` with this client: once now, in this thread, and from then on in the client's own thread
        whenever `connected` or `problem` has changed. As with `Job.watch` it must not block, nor ask the client for
        anything; what it raises is logged."""
        self._line.watch(lambda _: callback(self))

    def submit(
        self, request: Request, key: str | None = None, priority: Literal["interactive", "batch"] = "interactive"
    ) -> Job:
        """A job for this request. The same `key` again is the same job; None for a new one. Raises `StudioloError`
        when the daemon refuses it or stays away."""
        call = self._line.call(
            Submit(ref=self._line.ref(), key=key or secrets.token_hex(16), request=request, priority=priority)
        )
        assert call.job is not None
        return call.job

    def resume(self, job: str, after: int = 0) -> Job:
        """A job of this name's that was submitted before, its log read from the event after `after`. Raises
        `StudioloError` (`unknown_job`)."""
        return self._line.resume(job, after)

    def cancel(self, job: Job | str) -> None:
        """Stops a job; one that is over stays as it is. The job's last event says when it has stopped. Raises
        `StudioloError` (`unknown_job`)."""
        self._line.call(Cancel(ref=self._line.ref(), job=job if isinstance(job, str) else job.id))

    def move(self, job: Job | str, before: Job | str = "") -> None:
        """Has a waiting job run before another one that waits for the same worker with the same priority, or after
        all of this name's that do. The others keep their order, over a restart of the daemon too; `Queued` tells each
        job of its new place. Raises `StudioloError` when either does not wait (`bad_request`, `unknown_job`)."""
        ids = [other if isinstance(other, str) else other.id for other in (job, before)]
        self._line.call(Move(ref=self._line.ref(), job=ids[0], before=ids[1]))

    def pin(self, job: Job | str) -> None:
        """Has the daemon keep a job of this name's and what it made, however old it grows. Other jobs are given up some
        time after their end, those that ended first before the others. Raises `StudioloError` (`unknown_job`)."""
        self._line.call(Pin(ref=self._line.ref(), job=job if isinstance(job, str) else job.id))

    def unpin(self, job: Job | str) -> None:
        """Takes that back. Raises `StudioloError` (`unknown_job`)."""
        self._line.call(Unpin(ref=self._line.ref(), job=job if isinstance(job, str) else job.id))

    def put(self, data: Buffer) -> str:
        """Gives the daemon a blob, unless it has it already; its sha256. `data` is anything whose bytes lie in one
        row (`bytes`, `bytearray`, a memoryview, Qt's QByteArray), is not copied, and must stay as it is meanwhile.
        While it is sent, other threads run, but what they have to say to the daemon waits. Raises `StudioloError`
        (`too_large`)."""
        view = memoryview(data).cast("B")
        most = self.welcome.limits.blob_bytes
        if len(view) > most:
            raise StudioloError(
                "too_large",
                f"{len(view) / MIB:.1f} MiB are more than the {most / MIB:.0f} MiB that the daemon takes at once.",
                "Make it smaller, or raise blob_bytes in settings.toml.",
            )
        sha256 = hash_of(view)
        missing = self._line.call(Have(ref=self._line.ref(), hashes=(sha256,))).answer
        if isinstance(missing, Missing) and missing.hashes:
            self._line.call(Put(ref=self._line.ref(), sha256=sha256), view)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of a blob; other threads run and may speak to the daemon while it comes. Raises `StudioloError`
        (`unknown_blob`)."""
        parts: list[bytes] = []
        came = 0
        while True:
            call = self._line.call(Get(ref=self._line.ref(), sha256=sha256, start=came, length=PART))
            assert isinstance(call.answer, Given)
            parts.append(call.payload)
            came += len(call.payload)
            if came >= call.answer.size or not call.payload:
                break
        data = b"".join(parts)
        if hash_of(data) != sha256:
            raise StudioloError("internal", f"Blob {sha256[:12]}… came with other bytes.", "Ask for it again.")
        return data

    def models(self) -> tuple[ModelInfo, ...]:
        """The models of the catalogue, installed or not."""
        answer = self._line.call(ListModels(ref=self._line.ref())).answer
        assert isinstance(answer, Models)
        return answer.models

    def jobs(self, everyone: bool = False) -> tuple[JobInfo, ...]:
        """This name's jobs, newest first; with `everyone` all clients'."""
        answer = self._line.call(ListJobs(ref=self._line.ref(), everyone=everyone)).answer
        assert isinstance(answer, Jobs)
        return answer.jobs

    def free(self) -> None:
        """Gives the memory of all loaded models back, on the graphics card too. Workers that have no job are gone when
        this returns; the others end with the job that they are at. The next job loads its model anew."""
        self._line.call(Free(ref=self._line.ref()))

    def keep(self, concept: Concept) -> None:
        """Keeps a concept for every program, in the place of the one of the same name. Its picture must have been put.
        Raises `StudioloError` (`bad_request`, `unknown_blob`)."""
        self._line.call(Keep(ref=self._line.ref(), concept=concept))

    def forget(self, name: str) -> None:
        """Keeps the concept of this name no longer, if there is one."""
        self._line.call(Forget(ref=self._line.ref(), name=name))

    def concepts(self) -> tuple[Concept, ...]:
        """Every concept that is kept, whichever program did it, by name."""
        answer = self._line.call(ListConcepts(ref=self._line.ref())).answer
        assert isinstance(answer, Concepts)
        return answer.concepts

    def kits(self) -> Kits:
        """The kits of the project that is open, newest first, and its name; both are empty where none is. Raises
        `StudioloError` (`bad_request`) where its folder has gone."""
        answer = self._line.call(ListKits(ref=self._line.ref())).answer
        assert isinstance(answer, Kits)
        return answer

    def bring(self, kit: str, file: str) -> Blob:
        """A file of one of those kits as a blob, to be got as any other. Raises `StudioloError` (`bad_request`)."""
        answer = self._line.call(Bring(ref=self._line.ref(), kit=kit, file=file)).answer
        assert isinstance(answer, Brought)
        return answer.blob

    def close(self) -> None:
        """Ends the conversation. Jobs go on in the daemon; whoever still waits here gets a `StudioloError`."""
        self._line.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
