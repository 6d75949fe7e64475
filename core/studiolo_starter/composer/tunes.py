"""The pieces that the composer learns from, read out of music21's own corpus into one plain file.

Knows music21 and the four collections that are allowed (`docs/licences.md` has their provenance); nobody else here
does. Knows nothing of harmony, tokens or models.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studiolo_starter.files import written

TICKS = 12
"""In a quarter note: sixteenths and triplets are whole numbers of them."""
COLLECTIONS = ("bach", "oneills1850", "ryansMammoth", "airdsAirs")
"""Of music21. Not its folk songs from Essen (non-commercial) and not Palestrina (rights reserved)."""
MODES = ("major", "minor", "dorian", "mixolydian")
METERS = ("2/4", "3/4", "4/4", "6/8", "9/8", "12/8", "3/2")
SAME = {"2/2": "4/4", "4/8": "2/4", "3/8": "3/4", "6/4": "6/8", "4/2": "4/4"}
"""Meters that are written otherwise and go alike; those in halves are read at twice the speed."""
FASTER = {"3/8": 2.0, "6/4": 0.5, "3/2": 1.0, "4/2": 0.5}
"""What the lengths are multiplied by, where a meter is read as another."""
LONGEST = 200
"""Bars."""

Note = tuple[int, int, int]
"""Begin and length in ticks, MIDI pitch."""


@dataclass(frozen=True)
class Tune:
    """One piece: a melody, and for chorales the three voices below it."""

    name: str
    collection: str
    meter: str
    tonic: int
    """Pitch class."""
    mode: str
    title: str
    """It often says what kind of dance it is."""
    bars: tuple[tuple[int, int], ...]
    """Begin and length of each, in ticks; an upbeat is a short one."""
    phrase_ends: tuple[int, ...]
    """Numbers of the bars in which a phrase ends: under a fermata, or before a repeat."""
    voices: tuple[tuple[Note, ...], ...]
    """From the highest to the lowest."""


def load(cache: Path) -> list[Tune]:
    """All tunes, in the order in which they were read."""
    return [_tune(json.loads(line)) for line in (cache / "music" / "tunes.jsonl").read_text().splitlines()]


def write(cache: Path) -> Path:
    """Reads the collections, unless that was done before. Takes ten minutes."""
    path = cache / "music" / "tunes.jsonl"
    if path.exists():
        return path
    with written(path) as part, part.open("w") as file:
        for collection in COLLECTIONS:
            count = 0
            for tune in _tunes(collection):
                file.write(json.dumps(asdict(tune), separators=(",", ":")) + "\n")
                count += 1
            print(f"{collection}: {count} pieces", flush=True)
    return path


def _tune(fields: dict[str, Any]) -> Tune:
    fields["bars"] = tuple((begin, length) for begin, length in fields["bars"])
    fields["phrase_ends"] = tuple(fields["phrase_ends"])
    fields["voices"] = tuple(tuple((a, b, c) for a, b, c in voice) for voice in fields["voices"])
    return Tune(**fields)


def _tunes(collection: str) -> Iterator[Tune]:
    from music21 import corpus

    for path in corpus.getComposer(collection):
        yield from read(path, collection)


def read(path: Path, collection: str) -> Iterator[Tune]:
    """The pieces in one file of music21's; those that it cannot read are told of and passed over."""
    from music21 import converter, exceptions21
    from music21.stream import Opus

    try:
        parsed = converter.parse(path)
    except exceptions21.Music21Exception as error:
        print(f"{path.name}: {error}", flush=True)
        return
    scores = list(parsed.scores) if isinstance(parsed, Opus) else [parsed]
    for number, score in enumerate(scores):
        try:
            tune = _read(score, collection, f"{path.stem}-{number}" if len(scores) > 1 else path.stem)
        except (exceptions21.Music21Exception, ValueError, IndexError) as error:
            print(f"{path.name} {number}: {error}", flush=True)
            continue
        if tune is not None:
            yield tune


def _read(score: Any, collection: str, name: str) -> Tune | None:
    """None where the piece is not of the kind that is learnt: another mode, a change of meter, too long."""
    parts = list(score.parts)
    if collection == "bach":
        parts = [
            next((p for p in parts if p.partName == voice), None) for voice in ("Soprano", "Alto", "Tenor", "Bass")
        ]
        if None in parts:
            return None
    keys = [(key.tonic.pitchClass, key.mode) for key in parts[0].recurse().getElementsByClass("Key")]
    signatures = {
        signature.ratioString
        for measure in parts[0].getElementsByClass("Measure")
        for signature in measure.getElementsByClass("TimeSignature")
    }
    if collection == "bach":
        key = score.analyze("key")  # most chorales are printed without a mode
        keys = [(key.tonic.pitchClass, key.mode)]
    if len(set(keys)) != 1 or len(signatures) != 1 or keys[0][1] not in MODES:
        return None
    written_meter = signatures.pop()
    meter = SAME.get(written_meter, written_meter)
    if meter not in METERS:
        return None
    pace = TICKS * FASTER.get(written_meter, 1.0)
    measures = list(parts[0].getElementsByClass("Measure"))
    bars, ends = [], set()
    for index, measure in enumerate(measures):
        bars.append((round(measure.offset * pace), round(measure.duration.quarterLength * pace)))
        if "Repeat" in {type(line).__name__ for line in (measure.rightBarline,) if line}:
            ends.add(index)
        if any(type(mark).__name__ == "Fermata" for note in measure.recurse().notes for mark in note.expressions):
            ends.add(index)
    if not 4 <= len(bars) <= LONGEST:
        return None
    voices = tuple(_voice(part, pace) for part in parts)
    if not all(voices):
        return None
    title = str(score.metadata.title or "") if score.metadata else ""
    return Tune(
        name=name,
        collection=collection,
        meter=meter,
        tonic=keys[0][0],
        mode=keys[0][1],
        title=title[:60],
        bars=tuple(bars),
        phrase_ends=tuple(sorted(ends | {len(bars) - 1})),
        voices=voices if collection == "bach" else voices[:1],
    )


def _voice(part: Any, pace: float) -> tuple[Note, ...]:
    """Its notes, ties joined; of a chord the highest."""
    notes: list[Note] = []
    for measure in part.getElementsByClass("Measure"):
        for note in measure.recurse().notes:
            if note.duration.isGrace or not note.pitches:
                continue
            begin = round((measure.offset + note.getOffsetInHierarchy(measure)) * pace)
            length = round(note.quarterLength * pace)
            pitch = max(p.midi for p in note.pitches)
            tied = note.tie is not None and note.tie.type in ("stop", "continue")
            if notes and (tied and notes[-1][2] == pitch and sum(notes[-1][:2]) == begin):
                notes[-1] = (notes[-1][0], notes[-1][1] + length, pitch)
            elif length > 0 and (not notes or begin > notes[-1][0]):
                notes.append((begin, length, pitch))
    return tuple(notes)
