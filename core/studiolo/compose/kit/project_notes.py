"""A project as it speaks through files: what its `project.json` and the notes of its bible say to a mood card, and the
notes that a kit adds to the bible. Pure: knows no disk and no daemon."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from studiolo.compose.kit.colours import is_colour
from studiolo.text import frontmatter
from studiolo.text.sentences import sentence_ends
from studiolo_contract.bible import EntryType
from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.concept import sameness
from studiolo_contract.errors import StudioloError
from studiolo_contract.kit import Kit
from studiolo_contract.mood_card import CardField, Character, MoodCard, Origin, Source

PROJECT, KITS, BIBLE = "project.json", "Kits", "Bible"
"""What lies in the folder of a project."""
STRONGER: tuple[Origin, ...] = ("you", "brief", "picture", "scene")
"""Who has a say before the project has one."""
MOST_LOOKS = 300


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    """`project.json`: what all kits of a project have in common. Whatever is empty is left open."""

    name: str
    style: str = ""
    """Of text and picture, as on a mood card."""
    palette: tuple[str, ...] = ()
    """Colours as `#rrggbb`, the most important first."""
    leitmotif: str = ""
    """A melody that every soundtrack uses, as `score --motif` takes it: `E4:1 G4:0.5 A4:1.5`."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of whom the bible has a note."""

    name: str
    aliases: tuple[str, ...] = ()
    looks: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True, kw_only=True)
class Entity:
    """Somebody or something of a kit that every program shall find by its name."""

    name: str
    kind: EntryType
    words: str
    """How it looks."""


def read_project(data: bytes, name: str) -> ProjectFile:
    """What a `project.json` says; `name` is what messages call it. Raises `StudioloError` (`bad_request`)."""
    try:
        project: ProjectFile = from_plain(ProjectFile, json.loads(data))
    except (ValueError, RecursionError) as error:
        raise StudioloError("bad_request", f"{name} can't be read: {error}.", "Mend it, or take it away.") from None
    return checked(project, name)


def checked(project: ProjectFile, name: str) -> ProjectFile:
    """The same, if a mood card can hold it. Raises `StudioloError` (`bad_request`)."""
    odd = next((colour for colour in project.palette if not is_colour(colour)), None)
    if odd is not None or len(project.palette) > 8:
        what = f"'{odd:.20}' is no colour" if odd is not None else "there are more than 8 colours"
        raise StudioloError("bad_request", f"In {name}, {what}.", "Write up to eight of them as #1b3a5c.")
    if not project.name.strip() or len(project.name) > 80 or len(project.style) > 100 or len(project.leitmotif) > 2_000:
        raise StudioloError(
            "bad_request",
            f"In {name}, name, style or leitmotif is too long, or there is no name.",
            "A name has 80 characters at most, a style 100, a leitmotif 2000.",
        )
    return replace(project, palette=tuple(colour.lower() for colour in project.palette))


def write_project(project: ProjectFile) -> bytes:
    return json.dumps(to_plain(project), ensure_ascii=False, indent=2).encode() + b"\n"


def read_person(text: str, stem: str, name: str) -> Person | None:
    """Whom a note of the bible is about; None for one that is about nobody, or private. `stem` is its file's name
    without ending. Of a note with a comment nothing is taken but its keys. Raises `StudioloError` (`bad_request`)."""
    found = frontmatter.FRONT.match(text)
    front: Mapping[str, Any] = frontmatter.read(found["yaml"] or "", name) if found else {}
    kind = front.get("type")
    if frontmatter.truth(front, "private", name) or not isinstance(kind, str) or kind.lower() != "character":
        return None
    looks = frontmatter.word(front, "looks", name)
    body = text[found.end() :].strip() if found else ""
    if not looks and "%%" not in body and "<!--" not in body:
        ends = sentence_ends(body)
        looks = " ".join((body[: ends[0]] if ends else body).split()).lstrip("# ").rstrip(".")
    return Person(
        name=(frontmatter.word(front, "name", name) or stem)[:80],
        aliases=frontmatter.texts(front, "aliases", name),
        looks=looks[:MOST_LOOKS],
    )


