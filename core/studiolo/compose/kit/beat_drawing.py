"""The beats of a plot drawn as SVG, for a page without scripts for graphs. Knows the graph as `beats.graph` has it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

WIDE, HIGH, GAP = 340, 46, 26
"""A box, and what is between two of them, in units of the drawing."""
FURTHER = 34
"""How far to the right a way over one box swings, and again for each more."""
LONGEST = 40
"""Signs of a title that fit into a box."""


def drawing(graph: Mapping[str, Any]) -> str:
    """A box for each beat from the top, and an arrow for each way on; colours are the page's. Empty where it is no
    graph of beats."""
    nodes, edges = graph.get("nodes"), graph.get("edges")
    if not isinstance(nodes, list) or not isinstance(edges, list) or not nodes:
        return ""
    place = {node["id"]: index for index, node in enumerate(nodes)}
    ways = [(place[edge["from"]], place[edge["to"]]) for edge in edges]
    right = WIDE + FURTHER * max((to - start for start, to in ways), default=1) + 8
    height = len(nodes) * (HIGH + GAP) - GAP
    drawn = "".join(_way(start, to) for start, to in ways) + "".join(_box(at, node) for at, node in enumerate(nodes))
    said = "; ".join(f"{start + 1} leads to {to + 1}" for start, to in ways)
    return (
        f'<svg class="beats" viewBox="-2 -2 {right + 4} {height + 4}" role="img" aria-label="{escape(said)}">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 8 4 0 8z"/></marker></defs>{drawn}</svg>'
    )


def _box(at: int, node: Mapping[str, Any]) -> str:
    title = str(node.get("title", ""))
    shown = title if len(title) <= LONGEST else f"{title[:LONGEST].rsplit(' ', 1)[0]} …"
    top = at * (HIGH + GAP)
    return (
        f'<rect y="{top}" width="{WIDE}" height="{HIGH}" rx="10"/>'
        f'<text x="16" y="{top + HIGH / 2 + 5}"><tspan class="number">{at + 1}</tspan> {escape(shown)}</text>'
    )


def _way(start: int, to: int) -> str:
    bottom, top = start * (HIGH + GAP) + HIGH, to * (HIGH + GAP)
    if to == start + 1:
        return f'<path class="way" d="M{WIDE / 2} {bottom} V{top}"/>'
    swing = WIDE + FURTHER * (to - start)
    begin, end = bottom - HIGH / 2, top + HIGH / 2
    return f'<path class="way" d="M{WIDE} {begin} C{swing} {begin} {swing} {end} {WIDE} {end}"/>'
