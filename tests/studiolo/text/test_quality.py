"""A few of the seventy requests of `benchmarks/text_quality.py` through the real engine, held to looser bounds."""

import tomllib

import pytest

from benchmarks import text_quality as quality
from studiolo.models.store import Store

CHOSEN = [6, 20, 26, 31, 36, 41, 50, 60, 67]
"""A continuation, a short version, a haiku, a scene, a conversation, a character, names, shots and notes."""


@pytest.fixture(scope="module")
def answers(starter_home):
    prompts = tomllib.loads(quality.PROMPTS.read_text(encoding="utf-8"))["prompt"]
    chosen = [prompts[number] for number in CHOSEN]
    return quality.ask(chosen, Store(starter_home).find("starter-text"), lambda answer: None)


@pytest.fixture(scope="module")
def figures(answers, starter_home):
    return quality.measure(answers, quality.embedder(Store(starter_home).find("starter-embedder").folder))


def test_it_does_not_repeat_itself(figures) -> None:
    assert figures["repeated 4-grams"] <= 0.05


def test_it_writes_and_does_not_talk_about_writing(figures) -> None:
    assert figures["chatter"] == 0


def test_it_ends_whole(figures, answers) -> None:
    assert figures["ends whole"] == 1, [answer.text[-60:] for answer in answers if not answer.ends_whole]


def test_it_keeps_to_what_was_asked(figures) -> None:
    assert figures["on-topic AUC"] >= 0.85


def test_it_keeps_the_form(figures, answers) -> None:
    assert figures["form kept"] == 1, [answer.faults for answer in answers]


def test_there_is_something_to_read(answers) -> None:
    assert all(len(answer.words.split()) >= 8 for answer in answers)
    assert len(answers[0].text.split()) >= 25  # a continuation; it may end its passage early, but not at once


def test_the_measures_see_what_they_are_for() -> None:
    assert quality.repeated(["the cat sat on the mat and the cat sat on the mat"]) == 0.3
    assert quality.repeated(["each of these words stands here only once"]) == 0
    chatty = quality.Answered("story", "", "The sun rose.", "Sure, here is a story: The sun rose.", 1.0, 9, (), False)
    assert chatty.chatters
    echo = quality.Answered(
        "story", "", "The old sun rose over it.", "The old sun rose over it. And", 1.0, 9, (), False
    )
    assert echo.chatters
    assert not echo.ends_whole
