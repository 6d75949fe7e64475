"""One kit while it is made: its card, its parts, how well they fit. Knows no worker, no queue and no key of a job."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from studiolo import __version__
from studiolo.compose.card import card as cards
from studiolo.compose.planning import known_words
from studiolo.compose.planning.known_words import KnownWords
from studiolo.compose.planning.leitmotif import leitmotif
from studiolo.compose.planning.part_files import files_of, lent_by, own_file, text_of
from studiolo.compose.planning.plan import Lent, Step, plan, seed_of, settled, with_leitmotif
from studiolo.compose.planning.scenes import of_scene
from studiolo.compose.planning.wording import beginning
from studiolo.media import picture_header
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
    Progress,
    Result,
)
from studiolo_contract.frames import to_json
from studiolo_contract.kit import Kit, KitPart
from studiolo_contract.media import Midi, Picture, blob_of
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.recipe import Recipe, Timings
from studiolo_daemon.workshop.jobs import Job
from studiolo_daemon.workshop.part_jobs import Desk, PartJobs


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
        self._request = job.request
        self._desk = desk
        self._jobs = PartJobs(job, desk)
        self._made: dict[str, _Made] = {}
        self._notes: list[str] = []
        self._done = 0
        self._total = 2

    @property
    def given_up(self) -> bool:
        """Whether its client has cancelled it."""
        return self._jobs.given_up

    def give_up(self) -> None:
        """Those of its jobs that no other kit waits for are to end with it."""
        self._jobs.given_up = True

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
        found = await self._jobs.ask("card", "card", asked)
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
            self._jobs.tell(Part(name=step.name, kind=step.kind, state="failed", problem=error.problem))
            return _Made(replace(part, problem=error.problem))
        self._notes += notes
        found = await self._jobs.ask(step.name, step.kind, request)
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
                picture = picture_header.read(data, step.name)
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
        self._jobs.tell(Part(name=step.name, kind=step.kind, state=state, known=True, problem=problem))
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
        found = await self._jobs.ask("match", "match", asked)
        if isinstance(found, Problem):
            self._notes.append(f"How well the parts fit could not be judged: {found.message}")
            return None
        return next(output for output in found.outputs if isinstance(output, MatchOutput))

    # ---- what is told

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


def _nothing_made(first: Problem) -> Problem:
    return Problem(
        code=first.code,
        message=f"No part of the kit could be made. The first said: {first.message}",
        mend=first.mend,
        retry_after=first.retry_after,
    )
