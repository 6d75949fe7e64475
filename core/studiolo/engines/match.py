"""Judges how well text, picture, texture and music fit a brief and its card.

Texts are compared by sentence embeddings; pictures lie in the same space by the judge's eye; music is told by what is
heard in its notes. What all that is worth, `compose/likeness.py` knows. Knows no queue and no process. CPU only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from studiolo.compose.card.feeling import felt
from studiolo.compose.match.evidence import card_words, heard_mood, music_likeness, named, palette_likeness
from studiolo.compose.match.features import Figures, measured
from studiolo.compose.match.likeness import PARTS, Calibration, Part, calibration
from studiolo.device import Device
from studiolo.engines.embedder import Embedder
from studiolo.engines.engine import Finished, Task
from studiolo.engines.picture_judge import PictureJudge, Question, Vector
from studiolo.media import midi
from studiolo.media.pictures import Pixels, decode
from studiolo.models.model import Model
from studiolo.music.mood_words import Neighbours
from studiolo_contract.compose import MatchRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import MatchOutput, Progress, Share
from studiolo_contract.media import Midi, Picture
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.music import Mood

CHUNK, MOST_CHUNKS = 900, 6
"""Characters that the embedder reads at once, about; and how many such pieces of a long text it is shown."""
SURE = 0.35
"""How sure the judge must be of what it sees before it is said."""
LOOKED_FOR: tuple[Question, ...] = ("subject", "place", "time")
"""What is asked of a picture."""
MOOD_READ = 20_000
"""Characters of a brief whose mood is read."""


def load(model: Model, device: Device) -> MatchEngine:
    """Reads the judge. Raises `StudioloError` (`bad_model`, `model_missing` where no embedder is installed)."""
    if model.embedder is None:
        raise StudioloError(
            "model_missing",
            "Nothing can be compared without the sentence embedder.",
            "Run `studiolo models pull starter-embedder`.",
        )
    return MatchEngine(PictureJudge.load(model.folder), Embedder(model.embedder), model, calibration())


@dataclass(frozen=True)
class Wanted:
    """What parts are held against."""

    card: MoodCard
    brief: Vector | None
    """What it means; None where it is empty."""
    meanings: Mapping[str, Vector]
    """Of the card's words, for each thing that is compared."""
    felt: Mood | None
    """The mood that the brief's own words say, where somebody asked."""


class Read(NamedTuple):
    """A text, and what it means."""

    text: str
    meaning: Vector


class Seen(NamedTuple):
    """A picture, and what it means."""

    pixels: Pixels
    meaning: Vector


Perceived = Read | Seen | Figures


class Found(NamedTuple):
    """What speaks for a part, and what to say of it."""

    likes: dict[str, float]
    because: str


