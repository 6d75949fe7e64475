"""How well the match score tells kits that belong together from shuffled ones, and what it has learned that from.

    scripts/bench match [--home FOLDER] [--learn] [--store] [--ready]

Every brief of `match_kits.py` is composed by the real engines; that takes a quarter of an hour of one core, once. Then
each brief and card is held against its own parts and against those of others. `--learn` fits the calibration on the
briefs that it may see, and writes it; the figures told are of the others. `--store` writes the small set of the test.
"""

from __future__ import annotations

import argparse
import base64
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from scipy.optimize import minimize
from scipy.stats import rankdata

from benchmarks.hardware import write_results
from benchmarks.match_kits import MadeKit, Makers, briefs, made
from studiolo.compose.match.evidence import AXES
from studiolo.compose.match.features import measured
from studiolo.compose.match.likeness import LOUDEST, PARTS, Calibration, Judgement, Likeness, Part, calibration
from studiolo.engines.engine import Task
from studiolo.engines.match import MatchEngine, Perceived, Wanted
from studiolo.engines.picture_judge import PictureJudge
from studiolo.media import midi
from studiolo.media.pictures import decode, measure
from studiolo.models.store import Store
from studiolo_client import discovery
from studiolo_contract.codec import to_plain
from studiolo_contract.compose import MatchRequest
from studiolo_contract.media import Midi, hash_of
from studiolo_contract.music import Mood

TREE = Path(__file__).resolve().parents[1]
CALIBRATION = TREE / "core" / "studiolo" / "compose" / "match" / "calibration.json"
PAGE = TREE / "docs" / "models" / "judge.md"
BEGIN, END = "<!-- match: begin -->", "<!-- match: end -->"
STORED = TREE / "tests" / "studiolo" / "compose" / "match" / "match_kits.json"
LEARNED_FROM = 0.37
"""The share of the briefs that the calibration may see; the others are the test."""
OTHERS = 8
"""Other briefs whose parts are held against each brief."""
PIECES = 120
"""Of music in moods by lot, from which is learned how a mood sounds."""
PENALTY, HEARING_PENALTY = 0.005, 0.05
STORED_KITS = 24
RESAMPLED = 500
TIMED = 5

Odds = dict[Part, float]
Likes = dict[Part, dict[str, float]]


@dataclass(frozen=True)
class Kit:
    """A kit as the judge has it."""

    made: MadeKit
    wanted: Wanted
    parts: dict[Part, Perceived]


# ---- kits


def looked_at(kit: MadeKit, engine: MatchEngine) -> Kit:
    parts: dict[Part, Perceived] = {}
    if text := kit.text.strip():
        parts["text"] = engine.read(text)
    for part, data in (("picture", kit.picture), ("texture", kit.texture)):
        if data:
            parts[part] = engine.see(decode(data, measure(data)))  # type: ignore[index]
    if kit.music:
        parts["music"] = measured(midi.read(kit.music))
    return Kit(kit, engine.wanted(kit.card, kit.brief, music=True), parts)


def compared(kits: Sequence[Kit], engine: MatchEngine) -> list[list[Likes]]:
    """For each kit its brief and card against its own parts, then against those of OTHERS others of the same list."""
    rows = []
    for number, kit in enumerate(kits):
        rng = np.random.default_rng([number, 71])
        strangers = rng.permutation([other for other in range(len(kits)) if other != number])[:OTHERS]
        held = [kit, *(kits[other] for other in strangers)]
        rows.append(
            [
                {part: engine.compared(part, one, kit.wanted).likes for part, one in other.parts.items()}
                for other in held
            ]
        )
    return rows


# ---- what is learned


