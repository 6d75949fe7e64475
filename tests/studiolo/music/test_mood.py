"""What a brief is heard to feel like, word by word and passage by passage."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo.engines.embedder import Embedder
from studiolo.music.mood import MOST, read
from studiolo.music.mood_words import Neighbours, read_lexicon
from studiolo_contract.music import Mood


def by_letters(texts: Sequence[str]) -> np.ndarray:
    """A model of meanings to which words are alike that share letters."""
    counts = np.zeros((len(texts), 4096), np.float32)
    for row, text in zip(counts, texts, strict=True):
        for at in range(len(text) - 1):
            row[(ord(text[at]) * 31 + ord(text[at + 1])) % 4096] += 1
    return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-6)


@pytest.fixture(scope="module")
def letters():
    return Neighbours(by_letters)


def mood(brief: str) -> Mood:
    (passage,) = read(brief).passages
    return passage.mood


def words(brief: str) -> list[str]:
    return [passage.words for passage in read(brief).passages]


def test_a_chase_then_relief():
    chase, relief = read("tense chase through a neon market, then relief").passages
    assert chase.words == "tense chase through a neon market"
    assert chase.mood.tension > 0.5
    assert chase.mood.arousal > 0.5
    assert relief.mood.tension < -0.5
    assert relief.mood.valence > 0.3
    assert relief.mood.arousal < 0
    assert [heard.words for heard in chase.heard] == ["tense", "chase", "neon", "market"]


@pytest.mark.parametrize(
    ("brief", "expected"),
    [
        ("a calm morning. birds sing.", ["a calm morning. birds sing"]),
        ("a serene lake. Panic!", ["a serene lake", "Panic"]),
        ("first joy, then sorrow, finally peace", ["first joy", "sorrow", "peace"]),
        ("calm before the battle", ["calm", "the battle"]),
        ("after the battle, silence", ["after the battle", "silence"]),
        ("relief after the chase", ["the chase", "relief"]),
        ("it begins in fear and ends in triumph", ["it begins in fear", "triumph"]),
        ("a peaceful meadow; at the end a storm", ["a peaceful meadow", "a storm"]),
        ("fun gives way to horror", ["fun", "horror"]),
        ("tense, later happy", ["tense", "happy"]),
        ("love turns into hate", ["love", "hate"]),
        ("fear until a peaceful dawn", ["fear", "a peaceful dawn"]),
        ("now and then a sad bell", ["now and then a sad bell"]),
        ("since then he is sad", ["since then he is sad"]),
        ("sad, then something else", ["sad, then something else"]),
        ("from the river to the lake", ["from the river to the lake"]),
    ],
)
def test_passages(brief, expected):
    assert words(brief) == expected


def test_what_builds_up_to_something_moves_towards_it_and_arrives():
    dawn, chorus = read("a quiet dawn slowly building to a triumphant chorus").passages
    assert dawn.mood.arousal < 0 < chorus.mood.arousal
    assert dawn.until == chorus.mood
    assert dawn.moved_by == "slowly building to"
    assert chorus.until is None


def test_from_one_mood_to_another():
    despair, hope = read("it goes from despair to hope").passages
    assert despair.until == hope.mood
    assert despair.mood.valence < 0 < hope.mood.valence


def test_what_swells_and_fades():
    (passage,) = read("a sunny meadow, growing sense of dread").passages
    assert passage.moved_by == "growing"
    assert passage.mood.tension < 0 < passage.until.tension
    (passage,) = read("a tense night, steadily rising").passages
    assert passage.until.arousal > passage.mood.arousal
    (passage,) = read("hope fading").passages
    assert passage.until.valence < passage.mood.valence
    (passage,) = read("an abandoned building").passages
    assert passage.until is None


@pytest.mark.parametrize(
    "brief",
    ["not sad", "never gloomy", "without any fear", "no longer afraid", "he isn't very sad", "not sad or afraid",
     "far from gloomy", "the terror is over", "fearless", "neither sad nor afraid"],
)  # fmt: skip
def test_denied_sorrow_and_fear_are_a_little_bright(brief):
    assert 0 < mood(brief).valence < 0.6
    assert mood(brief).tension <= 0


@pytest.mark.parametrize(
    "brief", ["not only sad", "nothing but sad", "not calm but sad", "no. sad", "can't stop being sad"]
)
def test_what_does_not_deny(brief):
    assert next(heard.mood.valence for heard in read(brief).passages[-1].heard if heard.words.endswith("sad")) == -0.7


def test_degrees():
    rows = ["hardly tense", "slightly tense", "rather tense", "tense", "very tense"]
    tensions = [mood(row).tension for row in rows]
    assert tensions == sorted(tensions)
    assert len(set(tensions)) == len(rows)
    assert read("a hint of dread").passages[0].heard[0].words == "a hint of dread"


def test_a_hint_of_something_does_not_turn_it_over():
    plain, hinted, full = mood("a sunny meadow"), mood("a sunny meadow with a hint of dread"), mood("a meadow, dread")
    assert plain.valence > hinted.valence > 0.1
    assert plain.tension + 0.3 < hinted.tension < full.tension


def test_a_word_without_tension_leaves_tension_alone():
    assert mood("a tense ship").tension == pytest.approx(mood("tense").tension, abs=0.15)


@pytest.mark.parametrize(
    ("written", "stands"),
    [("chasing", "chase"), ("chased", "chase"), ("tensely", "tense"), ("sadness", "sad"), ("gloomier", "gloomy"),
     ("scariest", "scary"), ("peacefully", "peace"), ("rainy", "rain"), ("foggy", "fog"), ("gently", "gentle"),
     ("panicked", "panic"), ("kittens", "kitten"), ("boss battles", "boss battle"), ("evil's", "evil")],
)  # fmt: skip
def test_other_forms_of_a_word(written, stands):
    entry = read_lexicon().find(written)
    assert entry is not None
    assert entry.word == stands
    assert not entry.denied


@pytest.mark.parametrize("word", ["staring", "stared", "sober", "until", "wing", "thing", "being", "finally", ""])
def test_no_forms_of_a_word(word):
    assert read_lexicon().find(word) is None


def test_the_lexicon_is_within_bounds_and_looks_nothing_up_twice():
    moods = read_lexicon().moods
    assert len(moods) > 500
    assert all(abs(degree) <= 1 for mood in moods.values() for degree in (mood.valence, mood.arousal, mood.tension))
    assert all(word == word.lower() for word in moods)


@pytest.mark.parametrize("brief", ["", "  ", "?!", "string quartet in D minor", "xyzzy"])
def test_without_a_word_of_mood_it_is_neutral_and_says_so(brief):
    reading = read(brief)
    assert [passage.mood for passage in reading.passages] == [Mood()]
    assert reading.passages[0].heard == ()
    assert "neutral" in reading.notes[0]


def test_unknown_words_are_told():
    assert read("a sad xyzzy by the xyzzy").unknown == ("xyzzy",)


def test_an_unknown_word_feels_as_the_nearest_known_ones_do(letters):
    (passage,) = read("melancholious", letters).passages
    (heard,) = passage.heard
    assert heard.like[0] in ("melancholy", "melancholic")
    assert passage.mood.valence < -0.3
    assert read("not melancholious", letters).passages[0].mood.valence > 0.1


def test_a_known_word_counts_more_than_a_guess(letters):
    assert (
        read("happy melancholious", letters).passages[0].mood.valence
        > read("happy melancholy").passages[0].mood.valence
    )


def test_a_real_model_of_meanings_hears_words_and_wholes(starter_home):
    embedder = Embedder(starter_home / "models" / "starter-embedder")
    neighbours = Neighbours(lambda texts: embedder.embed(list(texts)).numpy())
    (passage,) = read("corpses beneath the floorboards", neighbours).passages
    assert passage.mood.valence < -0.3
    assert passage.mood.tension > 0.3
    assert [(heard.words, heard.like[0]) for heard in passage.heard] == [("corpses", "graveyard")]
    (passage,) = read("confetti and cupcakes", neighbours).passages
    assert passage.mood.valence > 0.5
    assert [heard.words for heard in passage.heard] == ["confetti and cupcakes"]
    assert read("asdf qwer", neighbours).passages[0].mood == Mood()


def test_too_many_passages_are_joined_and_it_says_so():
    reading = read(", then ".join(["calm", "panic"] * 10))
    assert len(reading.passages) == MOST
    assert str(MOST) in reading.notes[0]


BRIEFLIKE = re.findall(
    r"\S+", "then until before after from to and but not no very slowly rising fading into joy xyzzy . ; ’ -"
)


@given(st.text() | st.lists(st.sampled_from(BRIEFLIKE)).map(" ".join))
def test_any_text_has_a_reading(brief):
    reading = read(brief)
    assert 1 <= len(reading.passages) <= MOST
    for passage in reading.passages:
        assert passage.words in brief
        for found in (passage.mood, passage.until or Mood(), *(heard.mood for heard in passage.heard)):
            assert all(-1 <= degree <= 1 for degree in (found.valence, found.arousal, found.tension))
        assert all(heard.words.split()[-1] in brief for heard in passage.heard)
    assert reading == read(brief)
