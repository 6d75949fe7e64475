"""What is asked of a request before it becomes a job, beyond the bounds of its fields. Loads no model and no torch.

Knows which models, modes and styles there are; knows no queue, no pixels and no prompt.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence

from studiolo.compose.card import brief, card
from studiolo.image import weights
from studiolo.models.model import Kind, Model
from studiolo.models.store import Store
from studiolo.music import motif, players
from studiolo.music.plan import lengths
from studiolo.music.theory import asked_key
from studiolo.text.brief import language_in
from studiolo.text.modes import mode_names, read_mode
from studiolo.text.styles import style_names
from studiolo_contract.compose import CardRequest, ComposeRequest, MatchRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.music import MusicRequest
from studiolo_contract.request import Request
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest
from studiolo_contract.upscale import UpscaleRequest
from studiolo_contract.wire import ModelInfo

LONGEST_SHAPE = 8
"""How many times longer than wide a picture may be: no model paints a longer one."""
LONGEST_SIDE = 8192
"""Pixels of an enlarged picture."""
SMALLEST_SIDE = 16
"""Pixels of a picture that maps can be made of, or that has a style."""


def check(request: Request, store: Store) -> Model:
    """The model that will run the request. Raises `StudioloError` where the request cannot be fulfilled.

    A request for a kit has none, its parts have theirs: `studiolo.compose.planning.plan.check` is its door.
    """
    assert not isinstance(request, ComposeRequest)
    wanted = _kind_of_model(request)
    if isinstance(request, TextRequest):
        _check_text(request)
    elif isinstance(request, TextureRequest):
        _check_texture(request)
    elif isinstance(request, UpscaleRequest):
        _check_upscale(request)
    elif isinstance(request, MusicRequest):
        _check_music(request)
    elif isinstance(request, MatchRequest):
        _check_match(request)
    elif isinstance(request, CardRequest):
        _check_card(request)
    else:
        _check_image(request)
    name = (request.model if wanted != "maps" else "") or store.default(wanted)
    entry = store.entries.get(name)
    # told before anyone fetches gigabytes for nothing
    kind = entry.kind if entry else store.find(name).kind
    if kind != wanted:
        does = {
            "text": "writes",
            "image": "paints",
            "upscale": "only enlarges pictures",
            "music": "makes music",
            "judge": "only judges kits",
            "embedding": "only compares texts",
            "maps": "only makes maps of what another paints",
        }[kind]
        fitting = [known.name for known in store.installed() if known.kind == wanted]
        mend = (
            f"Name one of: {', '.join(fitting)}." if fitting else f"Run `studiolo models pull {store.default(wanted)}`."
        )
        raise StudioloError("bad_request", f"The model {name} {does}; this is a request for {request.kind}.", mend)
    model = store.find(name)
    team(request, model, store)
    return model


def team(request: Request, model: Model, store: Store) -> tuple[Model, ...]:
    """`model`, which begins the request, and those that finish it. Raises `StudioloError` where one is missing."""
    if isinstance(request, TextureRequest) and model.kind != "maps":
        return model, store.find(store.default("maps"))
    if isinstance(request, CardRequest) and request.picture is not None and request.card is None:
        judge = next((one for one in store.installed() if one.name == store.default("judge")), None)
        return (judge, model) if judge else (model,)  # without one a picture's colours are read, and the card says so
    return (model,)


def describe(store: Store) -> tuple[ModelInfo, ...]:
    """The models that a client may offer: the whole catalogue, then a person's own folders."""
    here = {model.name: model for model in store.installed()}
    known = [
        ModelInfo(
            name=entry.name,
            kind=entry.kind,
            summary=entry.summary,
            licence=f"{entry.licence} (accept it on the hub first)" if entry.gated else entry.licence,
            commercial=entry.commercial,
            memory_gb=entry.memory_gb,
            installed=entry.name in here,
            default=entry.name == store.default(entry.kind),
            native=entry.defaults.width,
            depth=entry.name in here and here[entry.name].depth,
        )
        for entry in store.entries.values()
        if entry.kind != "embedding" and entry.kind != "maps"
    ]
    own = [
        ModelInfo(
            name=model.name,
            kind=model.kind,
            summary=f"Your own folder {model.folder}",
            licence=model.licence,
            commercial=model.commercial,
            memory_gb=round(sum(file.stat().st_size for file in model.folder.rglob("*.safetensors")) / 1e9, 1),
            installed=True,
            default=model.name == store.default(model.kind),
            depth=model.depth,
        )
        for name, model in here.items()
        if name not in store.entries and model.kind != "embedding" and model.kind != "maps"
    ]
    return (*known, *own)


def _kind_of_model(request: Request) -> Kind:
    """What kind of model begins it."""
    if isinstance(request, TextureRequest):
        return "image" if request.prompt.strip() else "maps"
    if isinstance(request, CardRequest):
        return "text"
    if isinstance(request, MatchRequest):
        return "judge"
    assert not isinstance(request, ComposeRequest)
    return request.kind


def _check_text(request: TextRequest) -> None:
    _one_of("mode", request.mode, mode_names())
    if request.style:
        _one_of("style", request.style, style_names())
    if request.mode == "translate" and not language_in(request.instruction):
        raise StudioloError(
            "bad_request",
            "There is no language to translate into.",
            'Name it in the instruction, in English, such as "into French".',
        )
    if request.json_schema:
        _check_schema(request.json_schema)
    if request.mode != "chat" and (request.turns or request.speaker != "user"):
        raise StudioloError(
            "bad_request", f"The mode {request.mode} takes no conversation.", "Choose the mode chat, or leave it out."
        )
    if read_mode(request.mode).form == "free":
        given = ("style", "instruction", "examples", "bible")
        for field in (name for name in given if getattr(request, name)):
            raise StudioloError(
                "bad_request",
                f"The mode {request.mode} takes no {field}.",
                "Say it in the text, or choose another mode.",
            )
    for bias in request.sampling.logit_bias or ():
        if bool(bias.text) == (bias.token is not None):
            raise StudioloError(
                "bad_request", "An entry of logit_bias names both a text and a token, or neither.", "Name one of them."
            )


