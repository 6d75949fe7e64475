"""What is given up, and when: jobs that have grown old, or for which there is no room, those that ended first before
the others; and blobs that nobody names. Knows no socket and no worker.

Never given up: what a client has pinned, a job that is not over, what ended or was put less than an hour ago, a
concept's picture, and any blob that a job names which is kept. Age is counted in days on which a daemon ran: a holiday,
or a clock that is wrong, loses nothing. Jobs go first, then the blobs that nobody names any more, so a crash between
the two leaves nothing but what the next run takes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from studiolo_contract.codec import to_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import Sha256
from studiolo_daemon.kept.blobs import GRACE, Blobs, Found
from studiolo_daemon.kept.concepts import Concepts
from studiolo_daemon.kept.journal import Journal, Standing, Standings
from studiolo_daemon.settings import Settings

log = logging.getLogger("studiolo.daemon")

EVERY = 3600.0
"""Seconds between two runs."""
SLICE = 0.004
"""Seconds that one step may keep the journal, and with it everybody else, waiting."""
STEPS = 4
"""Steps after which the journal settles."""
DRAFT = "*.json.????????"
"""Files that were being written when the daemon was killed; `write_private` names them so."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to go, and what is not."""

    jobs: tuple[tuple[str, str], ...]
    """Each with the reason why, in the order in which they go."""
    blobs: tuple[Sha256, ...]
    """Those that nobody names once these jobs are gone."""
    bytes: int
    """Of both."""
    total: int
    """Bytes of all that is kept now."""
    count: int
    """Jobs that are kept now."""
    open: int
    """Jobs that are not over."""
    pinned: int
    concepts: int
    """Blobs that are the picture of a concept."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a run did, or would do."""

    jobs: int
    blobs: int
    bytes: int
    """Given up."""
    kept: int
    """Jobs that are kept."""
    kept_bytes: int
    open: int
    """Of the jobs that are kept, those that are not over."""
    pinned: int
    concepts: int
    """Pictures of concepts."""
    keep_days: int
    keep_bytes: int


def plan(stand: Standings, found: Mapping[Sha256, Found], held: Set[Sha256], days: int, most: int, now: float) -> Plan:
    """What goes when jobs are kept for `days` days and all together may have `most` bytes; 0 for no bound. `held`:
    blobs that are kept though no job names them."""
    named = Counter(name for names in stand.names.values() for name in names)
    loose = {name for name in found if not named[name] and _may_go(found[name], stand, days, now) and name not in held}
    total = stand.bytes + sum(file.size for file in found.values())
    freed = sum(found[name].size for name in loose)
    going: list[tuple[str, str]] = []

    def give_up(job: Standing, why: str) -> None:
        nonlocal freed
        going.append((job.job, why))
        freed += job.bytes
        for name in stand.names.get(job.job, ()):
            named[name] -= 1
            if not named[name] and name in found and name not in held and now - found[name].at >= GRACE:
                loose.add(name)
                freed += found[name].size

    over = [job for job in stand.jobs if not (job.open or job.pinned or now - job.ended < GRACE)]
    for job in over:
        if days and stand.today - job.day >= days:
            give_up(job, f"it had been kept for {days} days of use")
        elif most and total - freed > most:
            give_up(job, f"there was room for {most / 2**30:.3g} GiB")
    return Plan(
        jobs=tuple(going),
        blobs=tuple(sorted(loose)),
        bytes=freed,
        total=total,
        count=len(stand.jobs),
        open=sum(job.open for job in stand.jobs),
        pinned=sum(job.pinned for job in stand.jobs),
        concepts=len(held & found.keys()),
    )


def _may_go(file: Found, stand: Standings, days: int, now: float) -> bool:
    """Whether a blob that nobody names is of no use. One that is older than the journal may have been named in another,
    that was lost: it is kept as if a job of this journal's first day named it."""
    if now - file.at < GRACE:
        return False
    return file.at >= stand.since or bool(days and stand.today - 1 >= days)


