"""The page of a kit: shows and plays what lies beside it, offline. Knows the kit and its template, and no disk."""

from __future__ import annotations

import io
import json
import re
import time
import wave
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import jinja2
from markdown_it import MarkdownIt

from studiolo.compose.kit.beat_drawing import drawing
from studiolo.compose.kit.colours import accent, is_colour
from studiolo_contract.errors import Problem
from studiolo_contract.kit import PICTURE, SOUND, Kit, KitPart, prose
from studiolo_contract.mood_card import MoodCard

PAPER, INK = "#fbfaf8", "#16171a"
"""The grounds of the page, light and dark."""
PEAKS = 160
"""Bars of a waveform."""
MOST_SOUND = 128 * 2**20
"""Bytes of a sound whose waveform is drawn."""
_MAPS = {
    "basecolor": "Base colour",
    "normal": "Normal",
    "roughness": "Roughness",
    "metallic": "Metallic",
    "height": "Height",
    "ao": "Occlusion",
}
_ORIGINS = {
    "you": "You said so",
    "brief": "From the brief",
    "picture": "From the picture",
    "scene": "From the scene",
    "project": "From the project",
    "model": "The text model",
    "meaning": "Nearest in meaning",
    "rule": "Follows from",
}


_DRAWN = re.compile(r"^```mermaid\n.*?^```\n", re.MULTILINE | re.DOTALL)
"""A graph in the language of a program that the page does without."""
_ENDS = {"valence": ("sorrow", "joy"), "arousal": ("still", "stirred up"), "tension": ("at rest", "hardly to be borne")}
"""What a mood's numbers stand for at -1 and at 1."""


@dataclass(frozen=True)
class Piece:
    """A part as the page shows it."""

    name: str
    kind: str
    label: str
    files: Mapping[str, str]
    """Addresses by name without folder."""
    own: bool = False
    problem: Problem | None = None
    html: str = ""
    """Of a text."""
    beats: str = ""
    """Of a plot: its drawing, as SVG."""
    rows: tuple[tuple[str, str], ...] = ()
    """Of a sheet."""
    picture: str = ""
    preview: str = ""
    maps: tuple[tuple[str, str], ...] = ()
    """What each is called, and its address."""
    sound: str = ""
    score: str = ""
    peaks: tuple[int, ...] = ()
    """Of a sound: 0 to 100."""
    made: tuple[tuple[str, str], ...] = ()
    """How it was made."""


@dataclass(frozen=True)
class Group:
    """What is shown together: the parts of one scene of a storyboard, or of the whole kit."""

    name: str
    pieces: tuple[Piece, ...]

    def of(self, kind: str) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.kind == kind and piece.problem is None)


def page_of(kit: Kit, files: Mapping[str, bytes]) -> str:
    """The page, as HTML; `files` are those of the parts."""
    palette = tuple(colour for colour in kit.card.palette if is_colour(colour))
    pieces = [_piece(part, files) for part in kit.parts]
    cover = next((piece for piece in pieces if piece.picture and piece.kind == "image"), None)
    return _template().render(
        kit=kit,
        title=kit.title or "A kit",
        brief=" ".join(kit.request.brief.split())[:600],
        palette=palette,
        accent=accent(palette, PAPER, "#3d5a80"),
        accent_dark=accent(palette, INK, "#8fb3de"),
        cover=cover,
        groups=_groups(pieces, cover),
        missing=[piece for piece in pieces if piece.problem is not None],
        own=[piece for piece in pieces if piece.own],
        facts=[
            fact for fact in (kit.card.place, kit.card.time, kit.card.weather, kit.card.era, kit.card.style) if fact
        ],
        card=tuple(_card_rows(kit.card)),
        mood=tuple(
            (name.capitalize(), value, *_ENDS[name], _because(kit.card, name))
            for name, value in vars(kit.card.mood).items()
        ),
        pieces=pieces,
        date=time.strftime("%Y-%m-%d", time.localtime(kit.created)),
    )


def peaks_of(data: bytes) -> tuple[int, ...]:
    """The peak of each of `PEAKS` stretches of a WAV file of 16 bits, 0 to 100 and the loudest 100; empty for any
    other sound."""
    if len(data) > MOST_SOUND:
        return ()
    try:
        with wave.open(io.BytesIO(data)) as file:
            if file.getsampwidth() != 2 or not file.getnframes():
                return ()
            samples = array("h", file.readframes(file.getnframes()))
    except (wave.Error, EOFError, ValueError):
        return ()
    size = max(1, len(samples) // PEAKS)
    loud = [
        max(max(part), -min(part)) for part in (samples[at : at + size] for at in range(0, size * PEAKS, size)) if part
    ]
    top = max(loud, default=0) or 1
    return tuple(round(100 * one / top) for one in loud)


def as_html(text: str) -> str:
    """Markdown as HTML, without pictures, links and HTML of its own: it is read, and leads nowhere. Its headings stand
    below the page's."""
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "link", "autolink"])
    tokens = markdown.enable("table").parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return html


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("studiolo.compose.kit", ".")
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("kit_page.html")


