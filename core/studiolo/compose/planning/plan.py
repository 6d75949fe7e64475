"""From a card and a preset to the requests of a kit, in order. Pure: runs nothing, and knows no model but by its name.

The parts follow the card, not each other: the request of a part holds what its own words of the card say and nothing
else, and its seed follows from the kit's and from its name. So another card changes the requests that use what is
different in it, another seed of one part changes that one, and whoever keeps results by their requests makes no other
anew.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Union, get_args, get_type_hints

from studiolo.compose.card.brief import says_something
from studiolo.compose.card.card import with_changes
from studiolo.compose.planning.known_words import KnownWords
from studiolo.compose.planning.presets import REQUESTS, PartPlan, Preset
from studiolo.compose.planning.wording import PLACEHOLDERS, filled, placeholders_in, words_of
from studiolo_contract.codec import from_plain
from studiolo_contract.compose import ComposeRequest, Own
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest
from studiolo_contract.kit import PartKind
from studiolo_contract.media import Midi, Picture
from studiolo_contract.mood_card import CardField, MoodCard
from studiolo_contract.music import MusicRequest, Section
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest

PartRequest = Union[TextRequest, ImageRequest, TextureRequest, MusicRequest]
Lent = Union[Picture, Midi, str, tuple[Section, ...]]
"""What one part has that another can be made from; a melody is a person's own file, or notes."""

KEPT = 0.35
"""How far the pictures of a storyboard take on palette and light of the first."""
MEDIA: Mapping[str, tuple[str, ...]] = {
    "text": ("text/markdown", "text/plain", "application/json"),
    "image": ("image/png", "image/jpeg"),
    "texture": ("image/png", "image/jpeg"),
    "music": ("audio/wav", "audio/flac", "audio/midi"),
}
"""What a person's own part of a kind may be."""


@dataclass(frozen=True)
class Step:
    """A part of a kit that is to be made."""

    name: str
    kind: PartKind
    request: PartRequest | None
    """But for what other parts fill in; None where the card says nothing of it."""
    needs: Mapping[str, str]
    """Field of the request -> the part whose outcome fills it."""
    follows: tuple[CardField, ...]
    seed: int
    own: Own | None = None
    """It stands in the kit as it is, and nothing is made."""
    graph: bool = False

    def asked(self, lent: Mapping[str, Lent | None]) -> tuple[PartRequest, tuple[str, ...]]:
        """The request with what other parts lend filled in, and what to tell of those that have nothing to lend.
        Raises `StudioloError` where it can't be made without."""
        if self.request is None:
            said = ", ".join(self.follows) or "the brief"
            raise StudioloError(
                "bad_request", f"The card says nothing that {self.name} could be made from.", f"Fill in {said}."
            )
        request, notes = self.request, []
        for field, other in self.needs.items():
            given = lent.get(other)
            if given is not None:
                values: dict[str, Any] = {"motif_midi" if isinstance(given, Midi) else field: given}
                request = replace(request, **values)
            elif field == "image":
                raise StudioloError(
                    "bad_request",
                    f"{self.name} is made from {other}, and that is missing.",
                    "Compose again to have both made.",
                )
            else:
                notes.append(f"{self.name} was made without {other}, which it would have followed.")
        return request, tuple(notes)


def plan(
    request: ComposeRequest,
    card: MoodCard,
    scenes: Sequence[MoodCard],
    preset: Preset,
    seed: int,
    models: Mapping[str, str],
    known: KnownWords | None = None,
) -> tuple[Step, ...]:
    """What is to be made, each part after those that it needs.

    `scenes`: the card of each scene of a storyboard, none without one. `models`: kind of part -> model. `known`: what
    the model that paints knows, where that is a closed list.
    """
    seeds = {one.part: one.seed for one in request.seeds}
    own = {one.part: one for one in request.own}
    steps: dict[str, Step] = {}
    for name, part, scene in _slots(preset, len(request.scenes)):
        told = card if scene is None else scenes[scene]
        brief = request.brief if scene is None else request.scenes[scene]
        chosen = seeds.get(name, seed_of(seed, part.name if part.kind == "image" else name))
        needs = {field: _at(other, preset, scene) for field, other in part.needs.items()}
        more: dict[str, Any] = {"seed": chosen, "model": models[part.kind]}
        if scene and part.kind == "image" and "style_image" not in needs:
            needs["style_image"] = f"scene-1/{part.name}"
            more |= {} if "style_strength" in part.request else {"style_strength": KEPT}
        if scene and part.kind == "music" and "motif" not in needs and "motif" not in part.request:
            needs["motif"] = f"scene-1/{part.name}"
        steps[name] = Step(
            name=name,
            kind=part.kind,
            request=_request(part, told, brief, request.seconds, more, known),
            needs=needs,
            follows=followed(part),
            seed=chosen,
            own=own.get(name),
            graph=part.graph,
        )
    return tuple(_wanted(steps, request.parts))


