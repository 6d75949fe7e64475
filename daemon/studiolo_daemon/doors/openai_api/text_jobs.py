"""Text jobs as they are told piece by piece or as a whole. Knows no route, and not how a piece is worded."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Context, Event, Progress, Result, Started, Text, TextOutput, Token
from studiolo_daemon.doors.foreign import told
from studiolo_daemon.doors.http_jobs import Call
from studiolo_daemon.doors.openai_api.problems import body


@dataclass
class Written:
    """A text job that is done."""

    prompt_tokens: int = 0
    tokens: dict[int, list[Token]] = field(default_factory=dict)
    """By variant, where they were asked for."""
    outputs: tuple[TextOutput, ...] = ()
    fingerprint: str | None = None
    """Of the model's files; None for a folder whose contents nobody vouches for."""

    @property
    def written(self) -> int:
        """Tokens of all variants."""
        return sum(output.tokens for output in self.outputs)

    def heed(self, event: Event) -> None:
        """Takes in what happens next."""
        match event:
            case Started():
                self.tokens.clear()
            case Context():
                self.prompt_tokens = event.tokens
            case Text():
                self.tokens.setdefault(event.variant, []).extend(event.tokens)
            case Result():
                self.outputs = tuple(output for output in event.outputs if isinstance(output, TextOutput))
                known = event.recipe.model_sha256
                self.fingerprint = f"fp_{known[:16]}" if known else None


async def whole(call: Call) -> Written:
    """Waits for the end. Raises `StudioloError`."""
    written = Written()
    async for event in call.events():
        written.heed(event)
    return written


@dataclass(frozen=True)
class Streamed:
    """How a job is told while it is written, in JSON objects."""

    begin: Callable[[Call], Iterable[Any]]
    piece: Callable[[Call, Text], Any]
    end: Callable[[Call, Written], Iterable[Any]]
    used: Callable[[Call, int, int], Any] | None
    """Told at the very end, with the tokens read and written; None where nobody asked."""


async def stream(calls: list[Call], how: Streamed) -> StreamingResponse:
    """The jobs as server-sent events, one job after another. Returns once the first prompt is made and read, so that
    what is wrong with it is still told by a status. Raises `StudioloError` until then."""
    events = calls[0].events()
    first: list[Event] = []
    async for event in events:
        first.append(event)
        if isinstance(event, (Progress, Text)) and any(isinstance(before, Context) for before in first):
            break
    headers = {"x-studiolo-job": " ".join(call.job.id for call in calls), "cache-control": "no-cache"}
    return StreamingResponse(_lines(calls, first, events, how), media_type="text/event-stream", headers=headers)


async def _lines(
    calls: list[Call], first: list[Event], rest: AsyncGenerator[Event, None], how: Streamed
) -> AsyncIterator[str]:
    read = wrote = 0
    try:
        for call in calls:
            written, spoke = Written(), False
            for said in how.begin(call):
                yield _line(said)
            async with aclosing(_joined(first, rest) if call is calls[0] else call.events()) as events:
                async for event in events:
                    if isinstance(event, Started) and spoke:
                        raise StudioloError(
                            "worker_died", "The worker ended in the middle of the answer.", "Ask for it again."
                        )
                    written.heed(event)
                    if isinstance(event, Text):
                        spoke = True
                        yield _line(how.piece(call, event))
            for said in how.end(call, written):
                yield _line(said)
            read, wrote = read + written.prompt_tokens, wrote + written.written
        if how.used is not None:
            yield _line(how.used(calls[0], read, wrote))
        yield "data: [DONE]\n\n"
    except StudioloError as error:
        yield _line(body(*told(error)))


async def _joined(first: list[Event], rest: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    for event in first:
        yield event
    async with aclosing(rest) as events:
        async for event in events:
            yield event


def _line(said: Any) -> str:
    plain = said.model_dump_json() if isinstance(said, BaseModel) else json.dumps(said, ensure_ascii=False)
    return f"data: {plain}\n\n"
