"""One client's socket: reads its messages, and sends it what it asked for and what happens to the jobs it follows.

Events are not queued for a client: they are read from the jobs' logs as fast as the client takes them, so a slow one
costs no memory and delays nobody, and of previews it gets only the newest. Knows no worker and no model.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from studiolo import __version__
from studiolo.door import describe
from studiolo.text.presets import preset_names
from studiolo.text.styles import style_names
from studiolo_contract import PROTOCOL
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.frames import split_binary, to_binary, to_json
from studiolo_contract.wire import (
    Accepted,
    Bring,
    Brought,
    Cancel,
    ClientMessage,
    Concepts,
    Done,
    Forget,
    Free,
    Get,
    Given,
    Have,
    Hello,
    Jobs,
    Keep,
    Kits,
    Limits,
    ListConcepts,
    ListJobs,
    ListKits,
    ListModels,
    Missing,
    Models,
    Move,
    Pin,
    Previewed,
    Put,
    Refused,
    Resume,
    Submit,
    Unpin,
    Welcome,
)
from studiolo_daemon.doors.auth import OWNER, bad_token, client_of
from studiolo_daemon.doors.checking import read_message, ref_of
from studiolo_daemon.house import House
from studiolo_daemon.kept.blobs import unknown_blob
from studiolo_daemon.workshop.jobs import Job

log = logging.getLogger("studiolo.daemon")

FEATURES = (
    "text",
    "image",
    "texture",
    "upscale",
    "music",
    "resume",
    "previews",
    "move",
    "free",
    "concepts",
    "pin",
    "compose",
)
REPLIES = 64
"""Answers that may wait for a slow client before its next message is read."""
HELLO_TIMEOUT = 10.0
"""Seconds that a stranger has to say hello."""

LATER = 5.0
"""Seconds after which it is worth a try to open a socket, where there were too many."""


@dataclass(eq=False)
class _Followed:
    """How far a job's log has been sent."""

    job: Job
    sent: int
    """Number of the last event that was sent."""
    preview: int = 0
    """Number of the last preview that was sent."""


