"""The kits that the match score learns from and is measured by: briefs, and what the real engines make of them.

Each brief is composed once, with its number as the seed: card by the rules and what is near in meaning, then the
requests of the kit preset on the starter models, with shorter texts and music and fewer steps than a daemon would take.
A kit lies in a folder of its own, so a run may be stopped; what is there is taken as it is, until `.cache/match` is
deleted. Knows no score.
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studiolo.compose.card.card import read
from studiolo.compose.card.nearness import Nearness
from studiolo.compose.planning.plan import plan
from studiolo.compose.planning.presets import Presets
from studiolo.device import best_device
from studiolo.engines import diffusers_image, symbolic_music, transformers_text
from studiolo.engines.embedder import Embedder
from studiolo.engines.engine import Task
from studiolo.media import midi
from studiolo.models.store import Store
from studiolo.texture.wording import worded
from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.compose import ComposeRequest
from studiolo_contract.image import ImageRequest
from studiolo_contract.kit import PartKind
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.music import Mood, MusicRequest
from studiolo_contract.request import Request
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest
from studiolo_starter.files import written

BRIEFS = Path(__file__).with_name("match_briefs.toml")
CACHE = Path(__file__).resolve().parents[1] / ".cache" / "match"
BY_LOT = 92
CARD = "card.json"
TOKENS, STEPS, SECONDS = 48, 8, 12.0
TOGETHER = 8
FIELDS: dict[PartKind, str] = {"text": "text", "image": "picture", "texture": "texture", "music": "music"}


@dataclass(frozen=True)
class MadeKit:
    """A brief and what was made of it. A part of which the card says nothing is empty."""

    brief: str
    card: MoodCard
    text: str = ""
    picture: bytes = b""
    """PNG; so is the base colour."""
    texture: bytes = b""
    music: bytes = b""
    """MIDI."""


def briefs() -> list[str]:
    """Those written by hand in turn with those by lot, so that both are everywhere; always the same."""
    page = tomllib.loads(BRIEFS.read_text(encoding="utf-8"))
    written: list[str] = page["briefs"]
    drawn = [_by_lot(page["lot"], number) for number in range(BY_LOT)]
    order = np.random.default_rng(17).permutation(len(written) + len(drawn))
    both = [*written, *drawn]
    return [both[at] for at in order]


def _by_lot(lists: dict[str, list[str]], number: int) -> str:
    rng = np.random.default_rng([number, 61])
    one = {name: words[rng.integers(len(words))] for name, words in lists.items()}
    said = " ".join(word for word in (one["who"], one["does"], one["where"], one["when"]) if word)
    return f"{said}. {one['feels']}".strip()


class Makers:
    """The engines of a kit, each loaded when it is first needed."""

    def __init__(self, home: Path) -> None:
        self._store, self._device = Store(home), best_device()

    @cached_property
    def embedder(self) -> Embedder:
        return Embedder(self._store.find("starter-embedder").folder)

    @cached_property
    def nearness(self) -> Nearness:
        return Nearness(self.embed)

    def embed(self, words: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self.embedder.embed(list(words)).numpy()
        return vectors

    @cached_property
    def _writer(self) -> Any:
        return transformers_text.load(self._store.find("starter-text"), self._device)

    @cached_property
    def _painter(self) -> Any:
        return diffusers_image.load(self._store.find("starter-picture"), self._device)

    @cached_property
    def _composer(self) -> symbolic_music.SymbolicMusicEngine:
        return symbolic_music.load(self._store.find("starter-composer"), self._device)

    def make(self, numbers: Sequence[int]) -> None:
        """Makes those kits that are not there yet, TOGETHER at a time: so many texts cost little more than one."""
        all_of_them = briefs()
        missing = [number for number in numbers if not (CACHE / str(number) / CARD).exists()]
        for some in (missing[at : at + TOGETHER] for at in range(0, len(missing), TOGETHER)):
            asked = [self._asked(all_of_them[number], number) for number in some]
            texts = self._written([requests.pop("text") for _, requests in asked])
            for number, text, (card, requests) in zip(some, texts, asked, strict=True):
                made = {FIELDS[kind]: self._made(request) for kind, request in requests.items()}
                _keep(number, MadeKit(all_of_them[number], card, text, **made))

    def _asked(self, brief: str, seed: int) -> tuple[MoodCard, dict[PartKind, Request]]:
        """Card and requests of a kit."""
        card = read(brief, nearness=self.nearness).card
        models = {"text": "starter-text", "image": "starter-picture", "texture": "starter-picture", "music": ""}
        steps = plan(ComposeRequest(brief=brief, seconds=SECONDS), card, (), Presets().read("kit"), seed, models)
        return card, {step.kind: _shorter(step.request) for step in steps if step.request is not None}

    def piece(self, mood: Mood, seed: int) -> bytes:
        """Music in a mood, as MIDI."""
        return self._made(MusicRequest(mood=mood, seconds=SECONDS, seed=seed, previews=False))

    def _made(self, request: Request) -> bytes:
        """A picture, a base colour, or the notes of a piece."""
        task = _task(request)
        if isinstance(request, MusicRequest):
            return midi.encode(self._composer.write(task, request).score)
        finished = self._painter.run(task)
        (output,) = finished.outputs
        data: bytes = finished.blobs[output.blob.sha256]
        return data

    def _written(self, requests: Sequence[Request]) -> list[str]:
        works = {number: self._writer.begin(_task(request)) for number, request in enumerate(requests)}
        texts = [""] * len(requests)
        while works:
            for number, work in tuple(works.items()):
                try:
                    next(work)
                except StopIteration as end:
                    texts[number] = end.value.outputs[0].text
                    del works[number]
            self._writer.step()
        return texts


def made() -> list[MadeKit]:
    """All kits that are there, in the order of the briefs."""
    found = [CACHE / str(number) for number in range(len(briefs()))]
    return [_kept(folder) for folder in found if (folder / CARD).exists()]


def _kept(folder: Path) -> MadeKit:
    page = json.loads((folder / CARD).read_text(encoding="utf-8"))
    files = {name: (folder / name).read_bytes() for name in ("picture", "texture", "music") if (folder / name).exists()}
    return MadeKit(page["brief"], from_plain(MoodCard, page["card"]), page["text"], **files)


def _keep(number: int, kit: MadeKit) -> None:
    """The card last: a folder that has it is whole."""
    folder = CACHE / str(number)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("picture", "texture", "music"):
        if data := getattr(kit, name):
            (folder / name).write_bytes(data)
    page = {"brief": kit.brief, "card": to_plain(kit.card), "text": kit.text}
    with written(folder / CARD) as part:
        part.write_text(json.dumps(page, indent=1), encoding="utf-8")


def _task(request: Request) -> Task:
    return Task(request, {}, lambda emission: None, lambda preview, data: None, lambda: False)


def _shorter(request: Request) -> Request:
    """Of a texture only the base colour is looked at: it is asked for as the texture engine asks for it."""
    if isinstance(request, TextureRequest):
        painter = Store(CACHE).entries["starter-picture"].defaults
        return ImageRequest(
            prompt=worded(request.prompt, painter),
            seed=request.seed,
            seamless=True,
            model=request.model,
            previews=False,
        )
    if isinstance(request, TextRequest):
        return dataclasses.replace(request, max_tokens=TOKENS)
    if isinstance(request, (ImageRequest, MusicRequest)):
        return dataclasses.replace(request, previews=False)
    return request
