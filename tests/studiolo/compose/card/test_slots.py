"""What the text model is asked for, and which answers are good enough: pure, with word lists in place of an embedder."""

import json
import re

import pytest

from studiolo.compose.card.brief import plain
from studiolo.compose.card.card import drafted, finished
from studiolo.compose.card.slots import TRIES, Question, answer, questions, sensible

LIGHTHOUSE = "An old lighthouse keeper hears music rising from the sea, the night before the storm."
WORDS = set(
    re.findall(r"\w+", "the a an light lighthouse keeper sea storm music night in of and from moon over under new at")
)


class WordList:
    """Knows some words; how near two texts are is how many words they share."""

    def knows(self, word):
        return word in WORDS

    def likeness(self, text, others):
        words = set(text.lower().replace(".", "").replace(",", "").split())
        return [len(words & set(other.lower().split())) / len(other.split()) for other in others]


def asked(text):
    draft, _ = drafted(text)
    return draft, questions(draft, plain(text))


def test_only_what_is_open_is_asked_for():
    assert [one.slot for one in asked(LIGHTHOUSE)[1]] == ["title", "looks"]
    assert [one.slot for one in asked("# The Bell\n" + LIGHTHOUSE)[1]] == ["looks"]
    assert [one.slot for one in asked("Loneliness and hope.")[1]] == ["title", "subjects", "motifs"]
    assert asked("Ein alter Leuchtturmwärter hört Musik aus dem Meer und wartet auf den Sturm.")[1] == []
    assert asked("")[1] == []


def test_a_long_brief_is_asked_about_by_its_beginning():
    (title, *_) = asked("The sea was calm that night. " * 500)[1]
    assert len(title.about) < 1_300
    assert title.ask.endswith(title.about)


def test_a_question_shows_answers_that_fit_its_own_schema():
    for slot in ("title", "subjects", "motifs", "looks"):
        question = Question(slot, LIGHTHOUSE)
        schema = json.loads(question.json_schema)
        assert question.tries == (1 if slot == "looks" else TRIES)
        for _, shown in question.turns:
            said = json.loads(shown)
            assert list(said) == schema["required"]
            for name, value in said.items():
                kind = schema["properties"][name]
                if "pattern" in kind:
                    assert re.fullmatch(kind["pattern"], value), value


@pytest.mark.parametrize(
    ("said", "good"),
    [
        ("The Lighthouse in the Storm", True),
        ("Music of the Sea", True),
        ("The Lighthouse at", False),
        ("The Lighthouse Ofadows", False),
        ("The Moon Light", False),
        ("The Sea of the Sea", False),
        ("Music in the Keeper", False),
        ("Lighthouse In Storm", False),
        ("The Old", False),
        ("A Crown of Leaves", False),
        ("", False),
    ],
)
def test_a_title_has_real_words_mostly_of_the_brief_and_ends_in_a_thing(said, good):
    assert sensible(Question("title", LIGHTHOUSE), said, WordList().knows) is good


def test_the_nearest_good_answer_is_taken_and_says_so():
    draft, (title, _) = asked(LIGHTHOUSE)
    written = [
        '{"title": "The Moon Light"}',
        '{"title": "Music of the Sea"}',
        '{"title": "The Lighthou',
        "[]",
        '{"t": 1}',
    ]
    answer(draft, title, written, WordList())
    card = finished(draft)
    assert card.title == "Music of the Sea"
    assert [(one.origin, "of 5 answers" in one.because) for one in card.sources if one.field == "title"] == [
        ("model", True)
    ]


def test_without_a_good_answer_a_rule_gives_the_title():
    draft, (title, _) = asked(LIGHTHOUSE)
    answer(draft, title, ['{"title": "Ofadows Aaring"}'], WordList())
    card = finished(draft)
    assert card.title == "The Lighthouse Keeper"
    assert [one.origin for one in card.sources if one.field == "title"] == ["rule"]


def test_looks_are_put_together_from_whole_phrases_and_age_shows():
    draft, (_, looks) = asked(LIGHTHOUSE)
    hair = json.loads(looks.json_schema)["properties"]["hair"]["enum"]
    assert hair == ["grey hair", "white hair"]
    answer(draft, looks, [json.dumps({"hair": "grey hair", "clothes": "an oilskin coat"})], WordList())
    (keeper,) = finished(draft).characters
    assert keeper.looks == "an old lighthouse keeper with grey hair, in an oilskin coat"
