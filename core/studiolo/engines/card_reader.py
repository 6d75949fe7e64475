"""Reads mood cards: rules first, then what is near in meaning, then the text model for what is left.

What the words say and which answers are good enough is in `studiolo.compose`; this file has models at hand, and
knows the order of the work.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studiolo.compose.card import card, slots
from studiolo.compose.card.brief import Brief, plain
from studiolo.compose.card.changing import as_text
from studiolo.compose.card.naming import Said
from studiolo.compose.card.nearness import Nearness, laid
from studiolo.compose.card.seen import Guess, Question, seen
from studiolo.engines.embedder import Embedder
from studiolo.engines.engine import Finished, Task, Work
from studiolo.engines.match import MatchEngine
from studiolo.engines.meanings import BATCH, Meanings
from studiolo.media.pictures import decode
from studiolo.models import record
from studiolo_contract.compose import CardRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import CardOutput, Progress, TextOutput
from studiolo_contract.media import Picture
from studiolo_contract.mood_card import CardField, MoodCard
from studiolo_contract.recipe import Reason
from studiolo_contract.text import Sampling, TextRequest, Turn

Write = Callable[[Task], Work[Finished]]
"""How the text model fulfils a request."""

SAMPLING = Sampling(temperature=0.8, min_p=0.05)
TOLD = 32 * BATCH
"""Texts after which it is told how many of the lexicon are laid out."""
MOST_TOKENS = 48
"""Of an answer to one question."""
NO_MEANINGS = (
    "Only words that the lexicons know were read: `studiolo models pull starter-embedder` for what is near in meaning."
)

NO_JUDGE = "Of the picture only colours and brightness were read: no judge of pictures is installed."


class CardReader:
    """Reads cards for one text engine."""

    def __init__(self, write: Write, model: str, embedder: Embedder | None, folder: Path | None) -> None:
        """`model` is the name of the writer. `folder`: where the embedder lies; None, as it is, where there is none."""
        self._write = write
        self._model = model
        self._embedder = embedder
        self._folder = folder
        self._nearness: Nearness | None = None

    def read(self, task: Task, request: CardRequest) -> Work[Finished]:
        """The card, with its changes made. Raises `JobCancelled` or `StudioloError`."""
        notes: tuple[str, ...] = ()
        prompt = ""
        if request.card is None:
            made, notes, prompt = yield from self._made(task, request)
        else:
            made = request.card
        made = card.with_changes(made, request.changes)
        settled = dataclasses.replace(request, model=self._model)
        output = CardOutput(card=made, seed=request.seed if request.card is None else None)
        return Finished((output,), settled, prompt, notes=notes, why=_why(made))

    def _made(self, task: Task, request: CardRequest) -> Work[tuple[MoodCard, tuple[str, ...], str]]:
        nearness = yield from self._meaning(task)
        brief = plain(request.text or request.scene)
        looked, told = _look(task, request.picture)
        draft, notes = card.drafted(request.text, request.scene, nearness, looked)
        notes = (*notes, *told)
        if nearness is None:
            notes = (*notes, NO_MEANINGS)
        prompt = yield from self._ask(task, request, draft, brief)
        return card.finished(draft), notes, prompt

    def _ask(self, task: Task, request: CardRequest, draft: card.Draft, brief: Brief) -> Work[str]:
        """Has the model fill what is open; returns what it was given to read last."""
        if self._embedder is None:
            return ""  # nobody here can tell its sense from its nonsense
        prompt = ""
        for number, question in enumerate(slots.questions(draft, brief)):
            seed = ((request.seed or 0) + number * slots.TRIES) % 2**32
            done = yield from self._write(dataclasses.replace(task, request=_asked(question, seed), emit=_silent))
            prompt = done.final_prompt
            written = [one.text for one in done.outputs if isinstance(one, TextOutput)]
            slots.answer(draft, question, written, _Sense(self._embedder))
            task.checkpoint()
        return prompt

    def _meaning(self, task: Task) -> Work[Nearness | None]:
        """The lexicons laid out by meaning; their vectors are kept, so that only the first card here waits for them."""
        if self._embedder is None or self._folder is None:
            return None
        if self._nearness is None:
            kept = record.read(self._folder)
            meanings = Meanings(self._embedder, kept.sha256 if kept else str(self._folder), task.cache)
            texts = laid()
            vectors = yield from meanings.vectors(texts, _progress(task))
            self._nearness = Nearness(_Remembered(self._embedder, dict(zip(texts, vectors, strict=True))))
        return self._nearness


def _look(task: Task, picture: Picture | None) -> tuple[Mapping[CardField, Said], tuple[str, ...]]:
    """What the picture says, and what to say of it. Raises `StudioloError` (`bad_picture`, `unknown_blob`)."""
    if picture is None:
        return {}, ()
    if picture.sha256 not in task.inputs:
        raise StudioloError("unknown_blob", "The picture did not come with the request.", "Put it first.")
    pixels = decode(task.inputs[picture.sha256], picture)
    judge = next((one.engine.judge for one in task.helpers if isinstance(one.engine, MatchEngine)), None)
    if judge is None:
        return seen(pixels, None), (NO_JUDGE,)
    meaning = judge.see(pixels)

    def named(question: Question) -> list[Guess]:
        return [Guess(one.name, one.share) for one in judge.nearest(question, meaning)]

    return seen(pixels, named), ()


class _Sense:
    """What the embedder knows about sense: its vocabulary is of real words, and its vectors of meaning."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def knows(self, word: str) -> bool:
        return self._embedder.knows(word)

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        return self._embedder.likeness(text, list(others))


def _asked(question: slots.Question, seed: int) -> TextRequest:
    turns = []
    for asked, answered in question.turns:
        turns += [Turn(speaker="user", text=asked), Turn(speaker="assistant", text=answered)]
    return TextRequest(
        mode="chat",
        text=question.ask,
        turns=tuple(turns),
        json_schema=question.json_schema,
        sampling=SAMPLING,
        max_tokens=MOST_TOKENS,
        candidates=1,
        variants=question.tries,
        seed=seed,
    )


class _Remembered:
    """An embedder with the vectors of some texts at hand."""

    def __init__(self, embedder: Embedder, known: Mapping[str, NDArray[np.float32]]) -> None:
        self._embedder = embedder
        self._known = known

    def __call__(self, words: Sequence[str]) -> NDArray[np.float32]:
        if all(word in self._known for word in words):
            return np.array([self._known[word] for word in words], np.float32)
        batches = [list(words[start : start + BATCH]) for start in range(0, len(words), BATCH)]
        return np.concatenate([self._embedder.embed(batch).numpy() for batch in batches])


def _progress(task: Task) -> Callable[[int, int], None]:
    def told(done: int, total: int) -> None:
        task.checkpoint()
        if done % TOLD == 0 or done == total:
            task.emit(Progress(stage="read", done=done, total=total))

    return told


def _silent(_: object) -> None:
    """What the model says on the way is no part of a card."""


def _why(made: MoodCard) -> tuple[Reason, ...]:
    return tuple(
        Reason(what=one.field, value=as_text(made, one.field), because=f"{one.origin}: {one.because}")
        for one in made.sources
    )
