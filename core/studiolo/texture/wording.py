"""How a picture model is asked for a texture. The one place for these words."""

from __future__ import annotations

import re

from studiolo.models.model import Defaults

PLAIN = "seamless texture of {}, seen straight from above, flat even light, no shadows"
"""For models whose catalogue entry has no wording of its own."""


def worded(prompt: str, defaults: Defaults) -> str:
    """The prompt for the model; the person's own words stand in it unchanged.

    Who speaks of a texture already is taken at their word.
    """
    if re.search(r"\btextures?\b", prompt, re.IGNORECASE):
        return prompt
    return (defaults.texture or PLAIN).replace("{}", prompt.strip())
