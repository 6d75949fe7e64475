"""A small model says which things it has never seen, and does not cry wolf over those that it has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studiolo.image.vocabulary import Vocabulary, note
from studiolo_contract.errors import StudioloError
from studiolo_starter.captions import caption
from studiolo_starter.export import write_vocabulary
from studiolo_starter.scenes import draw_scene

KNOWN = {
    "subjects": {"cat": {"synonyms": ["kitten"]}, "wolf": {"synonyms": []}, "palm tree": {"synonyms": ["palm"]}},
    "places": {"beach": ["on the beach", "on the sandy shore"], "city": ["in the city"]},
    "times": {"night": ["at night", "under the stars"], "sunset": ["in the evening"]},
    "colours": ["red"],
}


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    file = tmp_path_factory.mktemp("words") / "vocabulary.json"
    file.write_text(json.dumps(KNOWN))
    return Vocabulary.read(file)


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("a cat on the beach at night", ()),
        ("Two cats and three wolves under the stars", ()),
        ("the kitten's evening", ()),
        ("palm trees on a sandy shore", ()),
        ("a cat walks slowly over the beach", ()),
        ("a close-up picture of a cat in soft light", ()),
        ("an accordion on the beach", ("accordion",)),
        ("a rusty old accordion", ("accordion",)),
        ("a cat playing the accordion at night", ("accordion",)),
        ("accordions, zeppelins, a cat", ("accordions", "zeppelins")),
        ("a wombat beside a cat; a wombat in the city", ("wombat",)),
        ("a red wombat", ("wombat",)),
        ("a sandy wombat", ("wombat",)),
        ("a red palm tree in an old city", ()),
        ("", ()),
        ("!!! 123 🌊", ()),
    ],
)
def test_what_is_not_known(prompt: str, unknown: tuple[str, ...], vocabulary: Vocabulary) -> None:
    assert vocabulary.unknown(prompt) == unknown


def test_no_false_alarm_over_the_starter_s_own_prompts(tmp_path: Path) -> None:
    write_vocabulary(tmp_path / "vocabulary.json")
    vocabulary = Vocabulary.read(tmp_path / "vocabulary.json")
    prompts = [caption(draw_scene(number)) for number in range(300)]
    assert {prompt: vocabulary.unknown(prompt) for prompt in prompts if vocabulary.unknown(prompt)} == {}
    assert vocabulary.unknown("an accordion in the desert at sunset") == ("accordion",)


def test_the_note_reads_well() -> None:
    assert note("starter-picture", ("accordion",)) == (
        "starter-picture does not know 'accordion'; it painted the rest."
    )
    assert note("it", ("a", "b", "c")) == "it does not know 'a', 'b' and 'c'; it painted the rest."


def test_a_broken_list_is_said(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.json").write_text("{")
    with pytest.raises(StudioloError, match=r"vocabulary\.json can't be read"):
        Vocabulary.read(tmp_path / "vocabulary.json")
