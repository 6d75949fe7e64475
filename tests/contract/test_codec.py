"""Everything of the contract survives the way to JSON and back, and what does not fit is named."""

import json
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.frames import read_daemon, split_binary, to_binary, to_json
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_contract.request import Request, files_of
from studiolo_contract.text import Sampling, TextRequest, TokenBias
from studiolo_contract.wire import ClientMessage, DaemonMessage, Happened

# JSON has no NaN and no infinity
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
MESSAGES = st.one_of(*(st.from_type(kind) for kind in get_args(DaemonMessage)))
REQUESTS = st.one_of(*(st.from_type(kind) for kind in get_args(ClientMessage)))


@settings(max_examples=40)
@given(MESSAGES)
def test_what_the_daemon_says_arrives_as_it_was(message):
    back, payload = read_daemon(to_json(message))
    assert back == message
    assert payload == b""


@settings(max_examples=40)
@given(REQUESTS)
def test_what_a_client_says_arrives_as_it_was(message):
    assert from_plain(ClientMessage, json.loads(to_json(message))) == message


@settings(max_examples=40)
@given(MESSAGES, st.binary(max_size=100))
def test_binary_frames_carry_message_and_bytes(message, data):
    back, payload = read_daemon(to_binary(message, data))
    assert (back, bytes(payload)) == (message, data)


@given(st.binary(max_size=12))
def test_a_broken_binary_frame_is_refused(frame):
    try:
        header, payload = split_binary(frame)
    except StudioloError as error:
        assert error.problem.code == "bad_request"
    else:
        assert frame == frame[:4] + header + bytes(payload)


def test_unset_fields_are_left_out_and_unknown_ones_passed_over():
    request = TextRequest(text="a", sampling=Sampling(logit_bias=(TokenBias(text="the", bias=-1.5),)))
    plain = to_plain(request)
    assert "seed" not in plain
    assert from_plain(Request, {**plain, "from_the_future": 1}) == request


@pytest.mark.parametrize(
    ("kind", "plain", "named"),
    [
        (TextRequest, {}, "$.text is missing"),
        (TextRequest, {"text": 5}, "$.text must be str"),
        (TextRequest, {"text": "a", "sampling": {"top_p": "x"}}, "$.sampling.top_p must be a number"),
        (TextRequest, {"text": "a", "seed": True}, "$.seed must be a whole number"),
        (Request, {"kind": "dance"}, "'dance'"),
        (DaemonMessage, {"type": "accepted"}, "$.ref is missing"),
        (
            Happened,
            {"job": "a", "seq": 1, "at": 1.0, "event": {"type": "queued", "position": "first"}},
            "$.event.position",
        ),
    ],
)
def test_what_does_not_fit_is_named(kind, plain, named):
    with pytest.raises(ValueError, match=named.replace("$", r"\$").replace("[", r"\[")):
        from_plain(kind, plain)


def test_files_of_a_request():
    image, mask = (Picture(sha256=letter * 64, width=1, height=1) for letter in "ab")
    assert files_of(ImageRequest(prompt="x", image=image, mask=mask)) == (image, mask)
    assert files_of(ImageRequest(prompt="x", style_image=mask, depth_image=image)) == (mask, image)
    assert files_of(TextRequest(text="x")) == ()


def test_equal_requests_are_equal_and_hashable():
    assert TextRequest(text="a") == TextRequest(text="a")
    assert len({TextRequest(text="a"), TextRequest(text="a"), TextRequest(text="b")}) == 2
