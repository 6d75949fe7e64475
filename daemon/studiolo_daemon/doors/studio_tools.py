"""What the studio page has the command line do, in processes of their own: look for faults, list models, pull one.

So the daemon needs neither the hub's client nor what the checks import. Knows commands and what they print, no page.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from studiolo.models.catalogue import Entry
from studiolo_contract.errors import StudioloError

PATIENCE = 180.0
"""Seconds after which a command that only looks is given up."""
LINE = 2**24
"""Bytes of the longest answer."""


@dataclass
class Pull:
    """A model on its way here, or how that ended."""

    model: str
    state: Literal["running", "done", "failed", "cancelled"] = "running"
    stage: str = ""
    """download, convert or verify; empty before the first byte."""
    of: str = ""
    """The model that the stage is about: one that the other needs may come first."""
    done: int = 0
    """Bytes; tensors where the stage is `convert`."""
    total: int = 0
    problem: dict[str, Any] | None = None
    """Why it failed."""


class Tools:
    def __init__(self, home: Path) -> None:
        self._environment = {**os.environ, "STUDIOLO_HOME": str(home), "PYTHONUTF8": "1"}
        self._pulls: dict[str, Pull] = {}
        self._running: dict[str, tuple[Process, asyncio.Task[None]]] = {}

    async def ask(self, *arguments: str) -> Any:
        """What a command prints as JSON. Raises `StudioloError` (`internal`) where it prints none."""
        process = await self._start(*arguments)
        try:
            async with asyncio.timeout(PATIENCE):
                printed, said = await process.communicate()
            return json.loads(printed)
        except TimeoutError:
            raise _failed(arguments, f"it was not done within {PATIENCE:.0f} seconds") from None
        except ValueError:
            raise _failed(arguments, _last_line(said)) from None
        finally:
            _end(process)

    def pulls(self) -> tuple[Pull, ...]:
        """Those of this daemon's life, the latest of each model."""
        return tuple(self._pulls.values())

    async def pull(self, entry: Entry) -> None:
        """Begins to fetch a model, if that is not under way."""
        if entry.name in self._running:
            return
        pull = self._pulls[entry.name] = Pull(entry.name)
        process = await self._start("models", "pull", entry.name, "--json")
        self._running[entry.name] = process, asyncio.create_task(self._follow(pull, process))

    def cancel(self, name: str) -> None:
        """Stops fetching a model; a later pull goes on where it stopped."""
        if name in self._running:
            self._pulls[name].state = "cancelled"
            _end(self._running[name][0])

    async def close(self) -> None:
        """Stops all pulls."""
        for name in tuple(self._running):
            self.cancel(name)
        await asyncio.gather(*(task for _, task in self._running.values()), return_exceptions=True)

    async def _start(self, *arguments: str) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "studiolo_cli", *arguments),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env=self._environment,
            limit=LINE,
        )

    async def _follow(self, pull: Pull, process: Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        reading = asyncio.create_task(process.stderr.read())  # a full pipe would stop it
        async for line in process.stdout:
            told = json.loads(line)
            if "error" in told:
                pull.problem = told["error"]
            else:
                pull.of, pull.stage, pull.done, pull.total = (told[key] for key in ("model", "stage", "done", "total"))
        status, said = await process.wait(), await reading
        if pull.state == "running":
            pull.state = "done" if status == 0 else "failed"
            if status and pull.problem is None:
                error = _failed(("models", "pull", pull.model), _last_line(said))
                pull.problem = {"code": "internal", "message": error.problem.message, "mend": error.problem.mend}
        self._running.pop(pull.model, None)


def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it gave no reason").rstrip(".")


def _failed(arguments: tuple[str, ...], why: str) -> StudioloError:
    command = f"studiolo {' '.join(arguments)}"
    return StudioloError("internal", f"`{command}` failed: {why:.300}.", f"Run `{command}` in a terminal to see more.")
