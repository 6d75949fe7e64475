"""A job for who calls over HTTP: taken in like any other, followed to its end, cancelled when the caller hangs up.

Knows requests and events; knows no API in whose words they are asked for or told.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request

from studiolo_contract.codec import to_plain
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import Cancelled, Event, Failed, Result
from studiolo_contract.request import Request as Wish
from studiolo_daemon.doors.auth import client_of
from studiolo_daemon.doors.checking import read_request
from studiolo_daemon.doors.foreign import Refused
from studiolo_daemon.house import House
from studiolo_daemon.workshop.jobs import Job

LONGEST_KEY = 90
"""Characters of an Idempotency-Key."""


@dataclass(frozen=True)
class Call:
    """One job of a caller."""

    job: Job
    listening: asyncio.Task[None] | None = None
    """Hears the caller hang up."""

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says of the job."""
        return {"x-studiolo-job": self.job.id}

    async def events(self) -> AsyncGenerator[Event, None]:
        """What happens, from the beginning to the result. Raises `StudioloError` where there is none."""
        job, news = self.job, asyncio.Event()
        job.watchers.add(news.set)
        try:
            told = 0
            while True:
                while told < len(job.log):
                    event = job.log[told].event
                    told += 1
                    if isinstance(event, Failed):
                        raise _failure(event.problem, job.request)
                    if isinstance(event, Cancelled):
                        raise StudioloError("stopped", "The job was cancelled.", "Ask again.")
                    yield event
                    if isinstance(event, Result):
                        return
                await news.wait()
                news.clear()
        finally:
            job.watchers.discard(news.set)

    async def result(self) -> Result:
        """The result. Raises `StudioloError` where there is none."""
        async for event in self.events():
            if isinstance(event, Result):
                return event
        raise AssertionError("a log ends with a result, or events() has raised")


def client_name(http: Request, api: str) -> str:
    """Whose jobs these are; `api` is what a caller is called who has the daemon's own token."""
    return client_of(http.state.holder, api)


async def submit(house: House, http: Request, api: str, wish: Wish, part: int = 0) -> Call:
    """A job for this caller, queued before those of batches. The same Idempotency-Key is the same job; `part` counts
    the jobs of one call. A caller that hangs up has its job cancelled, unless it gave such a key: then it may come
    again for it. Raises `StudioloError` when it can't be done, or not now (`busy`)."""
    client = client_name(http, api)
    given = http.headers.get("idempotency-key", "")
    if len(given) > LONGEST_KEY:
        raise StudioloError(
            "bad_request", f"The Idempotency-Key is longer than {LONGEST_KEY} characters.", "Shorten it."
        )
    wish = read_request(to_plain(wish))
    key = f"{given}/{part}" if given else secrets.token_hex(16)
    try:
        job, known = await house.take(client, key, "interactive", wish)
    except StudioloError as error:
        raise _failure(error.problem, wish) from None
    if known and job.request != wish:
        raise StudioloError(
            "bad_request", f"The Idempotency-Key '{given}' was given with another request.", "Take a new one."
        )
    if not known:
        house.supervisor.enqueue(job)
    return Call(job, None if given else asyncio.create_task(_cancel_when_gone(house, http, job)))


def _failure(problem: Problem, wish: Wish) -> StudioloError:
    """What is raised of it. A bad model is the caller's fault where he has named it, else this installation's."""
    if problem.code == "bad_model" and wish.model:
        return Refused("model", problem.message, problem.mend, "bad_model")
    return StudioloError(problem.code, problem.message, problem.mend, problem.retry_after)


async def _cancel_when_gone(house: House, http: Request, job: Job) -> None:
    """Ends with the connection, or with the answer, whichever comes first."""
    while (await http.receive())["type"] != "http.disconnect":
        pass
    house.supervisor.cancel(job)
