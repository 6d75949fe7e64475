"""A key press gives words more weight or less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo.image.weights import read as read_by_daemon
from studiolo_contract.errors import StudioloError
from studiolo_krita.prompts import PromptError, check
from studiolo_krita.weights import marks, weigh


def press(marked, step):
    """What a press makes of a text in which `[` and `]` stand at the ends of the selection, `^` at the cursor."""
    start = min(marked.find(sign) for sign in "[^" if sign in marked)
    text = marked.replace("[", "").replace("]", "").replace("^", "")
    end = marked.find("]") - 1 if "]" in marked else start
    text, start, end = weigh(text, start, end, step)
    return text[:start] + ("^" if start == end else f"[{text[start:end]}]") + text[end:]


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        ("a [castle] in fog", 0.1, "a ([castle]:1.1) in fog"),
        ("a ([castle]:1.1) in fog", 0.1, "a ([castle]:1.2) in fog"),
        ("a ([castle]:1.1) in fog", -0.1, "a [castle] in fog"),
        ("a [(castle:1.1)] in fog", -0.2, "a ([castle]:0.9) in fog"),
        ("a [ castle in fog ] now", 0.1, "a  ([castle in fog]:1.1)  now"),
        ("a ca^stle in fog", 0.1, "a (ca^stle:1.1) in fog"),
        ("a castle^ in fog", 0.1, "a (castle^:1.1) in fog"),
        ("a (old castle:1.5)^", -0.1, "a (old castle^:1.4)"),
        ("a ^(old castle:1.5)", 0.1, "a (^old castle:1.6)"),
        ("(old ca^stle:1.1) x", -0.1, "old ca^stle x"),
        ("((old:0.5) ca^stle:1.3)", 0.1, "((old:0.5) ca^stle:1.4)"),
        ("((o^ld:0.5) castle:1.3)", 0.1, "((o^ld:0.6) castle:1.3)"),
        ("(old [castle]:1.3)", 0.1, "(old ([castle]:1.1):1.3)"),
        ("([castle]:2)", 0.1, "([castle]:2)"),
        ("([castle]:0.05)", -0.1, "([castle]:0)"),
        ("([castle]:1.25)", 0.1, "([castle]:1.35)"),
        ("([castle]:1,2)", 0.1, "([castle]:1.1)"),
        ("a ([castle])", 0.1, "a (([castle]:1.1))"),
        ("{red|b^lue} sky", 0.1, "{red|(b^lue:1.1)} sky"),
        ("[{red|blue}] sky", 0.1, "([{red|blue}]:1.1) sky"),
        ("sci-f^i city", 0.1, "(sci-f^i:1.1) city"),
    ],
)
def test_a_press_weighs_what_is_meant(before, step, after):
    assert press(before, step) == after


@pytest.mark.parametrize("text", ["a  ^ b", "^", "a [) b]", "{[red|blue]}", "([a:1.2) b]", "[  ] a", "[{a) b}]"])
def test_what_cannot_have_a_weight_stays(text):
    plain = text.translate(str.maketrans("", "", "[]^"))
    assert press(text, 0.1).translate(str.maketrans("", "", "[]^")) == plain


@given(st.text("ab :.1()\\{}|", max_size=30), st.data())
def test_a_press_never_spoils_a_prompt(text, data):
    end = data.draw(st.integers(0, len(text)))
    start = data.draw(st.integers(0, end))
    try:
        check(text)
    except PromptError:
        return
    weighed, first, last = weigh(text, start, end, data.draw(st.sampled_from([-0.1, 0.1])))
    check(weighed)
    assert 0 <= first <= last <= len(weighed)


@given(st.text("ab :.,12()\\", max_size=30))
def test_weights_are_seen_where_the_daemon_sees_them(text):
    seen = [mark for mark in marks(text) if mark.weight not in (None, 1.0)]
    try:
        spans = read_by_daemon(text).spans
    except StudioloError:
        assert any(not 0 <= mark.weight <= 2 for mark in seen) or len(seen) > 1
    else:
        assert bool(spans) <= bool(seen)
        assert all(0 <= mark.weight <= 2 for mark in seen)
