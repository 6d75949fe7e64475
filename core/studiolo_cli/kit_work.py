"""What one run of `compose` is to do: the request, from what was said and from what lies in the folder already. Knows
no daemon."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import get_args

from studiolo_cli import terminal
from studiolo_cli.picture_files import read_picture
from studiolo_contract.compose import ComposeRequest, Own, PartSeed
from studiolo_contract.errors import StudioloError
from studiolo_contract.kit import PICTURE, PROSE, SOUND, Kit, KitPart
from studiolo_contract.media import Blob, Sha256, blob_of
from studiolo_contract.mood_card import CardField, Change, MoodCard

SUFFIXES: Mapping[str, str] = {
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".json": "application/json",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mid": "audio/midi",
    ".midi": "audio/midi",
}
"""Media types of what a person may put in the place of a part."""


@dataclass
class Work:
    """A request, and what belongs to it here."""

    folder: Path | None
    """None: named after the kit once it is there."""
    request: ComposeRequest
    before: Kit | None = None
    """What lies in the folder."""
    put: list[bytes] = field(default_factory=list)
    """To be put: what the request names."""
    at_hand: dict[Sha256, bytes] = field(default_factory=dict)
    """Files of the kit that need not be got."""
    lying: dict[str, bytes] = field(default_factory=dict)
    """Files that a person has changed, by name, and that stay as they are."""
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        folder: Path | None,
        brief: str | None,
        *,
        preset: str,
        scenes: tuple[str, ...],
        seconds: float | None,
        style: str,
        picture: Path | None,
        changes: tuple[str, ...],
        project: bool,
        reroll: tuple[str, ...],
        replaced: tuple[str, ...],
        only: tuple[str, ...],
        seed: int | None,
        force: bool,
        models: tuple[str, str, str],
    ) -> Work:
        """Reads the folder, and every file that is named. Raises `StudioloError` for whatever can't be done."""
        work = cls(folder, ComposeRequest(brief=brief or ""))
        if folder is not None:
            work._look(folder, brief, force)
        base = work.request
        said = [_change(text) for text in changes]
        if style:
            said.append(Change(field="style", value=style))
        base = replace(
            base,
            preset=preset or base.preset,
            scenes=scenes or base.scenes,
            seconds=base.seconds if seconds is None else seconds,
            changes=(*base.changes, *said),
            parts=only,
            project=project or base.project,
            model=models[0] or base.model,
            image_model=models[1] or base.image_model,
            music_model=models[2] or base.music_model,
        )
        if seed is not None:
            base = replace(base, seed=seed, seeds=())
        if picture is not None:
            shown, data = read_picture(picture)
            work.put.append(data)
            base = replace(base, picture=shown, card=None)
        work.request = base
        for name in reroll:
            work._reroll(name)
        for text in replaced:
            work._put_in_place(text)
        return work

    def expected(self) -> tuple[str, ...]:
        """What parts are to come, as far as that is known here, in order."""
        from studiolo.compose.planning.plan import part_names
        from studiolo.compose.planning.presets import Presets
        from studiolo_client.discovery import home

        try:
            names = part_names(Presets(home() / "presets").read(self.request.preset), len(self.request.scenes))
        except StudioloError:
            return ()  # a preset of the daemon's machine; what is wrong with one the daemon says
        wanted = self.request.parts or names
        card = () if self.request.card else ("card",)
        return (*card, *(name for name in names if name in wanted), "match")

    # ---- what lies there already

    def _look(self, folder: Path, brief: str | None, force: bool) -> None:
        from studiolo.compose.kit import kit_disk
        from studiolo.compose.kit.kit_folder import CARD, changed, files_of, read_card

        terminal.check_folder(folder)
        self.before = before = kit_disk.read_folder(folder)
        if before is None:
            there = sorted(file.name for file in folder.iterdir() if file.name[0] != ".") if folder.is_dir() else []
            if there and not force:
                raise StudioloError(
                    "bad_request",
                    f"{folder} holds {there[0]} and is no kit's folder.",
                    "Name a new folder, or write the kit among what is there with --force.",
                )
            return
        kit_disk.check_way(folder, before)
        if brief is not None and _plain(brief) != _plain(before.request.brief):
            if not force:
                raise StudioloError(
                    "bad_request",
                    f"{folder} holds a kit of another brief: '{_plain(before.request.brief)[:60]}'.",
                    "Name another folder, or make all of it anew with --force.",
                )
            self.request = replace(
                before.settled, brief=brief, card=None, changes=(), own=(), parts=(), picture=None, scene="", scenes=()
            )
            return
        self.request = replace(before.settled, picture=None, scene="", parts=(), changes=())
        digest = kit_disk.digests(folder)
        for file in files_of(before):
            if digest(file.name) == file.blob.sha256:
                self.at_hand[file.blob.sha256] = kit_disk.read_some(folder / file.name, kit_disk.MOST_FILE)
        self.put += [self.at_hand[one.blob.sha256] for one in self.request.own if one.blob.sha256 in self.at_hand]
        theirs = changed(before, digest)
        if force:
            self._drop(set(theirs.values()))
        else:
            for part in before.parts:
                self._take_theirs(folder, part, [name for name in theirs if theirs[name] == part.name])
        card_file = folder / CARD
        if card_file.is_file():
            card = read_card(terminal.read_file(card_file), str(card_file))
            self.request = replace(self.request, changes=tuple(_differences(before.card, card)))
            if self.request.changes:
                told = ", ".join(change.field for change in self.request.changes)
                self.notes.append(f"{card_file} was changed by you, and is followed: {told}.")

    def _take_theirs(self, folder: Path, part: KitPart, names: Sequence[str]) -> None:
        """A file that a person changed stands for its part, if it is the part's own; any other only stays as it is."""
        for name in names:
            data = terminal.read_file(folder / name)
            if name == _main(part):
                self._own(part.name, data, SUFFIXES.get(Path(name).suffix.lower(), "application/octet-stream"))
                self.notes.append(f"{folder / name} was changed by you: it stands in the kit as it is.")
            else:
                self.lying[name] = data
                self.notes.append(f"{folder / name} was changed by you, and is left alone.")

    def _own(self, part: str, data: bytes, media_type: str) -> None:
        blob: Blob = blob_of(data, media_type)
        self.at_hand[blob.sha256] = data
        self.put.append(data)
        self._drop({part})
        self.request = replace(self.request, own=(*self.request.own, Own(part=part, blob=blob)))

    def _drop(self, parts: set[str]) -> None:
        """These are made, and nobody's own any more."""
        self.request = replace(self.request, own=tuple(one for one in self.request.own if one.part not in parts))

    # ---- what was asked for

    def _reroll(self, part: str) -> None:
        self._drop({part})
        self._give_way(part)
        rest = tuple(one for one in self.request.seeds if one.part != part)
        self.request = replace(self.request, seeds=(*rest, PartSeed(part=part, seed=secrets.randbelow(2**32))))

    def _put_in_place(self, text: str) -> None:
        """Raises `StudioloError` (`bad_request`)."""
        part, sign, name = text.partition("=")
        file = Path(name).expanduser()
        media_type = SUFFIXES.get(file.suffix.lower())
        if not sign or not part or not name:
            raise StudioloError("bad_request", f"'{text:.60}' names no part and file.", "Say --replace concept=my.png.")
        if media_type is None:
            raise StudioloError(
                "bad_request", f"{file} can't be a part of a kit.", f"Give one of {', '.join(SUFFIXES)}."
            )
        if media_type.startswith("image/"):
            shown, data = read_picture(file)
            media_type = f"image/{shown.format}"
        else:
            data = terminal.read_file(file)
        self._give_way(part)
        self._own(part, data, media_type)

    def _give_way(self, part: str) -> None:
        """What lies there of this part is to be written over, since that was asked for by its name."""
        for one in self.before.parts if self.before else ():
            for file in one.files if one.name == part else ():
                self.lying.pop(file.name, None)


