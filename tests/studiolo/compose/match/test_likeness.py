"""The calibration: what it says of real kits and strangers, and how shares and missing parts are counted."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from studiolo.compose.match.evidence import heard_mood, music_likeness
from studiolo.compose.match.features import measured
from studiolo.compose.match.likeness import PARTS, Part, calibration
from studiolo.media import midi
from studiolo_contract.codec import from_plain
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.music import Mood

KITS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("match_kits.json").read_text(encoding="utf-8"))["kits"]


def with_music(number: int, stranger: int) -> dict[Part, dict[str, float]]:
    """The likenesses of a kit's own parts, or of those of a stranger; its music is listened to again."""
    kit, other = KITS[number], KITS[(number + 5 * stranger) % len(KITS)]
    figures = measured(midi.read(base64.b64decode(other["midi"])))
    card: MoodCard = from_plain(MoodCard, kit["card"])
    felt: Mood | None = from_plain(Mood, kit["felt"]) if kit["felt"] else None
    likes: dict[Part, dict[str, float]] = dict(kit["likes"][stranger])
    likes["music"] = music_likeness(figures, heard_mood(figures, calibration().hearing), card, felt)
    return likes


FLOORS = {"whole": 0.95, "text": 0.9, "picture": 0.75, "texture": 0.7, "music": 0.85}
"""Below what was measured on more than a hundred briefs (docs/models/judge.md), since these are few."""


@pytest.fixture(scope="module")
def judged() -> list[list[dict[Part, dict[str, float]]]]:
    return [[with_music(number, stranger) for stranger in range(3)] for number in range(len(KITS))]


def auc(own: list[float], others: list[float]) -> float:
    """How often one's own is above another's."""
    return sum((one > other) + (one == other) / 2 for one in own for other in others) / (len(own) * len(others))


def test_real_kits_score_above_strangers(judged: list[list[dict[Part, dict[str, float]]]]) -> None:
    scores = [[calibration().whole(likes) for likes in kit] for kit in judged]
    assert auc([kit[0] for kit in scores], [score for kit in scores for score in kit[1:]]) > FLOORS["whole"]


@pytest.mark.parametrize("part", PARTS)
def test_each_part_tells_its_own_from_strangers(part: Part, judged: list[list[dict[Part, dict[str, float]]]]) -> None:
    scores = [[calibration().share(part, likes[part]) for likes in kit if part in likes] for kit in judged]
    assert auc([kit[0] for kit in scores], [score for kit in scores for score in kit[1:]]) > FLOORS[part]


def test_the_shares_of_the_parts_that_are_there_add_up_to_one() -> None:
    known = calibration()
    whole = known.weights(dict.fromkeys(PARTS))
    assert sum(whole.values()) == pytest.approx(1)
    assert min(whole.values()) > 0
    two = known.weights({"text": 1, "music": 1})
    assert sum(two.values()) == pytest.approx(1)
    assert two["text"] / two["music"] == pytest.approx(whole["text"] / whole["music"])


def test_whoever_is_liker_never_scores_less() -> None:
    for judgement in calibration().parts.values():
        assert all(one.weight >= 0 and one.spread > 0 for one in judgement.likenesses.values())


def test_what_cannot_be_told_counts_as_a_usual_one() -> None:
    known = calibration()
    likenesses = known.parts["picture"].likenesses
    usual = {name: one.mean for name, one in likenesses.items()}
    assert known.share("picture", {}) == pytest.approx(known.share("picture", usual))


def test_the_more_parts_fit_the_surer_it_is() -> None:
    known = calibration()
    fits = {part: {n: o.mean + 2 * o.spread for n, o in known.parts[part].likenesses.items()} for part in PARTS}
    one = known.whole({"text": fits["text"]})
    assert 0.5 < one < known.whole(fits) < 1
    assert known.whole({part: {name: -99.0 for name in likes} for part, likes in fits.items()}) > 0
