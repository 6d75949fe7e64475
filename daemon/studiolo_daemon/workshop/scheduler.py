"""In which order jobs run: interactive before batch, fair between clients. Knows nothing of what they are."""

from __future__ import annotations

from collections import OrderedDict, deque

from studiolo_contract.errors import StudioloError
from studiolo_daemon.workshop.jobs import Job


class Queue:
    """The waiting jobs of one lane. Within a priority the clients take turns; each client's jobs keep their order,
    unless it arranges them anew."""

    def __init__(self) -> None:
        self._turns: dict[str, OrderedDict[str, deque[Job]]] = {"interactive": OrderedDict(), "batch": OrderedDict()}

    def __len__(self) -> int:
        return sum(len(jobs) for turns in self._turns.values() for jobs in turns.values())

    def __contains__(self, job: Job) -> bool:
        return job in self._turns[job.priority].get(job.client, ())

    def push(self, job: Job) -> None:
        self._turns[job.priority].setdefault(job.client, deque()).append(job)

    def put_back(self, job: Job) -> None:
        """A job that was taken is the next of its priority again."""
        turns = self._turns[job.priority]
        turns.setdefault(job.client, deque()).appendleft(job)
        turns.move_to_end(job.client, last=False)

    def remove(self, job: Job) -> bool:
        """Takes a job out. False when it was not waiting here."""
        if job not in self:
            return False
        turns = self._turns[job.priority]
        turns[job.client].remove(job)
        if not turns[job.client]:
            del turns[job.client]
        return True

    def row(self, job: Job) -> list[Job]:
        """The waiting jobs of this one's client and priority, in their order."""
        return list(self._turns[job.priority].get(job.client, ()))

    def moved(self, job: Job, before: Job | None) -> list[Job]:
        """That row, with the job before another of its, or last. Raises `StudioloError` (`bad_request`)."""
        row = self.row(job)
        if job not in row:
            raise _not_waiting(job)
        if before is not None and (before.lane, before.priority) != (job.lane, job.priority):
            raise StudioloError(
                "bad_request",
                f"Job '{before.id}' is in another queue than job '{job.id}'.",
                "Name one of the same kind and priority.",
            )
        if before is not None and before not in row:
            raise _not_waiting(before)
        if job is not before:
            row.remove(job)
            row.insert(len(row) if before is None else row.index(before), job)
        return row

    def arrange(self, row: list[Job]) -> None:
        """Gives the jobs of a row another order; other rows stay as they are."""
        self._turns[row[0].priority][row[0].client] = deque(row)

    def first(self) -> Job | None:
        """The job that is to run next."""
        turns = self._turns["interactive"] or self._turns["batch"]
        return next(iter(turns.values()))[0] if turns else None

    def take(self) -> Job:
        """Takes that job out, which was its client's turn. Raises IndexError when none waits."""
        job = self.first()
        if job is None:
            raise IndexError("no job waits")
        turns = self._turns[job.priority]
        turns[job.client].popleft()
        if turns[job.client]:
            turns.move_to_end(job.client)
        else:
            del turns[job.client]
        return job

    def order(self) -> list[Job]:
        """The waiting jobs as they will run."""
        ordered: list[Job] = []
        for turns in self._turns.values():
            rows = [list(reversed(jobs)) for jobs in turns.values()]
            while rows:
                ordered += [row.pop() for row in rows]
                rows = [row for row in rows if row]
        return ordered


def _not_waiting(job: Job) -> StudioloError:
    return StudioloError("bad_request", f"Job '{job.id}' is not waiting.", "Only jobs that wait can be moved.")
