"""How the studio page gets in: a code that is good once and for a minute, and the token that it is changed for.

Knows no page and no route. All of it is in memory alone, and so ends with the daemon.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import deque

from studiolo_contract.errors import StudioloError

LIFE = 60.0
"""Seconds for which a code is good."""
MOST = 32
"""Codes and tokens of each that are known at a time; the oldest go first."""
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""None that is taken for another when a person types it."""
_LENGTH = 12
"""Letters of a code: 58 bits, of which a minute is not enough to try many."""


class StudioKeys:
    def __init__(self) -> None:
        self._codes: deque[tuple[str, float]] = deque(maxlen=MOST)
        self._tokens: deque[str] = deque(maxlen=MOST)

    def code(self) -> str:
        """A new code, in groups of four letters."""
        letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        self._codes.append((letters, time.monotonic() + LIFE))
        return "-".join(letters[start : start + 4] for start in range(0, _LENGTH, 4))

    def exchange(self, code: str) -> str:
        """A token in the place of a code, which is void from then on. Raises `StudioloError` (`bad_token`)."""
        given = "".join(letter for letter in code.upper() if letter.isalnum()).encode()
        now = time.monotonic()
        fitting = [known for known in self._codes if hmac.compare_digest(known[0].encode(), given) and now < known[1]]
        if not fitting:
            raise StudioloError(
                "bad_token",
                "That code is none, was used before, or is older than a minute.",
                "Run `./studiolo studio` in a terminal for a new one.",
            )
        self._codes.remove(fitting[0])
        token = secrets.token_urlsafe(32)
        self._tokens.append(token)
        return token

    def knows(self, token: str) -> bool:
        """Whether that is the token of a page. All are compared, whichever fits, so that the time it takes tells
        nothing."""
        return any([hmac.compare_digest(known.encode(), token.encode()) for known in self._tokens])
