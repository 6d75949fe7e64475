"""What strangers send: a message, or one sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo_contract.errors import StudioloError
from studiolo_contract.frames import to_json
from studiolo_contract.text import Sampling, TextRequest
from studiolo_contract.wire import Cancel, Hello, Submit
from studiolo_daemon.doors.checking import read_message, ref_of

TEXT = {"kind": "text", "text": "a"}


def submit(**fields):
    return {"type": "submit", "ref": 1, "key": "k", "request": TEXT, **fields}


@pytest.mark.parametrize(
    "message",
    [
        Hello(protocol=1, client="krita", token="t"),
        Cancel(ref=3, job="abc"),
        Submit(ref=1, key="k", request=TextRequest(text="a", sampling=Sampling(top_p=0.5)), priority="batch"),
    ],
)
def test_good_messages_pass(message):
    assert read_message(to_json(message)) == message
    assert read_message(to_json(message).encode()) == message


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        ("{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "must be a JSON object"),
        ({"type": "dance"}, "'dance'"),
        ({"type": ["submit"]}, "No message is of type"),
        ({"type": "cancel", "ref": 1}, "'job' is missing"),
        ({"type": "cancel", "ref": -1, "job": "a"}, "'ref' (-1) does not fit"),
        ({"type": "cancel", "ref": 1, "job": "a", "jbo": 1}, "'jbo' is no field"),
        ({"type": "submit", "ref": 1, "key": "k"}, "'request' is missing"),
        (submit(key=""), "'key' ('') does not fit"),
        (submit(priority="now"), "'priority' ('now') does not fit"),
        (submit(request={"kind": "text"}), "'request.text' is missing"),
        (submit(request={"kind": "poem"}), "'poem'"),
        (submit(request={**TEXT, "text": ""}), "'request.text' ('') does not fit"),
        (submit(request={**TEXT, "sampling": {"top_p": 5}}), "'request.sampling.top_p' (5) does not fit"),
        (submit(request={**TEXT, "sampling": {"top_pp": 5}}), "'request.sampling.top_pp' is no field"),
        (submit(request={**TEXT, "seed": 1.5}), "'request.seed' (1.5) does not fit"),
        (submit(request={**TEXT, "seed": "7"}), "'request.seed' ('7') does not fit"),
        (submit(request={**TEXT, "stop": [""]}), "'request.stop.0'"),
        ('{"type":"submit","ref":1,"key":"k","request":{"kind":"text","text":"\\ud800"}}', "not Unicode"),
        (
            '{"type":"submit","ref":1,"key":"k","request":{"kind":"image","prompt":"a","guidance_scale":NaN}}',
            "guidance_scale",
        ),
    ],
)
def test_bad_messages_get_one_sentence(frame, says):
    with pytest.raises(StudioloError) as caught:
        read_message(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))
    problem = caught.value.problem
    assert problem.code == "bad_request"
    assert says in problem.message
    assert problem.mend
    assert "\n" not in problem.message


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_noise_never_gets_further(frame):
    with pytest.raises(StudioloError):
        read_message(frame)
    assert ref_of(frame) >= 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["ref", "key", "request", "priority"]), JSON)
def test_any_json_in_any_field_is_taken_or_named(field, value):
    frame = json.dumps(submit(**{field: value}))
    try:
        read_message(frame)
    except StudioloError as error:
        assert error.problem.code == "bad_request"
