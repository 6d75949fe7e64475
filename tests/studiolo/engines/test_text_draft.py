"""Drafts: whole characters, stops, and phrases that must not appear."""

import numpy as np
import pytest

from studiolo.engines.draft import Draft, Limits
from tests.studiolo.engines import writers

WORDS = writers.tokenizer()


def tokens(text):
    return WORDS.encode(text, add_special_tokens=False)


def draft(stops=(), banned=(), max_tokens=500):
    limits = Limits(max_tokens=max_tokens, ends=frozenset({WORDS.eos_token_id}), fewest=0, stops=stops, banned=banned)
    return Draft(WORDS, tokens("He said "), limits, np.random.default_rng(0), None)


def test_half_a_character_is_never_shown():
    text = "été 音楽 🎻!"
    writing = draft()
    shown = ""
    for token in tokens(text):
        writing.take(token)
        assert "\ufffd" not in writing.text
        assert writing.text.startswith(shown)
        shown = writing.text
    assert shown == text


def test_ends_before_a_stop_and_withholds_its_beginning():
    writing = draft(stops=("music und",))
    shown = []
    for token in tokens("the music under the sea"):
        if writing.finish:
            break
        writing.take(token)
        shown.append(writing.text[: writing.certain()])
    assert writing.finish == "stop"
    assert writing.text == "the "
    assert shown[-1] == "the "
    assert all("mus" not in text for text in shown)


def test_ends_at_the_end_token_and_at_its_length():
    writing = draft()
    assert writing.take(WORDS.eos_token_id)
    assert writing.finish == "end"
    writing = draft(max_tokens=3)
    for token in tokens("the window was open")[:3]:
        writing.take(token)
    assert writing.finish == "length"


@pytest.mark.parametrize("banned", ["music under", "Music Und", " music", "under the"])
def test_goes_back_before_a_banned_phrase(banned):
    writing = draft(banned=(banned,))
    went_back = False
    for token in tokens("He heard the music under the sea"):
        assert banned.lower() not in writing.text[: writing.certain()].lower()
        if not writing.take(token):
            went_back = True
            break
    assert went_back
    place = len(writing.tokens)
    assert banned.lower() not in writing.text.lower()
    assert WORDS.decode([*writing.tokens]) == writing.text
    (avoided,) = writing.avoided()
    phrase_at = "He heard the music under the sea".lower().index(banned.lower())
    assert len(writing.text) <= phrase_at < len(writing.text + WORDS.decode([avoided]))
    for token in tokens("wind"):
        writing.take(token)
    assert writing.text.endswith("wind")
    assert len(writing.tokens) > place


def test_a_draft_that_goes_on_from_another_does_not_change_it():
    first, second = draft(), draft()
    second.random = np.random.default_rng(9)
    for token in tokens("the window"):
        first.take(token)
    twin = first.continued(second)
    assert twin.random is second.random
    for token in tokens(" opened"):
        twin.take(token)
    assert (first.text, twin.text) == ("the window", "the window opened")
