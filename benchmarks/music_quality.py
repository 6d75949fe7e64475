"""How good the starter's soundtracks are, measured without a judge: two hundred briefs through the real engine.

    python -m benchmarks.music_quality [--write] [--every 1] [--embed MODULE:FUNCTION --against FOLDER]

Prints a table; `--write` puts it into docs/models/music.md, with score pictures of every twentieth piece beneath it.
Each brief runs once, with its number as the seed: nothing is picked. Every third brief gets a motif, drawn by chance,
every fourth a tempo. `--embed` names a function from sound (samples, 2) at 44.1 kHz to a vector, for whoever has an
audio model: then the Fréchet distance to the WAV files in `--against` is told too (FAD).
"""

from __future__ import annotations

import argparse
import io
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray
from PIL import Image
from rich.progress import track
from scipy.stats import spearmanr

from benchmarks import music_measures as measures
from benchmarks.hardware import write_results
from studiolo.device import best_device
from studiolo.engines.engine import Task
from studiolo.engines.symbolic_music import Piece, SymbolicMusicEngine, load
from studiolo.media import sound
from studiolo.models.store import Store
from studiolo.music import mix, score_picture
from studiolo.music.meaning import between
from studiolo.music.motif import read
from studiolo_client import discovery
from studiolo_contract.music import MusicRequest
from studiolo_starter.composer.measures import evaluate, longest_shared
from studiolo_starter.data import CACHE

TREE = Path(__file__).resolve().parents[1]
BRIEFS = TREE / "benchmarks" / "music_briefs.toml"
PAGE = TREE / "docs" / "models" / "music.md"
PICTURES = TREE / "docs" / "images" / "music"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SHOWN_EVERY = 20
SCALE = ("A3", "C4", "D4", "E4", "G4", "A4", "C5")


@dataclass(frozen=True)
class Made:
    """A brief and what was made of it."""

    text: str
    labels: tuple[float, float, float]
    """Valence, arousal and tension that the writer of the brief expected."""
    request: MusicRequest
    piece: Piece
    length_error: float
    """Milliseconds."""
    loudness: float
    peak: float
    seam: tuple[float, float] | None
    heard: NDArray[np.float32] | None
    """The sound, where it is to be embedded."""


def briefs(every: int) -> list[tuple[MusicRequest, tuple[float, float, float]]]:
    entries = tomllib.loads(BRIEFS.read_text(encoding="utf-8"))
    made = []
    for number, entry in enumerate([*entries["tags"], *entries["prose"]]):
        if number % every:
            continue
        mood = entry["mood"]
        request = MusicRequest(
            prompt=entry["text"],
            seconds=float(entry.get("seconds", 30)),
            ensemble=entry.get("ensemble", ""),
            loop=entry.get("loop", False),
            motif=_motif(number) if number % 3 == 0 and entry.get("seconds", 30) >= 15 else "",
            tempo=float(np.random.default_rng(number).integers(60, 150)) if number % 4 == 1 else None,
            seed=number,
        )
        made.append((request, (mood["valence"], mood["arousal"], mood["tension"])))
    return made


def _motif(number: int) -> str:
    """Four to seven tones, drawn by chance."""
    dice = np.random.default_rng(number)
    tones = dice.choice(SCALE, size=int(dice.integers(4, 8)))
    return " ".join(f"{tone}:{dice.choice([0.5, 1.0, 1.5])}" for tone in tones)


def _task(request: MusicRequest) -> Task:
    return Task(request, {}, lambda event: None, lambda preview, data: None, lambda: False)


