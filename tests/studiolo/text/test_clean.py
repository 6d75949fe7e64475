"""What a model says around its answer is taken out, the same way however the answer comes in."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo.text.clean import Cleaner, clean
from studiolo.text.forms import POEMS, Form

PROSE = Form()
STORY = ("(?:short |the )?story",)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Sure! Here is the story:\n\nHe ran.", "He ran."),
        ("Certainly, here's a short story for you: He ran.", "He ran."),
        ("**The Sea**\n\nHe ran.", "He ran."),
        ("# The Sea\n\nHe ran.", "He ran."),
        ("Story: He ran.", "He ran."),
        ("**Short story:** He ran.", "He ran."),
        ("```\nHe ran.\n```", "He ran."),
        ("He ran.\n\nI hope this helps! Let me know.", "He ran."),
        ("He ran.\n\nThis story explores what it means to run.", "He ran."),
        ("He ran.\n\nNote: I kept it short.", "He ran."),
        ("He ran.\n---\nAnything else?", "He ran."),
        ("He **really** ran.", "He really ran."),
        ('"The man ran away."\n', "The man ran away."),
        ("This story is about a man who runs.", ""),
    ],
)
def test_chatter_goes(said: str, kept: str) -> None:
    assert clean(said, PROSE, STORY) == kept


@pytest.mark.parametrize(
    "said",
    [
        "Sure, he was old. But he ran.",
        "Of course he ran.",
        "Here is the place: I know it.",
        "In the story that my mother told, he ran.",
        "The passage was dark.\nThe line was long.",
        "I hope you run, she thought.",
        "He ran * and * ran.",
        "Note by note the song came back.",
    ],
)
def test_prose_that_looks_like_chatter_stays(said: str) -> None:
    assert clean(said, PROSE, STORY) == said


def test_the_persons_own_words_are_not_repeated() -> None:
    opening = "The keeper heard music."
    assert clean("The keeper heard music. He ran.", PROSE, opening=opening) == "He ran."
    assert clean('Here is a story:\n\n"The keeper heard music. He ran.', PROSE, opening=opening) == "He ran."
    assert clean("The keeper heard nothing.", PROSE, opening=opening) == "The keeper heard nothing."


def test_speech_keeps_its_quotation_marks() -> None:
    said = '"Run," she said. "Now."'
    assert clean(said, PROSE, quoted=True) == said
    assert clean(said, PROSE, opening="It was night.") == said


def test_a_list_loses_its_numbers_and_its_doubles_and_ends_in_time() -> None:
    cleaner = Cleaner(Form("list", 3))
    shown = cleaner.feed("1. Anna\n2) Bo\n- anna\n\n* **Cid**,\n5. Dee\n6. Eve")
    assert shown == "Anna\nBo\nCid"
    assert cleaner.full


def test_shots_are_numbered_from_one_on_whatever_the_model_counted() -> None:
    cleaner = Cleaner(Form("shots", 3), labels=("(?:the )?shot ?list",))
    shown = cleaner.feed(
        "Shot list:\n\n3. **Wide shot, static:** Rain.\n3. Wide shot, static: Rain.\nClose-up: A hand.\n"
    )
    assert shown == "1. Wide shot, static: Rain.\n2. Close-up: A hand."
    assert not cleaner.full


def test_a_haiku_ends_after_three_lines() -> None:
    cleaner = Cleaner(POEMS["haiku"])
    assert cleaner.feed("Haiku\n") + cleaner.feed("two\nthree\nfour\n") + cleaner.finish() == "Haiku\ntwo\nthree"
    assert cleaner.full


def test_streaming_does_not_wait_for_the_end() -> None:
    cleaner = Cleaner(PROSE)
    assert cleaner.feed("The old man ") == "The old man"
    assert cleaner.feed("ran") == " ran"


SAID = """Sure! |Here is| a story:|\n|\n\n|**|*|"|The keeper heard music.|The keeper| He ran.|#| |I hope this| helps|\
This story| explores|Note:|```|---|1. |- |The end|in this| scene|<|"""
PIECES = st.sampled_from(SAID.split("|"))
FORMS = [
    PROSE,
    Form("list", 2),
    Form("list"),
    Form("shots", 2),
    POEMS["haiku"],
    Form("dialogue", speakers=("A", "B")),
    Form("json"),
]


@given(
    st.lists(PIECES, max_size=14).map("".join),
    st.lists(st.integers(0, 200), max_size=8),
    st.sampled_from(FORMS),
    st.sampled_from(["", "The keeper heard music."]),
    st.booleans(),
)
def test_any_split_gives_the_same_text(said: str, cuts: list[int], form: Form, opening: str, quoted: bool) -> None:
    whole = clean(said, form, STORY, opening, quoted)
    ends = sorted({min(cut, len(said)) for cut in cuts} | {0, len(said)})
    for pieces in ([said[a:b] for a, b in pairwise(ends)], list(said)):
        cleaner = Cleaner(form, STORY, opening, quoted)
        shown = "".join(cleaner.feed(piece) for piece in pieces)
        assert shown + cleaner.finish() == whole
