"""What the daemon counts, at `/metrics` in the forms that Prometheus reads. The registry is the daemon's own.

Counters and histograms are moved by what happens to jobs; whatever has a value at every moment is asked for at the
scrape. Every label has one of a few values: never a prompt, a client's name, a model or a path.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from studiolo import __version__
from studiolo_contract import PROTOCOL
from studiolo_contract.events import Cancelled, Failed, Progress, Result, Started, TextOutput
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.kept.retention import Retention
from studiolo_daemon.workshop.jobs import LANES, Job, Jobs
from studiolo_daemon.workshop.supervisor import Supervisor

PRIORITIES = ("interactive", "batch")
WAITS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
RUNS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SPEEDS = (1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000)


@dataclass
class _Life:
    """What has been seen of a job that is not over. Times are by `time.monotonic`, so that no turned clock counts."""

    accepted: float
    started: float | None = None
    recovering: float | None = None
    """Since when it waits for the worker that took the place of a dead one."""
    step: tuple[int, float] | None = None
    """The latest step that was done, and when."""


class Metrics:
    """All that is counted of one daemon."""

    def __init__(
        self,
        jobs: Jobs,
        supervisor: Supervisor,
        blobs: Blobs,
        retention: Retention,
        home: Path,
        sockets: Callable[[], int],
    ) -> None:
        registry = self._registry = CollectorRegistry()
        self._blobs = blobs
        self._home = home
        self._lives: dict[str, _Life] = {}
        built = Info("studiolo_build", "What this daemon is.", registry=registry)
        built.info({"version": __version__, "protocol": str(PROTOCOL)})
        self._submitted = Counter("studiolo_jobs_submitted", "Jobs taken in.", ["kind", "priority"], registry=registry)
        self._over = Counter(
            "studiolo_jobs", "Jobs that are over, by how they ended.", ["kind", "state"], registry=registry
        )
        self._failed = Counter(
            "studiolo_job_failures", "Jobs that have failed, by their problem.", ["kind", "code"], registry=registry
        )
        self._waits = Histogram(
            "studiolo_job_wait_seconds",
            "From when a job was taken in until it was first started.",
            ["lane", "priority"],
            buckets=WAITS,
            registry=registry,
        )
        self._runs = Histogram(
            "studiolo_job_run_seconds",
            "From the last start of a job to its result.",
            ["kind"],
            buckets=RUNS,
            registry=registry,
        )
        self._steps = Histogram(
            "studiolo_step_seconds", "One denoising step.", ["kind"], buckets=STEPS, registry=registry
        )
        self._tokens = Counter("studiolo_text_tokens", "Tokens in finished texts.", registry=registry)
        self._speeds = Histogram(
            "studiolo_text_tokens_per_second",
            "Tokens of a finished text by the seconds that its model ran.",
            buckets=SPEEDS,
            registry=registry,
        )
        self._cancels = Histogram(
            "studiolo_cancel_seconds",
            "From when a client asked until the job had stopped, for jobs that waited or ran.",
            ["was"],
            buckets=STEPS,
            registry=registry,
        )
        self._restarts = Counter(
            "studiolo_job_restarts", "Jobs begun again because their worker had died.", ["kind"], registry=registry
        )
        self._recoveries = Histogram(
            "studiolo_recovery_seconds",
            "From a job's new start to the first sign of the worker that took the place of the dead one.",
            ["lane"],
            buckets=RUNS,
            registry=registry,
        )
        self._blob_bytes = Gauge("studiolo_blobs_bytes", "Size of all blobs.", registry=registry)
        self._blob_count = Gauge("studiolo_blobs", "Blobs that are kept.", registry=registry)
        self._free = Gauge("studiolo_disk_free_bytes", "Free on the disk of Studiolo's folder.", registry=registry)
        Gauge("studiolo_sockets", "Sockets that are open.", registry=registry).set_function(sockets)
        registry.register(_Now(jobs, supervisor, retention))
        ProcessCollector(registry=registry)
        jobs.witnesses.append(self.see)

    def see(self, job: Job) -> None:
        """Counts what has just happened to a job; a witness of `Jobs`."""
        now = time.monotonic()
        kind = job.request.kind
        event = job.log[-1].event if job.log else None
        if event is None:
            self._submitted.labels(kind, job.priority).inc()
            self._lives[job.id] = _Life(now)
            return
        life = self._lives.get(job.id)
        if life is None:  # it was taken in by a daemon before this one
            life = self._lives[job.id] = _Life(now - max(0.0, time.time() - job.created))
        if isinstance(event, Started):
            self._start(job, life, now)
            return
        if life.recovering is not None and isinstance(event, Progress):
            self._recoveries.labels(job.lane).observe(now - life.recovering)
            life.recovering = None
        match event:
            case Progress(stage="steps"):
                if life.step is not None and event.done > life.step[0]:
                    self._steps.labels(kind).observe((now - life.step[1]) / (event.done - life.step[0]))
                life.step = (event.done, now)
            case Result():
                self._finish(job, event, life, now)
            case Failed():
                self._failed.labels(kind, event.problem.code).inc()
                self._end(job, "failed")
            case Cancelled():
                if job.cancel_asked is not None:
                    was = "running" if life.started is not None else "waiting"
                    self._cancels.labels(was).observe(now - job.cancel_asked)
                self._end(job, "cancelled")

    async def scrape(self, accept: str) -> tuple[bytes, str]:
        """All of it, as the scraper understands it, and the content type of that."""
        sizes = await asyncio.to_thread(lambda: [found.size for found in self._blobs.all()])
        self._blob_count.set(len(sizes))
        self._blob_bytes.set(sum(sizes))
        self._free.set(shutil.disk_usage(self._home).free)
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    def _start(self, job: Job, life: _Life, now: float) -> None:
        if life.started is None:
            self._waits.labels(job.lane, job.priority).observe(now - life.accepted)
        else:
            self._restarts.labels(job.request.kind).inc()
            life.recovering = now
        life.started, life.step = now, None

    def _finish(self, job: Job, result: Result, life: _Life, now: float) -> None:
        if life.started is not None:
            self._runs.labels(job.request.kind).observe(now - life.started)
        tokens = sum(output.tokens for output in result.outputs if isinstance(output, TextOutput))
        if tokens:
            self._tokens.inc(tokens)
            if result.recipe.timings.run:
                self._speeds.observe(tokens / result.recipe.timings.run)
        self._end(job, "done")

    def _end(self, job: Job, state: str) -> None:
        self._over.labels(job.request.kind, state).inc()
        self._lives.pop(job.id, None)


class _Now(Collector):
    """What stands in the queues, and what is loaded, at the moment of the scrape."""

    def __init__(self, jobs: Jobs, supervisor: Supervisor, retention: Retention) -> None:
        self._jobs = jobs
        self._supervisor = supervisor
        self._retention = retention

    def collect(self) -> Iterator[Metric]:
        waiting: dict[tuple[str, str], list[Job]] = defaultdict(list)
        running: dict[str, int] = defaultdict(int)
        for job in self._jobs.open_jobs():
            if job.state == "queued":
                waiting[job.lane, job.priority].append(job)
            else:
                running[job.lane] += 1
        queued = GaugeMetricFamily("studiolo_queue_jobs", "Jobs that wait.", labels=["lane", "priority"])
        oldest = GaugeMetricFamily(
            "studiolo_queue_oldest_seconds", "How long the oldest of them waits.", labels=["lane", "priority"]
        )
        at_work = GaugeMetricFamily("studiolo_running_jobs", "Jobs that run.", labels=["lane"])
        loaded = GaugeMetricFamily("studiolo_worker_model_bytes", "What loaded models hold.", labels=["lane"])
        deaths = CounterMetricFamily("studiolo_worker_deaths", "Workers that ended in a job.", labels=["lane"])
        now = time.time()
        for lane in sorted(set(LANES.values())):
            for priority in PRIORITIES:
                jobs = waiting[lane, priority]
                queued.add_metric([lane, priority], len(jobs))
                oldest.add_metric([lane, priority], max((now - job.created for job in jobs), default=0.0))
            deaths.add_metric([lane], self._supervisor.lanes[lane].deaths)
            worker = self._supervisor.lanes[lane].worker
            at_work.add_metric([lane], running[lane])
            loaded.add_metric([lane], worker.memory if worker else 0)
        yield from (queued, oldest, at_work, loaded, deaths)
        for what in ("jobs", "blobs", "bytes"):
            gone = self._retention.gone[what]
            yield CounterMetricFamily(f"studiolo_given_up_{what}", f"Old {what} that were given up.", value=gone)


def routes(metrics: Metrics) -> APIRouter:
    """`/metrics`; like every path but `/health` it asks for the token."""
    router = APIRouter()
    forms: dict[str, dict[str, object]] = {"text/plain": {}, "application/openmetrics-text": {}}

    @router.get("/metrics", response_class=Response, responses={200: {"content": forms}})
    async def scrape(request: Request) -> Response:
        """What the daemon counts, for Prometheus."""
        body, content_type = await metrics.scrape(request.headers.get("accept", ""))
        return Response(body, headers={"content-type": content_type})

    return router
