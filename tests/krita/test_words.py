"""One table of words: what the plugin says is in it, what is in it is said, and translations may lack some."""

import ast
import json
import re
import string

import pytest

from studiolo_krita.words import FOLDER, languages, read, say
from tests.krita.conftest import PLUGIN

ENGLISH = json.loads((FOLDER / "words.en.json").read_text("utf-8"))
TABLE = {key: text for group in ENGLISH.values() for key, text in group.items()}
SOURCES = {file: ast.parse(file.read_text("utf-8")) for file in sorted(PLUGIN.rglob("*.py"))}


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def spoken():
    """Every key that a source says by name, where it does, and the values it gives; an error says its mend too."""
    for file, tree in SOURCES.items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            values = {word.arg for word in node.keywords}
            if name == "say":
                yield node.args[0].value, f"{file.name}:{node.lineno}", values
            elif name in ("PluginError", "PromptError"):
                for key in (node.args[0].value, f"{node.args[0].value}_mend"):
                    yield key, f"{file.name}:{node.lineno}", values


def test_what_is_said_is_in_the_table_with_all_its_places():
    said = list(spoken())
    assert said
    for key, where, values in said:
        assert key in TABLE, f"{where} says '{key}', which has no words"
        assert None in values or places(TABLE[key]) <= values, f"{where} leaves a place in '{key}' empty"


def test_every_word_is_said():
    """By its key in some source, or by an f-string that begins as the key does; a tip or a mend with what it is of."""
    nodes = [node for tree in SOURCES.values() for node in ast.walk(tree)]
    named = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    begun = tuple(
        node.args[0].values[0].value
        for node in nodes
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.JoinedStr)
        if getattr(node.func, "id", "") == "say" and isinstance(node.args[0].values[0], ast.Constant)
    )
    unsaid = [key for key in TABLE if re.sub("_(tip|mend)$", "", key) not in named and not key.startswith(begun)]
    assert not unsaid


def test_no_key_stands_in_two_groups():
    assert len(TABLE) == sum(len(group) for group in ENGLISH.values())


def test_words_come_with_their_values():
    assert say("apply") == "Apply"
    assert say("waiting", position=3) == "Waits; 3 before it"
    assert say("brace_open_mend") == "Close it with }, or write \\{ for the sign itself."
    with pytest.raises(KeyError):
        say("waiting")
    with pytest.raises(KeyError):
        say("no such words")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "words.en.json").write_text('{"a": {"apply": "Apply", "seed_is": "Seed {seed}"}, "b": {"why": "Why?"}}')
    return tmp_path


def test_a_translation_may_lack_words_and_have_wrong_places(folder):
    (folder / "words.de.json").write_text('{"a": {"apply": "Übernehmen", "seed_is": "Startwert {zahl}"}}', "utf-8")
    words = read(folder, ("de_AT", "de"))
    assert words.say("apply") == "Übernehmen"
    assert words.say("why") == "Why?"
    assert words.say("seed_is", seed=7) == "Seed 7"


@pytest.mark.parametrize("broken", ["{", "[]", '{"apply": "Ja"}', '{"a": {"apply": "{"}}'])
def test_a_broken_translation_is_no_translation(folder, broken):
    (folder / "words.de.json").write_text(broken)
    assert read(folder, ("de",)).say("apply") == "Apply"


def test_english_goes_before_what_is_wanted_less(folder):
    (folder / "words.de.json").write_text('{"a": {"apply": "Ja"}}')
    assert read(folder, ("en_GB", "en", "de")).say("apply") == "Apply"
    assert read(folder, ("fr", "de")).say("apply") == "Ja"


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"LANG": "de_AT.UTF-8"}, ("de_AT", "de")),
        ({"LANG": "C.UTF-8", "LANGUAGE": "pt-BR:en"}, ("pt_BR", "pt", "en")),
        ({"LC_ALL": "", "LANG": "ca_ES@valencia"}, ("ca_ES", "ca")),
        ({}, ()),
    ],
)
def test_languages_of_an_environment(environment, wanted):
    assert languages(environment) == wanted


def test_translations_that_ship_have_the_same_places():
    for file in FOLDER.glob("words.*.json"):
        for group in json.loads(file.read_text("utf-8")).values():
            for key, text in group.items():
                assert places(text) == places(TABLE[key]), f"{file.name}: {key}"
