# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything the plugin says to a painter, in the language that Krita runs in.

The English words are `words.en.json`: one table of keys, in groups by where they appear. A translation is a file of
the same keys beside it, `words.de.json` or `words.pt_BR.json`; what it lacks, or what does not fill in, is said in
English. Knows who says something no more than who hears it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
NAMES: dict[str, str] = {"background": "replace_background", "expand": "expand_canvas", "upscale": "upscale_canvas",
                         "texture": "make_texture", "music": "compose", "kit": "compose_kit"}  # fmt: skip
"""Where a kind of job goes by another name among the words."""


@dataclass(frozen=True)
class Words:
    """Sentences by key, with `{places}` to fill in."""

    english: Mapping[str, str]
    translated: Mapping[str, str]

    def say(self, key: str, /, **values: object) -> str:
        """The words for `key`, with each `{place}` replaced by the value of that name. Raises KeyError for a key that
        the English table has not, or a place without a value."""
        try:
            return self.translated[key].format(**values)
        except (LookupError, ValueError):
            return self.english[key].format(**values)


def read(folder: Path, languages: tuple[str, ...]) -> Words:
    """The tables in `folder`: English, and the first of `languages` (`de_AT`, `de`) that is there and can be read."""
    english = _table(folder / "words.en.json")
    for language in languages:
        if language == "en":
            break
        try:
            return Words(english, _table(folder / f"words.{language}.json"))
        except (OSError, ValueError):
            continue
    return Words(english, {})


def languages(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The languages that a person wants, best first, each with its country and then without: Krita sets the usual
    variables to the language that was chosen in its menu."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        asked = [
            name.split(".")[0].split("@")[0].replace("-", "_") for name in environment.get(variable, "").split(":")
        ]
        if any(asked):
            return tuple(dict.fromkeys(form for name in asked if name for form in (name, name.split("_")[0])))
    return ()


def _table(file: Path) -> dict[str, str]:
    """The groups of a file as one table. Raises OSError, or ValueError where it is no such file."""
    groups = json.loads(file.read_text("utf-8"))
    if not isinstance(groups, dict) or not all(isinstance(group, dict) for group in groups.values()):
        raise ValueError(f"{file.name} must be groups of keys")
    return {key: str(text) for group in groups.values() for key, text in group.items()}


say = read(FOLDER, languages(os.environ)).say


def name_of(kind: str) -> str:
    """What a painter calls it."""
    return say(NAMES.get(kind, kind))
