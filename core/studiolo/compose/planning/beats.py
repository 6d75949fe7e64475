"""Beats of a plot as a graph: which leads to which, its drawing, and the music that goes along. Knows no model."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from studiolo_contract.music import Mood, Section

LONGEST_LINE = 28
"""Characters of a line in a box of the drawing."""


@dataclass(frozen=True)
class Beat:
    """One thing that happens."""

    title: str
    what: str
    tension: float
    """0 calm, 1 the climax."""
    who: tuple[str, ...] = ()
    where: str = ""
    then: tuple[int, ...] = ()
    """The beats that it can lead to, by their places from 0."""


def read(text: str) -> tuple[Beat, ...]:
    """The beats in a writer's answer; none where it is not a list of them.

    A beat leads on to later ones only, so the graph has no ring; one that nothing leads to follows the one before it,
    and one that leads nowhere goes on to the next, but for the last.
    """
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return ()
    count = len(rows)
    ways = [
        sorted({to - 1 for to in _numbers(row.get("then")) if place < to - 1 < count}) for place, row in enumerate(rows)
    ]
    for place in range(count - 1):
        if not ways[place]:
            ways[place] = [place + 1]
        if place + 1 not in {to for way in ways[: place + 1] for to in way}:
            ways[place].insert(0, place + 1)
    return tuple(_beat(row, way) for row, way in zip(rows, ways, strict=True))


def page(beats: tuple[Beat, ...]) -> str:
    """The beats as Markdown: the graph, drawn by Mermaid, and what happens in each."""
    lines = ["```mermaid", "flowchart TD"]
    lines += [f'    b{place + 1}["{_boxed(beat.title, place)}"]' for place, beat in enumerate(beats)]
    lines += [f"    b{place + 1} --> b{to + 1}" for place, beat in enumerate(beats) for to in beat.then]
    lines.append("```")
    for place, beat in enumerate(beats):
        about = [", ".join(beat.who), beat.where, f"tension {beat.tension:g}"]
        leads = ", ".join(f"{to + 1}" for to in beat.then)
        lines += ["", f"## {place + 1}. {beat.title}", "", beat.what, "", f"*{' · '.join(filter(None, about))}*"]
        lines += ["", f"Leads to {leads}."] if leads else []
    return "\n".join(lines) + "\n"


def graph(beats: tuple[Beat, ...]) -> dict[str, Any]:
    """The beats as nodes and edges, for game engines."""
    return {
        "nodes": [
            {
                "id": place + 1,
                "title": beat.title,
                "what": beat.what,
                "who": list(beat.who),
                "where": beat.where,
                "tension": beat.tension,
            }
            for place, beat in enumerate(beats)
        ],
        "edges": [{"from": place + 1, "to": to + 1} for place, beat in enumerate(beats) for to in beat.then],
    }


def sections(beats: tuple[Beat, ...], mood: Mood) -> tuple[Section, ...]:
    """A section of music for each beat: the mood of the whole, its tension as the plot has it."""
    return tuple(Section(prompt=beat.title[:200], mood=_tensed(mood, beat.tension)) for beat in beats[:16])


def _tensed(mood: Mood, tension: float) -> Mood:
    moved = 2.0 * tension - 1.0
    return Mood(
        valence=mood.valence,
        arousal=_within(mood.arousal + 0.5 * moved),
        tension=_within(0.4 * mood.tension + 0.6 * moved),
    )


def _within(degree: float) -> float:
    return round(max(-1.0, min(1.0, degree)), 2)


def _beat(row: dict[str, Any], then: list[int]) -> Beat:
    tension = row.get("tension")
    who = row.get("who")
    return Beat(
        title=_line(row.get("title")) or "Untitled",
        what=_line(row.get("what")),
        tension=min(1.0, max(0.0, float(tension))) if isinstance(tension, (int, float)) else 0.5,
        who=tuple(_line(name) for name in who) if isinstance(who, list) else (),
        where=_line(row.get("where")),
        then=tuple(then),
    )


def _numbers(value: Any) -> tuple[int, ...]:
    return tuple(one for one in value if isinstance(one, int)) if isinstance(value, list) else ()


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _boxed(title: str, place: int) -> str:
    """In a box of Mermaid: no sign that its language has a use for."""
    words, lines = re.sub(r"[\"\[\]{}()<>|#;`]", "", title).split(), [f"{place + 1}."]
    for word in words:
        if len(lines[-1]) + len(word) > LONGEST_LINE:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}"
    return "<br/>".join(lines)