def with_leitmotif(steps: Sequence[Step], motif: str) -> tuple[Step, ...]:
    """The same steps, with this melody in all music that has none of its own and takes none from another part."""

    def led(step: Step) -> Step:
        asked = step.request
        if not motif or not isinstance(asked, MusicRequest) or asked.motif or "motif" in step.needs:
            return step
        return replace(step, request=replace(asked, motif=motif))

    return tuple(led(step) for step in steps)


def check(request: ComposeRequest, preset: Preset) -> None:
    """Raises `StudioloError` (`bad_request`) where the request says nothing, names a part that there is not, or changes
    a field to what it can't be."""
    told = any(says_something(text) for text in (request.brief, request.scene, *request.scenes))
    if not (told or request.card or request.picture):
        raise StudioloError(
            "bad_request", "The brief says nothing.", "Say what the kit is about, or give a card, a picture or a scene."
        )
    with_changes(request.card or MoodCard(), request.changes)
    kinds = {name: part.kind for name, part, _ in _slots(preset, len(request.scenes))}
    for name in (*request.parts, *(one.part for one in request.seeds), *(one.part for one in request.own)):
        if name not in kinds:
            near = difflib.get_close_matches(name, kinds, n=2, cutoff=0.5)
            mend = f"Did you mean {' or '.join(near)}?" if near else f"It has {', '.join(kinds)}."
            raise StudioloError("bad_request", f"The preset {preset.name} has no part called '{name}'.", mend)
    for one in request.own:
        media = MEDIA[kinds[one.part]]
        if one.blob.media_type not in media:
            raise StudioloError(
                "bad_request",
                f"'{one.blob.media_type:.60}' can't be the part {one.part}.",
                f"Give {', '.join(media)}.",
            )


def part_names(preset: Preset, scenes: int) -> tuple[str, ...]:
    """The names of all parts of such a kit, in order."""
    return tuple(name for name, _, _ in _slots(preset, scenes))


def seed_of(seed: int, name: str) -> int:
    """The seed of a part, which follows from the kit's."""
    return int.from_bytes(sha256(f"{seed}/{name}".encode()).digest()[:4])


def followed(part: PartPlan) -> tuple[CardField, ...]:
    """The fields of the card that a part is made from."""
    found = (
        field for value in part.request.values() for name in placeholders_in(value) for field in PLACEHOLDERS[name]
    )
    return tuple(dict.fromkeys(found))


def _slots(preset: Preset, scenes: int) -> Iterator[tuple[str, PartPlan, int | None]]:
    """Name, part, and the place of its scene."""
    if not scenes:
        yield from ((part.name, part, None) for part in preset.parts)
        return
    yield from ((part.name, part, None) for part in preset.parts if part.once)
    for scene in range(scenes):
        yield from ((f"scene-{scene + 1}/{part.name}", part, scene) for part in preset.parts if not part.once)


def _at(name: str, preset: Preset, scene: int | None) -> str:
    """What a part is called that one of this scene speaks of."""
    once = next(part for part in preset.parts if part.name == name).once
    return name if scene is None or once else f"scene-{scene + 1}/{name}"


def _request(
    part: PartPlan,
    card: MoodCard,
    brief: str,
    seconds: float,
    more: Mapping[str, Any],
    known: KnownWords | None,
) -> PartRequest | None:
    kind = REQUESTS[part.kind]
    hints = get_type_hints(kind, include_extras=True)
    words = words_of(card, brief, seconds)
    if part.kind == "image" and known is not None:
        words |= known.said(card)[0]
    values: dict[str, Any] = dict(more)
    for field, template in part.request.items():
        value = filled(template, words)
        if isinstance(value, list) and _is_text(hints[field]):
            value = " ".join(value)
        if value is None:
            continue
        values[field] = value if not isinstance(value, (list, dict)) else from_plain(hints[field], value)
        if isinstance(value, str):
            values[field] = value[: _longest(hints[field])]
    subject = {"text": "text", "image": "prompt", "texture": "prompt"}.get(part.kind)
    if subject and not values.get(subject) and "image" not in part.needs:
        return None
    return kind(**values)


def _is_text(hint: Any) -> bool:
    return hint is str or (hasattr(hint, "__metadata__") and get_args(hint)[0] is str)


def _longest(hint: Any) -> int | None:
    return next((item.max_length for item in getattr(hint, "__metadata__", ()) if hasattr(item, "max_length")), None)


def _wanted(steps: Mapping[str, Step], names: Sequence[str]) -> Iterator[Step]:
    """These and what they need, in order; all of them without names."""
    wanted = set(names or steps)
    for step in reversed(list(steps.values())):
        if step.name in wanted and step.own is None:
            wanted.update(step.needs.values())
    return (step for step in steps.values() if step.name in wanted)


def settled(request: ComposeRequest, card: MoodCard, seed: int, models: Mapping[str, str]) -> ComposeRequest:
    """The request with card, seed and models filled in: it makes the same kit again."""
    return replace(
        request,
        card=card,
        changes=(),
        seed=seed,
        model=models["text"],
        image_model=models["image"],
        music_model=models["music"],
    )
