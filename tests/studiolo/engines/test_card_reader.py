"""Mood cards on their way through the real starter and the real embedder."""

import dataclasses

import pytest

from studiolo.device import Device
from studiolo.engines.engine import Task
from studiolo.engines.transformers_text import load
from studiolo.models.store import Store
from studiolo_contract.compose import CardRequest
from studiolo_contract.events import CardOutput, Progress
from studiolo_contract.mood_card import Change, MoodCard

LIGHTHOUSE = "An old lighthouse keeper hears music rising from the sea, the night before the storm."


@pytest.fixture(scope="module")
def starter(starter_home):
    return load(Store(starter_home).find("starter-text"), Device("cpu", "CPU", "float32"))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def read(engine, kept, **fields):
    events = []
    task = Task(CardRequest(**{"seed": 3} | fields), {}, events.append, lambda *_: None, lambda: False, cache=kept)
    finished = engine.run(task)
    (output,) = finished.outputs
    assert isinstance(output, CardOutput)
    return output, finished, events


def test_the_lighthouse_is_read_and_reads_the_same_again(starter, kept):
    first, finished, events = read(starter, kept, text=LIGHTHOUSE)
    card = first.card
    assert (card.time, card.weather) == ("night", "storm coming")
    assert "lighthouse" in card.place
    assert "old lighthouse keeper" in card.subjects[0]
    assert card.characters[0].looks.startswith("an old lighthouse keeper")
    assert card.mood.valence < 0 < card.mood.tension
    assert {one.origin for one in card.sources} <= {"brief", "meaning", "model", "rule"}
    assert [one.what for one in finished.why] == [one.field for one in card.sources]
    assert finished.settled == CardRequest(text=LIGHTHOUSE, seed=3, model="starter-text")
    assert {type(one) for one in events} <= {Progress}
    again, *_ = read(starter, kept, text=LIGHTHOUSE)
    assert again == first


def test_what_no_word_says_is_nearest_in_meaning_or_asked_of_the_model(starter, kept):
    output, *_ = read(starter, kept, text="Sailors prepare to leave while gulls circle the masts.")
    origins = {one.field: one.origin for one in output.card.sources}
    assert origins["place"] == "meaning"
    output, *_ = read(starter, kept, text="Loneliness.")
    origins = {one.field: one.origin for one in output.card.sources}
    assert "model" in {origins.get(name) for name in ("title", "subjects", "motifs")}
    assert output.card.mood.valence < -0.3


def test_of_a_card_that_is_there_only_changes_are_made(starter, kept):
    card = MoodCard(title="Dunes", place="a castle")
    output, finished, _ = read(starter, kept, card=card, changes=(Change(field="place", value="a desert"),))
    assert output.seed is None
    assert finished.final_prompt == ""
    assert output.card.title == "Dunes"
    assert output.card.materials[0] == "sand"
    assert dataclasses.replace(finished.settled, model="") == CardRequest(
        seed=3, card=card, changes=(Change(field="place", value="a desert"),)
    )