def _main(part: KitPart) -> str:
    """The file that stands for a part: of a texture its base colour, of music its sound. Empty where it has none."""
    if part.kind == "texture":
        found = part.maps.get("basecolor")
    else:
        found = part.main({"text": PROSE, "image": PICTURE, "music": SOUND}[part.kind])
    return found.name if found else ""


def _change(text: str) -> Change:
    """Raises `StudioloError` (`bad_request`)."""
    name, sign, value = text.partition("=")
    for known in get_args(CardField):
        if known == name.strip().lower() and sign:
            return Change(field=known, value=value.strip())
    raise StudioloError(
        "bad_request",
        f"'{text:.60}' sets no field of the card.",
        f"Say for example --set 'time=dawn'; the fields are {', '.join(get_args(CardField))}.",
    )


def _differences(before: MoodCard, now: MoodCard) -> list[Change]:
    """The fields that a person wrote anew into the card, as changes of it."""
    return [
        Change(field=name, value=_as_text(now, name))
        for name in get_args(CardField)
        if _of(before, name) != _of(now, name)
    ]


def _of(card: MoodCard, name: str) -> object:
    return getattr(card.mood if name in {one.name for one in fields(card.mood)} else card, name)


def _as_text(card: MoodCard, name: str) -> str:
    """As `Change.value` says it."""
    value = _of(card, name)
    if name == "characters":
        return "; ".join(f"{one.name}: {one.looks}" if one.looks else one.name for one in card.characters)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _plain(text: str) -> str:
    return " ".join(text.split())
