"""Each sampler against its definition, written out the slow way."""

import math

import numpy as np
import pytest

from studiolo.engines import samplers
from studiolo.engines.samplers import Settings

RANDOM = np.random.default_rng(3)
ROWS = [RANDOM.normal(0, spread, 60).astype(np.float32) for spread in (0.1, 1, 3, 6)]


def softmax(row):
    powers = [math.exp(value - max(row)) for value in row.tolist()]
    return [power / sum(powers) for power in powers]


def fewest(order, shares, p):
    kept, total = set(), 0.0
    for token in order:
        if total >= p:
            break
        kept.add(token)
        total += shares[token]
    return kept


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("setting", [0.05, 0.5, 0.9, 0.999])
def test_what_is_left_out(row, setting):
    shares = softmax(row)
    likeliest = sorted(range(60), key=lambda token: -shares[token])
    entropy = -sum(share * math.log(share) for share in shares)
    nearest = sorted(range(60), key=lambda token: abs(-math.log(shares[token]) - entropy))
    above = [token for token in likeliest if shares[token] >= setting / 4]

    assert set(np.flatnonzero(samplers.top_p(row, setting))) == fewest(likeliest, shares, setting)
    assert set(np.flatnonzero(samplers.typical(row, setting))) == fewest(nearest, shares, setting)
    assert set(np.flatnonzero(samplers.min_p(row, setting))) == {
        token for token in range(60) if shares[token] >= setting * max(shares)
    }
    assert set(np.flatnonzero(samplers.top_k(row, 1 + int(setting * 50)))) == set(likeliest[: 1 + int(setting * 50)])
    assert set(np.flatnonzero(samplers.xtc(row, setting / 4))) == set(range(60)) - set(above[:-1])


def test_top_p_of_a_flat_row_keeps_the_share_that_was_asked_for():
    assert samplers.top_p(np.zeros(1000, np.float32), 0.5).sum() == pytest.approx(500, abs=1)


def test_repetition_penalty():
    row = np.array([2.0, -2.0, 1.0, 0.5], np.float32)
    changed = samplers.penalised(row, np.array([0, 1, 1]), 2.0)
    assert changed.tolist() == [1.0, -4.0, 1.0, 0.5]
    near = samplers.adjusted(
        row, Settings(repetition_penalty=2.0, repetition_range=1), [0, 1, 2], {}, frozenset(), frozenset()
    )
    assert near.tolist() == [2.0, -2.0, 0.5, 0.5]
    assert row.tolist() == [2.0, -2.0, 1.0, 0.5]


def dry_by_definition(seen, breakers, multiplier, base, allowed):
    costs = {}
    for token in range(10):
        longest = 0
        for length in range(1, len(seen)):
            tail = seen[-length:]
            for place in range(len(seen) - length):
                if seen[place : place + length] == tail and seen[place + length] == token:
                    longest = length if not breakers & set(tail) else longest
        if longest >= allowed and token not in breakers:
            costs[token] = pytest.approx(multiplier * base ** (longest - allowed))
    return costs


@pytest.mark.parametrize("seed", range(12))
def test_dry(seed):
    seen = np.random.default_rng(seed).integers(0, 4, 30)
    breakers = frozenset({3}) if seed % 2 else frozenset()
    for allowed in (1, 2, 4):
        expected = dry_by_definition(seen.tolist(), breakers, 0.8, 1.75, allowed)
        assert samplers.dry_penalties(seen, breakers, 0.8, 1.75, allowed) == expected


def test_tokens_that_end_an_answer_are_never_penalised():
    row = np.ones(6, np.float32)
    settings = Settings(repetition_penalty=2.0, dry_multiplier=1.0)
    changed = samplers.adjusted(row, settings, [1, 2, 5, 1, 2], {4: 3.0}, frozenset({5}), frozenset())
    assert changed.tolist() == [1.0, 0.5, 0.5, 1.0, 4.0, 1.0]


def test_draws_follow_the_probabilities():
    row = np.log(np.array([0.5, 0.3, 0.15, 0.05], np.float32))
    random = np.random.default_rng(1)
    drawn = np.bincount([samplers.draw(row, Settings(), random) for _ in range(20_000)], minlength=4) / 20_000
    assert drawn == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.012)
    hot = np.bincount([samplers.draw(row, Settings(temperature=0.5), random) for _ in range(20_000)], minlength=4)
    squares = np.array([0.25, 0.09, 0.0225, 0.0025])
    assert hot / 20_000 == pytest.approx(squares / squares.sum(), abs=0.012)


def test_truncation_comes_before_temperature_and_each_step_sees_what_the_last_left():
    row = np.log(np.array([0.4, 0.3, 0.2, 0.1], np.float32))
    random = np.random.default_rng(1)
    settings = Settings(temperature=5.0, top_k=3, top_p=0.7)  # of the three that are left, two reach 0.7
    assert {samplers.draw(row, settings, random) for _ in range(300)} == {0, 1}
    certain = Settings(xtc_probability=1.0, xtc_threshold=0.15)
    assert {samplers.draw(row, certain, random) for _ in range(300)} == {2, 3}
    assert samplers.draw(row, Settings(temperature=0.0), random) == 0
    held = row.copy()
    held[:3] = -np.inf
    assert samplers.draw(held, Settings(), random) == 3


def test_presence_counts_once_and_frequency_each_time():
    row = np.zeros(5, np.float32)
    settings = Settings(presence_penalty=0.5, frequency_penalty=0.25)
    changed = samplers.adjusted(row, settings, [1, 2, 1, 4], {}, frozenset({4}), frozenset())
    assert changed.tolist() == [0.0, -1.0, -0.75, 0.0, 0.0]
    assert row.tolist() == [0.0] * 5
