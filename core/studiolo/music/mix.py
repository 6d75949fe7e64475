"""From dry stems to the finished mix: a room, an exact length, a set loudness. Knows no notes, no model and no file.

Every step but one is linear, and that one, the gain, is a single curve for all stems. So the stems add up to the mix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyloudnorm
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import convolve1d, maximum_filter1d
from scipy.signal import fftconvolve, firwin

Sound = NDArray[np.float32]
"""(samples, 2), -1 to 1."""
Curve = NDArray[np.float64]
"""(steps,) or (steps + 1,): a number for every `STEP` samples, or for both their ends."""

RATE = 44_100
"""Hz, of all sound here."""
LOUDNESS = -16.0
"""LUFS, of every mix."""
PEAK = -1.0
"""dBTP: no mix is above, not between its samples either."""

CEILING = PEAK - 0.01
"""What is aimed at, since rounding to 16 bits moves peaks too."""
STEP = 16
"""Samples from one point of the gain curve to the next."""
NEAR = 0.2
"""LU: so close to `LOUDNESS` is close enough."""
LIMITERS = ((0.005, 60.0), (0.002, 250.0), (0.0005, 1_000.0))
"""From the gentlest on: how far one looks ahead (seconds), and how quickly it lets go (dB a second)."""
ROUNDS = 5
"""In which one limiter must get there, or the next is tried."""
LAZY = 0.15
"""LU for each further decibel: a limiter that lets no more through is given up at once."""
MOST = 20.0
"""Decibels by which a peak is lowered at most."""
SILENCE = 1e-6
"""What is never louder is not made louder either."""
FADE_IN = 0.002
FADE_OUT = 0.3
"""Seconds, of a piece that does not loop."""


@dataclass(frozen=True)
class Stem:
    """What one part plays, without a room."""

    name: str
    sound: Sound
    """Until its last tone is silent, which may be longer than the piece."""
    room: float
    """How much of it the reverb gets, 0 to 1."""


@dataclass(frozen=True)
class Mixed:
    """The finished piece. All sounds have its exact length, and none is above full scale."""

    mix: Sound
    stems: dict[str, Sound]
    """By name, in the order in which they came; none where none were asked for. Their sum is the mix."""


def mix(
    stems: Iterable[Stem],
    samples: int,
    loop: bool,
    keep_stems: bool = False,
    checkpoint: Callable[[], None] = lambda: None,
) -> Mixed:
    """The stems in one room, `samples` long, at `LOUDNESS` and not above `PEAK`.

    With `loop` what rings past the end is heard at the beginning, so that the end runs into it; otherwise it fades out
    over the last `FADE_OUT` seconds. Sound that could be so loud only with peaks lowered by more than `MOST` stays
    quieter; silence stays silent. Stems are taken one at a time, so an iterator saves the memory of all but one.
    `checkpoint` is called before each step that takes long, and may raise.
    """
    dry = np.zeros((samples, 2), np.float32)
    send = np.zeros((samples, 2), np.float32)
    kept: dict[str, Sound] = {}
    for stem in stems:
        sound = _fitted(stem.sound, samples, loop)
        sent = np.float32(stem.room) * sound
        dry += sound
        send += sent
        if keep_stems:
            kept[stem.name] = sound + _echo(sent, loop)
    checkpoint()
    whole = dry + _echo(send, loop)
    gain = _gain(whole, list(kept.values()), loop, checkpoint)[:, None]
    for sound in (whole, *kept.values()):
        sound *= gain
    return Mixed(whole, kept)


def loudness(sound: Sound, rate: int) -> float:
    """LUFS, integrated (ITU-R BS.1770-4); -inf for silence. What is shorter than its 0.4 s is heard over and over."""
    block = round(0.4 * rate)
    heard = sound if len(sound) >= block else np.resize(sound, (block, 2))
    meter = pyloudnorm.Meter(rate, filter_class="DeMan")  # this one has the coefficients of the recommendation
    return float(meter.integrated_loudness(heard))


def true_peak(sound: Sound) -> float:
    """dBTP: the highest point of the curve through the samples, at four times their rate (ITU-R BS.1770-4, annex 2)."""
    return float(_decibels(_peaks(sound).max()))


def _fitted(sound: Sound, samples: int, loop: bool) -> Sound:
    """`sound` with exactly `samples`; what is beyond comes again from the beginning (`loop`), or not at all."""
    rounds = -(-len(sound) // samples) if loop else 1
    room = np.zeros((rounds * samples, 2), np.float32)
    length = min(len(sound), len(room))
    room[:length] = sound[:length]
    folded: Sound = room.reshape(rounds, samples, 2).sum(axis=0)
    return folded


# ---- the room


@cache
def _room() -> Sound:
    """What a hall answers to one clap, without the clap itself: a few first reflections, then a tail that darkens.

    Noise, the same each time, split into octaves that die away each in its own time: the high ones first. As loud as
    a part that is all in the room is 2 to 7 dB louder than its echo.
    """
    seconds = 1.8
    # Hz, and the seconds in which it gets 60 dB quieter
    octaves = {125: 1.5, 250: 1.7, 500: 1.6, 1_000: 1.45, 2_000: 1.2, 4_000: 0.9, 8_000: 0.6, 16_000: 0.35}
    rng = np.random.default_rng(16)
    length = round(seconds * RATE)
    time = np.arange(length)[:, None] / RATE
    clap = rng.standard_normal((length, 2)) * np.clip((time - 0.02) / 0.04, 0.0, 1.0)
    for side in range(2):
        first = rng.uniform(0.009, 0.07, 9)
        clap[np.rint(first * RATE).astype(int), side] += rng.choice([-1.0, 1.0], 9) * 0.25 / first
    spectrum = np.fft.rfft(clap, axis=0)
    octave = np.log2(np.maximum(np.fft.rfftfreq(length, 1 / RATE), 1.0))[:, None]
    answer = np.zeros((length, 2))
    for centre, decay in octaves.items():
        distance = np.abs(octave - np.log2(centre))
        tilt = (centre / 1_000) ** -0.3  # noise has more in its high octaves than music likes
        band = np.fft.irfft(spectrum * np.clip(1.0 - distance, 0.0, 1.0) * tilt, length, axis=0)
        answer += band * 10 ** (-3.0 * time / decay)
    answer *= np.clip((seconds - time) / 0.1, 0.0, 1.0)
    return np.asarray(0.17 * answer / np.sqrt((answer**2).sum(axis=0)), np.float32)


def _echo(sent: Sound, loop: bool) -> Sound:
    """What the room answers. Each side hears the other too, less."""
    across = np.array([[0.85, 0.5], [0.5, 0.85]], np.float32)
    sides = zip((sent @ across).T, _room().T, strict=True)
    return _fitted(np.stack([fftconvolve(heard, room) for heard, room in sides], axis=1), len(sent), loop)


# ---- the gain


def _gain(whole: Sound, parts: list[Sound], loop: bool, checkpoint: Callable[[], None]) -> Sound:
    """What to multiply each sample by, (samples,): one smooth curve that makes it loud enough and no peak too high.

    How loud it gets has to be tried, since what lowers the peaks lowers the loudness too: each round goes on in a
    straight line through the two before.
    """
    samples = len(whole)
    peaks = _peaks(whole) / 10 ** (CEILING / 20)
    if loop:  # the curve through the samples goes on from the end to the beginning
        peaks[[0, -1]] = np.maximum(peaks[[0, -1]], _peaks(np.concatenate([whole[-STEP:], whole[:STEP]])).max())
    for part in parts:  # where others cancel it a part is louder than the whole; it may go up to full scale
        peaks = np.maximum(peaks, _in_steps(np.abs(part)).max(axis=1))
    if peaks.max() < SILENCE:
        return np.ones(samples, np.float32)
    over = _decibels(peaks)
    highest = float(over.max())
    most = MOST - highest
    fades = np.ones(len(over) + 1) if loop else _fades(samples)
    start = LOUDNESS - loudness(_scaled(whole, _spread(fades, samples)), RATE)
    for ahead, release in LIMITERS:
        loud = min(start, most)
        before, heard_before = -highest, LOUDNESS - start - highest  # so far nothing has to be lowered
        for _ in range(ROUNDS):
            checkpoint()
            lowered = _lowered(over + loud, ahead, release, loop)
            gain = _spread(fades * 10 ** ((loud - lowered) / 20), samples)
            if not lowered.any():
                return gain
            heard = loudness(_scaled(whole, gain), RATE)
            if abs(LOUDNESS - heard) < NEAR:
                return _below(gain, whole)
            slope = (heard - heard_before) / (loud - before)
            if slope < LAZY or loud == most:
                break
            before, heard_before = loud, heard
            loud = min(loud + (LOUDNESS - heard) / slope, most)
    return _below(gain, whole)


def _below(gain: Sound, whole: Sound) -> Sound:
    """`gain`, lower by the thousandths by which its own quick moves bend the curve between the samples."""
    over = true_peak(_scaled(whole, gain)) - CEILING
    return gain * np.float32(10 ** (-max(0.0, over) / 20))


def _scaled(sound: Sound, gain: Sound) -> Sound:
    return sound * gain[:, None]


def _fades(samples: int) -> Curve:
    """Up at once, and down like the half of a bell, which leaves a chord its beginning."""
    time = _points(samples) / RATE
    end = samples / RATE
    up = np.clip(time / FADE_IN, 0.0, 1.0)
    down = np.clip((end - time) / min(FADE_OUT, end / 4), 0.0, 1.0)
    fades: Curve = up * np.sin(np.pi / 2 * down) ** 2
    return fades


def _lowered(over: Curve, ahead: float, release: float, loop: bool) -> Curve:
    """Decibels to take off at the beginning of every step and at the last one's end, so that `over` gets to 0.

    It comes and goes in the shape of a bell over `ahead` seconds on either side, and goes more slowly, by `release`.
    """
    fall = release * STEP / RATE
    slope = fall * np.arange(len(over) * 2)
    over = np.maximum(over, 0.0)
    # Twice around, since what the end takes off is let go at the beginning; without a loop nothing came before.
    before = over if loop else np.zeros_like(over)
    held = (np.maximum.accumulate(np.concatenate([before, over]) + slope) - slope)[len(over) :]
    reach = round(ahead * RATE / STEP)
    bell = np.hanning(2 * reach + 3)[1:-1]
    edge = "wrap" if loop else "nearest"
    held = maximum_filter1d(held, 2 * reach + 3, mode=edge)  # one more on either side: both ends of a step count
    smooth = convolve1d(held, bell / bell.sum(), mode=edge)
    return np.append(smooth, smooth[0 if loop else -1])


def _points(samples: int) -> Curve:
    """Where a curve has its numbers: at the beginning of every step, and at the end."""
    points: Curve = np.minimum(np.arange(0.0, samples + STEP, STEP), samples)
    return points


def _spread(curve: Curve, samples: int) -> Sound:
    """From the points to every sample, in straight lines."""
    return np.interp(np.arange(samples), _points(samples), curve).astype(np.float32)


def _decibels(amplitude: Curve) -> Curve:
    decibels: Curve = 20 * np.log10(np.maximum(amplitude, 1e-12))
    return decibels


def _in_steps(sound: Sound) -> Sound:
    """(samples, channels) to (steps, STEP * channels), with zeros behind."""
    return np.pad(sound, ((0, -len(sound) % STEP), (0, 0))).reshape(-1, STEP * sound.shape[1])


def _peaks(sound: Sound) -> Curve:
    """The true peak of every `STEP` samples, of both channels."""
    times, reach, chunk = 4, 10, 2**16
    taps = times * firwin(2 * reach * times + 1, 1 / times, window=("kaiser", 5.0))
    phases = np.pad(taps, (0, times - 1)).reshape(-1, times)[::-1].astype(np.float32)
    around = np.pad(sound, ((reach, reach), (0, 0)))
    found = []
    for begin in range(0, len(sound), chunk):
        for side in around[begin : begin + chunk + 2 * reach].T:
            dense = sliding_window_view(side, 2 * reach + 1) @ phases
            found.append(_in_steps(np.abs(dense)).max(axis=1))
    peaks: Curve = np.maximum(np.concatenate(found[::2]), np.concatenate(found[1::2])).astype(np.float64)
    return peaks
