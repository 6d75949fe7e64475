"""Programs that were paired: each has a token of its own, over restarts. Knows names and hashes; knows no route.

Of a token only its sha256 is kept. That is enough for 256 bits of chance, which nobody guesses from their hash.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from studiolo_client.discovery import write_private
from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.errors import StudioloError
from studiolo_daemon.kept.disk import writing

_NAME = re.compile(r"\w[\w .-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """One program that was paired."""

    name: str
    sha256: str
    """Of its token."""
    since: float
    """Seconds since 1970."""


class Paired:
    """All of them, as they stand in a file that this user alone may read."""

    def __init__(self, file: Path) -> None:
        """Raises `StudioloError` (`bad_request`) when the file is there and can't be read."""
        self._file = file
        self._pairings = _read(file)
        self._watchers: defaultdict[str, set[Callable[[], None]]] = defaultdict(set)

    def all(self) -> tuple[Pairing, ...]:
        """In the order in which they were paired."""
        return self._pairings

    def knows(self, name: str) -> bool:
        """Whether a program is paired under that name."""
        return any(pairing.name == name for pairing in self._pairings)

    def pair(self, name: str) -> str:
        """The new token of the program `name`. Raises `StudioloError` (`bad_request`) when the name is taken, or is
        not one of 64 letters, digits, spaces, dots and dashes at most."""
        if not _NAME.fullmatch(name):
            raise StudioloError(
                "bad_request",
                f"'{name:.80}' can't be the name of a program.",
                "Give up to 64 letters, digits, spaces, dots and dashes.",
            )
        if self.knows(name):
            raise StudioloError(
                "bad_request",
                f"A program called '{name}' is paired already.",
                "Revoke that one, or choose another name.",
            )
        token = secrets.token_urlsafe(32)
        self._keep((*self._pairings, Pairing(name=name, sha256=_hash(token), since=time.time())))
        return token

    def revoke(self, name: str) -> None:
        """Makes a program's token worthless, and tells those who watch it. Raises `StudioloError` (`bad_request`) when
        none is paired under that name."""
        rest = tuple(pairing for pairing in self._pairings if pairing.name != name)
        if rest == self._pairings:
            raise StudioloError(
                "bad_request", f"No program called '{name:.80}' is paired.", "`studiolo pair --list` shows who is."
            )
        self._keep(rest)
        for told in self._watchers.pop(name, ()):
            told()

    def holder(self, token: str) -> str | None:
        """The program that has this token; None where none has. Every hash is compared, whichever fits, so that the
        time it takes tells nothing."""
        given = _hash(token)
        fitting = [pairing.name for pairing in self._pairings if hmac.compare_digest(pairing.sha256, given)]
        return fitting[0] if fitting else None

    def watch(self, name: str, told: Callable[[], None]) -> None:
        """Calls `told` when that program is revoked."""
        self._watchers[name].add(told)

    def unwatch(self, name: str, told: Callable[[], None]) -> None:
        self._watchers[name].discard(told)
        if not self._watchers[name]:
            del self._watchers[name]

    def _keep(self, pairings: tuple[Pairing, ...]) -> None:
        with writing(self._file.parent):
            write_private(self._file, json.dumps(to_plain(pairings), indent=1, ensure_ascii=False))
        self._pairings = pairings


def _read(file: Path) -> tuple[Pairing, ...]:
    try:
        return from_plain(tuple[Pairing, ...], json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise StudioloError(
            "bad_request", f"{file} can't be read: {error}.", "Move it away, and pair those programs anew."
        ) from None


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
