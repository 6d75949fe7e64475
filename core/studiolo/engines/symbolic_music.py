"""Writes soundtracks: the starter composer writes melody and chords, rules arrange them, a soundfont plays them.

Knows the order of the work and what comes of it. What is learned: melodies, the chords between cadences, and in slow
music of voices the bass. What is rule: moods, form, cadences, and every other part.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studiolo.device import Device
from studiolo.engines.embedder import Embedder
from studiolo.engines.engine import Finished, Task
from studiolo.engines.sheet_writer import SheetWriter
from studiolo.media import midi, sound
from studiolo.models.layout import SOUNDFONT
from studiolo.models.model import Model
from studiolo.music import asked, score_picture
from studiolo.music.arranging import arrange, intensity
from studiolo.music.balance import levelled
from studiolo.music.composing import Manner, compose
from studiolo.music.mix import RATE, Mixed, Sound, Stem, mix
from studiolo.music.mood_words import Embed, Neighbours
from studiolo.music.plan import Plan, Wanted, plan
from studiolo.music.players import Ensemble
from studiolo.music.playing import Band
from studiolo.music.score import Score
from studiolo.music.theory import tonic_name
from studiolo.music.vocabulary import Bar
from studiolo.recipe import png, recipe
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput, MidiOutput, Progress, SoundOutput, SoundPreview
from studiolo_contract.frames import to_json
from studiolo_contract.media import blob_of
from studiolo_contract.music import MusicRequest, Section
from studiolo_contract.recipe import Reason

IN_VOICES = ("chamber", "choral", "orchestral", "brass")
"""Ensembles whose slow music is written in voices."""
PREVIEWED = 100
"""Parts of the whole whose peaks a preview shows."""


@dataclass(frozen=True)
class Piece:
    """A piece that is written but not played yet."""

    settled: MusicRequest
    frame: Plan
    bars: tuple[Bar, ...]
    score: Score
    why: tuple[Reason, ...]
    notes: tuple[str, ...]


def load(model: Model, device: Device) -> SymbolicMusicEngine:
    """Reads composer and soundfont from the model's folder. Raises `StudioloError` (`bad_model`)."""
    writer = SheetWriter.load(model.folder, device)
    return SymbolicMusicEngine(writer, Band(model.folder / SOUNDFONT), model.embedder, model, device)


