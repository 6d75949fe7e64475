"""Completions: a text in OpenAI's words becomes a text request in the mode `complete`, one job for each prompt."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from studiolo_contract.events import Text, TextOutput, Token
from studiolo_contract.text import TextRequest
from studiolo_daemon.doors.foreign import Harmless, Refused
from studiolo_daemon.doors.http_jobs import Call, submit
from studiolo_daemon.doors.openai_api.problems import RESPONSES, OpenAIRoute
from studiolo_daemon.doors.openai_api.text_jobs import Streamed, Written, stream, whole
from studiolo_daemon.doors.openai_api.writing import FINISH, LONGEST, Answer, Writing, logarithm, usage
from studiolo_daemon.house import House

USUAL = 16
"""Tokens of an answer where none are named, as OpenAI has it."""

Prompt = Annotated[str, Field(max_length=400_000)]

Tokens = Annotated[list[int], Field(min_length=1)]


class CompletionRequest(Writing):
    """What OpenAI's clients send to /v1/completions."""

    HARMLESS: ClassVar[Harmless] = {**Writing.HARMLESS, "best_of": (1,)}

    prompt: (
        Prompt
        | Annotated[list[Prompt], Field(min_length=1, max_length=8)]
        | Tokens
        | Annotated[list[Tokens], Field(min_length=1)]
    )
    echo: bool | None = None
    logprobs: int | None = Field(None, ge=0, le=20)

    def wishes(self) -> list[TextRequest]:
        """The requests that this is, one a prompt. Raises `Refused`."""
        fields = self.asked()
        if self.echo and self.logprobs is not None:
            raise Refused("echo", "The probabilities of the prompt's own tokens are not known.", "Leave 'echo' out.")
        prompts = [self.prompt] if isinstance(self.prompt, str) else self.prompt
        return [
            TextRequest(
                mode="complete",
                text=self._words(prompt),
                max_tokens=min(self.max_tokens or USUAL, LONGEST),
                alternatives=0 if self.logprobs is None else max(1, self.logprobs),
                **fields,
            )
            for prompt in prompts
        ]

    @staticmethod
    def _words(prompt: str | int | list[int]) -> str:
        if not isinstance(prompt, str):
            raise Refused("prompt", "The prompt is tokens, and only text is read.", "Send it as text.")
        if not prompt:
            raise Refused("prompt", "The prompt is empty.", "Send the text that the model is to go on with.")
        return prompt


class Completion(Answer):
    object: Literal["text_completion"]


def routes_of(house: House) -> APIRouter:
    router = APIRouter(route_class=OpenAIRoute, tags=["OpenAI"])

    @router.post("/v1/completions", response_model=Completion, responses=RESPONSES)
    async def complete_text(asked: CompletionRequest, http: Request) -> Response:
        """How the model goes on with a text."""
        wishes = asked.wishes()
        calls = [await submit(house, http, "openai", wish, part) for part, wish in enumerate(wishes)]
        if asked.stream:
            return await stream(calls, _streamed(asked, wishes))
        all_written = [await whole(call) for call in calls]
        choices = [
            _choice(asked, len(written.outputs) * part + at, wish.text, output, written.tokens.get(at, []))
            for part, (wish, written) in enumerate(zip(wishes, all_written, strict=True))
            for at, output in enumerate(written.outputs)
        ]
        answer = {
            "id": f"cmpl-{calls[0].job.id}",
            "object": "text_completion",
            "created": int(calls[0].job.created),
            "model": calls[0].job.model,
            "system_fingerprint": all_written[0].fingerprint,
            "choices": choices,
            "usage": usage(
                sum(written.prompt_tokens for written in all_written), sum(written.written for written in all_written)
            ),
        }
        return JSONResponse(answer, headers={"x-studiolo-job": " ".join(call.job.id for call in calls)})

    return router


def _choice(
    asked: CompletionRequest, index: int, prompt: str, output: TextOutput, tokens: list[Token]
) -> dict[str, Any]:
    return {
        "index": index,
        "text": prompt + output.text if asked.echo else output.text,
        "logprobs": _logprobs(asked, tokens, 0),
        "finish_reason": FINISH[output.finish],
    }


def _streamed(asked: CompletionRequest, wishes: list[TextRequest]) -> Streamed:
    each = asked.n or 1
    parts: dict[str, int] = {}
    came: dict[int, int] = {}
    """By choice, how many characters of its tokens have come."""

    def chunk(call: Call, choices: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        return {
            "id": f"cmpl-{call.job.id}",
            "object": "text_completion",
            "created": int(call.job.created),
            "model": call.job.model,
            "choices": choices,
            **({"usage": None} if asked.wants_usage else {}),
            **more,
        }

    def choice(index: int, text: str, finish: str | None = None, logprobs: Any = None) -> dict[str, Any]:
        return {"index": index, "text": text, "logprobs": logprobs, "finish_reason": finish}

    def begin(call: Call) -> list[dict[str, Any]]:
        part = parts[call.job.id] = len(parts)
        return [chunk(call, [choice(part * each + at, wishes[part].text)]) for at in range(each if asked.echo else 0)]

    def piece(call: Call, text: Text) -> dict[str, Any]:
        index = parts[call.job.id] * each + text.variant
        logprobs = _logprobs(asked, list(text.tokens), came.get(index, 0))
        came[index] = came.get(index, 0) + sum(len(one.text) for one in text.tokens)
        return chunk(call, [choice(index, text.text, None, logprobs)])

    def end(call: Call, written: Written) -> list[dict[str, Any]]:
        first = parts[call.job.id] * each
        return [
            chunk(call, [choice(first + at, "", FINISH[output.finish])], system_fingerprint=written.fingerprint)
            for at, output in enumerate(written.outputs)
        ]

    def used(call: Call, read: int, wrote: int) -> dict[str, Any]:
        return chunk(call, [], usage=usage(read, wrote))

    return Streamed(begin, piece, end, used if asked.wants_usage else None)


def _logprobs(asked: CompletionRequest, tokens: list[Token], offset: int) -> dict[str, Any] | None:
    """`offset`: characters of the answer before these tokens."""
    if asked.logprobs is None:
        return None
    texts = [one.text for one in tokens]
    return {
        "tokens": texts,
        "token_logprobs": [logarithm(one) for one in tokens],
        "top_logprobs": [
            {other.text: logarithm(other) for other in one.alternatives[: asked.logprobs]} for one in tokens
        ],
        "text_offset": [offset + sum(map(len, texts[:at])) for at in range(len(texts))],
    }
