"""What the engines that make sound rather than notes have in common.

From the request to an order that a model can be given, and from what it made to a finished piece. Knows no model, only
that one reads words and gives samples; how a piece is mixed and encoded is the matter of others.
"""

from __future__ import annotations

import dataclasses
import json
import random
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, floor, gcd
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import resample_poly

from studiolo.device import Device
from studiolo.engines import model_folder
from studiolo.engines.engine import Finished, Task
from studiolo.engines.loading import reading
from studiolo.engines.shortage import first_line, free, is_out_of_memory
from studiolo.media.sound import encode
from studiolo.models.model import Model
from studiolo.music.mix import RATE, Stem, mix
from studiolo.music.plan import lengths
from studiolo.music.score_picture import outline
from studiolo.music.theory import asked_key, tonic_name
from studiolo.recipe import png, recipe
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput, Progress, SoundOutput
from studiolo_contract.frames import to_json
from studiolo_contract.media import blob_of
from studiolo_contract.music import Mood, MusicalMode, MusicRequest, Section

Raw = NDArray[np.float32]
"""(channels, samples) at the model's own rate; one channel or two."""

SURPLUS = 4.0
"""Seconds that are made after the end of a loop: what the piece closes with must not be in it."""
OVERLAP = 1.0
"""Seconds of the surplus that are laid over the beginning."""
FEELINGS: dict[str, tuple[tuple[float, str], ...]] = {
    "valence": ((0.6, "joyful"), (0.2, "warm"), (-0.2, ""), (-0.6, "wistful"), (-1.0, "sorrowful")),
    "arousal": ((0.6, "driving"), (0.2, "lively"), (-0.2, ""), (-0.6, "calm"), (-1.0, "motionless")),
    "tension": ((0.6, "extremely tense"), (0.2, "tense"), (-0.2, ""), (-0.6, "relaxed"), (-1.0, "peaceful")),
}
"""From which value on what a mood is called; nothing in the middle."""


# ---- before


@dataclass(frozen=True)
class Order:
    """A request with everything decided."""

    settled: MusicRequest
    seed: int
    steps: int
    """0 for a model that has none."""
    guidance: float
    lengths: tuple[float, ...]
    """Seconds of each section."""

    @property
    def samples(self) -> int:
        """Of the result, at `RATE`."""
        return round(self.settled.seconds * RATE)

    def needed(self, rate: int) -> int:
        """Samples that the model has to make at its own rate."""
        return ceil((self.samples / RATE + (SURPLUS if self.settled.loop else 0.0)) * rate)


def decide(task: Task, model: Model, longest: float, steps: int, guidance: float) -> Order:
    """Fills in what the request leaves open. `longest`: seconds that the model makes at most; `steps` (0 for a model
    that has none) and `guidance` are the model's own. Raises `StudioloError` (`bad_request`)."""
    request = task.request
    if not isinstance(request, MusicRequest):
        raise StudioloError("bad_request", f"{model.name} only makes music.", "Choose another model.")
    shares = lengths(request.seconds, [section.seconds for section in request.sections]) if request.sections else ()
    most = longest - (SURPLUS if request.loop else 0.0)
    if request.seconds > most:
        why = f" It takes {SURPLUS:g} more to make a loop." if request.loop else ""
        raise StudioloError(
            "bad_request",
            f"{model.name} makes {floor(longest * 10) / 10:g} seconds of music at most, not {request.seconds:g}.{why}",
            f"Ask for {floor(most * 10) / 10:g} seconds or less, or choose another model.",
        )
    seed = random.SystemRandom().randrange(2**32) if request.seed is None else request.seed
    steps = steps and (request.steps or model.defaults.steps or steps)
    wanted = request.guidance_scale, model.defaults.guidance_scale
    guidance = next((scale for scale in wanted if scale is not None), guidance)
    settled = dataclasses.replace(
        request,
        seed=seed,
        steps=steps or request.steps,
        guidance_scale=guidance,
        model=request.model or model.name,
    )
    return Order(settled, seed, steps, guidance, tuple(shares))


# ---- in words


