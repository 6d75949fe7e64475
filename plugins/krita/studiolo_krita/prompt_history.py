# SPDX-License-Identifier: GPL-3.0-or-later
"""The prompts that a painter used: the newest first, none twice. Knows no document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studiolo_krita import keeping

MOST = 100


@dataclass(frozen=True)
class PromptHistory:
    """At most 100 prompts, the newest first."""

    prompts: tuple[str, ...] = ()

    def add(self, prompt: str) -> PromptHistory:
        """With this prompt as the newest; an empty one is not kept."""
        prompt = prompt.strip()
        if not prompt:
            return self
        return PromptHistory((prompt, *(other for other in self.prompts if other != prompt))[:MOST])

    def remove(self, prompt: str) -> PromptHistory:
        return PromptHistory(tuple(other for other in self.prompts if other != prompt))

    def search(self, words: str) -> tuple[str, ...]:
        """The prompts that hold every one of the words, or parts of words, in any order and case; for none, all."""
        wanted = words.casefold().split()
        return tuple(prompt for prompt in self.prompts if all(word in prompt.casefold() for word in wanted))


def read(file: Path) -> tuple[PromptHistory, str]:
    """What a file holds, and a sentence where it could not be read and was set aside. Raises `PluginError`."""
    kept, sentence = keeping.read(file, PromptHistory)
    return kept or PromptHistory(), sentence


def write(file: Path, history: PromptHistory) -> None:
    """Raises `PluginError` where that can't be done."""
    keeping.write(file, history)
