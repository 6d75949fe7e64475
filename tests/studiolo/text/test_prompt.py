"""Prompts of both shapes, what they cut, and what they read out of a brief."""

import json
import subprocess
import sys
from dataclasses import replace

import jsonschema
import pytest
from transformers import AutoTokenizer

from studiolo.text.bible import called
from studiolo.text.brief import count_in, language_in, poem_in, reads_as_opening, speakers_in
from studiolo.text.forms import POEMS
from studiolo.text.modes import mode_names, read_mode
from studiolo.text.presets import over
from studiolo.text.prompt import Prompt, build
from studiolo.text.styles import read_style, style_names
from studiolo_contract.bible import Bible, Entry
from studiolo_contract.errors import StudioloError
from studiolo_contract.text import Example, Sampling, TextRequest

MODES = [
    "ad",
    "beats",
    "brainstorm",
    "character",
    "chat",
    "complete",
    "continue",
    "dialogue",
    "expand",
    "names",
    "notes",
    "place",
    "poem",
    "rewrite",
    "scene",
    "script",
    "shorten",
    "shots",
    "story",
    "translate",
]
OPENING = "The lighthouse keeper heard music under the sea."


@pytest.fixture(scope="session")
def tokenizer(starter_home):
    return AutoTokenizer.from_pretrained(starter_home / "models" / "starter-text")


@pytest.fixture(scope="session")
def bare_tokenizer(starter_home):
    tokenizer = AutoTokenizer.from_pretrained(starter_home / "models" / "starter-text")
    tokenizer.chat_template = None
    return tokenizer


def prompt(tokenizer, mode="story", text=OPENING, style="", few_shot=True, window=4096, **more) -> Prompt:
    request = TextRequest(mode=mode, text=text, style=style, **more)
    return build(request, read_mode(mode), read_style(style) if style else None, tokenizer, window, few_shot)


def test_all_modes_and_at_least_twelve_styles_are_there() -> None:
    assert list(mode_names()) == MODES
    assert len(style_names()) >= 12
    assert {"classicist", "modernist", "noir", "magical-realist", "haiku"} <= set(style_names())


