"""Keeps an answer to a form: JSON that fits a schema, or a Lark grammar. Masks over the next token by llguidance.

Knows tokens and grammars, no model. JSON also ends in time: when the tokens that are left are only just enough for the
shortest ending, the shortest ending is what is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import llguidance
import llguidance.hf
import llguidance.numpy
import numpy as np
from numpy.typing import NDArray

from studiolo_contract.errors import StudioloError

OUTSIDE = ("}", "]", ",", '"')
"""What brings JSON nearer to its end outside a string, best first."""
INSIDE = ('"', '."', ".")
"""The same inside a string; then come words, since a string may have to have so many words or letters."""
TRIED = 4
"""Likely tokens that are tried before the answer is ended in the shortest way."""
SLACK = 8
"""With more tokens than this to spare, the inside of a string is not looked into."""
LONGEST = 4096
"""Tokens of a shortest ending that is still looked for."""
WORD = 12
"""Letters of a word that is thought of as filling a string."""


_UNESCAPED = re.compile(r'\\.|"')


class Grammars:
    """The grammars that a tokenizer's tokens can be held to."""

    def __init__(self, tokenizer: Any, texts: Sequence[str], vocabulary: int, ends: Sequence[int]) -> None:
        """`tokenizer` is a fast one of transformers, `texts` says what each of its tokens stands for, and `ends` are
        the tokens that end an answer."""
        self.vocabulary = vocabulary
        self._tokenizer = llguidance.hf.from_tokenizer(tokenizer, n_vocab=vocabulary, eos_token=list(ends))
        self.texts = [*texts, *[""] * (vocabulary - len(texts))]
        places = {text: token for token, text in reversed(list(enumerate(self.texts)))}
        words = [token for token, text in enumerate(self.texts) if text.strip(" ").isalpha() and len(text) <= WORD]
        words.sort(key=lambda token: (not self.texts[token].startswith(" "), -len(self.texts[token])))
        self.outside = np.array([places[text] for text in OUTSIDE if text in places])
        self.inside = np.array([places[text] for text in INSIDE if text in places] + words)

    def json(self, schema: str, max_tokens: int) -> Guide:
        """Holds an answer to a JSON Schema. Raises `StudioloError` where it can't be held to or is too long."""
        try:
            compact = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
            grammar = llguidance.LLMatcher.grammar_from_json_schema(schema, overrides=compact)
        except ValueError as error:
            raise _bad(str(error)) from error
        return self._guide(grammar, max_tokens, closes=True)

    def lark(self, grammar: str, max_tokens: int) -> Guide:
        """Holds an answer to a grammar in llguidance's dialect of Lark."""
        return self._guide(llguidance.LLMatcher.grammar_from_lark(grammar), max_tokens, closes=False)

    def _guide(self, grammar: str, max_tokens: int, closes: bool) -> Guide:
        guide = Guide(self, llguidance.LLMatcher(self._tokenizer, grammar), max_tokens, closes)
        if guide.matcher.is_error():
            raise _bad(guide.matcher.get_error())
        if not closes:
            return guide
        shortest = guide.shortest()
        guide._needed = shortest
        if shortest > max_tokens:
            raise StudioloError(
                "bad_request",
                f"The shortest JSON that fits the schema has {shortest} tokens; max_tokens is {max_tokens}.",
                "Raise max_tokens, or ask for less in the schema.",
            )
        return guide


class Guide:
    """One answer, held to a grammar."""

    def __init__(self, grammars: Grammars, matcher: Any, max_tokens: int, closes: bool) -> None:
        self.matcher = matcher
        self._grammars = grammars
        self._left = max_tokens
        self._closes = closes
        self._needed = 0
        """Tokens that the shortest ending needs, or a few more."""
        self._strings = [False]
        """After each token, whether the JSON is inside a string."""
        self._mask = np.zeros((1, (grammars.vocabulary + 31) // 32), np.int32)

    def copy(self) -> Guide:
        """Another answer that has come as far as this one."""
        other = Guide(self._grammars, self.matcher.deep_copy(), self._left, self._closes)
        other._needed = self._needed
        other._strings = list(self._strings)
        return other

    def held(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits with every token left out that the grammar does not allow next."""
        held: NDArray[np.float32] = np.where(self._allowed(), logits, np.float32(-np.inf))
        return held

    def settled(self, token: int, logits: NDArray[np.float32]) -> int:
        """The token itself; where the answer could not end in time after it, the likeliest of few that let it."""
        if not self._closes:
            return token
        text = self._grammars.texts[token]
        if self._strings[-1] and '"' not in text and self._needed + SLACK < self._left:
            self._needed += 2  # no more than a separator and a word: it need not be counted out
            return token
        likely = np.argpartition(-logits, TRIED)[:TRIED]
        likely = likely[np.argsort(-logits[likely], kind="stable")]
        for other in (token, *(int(place) for place in likely if logits[place] > -np.inf)):
            ahead = self.copy()
            ahead.take(other)
            self._needed = ahead.shortest()
            if self._needed <= ahead._left:
                return other
        return self._nearest()[0]

    def take(self, token: int) -> None:
        """The token has been written."""
        self.matcher.consume_token(token)
        self._left -= 1
        inside = self._strings[-1]
        for sign in _UNESCAPED.findall(self._grammars.texts[token]):
            inside ^= sign == '"'
        self._strings.append(inside)

    def take_back(self, count: int) -> None:
        """The last `count` tokens have been taken back."""
        self.matcher.rollback(count)
        self._left += count
        del self._strings[len(self._strings) - count :]

    def forced(self) -> list[int]:
        """The tokens that must come next; none where there is a choice."""
        tokens: list[int] = self.matcher.compute_ff_tokens()
        return tokens

    @property
    def complete(self) -> bool:
        """Whether nothing may follow."""
        return bool(self.matcher.is_stopped())

    def shortest(self) -> int:
        """How many tokens the answer needs to its end, when each brings it as near as one token can."""
        ahead = self.copy()
        count = 0
        while not ahead.matcher.is_accepting() and not ahead.matcher.is_stopped() and count < LONGEST:
            for token in ahead._nearest():
                ahead.take(token)
                count += 1
        return count

    def _nearest(self) -> list[int]:
        """The tokens that bring JSON nearest to its end, as far as one can see from here; at least one."""
        forced = self.forced()
        if forced:
            return forced
        allowed = self._allowed()
        order = self._grammars.inside if self._strings[-1] else self._grammars.outside
        near = order[allowed[order]]
        return [int(near[0] if len(near) else np.flatnonzero(allowed)[0])]

    def _allowed(self) -> NDArray[np.bool_]:
        llguidance.numpy.fill_next_token_bitmask(self.matcher, self._mask)
        bits = np.unpackbits(self._mask.view(np.uint8), bitorder="little")
        return bits[: self._grammars.vocabulary].astype(np.bool_)


def _bad(reason: str) -> StudioloError:
    reason = " ".join(reason.split())[:200]
    return StudioloError(
        "bad_request", f"No answer can be held to json_schema: {reason}.", "Simplify the schema, or leave it out."
    )