def _piece(part: KitPart, files: Mapping[str, bytes]) -> Piece:
    named = {file.name: file.blob.media_type for file in part.files}
    addresses = {name.rpartition("/")[2]: quote(name) for name in named}
    label = part.name.rpartition("/")[2].replace("-", " ").replace("_", " ").capitalize()
    shown: dict[str, Any] = {}
    if part.kind == "text":
        said = [(media_type, files[name].decode("utf-8", "replace")) for name, media_type in named.items()]
        shown["beats"] = next((_beats(text) for kind, text in said if kind == "application/json"), "")
        pages = [prose(text) for kind, text in said if kind != "application/json"]
        shown["html"] = "".join(as_html(_DRAWN.sub("", text) if shown["beats"] else text) for text in pages)
        if not shown["html"]:
            shown["rows"] = tuple(row for _, text in said for row in _rows(text))
    elif part.kind == "image":
        picture = part.main(PICTURE)
        shown["picture"] = quote(picture.name) if picture else ""
    elif part.kind == "texture":
        stems = {name: quote(file.name) for name, file in part.maps.items()}
        shown["preview"] = stems.get("preview", "")
        shown["maps"] = tuple((word, stems[key]) for key, word in _MAPS.items() if key in stems)
    else:
        sound, score = part.main(SOUND), part.main(PICTURE)
        shown["sound"] = quote(sound.name) if sound else ""
        shown["peaks"] = peaks_of(files[sound.name]) if sound else ()
        shown["score"] = quote(score.name) if score else ""
    return Piece(
        name=part.name,
        kind=part.kind,
        label=label,
        files=addresses,
        own=part.own,
        problem=part.problem,
        made=tuple(_made(part)),
        **shown,
    )


def _groups(pieces: list[Piece], cover: Piece | None) -> list[Group]:
    """Scene by scene, and after them what is the whole kit's. The cover is shown above."""
    names = sorted(dict.fromkeys(piece.name.rpartition("/")[0] for piece in pieces), key=lambda name: not name)
    story = len(names) > 1
    groups = [
        Group(
            name.replace("-", " ").replace("/", ", ").capitalize(),
            tuple(piece for piece in pieces if piece.name.rpartition("/")[0] == name and (story or piece is not cover)),
        )
        for name in names
    ]
    return [group for group in groups if any(piece.problem is None for piece in group.pieces)]


def _made(part: KitPart) -> Iterator[tuple[str, str]]:
    if part.own:
        yield "By", "you: it stands as it is"
    if part.recipe is not None:
        yield "Model", f"{part.recipe.model} ({part.recipe.licence})"
        if part.recipe.helpers:
            yield "With", ", ".join(helper.model for helper in part.recipe.helpers)
        if part.recipe.final_prompt and part.kind in ("image", "texture"):
            yield "Prompt", part.recipe.final_prompt
        yield from ((reason.what.capitalize(), f"{reason.value}: {reason.because}") for reason in part.recipe.why[:12])
        yield from (("Note", note) for note in part.recipe.notes)
    if part.seed is not None:
        yield "Seed", str(part.seed)
    if part.follows:
        yield "Follows", ", ".join(part.follows)


def _card_rows(card: MoodCard) -> Iterator[tuple[str, str, str]]:
    """Of each field that says something, but for the mood: its name, what it says, and why."""
    values = {
        "subjects": ", ".join(card.subjects),
        "characters": "; ".join(f"{one.name}: {one.looks}" if one.looks else one.name for one in card.characters),
        "place": card.place,
        "time": card.time,
        "weather": card.weather,
        "palette": ", ".join(card.palette),
        "era": card.era,
        "materials": ", ".join(card.materials),
        "motifs": ", ".join(card.motifs),
        "tempo": "" if card.tempo is None else f"{card.tempo:g} beats a minute",
        "mode": card.mode or "",
        "ensemble": card.ensemble,
        "style": card.style,
    }
    for field, value in values.items():
        if value:
            yield field.capitalize(), value, _because(card, field)


def _because(card: MoodCard, field: str) -> str:
    """Who said so, and why."""
    source = next((source for source in card.sources if source.field == field), None)
    return ": ".join(filter(None, (_ORIGINS[source.origin], source.because))) if source else ""


def _beats(text: str) -> str:
    """The drawing of what a JSON text says, if that is a graph of beats."""
    try:
        found = json.loads(text)
        return drawing(found) if isinstance(found, dict) else ""
    except (ValueError, KeyError, TypeError):
        return ""


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """What a JSON object says, one line for each of its keys."""
    try:
        found = json.loads(text)
    except ValueError:
        yield "", text
        return
    for key, value in (
        found.items() if isinstance(found, dict) else enumerate(found if isinstance(found, list) else [found], 1)
    ):
        yield str(key).replace("_", " ").capitalize(), _said(value)


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(
            f"{key.replace('_', ' ')}: {_said(one)}" for key, one in value.items() if one not in ("", [], None)
        )
    if isinstance(value, list):
        return ("; " if any(isinstance(one, dict) for one in value) else ", ").join(_said(one) for one in value)
    return "" if value is None else str(value)
