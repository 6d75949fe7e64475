"""What has come of one text job, and how the terminal shows it. Knows no option of the command line."""

from __future__ import annotations

import sys
from typing import Any

from studiolo_cli import terminal
from studiolo_cli.following import show
from studiolo_cli.prose import Prose
from studiolo_contract.codec import to_plain
from studiolo_contract.events import Context, Event, Progress, Queued, Result, Started, Text, TextOutput, Token
from studiolo_contract.text import TextRequest

SEPARATOR = "\n---\n\n"
"""Between variants."""


class Desk:
    def __init__(
        self, request: TextRequest, bar: terminal.Bar, live: bool, around: tuple[str, str] = ("", "\n")
    ) -> None:
        """`live`: whether the text is shown as it comes, on standard output, with `around` as `Prose` takes it."""
        self.live = live
        self._around = around
        self._bar = bar
        self._texts = [""] * request.variants
        self._tokens: list[list[Token]] = [[] for _ in range(request.variants)]
        self._context: Context | None = None
        self._hold = request.end_at_sentence
        self._prose = Prose(sys.stdout, self._hold, around)

    def hear(self, event: Event) -> None:
        if isinstance(event, Text):
            self._texts[event.variant] += event.text
            self._tokens[event.variant].extend(event.tokens)
            if self.live:
                self._bar.stop()
                self._prose.add(event.text)
            else:
                self._bar.show("Writing", amount=f"{sum(len(text.split()) for text in self._texts)} words")
        elif isinstance(event, Context):
            self._context = event
        elif isinstance(event, Started) and event.attempt > 1:
            self._begin_again()
        elif isinstance(event, Queued) and event.position:
            self._bar.show(f"Waiting for {event.position} others")
        elif isinstance(event, Progress) and not any(self._texts):
            show(self._bar, event)

    def close(self, result: Result | None) -> str:
        """Shows the end of the text. The whole of it: all variants, or what came before the job was stopped."""
        self._bar.stop()
        if result is None:
            terminal.note("Stopped.")
        else:
            self._texts = [output.text for output in result.outputs if isinstance(output, TextOutput)]
        if self.live and not self._prose.finish(self._texts[0]):
            terminal.note("The last words above are not part of the finished text, which ends at a whole sentence.")
        return SEPARATOR.join(text.rstrip("\n") + "\n" for text in self._texts)

    def record(self, result: Result | None) -> dict[str, Any]:
        """Everything there is to know, for `--json`."""
        return {
            "outputs": to_plain(result.outputs) if result else [{"type": "text", "text": t} for t in self._texts],
            "recipe": to_plain(result.recipe) if result else None,
            "context": to_plain(self._context),
            "tokens": to_plain(self._tokens) if any(self._tokens) else None,
        }

    @property
    def cut(self) -> int:
        """How many tokens of the person's text the model was not given."""
        return sum(part.cut for part in self._context.parts if part.name == "text") if self._context else 0

    def show_context(self) -> None:
        if self._context is None:
            terminal.note("The model gave no account of its prompt.")
            return
        terminal.note(f"The prompt has {self._context.tokens} tokens; the model reads up to {self._context.window}.")
        for part in self._context.parts:
            cut = f", {part.cut} more were cut" if part.cut else ""
            terminal.note(f"  {part.name}: {part.tokens} tokens{cut}")
        for entry in self._context.entries:
            sent = f"{entry.tokens} tokens" + (f", {entry.cut} more were cut" if entry.cut else "")
            terminal.note(f"  {entry.name}: {sent if entry.sent else 'not sent'}; {entry.why}")

    def show_tokens(self) -> None:
        for tokens in self._tokens:
            for token in tokens:
                others = "  ".join(f"{choice.text!r} {choice.probability:.3f}" for choice in token.alternatives)
                terminal.note(f"{token.text!r} {token.probability:.3f}  |  {others}")

    def _begin_again(self) -> None:
        """The worker died and the job runs once more; what was shown is not what will be."""
        if self.live and self._prose.text:
            if not self._prose.finish(""):
                terminal.note("The model had to be started again; the text begins anew.")
            self._prose = Prose(sys.stdout, self._hold, self._around)
        self._texts = [""] * len(self._texts)
        self._tokens = [[] for _ in self._tokens]