def _check_schema(text: str) -> None:
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise StudioloError(
            "bad_request", f"json_schema is not JSON: {reason}.", "Send a JSON Schema as text."
        ) from None
    if not isinstance(schema, dict):
        raise StudioloError(
            "bad_request", "json_schema is JSON, but not an object.", 'Send a JSON Schema, such as {"type": "object"}.'
        )


def _check_texture(request: TextureRequest) -> None:
    image = request.image
    if image is None and not request.prompt.strip():
        raise StudioloError(
            "bad_request",
            "There is neither a prompt nor a picture to make a texture of.",
            "Say what the surface is, or send its picture.",
        )
    if image is not None and min(image.width, image.height) < SMALLEST_SIDE:
        raise StudioloError(
            "bad_picture",
            f"The picture has {image.width} × {image.height} pixels, too few to be a surface.",
            f"Send one of {SMALLEST_SIDE} pixels a side or more.",
        )
    _check_shape(request)
    _check_weights(request)


def _check_image(request: ImageRequest) -> None:
    if not request.prompt.strip():
        raise StudioloError("bad_request", "The prompt is empty.", "Say what the picture shows.")
    image, mask = request.image, request.mask
    if mask is not None and image is None:
        raise StudioloError("bad_request", "There is a mask but no image to repaint.", "Send the image too.")
    if mask is not None and image is not None and (mask.width, mask.height) != (image.width, image.height):
        raise StudioloError(
            "bad_request",
            f"The mask has {mask.width} × {mask.height} pixels and the image {image.width} × {image.height}.",
            "Send a mask of the image's size.",
        )
    if mask is not None and image is not None:
        wanted = (request.width or image.width, request.height or image.height)
        if wanted != (image.width, image.height):
            raise StudioloError(
                "bad_request",
                f"With a mask the picture keeps its size, and {wanted[0]} × {wanted[1]} is not the image's.",
                "Leave width and height out.",
            )
    style = request.style_image
    if style is not None and min(style.width, style.height) < SMALLEST_SIDE:
        raise StudioloError(
            "bad_picture",
            f"The style picture has {style.width} × {style.height} pixels, too few to have a style.",
            f"Send one of {SMALLEST_SIDE} pixels a side or more.",
        )
    _check_shape(request)
    _check_weights(request)


def _check_upscale(request: UpscaleRequest) -> None:
    longest = max(request.image.width, request.image.height)
    if longest * request.scale > LONGEST_SIDE:
        smaller = "Enlarge it 2 times only, or send" if longest * 2 <= LONGEST_SIDE else "Send"
        raise StudioloError(
            "bad_request",
            f"{request.image.width} × {request.image.height} pixels, enlarged {request.scale} times, are too many: "
            f"{LONGEST_SIDE} a side are the most.",
            f"{smaller} a smaller picture, or a part of it.",
        )


def _check_music(request: MusicRequest) -> None:
    told = request.prompt.strip() or request.mood or any(one.prompt.strip() or one.mood for one in request.sections)
    if not told:
        raise StudioloError(
            "bad_request", "There is neither a brief nor a mood.", "Say what the music is for, or give a mood."
        )
    asked_key(request.key, request.mode)
    if request.motif.strip():
        motif.read(request.motif)
    if request.instruments:
        players.named_band(request.instruments)
    elif request.ensemble.strip():
        players.ensemble(request.ensemble)
    if request.sections:
        lengths(request.seconds, [section.seconds for section in request.sections])


def _check_match(request: MatchRequest) -> None:
    if not (request.text.strip() or request.picture or request.texture or request.music):
        raise StudioloError("bad_request", "There is nothing to judge.", "Give a text, a picture, a texture or music.")


def _check_card(request: CardRequest) -> None:
    if request.card is None and request.picture is None and not brief.says_something(request.text + request.scene):
        raise StudioloError(
            "bad_request",
            "There is no word to read a mood card from, and no picture." if request.text else "The brief is empty.",
            "Say in a sentence what it is about, or send a picture.",
        )
    card.with_changes(request.card or MoodCard(), request.changes)


def _check_shape(request: ImageRequest | TextureRequest) -> None:
    image = request.image
    width = request.width or (image.width if image else None)
    height = request.height or (image.height if image else None)
    if width and height and max(width, height) > LONGEST_SHAPE * min(width, height):
        raise StudioloError(
            "bad_request",
            f"{width} × {height} is too long a shape: one side is more than {LONGEST_SHAPE} times the other.",
            "Ask for a part of it, or for a less narrow picture.",
        )


def _check_weights(request: ImageRequest | TextureRequest) -> None:
    weights.read(request.prompt)
    weights.read(request.negative_prompt)


def _one_of(field: str, value: str, names: Sequence[str]) -> None:
    if value in names:
        return
    near = difflib.get_close_matches(value.lower(), names, n=3, cutoff=0.5)
    mend = f"Did you mean {' or '.join(near)}?" if near else f"Choose one of: {', '.join(names)}."
    raise StudioloError("bad_request", f"There is no {field} called '{value:.64}'.", mend)
