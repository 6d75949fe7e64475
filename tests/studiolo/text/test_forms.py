"""Forms can be checked by reading, cut where they are whole, and kept by a grammar."""

import llguidance
import llguidance.hf
import pytest
from transformers import AutoTokenizer

from studiolo.text import fountain
from studiolo.text.forms import POEMS, Form
from studiolo.text.grammars import grammar
from studiolo.text.sentences import cut_to_sentence, ends_whole

SCENE = """\
INT. KITCHEN - NIGHT

Rain on the glass. MARA, forty, waits.

MARA
(quietly)
You came back. Why now?

JONAS
I had nowhere else to go.

He sits down.

CUT TO:"""


SHOTS = "1. Wide shot, static: Rain falls.\n2. Close-up, tilt up: A hand shakes."
NOTES = "Place: A pier.\nLight: Low sun. Long shadows."


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("He ran. She saw", "He ran."),
        ('He ran. "Stop!" she cri', 'He ran. "Stop!"'),
        ('He ran. "Stop. I am', "He ran."),
        ("Mr. Holt ran. Dr. M", "Mr. Holt ran."),
        ("He paid 3.50 and left. He", "He paid 3.50 and left."),
        ("no sentence at all", "no sentence at all"),
    ],
)
def test_a_text_is_cut_to_its_last_sentence(text: str, cut: str) -> None:
    assert cut_to_sentence(text) == cut


def test_an_open_quote_is_not_an_end() -> None:
    assert ends_whole('He said: "Go."')
    assert not ends_whole('He said: "Go.')
    assert not ends_whole("He said")


def test_fountain_tells_what_each_line_is() -> None:
    kinds = [element.kind for element in fountain.parse(SCENE)]
    assert kinds == ["heading", "action", "cue", "parenthetical", "speech", "cue", "speech", "action", "transition"]
    assert [e.kind for e in fountain.parse("HE SHOUTS AT NOBODY.\n\nThen silence.")] == ["action", "action"]


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        (POEMS["haiku"], "one\ntwo\nthree", "one\ntwo"),
        (POEMS["limerick"], "a\nb\nc\nd\ne", "a\nb\nc\nd\ne\nf"),
        (Form("fountain"), SCENE, "MARA\nHello."),
        (Form("fountain"), SCENE, "INT. KITCHEN - NIGHT\n\nRain.\n\nMARA"),
        (Form("dialogue", speakers=("Ana", "Bo")), "Ana: Yes.\nBo: No.", "Ana: Yes.\nShe left."),
        (Form("dialogue", speakers=("Ana", "Bo")), "Ana: Yes.\nBo: No.", "Ana: Yes.\nCid: No."),
        (Form("list", 2), "Ana\nBo", "Ana\nana"),
        (Form("list", 2), "Ana\nBo", "Ana"),
        (Form("shots", 2), SHOTS, SHOTS.replace("2.", "3.")),
        (Form("shots", 2), SHOTS, SHOTS.replace("Close-up, tilt up: ", "")),
        (Form("shots", 3), SHOTS + "\n3. Insert: A ring falls.", SHOTS),
        (Form("notes", labels=("Place", "Light")), NOTES, "Light: Low sun.\nPlace: A pier."),
        (Form("notes", labels=("Place", "Light")), NOTES, "Place: A pier."),
        (Form("json"), '{"a": 1}', '{"a": 1'),
        (Form(), "He ran.", "  "),
    ],
)
def test_a_broken_form_is_told(form: Form, good: str, bad: str) -> None:
    assert form.faults(good) == ()
    assert form.faults(bad)


@pytest.mark.parametrize(
    ("form", "text", "cut"),
    [
        (Form("list", 3), "Ana\nBo\nCi", "Ana\nBo"),
        (Form("verse", 4), "one\ntwo\n\nth", "one\ntwo"),
        (Form("fountain"), SCENE.partition("\n\nHe sits")[0][:-8] + " Th", SCENE.partition("\n\nJONAS")[0]),
        (Form("fountain"), "INT. HALL - DAY\n\nHe runs.\n\nMARA", "INT. HALL - DAY\n\nHe runs."),
        (Form("dialogue"), "Ana: Yes.\nBo: No. But", "Ana: Yes.\nBo: No."),
        (Form("shots", 3), SHOTS + "\n3. Wide sh", SHOTS),
        (Form("notes", labels=("Place", "Light", "Mood")), NOTES + "\nMood: Qui", NOTES),
    ],
)
def test_a_form_is_cut_at_its_last_whole_unit(form: Form, text: str, cut: str) -> None:
    assert form.cut(text) == cut


@pytest.fixture(scope="session")
def guide(starter_home):
    return llguidance.hf.from_tokenizer(AutoTokenizer.from_pretrained(starter_home / "models" / "starter-text"))


def accepted(guide, form: Form, text: str) -> bool:
    matcher = llguidance.LLMatcher(guide, llguidance.grammar_from("lark", grammar(form)))
    tokens = guide.tokenize_str(text)
    return matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()


@pytest.mark.parametrize(
    "form",
    [
        *POEMS.values(),
        Form("fountain", count=3),
        Form("fountain", count=3, speakers=("A", "B")),
        Form("shots", 2),
        Form("notes", labels=("Place", "Light")),
    ],
)
def test_every_grammar_is_one(guide, form: Form) -> None:
    assert llguidance.LLMatcher.validate_grammar(llguidance.grammar_from("lark", grammar(form)), guide) == ""


def test_a_grammar_lets_through_what_keeps_the_form_and_nothing_else(guide) -> None:
    haiku = POEMS["haiku"]
    assert accepted(guide, haiku, "Grey heron at dawn,\none leg in the silver stream,\nstill as a held breath.")
    assert not accepted(guide, haiku, "Grey heron at dawn,\none leg in the silver stream")
    talk = Form("dialogue", 2, speakers=("Ana", "Bo"))
    assert accepted(guide, talk, "Ana: You came back. Why?\nBo: I had nowhere else to go, my dear.")
    assert not accepted(guide, talk, "Ana: You came back.\nAna: Why?")
    assert not accepted(guide, talk, "Ana: You came back.\nBo: I had nowhere")
    scene = Form("fountain", 1, speakers=("Mara", "Jonas"))
    small = (
        SCENE.replace("KITCHEN - NIGHT", "Kitchen - night")
        .replace(" MARA, forty, waits.", "")
        .removesuffix("\n\nCUT TO:")
    )
    assert accepted(guide, scene, small)
    assert not accepted(guide, scene, small.replace("JONAS", "JIM"))
    eight = "\n".join(
        f"{n}. {'Close-up, tilt up' if n % 2 == 0 else 'Wide shot, static'}: It rains." for n in range(1, 9)
    )
    assert accepted(guide, Form("shots", 2), eight)
    assert not accepted(guide, Form("shots", 2), eight.replace("Close-up, tilt up", "Wide shot, static"))
    assert not accepted(guide, Form("shots", 2), eight.replace("It rains", "it"))
    assert accepted(guide, Form("notes", labels=("Place", "Light")), NOTES)
    assert not accepted(guide, Form("notes", labels=("Place", "Light")), NOTES.replace("Light: ", "Sound: "))
