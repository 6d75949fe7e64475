"""Earlier prompts: the newest first, none twice, found by words, kept in a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo_krita.prompt_history import PromptHistory, read, write


@given(st.lists(st.text(max_size=5), max_size=150))
def test_the_newest_comes_first_and_none_twice(used):
    history = PromptHistory()
    for prompt in used:
        history = history.add(prompt)
    latest = dict.fromkeys(prompt.strip() for prompt in reversed(used) if prompt.strip())
    assert history.prompts == tuple(latest)[:100]


def test_at_most_a_hundred_stay():
    history = PromptHistory()
    for number in range(120):
        history = history.add(f"castle {number}")
    assert len(history.prompts) == 100
    assert history.prompts[0] == "castle 119"


def test_a_prompt_is_found_by_its_words_in_any_order():
    history = PromptHistory(("A Castle in fog", "a house in fog", "two castles"))
    assert history.search("fog castle") == ("A Castle in fog",)
    assert history.search("CASTLE") == ("A Castle in fog", "two castles")
    assert history.search(" ") == history.prompts
    assert history.search("ship") == ()


def test_a_prompt_can_be_forgotten():
    assert PromptHistory(("a", "b")).remove("a") == PromptHistory(("b",))


def test_it_is_kept_in_a_file(tmp_path):
    file = tmp_path / "krita/prompts.json"
    assert read(file) == (PromptHistory(), "")
    history = PromptHistory(("ein Schloß {im|am} Meer", "a castle"))
    write(file, history)
    assert read(file) == (history, "")


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"prompts": [3]}'])
def test_a_broken_file_is_set_aside(tmp_path, broken):
    file = tmp_path / "prompts.json"
    file.write_text(broken)
    history, sentence = read(file)
    assert history == PromptHistory()
    (aside,) = tmp_path.iterdir()
    assert aside.read_text() == broken
    assert "prompts.json could not be read" in sentence
    assert aside.name in sentence
