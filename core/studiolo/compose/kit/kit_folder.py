"""A kit as the files of a folder: what each is called, what stands in it, and which of them a person has changed.
Pure: knows no disk and no daemon."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.kit import Kit, KitFile, KitPart
from studiolo_contract.media import Sha256, blob_of
from studiolo_contract.mood_card import MoodCard

RECIPE = "recipe.json"
"""The `Kit`: with it the folder can be completed and made again."""
CARD = "mood.json"
"""The `MoodCard`."""
PAGE = "index.html"
"""Shows and plays it all."""
OURS = (CARD, RECIPE, PAGE)

MOST_RECIPE = 32 * 2**20
"""Bytes of a `recipe.json` that is read."""
_PIECE = re.compile(r"(?!\.)[^\\/:*?\"<>|\x00-\x1f\x7f]{1,100}(?<![. ])")
"""What a file or a folder may be called on every system."""
_BRIEF = 500
"""Most characters of the brief that stand in a frontmatter."""


@dataclass(frozen=True)
class Folder:
    """What lies in the folder of a kit."""

    kit: Kit
    """As the folder holds it: the hashes are those of the files."""
    files: Mapping[str, bytes]
    """What is to be written, by name with slashes; first what is of the parts."""


def lay_out(kit: Kit, data: Mapping[Sha256, bytes], lying: Mapping[str, bytes] | None = None) -> Folder:
    """The files of a kit, from the bytes of its parts' blobs. A text that was made gets a frontmatter; one that is a
    person's own stands as it is. `lying`: files that are in the folder already and stay as they are; the page shows
    these. Raises `StudioloError` (`bad_request`) where a name would lead out of the folder."""
    from studiolo.compose.kit.kit_page import page_of  # templates and Markdown are loaded by who writes a kit alone

    files: dict[str, bytes] = {}
    shown = dict(lying or {})
    parts = []
    for part in kit.parts:
        named = []
        for file in part.files:
            check_name(file.name)
            if lying and file.name in lying:
                named.append(file)
                continue
            content = data[file.blob.sha256]
            if part.kind == "text" and not part.own and file.blob.media_type.startswith("text/"):
                content = _framed(kit, part, content)
            files[file.name] = content
            named.append(KitFile(name=file.name, blob=blob_of(content, file.blob.media_type)))
        parts.append(replace(part, files=tuple(named)))
    kept = replace(kit, parts=tuple(parts))
    page = page_of(kept, shown | files)
    files[CARD] = _json(kept.card)
    files[RECIPE] = _json(kept)
    files[PAGE] = page.encode()
    return Folder(kept, files)


def read_kit(data: bytes, name: str) -> Kit:
    """What a `recipe.json` says; `name` is what messages call it. Raises `StudioloError` (`bad_request`)."""
    try:
        if len(data) > MOST_RECIPE:
            raise ValueError(f"it has more than {MOST_RECIPE // 2**20} MiB")
        kit: Kit = from_plain(Kit, json.loads(data))
        for file in files_of(kit):
            check_name(file.name)
    except (ValueError, RecursionError, StudioloError) as error:
        raise StudioloError(
            "bad_request", f"{name} is no recipe of a kit: {error}.", "Name another folder, or take that file away."
        ) from None
    return kit


def read_card(data: bytes, name: str) -> MoodCard:
    """What a `mood.json` says. Raises `StudioloError` (`bad_request`)."""
    try:
        card: MoodCard = from_plain(MoodCard, json.loads(data))
    except (ValueError, RecursionError) as error:
        raise StudioloError("bad_request", f"{name} is no mood card: {error}.", "Mend it, or take it away.") from None
    return card


def files_of(kit: Kit) -> Iterator[KitFile]:
    """The files of all its parts."""
    for part in kit.parts:
        yield from part.files


def changed(kit: Kit, digest: Callable[[str], Sha256 | None]) -> dict[str, str]:
    """Files that are not as the kit has them, and of which part each is. `digest` says the hash of the file of that
    name, None where there is none; a file that is gone is not changed but missing."""
    found = {}
    for part in kit.parts:
        for file in part.files:
            there = digest(file.name)
            if there is not None and there != file.blob.sha256:
                found[file.name] = part.name
    return found


def joined(before: Kit, after: Kit, lying: Container[str]) -> Kit:
    """The kit that a folder holds once only some of its parts were made: those of `after`, and of `before` all others,
    as far as their files are among `lying`. How well they fit is not known of parts that were not judged together."""
    if not after.request.parts:
        return after
    made = {part.name: part for part in after.parts}
    parts = [made.pop(part.name) if part.name in made else _left(part, lying) for part in before.parts]
    seeds = {one.part: one for one in (*before.settled.seeds, *after.settled.seeds)}
    own = {one.part: one for one in (*before.settled.own, *after.settled.own)}
    return replace(
        after,
        parts=(*parts, *made.values()),
        settled=replace(after.settled, parts=(), seeds=tuple(seeds.values()), own=tuple(own.values())),
        match=after.match if len(after.parts) >= len(before.parts) else None,
    )


def _left(part: KitPart, lying: Container[str]) -> KitPart:
    """A part that was not made now."""
    files = tuple(file for file in part.files if file.name in lying)
    if files or part.problem is not None:
        return replace(part, files=files)
    gone = Problem(
        code="unknown_blob",
        message="Its files are not in the folder any more, and it was not to be made.",
        mend="Compose again without --only.",
    )
    return replace(part, files=(), problem=gone)


def slug(words: str, otherwise: str = "kit") -> str:
    """A folder's name made of the first words; `otherwise` where there are none."""
    return "-".join(re.findall(r"[^\W_]+", words.lower()))[:48].strip("-") or otherwise


def check_name(name: str) -> None:
    """Raises `StudioloError` (`bad_request`) for what can't be a file below the kit's folder, or is one of our own."""
    pieces = name.split("/")
    if len(name) > 200 or len(pieces) > 4 or name in OURS or not all(_PIECE.fullmatch(piece) for piece in pieces):
        raise StudioloError("bad_request", f"{name!r:.80} can't be a file of a kit.", "Call that part otherwise.")


def _framed(kit: Kit, part: KitPart, content: bytes) -> bytes:
    import yaml

    text = content.decode()
    if text.startswith("---\n"):
        return content
    card, mood = kit.card, kit.card.mood
    brief = " ".join(kit.request.brief.split())
    told: dict[str, Any] = {
        "title": kit.title,
        "brief": brief if len(brief) <= _BRIEF else brief[:_BRIEF].rsplit(" ", 1)[0] + " …",
        "part": part.name,
        "characters": [one.name for one in card.characters],
        "place": card.place,
        "time": card.time,
        "weather": card.weather,
        "mood": [f"{name} {value:+.2f}" for name, value in vars(mood).items()],
        "style": card.style,
        "tags": ["studiolo/kit"],
    }
    front = yaml.safe_dump(
        {key: value for key, value in told.items() if value}, allow_unicode=True, sort_keys=False, width=10_000
    )
    return f"---\n{front}---\n\n{text.strip()}\n".encode()


def _json(value: object) -> bytes:
    return json.dumps(to_plain(value), ensure_ascii=False, indent=2).encode() + b"\n"
