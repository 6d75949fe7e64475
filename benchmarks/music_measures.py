"""What can be measured of a soundtrack without a judge: its notes, its end, its seam, its form. Knows no brief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studiolo.engines.symbolic_music import Piece
from studiolo.music.arranging import SWUNG
from studiolo.music.composing import LEADING
from studiolo.music.mix import RATE
from studiolo.music.score import BAR, BEAT, Note
from studiolo.music.theory import MODES, SCALES
from studiolo.music.vocabulary import lowest_tonic

RAISED = {"minor": {11, 9}, "dorian": {11}, "mixolydian": {11}, "phrygian": {11}, "lydian": set(), "major": set()}
"""Tones that belong to a mode's cadences beside its scale: the leading tone, and in minor the sixth that goes to it."""
FRAME = 1024
"""Samples of the spectra that are held against each other."""


def melody(piece: Piece) -> tuple[Note, ...]:
    """All tones of the part or parts that have the melody, in time; swung eighths as they are written."""
    tones = [note for part in piece.score.parts if part.role == "melody" for note in part.notes]
    straight = [
        replace(note, begin=note.begin - SWUNG if note.begin % 12 == 6 + SWUNG else note.begin) for note in tones
    ]
    return tuple(sorted(straight, key=lambda note: note.begin))


def in_key(piece: Piece) -> float:
    """The share of all tones that belong to the mode of their section."""
    full, inside, count = BAR[piece.frame.meter], 0, 0
    for part in piece.score.parts:
        for note in () if part.drums else part.notes:
            bar = min(note.begin // full, piece.frame.bars - 1)
            mode = piece.frame.section_of(bar).mode
            tone = (note.pitch - piece.frame.tonic) % 12
            inside += tone in SCALES[mode] or tone in RAISED[mode]
            count += 1
    return inside / count


def cadence(piece: Piece) -> bool:
    """Whether it ends at home: the chord that leads there before, then the tonic in bass and melody, held."""
    full, tonic = BAR[piece.frame.meter], piece.frame.tonic
    last = (piece.frame.bars - 1) * full
    chords = [chord for chord in piece.score.chords if chord.begin <= last]
    home = chords[-1].begin == last and chords[-1].pitches[0] == tonic
    root, _ = LEADING[piece.frame.sections[-1].mode]
    led = len(chords) < 2 or chords[-2].pitches[0] == (tonic + root) % 12
    bass = [note for part in piece.score.parts if part.role == "bass" for note in part.notes if note.begin >= last]
    tune = [note for note in melody(piece) if note.begin >= last]
    rests = bool(tune) and tune[-1].pitch % 12 == tonic and tune[-1].length >= full // 2
    return home and led and rests and (not bass or bass[0].pitch % 12 == tonic)


def brightness(piece: Piece) -> list[float]:
    """Of each section: 1 for the brightest mode, 0 for the darkest."""
    return [1 - MODES.index(section.mode) / (len(MODES) - 1) for section in piece.frame.sections]


def quarters(piece: Piece) -> list[float]:
    """The tempo of each section, in quarters a minute."""
    return [section.bpm * BEAT[piece.frame.meter] / 12 for section in piece.frame.sections]


def density(piece: Piece) -> list[float]:
    """Tones a second of each section, all parts together."""
    full = BAR[piece.frame.meter]
    made = []
    for section in piece.frame.sections:
        begin, end = section.first * full, (section.first + section.bars) * full
        tones = sum(begin <= note.begin < end for part in piece.score.parts for note in part.notes)
        made.append(tones / (piece.score.at(end) - piece.score.at(begin)))
    return made


def has_motif(piece: Piece, motif: Sequence[Note]) -> bool:
    """Whether the melody has it: its intervals, and the times between its tones."""
    tones = melody(piece)
    wanted = [(b.pitch - a.pitch, b.begin - a.begin) for a, b in pairwise(motif)]
    moves = [(b.pitch - a.pitch, b.begin - a.begin) for a, b in pairwise(tones)]
    return any(moves[at : at + len(wanted)] == wanted for at in range(len(moves) - len(wanted) + 1))


def comes_again(piece: Piece) -> tuple[int, int]:
    """How many phrases are returns, and how many of those go on otherwise than what they return to."""
    frame = piece.frame
    returns = [phrase for phrase in frame.phrases if phrase.returns is not None]
    changed = 0
    for phrase in returns:
        first = frame.phrases[phrase.returns or 0]
        mine = [one.melody for one in piece.bars[phrase.first : phrase.first + phrase.bars]]
        theirs = [one.melody for one in piece.bars[first.first : first.first + first.bars]]
        changed += mine != theirs
    return len(returns), changed


def likeness(one: Piece, other: Piece) -> float:
    """The share of bars of the one whose melody stands in the other too."""
    theirs = {bar.melody for bar in other.bars if bar.melody}
    mine = [bar.melody for bar in one.bars if bar.melody]
    return sum(bar in theirs for bar in mine) / max(1, len(mine))


def frechet(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """Fréchet distance between two clouds of embeddings (clips x size): with an audio model's embeddings the FAD of
    Kilgour et al. 2019. Which model is the caller's to say; none can be shipped."""
    from scipy.linalg import sqrtm

    shift = ours.mean(0) - theirs.mean(0)
    one, other = np.cov(ours, rowvar=False), np.cov(theirs, rowvar=False)
    return float(shift @ shift + np.trace(one + other - 2 * np.real(sqrtm(one @ other))))


def line(piece: Piece) -> list[tuple[int, int]]:
    """Pitch and length of the tones of the melody, as they were written."""
    base = lowest_tonic(piece.frame.tonic)
    return [(base + tone.pitch, tone.length) for bar in piece.bars for tone in bar.melody]


def seam(piece: Piece, sound: NDArray[np.float32]) -> tuple[float, float]:
    """How the end runs into the beginning, beside how the music runs over its own bar lines (1 is their median): the
    jump from sample to sample, and that from spectrum to spectrum."""
    lines = [round(piece.score.at(begin) * RATE) for begin in piece.score.bars[1:]]
    round_about = np.concatenate([sound, sound])
    mono = round_about.mean(1)

    def jumps(at: int) -> tuple[float, float]:
        amplitude = float(np.abs(np.diff(round_about[at - 8 : at + 8], axis=0)).max())
        before, after = (np.abs(np.fft.rfft(mono[b : b + FRAME] * np.hanning(FRAME))) for b in (at - FRAME, at))
        return amplitude, float(np.linalg.norm(after - before))

    inside = np.array([jumps(at) for at in lines])
    mine = np.array(jumps(len(sound)))
    amplitude, spectrum = mine / np.maximum(np.median(inside, axis=0), 1e-9)
    return float(amplitude), float(spectrum)