class MatchEngine:
    """A loaded judge. One request at a time, on one thread."""

    def __init__(self, judge: PictureJudge, embedder: Embedder, model: Model, known: Calibration) -> None:
        self._judge = judge
        self._embedder = embedder
        self._model = model
        self._known = known

    @property
    def judge(self) -> PictureJudge:
        """Who looks at pictures here, for other engines that want to know what one shows."""
        return self._judge

    def resident_bytes(self) -> int:
        return self._judge.resident_bytes()

    def run(self, task: Task) -> Finished:
        """Judges. Raises `JobCancelled`, or `StudioloError` with what the person should do."""
        request = task.request
        if not isinstance(request, MatchRequest):
            raise StudioloError("bad_request", f"{self._model.name} only judges kits.", "Choose another model.")
        given: dict[Part, str | Picture | Midi | None] = {
            "text": request.text.strip(),
            "picture": request.picture,
            "texture": request.texture,
            "music": request.music,
        }
        parts = {part: content for part in PARTS if (content := given[part])}
        if not parts:
            raise StudioloError(
                "bad_request", "There is nothing to judge.", "Give a text, a picture, a texture or music."
            )
        wanted = self.wanted(request.card, request.brief, music="music" in parts)
        found: dict[Part, Found] = {}
        for number, (part, content) in enumerate(parts.items()):
            task.checkpoint()
            task.emit(Progress(stage="read", done=number, total=len(parts)))
            found[part] = self.compared(part, self._perceived(content, task), wanted)
        task.emit(Progress(stage="read", done=len(parts), total=len(parts)))
        return Finished((self._output(found),), dataclasses.replace(request, model=self._model.name), "")

    def _output(self, found: Mapping[Part, Found]) -> MatchOutput:
        evidence = {part: one.likes for part, one in found.items()}
        weights = self._known.weights(evidence)
        shares = tuple(
            Share(
                part=part,
                score=round(self._known.share(part, one.likes), 3),
                weight=round(weights[part], 3),
                because=one.because,
            )
            for part, one in found.items()
        )
        return MatchOutput(score=round(self._known.whole(evidence), 3), shares=shares)

    # ---- what is there

    def _perceived(self, content: str | Picture | Midi, task: Task) -> Perceived:
        if isinstance(content, str):
            return self.read(content)
        if content.sha256 not in task.inputs:
            raise StudioloError("unknown_blob", f"The file {content.sha256[:12]} is not here.", "Send its bytes first.")
        data = task.inputs[content.sha256]
        return measured(midi.read(data)) if isinstance(content, Midi) else self.see(decode(data, content))

    def read(self, text: str) -> Read:
        """What a text means that says something."""
        return Read(text, self._meaning(text))

    def see(self, pixels: Pixels) -> Seen:
        return Seen(pixels, self._judge.see(pixels))

    def wanted(self, card: MoodCard, brief: str, music: bool) -> Wanted:
        """`music`: whether music will be held against it too."""
        meaning = self._meaning(brief) if brief.strip() else None
        return Wanted(card, meaning, self._meanings(card), self._felt(brief) if music else None)

    # ---- how like it is

    def compared(self, part: Part, perceived: Perceived, wanted: Wanted) -> Found:
        """What speaks for a part."""
        if isinstance(perceived, Read):
            return self._text(perceived, wanted)
        if isinstance(perceived, Seen):
            return self._picture(perceived, wanted) if part == "picture" else self._texture(perceived, wanted)
        return self._music(perceived, wanted)

    def _text(self, read: Read, wanted: Wanted) -> Found:
        words, said = card_words(wanted.card), named(wanted.card, read.text)
        likes = _likes(read.meaning, wanted, "about")
        if not words:
            return Found(likes, "the card names nothing that it could hold")
        likes["named"] = len(said) / len(words)
        lacking = [word for word in words if word not in said]
        if not said:
            return Found(likes, f"it has none of the card's words: {_listed(lacking[:4])}")
        return Found(likes, f"it has {_listed(said[:5])}" + (f", but not {_listed(lacking[:3])}" if lacking else ""))

    def _picture(self, seen: Seen, wanted: Wanted) -> Found:
        card = wanted.card
        likes = _likes(seen.meaning, wanted, "scene")
        for question in LOOKED_FOR:
            if question in wanted.meanings:
                likes[question] = self._agreement(question, seen.meaning, wanted.meanings[question])
        if card.palette:
            likes["palette"] = palette_likeness(card.palette, seen.pixels)
        asked = _asked(card.subjects[:1], card.place, card.time, card.weather)
        return Found(likes, f"it looks like {self._names(LOOKED_FOR, seen.meaning)}; {asked}")

    def _texture(self, seen: Seen, wanted: Wanted) -> Found:
        card = wanted.card
        likes = _likes(seen.meaning, wanted, "material")
        if "material" in wanted.meanings:
            likes["material_name"] = self._agreement("material", seen.meaning, wanted.meanings["material"])
        if card.palette:
            likes["palette"] = palette_likeness(card.palette, seen.pixels)
        looks = self._names(("material",), seen.meaning)
        return Found(likes, f"it looks like {looks}; {_asked(card.materials[:1])}")

    def _music(self, figures: Figures, wanted: Wanted) -> Found:
        card, heard = wanted.card, heard_mood(figures, self._known.hearing)
        asked = f"{card.tempo:.0f} beats a minute in {card.mode}, " if card.tempo and card.mode else ""
        return Found(
            music_likeness(figures, heard, card, wanted.felt),
            f"{figures.tempo:.0f} quarters a minute in {figures.mode}, {_feeling(heard)}; "
            f"the card asks for {asked}{_feeling(card.mood)}",
        )

    # ---- meanings

    def _meanings(self, card: MoodCard) -> dict[str, Vector]:
        """What the card's words mean, those for each thing that is compared."""
        hour = _joined((card.time, card.weather))
        phrases = {
            "about": _joined((*card.subjects, *(o.name for o in card.characters), card.place, hour, *card.motifs)),
            "scene": _joined((*card.subjects[:3], card.place, hour)),
            "subject": _joined(card.subjects[:1]),
            "place": card.place,
            "time": hour,
            "material": f"{card.materials[0]} texture" if card.materials else "",
        }
        said = {name: phrase for name, phrase in phrases.items() if phrase.strip()}
        return dict(zip(said, self._embed(list(said.values())), strict=True)) if said else {}

    def _meaning(self, text: str) -> Vector:
        """What a text of any length means, as the mean of pieces of it."""
        vector: Vector = self._embed(_chunks(text)).mean(0)
        return vector / np.linalg.norm(vector)

    def _embed(self, words: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self._embedder.embed(list(words)).numpy()
        return vectors

    def _agreement(self, question: Question, seen: Vector, words: Vector) -> float:
        """How alike the picture and the words are in which known name they are near (Bhattacharyya), 0 to 1."""
        names, scale = self._judge.names[question], self._judge.scale
        one, other = (functional.softmax(scale * (names @ torch.from_numpy(v)), 0) for v in (seen, words))
        return float((one * other).sqrt().sum())

    def _names(self, questions: Iterable[Question], seen: Vector) -> str:
        """What the judge is sure enough to see, in its own words."""
        best = {question: self._judge.nearest(question, seen, 1)[0] for question in questions}
        words = [self._judge.words[q][one.name][0] for q, one in best.items() if one.share >= SURE]
        return " ".join(words) or "nothing that the judge is sure of"

    def _felt(self, brief: str) -> Mood | None:
        """The mood that the words of a brief say; None where none does."""
        axes = felt(brief[:MOOD_READ], self._neighbours).axes
        if not any(degree.words for degree in axes.values()):
            return None
        return Mood(**{axis: degree.value for axis, degree in axes.items()})

    @cached_property
    def _neighbours(self) -> Neighbours:
        """The lexicon of moods, laid out when the first music is judged."""
        return Neighbours(self._embed)


def _likes(vector: Vector, wanted: Wanted, name: str) -> dict[str, float]:
    likes = {name: float(vector @ wanted.meanings[name])} if name in wanted.meanings else {}
    return likes if wanted.brief is None else {"brief": float(vector @ wanted.brief), **likes}


def _chunks(text: str) -> list[str]:
    """Pieces of about one length, evenly spread where there are too many to read them all."""
    count = -(-len(text) // CHUNK)
    if count == 1:
        return [text]
    starts = np.linspace(0, len(text) - CHUNK, min(count, MOST_CHUNKS)).astype(int)
    return [piece for start in starts if (piece := text[start : start + CHUNK]).strip()]


def _joined(phrases: Iterable[str]) -> str:
    return ", ".join(phrase for phrase in phrases if phrase.strip())


def _listed(words: Sequence[str]) -> str:
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


def _asked(*fields: Iterable[str] | str) -> str:
    """What the card asks for, in its own words."""
    words = [word for one in fields for word in ((one,) if isinstance(one, str) else one) if word]
    return f"the card asks for {', '.join(words)}" if words else "the card leaves it open"


def _feeling(mood: Mood) -> str:
    """A mood in words."""
    words = [
        low if value < -0.2 else high
        for value, low, high in (
            (mood.valence, "sad", "glad"),
            (mood.arousal, "calm", "stirred up"),
            (mood.tension, "at rest", "tense"),
        )
        if abs(value) > 0.2
    ]
    return ", ".join(words) or "neither glad nor sad"
