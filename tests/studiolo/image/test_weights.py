"""Weights in prompts: what the model reads, and how much which of it counts."""

from __future__ import annotations

import time

import pytest

from studiolo.image.weights import Span, read
from studiolo_contract.errors import StudioloError


def told(prompt: str) -> tuple[str, list[tuple[str, float]]]:
    """The text, and each weighted part of it with its weight."""
    weighted = read(prompt)
    return weighted.text, [
        (weighted.text[span.start : span.end], pytest.approx(span.weight)) for span in weighted.spans
    ]


@pytest.mark.parametrize(
    ("prompt", "text", "parts"),
    [
        ("a (castle:1.5) in a forest", "a castle in a forest", [("castle", 1.5)]),
        ("(two words:0.7), (fog:0)", "two words, fog", [("two words", 0.7), ("fog", 0.0)]),
        ("((red:1.2) castle:1.5)", "red castle", [("red", 1.8), (" castle", 1.5)]),
        ("(a ((b:2) c:0.5):1.5)", "a b c", [("a b", 1.5), (" c", 0.75)]),
        ("(a (b) c:1.1)", "a (b) c", [("a (b) c", 1.1)]),
        ("(dusk: 1.2 )", "dusk", [("dusk", 1.2)]),
        ("(ratio 16:9 : .5)", "ratio 16:9 ", [("ratio 16:9 ", 0.5)]),
        ("(a :) b:1.3)", "(a :) b:1.3)", []),
        (r"a \(castle:1.5\) (\(x\):2)", "a (castle:1.5) (x)", [("(x)", 2.0)]),
        ("(Nebel\nüber Köln:1.25)", "Nebel\nüber Köln", [("Nebel\nüber Köln", 1.25)]),
    ],
)
def test_marks_are_read(prompt: str, text: str, parts: list[tuple[str, float]]) -> None:
    assert told(prompt) == (text, parts)


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "a castle",
        "a castle (an old one)",
        "((a)) castle",
        "a (castle",
        "a castle:1.5)",
        "(:1.5)",
        "( :1.5)",
        "(castle:)",
        "(castle:1.5e1)",
        "(castle:nan)",
        "(castle:one)",
        "C:\\paintings\\new",
    ],
)
def test_what_is_no_mark_stays_as_it_is(prompt: str) -> None:
    assert told(prompt) == (prompt, [])


def test_a_weight_of_one_is_none() -> None:
    assert told("(castle:1) ((x:2):0.5) (y:1.0)") == ("castle x y", [])


def test_neighbours_of_one_weight_are_one_span() -> None:
    assert read("(a:1.5)(b:1.5)(c:0.5)").spans == (Span(0, 2, 1.5), Span(2, 3, 0.5))


@pytest.mark.parametrize("prompt", ["(a:2.1)", "(a:-0.5)", "(at 10:30)", "((a:2):1.5)", "((a:3):0.5)"])
def test_weights_beyond_the_range_are_refused_in_a_sentence(prompt: str) -> None:
    with pytest.raises(StudioloError, match="is no weight: words count 0 to 2 times") as caught:
        read(prompt)
    assert caught.value.problem.code == "bad_request"
    assert r"\( and \)" in (caught.value.problem.mend or "")


@pytest.mark.parametrize("prompt", ["(" * 8000, "(" * 1000 + "a" * 3000 + ":1)" * 1000, ":1)" * 2600, "(a" * 4000])
def test_the_longest_prompts_take_no_time(prompt: str) -> None:
    began = time.perf_counter()
    read(prompt)
    assert time.perf_counter() - began < 2.0
