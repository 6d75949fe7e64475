"""A prompt before it is written down: its parts, how they stand together, and what goes when there is no room.

Knows a tokenizer; knows no mode, no style and no request.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol

from studiolo.text.sentences import sentence_ends
from studiolo.text.template import filled
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ContextPart

PLAIN_SEPARATOR = "\n\n* * *\n\n"
"""Between examples, for a model without a chat template."""
LEAST_TEXT = 16
"""Tokens of the person's text that there must be room for."""


class Tokenizer(Protocol):
    """What is needed of a tokenizer; those of transformers have it."""

    chat_template: str | None

    def encode(self, text: str, *, add_special_tokens: bool = ...) -> list[int]: ...

    def decode(self, token_ids: list[int], *, skip_special_tokens: bool = ...) -> str: ...

    def apply_chat_template(
        self, conversation: list[dict[str, str]], *, tokenize: bool = ..., add_generation_prompt: bool = ...
    ) -> str: ...


@dataclass(frozen=True)
class Plan:
    """What is to be said to a model."""

    system: str
    examples: tuple[tuple[str, str], ...]
    """What was asked, and what was answered."""
    ask: str
    """With `{text}` where the person's text goes."""
    lead: bool
    """Whether the person's text also begins the answer."""
    text: str
    bible: str = ""
    """What the story bible says, an entry a line."""
    bible_last: bool = False
    """Whether it stands after the ask: a small model heeds what it has read last."""

    def render(self, tokenizer: Tokenizer) -> str:
        """Exactly what the model reads."""
        lead = self.text if self.lead else ""
        ask = self.ask.replace("{text}", _first_sentence(lead) if lead else self.text)
        if self.bible:
            ask = f"{ask}\n\n{self.bible}" if self.bible_last else f"{self.bible}\n\n{ask}"
        if not tokenizer.chat_template:
            shown = [f"{asked}\n\n{answer}{PLAIN_SEPARATOR}" for asked, answer in self.examples]
            return "".join(shown) + f"{ask}\n\n{lead}"
        turns = [{"role": "system", "content": self.system}] if self.system else []
        for asked, answer in self.examples:
            turns += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
        turns.append({"role": "user", "content": ask})
        return filled(tokenizer.apply_chat_template, turns) + lead

    def tokens(self, tokenizer: Tokenizer) -> int:
        """Of what the model reads."""
        return encoded(tokenizer, self.render(tokenizer))

    def room_for_bible(self, tokenizer: Tokenizer, room: int) -> int:
        """Tokens that the story bible may take of `room`: half of it, if the instruction and some text stay in."""
        frame = replace(self, examples=(), text="", bible="").tokens(tokenizer)
        return max(0, min(room // 2, room - frame - 4 * LEAST_TEXT))

    def fitted(self, tokenizer: Tokenizer, room: int) -> tuple[Plan, list[str]]:
        """The plan with as much taken away as must be: examples, then the head of the text; and what to tell of it.

        Raises `StudioloError` (`too_large`) where the instruction alone leaves no room.
        """
        plan, notes = self, []
        while plan.examples and plan.tokens(tokenizer) > room:
            plan = replace(plan, examples=plan.examples[1:])
            notes = ["An example was left out of the prompt to make room for the text."]
        whole = encoded(tokenizer, plan.text)
        frame = replace(plan, text="").tokens(tokenizer)
        if frame + LEAST_TEXT > room:
            raise StudioloError(
                "too_large",
                f"The instruction takes {frame} tokens, and the model has room for {max(room, 0)} beside its answer.",
                "Shorten the instruction, or lower max_tokens.",
            )
        keep = whole
        while plan.tokens(tokenizer) > room:
            keep = min(keep - 8, (room - frame) // max(plan.times, 1))
            plan = replace(plan, text=_tail(tokenizer, plan.text, keep))
        left = encoded(tokenizer, plan.text)
        if left < whole:
            notes.append(f"The first {whole - left} tokens of the text did not fit and were left out.")
        return plan, notes

    @property
    def times(self) -> int:
        """How often the whole text stands in the prompt."""
        return 1 if self.lead else self.ask.count("{text}")

    def parts(self, whole: Plan, bible_cut: int, tokenizer: Tokenizer) -> tuple[ContextPart, ...]:
        """What is in this plan, and what of the `whole` one is not. `bible_cut`: tokens of the bible left out."""

        def count(text: str) -> int:
            return encoded(tokenizer, text)

        def shown(plan: Plan) -> int:
            return sum(count(asked) + count(answer) for asked, answer in plan.examples)

        parts = [
            ContextPart(name="writer", tokens=count(self.system), cut=0),
            ContextPart(name="bible", tokens=count(self.bible), cut=bible_cut),
            ContextPart(name="examples", tokens=shown(self), cut=shown(whole) - shown(self)),
            ContextPart(name="task", tokens=count(self.ask.replace("{text}", "")), cut=0),
            ContextPart(name="text", tokens=count(self.text) * self.times, cut=count(whole.text) - count(self.text)),
        ]
        frame = self.tokens(tokenizer) - sum(part.tokens for part in parts)
        parts.append(ContextPart(name="template", tokens=max(frame, 0), cut=0))
        return tuple(part for part in parts if part.tokens or part.cut)


def encoded(tokenizer: Tokenizer, text: str) -> int:
    """How many tokens a text has."""
    return len(tokenizer.encode(text, add_special_tokens=False))


def _tail(tokenizer: Tokenizer, text: str, tokens: int) -> str:
    """The last tokens of a text, from the beginning of a sentence, or of a word where no sentence begins early."""
    row = tokenizer.encode(text, add_special_tokens=False)
    tail = tokenizer.decode(row[-max(tokens, 1) :], skip_special_tokens=True)
    starts = [end for end in sentence_ends(tail[: len(tail) // 2])]
    if starts:
        return tail[starts[0] :].strip()
    word = re.search(r"\s", tail)
    return tail[word.end() :].strip() if word else tail


def _first_sentence(text: str) -> str:
    """What stands in the ask where the whole text begins the answer: enough to say what it is about."""
    first = text[: (sentence_ends(text) or [len(text)])[0]]
    return first if len(first) <= 200 else first[:200].rsplit(" ", 1)[0] + " …"
