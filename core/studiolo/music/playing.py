"""Plays a score on the instruments of a soundfont. Knows the synthesiser; knows no mix and no file of sound."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tinysoundfont

from studiolo.music.mix import RATE, Sound
from studiolo.music.score import Note, Part, Score
from studiolo_contract.errors import StudioloError

TAIL = 2.5
"""Seconds that are played on after the end, for what still rings."""
CHUNK = RATE
"""Samples between two checkpoints."""
LOOSE = {"drums": 0.003, "bass": 0.005, "melody": 0.009, "pad": 0.012}
"""Seconds by which players are early or late, about."""
LOOSE_OTHERWISE = 0.008
STRUM = 0.004
"""Seconds between the tones of a chord that one hand plays."""
DRUM_CHANNEL = 9
HEADROOM = -12.0
"""Decibels, so that many voices together do not clip."""


class Band:
    """A soundfont, and what it takes to play on it."""

    def __init__(self, soundfont: Path) -> None:
        """Raises `StudioloError` (`bad_model`) where it is none."""
        try:
            self._bytes = soundfont.read_bytes()
            self._synth()
        except (OSError, RuntimeError, tinysoundfont.SoundFontException) as error:
            raise StudioloError(
                "bad_model", f"The instruments in {soundfont} could not be read: {error}"[:300], "Pull the model again."
            ) from None

    def resident_bytes(self) -> int:
        return len(self._bytes)

    def play(self, part: Part, score: Score, seed: int, checkpoint: Callable[[], None], until: float = 0.0) -> Sound:
        """One part, dry, from the beginning to `until` seconds (the end of the piece where that is 0) and a tail."""
        synth, font = self._synth()
        channel = DRUM_CHANNEL if part.drums else 0
        synth.program_select(channel, font, 128 if part.drums else 0, part.program, part.drums)
        synth.control_change(channel, 10, round(64 + 63 * part.pan))
        samples = round(((until or score.seconds) + TAIL) * RATE)
        sound = np.zeros((samples, 2), np.float32)
        at = 0
        for when, on, note in self._events(part, score, seed):
            if when >= samples:
                break
            at = _advance(synth, sound, at, when, checkpoint)
            if on:
                synth.noteon(channel, note.pitch, note.velocity)
            else:
                synth.noteoff(channel, note.pitch)
        _advance(synth, sound, at, samples, checkpoint)
        return sound

    def _synth(self) -> tuple[tinysoundfont.Synth, int]:
        synth = tinysoundfont.Synth(gain=HEADROOM, samplerate=RATE)
        return synth, synth.sfload(self._bytes)

    def _events(self, part: Part, score: Score, seed: int) -> list[tuple[int, bool, Note]]:
        """When each tone begins and ends, in samples; ends before beginnings. People are never quite on time."""
        dice = np.random.default_rng([seed, zlib.crc32(part.name.encode())])
        loose = LOOSE.get(part.role, LOOSE_OTHERWISE)
        events: list[tuple[int, bool, Note]] = []
        place, last = 0, -1
        for note in part.notes:
            place = place + 1 if note.begin == last else 0
            last = note.begin
            late = float(np.clip(dice.normal(0, loose), -2 * loose, 2 * loose)) + (0 if part.drums else place * STRUM)
            begin = max(0.0, score.at(note.begin) + late)
            end = max(begin + 0.03, score.at(note.end) + min(0.0, late))
            events.append((round(begin * RATE), True, note))
            events.append((round(end * RATE), False, note))
        return sorted(events, key=lambda event: event[:2])


def _advance(synth: tinysoundfont.Synth, sound: Sound, at: int, until: int, checkpoint: Callable[[], None]) -> int:
    while at < until:
        checkpoint()
        count = min(CHUNK, until - at)
        sound[at : at + count] = np.frombuffer(synth.generate(count), np.float32).reshape(-1, 2)
        at += count
    return max(at, until)
