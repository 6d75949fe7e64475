"""Judges how well text, picture, texture and music fit a brief and its card.

Texts are compared by sentence embeddings; pictures lie in the same space by the judge's eye; music is told by what is
heard in its notes. What all that is worth, `compose/likeness.py` knows. Knows no queue and no process. CPU only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from studiolo.compose.evidence import card_words, heard_mood, music_likeness, named, palette_likeness
from studiolo.compose.features import measured
from studiolo.compose.likeness import PARTS, Calibration, Part, calibration
from studiolo.device import Device
from studiolo.engines.embedder import Embedder
from studiolo.engines.engine import Finished, Task
from studiolo.engines.picture_judge import PictureJudge, Question, Vector
from studiolo.media import midi
from studiolo.media.pictures import Pixels, decode
from studiolo.models.model import Model
from studiolo.music.mood import read
from studiolo.music.mood_words import Neighbours
from studiolo_contract.compose import MatchRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import MatchOutput, Progress, Share
from studiolo_contract.media import Picture
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.music import Mood

CHUNK, MOST_CHUNKS = 900, 6
"""Characters that the embedder reads at once, about; and how many such pieces of a long text it is shown."""
SURE = 0.35
"""How sure the judge must be of what it sees before it is said."""
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
    return MatchEngine(PictureJudge.load(model.folder), Embedder(model.embedder), model)


@dataclass
class Found:
    """What speaks for a part, and what to say of it."""

    likes: dict[str, float] = field(default_factory=dict)
    because: str = ""


class MatchEngine:
    """A loaded judge. One request at a time, on one thread."""

    def __init__(self, judge: PictureJudge, embedder: Embedder, model: Model) -> None:
        self._judge = judge
        self._embedder = embedder
        self._model = model

    def resident_bytes(self) -> int:
        return self._judge.resident_bytes()

    def run(self, task: Task) -> Finished:
        """Judges. Raises `JobCancelled`, or `StudioloError` with what the person should do."""
        request = task.request
        if not isinstance(request, MatchRequest):
            raise StudioloError("bad_request", f"{self._model.name} only judges kits.", "Choose another model.")
        found = self.look(request, task)
        known: Calibration = calibration()
        evidence = {part: one.likes for part, one in found.items()}
        weights = known.weights(evidence)
        shares = tuple(
            Share(
                part=part,
                score=round(known.share(part, one.likes), 3),
                weight=round(weights[part], 3),
                because=one.because,
            )
            for part, one in found.items()
        )
        return Finished((MatchOutput(score=round(known.whole(evidence), 3), shares=shares),), request, "")

    def look(self, request: MatchRequest, task: Task) -> dict[Part, Found]:
        """What speaks for each part that is given. Raises as `run` does."""
        card = request.card
        given: dict[Part, object] = {
            "text": request.text.strip(),
            "picture": request.picture,
            "texture": request.texture,
            "music": request.music,
        }
        parts = [part for part in PARTS if given[part]]
        if not parts:
            raise StudioloError(
                "bad_request", "There is nothing to judge.", "Give a text, a picture, a texture or music."
            )
        wanted = self._meanings(card)
        brief = self._meaning(request.brief)
        found: dict[Part, Found] = {}
        for number, part in enumerate(parts):
            task.checkpoint()
            task.emit(Progress(stage="read", done=number, total=len(parts)))
            if part == "text":
                found[part] = self._text(request, brief, wanted)
            elif part == "music":
                assert request.music is not None
                found[part] = self._music(_bytes(task, request.music.sha256), request)
            else:
                picture = request.picture if part == "picture" else request.texture
                assert picture is not None
                look = self._picture if part == "picture" else self._texture
                found[part] = look(_pixels(task, picture), card, brief, wanted)
        task.emit(Progress(stage="read", done=len(parts), total=len(parts)))
        return found

    # ---- the parts

    def _text(self, request: MatchRequest, brief: Vector | None, wanted: Mapping[str, Vector]) -> Found:
        text = self._meaning(request.text)
        assert text is not None
        words, said = card_words(request.card), named(request.card, request.text)
        likes = _likes(text, brief, wanted, "about")
        if words:
            likes["named"] = len(said) / len(words)
        if not words:
            return Found(likes, "the card names nothing that it could hold")
        lacking = [word for word in words if word not in said]
        if not said:
            return Found(likes, f"it has none of the card's words: {_listed(lacking[:4])}")
        return Found(likes, f"it has {_listed(said[:5])}" + (f", but not {_listed(lacking[:3])}" if lacking else ""))

    def _picture(self, pixels: Pixels, card: MoodCard, brief: Vector | None, wanted: Mapping[str, Vector]) -> Found:
        seen = self._judge.see(pixels)
        likes = _likes(seen, brief, wanted, "scene")
        for question in ("subject", "place", "time"):
            if question in wanted:
                likes[question] = self._agreement(question, seen, wanted[question])
        if card.palette:
            likes["palette"] = palette_likeness(card.palette, pixels)
        shown = self._names(("subject", "place", "time"), seen)
        return Found(likes, f"it looks like {shown}; {_asked(card.subjects[:1], card.place, card.time, card.weather)}")

    def _texture(self, pixels: Pixels, card: MoodCard, brief: Vector | None, wanted: Mapping[str, Vector]) -> Found:
        seen = self._judge.see(pixels)
        likes = _likes(seen, brief, wanted, "material")
        if "material" in wanted:
            likes["material_name"] = self._agreement("material", seen, wanted["material"])
        if card.palette:
            likes["palette"] = palette_likeness(card.palette, pixels)
        return Found(likes, f"it looks like {self._names(('material',), seen)}; {_asked(card.materials[:1])}")

    def _music(self, data: bytes, request: MatchRequest) -> Found:
        figures = measured(midi.read(data))
        heard = heard_mood(figures, calibration().hearing)
        card = request.card
        likes = music_likeness(figures, heard, card, self._felt(request.brief))
        asked = f"{card.tempo:.0f} quarters a minute in {card.mode}, " if card.tempo and card.mode else ""
        return Found(
            likes,
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

    def _meaning(self, text: str) -> Vector | None:
        """What a text of any length means, as the mean of pieces of it; None where it says nothing."""
        if not text.strip():
            return None
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
        return " ".join(words) or "nothing that is known"

    def _felt(self, brief: str) -> Mood | None:
        """The mood that the words of a brief say; None where none does."""
        passages = [one for one in read(brief[:MOOD_READ], self._neighbours).passages if one.heard]
        if not passages:
            return None
        points = [[m.valence, m.arousal, m.tension] for one in passages for m in (one.mood, one.until or one.mood)]
        valence, arousal, tension = np.mean(points, axis=0).tolist()
        return Mood(valence=valence, arousal=arousal, tension=tension)

    @cached_property
    def _neighbours(self) -> Neighbours:
        """The lexicon of moods, laid out when the first music is judged."""
        return Neighbours(self._embed)


def _likes(vector: Vector, brief: Vector | None, wanted: Mapping[str, Vector], name: str) -> dict[str, float]:
    likes = {name: float(vector @ wanted[name])} if name in wanted else {}
    return likes if brief is None else {"brief": float(vector @ brief), **likes}


def _chunks(text: str) -> list[str]:
    """Pieces of about one length, evenly spread where there are too many to read them all."""
    count = -(-len(text) // CHUNK)
    if count == 1:
        return [text]
    starts = np.linspace(0, len(text) - CHUNK, min(count, MOST_CHUNKS)).astype(int)
    return [piece for start in starts if (piece := text[start : start + CHUNK]).strip()]


def _pixels(task: Task, picture: Picture) -> Pixels:
    return decode(_bytes(task, picture.sha256), picture)


def _bytes(task: Task, sha256: str) -> bytes:
    if sha256 not in task.inputs:
        raise StudioloError("unknown_blob", f"The file {sha256[:12]} is not here.", "Send its bytes first.")
    return task.inputs[sha256]


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