def with_project(card: MoodCard, brief: str, project: ProjectFile, people: Iterable[Person]) -> MoodCard:
    """The card with what the project has to say: how those look whom the brief or the card names, its palette and its
    style, where neither the person nor the brief said otherwise."""
    card = _with_people(card, brief, people)
    said: dict[CardField, Any] = {"palette": project.palette, "style": project.style}
    for field, value in said.items():
        if value and _origin(card, field) not in STRONGER:
            card = replace(card, **{field: value})
            card = _because(card, field, f"'{project.name}' has it so")
    return card


def entities_of(kit: Kit) -> Iterator[Entity]:
    """The characters and the place of a kit, as the bible would have them."""
    for one in kit.card.characters:
        yield Entity(name=_titled(one.name), kind="character", words=one.looks)
    if kit.card.place:
        about = ", ".join(filter(None, (kit.card.place, kit.card.era, *kit.card.materials)))
        yield Entity(name=_titled(kit.card.place), kind="place", words=about)


def note_of(entity: Entity, kit: Kit, folder: str) -> bytes:
    """A note of the bible; `folder` is that of the kit from which it comes, as a link says it."""
    import yaml

    front: dict[str, Any] = {"type": entity.kind, "name": entity.name}
    if entity.words:
        front |= {"looks": entity.words, "sheet": ["looks"]}
    told = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{told}---\n\n{entity.name} is in “{kit.title}”.\n\n%%From {folder}.%%\n".encode()


def file_name(name: str) -> str:
    """What the note of that name is called, on every system."""
    plain = " ".join(re.sub(r"[\\/:*?\"<>|#^\[\]\x00-\x1f\x7f]", " ", name).split())
    return plain.strip(" .")[:80].strip(" .") or "Unnamed"


def _with_people(card: MoodCard, brief: str, people: Iterable[Person]) -> MoodCard:
    if _origin(card, "characters") == "you":
        return card
    characters, subjects = list(card.characters), list(card.subjects)
    known = []
    for person in people:
        at = next((i for i, one in enumerate(characters) if _called(person, one.name)), None)
        if at is None and not any(_named(name, brief) for name in person.names):
            continue
        if at is None and len(characters) >= 8:
            continue
        character = Character(name=person.name, looks=person.looks or (characters[at].looks if at is not None else ""))
        if at is None:
            characters.append(character)
        else:
            characters[at] = character
        if person.looks:
            subjects = [person.looks[:200], *(one for one in subjects if not _called(person, one))]
        known.append(person.name)
    if not known:
        return card
    why = f"notes on {', '.join(known)}"
    card = _because(replace(card, characters=tuple(characters)), "characters", why)
    if _origin(card, "subjects") == "you" or tuple(subjects) == card.subjects:
        return card
    return _because(replace(card, subjects=tuple(dict.fromkeys(subjects))[:8]), "subjects", why)


def _called(person: Person, name: str) -> bool:
    return sameness(_bare(name)) in {sameness(_bare(one)) for one in person.names}


def _named(name: str, text: str) -> bool:
    """Whether the text says this name as a word of its own."""
    return bool(name.strip()) and re.search(rf"(?<!\w){re.escape(name.strip())}(?!\w)", text, re.IGNORECASE) is not None


def _bare(name: str) -> str:
    return re.sub(r"(?i)\A(?:the|an?)\s+", "", name.strip())


def _titled(name: str) -> str:
    """A name as a note is called: without an article, with a capital."""
    bare = " ".join(_bare(name).split())
    return (bare[:1].upper() + bare[1:])[:80].strip()


def _origin(card: MoodCard, field: CardField) -> Origin | None:
    return next((source.origin for source in card.sources if source.field == field), None)


def _because(card: MoodCard, field: CardField, why: str) -> MoodCard:
    others = tuple(source for source in card.sources if source.field != field)
    return replace(card, sources=(*others, Source(field=field, origin="project", because=why[:300])))
