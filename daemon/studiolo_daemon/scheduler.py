"""In which order jobs run: interactive before batch, fair between clients. Knows nothing of what they are."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

from studiolo_daemon.jobs import Job


class Queue:
    """The waiting jobs of one lane. Within a priority the clients take turns; each client's jobs keep their order,
    unless it arranges them anew."""

    def __init__(self) -> None:
        self._turns: dict[str, OrderedDict[str, deque[Job]]] = {"interactive": OrderedDict(), "batch": OrderedDict()}
        self._waiting = asyncio.Event()

    def __len__(self) -> int:
        return sum(len(jobs) for turns in self._turns.values() for jobs in turns.values())

    def push(self, job: Job) -> None:
        self._turns[job.priority].setdefault(job.client, deque()).append(job)
        self._waiting.set()

    def remove(self, job: Job) -> bool:
        """Takes a job out. False when it was not waiting here."""
        turns = self._turns[job.priority]
        jobs = turns.get(job.client)
        if jobs is None or job not in jobs:
            return False
        jobs.remove(job)
        if not jobs:
            del turns[job.client]
        self._settle()
        return True

    def row(self, job: Job) -> list[Job]:
        """The waiting jobs of this one's client and priority, in their order."""
        return list(self._turns[job.priority].get(job.client, ()))

    def arrange(self, row: list[Job]) -> None:
        """Gives the jobs of a row another order; other rows stay as they are."""
        self._turns[row[0].priority][row[0].client] = deque(row)

    async def next(self) -> Job:
        """Waits for a job and takes it out."""
        await self._waiting.wait()
        turns = self._turns["interactive"] or self._turns["batch"]
        client, jobs = next(iter(turns.items()))
        job = jobs.popleft()
        if jobs:
            turns.move_to_end(client)
        else:
            del turns[client]
        self._settle()
        return job

    def order(self) -> list[Job]:
        """The waiting jobs as they will run."""
        ordered: list[Job] = []
        for turns in self._turns.values():
            rows = [list(jobs) for jobs in turns.values()]
            ordered += [row[turn] for turn in range(max(map(len, rows), default=0)) for row in rows if turn < len(row)]
        return ordered

    def _settle(self) -> None:
        if not any(self._turns.values()):
            self._waiting.clear()
