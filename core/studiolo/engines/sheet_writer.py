"""Lets the starter composer write bars: one token after another, several drafts side by side, within rules.

The rules say which tokens make sense where: a bar begins with a chord, tones lie in the scale and the range, a tone
ends before the next begins. Which of the tokens that are left comes is the model's affair. Knows the model and the
vocabulary; knows nothing of form, instruments or sound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import AutoConfig

from studiolo.device import Device
from studiolo.engines.causal_model import decoder_of
from studiolo.engines.decoder import Decoder
from studiolo.music.runs import LONGEST, has, runs
from studiolo.music.score import BAR, BEAT
from studiolo.music.sheet import Frame, Slot, merit
from studiolo.music.theory import QUALITIES, SCALES
from studiolo.music.vocabulary import (
    BASS,
    CHORDS,
    LENGTHS,
    MELODY,
    PHRASE,
    Bar,
    Harmony,
    bar,
    decode,
    header,
    number_of,
    tokens,
)
from studiolo_contract.errors import StudioloError

KNOWN_RUNS = "known-runs.safetensors"
DRAFTS = 4
LONGEST_BAR = 160
"""Tokens."""
TRIES = 3
"""Rounds of drafts, as long as all of them repeat a piece."""
TEMPERATURE = 0.95
TOP_P = 0.95
REMEMBERED = 12
"""Bars that are read again before new ones are written."""
LIKES_CHORD_TONES = 1.2
SHUNS_CLASHES = -2.0
WIDEST_LEAP = 12
KNOWN = 100.0
"""What a draft loses that repeats a piece."""
REST = 18
"""Ticks without melody, at most."""
END = 2
"""The token that ends a piece."""

Floats = NDArray[np.float32]


def _range(prefix: str, values: Sequence[object]) -> slice:
    first = number_of()[f"{prefix}:{values[0]}"]
    return slice(first, first + len(values))


class SheetWriter:
    """The loaded model. One phrase at a time."""

    def __init__(self, decoder: Decoder, known: NDArray[np.uint32]) -> None:
        self._decoder = decoder
        self._known = known
        self._words = _Words()

    @classmethod
    def load(cls, folder: Path, device: Device) -> SheetWriter:
        """Reads it from its folder. Raises `StudioloError` (`bad_model`)."""
        try:
            config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            decoder = decoder_of(folder, config, device)
            known = load_file(folder / KNOWN_RUNS)["runs"].numpy()
        except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
            raise StudioloError(
                "bad_model", f"The composer in {folder} could not be read: {error}"[:300], "Pull it again."
            ) from None
        if config.vocab_size != len(tokens()):
            raise StudioloError("bad_model", f"The composer in {folder} speaks another vocabulary.", "Pull it again.")
        return cls(decoder, known)

    def resident_bytes(self) -> int:
        return self._decoder.resident_bytes()

    def write(
        self,
        frame: Frame,
        before: Sequence[Bar],
        slots: Sequence[Slot],
        dice: np.random.Generator,
        checkpoint: Callable[[], None],
    ) -> tuple[Bar, ...]:
        """The bars of a phrase, one for each slot; of several drafts the best. `before`: what was written last."""
        start = header(frame.header)
        for one in before[-REMEMBERED:]:
            start += bar(one)
        best: tuple[Bar, ...] = ()
        for _ in range(TRIES):
            drafts = self._drafts(start, frame, slots, dice, checkpoint)
            best = max(drafts, key=lambda bars: merit(bars, before, frame) - KNOWN * self.repeats(before, bars))
            if not self.repeats(before, best):
                break
        return best

    def _drafts(
        self,
        start: list[int],
        frame: Frame,
        slots: Sequence[Slot],
        dice: np.random.Generator,
        checkpoint: Callable[[], None],
    ) -> list[tuple[Bar, ...]]:
        drafts = [_Draft(self._words, frame, slots) for _ in range(DRAFTS)]
        batch = self._decoder.batch(DRAFTS, len(start) + LONGEST_BAR * len(slots))
        try:
            for place in range(0, len(start), self._decoder.chunk):
                first = batch.read(0, start[place : place + self._decoder.chunk])
            batch.copy(0, range(DRAFTS))
            logits = np.tile(first, (DRAFTS, 1))
            while True:
                checkpoint()
                chosen = [draft.next(row, dice) for draft, row in zip(drafts, logits, strict=True)]
                if all(draft.over for draft in drafts):
                    return [decode(draft.row) for draft in drafts]
                logits = batch.step(chosen)
        finally:
            batch.drop(range(DRAFTS))

    def repeats(self, before: Sequence[Bar], bars: Sequence[Bar]) -> bool:
        """Whether the melody runs on as it does in a piece that was learned from."""
        line = [(tone.pitch, tone.length) for one in (*before[-REMEMBERED:], *bars) for tone in one.melody]
        fresh = sum(len(one.melody) for one in bars)
        return has(self._known, runs(line[-fresh - LONGEST :], LONGEST + 1))


@dataclass(frozen=True)
class _Words:
    """Where each kind of token lies in the vocabulary."""

    size: int = field(default_factory=lambda: len(tokens()))
    bars: slice = field(default_factory=lambda: _range("bar", range(1, PHRASE + 1)))
    at: slice = field(default_factory=lambda: _range("at", range(max(BAR.values()))))
    chords: slice = field(
        default_factory=lambda: _range("chord", [f"{root}:{kind}" for root in range(12) for kind in CHORDS])
    )
    melody: slice = field(default_factory=lambda: _range("melody", MELODY))
    bass: slice = field(default_factory=lambda: _range("bass", BASS))
    lengths: slice = field(default_factory=lambda: _range("length", LENGTHS))


class _Draft:
    """One try at a phrase: what is written so far, and what may come next."""

    def __init__(self, words: _Words, frame: Frame, slots: Sequence[Slot]) -> None:
        self._words, self._frame, self._slots = words, frame, slots
        self._full = BAR[frame.meter]
        self._scale = {step % 12 for step in SCALES[frame.mode]}
        self._last = frame.last_pitch
        self.row: list[int] = []
        self._number = -1
        self._forced: list[int] = []
        self._begin_bar()

    @property
    def over(self) -> bool:
        return self._number >= len(self._slots)

    def next(self, logits: Floats, dice: np.random.Generator) -> int | None:
        """Adds a token and gives its number; None when all is written."""
        if self.over:
            return None
        if not self._forced:
            token = _drawn(logits + self._likes(), self._allowed(), dice)
            if not self._words.bars.start <= token < self._words.bars.stop and token != END:
                self._take(token)
                return token
            self._begin_bar()  # the bar is over, and which one follows is not the model's to say
            if self.over:
                return None
        token = self._forced.pop(0)
        self._take(token)
        return token

    def _begin_bar(self) -> None:
        self._number += 1
        if self.over:
            return
        slot = self._slots[self._number]
        if slot.bar is not None:
            self._forced = bar(slot.bar)
        else:
            self._forced = [number_of()[f"bar:{min(slot.left, PHRASE)}"], number_of()["at:0"]]
        self._tick, self._melody_end, self._bass_end = 0, 0, 0
        self._chord: tuple[int, ...] = ()
        self._chord_due = True
        self._pending = ""
        self._sung = self._played = False
        """Whether a tone of the melody, of the bass begins at this tick."""
        self._fresh = False
        """Whether nothing begins at this tick yet."""

    def _take(self, token: int) -> None:
        self.row.append(token)
        kind, _, rest = tokens()[token].partition(":")
        if kind == "at":
            self._tick, self._sung, self._played, self._fresh = int(rest), False, False, True
            self._chord_due = self._tick in self._chord_ticks()
        elif kind == "chord":
            root, _, quality = rest.partition(":")
            self._chord = tuple((int(root) + step) % 12 for step in QUALITIES[quality])
            self._chord_due = self._fresh = False
        elif kind in ("melody", "bass"):
            self._pending = kind
            self._chord_due = self._fresh = False
            if kind == "melody":
                self._sung, self._last = True, int(rest)
            else:
                self._played = True
        elif kind == "length":
            end = self._tick + int(rest)
            if self._pending == "melody":
                self._melody_end = end
            else:
                self._bass_end = end
            self._pending = ""
        if not self._forced and (self._slots[self._number].bar is not None or self._full_bar()):
            self._begin_bar()

    def _full_bar(self) -> bool:
        """Whether nothing more fits into the bar."""
        done = self._melody_end >= self._full and (self._bass_end >= self._full or not self._frame.bass)
        given = self._slots[self._number].chords or ()
        return done and not self._pending and all(chord.begin <= self._tick for chord in given)

    def _chord_ticks(self) -> list[int]:
        """Where chords may begin, or must where they are given."""
        given = self._slots[self._number].chords
        return [chord.begin for chord in given] if given else self._frame.chord_ticks

    def _allowed(self) -> NDArray[np.bool_]:
        words, mask = self._words, np.zeros(self._words.size, bool)
        slot = self._slots[self._number]
        if self._pending:
            most = self._full - self._tick
            mask[words.lengths] = [length <= most and self._on_grid(self._tick + length) for length in LENGTHS]
            return mask
        given = self._given(self._tick)
        if self._chord_due and given is not None:
            mask[number_of()[f"chord:{given.root}:{given.quality}"]] = True
            return mask
        if self._chord_due:
            mask[words.chords] = self._frame.chords_allowed
            if self._tick == 0:
                return mask
        if not self._sung and self._tick >= self._melody_end:
            mask[words.melody] = [self._may_sing(pitch) for pitch in MELODY]
        if self._frame.bass and not self._played and self._tick >= self._bass_end:
            mask[words.bass] = [pitch % 12 in self._scale or pitch % 12 in self._chord for pitch in BASS]
            return mask  # the bass never rests
        if self._fresh:
            return mask
        due = [tick for tick in self._chord_ticks() if tick > self._tick] if slot.chords else []
        if self._frame.bass and self._bass_end < self._full:
            due.append(self._bass_end)
        for tick in range(self._tick + 1, min([self._full - 1, *due]) + 1):
            mask[words.at.start + tick] = self._may_begin(tick) or tick in due
        if not due and self._melody_end >= self._full - REST:
            mask[words.bars] = mask[END] = True
        return mask

    def _given(self, tick: int) -> Harmony | None:
        chords = self._slots[self._number].chords or ()
        return next((chord for chord in chords if chord.begin == tick), None)

    def _may_begin(self, tick: int) -> bool:
        if not self._on_grid(tick) or tick > self._melody_end + REST:
            return False
        return tick >= self._melody_end or (self._frame.bass and tick >= self._bass_end)

    def _on_grid(self, tick: int) -> bool:
        return tick % self._frame.grid == 0 or tick == self._full

    def _may_sing(self, pitch: int) -> bool:
        frame = self._frame
        near = self._last is None or abs(pitch - self._last) <= WIDEST_LEAP
        right = pitch % 12 in self._scale or pitch % 12 in self._chord
        return frame.low <= pitch <= frame.high and near and right

    def _likes(self) -> Floats:
        likes = np.zeros(self._words.size, np.float32)
        if self._pending or not self._chord:
            return likes
        strong = self._tick % BEAT[self._frame.meter] == 0
        if strong:
            clash = {(tone + 1) % 12 for tone in self._chord} - set(self._chord)
            likes[self._words.melody] = [
                LIKES_CHORD_TONES if pitch % 12 in self._chord else SHUNS_CLASHES if pitch % 12 in clash else 0.0
                for pitch in MELODY
            ]
        return likes


def _drawn(logits: Floats, allowed: NDArray[np.bool_], dice: np.random.Generator) -> int:
    """One of the allowed tokens, by its likelihood, without the unlikeliest (Holtzman et al. 2020)."""
    scores = np.where(allowed, logits / TEMPERATURE, -np.inf)
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    order = np.argsort(-chances)
    kept = order[: int(np.searchsorted(np.cumsum(chances[order]), TOP_P)) + 1]
    return int(dice.choice(kept, p=chances[kept] / chances[kept].sum()))
