"""Chat completions: a conversation in OpenAI's words becomes a text request in the mode `chat`."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from studiolo_contract.events import Choice, Text, TextOutput, Token
from studiolo_contract.text import TextRequest, Turn
from studiolo_daemon.doors.foreign import Foreign, Harmless, Refused
from studiolo_daemon.doors.http_jobs import Call, submit
from studiolo_daemon.doors.openai_api.problems import RESPONSES, OpenAIRoute
from studiolo_daemon.doors.openai_api.text_jobs import Streamed, Written, stream, whole
from studiolo_daemon.doors.openai_api.writing import FINISH, LONGEST, Answer, Writing, logarithm, usage
from studiolo_daemon.house import House

NO_TOOLS = ("none", "auto")
"""Choices of a tool with which a model that is given none writes as it always does."""


class Part(Foreign):
    """A part of what was said; only text is read."""

    type: str
    text: str | None = None

    def words(self) -> str:
        if self.type != "text" or self.text is None:
            raise Refused(
                "messages", f"A part of type '{self.type:.40}' can't be read: the model reads text.", "Say it in words."
            )
        return self.text


class Message(Foreign):
    """What was said, and by whom. A name that comes with it is passed over."""

    HARMLESS: ClassVar[Harmless] = {"name": None, "refusal": None, "annotations": None}

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def turn(self) -> Turn:
        """Raises `Refused`."""
        if self.role in ("tool", "function"):
            raise Refused("messages", "The model uses no tools, so none has answered it.", "Leave that message out.")
        self.refuse_the_rest()
        parts = [self.content] if isinstance(self.content, str) else [part.words() for part in self.content or ()]
        speaker = "system" if self.role == "developer" else self.role
        return Turn(speaker=speaker, text="\n".join(parts))  # type: ignore[arg-type]


class JsonSchema(Foreign):
    HARMLESS: ClassVar[Harmless] = {"description": None}

    name: str
    json_schema: dict[str, Any] = Field({"type": "object"}, alias="schema")
    strict: bool | None = None


class ResponseFormat(Foreign):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    def asked(self) -> str:
        """The JSON Schema as text; empty for free text. Raises `Refused`."""
        self.refuse_the_rest()
        if self.type == "text":
            return ""
        if self.type == "json_object":
            return '{"type": "object"}'
        if self.json_schema is None:
            raise Refused("response_format", "There is no schema in 'response_format'.", "Put it into 'json_schema'.")
        self.json_schema.refuse_the_rest()
        return json.dumps(self.json_schema.json_schema)


class ChatRequest(Writing):
    """What OpenAI's clients send to /v1/chat/completions."""

    HARMLESS: ClassVar[Harmless] = {
        **Writing.HARMLESS,
        "modalities": (["text"],),
        "parallel_tool_calls": None,
        "tool_choice": NO_TOOLS,
        "function_call": NO_TOOLS,
        "prediction": None,
        "reasoning_effort": ("none",),
        "verbosity": ("medium",),
    }

    messages: list[Message] = Field(min_length=1, max_length=1001)
    max_completion_tokens: int | None = Field(None, ge=1)
    response_format: ResponseFormat | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)

    def wish(self) -> TextRequest:
        """The request that this is. Raises `Refused`."""
        fields = self.asked()
        turns = [message.turn() for message in self.messages]
        if not turns[-1].text:
            raise Refused("messages", "The last message is empty.", "Say something in it.")
        if self.top_logprobs is not None and not self.logprobs:
            raise Refused("top_logprobs", "'top_logprobs' goes with 'logprobs'.", "Set that to true.")
        longest = self.max_completion_tokens or self.max_tokens
        return TextRequest(
            mode="chat",
            turns=tuple(turns[:-1]),
            text=turns[-1].text,
            speaker=turns[-1].speaker,
            max_tokens=None if longest is None else min(longest, LONGEST),
            json_schema=self.response_format.asked() if self.response_format else "",
            alternatives=max(1, self.top_logprobs or 0) if self.logprobs else 0,
            **fields,
        )


class ChatCompletion(Answer):
    object: Literal["chat.completion"]


def routes_of(house: House) -> APIRouter:
    router = APIRouter(route_class=OpenAIRoute, tags=["OpenAI"])

    @router.post("/v1/chat/completions", response_model=ChatCompletion, responses=RESPONSES)
    async def complete_chat(asked: ChatRequest, http: Request) -> Response:
        """What the model answers to a conversation."""
        call = await submit(house, http, "openai", asked.wish())
        if asked.stream:
            return await stream([call], _streamed(asked))
        written = await whole(call)
        answer = {
            "id": f"chatcmpl-{call.job.id}",
            "object": "chat.completion",
            "created": int(call.job.created),
            "model": call.job.model,
            "system_fingerprint": written.fingerprint,
            "choices": [_choice(asked, index, output, written) for index, output in enumerate(written.outputs)],
            "usage": usage(written.prompt_tokens, written.written),
        }
        return JSONResponse(answer, headers=call.headers)

    return router


def _choice(asked: ChatRequest, index: int, output: TextOutput, written: Written) -> dict[str, Any]:
    return {
        "index": index,
        "message": {"role": "assistant", "content": output.text, "refusal": None},
        "logprobs": _logprobs(asked, written.tokens.get(index, [])),
        "finish_reason": FINISH[output.finish],
    }


def _streamed(asked: ChatRequest) -> Streamed:
    def chunk(call: Call, choices: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        return {
            "id": f"chatcmpl-{call.job.id}",
            "object": "chat.completion.chunk",
            "created": int(call.job.created),
            "model": call.job.model,
            "choices": choices,
            **({"usage": None} if asked.wants_usage else {}),
            **more,
        }

    def choice(index: int, delta: dict[str, Any], finish: str | None = None, logprobs: Any = None) -> dict[str, Any]:
        return {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}

    def begin(call: Call) -> list[dict[str, Any]]:
        delta = {"role": "assistant", "content": "", "refusal": None}
        return [chunk(call, [choice(index, delta)]) for index in range(asked.n or 1)]

    def piece(call: Call, text: Text) -> dict[str, Any]:
        logprobs = _logprobs(asked, list(text.tokens))
        return chunk(call, [choice(text.variant, {"content": text.text}, None, logprobs)])

    def end(call: Call, written: Written) -> list[dict[str, Any]]:
        return [
            chunk(call, [choice(index, {}, FINISH[output.finish])], system_fingerprint=written.fingerprint)
            for index, output in enumerate(written.outputs)
        ]

    def used(call: Call, read: int, wrote: int) -> dict[str, Any]:
        return chunk(call, [], usage=usage(read, wrote))

    return Streamed(begin, piece, end, used if asked.wants_usage else None)


def _logprobs(asked: ChatRequest, tokens: list[Token]) -> dict[str, Any] | None:
    if not asked.logprobs:
        return None
    top = asked.top_logprobs or 0
    content = [{**_token(one), "top_logprobs": [_token(other) for other in one.alternatives[:top]]} for one in tokens]
    return {"content": content, "refusal": None}


def _token(one: Token | Choice) -> dict[str, Any]:
    # a token that is a part of a character is no text by itself, so nobody knows its bytes from that
    known = None if "\ufffd" in one.text else list(one.text.encode())
    return {"token": one.text, "logprob": logarithm(one), "bytes": known}