def test_the_daemon_may_ask_for_the_names_without_torch() -> None:
    code = (
        "import sys; from studiolo.text import modes, styles; assert modes.mode_names() and styles.style_names();"
        "print([name for name in ('torch', 'transformers', 'regex') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("few_shot", [True, False])
@pytest.mark.parametrize("style", ["", *style_names()])
def test_every_style_goes_with_every_mode_in_both_shapes(tokenizer, style: str, few_shot: bool) -> None:
    for mode in (name for name in mode_names() if read_mode(name).form != "free"):
        made = prompt(tokenizer, mode, "A baker and a ghost meet at night.", style, few_shot)
        assert "A baker and a ghost meet at night." in made.text
        assert not any(gap in made.text for gap in ("{text}", "{count}", "{speakers}", "{poem}", "{language}"))
        assert made.tokens == len(tokenizer.encode(made.text, add_special_tokens=False))
        assert sum(part.tokens for part in made.parts) >= made.tokens
        assert made.tokens + made.max_tokens <= 4096
        if style:
            told = read_style(style)
            assert told.instruction in made.text or told.brief in made.text


@pytest.mark.parametrize("mode", MODES)
def test_examples_pass_their_own_form(tokenizer, mode: str) -> None:
    for example in read_mode(mode).examples:
        asked = f"a {example.poem} about {example.text}" if example.poem else example.text
        form = prompt(tokenizer, mode, asked, instruction=example.instruction).form
        wrong = [
            fault
            for fault in form.faults(example.answer.replace("porch - evening", "PORCH - EVENING"))
            if "items" not in fault
        ]
        assert not wrong


@pytest.mark.parametrize("mode", ["character", "place", "beats"])
def test_the_sheets_of_the_examples_fit_their_schema(tokenizer, mode: str) -> None:
    made = prompt(tokenizer, mode, "a thief")
    for example in read_mode(mode).examples:
        jsonschema.validate(json.loads(example.answer), json.loads(made.json_schema))


@pytest.mark.parametrize(
    ("instruction", "shown"),
    [
        ("in the past tense", "He opened the gate"),
        ("Simple present, please", "He opens the gate"),
        ("as a first-person account", "I opened the gate"),
        ("third person", "She opened the gate"),
        ("make it gentler", "There you are at last"),
        ("in a more formal tone", "I must ask you to compensate"),
        ("as a pirate", "The man stepped into the dark house"),
    ],
)
def test_a_small_model_is_shown_what_the_instruction_asks_for(tokenizer, instruction: str, shown: str) -> None:
    made = prompt(tokenizer, "rewrite", "The cat sat.", instruction=instruction)
    assert shown in made.text
    assert ("The man stepped into the dark house" in made.text) == (instruction == "as a pirate")


def test_a_small_model_is_shown_and_a_large_one_is_told(tokenizer) -> None:
    small, large = prompt(tokenizer), prompt(tokenizer, few_shot=False)
    assert small.text.endswith(f"<|im_start|>assistant\n{OPENING}")
    assert small.opening == OPENING
    assert read_mode("story").examples[0].answer in small.text
    assert large.text.endswith("<|im_start|>assistant\n")
    assert "Do not repeat the opening" in large.text
    assert read_mode("story").examples[0].answer not in large.text
    assert prompt(tokenizer, "poem", "a snail").grammar
    assert not prompt(tokenizer, "poem", "a snail", few_shot=False).grammar


def test_a_brief_is_no_opening(tokenizer) -> None:
    made = prompt(tokenizer, text="two sisters who find a map")
    assert made.opening == ""
    assert made.text.endswith("<|im_start|>assistant\n")


def test_a_model_without_chat_template_reads_plain_text(bare_tokenizer) -> None:
    made = prompt(bare_tokenizer)
    assert "<|" not in made.text
    assert made.text.endswith(OPENING)
    assert "* * *" in made.stops[0]


def test_too_long_a_text_loses_examples_first_and_then_its_head(tokenizer) -> None:
    text = " ".join(f"Sentence number {n} is here." for n in range(400))
    parts = {part.name: part for part in prompt(tokenizer, "continue", text, window=4096).parts}
    assert parts["text"].cut == 0
    tight = prompt(tokenizer, "continue", text, window=1024)
    parts = {part.name: part for part in tight.parts}
    assert parts["examples"].tokens == 0
    assert parts["examples"].cut > 0
    assert parts["text"].cut > 1000
    assert tight.text.endswith("Sentence number 399 is here.")
    assert tight.opening.startswith("Sentence number")
    assert tight.tokens + tight.max_tokens <= 1024
    assert any("left out" in note for note in tight.notes)


def test_an_instruction_that_leaves_no_room_is_refused(tokenizer) -> None:
    with pytest.raises(StudioloError) as caught:
        prompt(tokenizer, instruction="please " * 1500, window=1024)
    assert caught.value.problem.code == "too_large"


def test_names_want_more_surprise_than_rewriting() -> None:
    hot, cool = read_mode("names").small_sampling, read_mode("rewrite").small_sampling
    assert hot.temperature > cool.temperature
    assert over(cool, Sampling(min_p=0.9, top_k=7)) == replace(cool, top_k=7)


def test_json_is_asked_for_by_schema(tokenizer) -> None:
    assert '"secret"' in prompt(tokenizer, "character").json_schema
    assert prompt(tokenizer, json_schema='{"type": "object"}').json_schema == '{"type": "object"}'


def test_a_passage_bounds_its_answer(tokenizer) -> None:
    text = "The old man went to the market. " * 20
    assert prompt(tokenizer, "shorten", text).max_tokens < prompt(tokenizer, "rewrite", text).max_tokens
    assert prompt(tokenizer, "expand", text).words[0] > 200
    assert prompt(tokenizer, "story", max_tokens=77).max_tokens == 77


def test_the_brief_says_what_is_wanted(tokenizer) -> None:
    assert prompt(tokenizer, "poem", "a sonnet about rain").form == POEMS["sonnet"]
    assert prompt(tokenizer, "poem", "rain", style="haiku").form == POEMS["haiku"]
    assert prompt(tokenizer, "poem", "a limerick about rain", style="haiku").form == POEMS["limerick"]
    assert prompt(tokenizer, "names", "eight names for a cat").form.count == 8
    assert prompt(tokenizer, "dialogue", "They part.", instruction="between Ana and Bo").form.speakers == ("Ana", "Bo")
    assert any("are called" in note for note in prompt(tokenizer, "dialogue", "They part.").notes)


def test_words_are_read_as_a_person_means_them() -> None:
    assert count_in("12 names for ships", 10) == 12
    assert count_in("give me five good ideas", 6) == 5
    assert count_in("names of the seven seas", 10) == 10
    assert poem_in("a poem") == ""
    assert speakers_in("A detective questions a singer.") == ("Detective", "Singer")
    assert speakers_in("Ada and the Florist") == ("Ada", "Florist")
    assert speakers_in("Two brothers meet.") == ()
    assert speakers_in("A robot buys flowers.", ("Mara", "Jonas")) == ("Robot", "Mara")
    assert reads_as_opening(OPENING)
    assert not reads_as_opening("Write a story about a cat.")
    assert not reads_as_opening("a cat in the rain")


def test_a_translation_is_asked_for_in_the_language_that_is_named(tokenizer) -> None:
    for few_shot in (True, False):
        made = prompt(tokenizer, "translate", "The sea was calm.", few_shot=few_shot, instruction="into Swiss German")
        assert "into Swiss German" in made.text
        assert made.reworks
        assert any("hardly knows" in note for note in made.notes) is few_shot


def test_languages_are_read_as_people_name_them() -> None:
    assert language_in("into french, please") == "French"
    assert language_in("translate from Dutch into Brazilian Portuguese") == "Brazilian Portuguese"
    assert language_in("into Traditional Chinese") == "traditional Chinese"
    assert language_in("into Klingon") == "Klingon"
    assert language_in("in the past tense") == ""
    assert language_in("") == ""


def test_as_many_beats_as_are_asked_for(tokenizer) -> None:
    made = prompt(tokenizer, "beats", "seven beats about a theft")
    schema = json.loads(made.json_schema)
    assert (schema["minItems"], schema["maxItems"]) == (7, 7)
    assert "Plan 7 beats" in made.text
    assert made.max_tokens > prompt(tokenizer, "beats", "a theft").max_tokens


def test_the_story_bible_stands_in_both_shapes_and_counts_as_a_part(tokenizer, bare_tokenizer) -> None:
    known = Bible(entries=(Entry(name="Ada", text="Ada is a spy."), Entry(name="Bo", text="Bo is her dog.", budget=8)))
    found = called(known, "Ada and Bo left.")
    for words, few_shot in ((tokenizer, True), (tokenizer, False), (bare_tokenizer, True), (bare_tokenizer, False)):
        request = TextRequest(mode="continue", text="Ada and Bo left.")
        made = build(request, read_mode("continue"), None, words, 4096, few_shot, found)
        assert "Ada is a spy." in made.text
        assert made.text.index("Ada is a spy.") < made.text.rindex("Ada and Bo left.")
        assert [entry.name for entry in made.entries] == ["Ada", "Bo"]
        parts = {part.name: part.tokens for part in made.parts}
        assert sum(parts.values()) >= made.tokens
        assert parts["bible"] > 0
        assert made.lore == "Ada is a spy.\nBo is her dog."


def test_examples_and_bible_go_before_the_text_and_the_text_loses_its_head(tokenizer) -> None:
    known = Bible(entries=(Entry(name="Ada", text="Ada is a spy. " * 200, constant=True),), budget=400)
    text = " ".join(f"Sentence number {n} is here." for n in range(400))
    request = TextRequest(mode="continue", text=text)
    made = build(request, read_mode("continue"), None, tokenizer, 1024, True, called(known, text))
    parts = {part.name: part for part in made.parts}
    assert parts["bible"].tokens > 100
    assert parts["bible"].cut > 0
    assert parts["text"].cut > 1000
    assert made.tokens + made.max_tokens <= 1024
    assert made.text.endswith("Sentence number 399 is here.")


def test_a_large_model_is_shown_only_the_persons_examples(tokenizer) -> None:
    shown = (Example(text="He goes.", answer="Off he goes!"),)
    made = prompt(tokenizer, "rewrite", "She sits.", few_shot=False, examples=shown, instruction="livelier")
    assert made.text.count("livelier") == 2
    assert "<|im_start|>assistant\nOff he goes!<|im_end|>" in made.text


def test_unknown_names_are_told_with_the_known_ones() -> None:
    with pytest.raises(StudioloError, match="haiku"):
        read_style("nour")
    with pytest.raises(StudioloError, match="story"):
        read_mode("novel")
