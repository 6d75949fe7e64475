"""Of two drafts, the one that a reader would prefer ranks higher, for a reason that can be named."""

import pytest
from transformers import AutoTokenizer

from studiolo.text.bible import called
from studiolo.text.modes import read_mode
from studiolo.text.prompt import Prompt, build
from studiolo.text.rank import score
from studiolo_contract.bible import Bible, Entry
from studiolo_contract.text import TextRequest

GOOD = (
    "He put down his lamp and climbed to the lowest step, where the water began. A violin was playing down there, slowly, "
    'as if somebody were learning. "Who is it?" he called. The music stopped, and a string of bubbles rose to the surface.'
)


@pytest.fixture(scope="session")
def story(starter_home) -> Prompt:
    tokenizer = AutoTokenizer.from_pretrained(starter_home / "models" / "starter-text")
    request = TextRequest(text="The lighthouse keeper heard music under the sea.", max_tokens=80)
    return build(request, read_mode("story"), None, tokenizer, 4096, True)


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        ("He ran down the stairs to the sea. " * 6, "repeats"),
        (read_mode("story").examples[0].answer, "echo"),
        (GOOD.replace("He ", "You ").replace("his", "your"), "strays"),
        (
            "It is said that music is made by fish. Nobody knows who the fish are, or where the choir is at night.",
            "strays",
        ),
        (GOOD + " And then the", "unfinished"),
        ("He left.", "off_length"),
        (
            "It was cold. It was late. It was dark. It was over. It was his turn. It was time to go down there now.",
            "same_starts",
        ),
        ("", "faults"),
    ],
)
def test_faults_cost(story: Prompt, worse: str, why: str) -> None:
    good, bad = score(GOOD, story, likeness=0.5), score(worse, story, likeness=0.5)
    assert good.total > bad.total
    assert getattr(bad, why) > getattr(good, why)


def test_likeness_counts_until_it_is_parroting(story: Prompt) -> None:
    far, near = score(GOOD, story, likeness=0.1), score(GOOD, story, likeness=0.6)
    assert near.total > far.total
    assert score(GOOD, story, likeness=0.95).on_topic == score(GOOD, story, likeness=0.7).on_topic


def test_a_stretch_is_held_against_what_stands_before_it(story: Prompt) -> None:
    assert score(GOOD, story, before=GOOD, last=False).repeats > 0.9
    assert score(GOOD + " And", story, last=False).unfinished == 0


def test_what_the_story_bible_says_counts_for_a_draft(starter_home) -> None:
    tokenizer = AutoTokenizer.from_pretrained(starter_home / "models" / "starter-text")
    known = Bible(entries=(Entry(name="Mira", text="Mira is a smuggler with red hair and a wooden leg."),))
    request = TextRequest(mode="continue", text="Mira came down the stairs.", max_tokens=80)
    found = called(known, request.text)
    prompt = build(request, read_mode("continue"), None, tokenizer, 4096, True, found)
    heeds = score(
        "Her wooden leg knocked on each step, as it had on every smuggling ship, and her hair was loose.", prompt
    )
    forgets = score(
        "Her slow heel knocked on each step, as it had on every trading ship, and her coat was loose.", prompt
    )
    assert heeds.lore == 1
    assert forgets.lore == 0
    assert score("Mira came.", prompt).lore == 0


@pytest.mark.parametrize(
    ("instruction", "old", "new"),
    [
        ("in the past tense", "She is late and knows it.", "She was late and knew it."),
        ("in the present tense", "She was late and sat down.", "She is late and sits down."),
        ("in the first person", "She was late and knew her way.", "I was late and knew my way."),
        ("into the third person", "I was late and knew my way.", "She was late and knew her way."),
    ],
)
def test_a_draft_that_keeps_the_old_tense_or_person_loses(starter_home, instruction: str, old: str, new: str) -> None:
    tokenizer = AutoTokenizer.from_pretrained(starter_home / "models" / "starter-text")
    request = TextRequest(mode="rewrite", text=old, instruction=instruction)
    prompt = build(request, read_mode("rewrite"), None, tokenizer, 4096, True)
    kept, changed = score(old, prompt, likeness=1.0), score(new, prompt, likeness=0.8)
    assert kept.unchanged > changed.unchanged == 0
    assert changed.total > kept.total
    assert score(f'"{old}" said Ann.', prompt).unchanged == score('"Well," said Ann.', prompt).unchanged
