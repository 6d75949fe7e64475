"""The story bible on its way through the real starter: what is sent, what is only said, and what is found by meaning."""

import dataclasses
import json

import pytest

from studiolo.device import Device
from studiolo.engines.engine import Task
from studiolo.engines.transformers_text import load
from studiolo.models.store import Store
from studiolo_contract.bible import Bible, Entry
from studiolo_contract.codec import to_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Context, Text
from studiolo_contract.media import blob_of
from studiolo_contract.text import Example, TextRequest

CPU = Device("cpu", "CPU", "float32")
MIRA = Entry(name="Mira", type="character", text="Mira is a smuggler with a wooden leg.", keys=("petrel",))
HALE = Entry(name="Captain Hale", type="character", text="He guards the harbour and chews liquorice.")
BREAD = Entry(name="Oat Row", type="place", text="A street of bakers, where the smell of warm bread fills the morning.")


@pytest.fixture(scope="module")
def starter(starter_home):
    return load(Store(starter_home).find("starter-text"), CPU)


def run(engine, bible=None, cache=None, **fields):
    events, inputs = [], {}
    if bible is not None:
        data = json.dumps(to_plain(bible)).encode()
        fields["bible"] = blob_of(data, "application/json")
        inputs[fields["bible"].sha256] = data
    fields = {"mode": "continue", "seed": 3, "max_tokens": 24, "candidates": 1} | fields
    finished = engine.run(
        Task(TextRequest(**fields), inputs, events.append, lambda *_: None, lambda: False, cache=cache)
    )
    (context,) = [event for event in events if isinstance(event, Context)]
    return finished, context, events


def test_what_is_called_is_read_by_the_model_and_told_with_its_reason(starter):
    finished, context, _ = run(starter, Bible(entries=(MIRA, HALE), meaning=0), text="Mira came down the stairs.")
    assert MIRA.text in finished.final_prompt
    assert HALE.text not in finished.final_prompt
    (entry,) = context.entries
    assert (entry.name, entry.sent, entry.why, entry.cut) == ("Mira", True, "name 'Mira' in the text", 0)
    (part,) = [part for part in context.parts if part.name == "bible"]
    assert 0 < entry.tokens - part.tokens < 4  # counted with a mark before each line and an end after it
    assert sum(part.tokens for part in context.parts) == context.tokens


def test_a_dry_run_says_what_would_be_read_and_writes_nothing(starter):
    bible = Bible(entries=(MIRA, HALE))
    dry, told, events = run(starter, bible, text="Mira came down the stairs.", dry=True)
    wet, really, _ = run(starter, bible, text="Mira came down the stairs.")
    assert dry.outputs == ()
    assert not any(isinstance(event, Text) for event in events)
    assert dry.final_prompt == wet.final_prompt
    assert told == really
    assert dataclasses.replace(dry.settled, dry=False) == wet.settled


def test_the_same_request_gives_the_same_prompt(starter):
    bible = Bible(entries=(MIRA, HALE, BREAD))
    texts = ["The petrel dived.\n\nIt was cold.", "The oven was hot."]
    for text in texts:
        assert run(starter, bible, text=text, dry=True)[0] == run(starter, bible, text=text, dry=True)[0]


def test_meaning_finds_what_has_no_key_in_the_text(starter, tmp_path):
    bible = Bible(entries=(MIRA, HALE, BREAD), least_likeness=0.3)
    text = "The baker took the first loaves out of the oven, and the whole street could smell them."
    _, context, _ = run(starter, bible, text=text, dry=True, cache=tmp_path)
    assert [(entry.name, entry.why[:12]) for entry in context.entries if entry.sent] == [("Oat Row", "by meaning, ")]
    assert list(tmp_path.iterdir())


def test_too_large_a_bible_leaves_room_for_the_text(starter):
    long = [Entry(name=f"E{n}", text="It is known to all. " * 200, constant=True, order=-n) for n in range(30)]
    text = "The last words are here. " * 3000
    finished, context, _ = run(starter, Bible(entries=tuple(long), budget=32_768, meaning=0), text=text, dry=True)
    parts = {part.name: part for part in context.parts}
    assert context.tokens + finished.settled.max_tokens <= context.window
    assert parts["bible"].tokens <= context.window // 2
    assert parts["bible"].cut > 0
    assert parts["text"].tokens > context.window // 4
    sent = [entry.name for entry in context.entries if entry.sent]
    assert sent == [f"E{n}" for n in range(len(sent))]


def test_a_bible_that_did_not_come_along_is_named(starter):
    request = TextRequest(text="Mira.", bible=blob_of(b"{}", "application/json"))
    with pytest.raises(StudioloError, match="story bible"):
        starter.run(Task(request, {}, lambda _: None, lambda *_: None, lambda: False))


def test_the_persons_examples_take_the_place_of_the_modes_own(starter):
    shown = (Example(text="The tide was out.", answer="Aye, an' the mud were laughin'."),)
    finished, _, _ = run(
        starter, mode="rewrite", text="He went home.", instruction="as a pirate", examples=shown, dry=True
    )
    assert shown[0].answer in finished.final_prompt
    assert "The man stepped into the dark house" not in finished.final_prompt
    assert finished.final_prompt.count("as a pirate") == 2


def test_a_conversation_has_the_sheets_of_those_who_speak(starter):
    bible = Bible(entries=(BREAD, MIRA, HALE), meaning=0, budget=60)
    finished, context, _ = run(
        starter, bible, mode="dialogue", text="Mira meets Captain Hale in Oat Row.", max_tokens=120
    )
    assert [entry.why for entry in context.entries[:2]] == ["speaks here", "speaks here"]
    assert finished.outputs[0].text.startswith("Mira: ")
    assert "\nCaptain Hale: " in finished.outputs[0].text


def test_a_poem_of_a_form_says_how_it_kept_it(starter):
    finished, _, _ = run(starter, mode="poem", text="a haiku about snow", max_tokens=60)
    assert any(note.startswith("Haiku: 3 lines; syllables ") for note in finished.notes)
