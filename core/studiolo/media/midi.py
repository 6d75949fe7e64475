"""Notes to a standard MIDI file, and the notes of one. The only place where MIDI is read and written.

Knows no model and no sound. What is read is never trusted: a file that is broken, too large or no file at all is a
sentence.
"""

from __future__ import annotations

import io
import re
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import mido

from studiolo.music.score import BEAT, TICKS, Note, Part, Score
from studiolo_contract.errors import StudioloError
from studiolo_contract.music import Meter

MAX_BYTES = 2**18
MAX_MESSAGES = 20_000
MAX_QUARTERS = 2_400
"""Of a melody: ten minutes, the longest piece, at the quickest tempo."""

_USUAL_QUARTER, _SHORTEST_QUARTER = 500_000, 60_000
"""Microseconds: where a file says nothing, and at 1000 a minute, beyond which nobody hears a beat."""
_RESOLUTION = 480
"""Ticks of the file in a quarter."""
_DRUMS = 9
"""The channel that General MIDI calls the tenth."""
_MELODIC = tuple(channel for channel in range(16) if channel != _DRUMS)
_SIGNATURES: dict[Meter, tuple[int, int]] = {
    "2/4": (2, 4),
    "3/4": (3, 4),
    "4/4": (4, 4),
    "6/8": (6, 8),
    "12/8": (12, 8),
}
_LEGATO = TICKS // 6
"""How far a player's tone may reach into the next one and still end where that begins."""

# Every byte of a number but the last has its high bit set; mido would add up one of a million bytes for minutes.
_ENDLESS_NUMBER = re.compile(rb"[\x80-\xff]{1000}")
# What mido lets through when a stranger's bytes confuse it.
_BROKEN = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
_BROKEN_TOO = (struct.error, mido.KeySignatureError)

Timed = tuple[int, mido.Message | mido.MetaMessage]
"""A message and when it comes, in ticks of the score."""


@dataclass(frozen=True)
class Sounding:
    """A tone or a stroke as it is heard. Seconds from the beginning of the file."""

    begin: float
    end: float
    pitch: int
    velocity: int
    drum: bool


@dataclass(frozen=True)
class Heard:
    """A MIDI file as a listener has it."""

    notes: tuple[Sounding, ...]
    """By begin, then from the lowest."""
    tempo: float
    """Quarters a minute, the mean over the time that they last."""
    seconds: float
    """To the end of the last note."""


