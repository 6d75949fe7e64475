"""One kit while it is made: its card, its parts, how well they fit, each a job of its own. Knows no worker, no queue.

A part's key is the hash of its request: what was made before under the same client is found again, also by the next
daemon when this one ends in the middle. What failed, was cancelled, or has lost a blob since is made anew, under the
next key.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from studiolo import __version__
from studiolo.compose import card as cards
from studiolo.compose import known_words
from studiolo.compose.known_words import KnownWords
from studiolo.compose.leitmotif import leitmotif
from studiolo.compose.part_files import files_of, lent_by, own_file, text_of
from studiolo.compose.plan import Lent, Step, plan, seed_of, settled, with_leitmotif
from studiolo.compose.presets import Presets
from studiolo.compose.scenes import of_scene
from studiolo.compose.wording import beginning
from studiolo.models.store import Store
from studiolo_contract.compose import CardRequest, ComposeRequest, MatchRequest
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import (
    CardOutput,
    Failed,
    ImageOutput,
    KitOutput,
    MatchOutput,
    MidiOutput,
    Part,
    Preview,
    Progress,
    Result,
)
from studiolo_contract.kit import Kit, KitPart
from studiolo_contract.media import Midi, Picture, blob_of, hash_of
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.recipe import Recipe, Timings
from studiolo_contract.request import Request
from studiolo_contract.wire import to_json
from studiolo_daemon.doors.http_pictures import measure
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.kept.journal import Priority
from studiolo_daemon.kept.project import Project
from studiolo_daemon.workshop.jobs import Job, Jobs
from studiolo_daemon.workshop.lane import internal

Order = Callable[[str, str, Priority, Request], Awaitable[tuple[Job, bool]]]
"""Takes a part in as a job of this client under this key, and queues it: the job, and whether it was there before.
Raises `StudioloError`."""
log = logging.getLogger("studiolo.daemon")

PartOf = Literal["card", "text", "image", "texture", "music", "match"]
AGAIN = 1.0
"""Seconds before a part is tried again that there was no room for, where nothing says how long."""


@dataclass(frozen=True)
class Desk:
    """What whoever makes a kit has at hand."""

    jobs: Jobs
    blobs: Blobs
    store: Store
    presets: Presets
    project: Project
    order: Order
    cancel: Callable[[Job], None]
    wanted: Counter[str]
    """How many kits wait for each job now: one that another kit waits for too is not cancelled."""


@dataclass(frozen=True)
class _Made:
    """A part that is there: as it stands in the kit, and what others take from it."""

    part: KitPart
    lent: Lent | None = None
    text: str = ""
    midi: Midi | None = None
    picture: Picture | None = None


class KitJob:
    def __init__(self, job: Job, desk: Desk) -> None:
        assert isinstance(job.request, ComposeRequest)
        self.job = job
        self.given_up = False
        """Whether its client has cancelled it."""
        self._request = job.request
        self._desk = desk
        self._made: dict[str, _Made] = {}
        self._notes: list[str] = []
        self._done = 0
        self._total = 2

    @cached_property
    def _seed(self) -> int:
        """Where none was asked for it follows from the job, so that the next daemon draws the same."""
        return self._request.seed if self._request.seed is not None else int(self.job.id, 16) % 2**32

    @cached_property
    def _models(self) -> Mapping[str, str]:
        """Kind of part -> model."""
        request, store = self._request, self._desk.store
        image = request.image_model or store.default("image")
        return {
            "text": request.model or store.default("text"),
            "image": image,
            "texture": image,
            "music": request.music_model or store.default("music"),
        }

    async def make(self) -> None:
        """Makes it, and ends the job's log. Raises what kept something from being written down."""
        began = time.time()
        preset = self._desk.presets.read(self._request.preset)
        card = await self._card()
        scenes = [of_scene(card, scene) for scene in self._request.scenes]
        if any(part.kind == "text" for part in preset.parts):
            self._notes += _unread(self._request.brief)
        known = await asyncio.to_thread(self._known_words)
        steps = plan(self._request, card, scenes, preset, self._seed, self._models, known)
        if known is not None and any(step.kind == "image" and step.own is None for step in steps):
            self._notes += (note for told in scenes or [card] for note in known.said(told)[1])
        if self._request.project:
            steps = with_leitmotif(steps, await self._leitmotif())
        self._total = len(steps) + 2
        self._step()
        ready = {step.name: asyncio.Event() for step in steps}
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(self._part(step, card, ready), name=f"{self.job.id} {step.name}")
        parts = tuple(self._made[step.name].part for step in steps)
        if all(part.problem is not None for part in parts):
            first = next(part.problem for part in parts if part.problem is not None)
            self._desk.jobs.record(self.job, Failed(problem=_nothing_made(first)))
            return
        match = await self._match(card, steps)
        await self._finish(card, parts, match, began)

    # ---- the card

    async def _card(self) -> MoodCard:
        request = self._request
        if request.card is not None:
            card = request.card
        else:
            card = await self._read_card()
        if request.project and request.card is None:
            try:
                card = await asyncio.to_thread(self._desk.project.say, card, request.brief)
            except StudioloError as error:
                self._notes.append(f"The project had no say: {error.problem.message}")
        return cards.with_changes(card, request.changes)

    async def _leitmotif(self) -> str:
        """The project's; empty where it has none, or can't be asked."""
        try:
            return await asyncio.to_thread(lambda: self._desk.project.leitmotif)
        except StudioloError as error:
            self._notes.append(f"The project had no say: {error.problem.message}")
            return ""

    def _known_words(self) -> KnownWords | None:
        """What the model that paints knows, where that is a closed list; where it can't be asked, its parts say why."""
        try:
            return known_words.read(self._desk.store.find(self._models["image"]).folder)
        except StudioloError:
            return None

    async def _read_card(self) -> MoodCard:
        request = self._request
        asked = CardRequest(
            text=request.brief or "\n\n".join(request.scenes),
            picture=request.picture,
            scene=request.scene,
            seed=seed_of(self._seed, "card"),
            model=self._models["text"],
        )
        found = await self._ask("card", "card", asked)
        if isinstance(found, Problem):
            self._notes.append(f"The card was read by rules alone: {found.message}")
            reading = cards.read(asked.text, request.scene)
            self._notes += reading.notes
            return reading.card
        self._notes += found.recipe.notes
        return next(output.card for output in found.outputs if isinstance(output, CardOutput))

    # ---- the parts

    async def _part(self, step: Step, card: MoodCard, ready: Mapping[str, asyncio.Event]) -> None:
        try:
            for other in step.needs.values() if step.own is None else ():
                if other in ready:
                    await ready[other].wait()
            self._made[step.name] = await (self._own(step) if step.own is not None else self._make(step, card))
        finally:
            ready[step.name].set()
        self._step()

    async def _make(self, step: Step, card: MoodCard) -> _Made:
        part = KitPart(name=step.name, kind=step.kind, follows=step.follows, seed=step.seed)
        lent = {other: self._made[other].lent for other in step.needs.values() if other in self._made}
        try:
            request, notes = step.asked(lent)
        except StudioloError as error:
            self._tell(Part(name=step.name, kind=step.kind, state="failed", problem=error.problem))
            return _Made(replace(part, problem=error.problem))
        self._notes += notes
        found = await self._ask(step.name, step.kind, request)
        if isinstance(found, Problem):
            return _Made(replace(part, problem=found))
        files = files_of(step, found)
        try:
            for name, data in files.data.items():
                await asyncio.to_thread(self._desk.blobs.put, name, data)
        except StudioloError as error:
            return _Made(replace(part, problem=error.problem))
        self._desk.jobs.name(self.job, [file.blob.sha256 for file in files.files])
        return _Made(
            replace(part, files=files.files, recipe=found.recipe),
            await self._leitmotif_of(found) if step.kind == "music" else lent_by(step, found, card),
            text_of(found),
            next((Midi(sha256=output.blob.sha256) for output in found.outputs if isinstance(output, MidiOutput)), None),
            next(
                (
                    Picture(sha256=output.blob.sha256, width=output.width, height=output.height)
                    for output in found.outputs
                    if isinstance(output, ImageOutput) and output.name in (None, "basecolor")
                ),
                None,
            ),
        )

    async def _leitmotif_of(self, music: Result) -> str | None:
        """How its melody begins; None where there is none to be read."""
        midi = next((output.blob for output in music.outputs if isinstance(output, MidiOutput)), None)
        if midi is None:
            return None
        try:
            data = await asyncio.to_thread(self._desk.blobs.get, midi.sha256)
            return await asyncio.to_thread(leitmotif, data, self._request.seconds) or None
        except StudioloError as error:
            self._notes.append(f"There is no leitmotif: {error.problem.message}")
            return None

    async def _own(self, step: Step) -> _Made:
        assert step.own is not None
        blob = step.own.blob
        part = KitPart(name=step.name, kind=step.kind, files=(own_file(step, blob),), own=True)
        made = _Made(part)
        try:
            data = await asyncio.to_thread(self._desk.blobs.get, blob.sha256)
            if blob.media_type.startswith("image/"):
                picture = measure(step.name, data)
                made = replace(made, picture=picture, lent=picture)
            elif blob.media_type == "audio/midi":
                midi = Midi(sha256=blob.sha256)
                made = replace(made, midi=midi, lent=midi)
            elif step.kind == "text":
                made = replace(made, text=data.decode("utf-8", "replace"))
        except StudioloError as error:
            made = _Made(replace(part, files=(), problem=error.problem))
        problem = made.part.problem
        state: Literal["done", "failed"] = "failed" if problem else "done"
        self._tell(Part(name=step.name, kind=step.kind, state=state, known=True, problem=problem))
        return made

    # ---- how well it fits

    async def _match(self, card: MoodCard, steps: tuple[Step, ...]) -> MatchOutput | None:
        made = [(step.kind, self._made[step.name]) for step in steps]
        asked = MatchRequest(
            brief=self._request.brief,
            card=card,
            text=next((one.text for kind, one in made if kind == "text" and one.text), ""),
            picture=next((one.picture for kind, one in made if kind == "image" and one.picture), None),
            texture=next((one.picture for kind, one in made if kind == "texture" and one.picture), None),
            music=next((one.midi for _, one in made if one.midi), None),
        )
        if not (asked.text or asked.picture or asked.texture or asked.music):
            return None
        found = await self._ask("match", "match", asked)
        if isinstance(found, Problem):
            self._notes.append(f"How well the parts fit could not be judged: {found.message}")
            return None
        return next(output for output in found.outputs if isinstance(output, MatchOutput))

    # ---- one job of the kit

    async def _ask(self, name: str, kind: PartOf, request: Request) -> Result | Problem:
        """Has a job done, or finds it done, and tells of it."""
        try:
            job, known = await self._job(request)
        except Exception as error:
            # what keeps one part from being begun keeps no other
            if not isinstance(error, StudioloError):
                log.exception("part %s of kit %s could not be begun", name, self.job.id)
            problem = error.problem if isinstance(error, StudioloError) else internal(error)
            self._tell(Part(name=name, kind=kind, state="failed", problem=problem))
            return problem
        if not known:
            self._tell(Part(name=name, kind=kind, state="begun", job=job.id))
            await self._follow(job)
        end = job.log[-1].event
        if isinstance(end, Result):
            self._tell(Part(name=name, kind=kind, state="done", job=job.id, known=known, result=end))
            return end
        problem = end.problem if isinstance(end, Failed) else _cancelled(name)
        self._tell(Part(name=name, kind=kind, state="failed", job=job.id, problem=problem))
        return problem

    async def _job(self, request: Request) -> tuple[Job, bool]:
        """The job of this request, and whether it is done already. Raises `StudioloError`."""
        jobs, client = self._desk.jobs, self.job.client
        signature = hash_of(to_json(request).encode())
        for attempt in itertools.count(1):
            key = f"kit-{signature}" if attempt == 1 else f"kit-{signature}-{attempt}"
            known = jobs.known(client, key)
            if known is None:
                return (await self._ordered(key, request)), False
            job = jobs.find(known)
            if not job.over and job.cancel_asked is None:
                return job, False
            if job.over and await asyncio.to_thread(self._is_whole, job):
                return job, True
        raise AssertionError("there is always another key")

    async def _ordered(self, key: str, request: Request) -> Job:
        """A new job, as soon as there is room for one."""
        while True:
            try:
                return (await self._desk.order(self.job.client, key, self.job.priority, request))[0]
            except StudioloError as error:
                if error.problem.code != "busy":
                    raise
                await asyncio.sleep(error.problem.retry_after or AGAIN)

    def _is_whole(self, job: Job) -> bool:
        """Whether a job that is over has a result whose blobs are all here still."""
        end = job.log[-1].event
        if not isinstance(end, Result):
            return False
        return all(self._desk.blobs.has(output.blob.sha256) for output in end.outputs if hasattr(output, "blob"))

    async def _follow(self, job: Job) -> None:
        """Returns when it is over. A picture that comes along is shown as this kit's."""
        news, shown = asyncio.Event(), 0
        job.watchers.add(news.set)
        self._desk.wanted[job.id] += 1
        try:
            while not job.over:
                if job.preview is not None and job.preview[2] != shown:
                    preview, data, shown = job.preview
                    if isinstance(preview, Preview):
                        self._desk.jobs.show(self.job, preview, data)
                await news.wait()
                news.clear()
        finally:
            job.watchers.discard(news.set)
            self._desk.wanted[job.id] -= 1
            if not self._desk.wanted[job.id]:
                del self._desk.wanted[job.id]
                if self.given_up:
                    self._desk.cancel(job)

    # ---- what is told

    def _tell(self, event: Part) -> None:
        self._desk.jobs.record(self.job, event)

    def _step(self) -> None:
        self._done += 1
        self._desk.jobs.record(self.job, Progress(stage="parts", done=self._done, total=self._total))

    async def _finish(
        self, card: MoodCard, parts: tuple[KitPart, ...], match: MatchOutput | None, began: float
    ) -> None:
        request = self._request
        again = settled(request, card, self._seed, self._models)
        kit = Kit(
            title=card.title or " ".join(request.brief.split())[:60] or request.preset,
            card=card,
            parts=parts,
            request=request,
            settled=again,
            match=match,
            notes=tuple(dict.fromkeys(self._notes)),
            created=self.job.created,
            studiolo=__version__,
        )
        if request.project:
            kit = await self._keep(kit)
        data = to_json(kit).encode()
        blob = blob_of(data, "application/json")
        await asyncio.to_thread(self._desk.blobs.put, blob.sha256, data)
        self._step()
        recipe = Recipe(
            request=request,
            settled=again,
            final_prompt="",
            model="",
            model_revision="",
            model_sha256="",
            licence="",
            engine="compose",
            device="",
            studiolo=__version__,
            timings=Timings(queued=round(began - self.job.created, 3), run=round(time.time() - began, 3)),
            notes=kit.notes,
        )
        self._desk.jobs.record(self.job, Result(outputs=(KitOutput(blob=blob),), recipe=recipe))

    async def _keep(self, kit: Kit) -> Kit:
        """In the project that is open; where it can't, the kit says why."""
        try:
            told = await asyncio.to_thread(self._desk.project.keep, kit)
        except StudioloError as error:
            told = f"The project could not keep it: {error.problem.message}"
        return replace(kit, notes=(*kit.notes, told))


def _unread(brief: str) -> list[str]:
    """What of a long brief no writer is given."""
    read, all_of_it = (len(text.split()) for text in (beginning(brief), brief))
    return [f"Who writes was given the first {read} words of the brief, of {all_of_it}."] if read < all_of_it else []


def _cancelled(name: str) -> Problem:
    return Problem(code="stopped", message=f"The job of {name} was cancelled.", mend="Compose again to have it made.")


def _nothing_made(first: Problem) -> Problem:
    return Problem(
        code=first.code,
        message=f"No part of the kit could be made. The first said: {first.message}",
        mend=first.mend,
        retry_after=first.retry_after,
    )
