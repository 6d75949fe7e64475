# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames and markers as a soundtrack sees them: how long a range lasts, which mood begins where. Knows no Blender."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studiolo_contract.music import Section

from ..task import bad

SHORTEST, LONGEST = 1.0, 600.0
"""Seconds of a soundtrack."""
SECTION = 0.5
"""Seconds that a mood lasts at least."""
MOST = 16
"""Moods of a soundtrack."""
WORDS = 2_000
"""Characters that say what a section feels like, at most."""
_UNNAMED = re.compile(r"(?:F_-?\d+|Marker)?(?:\.\d{3})?")
"""What Blender calls a marker that nobody has given a name."""


def seconds(frames: int, fps: int, fps_base: float) -> float:
    """How long so many frames last, by the two numbers that Blender keeps of a frame rate."""
    return frames * fps_base / fps


def checked_seconds(start: int, end: int, fps: int, fps_base: float) -> float:
    """How long the range lasts, its last frame included. Raises `StudioloError` where no soundtrack can."""
    if end < start:
        raise bad(f"The range ends at frame {end}, before it starts at {start}.", "Set its end behind its start.")
    length = seconds(end - start + 1, fps, fps_base)
    told = f"Frames {start} to {end} last {length:.2f} s"
    if length < SHORTEST:
        raise bad(f"{told}, and a soundtrack at least {SHORTEST:g} s.", "Take a longer range.")
    if length > LONGEST:
        raise bad(f"{told}, and a soundtrack at most {LONGEST:g} s.", "Score a shorter range, then the next one.")
    return length


def sections(
    markers: Sequence[tuple[int, str]], start: int, end: int, fps: int, fps_base: float, brief: str
) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """The moods of a frame range, and what a person should know of them.

    A marker is its frame and its name; the name says how it feels from there on, and the brief how it feels before the
    first one. Markers outside the range, and those that nobody named, say nothing. Without any there are no sections,
    and the brief speaks for itself. Raises `StudioloError` where there are too many.
    """
    named: dict[int, str] = {}
    for frame, name in markers:
        if start <= frame <= end and not _UNNAMED.fullmatch(name.strip()):
            named[frame] = f"{named[frame]}, {name.strip()}" if frame in named else name.strip()
    if not named:
        return (), ()
    first, notes = min(named), []
    told = named.pop(first) if seconds(first - start, fps, fps_base) < SECTION else brief.strip()
    begins = [(start, told)]
    for frame, words in sorted(named.items()):
        if seconds(frame - begins[-1][0], fps, fps_base) < SECTION:
            notes.append(f"The marker '{words}' is passed over: it stands right behind where another mood begins.")
        elif seconds(end + 1 - frame, fps, fps_base) < SECTION:
            notes.append(f"The marker '{words}' is passed over: it stands right before the end.")
        else:
            begins.append((frame, words))
    if len(begins) > MOST:
        raise bad(
            f"The markers from frame {start} to {end} make {len(begins)} moods, and a soundtrack has at most {MOST}.",
            "Score a shorter range, or do without the markers.",
        )
    ends = [frame for frame, _ in begins[1:]] + [end + 1]
    return tuple(
        Section(prompt=words[:WORDS], seconds=seconds(until - frame, fps, fps_base))
        for (frame, words), until in zip(begins, ends, strict=True)
    ), tuple(notes)
