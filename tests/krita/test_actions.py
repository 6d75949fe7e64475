"""What can be done by a key: Krita's list of it is made of the plugin's, and each has its words."""

from types import SimpleNamespace
from typing import get_args
from xml.etree import ElementTree

import pytest

from studiolo_krita.actions import ACTIONS, as_xml, title
from studiolo_krita.task import Kind
from studiolo_krita.words import name_of
from tests.krita.conftest import PLUGIN


def test_krita_s_list_is_made_of_the_table():
    assert (PLUGIN / "studiolo_krita.action").read_text("utf-8") == as_xml()


def test_krita_finds_every_action_by_its_name():
    root = ElementTree.fromstring(as_xml())
    assert (root.tag, root.get("version"), root.get("name")) == ("ActionCollection", "2", "Scripts")
    found = {action.get("name"): action.findtext("text") for action in root.iter("Action")}
    assert found == {action.name: title(action) for action in ACTIONS}
    assert len(found) == len(ACTIONS)


def test_each_action_has_words_of_its_own():
    titles = [title(action) for action in ACTIONS]
    assert len(set(titles)) == len(titles)
    assert all(words.startswith("Studiolo: ") and len(words) > 12 for words in titles)


@pytest.mark.parametrize("kind", sorted(set(get_args(Kind)) - {"live"}))
def test_what_can_be_asked_can_be_asked_by_a_key_under_the_same_name(kind):
    action = next(action for action in ACTIONS if action.name == f"studiolo_{kind}")
    asked = []
    action.act(SimpleNamespace(ask=asked.append))
    assert asked == [kind]
    assert title(action) == f"Studiolo: {name_of(kind)}"
