"""Codes that let the studio page in, and its tokens."""

import re

import pytest

from studiolo_contract.errors import StudioloError
from studiolo_daemon.doors import studio_keys
from studiolo_daemon.doors.studio_keys import LIFE, MOST, StudioKeys


class Clock:
    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(studio_keys, "time", clock)
    return clock


def refused(keys, code):
    with pytest.raises(StudioloError) as error:
        keys.exchange(code)
    return error.value.problem.code == "bad_token" and "studiolo studio" in error.value.problem.mend


def test_a_code_is_changed_for_a_token_once():
    keys = StudioKeys()
    code = keys.code()
    token = keys.exchange(code)
    assert keys.knows(token)
    assert not keys.knows(code)
    assert refused(keys, code)


def test_a_code_can_be_typed_as_people_type():
    keys = StudioKeys()
    code = keys.code()
    assert re.fullmatch(r"[A-HJ-KM-NP-TV-Z2-9]{4}(-[A-HJ-KM-NP-TV-Z2-9]{4}){2}", code)
    assert keys.knows(keys.exchange(f" {code.lower().replace('-', ' ')} "))


def test_a_code_is_good_for_a_minute(clock):
    keys = StudioKeys()
    first, second = keys.code(), keys.code()
    clock.now += LIFE - 1
    keys.exchange(first)
    clock.now += 1
    assert refused(keys, second)


@pytest.mark.parametrize("code", ["", "-", "AAAA-AAAA-AAAA", "é" * 12, "x" * 64])
def test_what_is_no_code_opens_nothing(code):
    keys = StudioKeys()
    keys.code()
    assert refused(keys, code)


def test_no_code_and_no_token_is_known_at_first():
    assert not StudioKeys().knows("")
    assert refused(StudioKeys(), "")


def test_the_oldest_token_goes_when_there_are_too_many():
    keys = StudioKeys()
    tokens = [keys.exchange(keys.code()) for _ in range(MOST + 1)]
    assert [keys.knows(token) for token in tokens] == [False] + [True] * MOST
