"""Pictures between the disk and the daemon, for every command that takes or makes them."""

from __future__ import annotations

import re
from pathlib import Path

from studiolo_cli import terminal
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import Picture


def read_picture(file: Path) -> tuple[Picture, bytes]:
    """A picture file and what it says of itself. Raises `StudioloError`."""
    from studiolo.media.pictures import measure

    data = terminal.read_file(file)
    try:
        return measure(data), data
    except StudioloError as error:
        raise StudioloError(error.problem.code, f"{file}: {error.problem.message}", error.problem.mend) from None


def slug(words: str, otherwise: str) -> str:
    """A file name made of the first words; `otherwise` where there are none."""
    return "-".join(re.findall(r"\w+", words.lower()))[:40].strip("-") or otherwise