def worded(order: Order, apart: Collection[str] = ()) -> str:
    """The request as a model reads it. `apart` is what it is told otherwise: `tempo`, `key`, `meter`, `sections`.
    Raises `StudioloError` (`bad_request`) for a key that there is not."""
    request = order.settled
    parts = [request.prompt.strip().rstrip(".") or "instrumental music"]
    if request.mood and not request.sections:
        parts.append(feeling(request.mood))
    parts.append(request.ensemble)
    if request.instruments:
        lead, *others = request.instruments
        parts.append(f"played on {lead}" + (f", with {' and '.join(others)}" if others else ""))
    tonic, mode = key_of(request)
    if "key" not in apart and (tonic or mode):
        parts.append(f"in {tonic} {mode or ''}".strip() if tonic else f"in a {mode} key")
    if "tempo" not in apart and request.tempo:
        parts.append(f"{request.tempo:g} BPM")
    if "meter" not in apart and request.meter:
        parts.append(f"in {request.meter} time")
    if "sections" not in apart:
        parts += passages(order)
    return ". ".join(part for part in parts if part)


def passages(order: Order) -> list[str]:
    """Each section as a phrase: `10 seconds: tense chase, driving`."""
    return [
        f"{length:.3g} seconds: {_passage(section)}"
        for section, length in zip(order.settled.sections, order.lengths, strict=True)
    ]


def _passage(section: Section) -> str:
    parts = [re.sub(r"\s+", " ", section.prompt).strip().rstrip(".")]
    if section.mood:
        parts.append(feeling(section.mood))
    if section.until:
        parts.append(f"turning {feeling(section.until)}")
    return ", ".join(part for part in parts if part) or "as before"


def feeling(mood: Mood) -> str:
    """`wistful, calm`; a mood that is neither the one nor the other is `even`."""
    words = [next(word for least, word in names if getattr(mood, axis) >= least) for axis, names in FEELINGS.items()]
    return ", ".join(word for word in words if word) or "even"


def key_of(request: MusicRequest) -> tuple[str, MusicalMode | None]:
    """The tonic as it is written, empty where none is asked for, and the mode. Raises `StudioloError`."""
    tonic, mode = asked_key(request.key, request.mode)
    return "" if tonic is None else tonic_name(tonic, mode or "major"), mode


def unread(tokenizer: Any, text: str, most: int) -> str:
    """The end of `text` that is beyond the first `most` tokens."""
    room = most - tokenizer.num_special_tokens_to_add()
    tokens = tokenizer(text, add_special_tokens=False, truncation=False, verbose=False).input_ids
    return str(tokenizer.decode(tokens[room:])).strip()


def remarks(order: Order, name: str, apart: Collection[str], rest: str) -> tuple[str, ...]:
    """What the maker should know of the order: what the model can't do, knows in words only (all but `apart`), or
    did not read (`rest`)."""
    request, notes = order.settled, []
    told = {
        "tempo": request.tempo,
        "key": request.key or request.mode,
        "meter": request.meter,
        "sections": request.sections,
    }
    loose = [what for what, value in told.items() if value and what not in apart]
    if loose:
        notes.append(f"{name} knows {', '.join(loose)} in words only, and may not keep to them.")
    if rest:
        shown = rest if len(rest) <= 80 else rest[:77].rstrip() + "…"
        notes.append(f"The prompt is longer than the model reads; it did not see “{shown}”.")
    if request.steps and not order.steps:
        notes.append(f"{name} has no denoising steps, so their number was ignored.")
    if request.stems:
        notes.append(f"{name} makes the whole mix at once, so there are no stems.")
    if request.layers:
        notes.append(f"{name} makes the whole mix at once, so there are no layers.")
    if request.motif or request.motif_midi:
        notes.append(f"{name} can't be given a melody, so the motif was left out.")
    if request.loop:
        notes.append("It loops by a crossfade: what would have come after the end is laid over the beginning.")
    notes.append(f"{name} makes sound and no notes, so there is no MIDI file.")
    return tuple(notes)


# ---- while it works


def must_have_words(folder: Path) -> None:
    """Raises `ValueError` where a tokenizer has no vocabulary."""
    if not model_folder.has_words(folder):
        raise ValueError("its tokenizer has no vocabulary")


