"""Draws a piece: its notes part by part, chords and sections, the way of the mood, and the outline of its sound.

Knows scores and pixels; knows no model.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from studiolo.music.plan import Plan
from studiolo.music.score import Score

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
WIDTH = 1200
MARGIN, GUTTER = 16, 118
"""Pixels around, and for the names of the parts."""
LANE = 92
"""Pixels of a part."""
DRUM_LANE = 48
WAVE = 72
HEAD = 74
PAPER, INK, FAINT, BAR_LINE = (250, 249, 246), (38, 40, 48), (128, 130, 140), (224, 222, 216)
COLOURS = {
    "melody": (196, 62, 60),
    "answer": (222, 138, 48),
    "chords": (82, 140, 84),
    "pad": (92, 134, 190),
    "bass": (108, 84, 160),
    "drums": (90, 92, 100),
}
CURVES = {"valence": (214, 160, 38), "arousal": (196, 62, 60), "tension": (108, 84, 160)}


def draw(score: Score, plan: Plan, sound: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(height, width, 3). `sound` is (samples, 2)."""
    lanes = [(part, DRUM_LANE if part.drums else LANE) for part in score.parts]
    height = 2 * MARGIN + HEAD + sum(tall for _, tall in lanes) + WAVE
    page = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(page)
    font, small = ImageFont.load_default(14), ImageFont.load_default(11)
    left, right = MARGIN + GUTTER, WIDTH - MARGIN

    def x(seconds: float) -> float:
        return left + (right - left) * seconds / score.seconds

    bottom = MARGIN + HEAD + sum(tall for _, tall in lanes)
    for number, line in enumerate(score.bars):
        at = x(score.at(line))
        pen.line((at, MARGIN + HEAD - 14, at, bottom), fill=BAR_LINE)
        if number % 4 == 0:
            pen.text((at + 2, bottom + 1), str(number + 1), FAINT, small)
    for stretch in score.stretches:
        at, end = x(score.at(stretch.begin)), x(score.at(stretch.end))
        pen.line((at, MARGIN, at, bottom + WAVE), fill=FAINT)
        pen.text((at + 4, MARGIN), _fitting(stretch.name, end - at, font), INK, font)
    _curves(pen, score, plan, x, MARGIN + 20, small)
    last_end = 0.0
    for chord in score.chords:
        at = x(score.at(chord.begin))
        if at >= last_end:
            pen.text((at + 1, MARGIN + HEAD - 14), chord.name, INK, small)
            last_end = at + pen.textlength(chord.name, small) + 3
    top = MARGIN + HEAD
    for part, tall in lanes:
        _lane(pen, part.name, top, tall, font)
        pitches = [note.pitch for note in part.notes]
        low, high = min(pitches) - 1, max(pitches) + 1
        colour = COLOURS[part.role]
        for note in part.notes:
            y = top + 6 + (tall - 14) * (high - note.pitch) / max(1, high - low)
            begin, end = x(score.at(note.begin)), x(score.at(note.end))
            shade = 0.35 + 0.65 * note.velocity / 127
            fill = tuple(round(255 - (255 - channel) * shade) for channel in colour)
            pen.rectangle((begin, y, max(begin + 2, end - 1), y + (4 if not part.drums else 3)), fill=fill)
        top += tall
    _wave(pen, sound, left, right, bottom + 14, WAVE - 14)
    return np.asarray(page)


def outline(sound: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The same of a piece that has no notes: only how its sound goes, left and right ends at the page's margins."""
    page = Image.new("RGB", (WIDTH, 2 * MARGIN + 2 * WAVE), PAPER)
    _wave(ImageDraw.Draw(page), sound, MARGIN, WIDTH - MARGIN, MARGIN, 2 * WAVE)
    return np.asarray(page)


def waveform(sound: NDArray[np.float32], parts: int) -> list[float]:
    """The peak of each of so many equal parts."""
    return [float(np.abs(part).max(initial=0.0)) for part in np.array_split(sound, parts)]


def _lane(pen: ImageDraw.ImageDraw, name: str, top: int, tall: int, font: Font) -> None:
    pen.line((MARGIN, top, WIDTH - MARGIN, top), fill=BAR_LINE)
    pen.text((MARGIN, top + tall // 2 - 8), _fitting(name, GUTTER - 6, font), INK, font)


def _fitting(words: str, width: float, font: Font) -> str:
    while words and font.getlength(words) > width - 8:
        words = words[:-2].rstrip() + "…" if len(words) > 2 else ""
    return words


def _curves(
    pen: ImageDraw.ImageDraw, score: Score, plan: Plan, x: Callable[[float], float], top: int, font: Font
) -> None:
    tall = 34
    for number, (name, colour) in enumerate(CURVES.items()):
        pen.text((MARGIN, top + 12 * number - 4), name, colour, font)
        points = []
        for bar, begin in enumerate(score.bars):
            value = getattr(plan.mood_at(bar), name)
            for tick in (begin, begin + score.length // max(1, len(score.bars)) - 1):
                points.append((x(score.at(tick)), top + tall * (1 - (value + 1) / 2)))
        if len(points) > 1:
            pen.line(points, fill=colour, width=2)


def _wave(pen: ImageDraw.ImageDraw, sound: NDArray[np.float32], left: int, right: int, top: int, tall: int) -> None:
    middle = top + tall / 2
    for column, peak in enumerate(waveform(sound, right - left)):
        half = peak * tall / 2
        pen.line((left + column, middle - half, left + column, middle + half), fill=COLOURS["pad"])