class SymbolicMusicEngine:
    """A loaded composer and its instruments. One request at a time, on one thread."""

    def __init__(self, writer: SheetWriter, band: Band, embedder: Path | None, model: Model, device: Device) -> None:
        self._writer, self._band = writer, band
        self._model, self._device = model, device
        # words that the lexicon of moods lacks are read by what is near to them
        self._neighbours = None if embedder is None else Neighbours(_embed(Embedder(embedder)))

    def resident_bytes(self) -> int:
        return self._writer.resident_bytes() + self._band.resident_bytes()

    def run(self, task: Task) -> Finished:
        """Writes the piece. Raises `JobCancelled`, or `StudioloError` with what the person should do."""
        request = task.request
        if not isinstance(request, MusicRequest):
            raise StudioloError("bad_request", f"{self._model.name} makes music only.", "Choose another model.")
        piece = self.write(task, request)
        mixed = self.play(task, request, piece)
        task.checkpoint()
        return self._finish(task, piece, mixed)

    def write(self, task: Task, request: MusicRequest) -> Piece:
        """The notes. Raises `JobCancelled` or `StudioloError`."""
        assert request.seed is not None
        motif = asked.motif(request, task.inputs)
        stretches, notes = asked.wanted(request, self._neighbours)
        key = asked.key(request, stretches, motif)
        ensemble, chosen = asked.ensemble(request, stretches)
        frame = plan(request, stretches, key.tonic, key.mode, key.because, motif)
        bars = self._composed(task, request, frame, ensemble)
        score = arrange(frame, ensemble, bars, request.seed)
        return Piece(
            settled=_settled(request, stretches, frame, ensemble, self._model),
            frame=frame,
            bars=tuple(bars),
            score=score,
            why=(*frame.why, chosen, *_players(score)),
            notes=(*notes, *frame.notes, *_ignored(request)),
        )

    def play(self, task: Task, request: MusicRequest, piece: Piece) -> Mixed:
        """The sound. Raises `JobCancelled`."""
        assert request.seed is not None
        samples = round(request.seconds * RATE)
        stems = self._played(task, piece.score, request.seed)
        return mix(stems, samples, request.loop, request.stems or request.layers > 0, task.checkpoint)

    def _composed(self, task: Task, request: MusicRequest, frame: Plan, ensemble: Ensemble) -> list[Bar]:
        bars: list[Bar] = []
        seed = request.seed
        assert seed is not None
        manner = Manner(voices=ensemble.name in IN_VOICES, sevenths=ensemble.beat == "swing")
        phrases = compose(frame, manner, self._writer, seed, task.checkpoint)
        for number, phrase in enumerate(phrases):
            bars += phrase
            task.emit(Progress(stage="compose", done=len(bars), total=frame.bars))
            if number == 0 and request.previews:
                self._let_hear(task, frame, arrange(frame, ensemble, bars, seed), seed)
        return bars

    def _let_hear(self, task: Task, frame: Plan, begun: Score, seed: int) -> None:
        """The first phrase, before there is more."""
        until = begun.at(begun.length)
        played = [levelled(part, self._band.play(part, begun, seed, task.checkpoint, until)) for part in begun.parts]
        heard = sum(played[1:], played[0])[: round(until * RATE)]
        loud = heard * np.float32(0.8 / max(1e-6, float(np.abs(heard).max())))
        peaks = score_picture.waveform(loud, max(1, round(PREVIEWED * until / frame.seconds)))
        preview = SoundPreview(seconds=until, total=frame.seconds, waveform=tuple(round(100 * peak) for peak in peaks))
        task.preview(preview, sound.encode_preview(loud, RATE))

    def _played(self, task: Task, score: Score, seed: int) -> Iterator[Stem]:
        for number, part in enumerate(score.parts):
            task.emit(Progress(stage="render", done=number, total=len(score.parts)))
            dry = self._band.play(part, score, seed, task.checkpoint)
            yield Stem(part.name, levelled(part, dry), part.room)
        task.emit(Progress(stage="render", done=len(score.parts), total=len(score.parts)))

    def _finish(self, task: Task, piece: Piece, mixed: Mixed) -> Finished:
        settled, score = piece.settled, piece.score
        assert settled.seed is not None
        final = _read_by_the_model(piece.frame)
        travelling = recipe(settled, settled, final, [self._model], self._device, piece.notes, why=piece.why)
        words = to_json(travelling)
        sounds: list[tuple[str, str, Sound]] = [("mix", "mix", mixed.mix)]
        if settled.stems:
            sounds += [("stem", name, stem) for name, stem in mixed.stems.items()]
        for number, group in enumerate(intensity(score.parts, settled.layers) if settled.layers else ()):
            layer: Sound = np.stack([mixed.stems[part.name] for part in group]).sum(0, dtype=np.float32)
            sounds.append(("layer", f"layer-{number + 1}", layer))
        outputs: list[SoundOutput | MidiOutput | ImageOutput] = []
        blobs: dict[str, bytes] = {}
        for number, (part, name, made) in enumerate(sounds, start=1):
            task.checkpoint()
            data = sound.encode(made, RATE, settled.format, words, settled.loop)
            blob = blob_of(data, f"audio/{settled.format}")
            blobs[blob.sha256] = data
            outputs.append(
                SoundOutput(
                    blob=blob,
                    part=part,  # type: ignore[arg-type]
                    name=name,
                    samples=len(made),
                    sample_rate=RATE,
                    channels=2,
                    loop=settled.loop,
                    seed=settled.seed,
                )
            )
            task.emit(Progress(stage="decode", done=number, total=len(sounds)))
        tones = sum(len(part.notes) for part in score.parts)
        data = midi.encode(score)
        blob = blob_of(data, "audio/midi")
        blobs[blob.sha256] = data
        outputs.append(MidiOutput(blob=blob, notes=tones, seed=settled.seed))
        pixels = score_picture.draw(score, piece.frame, mixed.mix)
        blob, data = png(pixels, travelling)
        blobs[blob.sha256] = data
        outputs.append(
            ImageOutput(blob=blob, width=pixels.shape[1], height=pixels.shape[0], seed=settled.seed, name="score")
        )
        return Finished(tuple(outputs), settled, final, blobs, piece.notes, piece.why)


def _settled(
    request: MusicRequest, stretches: list[Wanted], frame: Plan, ensemble: Ensemble, model: Model
) -> MusicRequest:
    """The request with what it left open filled in, as far as that leads to the same piece again."""
    sections = tuple(
        Section(prompt=one.words[:2000], seconds=one.seconds, mood=one.mood, until=one.until) for one in stretches
    )
    return dataclasses.replace(
        request,
        sections=sections,
        key=request.key or tonic_name(frame.tonic, frame.sections[0].mode),
        meter=frame.meter,
        ensemble=request.ensemble if request.instruments else ensemble.name,
        model=model.name,
    )


def _players(score: Score) -> tuple[Reason, ...]:
    return tuple(
        Reason(what="player", value=part.name, because="learned" if part.role == "melody" else f"{part.role}, by rule")
        for part in score.parts
    )


def _read_by_the_model(frame: Plan) -> str:
    """What the composer was told of each section; rules did the rest."""
    return "; ".join(f"{section.mode} {frame.meter} {section.bpm:.0f} bpm" for section in frame.sections)


def _ignored(request: MusicRequest) -> tuple[str, ...]:
    unused = [name for name in ("steps", "guidance_scale") if getattr(request, name) is not None]
    return (f"The starter composer has no {' and no '.join(unused)}; it had no effect.",) if unused else ()


def _embed(embedder: Embedder) -> Embed:
    def embed(words: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = embedder.embed(list(words)).numpy()
        return vectors

    return embed