def _made(
    engine: SymbolicMusicEngine, request: MusicRequest, labels: tuple[float, float, float], picture: bool, keep: bool
) -> Made:
    request = replace(request, previews=False)
    piece = engine.write(_task(request), request)
    mixed = engine.play(_task(request), request, piece)
    data = sound.encode(mixed.mix, mix.RATE, "wav", "{}", request.loop)
    heard, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    if picture:
        PICTURES.mkdir(parents=True, exist_ok=True)
        drawn = Image.fromarray(score_picture.draw(piece.score, piece.frame, mixed.mix))
        drawn.resize((drawn.width * 2 // 3, drawn.height * 2 // 3), Image.Resampling.LANCZOS).save(
            PICTURES / f"{request.seed:03d}.png", optimize=True
        )
    return Made(
        text=request.prompt,
        labels=labels,
        request=request,
        piece=piece,
        length_error=abs(len(heard) / rate - request.seconds) * 1000,
        loudness=mix.loudness(heard, rate),
        peak=mix.true_peak(heard),
        seam=measures.seam(piece, heard) if request.loop and piece.frame.bars > 2 else None,
        heard=heard if keep else None,
    )


def _rank(one: Sequence[float], other: Sequence[float]) -> float:
    return float(spearmanr(one, other).statistic)


def table(
    made: Sequence[Made], again: Sequence[tuple[Made, Made]], learned: dict[str, float]
) -> list[tuple[str, str, str]]:
    """What, how much, and the aim."""
    sections = [(m, n, between(s.mood, s.until, 0.5)) for m in made for n, s in enumerate(m.piece.frame.sections)]
    valence = [mood.valence for _, _, mood in sections]
    arousal = [mood.arousal for _, _, mood in sections]
    bright = [measures.brightness(m.piece)[n] for m, n, _ in sections]
    free = [(m, n, mood) for m, n, mood in sections if m.request.tempo is None]
    tempo = _rank([mood.arousal for *_, mood in free], [measures.quarters(m.piece)[n] for m, n, _ in free])
    dense = _rank(arousal, [measures.density(m.piece)[n] for m, n, _ in sections])
    asked = [m for m in made if m.request.tempo is not None]
    ended = [m for m in made if not m.request.loop]
    loops = [m.seam for m in made if m.seam is not None]
    motifs = [m for m in made if m.request.motif]
    returns = np.sum([measures.comes_again(m.piece) for m in made], axis=0)
    shared = longest_shared([measures.line(m.piece) for m in made if not m.request.motif], CACHE)
    whole = [m for m in made if m.request.tempo is None]
    kept = {
        loop: [
            max(abs(section.bpm / m.request.tempo - 1) for section in m.piece.frame.sections)
            for m in asked
            if m.request.tempo and m.request.loop == loop
        ]
        for loop in (False, True)
    }
    label = lambda which, value: _rank([m.labels[which] for m in whole], [value(m) for m in whole])  # noqa: E731
    return [
        ("length, largest error", f"{max(m.length_error for m in made):.2f} ms", "<= 10 ms"),
        ("loudness", f"{min(m.loudness for m in made):.2f} to {max(m.loudness for m in made):.2f} LUFS", "-16"),
        ("true peak, highest", f"{max(m.peak for m in made):.2f} dB", "<= -1 dB"),
        ("loop seam beside bar lines inside, amplitude", f"{median(s[0] for s in loops):.2f}", "<= 1"),
        ("the same, spectrum", f"{median(s[1] for s in loops):.2f}", "<= 1"),
        ("notes in key", f"{mean(measures.in_key(m.piece) for m in made):.1%}", ">= 95 %"),
        (
            "tempo asked for, largest deviation: pieces that end; loops, which say so",
            f"{max(kept[False], default=0.0):.1%}; {max(kept[True], default=0.0):.1%}",
            "as asked",
        ),
        ("mode follows valence, rank correlation", f"{_rank(valence, bright):.2f}", ">= 0.8"),
        ("tempo follows arousal", f"{tempo:.2f}", ">= 0.8"),
        ("density follows arousal", f"{dense:.2f}", ">= 0.8"),
        (
            "mode follows the valence that the brief's writer expected",
            f"{label(0, lambda m: mean(measures.brightness(m.piece))):.2f}",
            "",
        ),
        (
            "tempo follows the arousal that the brief's writer expected",
            f"{label(1, lambda m: mean(measures.quarters(m.piece))):.2f}",
            "",
        ),
        ("cadence at the end", f"{mean(measures.cadence(m.piece) for m in ended):.1%}", ">= 95 %"),
        (
            "motif found again",
            f"{mean(measures.has_motif(m.piece, read(m.request.motif)) for m in motifs):.1%} of {len(motifs)}",
            "100 %",
        ),
        ("phrases that return and go on otherwise", f"{returns[1]} of {returns[0]}", ""),
        (
            "bars alike between two seeds of a brief",
            f"{mean(measures.likeness(a.piece, b.piece) for a, b in again):.1%}",
            "few",
        ),
        ("longest run shared with a piece learned from", f"{max(shared)} notes; median {median(shared):.0f}", "<= 12"),
        ("bits a token, held out", f"{learned['held out, bits a token']:.2f}", ""),
        ("of a 3-gram; of chance", f"{learned['of a 3-gram']:.2f}; {learned['of chance']:.2f}", "more"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="only every so manieth brief")
    parser.add_argument("--embed", default="")
    parser.add_argument("--against", type=Path)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    model = Store(discovery.home()).find("starter-composer")
    engine = load(model, best_device())
    wanted = briefs(chosen.every)
    made = [
        _made(engine, request, labels, chosen.write and (request.seed or 0) % SHOWN_EVERY == 0, bool(chosen.embed))
        for request, labels in track(wanted, "writing")
    ]
    again = [
        (one, replace(one, piece=engine.write(_task(other), other)))
        for one in made[::10]
        if not one.request.motif
        for other in [replace(one.request, seed=(one.request.seed or 0) + 10_000, previews=False)]
    ]
    rows = table(made, again, evaluate(CACHE, model.folder))
    if chosen.embed:
        rows.append(("Fréchet distance of the embeddings", f"{_distance(chosen.embed, chosen.against, made):.2f}", ""))
    lines = ["| | | aim |", "| --- | --- | --- |", *(f"| {what} | {much} | {aim} |" for what, much, aim in rows)]
    print("\n".join(lines))
    if chosen.write:
        write_results("music_quality", {what: much for what, much, _ in rows})
        _write(lines, [m for m in made if (m.request.seed or 0) % SHOWN_EVERY == 0])


def _distance(name: str, folder: Path, made: Sequence[Made]) -> float:
    module, _, function = name.partition(":")
    embed = getattr(import_module(module), function)
    theirs = [embed(soundfile.read(file, dtype="float32", always_2d=True)[0]) for file in sorted(folder.glob("*.wav"))]
    return measures.frechet(np.array([embed(m.heard) for m in made]), np.array(theirs))


def _write(lines: list[str], shown: Sequence[Made]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    for one in shown:
        said: dict[str, Any] = {reason.what: reason.value for reason in one.piece.why}
        facts = f"{one.request.seconds:g} s, {said['ensemble']}, {said['key']} {one.piece.frame.sections[0].mode}"
        lines += ["", f"**{one.text}** ({facts})", "", f"![](../images/music/{one.request.seed:03d}.png)"]
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