def hearing(makers: Makers) -> dict[str, tuple[float, ...]]:
    """What each figure of a piece counts for each axis of its mood, by ridge regression."""
    moods = np.random.default_rng(5).uniform(-1, 1, (PIECES, 3))
    pieces = []
    for seed, (valence, arousal, tension) in enumerate(track(moods, "pieces of music")):
        mood = Mood(valence=float(valence), arousal=float(arousal), tension=float(tension))
        pieces.append(measured(midi.read(makers.piece(mood, seed))).vector())
    figures = np.array(pieces)
    middle, spread = figures.mean(0), figures.std(0) + 1e-9
    scaled = np.hstack([(figures - middle) / spread, np.ones((len(figures), 1))])
    penalty = HEARING_PENALTY * len(figures) * np.diag([1.0] * figures.shape[1] + [0.0])
    fitted = np.linalg.solve(scaled.T @ scaled + penalty, scaled.T @ moods)
    weights = fitted[:-1] / spread[:, None]
    constant = fitted[-1] - middle @ weights
    return {
        axis: tuple(round(float(value), 5) for value in [*weights[:, at], constant[at]]) for at, axis in enumerate(AXES)
    }


def learned(rows: Sequence[Sequence[Likes]], heard: dict[str, tuple[float, ...]]) -> Calibration:
    """Logistic regressions: of each part's likenesses, and of the parts' odds."""
    parts = {part: _judgement([[likes[part] for likes in row if part in likes] for row in rows]) for part in PARTS}
    known = Calibration(parts=dict(parts), bias=0.0, hearing=heard)
    odds = [[_odds(known, likes) for likes in row] for row in rows]
    groups = [
        [row[0] for row in odds],
        [kit for row in odds for kit in shuffles(row)],
        [kit for row in odds for part in PARTS for kit in swaps(row, part)],
    ]
    heard_out = [[np.clip(kit.get(part, 0.0), -LOUDEST, LOUDEST) for part in PARTS] for kits in groups for kit in kits]
    counts = np.concatenate(
        [np.full(len(kits), n / len(kits)) for kits, n in zip(groups, (0.5, 0.25, 0.25), strict=True)]
    )
    truth = np.array([float(kits is groups[0]) for kits in groups for _ in kits])
    weights, bias = _logistic(np.array(heard_out), truth, counts)
    return replace(
        known,
        bias=round(bias, 4),
        parts={
            part: replace(parts[part], weight=round(max(float(weight), 0.05), 4))
            for part, weight in zip(PARTS, weights, strict=True)
        },
    )


def _judgement(rows: Sequence[Sequence[Mapping[str, float]]]) -> Judgement:
    """Of one part: in each row its own first, then strangers."""
    names = list(dict.fromkeys(name for row in rows for likes in row for name in likes))
    table = np.array([[likes.get(name, np.nan) for name in names] for row in rows for likes in row])
    truth = np.array([float(at == 0) for row in rows for at in range(len(row))])
    means, spreads = np.nanmean(table, 0), np.nanstd(table, 0) + 1e-6
    counts = np.where(truth == 1, 0.5 / (truth == 1).sum(), 0.5 / (truth == 0).sum())
    weights, bias = _logistic(np.nan_to_num((table - means) / spreads), truth, counts)
    return Judgement(
        likenesses={
            name: Likeness(mean=round(float(m), 4), spread=round(float(s), 4), weight=round(float(w), 4))
            for name, m, s, w in zip(names, means, spreads, weights, strict=True)
        },
        bias=round(bias, 4),
        weight=1.0,
    )