def encode(score: Score) -> bytes:
    """The piece as a type 1 file, 480 ticks a quarter.

    First a track with tempi, time signatures and the sections as markers, then a track for each part with its name,
    instrument, loudness, place and share of reverb. Drums are on channel 10; there are at most fifteen other parts.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=_RESOLUTION, charset="utf-8")
    file.tracks.append(_track(_conductor(score), score.length))
    free = iter(_MELODIC)
    for part in score.parts:
        channel = _DRUMS if part.drums else next(free)
        file.tracks.append(_track(_playing(part, channel), score.length))
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()


def read_melody(data: bytes) -> tuple[Note, ...]:
    """The highest notes of all tracks but the drums as one line: one note at a time, in ticks of `score.TICKS`, from 0.

    A lower tone that begins under a higher one is left out, unless the two overlap no more than a player's legato
    does. Tempi and names in the file are not looked at. Raises `StudioloError` (`bad_midi`) for everything that is no
    such file, or larger than `MAX_BYTES`, `MAX_MESSAGES` or `MAX_QUARTERS`.
    """
    file = _read(data)
    notes = sorted(_notes(file), key=lambda note: (note.begin, -note.pitch, -note.length))
    if not notes:
        raise _bad("The MIDI file has no notes, or only drums.", "Send a melody on any channel but 10.")
    line = _highest(notes)
    first = line[0].begin
    if line[-1].end - first > MAX_QUARTERS * TICKS:
        raise _bad(f"The melody is longer than {MAX_QUARTERS} quarters, the most of any piece.", "Send a part of it.")
    return tuple(Note(note.begin - first, note.length, note.pitch, note.velocity) for note in line)


def read(data: bytes) -> Heard:
    """All notes of a file in seconds. Raises `StudioloError` (`bad_midi`) for everything that is no such file, has no
    notes, or is larger than `MAX_BYTES`, `MAX_MESSAGES` or `MAX_QUARTERS`."""
    file = _read(data)
    notes = [(note, False) for note in _notes(file)] + [(note, True) for note in _notes(file, drums=True)]
    if not notes:
        raise _bad("The MIDI file has no notes.", "Send one that has.")
    last = max(note.end for note, _ in notes)
    if last > MAX_QUARTERS * TICKS:
        raise _bad(f"The piece is longer than {MAX_QUARTERS} quarters, the most of any.", "Send a part of it.")
    clock = _Clock(file)
    heard = [Sounding(clock.at(n.begin), clock.at(n.end), n.pitch, n.velocity, drum) for n, drum in notes]
    heard.sort(key=lambda note: (note.begin, note.pitch))
    seconds = max(note.end for note in heard)
    return Heard(tuple(heard), tempo=60 * last / TICKS / seconds, seconds=seconds)


class _Clock:
    """When each tick of the score is, in seconds, by the tempi of a file."""

    def __init__(self, file: mido.MidiFile) -> None:
        changes = {0: _USUAL_QUARTER}
        for track in file.tracks:
            now = 0
            for message in track:
                now += message.time
                if message.type == "set_tempo":
                    changes[_rounded(now * TICKS, file.ticks_per_beat)] = max(_SHORTEST_QUARTER, message.tempo)
        self._begins = sorted(changes)
        self._lengths = [changes[begin] / 1e6 / TICKS for begin in self._begins]
        self._starts = [0.0]
        for at in range(1, len(self._begins)):
            passed = self._begins[at] - self._begins[at - 1]
            self._starts.append(self._starts[-1] + passed * self._lengths[at - 1])

    def at(self, tick: int) -> float:
        place = bisect_right(self._begins, tick) - 1
        return self._starts[place] + (tick - self._begins[place]) * self._lengths[place]


def _track(messages: Iterable[Timed], length: int) -> mido.MidiTrack:
    """`messages` in order, and an end no sooner than the piece's."""
    track = mido.MidiTrack()
    now = 0
    for tick, message in messages:
        track.append(message.copy(time=(tick - now) * _RESOLUTION // TICKS))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, length - now) * _RESOLUTION // TICKS))
    return track


def _conductor(score: Score) -> list[Timed]:
    messages: list[Timed] = []
    meter: Meter | None = None
    for tempo in score.tempi:
        if tempo.meter != meter:
            meter = tempo.meter
            numerator, denominator = _SIGNATURES[meter]
            click = 24 * BEAT[meter] // TICKS
            signature = {"numerator": numerator, "denominator": denominator, "clocks_per_click": click}
            messages.append((tempo.begin, mido.MetaMessage("time_signature", **signature)))
        quarter = round(60e6 / tempo.bpm * TICKS / BEAT[tempo.meter])
        messages.append((tempo.begin, mido.MetaMessage("set_tempo", tempo=quarter)))
    messages += [(stretch.begin, mido.MetaMessage("marker", text=stretch.name)) for stretch in score.stretches]
    return sorted(messages, key=lambda timed: timed[0])


def _playing(part: Part, channel: int) -> list[Timed]:
    volume = min(127, round(100 * 10 ** (part.gain / 40)))  # General MIDI: amplitude goes by the square of volume
    controls = {7: volume, 10: min(127, round(64 + 64 * part.pan)), 91: round(127 * part.room)}
    head = [
        mido.MetaMessage("track_name", name=part.name),
        mido.Message("program_change", channel=channel, program=part.program),
        *(mido.Message("control_change", channel=channel, control=c, value=v) for c, v in controls.items()),
    ]
    ends = [(note.end, mido.Message("note_off", channel=channel, note=note.pitch)) for note in part.notes]
    begins = [
        (note.begin, mido.Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity))
        for note in part.notes
    ]
    # Sorting keeps ends before begins of the same moment, so that a tone struck again is not stopped by its own past.
    return [*((0, message) for message in head), *sorted(ends + begins, key=lambda timed: timed[0])]


def _read(data: bytes) -> mido.MidiFile:
    if len(data) > MAX_BYTES:
        raise _bad(
            f"The MIDI file has {len(data) // 1024} KiB; {MAX_BYTES // 1024} are the most.", "Send a part of it."
        )
    if _ENDLESS_NUMBER.search(data):
        raise _bad("The MIDI file holds a number without an end.", "Export it again.")
    try:
        file = mido.MidiFile(file=io.BytesIO(data))
    except (*_BROKEN, *_BROKEN_TOO) as error:
        raise _bad(
            "This is no MIDI file that can be read: it is broken, cut off or of another kind.",
            "Export the melody again as a standard MIDI file.",
        ) from error
    messages = sum(len(track) for track in file.tracks)
    if messages > MAX_MESSAGES:
        raise _bad(f"The MIDI file holds {messages} messages; {MAX_MESSAGES} are the most.", "Send a part of it.")
    if file.ticks_per_beat <= 0:
        raise _bad("The MIDI file counts its time in film frames, not in beats.", "Export it with ticks per quarter.")
    if file.type not in (0, 1):
        raise _bad("The MIDI file holds patterns of their own, not one piece.", "Export it as type 0 or 1.")
    return file


def _notes(file: mido.MidiFile, drums: bool = False) -> Iterator[Note]:
    """Every tone but the drums', or the drums' strokes, in the score's ticks, at least one long. What is never ended
    lasts as its track."""

    def note(begin: int, end: int, pitch: int, velocity: int) -> Note:
        start, stop = (_rounded(tick * TICKS, file.ticks_per_beat) for tick in (begin, end))
        return Note(start, max(1, stop - start), pitch, velocity)

    for track in file.tracks:
        now = 0
        sounding: dict[tuple[int, int], tuple[int, int]] = {}
        for message in track:
            now += message.time
            if message.type not in ("note_on", "note_off") or (message.channel == _DRUMS) != drums:
                continue
            key = (message.channel, message.note)
            if key in sounding:
                begin, velocity = sounding.pop(key)
                yield note(begin, now, message.note, velocity)
            if message.type == "note_on" and message.velocity > 0:
                sounding[key] = (now, message.velocity)
        for (_, pitch), (begin, velocity) in sounding.items():
            yield note(begin, now, pitch, velocity)


def _rounded(number: int, by: int) -> int:
    """Halves go up. In whole numbers, since a hostile file has times that no float holds."""
    return (2 * number + by) // (2 * by)


def _highest(notes: list[Note]) -> list[Note]:
    """One line of `notes`, which come by begin and then from the top."""
    line: list[Note] = []
    for note in notes:
        if line and note.begin < line[-1].end:
            last = line[-1]
            legato = last.begin < note.begin and last.end - note.begin <= min(_LEGATO, note.length - 1)
            if note.pitch <= last.pitch and not legato:
                continue
            line[-1] = Note(last.begin, note.begin - last.begin, last.pitch, last.velocity)
        line.append(note)
    return line


def _bad(message: str, mend: str) -> StudioloError:
    return StudioloError("bad_midi", message, mend)
