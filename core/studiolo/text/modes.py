"""The modes: what a writer can ask for, one file each in `modes/`. Knows no model, no style and no prompt.

A mode is words, not code: to add one, add a file. Read with tomllib alone, so that the daemon may ask which there are.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from studiolo_contract.codec import from_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.text import Sampling


@dataclass(frozen=True)
class Example:
    """A request and a good answer to it, for a model that writes better when it is shown."""

    text: str
    answer: str
    instruction: str = ""
    poem: str = ""
    """The kind of poem that it shows; empty for any."""
    when: str = ""
    """A regular expression: it is shown where the person's instruction has a match, and then in place of those without.
    Empty for whatever is asked."""


@dataclass(frozen=True)
class Opening:
    """How to ask when the person's text is not a brief but the first words of the answer itself."""

    ask: str
    """What the model is asked; `{text}` stands for the person's text."""
    small_ask: str
    """The same for a small model, whose answer is begun with the person's text."""
    always: bool
    """Whether every text is an opening in this mode; otherwise the text decides."""


@dataclass(frozen=True)
class Mode:
    """What one kind of writing needs: the request in words, examples, length, form, and what to strip."""

    name: str
    summary: str
    """For a person who chooses between modes."""
    system: str
    """Who the writer is."""
    ask: str
    """What a model is asked; `{text}` stands for the person's text, `{count}`, `{poem}` and `{speakers}` for
    what is read out of it."""
    small_ask: str
    """The same for a small model, in fewer words; empty where `ask` is short enough."""
    opening: Opening | None
    """How to ask when the text is the beginning of what is wanted; None where it never is."""
    examples: tuple[Example, ...]
    strip: tuple[str, ...]
    """Labels that the answer may begin with and should not ("Story:"), as regular expressions."""
    stops: tuple[str, ...]
    """The answer ends before the first of these."""
    max_tokens: int
    length: float
    """Longest answer as a multiple of the text, for modes that work on a passage; 0 where the text is a brief."""
    words: tuple[float, float]
    """Fewest and most words of a good answer, as multiples of the text's; 0 and 0 where the text is a brief."""
    form: str
    """prose, verse, fountain, dialogue, list, shots, notes or json; free where nothing is added to what was said."""
    count: int
    """Items, turns, exchanges or shots, where the person names no number; 0 where it is free."""
    sentences: bool
    """Whether the items of the list are sentences."""
    speakers: tuple[str, ...]
    """Who talks, where the person names nobody."""
    labels: tuple[str, ...]
    """What the lines of notes begin with."""
    small_sampling: Sampling
    """How a small model's sampling differs from its own in this mode: names want more surprise, rewriting less."""
    json_schema: str
    """The schema of the answer as JSON; empty where it is not JSON."""


def mode_names() -> tuple[str, ...]:
    """Every mode there is, by name, in alphabetical order."""
    return _names("modes")


@cache
def read_mode(name: str) -> Mode:
    """The mode of that name. Raises `StudioloError` (`bad_request`) when there is none."""
    if name not in mode_names():
        raise StudioloError(
            "bad_request", f"There is no mode called '{name:.64}'.", f"Choose one of: {', '.join(mode_names())}."
        )
    page = _page("modes", name)
    schema = page.get("json_schema")
    opening = page.get("opening")
    return Mode(
        name=name,
        summary=page["summary"],
        system=page["system"],
        ask=page["ask"].strip(),
        small_ask=page.get("small_ask", "").strip(),
        opening=Opening(
            ask=opening["ask"].strip(), small_ask=opening["small_ask"].strip(), always=opening.get("always", False)
        )
        if opening
        else None,
        examples=tuple(
            Example(
                text=shown["text"].strip(),
                answer=shown["answer"].strip(),
                instruction=shown.get("instruction", ""),
                poem=shown.get("poem", ""),
                when=shown.get("when", ""),
            )
            for shown in page.get("example", [])
        ),
        strip=tuple(page.get("strip", [])),
        stops=tuple(page.get("stops", [])),
        max_tokens=page["max_tokens"],
        length=page.get("length", 0.0),
        words=tuple(page.get("words", (0.0, 0.0))),
        form=page["form"],
        count=page.get("count", 0),
        sentences=page.get("sentences", False),
        speakers=tuple(page.get("speakers", [])),
        labels=tuple(page.get("labels", [])),
        small_sampling=from_plain(Sampling, page.get("small_sampling", {})),
        json_schema=json.dumps(schema, ensure_ascii=False) if schema else "",
    )


def _names(folder: str) -> tuple[str, ...]:
    pages = files("studiolo.text").joinpath(folder).iterdir()
    return tuple(sorted(page.name.removesuffix(".toml") for page in pages if page.name.endswith(".toml")))


def _page(folder: str, name: str) -> dict[str, Any]:
    return tomllib.loads(files("studiolo.text").joinpath(folder, f"{name}.toml").read_text(encoding="utf-8"))
