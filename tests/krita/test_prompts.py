"""Wildcards are drawn by a seed and counted, and what can't be read is refused with its place."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo_krita.prompts import PromptError, check, expand, expansions

seeds = st.integers(0, 2**32 - 1)
plain = st.text(string.ascii_letters, max_size=4)
wildcards = st.recursive(
    plain,
    lambda inner: st.lists(st.lists(inner, max_size=2).map("".join), min_size=1, max_size=3).map(
        lambda options: "{" + "|".join(options) + "}"
    ),
    max_leaves=6,
)
prompts = st.lists(plain | wildcards, max_size=4).map("".join)


@given(st.text(), seeds)
def test_a_seed_draws_the_same_words_or_the_same_complaint(prompt, seed):
    def drawn():
        try:
            return expand(prompt, seed)
        except PromptError as error:
            return error.message, error.mend, error.position

    assert drawn() == drawn()


@given(prompts, seeds)
def test_what_is_drawn_has_no_braces_and_is_one_of_as_many_as_are_counted(prompt, seed):
    assert not set(expand(prompt, seed)) & set("{}|")
    assert len({expand(prompt, other) for other in range(seed, seed + 40)}) <= expansions(prompt)


def test_every_option_is_drawn_and_nothing_else():
    prompt = "a {red|{dark |}blue} {house|}"
    assert expansions(prompt) == 6
    drawn = {expand(prompt, seed) for seed in range(400)}
    assert drawn == {"a red house", "a dark blue house", "a blue house", "a red", "a dark blue", "a blue"}


def test_options_beside_each_other_are_as_likely():
    drawn = [expand("{a|{b|c|d}}", seed) for seed in range(2000)]
    assert 900 < drawn.count("a") < 1100


def test_seeds_mean_the_same_on_every_python():
    assert [expand("{a|b|c} {d|e|f|}", seed) for seed in range(6)] == ["b", "a d", "a d", "a e", "a f", "c f"]


def test_without_wildcards_a_prompt_stays_as_it_is():
    assert expand("a castle,  , (misty:1.2) a | b \\(x\\)", 1) == "a castle,  , (misty:1.2) a | b \\(x\\)"
    assert expansions("a castle") == expansions("") == 1


def test_signs_can_be_written():
    assert expand("\\{a\\|b\\} {c\\|d}", 3) == "{a|b} c|d"
    assert expansions("\\{a|b\\}") == 1


def test_an_empty_option_leaves_no_gap():
    assert expand("a castle, {|}, fog{|}", 0) == "a castle, fog"


def test_no_depth_is_too_deep():
    assert expand("{" * 3000 + "a" + "}" * 3000, 0) == "a"
    assert expansions("{a|b}" * 1500) == 2**1500


@pytest.mark.parametrize(
    ("prompt", "position", "said"),
    [
        ("a {b|c", 2, "never closed"),
        ("{a|{b}", 0, "never closed"),
        ("a} b", 1, "never opened"),
        ("(castle:1.2.3)", 8, "'1.2.3' is no number"),
        ("a (castle:1,2)", 10, "'1,2' is no number"),
        ("(castle:+1.2)", 8, "'+1.2' is no number"),
        ("a (castle: 2.5)", 11, "2.5 is not between 0 and 2"),
        ("((castle:1.5) hill:-1)", 19, "-1 is not between"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(prompt, position, said):
    with pytest.raises(PromptError, match=re.escape(said)) as refused:
        check(prompt)
    assert refused.value.position == position
    assert refused.value.mend


@pytest.mark.parametrize(
    "prompt",
    [
        "(castle:1.2)",
        "((old:0.5) castle:.5) (x: 2 )",
        "(castle)",
        "(a castle: a ruin)",
        "\\(castle:7\\)",
        ")castle:7(",
        "(:7)",
        "({red|blue} house:1.3)",
        "a face :)",
        "",
    ],
)
def test_what_the_daemon_reads_passes(prompt):
    check(prompt)