class Connection:
    def __init__(self, socket: WebSocket, house: House, full: bool) -> None:
        """`full`: whether there are as many sockets as there may be, so that whoever comes is only told so."""
        self._socket = socket
        self._house = house
        self._full = full
        self._client = ""
        self._holder = OWNER
        self._revoked = asyncio.Event()
        self._replies: deque[str | Get] = deque()
        self._followed: dict[str, _Followed] = {}
        self._news = asyncio.Event()
        self._drained = asyncio.Event()

    async def run(self) -> None:
        """Serves the client until it goes."""
        await self._socket.accept()
        try:
            if not await self._greet():
                return
            tasks = {asyncio.create_task(work()) for work in (self._listen, self._tell, self._leave_when_revoked)}
            with self._house.hosting(self._client):
                done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
            for error in [task.exception() for task in done]:  # two may have ended at once
                if error is not None:
                    raise error
        except (WebSocketDisconnect, TimeoutError, RuntimeError) as gone:
            log.debug("%s has gone: %r", self._client or "a stranger", gone)
        finally:
            for followed in self._followed.values():
                followed.job.watchers.discard(self._news.set)
            self._house.paired.unwatch(self._holder, self._revoked.set)

    async def _greet(self) -> bool:
        frame, _ = await asyncio.wait_for(self._receive(), HELLO_TIMEOUT)
        problem = self._unwelcome(frame)
        if problem is not None:
            await self._socket.send_text(to_json(Refused(ref=ref_of(frame), problem=problem)))
            code = {"bad_token": 4401, "busy": 1013}.get(problem.code, 4400)
            await self._socket.close(code=code, reason=problem.code)
            return False
        self._socket.state.let_in()
        settings = self._house.settings
        welcome = Welcome(
            ref=ref_of(frame),
            protocol=PROTOCOL,
            server=f"studiolo {__version__}",
            features=FEATURES,
            limits=Limits(
                frame_bytes=settings.frame_bytes,
                blob_bytes=settings.blob_bytes,
                jobs_per_client=settings.jobs_per_client,
            ),
            models=describe(self._house.store),
            styles=style_names(),
            presets=preset_names(),
            kit_presets=self._house.presets.names(),
        )
        await self._socket.send_text(to_json(welcome))
        return True

    def _unwelcome(self, frame: str | bytes) -> Problem | None:
        try:
            hello = read_message(frame)
        except StudioloError as error:
            return error.problem
        if not isinstance(hello, Hello):
            return Problem(code="bad_request", message="The first message must be 'hello'.", mend="Say hello first.")
        if hello.protocol != PROTOCOL:
            older = "client" if hello.protocol < PROTOCOL else "daemon"
            return Problem(
                code="bad_protocol",
                message=f"The client speaks protocol {hello.protocol}, the daemon {PROTOCOL}.",
                mend=f"Update the {older}.",
            )
        holder = self._house.holder(self._socket.scope, hello.token)
        if holder is None:
            return bad_token()
        if self._full:
            return Problem(
                code="busy",
                message="The daemon has as many connections as it takes.",
                mend="Close a program that uses it, or raise 'sockets' in settings.toml.",
                retry_after=LATER,
            )
        self._holder = holder
        if holder != OWNER:
            self._house.paired.watch(holder, self._revoked.set)
        self._client = client_of(holder, hello.client)
        return None

    async def _leave_when_revoked(self) -> None:
        await self._revoked.wait()
        await self._socket.close(code=4401, reason="bad_token")

    # ---- what the client says

    async def _listen(self) -> None:
        while True:
            frame, payload = await self._receive()
            try:
                message = read_message(frame)
                await self._answer(message, payload)
            except StudioloError as error:
                self._reply(Refused(ref=ref_of(frame), problem=error.problem))
            await asyncio.sleep(0)  # who says much at once lets others have their turn
            while len(self._replies) >= REPLIES:
                self._drained.clear()
                await self._drained.wait()

    async def _receive(self) -> tuple[str | bytes, memoryview]:
        """The message, not yet read, and the bytes that came with it."""
        received = await self._socket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1005))
        if received.get("text") is not None:
            return received["text"], memoryview(b"")
        try:
            return split_binary(received["bytes"])
        except StudioloError:
            return b"", memoryview(b"")  # read as a message, this is refused as what it is

    async def _answer(self, message: ClientMessage, payload: memoryview) -> None:
        house = self._house
        match message:
            case Submit():
                await self._submit(message)
            case Cancel():
                house.supervisor.cancel(house.own(self._client, message.job))
                self._reply(Done(ref=message.ref))
            case Move():
                before = house.own(self._client, message.before) if message.before else None
                house.supervisor.move(house.own(self._client, message.job), before)
                self._reply(Done(ref=message.ref))
            case Resume():
                job = house.own(self._client, message.job)
                self._reply(Done(ref=message.ref))
                self._follow(job, message.after)
            case Pin() | Unpin():
                house.jobs.pin(house.own(self._client, message.job), isinstance(message, Pin))
                self._reply(Done(ref=message.ref))
            case Have():
                missing = tuple(name for name in message.hashes if not house.blobs.has(name))
                self._reply(Missing(ref=message.ref, hashes=missing))
            case Put():
                await asyncio.to_thread(house.blobs.put, message.sha256, payload)
                self._reply(Done(ref=message.ref))
            case Get():
                if not house.blobs.has(message.sha256):
                    raise unknown_blob(message.sha256)
                self._replies.append(message)  # read from disk when its turn to be sent comes
                self._news.set()
            case ListModels():
                self._reply(Models(ref=message.ref, models=describe(house.store)))
            case ListJobs():
                self._reply(Jobs(ref=message.ref, jobs=house.jobs.listed(self._client, message.everyone)))
            case Free():
                await house.supervisor.free()
                self._reply(Done(ref=message.ref))
            case Keep():
                house.concepts.keep(message.concept)
                self._reply(Done(ref=message.ref))
            case Forget():
                house.concepts.forget(message.name)
                self._reply(Done(ref=message.ref))
            case ListConcepts():
                self._reply(Concepts(ref=message.ref, concepts=house.concepts.all()))
            case ListKits():
                name, kits = await asyncio.to_thread(house.project.kits)
                self._reply(Kits(ref=message.ref, project=name, kits=kits))
            case Bring():
                blob = await asyncio.to_thread(house.project.bring, message.kit, message.file)
                self._reply(Brought(ref=message.ref, blob=blob))
            case Hello():
                raise StudioloError("bad_request", "This socket has said hello already.", "Say it once.")

    async def _submit(self, message: Submit) -> None:
        job, known = await self._house.take(self._client, message.key, message.priority, message.request)
        self._reply(Accepted(ref=message.ref, key=message.key, job=job.id, known=known))
        self._follow(job, 0)
        if not known:
            self._house.supervisor.enqueue(job)

    def _follow(self, job: Job, after: int) -> None:
        followed = self._followed.get(job.id)
        if followed is None:
            followed = self._followed[job.id] = _Followed(job, after)
            job.watchers.add(self._news.set)
        followed.sent = min(after, len(job.log))
        self._news.set()

    # ---- what the client is told

    def _reply(self, message: object) -> None:
        self._replies.append(to_json(message))
        self._news.set()

    async def _tell(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await self._send_replies()
            for followed in tuple(self._followed.values()):
                await self._send_news(followed)

    async def _send_replies(self) -> None:
        while self._replies:
            reply = self._replies.popleft()
            if isinstance(reply, str):
                await self._socket.send_text(reply)
            else:
                await self._send_blob(reply)
            self._drained.set()

    async def _send_blob(self, get: Get) -> None:
        try:
            data, size = await asyncio.to_thread(self._house.blobs.part, get.sha256, get.start, get.length)
        except StudioloError as error:
            await self._socket.send_text(to_json(Refused(ref=get.ref, problem=error.problem)))
        else:
            await self._socket.send_bytes(to_binary(Given(ref=get.ref, sha256=get.sha256, size=size), data))

    async def _send_news(self, followed: _Followed) -> None:
        job = followed.job
        while followed.sent < len(job.log):
            happened = job.log[followed.sent]
            followed.sent += 1
            await self._socket.send_text(to_json(happened))
            await self._send_replies()
        if job.preview is not None and job.preview[2] != followed.preview:
            preview, data, followed.preview = job.preview
            await self._socket.send_bytes(to_binary(Previewed(job=job.id, preview=preview), data))
        if job.over and followed.sent == len(job.log):
            self._followed.pop(job.id, None)
            job.watchers.discard(self._news.set)