def _logistic(table: NDArray[Any], truth: NDArray[Any], counts: NDArray[Any]) -> tuple[NDArray[Any], float]:
    """Weights, none below 0 since whoever is liker never fits less, and a constant. `counts`: of each row, how much."""

    def loss(values: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        *_, bias = values
        weights = values[:-1]
        odds = table @ weights + bias
        likely = 1 / (1 + np.exp(-odds))
        error = counts * (likely - truth)
        value = counts @ np.logaddexp(0, np.where(truth == 1, -odds, odds)) + PENALTY / 2 * weights @ weights
        return float(value), np.append(table.T @ error + PENALTY * weights, error.sum())

    bounds = [(0, None)] * table.shape[1] + [(None, None)]
    found = minimize(loss, np.zeros(table.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return found[:-1], float(found[-1])


# ---- shuffled kits, and how they are told


def _odds(known: Calibration, likes: Likes) -> Odds:
    return {part: known.parts[part].odds(one) for part, one in likes.items()}


def shuffles(row: Sequence[Odds]) -> list[Odds]:
    """Kits of which each part is of another stranger."""
    strangers = row[1:]
    return [
        {
            part: odds
            for at, part in enumerate(PARTS)
            if (odds := strangers[(n + at) % len(strangers)].get(part)) is not None
        }
        for n in range(len(strangers))
    ]


def swaps(row: Sequence[Odds], part: Part) -> list[Odds]:
    """The kit with this part of a stranger."""
    return [{**row[0], part: stranger[part]} for stranger in row[1:] if part in stranger and part in row[0]]


def auc(real: Sequence[float], other: Sequence[float]) -> float:
    """How often a real one gets more than another one (Hanley and McNeil 1982)."""
    ranks = rankdata([*real, *other])[: len(real)]
    return float((ranks.sum() - len(real) * (len(real) + 1) / 2) / (len(real) * len(other)))


def told(pairs: Sequence[tuple[float, Sequence[float]]]) -> dict[str, float]:
    """The AUC over all briefs, and between what it lies for 95 of 100 draws of as many briefs."""
    rng = np.random.default_rng(3)

    def of(chosen: Sequence[int]) -> float:
        return auc([pairs[at][0] for at in chosen], [other for at in chosen for other in pairs[at][1]])

    drawn = [of(rng.integers(len(pairs), size=len(pairs)).tolist()) for _ in range(RESAMPLED)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"auc": round(of(range(len(pairs))), 3), "from": round(float(low), 3), "to": round(float(high), 3)}


def figures_of(rows: Sequence[Sequence[Likes]], known: Calibration) -> dict[str, Any]:
    """Everything that is told of the briefs of a list."""

    odds = [[_odds(known, likes) for likes in row] for row in rows]
    figures: dict[str, Any] = {
        "briefs": len(rows),
        "all parts of others": told([(known.odds(row[0]), [known.odds(kit) for kit in shuffles(row)]) for row in odds]),
    }
    for part in PARTS:
        there = [row for row in odds if part in row[0]]
        figures[f"{part} of another, the whole kit"] = told(
            [(known.odds(row[0]), [known.odds(kit) for kit in swaps(row, part)]) for row in there]
        )
        figures[f"{part} alone"] = told([(row[0][part], [o[part] for o in row[1:] if part in o]) for row in there])
        for name in known.parts[part].likenesses:
            asked = [row for row in rows if name in row[0].get(part, {})]
            likes = [(r[0][part][name], [o[part][name] for o in r[1:] if name in o.get(part, {})]) for r in asked]
            figures[f"{part} by {name}"] = told(likes)["auc"]
    brief = [
        [
            sum(value for name, value in likes["music"].items() if name.startswith("brief_"))
            for likes in row
            if "music" in likes
        ]
        for row in rows
        if any(name.startswith("brief_") for name in row[0].get("music", {}))
    ]
    figures["music, brief's words alone"] = told([(row[0], row[1:]) for row in brief])
    return figures


def timed(kit: MadeKit, fresh: MatchEngine) -> dict[str, float]:
    """How long a whole kit takes, from its bytes on; and the first one, before which nothing is laid out."""
    files = {hash_of(data): data for data in (kit.picture, kit.texture, kit.music)}
    request = MatchRequest(
        brief=kit.brief,
        card=kit.card,
        text=kit.text,
        picture=measure(kit.picture) if kit.picture else None,
        texture=measure(kit.texture) if kit.texture else None,
        music=Midi(sha256=hash_of(kit.music)),
    )
    seconds = []
    for _ in range(1 + TIMED):
        began = time.perf_counter()
        fresh.run(Task(request, files, lambda emission: None, lambda preview, data: None, lambda: False))
        seconds.append(time.perf_counter() - began)
    return {"first": round(seconds[0], 2), "median": round(median(seconds[1:]), 3)}


def stored(kits: Sequence[Kit], rows: Sequence[Sequence[Likes]]) -> dict[str, Any]:
    """A small set for the test: likenesses of texts and pictures, and the notes of music, of kits and strangers."""
    few = kits[:STORED_KITS]
    return {
        "how": "Written by `scripts/bench match --store`: real kits of its test briefs; of each the likenesses of its "
        "own parts and of those of two other kits, and its music as MIDI.",
        "kits": [
            {
                "brief": kit.made.brief,
                "card": {**to_plain(kit.made.card), "sources": []},
                "felt": to_plain(kit.wanted.felt) if kit.wanted.felt else None,
                "midi": base64.b64encode(kit.made.music).decode(),
                "likes": [{part: _rounded(likes[part]) for part in likes if part != "music"} for likes in row[:3]],
            }
            for kit, row in zip(few, rows, strict=False)
        ],
    }


def _rounded(likes: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in likes.items()}


def table(figures: Mapping[str, Any]) -> str:
    """The figures as the page has them."""
    test, learned_on = figures["test"], figures["calibration"]

    def row(what: str, name: str) -> str:
        one = test[name]
        return f"| {what} | {one['auc']:.2f} ({one['from']:.2f} to {one['to']:.2f}) | {learned_on[name]['auc']:.2f} |"

    said = {"brief": "the brief's meaning", "brief_valence": "valence, by the brief's words"}
    rows = [
        f"| told apart from real kits | {test['briefs']} test briefs | {learned_on['briefs']} calibration briefs |",
        "| --- | --- | --- |",
        row("kits of which every part is another's", "all parts of others"),
        *(row(f"kits of which the {part} alone is another's", f"{part} of another, the whole kit") for part in PARTS),
        *(row(f"the {part} by itself, of another kit", f"{part} alone") for part in PARTS),
        row("the music by itself, by the brief's own words alone", "music, brief's words alone"),
    ]
    shares = ", ".join(f"{part} {weight:.0%}" for part, weight in figures["weights"].items())
    single = []
    for part in PARTS:
        likes = {
            name.removeprefix(f"{part} by "): value for name, value in test.items() if name.startswith(f"{part} by ")
        }
        single.append(f"{part}: " + ", ".join(f"{said.get(name, name)} {value:.2f}" for name, value in likes.items()))
    seconds = figures["a kit judged, s"]
    return "\n".join(
        [
            *rows,
            "",
            f"Shares in the whole: {shares}. What one likeness alone tells, of the test briefs: {'; '.join(single)}.",
            "",
            f"A whole kit takes {seconds['median']:.2f} s, the first one {seconds['first']:.1f} s.",
        ]
    )


def write_page(figures: Mapping[str, Any]) -> None:
    """Puts the table between its marks."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{table(figures)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench match", description=__doc__)
    parser.add_argument("--home", type=Path, default=discovery.home(), help="where the starter models lie")
    parser.add_argument("--learn", action="store_true", help="fit the calibration, and write it")
    parser.add_argument("--ready", action="store_true", help="only kits that have been made already")
    parser.add_argument("--store", action="store_true", help="write the small set of the test")
    chosen = parser.parse_args()
    makers, store = Makers(chosen.home), Store(chosen.home)
    known = Calibration(parts={}, bias=0.0, hearing=hearing(makers)) if chosen.learn else calibration()
    judge = store.find("starter-judge")
    eye = PictureJudge.load(judge.folder)
    engine = MatchEngine(eye, makers.embedder, judge, known)
    if not chosen.ready:
        makers.make(range(len(briefs())))
    kits = [looked_at(kit, engine) for kit in track(made(), "kits")]
    few = round(LEARNED_FROM * len(kits))
    if chosen.learn:
        known = learned(compared(kits[:few], engine), known.hearing)
        CALIBRATION.write_text(json.dumps(to_plain(known), indent=1) + "\n", encoding="utf-8")
    rows = compared(kits[few:], engine)
    figures = {"test": figures_of(rows, known), "calibration": figures_of(compared(kits[:few], engine), known)}
    figures["a kit judged, s"] = timed(kits[0].made, MatchEngine(eye, makers.embedder, judge, known))
    figures["weights"] = {part: round(weight, 3) for part, weight in known.weights(dict.fromkeys(PARTS)).items()}
    if chosen.store:
        STORED.write_text(json.dumps(stored(kits[few:], rows), separators=(",", ":")) + "\n", encoding="utf-8")
    write_page(figures)
    print(json.dumps(figures, indent=1))
    print(write_results("match", figures))


if __name__ == "__main__":
    main()
