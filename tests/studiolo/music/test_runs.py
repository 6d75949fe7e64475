"""Runs of notes as numbers: the same tune in another key is the same, another rhythm is not."""

import numpy as np

from studiolo.music.runs import has, runs, short

TUNE = [(60, 6), (62, 6), (64, 12), (67, 6), (65, 6)]


def test_a_moved_tune_has_the_same_numbers():
    moved = [(pitch + 7, length) for pitch, length in TUNE]
    assert np.array_equal(runs(TUNE, 3), runs(moved, 3))
    assert len(runs(TUNE, 3)) == 3
    assert len(runs(TUNE, 5)) == 1


def test_other_rhythms_and_intervals_have_others():
    slower = [(pitch, 2 * length) for pitch, length in TUNE]
    turned = TUNE[::-1]
    assert not np.isin(runs(slower, 3), runs(TUNE, 3)).any()
    assert not np.isin(runs(turned, 3), runs(TUNE, 3)).any()


def test_what_is_too_short_has_none():
    assert len(runs(TUNE, 6)) == len(runs([], 2)) == 0


def test_half_the_room_is_enough_to_find_them():
    known = short(runs(TUNE * 40, 4))
    assert has(known, runs(TUNE, 4))
    assert not has(known, runs([(60, 5), (71, 5), (59, 7), (80, 5)], 4))
    assert not has(known, runs([], 4))
    assert not has(known[:0], runs(TUNE, 4))
