"""Keys in paragraphs: whole words, scripts without spaces, regular expressions that are wrong or slow."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo.text.keys import Passage, Patterns


def back(key: str, text: str, case_sensitive: bool = False) -> int | None:
    return Passage.of(text).find(key, case_sensitive, Patterns(), "Mira")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("Mira", "She saw Mira's boat."),
        ("mira", "MIRA!"),
        ("Mira", "*Mira* and _Mira_"),
        ("the Fox", "It began.\n\nThey called her the\nfox once."),
        ("O'Hara", "Then O’Hara came."),
        ("Ångström", "the A\u030angstro\u0308m stone"),
        ("Straße", "in der STRASSE"),
        ("美咲", "昨日、美咲は港へ行った。"),
        ("マリー", "「マリーさん」と言った。"),
        ("李明", "只见李明走了进来"),
        ("지수", "지수는 웃었다."),
        ("สมชาย", "วันนี้สมชายไปตลาด"),
        ("Mira", "他叫Mira来"),
        ("Dr. No", "It was Dr. No, again."),
    ],
)
def test_a_name_is_found_as_people_write_it(key: str, text: str) -> None:
    assert back(key, text) == 0


@pytest.mark.parametrize(
    ("key", "text"),
    [("Mira", "a miracle"), ("Ana", "a banana"), ("राम", "रामायण"), ("art", "the heart"), ("the Fox", "the foxes")],
)
def test_part_of_a_word_is_no_name(key: str, text: str) -> None:
    assert back(key, text) is None


def test_capitals_count_where_they_are_asked_for() -> None:
    assert back("Rose", "a rose", case_sensitive=True) is None
    assert back("Rose", "Rose left.", case_sensitive=True) == 0


def test_the_latest_paragraph_is_named() -> None:
    text = "Mira.\n\nNobody.\n\nMira again.\n\nNobody."
    assert back("Mira", text) == 1
    assert back("Mira", "Mira\nsat.\nNobody saw.") == 2
    assert Passage.of(text).length == 4
    assert Passage.of(text).place(0) == "in the last paragraph"
    assert Passage.of(text).place(1) == "1 paragraph before the last"


def test_lines_are_paragraphs_only_where_there_are_no_empty_ones() -> None:
    assert Passage.of("one\ntwo\nthree").length == 3
    assert Passage.of("one\ntwo\n \nthree").length == 2
    assert Passage.of("\n\n").length == 0


def test_regular_expressions_stand_between_slashes() -> None:
    assert back("/storms?/", "two storms") == 0
    assert back("/Storm/", "a storm") is None
    assert back("/Storm/i", "a storm") == 0
    assert back("/^then/iu", "Then it began.") == 0


@pytest.mark.parametrize(("key", "reason"), [("/(/", "no regular expression"), ("/a/q", "flag 'q'")])
def test_a_wrong_one_is_a_note_and_no_failure(key: str, reason: str) -> None:
    patterns = Patterns()
    passage = Passage.of("one\n\ntwo (")
    assert passage.find(key, False, patterns, "Mira") is None
    assert passage.find(key, False, patterns, "Mira") is None
    (note,) = patterns.notes
    assert reason in note
    assert "Mira" in note


def test_a_slow_one_is_stopped() -> None:
    patterns = Patterns()
    began = time.monotonic()
    assert Passage.of("a" * 5000).find(r"/(a|a)*?(a|a)*(a|aa)+$b\1/", False, patterns, "Mira") is None
    assert Passage.of("a" * 40 + "!").find("/^(a+)+$/", False, patterns, "Mira") is None
    for n in range(200):
        Passage.of("a" * 60 + f"! {n}").find(f"/^(a+)+(b+)+{n}$/", False, patterns, "Mira")
    assert time.monotonic() - began < 3


@given(st.text(max_size=80), st.text(min_size=1, max_size=20))
def test_any_key_on_any_text_gives_an_answer(text: str, key: str) -> None:
    for case_sensitive in (True, False):
        found = Passage.of(text).find(key, case_sensitive, Patterns(), "x")
        assert found is None or 0 <= found < Passage.of(text).length


@given(st.text(alphabet="/abc()[]{}*+?\\|^$.i", min_size=3, max_size=20))
def test_any_regular_expression_gives_an_answer(key: str) -> None:
    Passage.of("abc cab\n\nbca").find(f"/{key}/i", False, Patterns(), "x")
