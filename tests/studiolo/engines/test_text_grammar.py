"""Answers held to a JSON Schema: they parse, they fit, and they end in time, whatever the model would rather write."""

import json

import jsonschema
import numpy as np
import pytest

from studiolo.engines.grammar import Grammars
from studiolo.text.modes import read_mode
from studiolo_contract.errors import StudioloError
from tests.studiolo.engines import writers

WORDS = writers.tokenizer()
GRAMMARS = Grammars(
    WORDS, WORDS.batch_decode([[token] for token in range(len(WORDS))]), len(WORDS), [WORDS.eos_token_id]
)
SCHEMAS = {
    "sheet": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "age", "tags"],
        "properties": {
            "name": {"type": "string", "minLength": 3},
            "age": {"type": "integer"},
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        },
    },
    "optional depths": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "a": {
                "type": "object",
                "additionalProperties": False,
                "required": ["long", "longer"],
                "properties": {"long": {"type": "string", "minLength": 20}, "longer": {"enum": ["one", "two"]}},
            },
            "b": {"type": "number"},
        },
    },
    "anything": {},
    "quotes": {"type": "array", "items": {"type": "string"}, "minItems": 1},
}


def write(guide, random, limit):
    """What a model that knows nothing writes when it is held; one that likes quotes, brackets and backslashes."""
    taste = random.normal(0, 2, len(WORDS)).astype(np.float32)
    taste[[WORDS.encode(sign)[0] for sign in '"{[\\,']] += 3
    taste[WORDS.eos_token_id] -= 4
    written = []
    while len(written) < limit and not guide.complete:
        held = guide.held(taste + random.normal(0, 2, len(WORDS)).astype(np.float32))
        token = guide.settled(int(np.argmax(held)), held)
        if token == WORDS.eos_token_id:
            break
        guide.take(token)
        written.append(token)
    return WORDS.decode(written)


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("seed", range(4))
def test_json_always_fits_and_ends_in_time(name, seed):
    schema = json.dumps(SCHEMAS[name])
    shortest = GRAMMARS.json(schema, 1000).shortest()
    for limit in (max(shortest, 1), shortest + 1, shortest + 30):
        text = write(GRAMMARS.json(schema, limit), np.random.default_rng(seed), limit)
        jsonschema.validate(json.loads(text), SCHEMAS[name])


def test_a_character_sheet_fits_with_just_enough_tokens():
    schema = read_mode("character").json_schema
    limit = GRAMMARS.json(schema, 4000).shortest() + 10
    text = write(GRAMMARS.json(schema, limit), np.random.default_rng(0), limit)
    jsonschema.validate(json.loads(text), json.loads(schema))


def test_a_schema_that_can_not_be_met_is_refused():
    with pytest.raises(StudioloError, match="max_tokens is 3"):
        GRAMMARS.json(json.dumps(SCHEMAS["sheet"]), 3)
    with pytest.raises(StudioloError, match="json_schema"):
        GRAMMARS.json(json.dumps({"type": "object", "properties": {"a": {"not": {"type": "string"}}}}), 100)


def test_going_back_and_copies():
    guide = GRAMMARS.json(json.dumps(SCHEMAS["quotes"]), 50)
    tokens = WORDS.encode('["the')
    before = guide.held(np.zeros(len(WORDS), np.float32))
    twin = guide.copy()
    for token in tokens:
        twin.take(token)
    twin.take_back(len(tokens))
    assert (twin.held(np.zeros(len(WORDS), np.float32)) == before).all()
    assert (guide.held(np.zeros(len(WORDS), np.float32)) == before).all()


def test_a_lark_grammar():
    guide = GRAMMARS.lark('start: "Ana: " /[a-z ]{3,20}/ "\\nBo: " /[a-z ]{3,20}/', 200)
    text = write(guide, np.random.default_rng(2), 200)
    assert text.startswith("Ana: ")
    assert "\nBo: " in text
