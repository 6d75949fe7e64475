"""What a picture says for a card: its colours, and with a judge of pictures what it shows. Knows pixels and no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from studiolo.compose.card.lexicon import Kind, pictured
from studiolo.compose.card.naming import Said
from studiolo.image.palette import oklab, srgb
from studiolo_contract.mood_card import CardField

SIDE = 64
"""Pixels a side, about, at which colours are counted."""
COUNT = 5
ROUNDS = 12
DARK, BRIGHT = 0.34, 0.7
"""Mean lightness in Oklab below which a picture is of the night, above which of the day, where no judge says more."""
SURE = 0.5
"""Share of a name among all that the judge knows from which on it is believed."""

Pixels = NDArray[np.uint8]
Question = Literal["subject", "place", "time", "style"]
_ASKED: tuple[tuple[Question, tuple[Kind, ...]], ...] = (
    ("place", ("place",)),
    ("time", ("time", "weather")),
    ("style", ("style",)),
)
"""What the judge is asked, and of what kinds the answer may be."""
_FIELDS: Mapping[Kind, CardField] = {"place": "place", "time": "time", "weather": "weather", "style": "style"}


class Guess(NamedTuple):
    """A name that a judge knows, and how sure it is of it among all, 0 to 1."""

    name: str
    share: float


class Judge(Protocol):
    """Who knows what a picture shows."""

    def __call__(self, question: Question) -> Sequence[Guess]:
        """The likeliest answers, in words of the starter picture model."""


def seen(pixels: Pixels, judge: Judge | None) -> Mapping[CardField, Said]:
    """What an RGB or RGBA picture says, for each field that it speaks of."""
    made: dict[CardField, Said] = {"palette": Said(colours(pixels), "the colours of the picture")}
    if judge is None:
        made.update(_by_light(pixels))
        return made
    for question, kinds in _ASKED:
        first = judge(question)[0]
        for kind in kinds:
            one = pictured(kind, first.name)
            if one and first.share >= SURE:
                made[_FIELDS[kind]] = Said(one.name, f"the picture shows {first.name} ({first.share:.0%} sure)")
                break
    subject = judge("subject")[0]
    if subject.share >= SURE:
        article = "an" if subject.name[0] in "aeiou" else "a"
        made["subjects"] = Said(
            (f"{article} {subject.name}",), f"the picture shows {subject.name} ({subject.share:.0%} sure)"
        )
    return made


def colours(pixels: Pixels) -> tuple[str, ...]:
    """Up to five colours of a picture, the most common first, found by k-means in Oklab; what is transparent counts
    nothing."""
    points = _points(pixels)
    if not len(points):
        return ()
    # begun apart: each next centre is the point farthest from those there are (Gonzalez 1985)
    centres = points[np.argsort(points[:, 0], kind="stable")[len(points) // 2]][None]
    while len(centres) < COUNT:
        away = _distances(points, centres).min(axis=1)
        if away.max() < 0.02:
            break
        centres = np.vstack([centres, points[int(away.argmax())]])
    for _ in range(ROUNDS):
        nearest = _distances(points, centres).argmin(axis=1)
        centres = np.array(
            [points[nearest == at].mean(axis=0) if (nearest == at).any() else one for at, one in enumerate(centres)]
        )
    counts = np.bincount(_distances(points, centres).argmin(axis=1), minlength=len(centres))
    order = [at for at in np.argsort(-counts, kind="stable") if counts[at]]
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in srgb(centres[order]))


def _by_light(pixels: Pixels) -> Mapping[CardField, Said]:
    points = _points(pixels)
    light = float(points[:, 0].mean()) if len(points) else 0.5
    if light < DARK:
        return {"time": Said("night", f"the picture is dark (lightness {light:.2f})")}
    if light > BRIGHT:
        return {"time": Said("day", f"the picture is bright (lightness {light:.2f})")}
    return {}


def _points(pixels: Pixels) -> NDArray[np.float64]:
    step = max(1, -(-max(pixels.shape[:2]) // SIDE))
    few = pixels[::step, ::step].reshape(-1, pixels.shape[2])
    if pixels.shape[2] == 4:
        few = few[few[:, 3] >= 128]
    return np.asarray(oklab(np.ascontiguousarray(few[:, :3])), np.float64)


def _distances(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    away: NDArray[np.float64] = np.linalg.norm(points[:, None] - centres[None], axis=2)
    return away
