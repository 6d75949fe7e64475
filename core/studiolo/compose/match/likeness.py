"""From how like its brief and card each part of a kit is, to how likely it belongs to them. Pure arithmetic.

What a likeness is worth was learned from kits whose parts were shuffled: `calibration.json`, which
`benchmarks/match.py` writes, holds a logistic regression for each part, and what each part's odds count in the whole.
Knows no model, and nothing of how a likeness comes about.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from studiolo_contract.codec import from_plain

Part = Literal["text", "picture", "texture", "music"]
PARTS: tuple[Part, ...] = get_args(Part)

Evidence = Mapping[str, float]
"""Likenesses by name, each the more the liker. What can't be told is left out."""

MOST_ODDS, LOUDEST = 6.0, 3.0
"""The logarithms of the odds beyond which nobody is surer, and beyond which no part outvotes the others."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """What one kind of likeness says."""

    mean: float
    spread: float
    """Its usual value among parts that belong and parts that don't, and its standard deviation."""
    weight: float
    """What one standard deviation adds to the logarithm of the odds."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """How one part is judged."""

    likenesses: dict[str, Likeness]
    bias: float
    weight: float
    """What its odds count in the whole."""

    def odds(self, evidence: Evidence) -> float:
        """The logarithm of the odds that the part belongs. A likeness that can't be told counts as a usual one."""
        known = {name: evidence[name] for name in self.likenesses if name in evidence}
        return self.bias + sum(
            one.weight * (known[name] - one.mean) / one.spread for name, one in self.likenesses.items() if name in known
        )


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """All that was learned from shuffled kits."""

    parts: dict[str, Judgement]
    bias: float
    """What is taken from the odds of all parts together: a kit with one wrong part does not fit."""
    hearing: dict[str, tuple[float, ...]]
    """For valence, arousal and tension: what each figure of a piece of music counts, and a constant at the end."""

    def share(self, part: Part, evidence: Evidence) -> float:
        """How likely this part belongs, 0 to 1."""
        return _likely(self.parts[part].odds(evidence))

    def whole(self, evidence: Mapping[Part, Evidence]) -> float:
        """How likely all these parts were made for brief and card, 0 to 1. Each adds what it knows, so the more parts
        there are, the surer it is."""
        return _likely(self.odds({part: self.parts[part].odds(one) for part, one in evidence.items()}))

    def odds(self, parts: Mapping[Part, float]) -> float:
        """The logarithm of the odds that all these parts belong, from those that each does."""
        everything = sum(judgement.weight for judgement in self.parts.values())
        return sum(
            self.parts[part].weight * (max(-LOUDEST, min(LOUDEST, odds)) + self.bias / everything)
            for part, odds in parts.items()
        )

    def weights(self, given: Mapping[Part, object]) -> dict[Part, float]:
        """The share of each given part in the whole; they add up to 1."""
        total = sum(self.parts[part].weight for part in given)
        return {part: self.parts[part].weight / total for part in given}


@cache
def calibration() -> Calibration:
    """The one that comes with Studiolo."""
    page = files("studiolo.compose.match").joinpath("calibration.json").read_text(encoding="utf-8")
    return from_plain(Calibration, json.loads(page))


def _likely(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-MOST_ODDS, min(MOST_ODDS, odds))))
