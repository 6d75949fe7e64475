"""What chat and completions have alike: sampling, length, seeds and stops, and the frame of an answer. Knows neither's
messages or choices."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field

from studiolo_contract.events import Choice, Token
from studiolo_contract.text import Sampling, TokenBias
from studiolo_daemon.doors.foreign import Foreign, Harmless, Refused

LONGEST = 8192
"""Tokens of an answer; who allows more gets at most that."""
IMPOSSIBLE = -9999.0
"""The logarithm of a probability of 0, which JSON has not."""
FINISH: dict[str, Literal["stop", "length"]] = {"end": "stop", "stop": "stop", "length": "length"}

Phrase = Annotated[str, Field(min_length=1, max_length=200)]


class StreamOptions(Foreign):
    include_usage: bool = False


class Writing(Foreign):
    """The fields that both have."""

    HARMLESS: ClassVar[Harmless] = {
        "user": None,
        "safety_identifier": None,
        "prompt_cache_key": None,
        "prompt_cache_retention": None,
        "metadata": None,
        "store": None,
        "service_tier": None,
    }

    model: str = Field("", max_length=200)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=8)
    seed: int | None = None
    stop: Phrase | Annotated[list[Phrase], Field(max_length=16)] | None = None
    temperature: float | None = Field(None, ge=0, le=5)
    top_p: float | None = Field(None, ge=0, le=1)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    logit_bias: dict[str, Annotated[float, Field(ge=-100, le=100)]] | None = Field(None, max_length=300)
    max_tokens: int | None = Field(None, ge=1)
    # not OpenAI's, but asked for under these names by many programs
    top_k: int | None = Field(None, ge=0, le=100_000)
    min_p: float | None = Field(None, ge=0, le=1)
    typical_p: float | None = Field(None, ge=0, le=1)
    repetition_penalty: float | None = Field(None, ge=0.5, le=2)

    @property
    def wants_usage(self) -> bool:
        """Whether a stream ends with what was used."""
        return self.stream_options is not None and self.stream_options.include_usage

    def asked(self) -> dict[str, Any]:
        """The fields of a text request that follow. Raises `Refused`."""
        self.refuse_the_rest()
        if self.stream_options is not None:
            self.stream_options.refuse_the_rest()
        stop = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        return {
            "model": self.model,
            "variants": self.n or 1,
            "seed": None if self.seed is None else self.seed % 2**32,
            "stop": stop,
            "end_at_sentence": False,
            "sampling": Sampling(
                temperature=self.temperature,
                top_p=self.top_p,
                top_k=self.top_k,
                min_p=self.min_p,
                typical_p=self.typical_p,
                repetition_penalty=self.repetition_penalty,
                presence_penalty=self.presence_penalty,
                frequency_penalty=self.frequency_penalty,
                logit_bias=self._biases(),
            ),
        }

    def _biases(self) -> tuple[TokenBias, ...] | None:
        if self.logit_bias is None:
            return None
        if not all(token.isdecimal() and len(token) <= 9 for token in self.logit_bias):
            raise Refused(
                "logit_bias", "The keys of 'logit_bias' are numbers of tokens.", "Take those of the model's tokenizer."
            )
        return tuple(TokenBias(token=int(token), bias=bias) for token, bias in self.logit_bias.items())


class Answer(BaseModel):
    """The fields that both answer with, where it is not streamed."""

    id: str
    created: int
    model: str
    system_fingerprint: str | None
    choices: list[dict[str, Any]]
    usage: dict[str, int]


def logarithm(one: Token | Choice) -> float:
    """Of its probability, before the samplers acted."""
    return math.log(one.probability) if one.probability > 0 else IMPOSSIBLE


def usage(prompt: int, written: int) -> dict[str, int]:
    """What was used, in tokens."""
    return {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}
