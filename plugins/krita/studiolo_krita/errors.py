# SPDX-License-Identifier: GPL-3.0-or-later
"""What a painter asked for and can't have, in one sentence, with what to do about it in another."""

from __future__ import annotations

from studiolo_krita.words import say


class PluginError(Exception):
    """Carries `message`, what is wrong, and `mend`, what to do; `str()` gives both."""

    def __init__(self, key: str, /, **values: object) -> None:
        """Says the words for `key`, then those for `key` with `_mend` behind it."""
        self.message = say(key, **values)
        self.mend = say(f"{key}_mend", **values)
        super().__init__(f"{self.message} {self.mend}")