def read_pipeline(model: Model, device: Device, *kinds: str) -> Any:
    """A diffusers pipeline of one of these classes, from the model's folder. Raises `StudioloError`."""
    model_folder.check(model.folder, model.name)
    kind = json.loads((model.folder / "model_index.json").read_text("utf-8"))["_class_name"]
    if kind not in kinds:
        raise StudioloError(
            "bad_model",
            f"{model.name} is made for {kind}, not for {' or '.join(kinds)}.",
            "Give the folder of another model, or use another engine.",
        )
    with reading(model, device):
        must_have_words(model.folder / "tokenizer")
        pipeline = (
            getattr(diffusers, kind)
            .from_pretrained(
                str(model.folder),
                dtype=getattr(torch, device.dtype),
                variant=model.variant or None,
                use_safetensors=True,
                local_files_only=True,
            )
            .to(device.kind)
        )
    pipeline.set_progress_bar_config(disable=True)
    if hasattr(pipeline.vae, "enable_tiling"):
        # with overlaps wider than the decoder looks; so ten minutes take no more memory than twenty seconds
        pipeline.vae.enable_tiling()
    return pipeline


def weight_of(*modules: torch.nn.Module) -> int:
    """Bytes of all weights."""
    return sum(t.nbytes for module in modules for t in (*module.parameters(), *module.buffers()))


@contextmanager
def making(order: Order, device: Device) -> Iterator[None]:
    """Within, a model makes the sound: a shortage of memory becomes a sentence."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        free(device)
        raise StudioloError(
            "out_of_memory",
            f"Making {order.settled.seconds:g} seconds of music takes more memory than {device.name} has free: "
            f"{first_line(error)}.",
            "Ask for a shorter piece, or close other programs.",
        ) from error


def steps_of(task: Task, total: int) -> Callable[[int], None]:
    """To be called after each step with its number, from 0; tells of a hundred at most. Raises `JobCancelled`."""

    def step(number: int) -> None:
        done = number + 1
        if done * 100 // total > number * 100 // total:
            task.emit(Progress(stage="steps", done=done, total=total))
        if done == total:
            task.emit(Progress(stage="decode", done=0, total=1))
        task.checkpoint()

    return step


# ---- after


def finish(
    raw: Raw, rate: int, order: Order, prompt: str, notes: tuple[str, ...], model: Model, device: Device, task: Task
) -> Finished:
    """The piece as a file, exactly as long as it was asked for. `raw` is at least `order.needed(rate)` long, `prompt`
    what the model was given to read. Raises `JobCancelled`, or `StudioloError` where `raw` is no sound."""
    task.checkpoint()
    if not np.isfinite(raw).all():
        raise StudioloError(
            "bad_model",
            f"What {model.name} made is not a sound: its numbers ran over.",
            "Try lower guidance; if that changes nothing, pull the model again.",
        )
    settled = order.settled
    sound = stereo(raw[:, : order.needed(rate)], rate)
    if settled.loop:
        sound = looped(sound, order.samples)
    mixed = mix([Stem("mix", sound, 0.0)], order.samples, settled.loop, checkpoint=task.checkpoint).mix
    travelling = recipe(settled, settled, prompt, [model], device, notes)
    data = encode(mixed, RATE, settled.format, to_json(travelling), settled.loop)
    blob = blob_of(data, f"audio/{settled.format}")
    task.emit(Progress(stage="decode", done=1, total=1))
    output = SoundOutput(
        blob=blob,
        part="mix",
        name="mix",
        samples=len(mixed),
        sample_rate=RATE,
        channels=2,
        loop=settled.loop,
        seed=order.seed,
    )
    pixels = outline(mixed)
    drawn, picture = png(pixels, travelling)
    shown = ImageOutput(blob=drawn, width=pixels.shape[1], height=pixels.shape[0], seed=order.seed, name="score")
    return Finished((output, shown), settled, prompt, {blob.sha256: data, drawn.sha256: picture}, notes)


def stereo(raw: Raw, rate: int) -> Raw:
    """(samples, 2) at `RATE`; one channel becomes two alike."""
    common = gcd(RATE, rate)
    sound = raw.T if rate == RATE else resample_poly(raw.T, RATE // common, rate // common, axis=0)
    return np.ascontiguousarray(np.broadcast_to(sound, (len(sound), 2)), np.float32)


def looped(sound: Raw, samples: int) -> Raw:
    """The first `samples` of (more, 2), where what follows them fades out over the beginning as that fades in: so the
    end runs into what it would have run into. Equal power, as the two have nothing to do with each other."""
    overlap = min(round(OVERLAP * RATE), samples // 2)
    turn = np.linspace(0.0, np.pi / 2, overlap, dtype=np.float32)[:, None]
    beginning = np.sin(turn) * sound[:overlap] + np.cos(turn) * sound[samples : samples + overlap]
    return np.concatenate([beginning, sound[overlap:samples]])
