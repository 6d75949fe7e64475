"""Whether every promise was kept, looked at when all is quiet again. Gives back what is wrong, each in a sentence."""

import json
import os
import sqlite3
import time
from contextlib import closing

from studiolo_client.discovery import call
from studiolo_contract.codec import from_plain
from studiolo_contract.events import Cancelled, Event, Failed, Final, Result, TextOutput
from studiolo_contract.media import hash_of
from studiolo_contract.wire import Happened

HOURS = 2 * 3600
REASONS = {
    "worker_died": {"kill_worker", "stop_worker", "starve_worker", "kill_daemon", "end_daemon"},
    "out_of_memory": {"starve_worker"},
    "disk_full": {"fill_disk"},
}
"""Why a job may have failed, and which harm must then have been done."""


def look(house, people, done):
    """The daemon runs and has nothing to do. `done`: the harms that were done."""
    wrong = [surprise for person in people for surprise in getattr(person, "surprises", ())]
    wishes = [wish for person in people for wish in person.wishes]
    with closing(sqlite3.connect(f"{(house.home / 'journal.sqlite3').as_uri()}?mode=ro", uri=True)) as db:
        jobs = {(client, key): job for job, client, key in db.execute("SELECT job, client, key FROM jobs")}
        logs = {}
        for job, seq, at, event in db.execute("SELECT job, seq, at, event FROM events ORDER BY job, seq"):
            happened = Happened(job=job, seq=seq, at=at, event=from_plain(Event, json.loads(event)))
            logs.setdefault(job, []).append(happened)
    wrong += [
        f"{key} is in the journal, but nobody submitted it"
        for _, key in set(jobs) - {(w.client, w.key) for w in wishes}
    ]
    for wish in wishes:
        job = jobs.get((wish.client, wish.key))
        if job is None:
            wrong.append(f"{wish.key} was accepted and is lost")
        elif set(wish.jobs) - {job}:
            wrong.append(f"{wish.key} was {set(wish.jobs)}, and is {job}")
        else:
            wrong += [f"{wish.key} ({wish.kind}, {job}): {what}" for what in _ended(wish, logs.get(job, []), done)]
    wrong += _read_again(house, wishes, logs)
    wrong += _blobs(house, logs)
    lanes = house.status()["lanes"]
    wrong += [
        f"the lane {kind} is not quiet: {lane}" for kind, lane in lanes.items() if lane["running"] or lane["waiting"]
    ]
    return wrong


def _ended(wish, log, done):
    if [happened.seq for happened in log] != list(range(1, len(log) + 1)):
        yield f"its log has gaps: {[happened.seq for happened in log]}"
    ends = [happened.event for happened in log if isinstance(happened.event, Final)]
    if len(ends) != 1 or ends[0] is not log[-1].event:
        yield f"it ended {len(ends)} times: {[type(happened.event).__name__ for happened in log][-5:]}"
        return
    if wish.followed is not None and list(wish.followed.log) != log:
        yield f"its client saw another log: {len(wish.followed.log)} events, the journal has {len(log)}"
    match ends[0]:
        case Cancelled() if not wish.cancelled:
            yield "it was cancelled, though nobody asked for that"
        case Failed(problem=problem) if not REASONS.get(problem.code, set()) & done:
            yield f"it failed without a true reason: {problem.code}, {problem.message}"
        case Failed(problem=problem) if not (problem.message and problem.mend):
            yield f"it failed without words: {problem}"


def _read_again(house, wishes, logs):
    """By clients that have seen nothing before."""
    for client in {wish.client for wish in wishes}:
        with house.client(client) as fresh:
            for wish in wishes:
                if wish.client == client and wish.jobs:
                    log = list(fresh.resume(wish.jobs[0]).events(timeout=30))
                    if log != logs.get(wish.jobs[0]):
                        yield f"{wish.key} reads differently to who comes later"


def _blobs(house, logs):
    """All that is named is there and is what its name says, after everything old was given up; nothing else is left."""
    folder = house.home / "blobs"
    for file in [*folder.glob("*/*"), *house.home.glob("*.json.*")]:
        os.utime(file, (time.time() - HOURS - 10 * 365 * 86400,) * 2)  # whatever the daemon's clock says
    status, report = call(house.running(), "POST", "/v1/gc", 120)
    if status != 200 or report["jobs"]:
        yield f"collecting answered {status}: {report}"
    for file in folder.glob("*/*"):
        if file.name.startswith("."):
            yield f"the temporary file {file} is left"
        elif hash_of(file.read_bytes()) != file.name:
            yield f"{file} has other bytes than its name says"
    yield from (f"{file} is left" for file in house.home.glob("*.json.*"))
    for job, log in logs.items():
        last = log[-1].event
        for output in last.outputs if isinstance(last, Result) else ():
            if (
                not isinstance(output, TextOutput)
                and not (folder / output.blob.sha256[:2] / output.blob.sha256).exists()
            ):
                yield f"a result of {job} is lost: {output.blob.sha256}"


def look_after(house):
    """The daemon has been stopped."""
    deadline = time.monotonic() + 10
    while (left := house.left_over()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return [f"process {process.pid} is left: {process.cmdline()}" for process in left if process.is_running()] + [
        f"{name} is left" for name in ("daemon.json",) if (house.home / name).exists()
    ]
