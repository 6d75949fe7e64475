"""Stems become a mix of an exact length and a set loudness; a loop has no seam, and stems add up to their mix."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import resample_poly

from studiolo.music.mix import LOUDNESS, PEAK, RATE, STEP, Sound, Stem, loudness, mix, true_peak

SECOND = RATE
TAIL = RATE
LENGTH = 4 * SECOND


def stereo(mono: np.ndarray, pan: float = 0.0) -> Sound:
    return np.stack([mono * (1 - pan) / 2, mono * (1 + pan) / 2], axis=1).astype(np.float32)


def pluck(pitch: float, seconds: float = 1.5) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    tones = [np.sin(2 * np.pi * pitch * k * time) * np.exp(-3 * k * time) / k for k in range(1, 6)]
    return np.sum(tones, axis=0) * np.clip(time / 0.002, 0.0, 1.0) * np.clip((seconds - time) / 0.1, 0.0, 1.0) * 0.5


def burst(decay: float, seed: int) -> np.ndarray:
    time = np.arange(int(8 * decay * RATE)) / RATE
    return np.random.default_rng(seed).standard_normal(len(time)) * 0.3 * np.exp(-time / decay)


def placed(sounds: dict[float, Sound], samples: int = LENGTH) -> Sound:
    """Each from its second on."""
    whole = np.zeros((samples + TAIL, 2), np.float32)
    for second, sound in sounds.items():
        at = int(second * RATE)
        whole[at : at + len(sound)] += sound[: len(whole) - at]
    return whole


def plucks(pan: float = 0.0, samples: int = LENGTH) -> Stem:
    beats = np.arange(0.0, samples / RATE - 0.1, 0.5)
    pitches = 220 * 2 ** (np.random.default_rng(2).integers(0, 12, len(beats)) / 12)
    return Stem(
        "harp", placed({b: stereo(pluck(p), pan) for b, p in zip(beats, pitches, strict=True)}, samples), room=0.4
    )


def drums(samples: int = LENGTH) -> Stem:
    beats = np.arange(0.0, samples / RATE - 0.1, 0.25)
    hits = {b: stereo(burst(0.05 if n % 2 else 0.015, n)) for n, b in enumerate(beats)}
    return Stem("drums", placed(hits, samples), room=0.1)


def hats(samples: int = LENGTH) -> Stem:
    """Far more peak than body: the worst that can be asked of a limiter."""
    return Stem(
        "hats", placed({b: stereo(burst(0.012, 5)) for b in np.arange(0.0, samples / RATE - 0.1, 0.5)}), room=0.1
    )


def chords(samples: int = LENGTH) -> Stem:
    """Sounds over the end without a break."""
    time = np.arange(samples + TAIL) / RATE
    ends = np.clip(time / 0.3, 0.0, 1.0) * np.clip((samples / RATE + 0.3 - time) / 0.3, 0.0, 1.0)
    tones = np.sum([np.sin(2 * np.pi * pitch * time) for pitch in (220.0, 277.5, 330.0, 440.5)], axis=0)
    return Stem("pad", stereo(tones * ends * 0.2), room=0.7)


BANDS = {
    "quiet harp": lambda: [plucks()],
    "drums": lambda: [drums()],
    "hats": lambda: [hats()],
    "all": lambda: [plucks(-0.5), drums(), chords()],
}


# ---- what every mix keeps


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("band", BANDS)
def test_a_mix_is_exactly_so_long_so_loud_and_the_sum_of_its_stems(band: str, loop: bool) -> None:
    mixed = mix(BANDS[band](), LENGTH, loop, keep_stems=True)
    sounds = [mixed.mix, *mixed.stems.values()]
    assert list(mixed.stems) == [stem.name for stem in BANDS[band]()]
    assert all(sound.shape == (LENGTH, 2) and sound.dtype == np.float32 for sound in sounds)
    assert all(np.abs(sound).max() <= 1.0 for sound in sounds)
    assert loudness(mixed.mix, RATE) == pytest.approx(LOUDNESS, abs=0.5)
    assert true_peak(mixed.mix) <= PEAK
    assert np.abs(np.sum(list(mixed.stems.values()), axis=0) - mixed.mix).max() < 1e-5


@pytest.mark.parametrize("samples", [RATE, RATE + 1, 50_021, 3 * RATE - 7])
@pytest.mark.parametrize("loop", [False, True])
def test_any_length_comes_out_exactly(samples: int, loop: bool) -> None:
    mixed = mix([drums(samples), plucks(samples=samples)], samples, loop)
    assert mixed.mix.shape == (samples, 2)
    assert loudness(mixed.mix, RATE) == pytest.approx(LOUDNESS, abs=0.5)
    assert true_peak(mixed.mix) <= PEAK


@pytest.mark.parametrize("samples", [1, STEP, 100, 5_000, 17_639])
@pytest.mark.parametrize("loop", [False, True])
def test_what_is_shorter_than_a_block_of_the_meter_is_mixed_too(samples: int, loop: bool) -> None:
    mixed = mix([Stem("pad", chords().sound[RATE : RATE + samples], room=0.5)], samples, loop, keep_stems=True)
    assert mixed.mix.shape == mixed.stems["pad"].shape == (samples, 2)
    assert np.isfinite(mixed.mix).all()
    assert true_peak(mixed.mix) <= PEAK
    if samples >= 5_000:
        assert loudness(mixed.mix, RATE) == pytest.approx(LOUDNESS, abs=0.5)


@pytest.mark.parametrize("loop", [False, True])
def test_silence_stays_silent(loop: bool) -> None:
    nothing = np.zeros((LENGTH + TAIL, 2), np.float32)
    assert not mix([], LENGTH, loop).mix.any()
    assert not mix([Stem("violin", nothing, room=0.3)], LENGTH, loop).mix.any()
    assert loudness(nothing, RATE) == -np.inf


def test_what_nobody_can_hear_as_loud_stays_below_the_peak() -> None:
    click = np.zeros((LENGTH, 2), np.float32)
    click[RATE : RATE + 3] = 0.5
    still = np.full((LENGTH, 2), 0.3, np.float32)
    for sound in (click, still):
        made = mix([Stem("click", sound, room=0.0)], LENGTH, loop=True).mix
        assert np.isfinite(made).all()
        assert true_peak(made) <= PEAK


def test_the_same_stems_give_the_same_samples() -> None:
    first, again = (mix(BANDS["all"](), LENGTH, loop=True, keep_stems=True) for _ in range(2))
    assert np.array_equal(first.mix, again.mix)
    assert all(np.array_equal(first.stems[name], again.stems[name]) for name in first.stems)


def test_asking_for_stems_does_not_change_the_mix_and_an_iterator_will_do() -> None:
    with_stems = mix(BANDS["all"](), LENGTH, loop=False, keep_stems=True)
    without = mix(iter(BANDS["all"]()), LENGTH, loop=False)
    assert without.stems == {}
    assert np.abs(with_stems.mix - without.mix).max() < 1e-4


def test_a_stem_that_the_others_cancel_is_not_above_full_scale() -> None:
    loud = placed({0.5: stereo(burst(0.3, 1)), 2.5: stereo(burst(0.3, 2))})
    mixed = mix([Stem("one", loud, room=0.0), Stem("two", -0.9 * loud, room=0.0)], LENGTH, loop=False, keep_stems=True)
    assert max(np.abs(sound).max() for sound in mixed.stems.values()) <= 1.0
    assert np.abs(np.sum(list(mixed.stems.values()), axis=0) - mixed.mix).max() < 1e-5


def test_the_gain_moves_smoothly() -> None:
    """A limiter that clips would bend the wave from one sample to the next."""
    stem = Stem("drums", drums().sound, room=0.0)
    made = mix([stem], LENGTH, loop=True).mix
    dry = stem.sound[:LENGTH].copy()
    dry[:TAIL] += stem.sound[LENGTH:]
    heard = np.abs(dry[:, 0]) > 1e-3
    gain = 20 * np.log10(made[heard, 0] / dry[heard, 0])
    assert gain.max() - gain.min() > 1.5  # it had work to do
    near = np.diff(np.flatnonzero(heard)) == 1
    assert np.abs(np.diff(gain)[near]).max() < 0.2


# ---- loops


def seam(sound: Sound) -> float:
    """How much larger the jump from the last sample to the first is than the largest inside."""
    return float(np.abs(sound[0] - sound[-1]).max() / np.abs(np.diff(sound, axis=0)).max())


@pytest.mark.parametrize("band", BANDS)
def test_a_loop_jumps_no_more_at_its_seam_than_inside(band: str) -> None:
    mixed = mix(BANDS[band](), LENGTH, loop=True, keep_stems=True)
    assert all(seam(sound) <= 1.0 for sound in (mixed.mix, *mixed.stems.values()))


def test_a_steady_tone_goes_over_the_seam_as_if_there_was_none() -> None:
    time = np.arange(LENGTH) / RATE
    tone = stereo(np.sin(2 * np.pi * 220 * time) * (0.5 + 0.4 * np.sin(2 * np.pi * time)))
    made = mix([Stem("organ", tone, room=0.6)], LENGTH, loop=True).mix
    twice = np.concatenate([made, made])
    bend = np.abs(np.diff(twice, n=2, axis=0)).max(axis=1)
    around = bend[LENGTH - 500 : LENGTH + 500]
    assert around.max() <= 1.01 * np.delete(bend, np.s_[LENGTH - 500 : LENGTH + 500]).max()


def test_a_loop_has_no_beginning() -> None:
    """Turned around, the stems give the same mix turned around: room and limiter go over the seam as over any place."""
    folded = drums().sound[:LENGTH].copy()
    folded[:TAIL] += drums().sound[LENGTH:]
    turn = RATE // STEP * STEP + 100 * STEP
    straight = mix([Stem("drums", folded, room=0.4)], LENGTH, loop=True).mix
    turned = mix([Stem("drums", np.roll(folded, turn, axis=0), room=0.4)], LENGTH, loop=True).mix
    assert np.abs(np.roll(straight, turn, axis=0) - turned).max() < 0.03


def test_what_rings_past_the_end_is_heard_at_the_beginning_of_a_loop_only() -> None:
    late = Stem("harp", placed({3.8: stereo(pluck(330.0))}), room=0.3)
    beginning = slice(0, RATE // 5)
    assert np.abs(mix([late], LENGTH, loop=True).mix[beginning]).max() > 0.05
    assert np.abs(mix([late], LENGTH, loop=False).mix[beginning]).max() < 1e-6


def test_a_tail_longer_than_the_loop_goes_around_more_than_once() -> None:
    short = RATE // 4
    long = stereo(np.sin(2 * np.pi * 330 * np.arange(3 * short) / RATE))
    once = stereo(np.sin(2 * np.pi * 330 * np.arange(short) / RATE) * 3)  # 82.5 periods: each round turns the sign
    made = mix([Stem("organ", long, room=0.0)], short, loop=True).mix
    assert np.corrcoef(made[:, 0], (long[:short] + long[short : 2 * short] + long[2 * short :])[:, 0])[0, 1] > 0.99
    assert np.abs(np.corrcoef(made[:, 0], once[:, 0])[0, 1]) > 0.99


# ---- pieces that end


def test_a_piece_begins_and_ends_in_silence() -> None:
    made = mix(BANDS["all"](), LENGTH, loop=False).mix
    loudest = np.abs(made).max()
    assert np.abs(made[0]).max() < 1e-4
    assert np.abs(made[-20:]).max() < 1e-3 * loudest
    assert np.abs(np.diff(made[-RATE // 2 :], axis=0)).max() < np.abs(np.diff(made, axis=0)).max()


def test_the_last_chord_fades_and_is_not_cut() -> None:
    made = mix([chords()], LENGTH, loop=False).mix
    level = np.sqrt((made[: LENGTH // 2205 * 2205] ** 2).reshape(-1, 2205, 2).mean(axis=(1, 2)))  # of each 50 ms
    last = level[-8:] / level[-12]
    assert (np.diff(last[1:]) < 0).all()
    assert last[0] > 0.8
    assert last[-2] > 0.05  # a tenth of a second before the end it is still there
    assert last[-1] < 0.1


# ---- the room


def test_without_a_room_the_sound_is_only_louder_or_quieter() -> None:
    stem = Stem("harp", plucks().sound, room=0.0)
    made = mix([stem], LENGTH, loop=False).mix
    inside = slice(RATE // 10, LENGTH - RATE)
    ratio = made[inside].ravel() @ stem.sound[inside].ravel() / (stem.sound[inside] ** 2).sum()
    assert np.abs(made[inside] - ratio * stem.sound[inside]).max() < 1e-5


def test_the_room_answers_after_the_sound_on_both_sides_and_darkens() -> None:
    stem = Stem("harp", placed({0.5: stereo(burst(0.05, 3), pan=-1.0)}), room=0.6)
    made = mix([stem], LENGTH, loop=False).mix
    begin = RATE // 2
    answer = made[begin + RATE // 2 : begin + RATE]
    assert np.abs(made[: begin - 1]).max() < 1e-6
    assert 0.25 < np.std(answer[:, 1]) / np.std(answer[:, 0]) < 1.0  # the left is played, the right hears it too
    assert abs(np.corrcoef(answer.T)[0, 1]) < 0.95
    late = made[begin + RATE : begin + RATE + RATE // 2]
    assert brightness(late) < 0.8 * brightness(made[begin + RATE // 10 : begin + RATE // 5])
    assert np.std(late) < 0.1 * np.std(made[begin : begin + RATE // 10])


def brightness(sound: Sound) -> float:
    """The middle of its spectrum, Hz."""
    power = (np.abs(np.fft.rfft(sound, axis=0)) ** 2).sum(axis=1)
    return float((np.fft.rfftfreq(len(sound), 1 / RATE) * power).sum() / power.sum())


# ---- the meters


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_loudness_is_the_recommendation_s(rate: int) -> None:
    tone = np.sin(2 * np.pi * 997 * np.arange(5 * rate) / rate)
    left = np.stack([tone, np.zeros_like(tone)], axis=1).astype(np.float32)
    assert loudness(left, rate) == pytest.approx(-3.01, abs=0.05)
    both = (stereo(tone) * 2 * 10 ** (-23 / 20)).astype(np.float32)
    assert loudness(both, rate) == pytest.approx(-23.0, abs=0.1)
    pauses = np.concatenate([both, np.zeros((20 * rate, 2), np.float32)])
    assert loudness(pauses, rate) == pytest.approx(-23.0, abs=0.3)


def test_true_peak_sees_between_the_samples() -> None:
    between = np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)  # no sample is above 0.71
    fade = np.sin(np.pi * np.arange(RATE) / RATE)
    assert true_peak(stereo(2 * between * fade)) == pytest.approx(0.0, abs=0.2)
    low = np.sin(2 * np.pi * 100 * np.arange(RATE) / RATE)
    assert true_peak(stereo(low)) == pytest.approx(-6.02, abs=0.02)


@pytest.mark.parametrize("samples", [1, 15, 16, 17, 2**16 - 1, 2**16 + 5])
def test_true_peak_agrees_with_another_interpolation(samples: int) -> None:
    noise = np.random.default_rng(samples).uniform(-0.5, 0.5, (samples, 2)).astype(np.float32)
    dense = np.abs(resample_poly(np.pad(noise, ((50, 50), (0, 0))), 4, 1, axis=0)).max()
    assert true_peak(noise) >= 20 * np.log10(np.abs(noise).max()) - 1e-3
    assert true_peak(noise) == pytest.approx(20 * np.log10(dense), abs=0.05)