class Retention:
    """Gives up what need not be kept, now and then."""

    def __init__(self, home: Path, journal: Journal, blobs: Blobs, concepts: Concepts, settings: Settings) -> None:
        self._home = home
        self._journal = journal
        self._blobs = blobs
        self._concepts = concepts
        self._settings = settings
        self._running = asyncio.Lock()
        self.gone: Counter[str] = Counter()
        """Jobs, blobs and bytes that were given up since the daemon started."""

    async def serve(self) -> None:
        """Runs for ever, at once and then every hour."""
        while True:
            try:
                report = await self.collect()
            except StudioloError as error:
                log.error("nothing more is given up for now: %s", error)
            except Exception:
                log.exception("what is kept could not be looked through")
            else:
                if report.jobs or report.blobs:
                    log.info("gave up %d jobs and %d blobs, %d bytes", report.jobs, report.blobs, report.bytes)
            await asyncio.sleep(EVERY)

    async def collect(self, dry: bool = False) -> Report:
        """One run, beside everything else that the daemon does; with `dry` only what it would do. Raises
        `StudioloError` (`disk_full`)."""
        async with self._running:
            self._begin()
            found = await asyncio.to_thread(self._plan)
            if dry:
                return self._report(found, len(found.jobs), len(found.blobs), found.bytes)
            gone = 0
            for number, step in enumerate(self._give_up(found), start=1):
                gone += step
                await asyncio.sleep(SLICE)  # others first
                if number % STEPS == 0:
                    await asyncio.to_thread(self._journal.settle)
            report = self._report(found, gone, *await asyncio.to_thread(self._sweep, found))
            self.gone.update(jobs=report.jobs, blobs=report.blobs, bytes=report.bytes)
            return report

    def collect_now(self, dry: bool = False) -> Report:
        """The same where no daemon runs."""
        self._begin()
        found = self._plan()
        if dry:
            return self._report(found, len(found.jobs), len(found.blobs), found.bytes)
        gone = sum(self._give_up(found))
        return self._report(found, gone, *self._sweep(found))

    def _begin(self) -> None:
        self._journal.begin_day(time.strftime("%Y-%m-%d"))

    def _plan(self) -> Plan:
        found = {file.name: file for file in self._blobs.all()}  # before the journal is read: a blob is put, then named
        settings = self._settings
        return plan(
            self._journal.standings(), found, self._held(), settings.keep_days, settings.keep_bytes, time.time()
        )

    def _held(self) -> Set[Sha256]:
        return {concept.picture.sha256 for concept in self._concepts.all() if concept.picture is not None}

    def _give_up(self, found: Plan) -> Iterator[int]:
        """Takes the jobs out of the journal in small steps, each of which says how many went."""
        jobs = found.jobs
        while jobs:
            looked, gone = self._journal.give_up(jobs, time.time(), SLICE)
            jobs = jobs[looked:]
            yield gone
        while self._journal.shrink():
            yield 0

    def _sweep(self, found: Plan) -> tuple[int, int]:
        """Takes away the blobs that nobody names, and drafts: how many blobs, and of how many bytes all that went was.

        Whoever is about to name a blob has put it or asked for it within the hour, so the names as they stand now are
        enough to go by."""
        named = {name for names in self._journal.standings().names.values() for name in names} | self._held()
        gone = [self._blobs.drop(name) for name in found.blobs if name not in named]
        self._blobs.sweep()
        for draft in self._home.glob(DRAFT):
            if time.time() - draft.stat().st_mtime >= GRACE:
                draft.unlink(missing_ok=True)
        return sum(size is not None for size in gone), sum(size or 0 for size in gone)

    def _report(self, found: Plan, jobs: int, blobs: int, size: int) -> Report:
        return Report(
            jobs=jobs,
            blobs=blobs,
            bytes=size,
            kept=found.count - jobs,
            kept_bytes=found.total - size,
            open=found.open,
            pinned=found.pinned,
            concepts=found.concepts,
            keep_days=self._settings.keep_days,
            keep_bytes=self._settings.keep_bytes,
        )


def routes_of(retention: Retention) -> APIRouter:
    """Giving up at once what would be given up within the hour, for the owner."""
    router = APIRouter()

    @router.post("/v1/gc")
    async def collect(dry: bool = False) -> dict[str, Any]:
        """Gives up what need not be kept; with `dry` only says what that would be."""
        report: dict[str, Any] = to_plain(await retention.collect(dry))
        return report

    return router
