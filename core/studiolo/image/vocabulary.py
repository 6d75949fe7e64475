"""Which things in a prompt a small model has never seen. Knows words, and no model.

A model that was taught a closed list of things brings the list along as `vocabulary.json`: objects and lists of the
words and phrases for them, in any nesting. What stands where a thing would be named ("an old accordion", "accordion on
a beach") and is not on the list is reported. It reads plain English, and rather misses a word than cries wolf.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from studiolo_contract.errors import StudioloError

WORD = re.compile(r"[a-z][a-z'’-]*|[^\sa-z]")

BREAKS = frozenset(
    WORD.findall(
        "a an the this that these those some any no each every another my your his her its our their one two "
        "three four five six seven eight nine ten many several few of in on at by with without under over "
        "above below near beside between behind before after inside outside into onto from to for through "
        "across along around against among beneath beyond down up off out towards upon within and or but nor "
        "so as than like while where when who which is are was were be been being am has have had do does did "
        "it he she they i we you there here not very"
    )
)
"""Words between which things are named."""

PLAIN = frozenset(
    WORD.findall(
        "picture painting photo photograph image scene view background foreground distance middle center "
        "centre left right top bottom side front back edge corner rest part way kind sort style art artwork "
        "artist illustration drawing sketch light lights shadow shadows colour color colours colors tone "
        "tones mood atmosphere detail details quality resolution time day season weather air world nature "
        "texture seamless surface material "
        "landscape something nothing someone everything close-up closeup close seen far away"
    )
)
"""Nouns and the like that name nothing to be painted."""

DESCRIBING = frozenset(
    WORD.findall(
        "red orange yellow green blue purple violet pink brown black white grey gray golden gold silver dark "
        "bright pale big small large little old new young wild tall huge open deep strange thick falling "
        "lonely beautiful good"
    )
)
"""Words that may be known and still say nothing about the thing that follows; so do those in -y."""


@dataclass(frozen=True)
class Vocabulary:
    """The words that a model knows, each in the singular too."""

    words: frozenset[str]

    @classmethod
    def read(cls, file: Path) -> Vocabulary:
        """Raises `StudioloError` (`bad_model`) when the file is no vocabulary."""
        try:
            content = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise StudioloError("bad_model", f"{file.name} can't be read: {error}.", "Pull the model again.") from error
        found = (word for text in _texts(content) for word in WORD.findall(text.lower()))
        return cls(frozenset(form for word in found for form in (word, *singulars(word))))

    def unknown(self, prompt: str) -> tuple[str, ...]:
        """The things that the prompt names and the model does not know, in order, each once."""
        found: dict[str, None] = {}
        named: list[str] = []
        for word in [*WORD.findall(prompt.lower().replace("’", "'")), "."]:
            if word[0].isalpha() and word not in BREAKS and not word.endswith("ing"):
                named.append(word)
                continue
            if named and not self._about_known(named):
                found[named[-1]] = None
            named = []
        return tuple(found)

    def _about_known(self, named: list[str]) -> bool:
        """Whether it ends in a known thing; or holds one, after which comes what it does, not another thing."""
        if named[-1].endswith(("ly", "ed")) or self._knows(named[-1]):
            return True
        return any(self._knows(word) and word not in DESCRIBING and not word.endswith("y") for word in named)

    def _knows(self, word: str) -> bool:
        forms = {word, word.removesuffix("'s"), *singulars(word)}
        return not forms.isdisjoint(self.words) or not forms.isdisjoint(PLAIN)


def note(model: str, unknown: tuple[str, ...]) -> str:
    """What to tell the maker about words that `model` does not know."""
    quoted = [f"'{word}'" for word in unknown]
    listed = quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]
    return f"{model} does not know {listed}; it painted the rest."


def _texts(content: object) -> list[str]:
    """Every string in nested lists and objects, keys too."""
    if isinstance(content, str):
        return [content]
    if isinstance(content, dict):
        return [text for key, value in content.items() for text in (key, *_texts(value))]
    return [text for item in content for text in _texts(item)] if isinstance(content, list) else []


def singulars(word: str) -> tuple[str, ...]:
    """What the word may be the plural of."""
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return ()
    forms = [word[:-1]]
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("ves"):
        forms += [word[:-3] + "f", word[:-3] + "fe"]
    return tuple(forms)
