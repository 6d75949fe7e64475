"""Words of English by what they do, and the most common words of some languages. Knows no sentence.

They stand in `english.toml`, where a person can check them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def listed(name: str) -> frozenset[str]:
    """The list of that name."""
    return _read()[0][name]


def languages() -> Mapping[str, frozenset[str]]:
    """For each language the words by which it is told."""
    return _read()[1]


@cache
def _read() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    page = tomllib.loads(files("studiolo.compose.card").joinpath("english.toml").read_text(encoding="utf-8"))
    tongues = page.pop("languages")
    return _lists(page), _lists(tongues)


def _lists(page: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {name: frozenset(listed.split()) for name, listed in page.items()}
