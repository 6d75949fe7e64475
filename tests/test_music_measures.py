"""The measures of soundtracks: they see what is wrong, not only what is right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import music_measures as measures
from studiolo.engines.symbolic_music import Piece
from studiolo.music.arranging import arrange
from studiolo.music.measure import measures as bars_of
from studiolo.music.motif import read
from studiolo.music.plan import Wanted, plan
from studiolo.music.players import ensemble
from studiolo.music.vocabulary import Bar, Harmony, Tone
from studiolo_contract.music import Mood, MusicRequest


@pytest.fixture
def piece() -> Piece:
    request = MusicRequest(prompt="x", seconds=8, tempo=120, meter="4/4", seed=1)
    frame = plan(request, [Wanted("", Mood(valence=0.5))], 0, "major")
    tune = (Tone(0, 12, 0), Tone(12, 12, 4), Tone(24, 24, 7))
    bars = [Bar(4 - number, (Harmony(0, 0, ""), Harmony(24, 7, "7")), tune) for number in range(frame.bars - 1)]
    bars.append(Bar(1, (Harmony(0, 0, ""),), (Tone(0, 48, 0),)))
    score = arrange(frame, ensemble("chamber"), bars, 1)
    assert len(bars_of(frame, bars)) == frame.bars
    return Piece(request, frame, tuple(bars), score, (), ())


def test_it_hears_whether_a_piece_comes_home(piece):
    assert measures.cadence(piece)
    away = (*piece.bars[:-1], replace(piece.bars[-1], melody=(Tone(0, 48, 2),)))
    assert not measures.cadence(replace(piece, bars=away, score=arrange(piece.frame, ensemble("chamber"), away, 1)))


def test_it_hears_foreign_tones(piece):
    assert measures.in_key(piece) == 1.0
    foreign = tuple(replace(bar, melody=(Tone(0, 48, 6),)) for bar in piece.bars)
    assert measures.in_key(replace(piece, score=arrange(piece.frame, ensemble("chamber"), foreign, 1))) < 1.0


def test_it_finds_a_motif_by_intervals_and_rhythm(piece):
    assert measures.has_motif(piece, read("D4:1 F#4:1 A4:2"))
    assert not measures.has_motif(piece, read("D4:1 F#4:2 A4:1"))
    assert not measures.has_motif(piece, read("D4:1 F4:1 A4:2"))


def test_it_hears_a_seam(piece):
    time = np.arange(44_100 * 8) / 44_100
    smooth = np.repeat(np.sin(2 * np.pi * 110 * time)[:, None], 2, axis=1).astype(np.float32)
    broken = smooth.copy()
    broken[: 44_100 // 2] = 0.9
    assert measures.seam(piece, smooth)[0] == pytest.approx(1, abs=0.1)
    assert measures.seam(piece, broken)[0] > 3


def test_likeness_and_distance(piece):
    assert measures.likeness(piece, piece) == 1.0
    cloud = np.random.default_rng(0).normal(size=(200, 4))
    assert measures.frechet(cloud, cloud) == pytest.approx(0, abs=1e-6)
    assert measures.frechet(cloud, cloud + 2) == pytest.approx(16, abs=1e-6)
