"""Whole files with a few bytes changed, and noise: each is taken or refused with a sentence. The same ones every time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studiolo_contract.errors import StudioloError
from tests.fuzz import corpus
from tests.fuzz.targets import raw, refused

same = settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)
KINDS = pytest.mark.parametrize("kind", corpus.KINDS)


@st.composite
def changed(draw: st.DrawFn, kind: str) -> bytes:
    """A whole file, or the beginning of a hostile one, with a few bytes set, cut out, put in or said again."""
    small = [data for data in corpus.hostile(kind).values() if len(data) < 4096]
    data = bytearray(draw(st.sampled_from([*corpus.seeds(kind).values(), *small])))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        to = at + draw(st.integers(0, 16))
        put = draw(st.one_of(st.binary(max_size=8), st.sampled_from([bytes(data[at:to]) * 3, b"\xff" * 8, bytes(8)])))
        data[at : draw(st.sampled_from([at, at + len(put), to]))] = put
    return bytes(data)


@KINDS
@same
@given(st.data())
def test_what_was_changed_is_taken_or_refused(kind: str, data: st.DataObject) -> None:
    refused(kind, data.draw(changed(kind)))


@KINDS
@same
@given(st.binary(max_size=200))
def test_noise_is_refused_or_taken(kind: str, noise: bytes) -> None:
    refused(kind, noise)


@same
@given(st.binary(min_size=4, max_size=400))
def test_noise_is_a_raw_picture_or_a_sentence(noise: bytes) -> None:
    try:
        raw(noise)
    except StudioloError as error:
        assert error.problem.code == "bad_picture"
