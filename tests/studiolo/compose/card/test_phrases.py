"""What a sentence names: phrases end where somebody acts, and where words bind."""

import pytest

from studiolo.compose.card.phrases import phrases


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("An old lighthouse keeper hears music rising from the sea.", ["old lighthouse keeper", "music", "sea"]),
        ("Two children find a door in the garden wall.", ["children", "door", "garden wall"]),
        ("A knight rides through a burning village at dusk.", ["knight", "burning village", "dusk"]),
        ("The waves crash against the cliffs.", ["waves", "cliffs"]),
        ("A baker kneads dough.", ["baker", "dough"]),
        ("The cook poisons the wine.", ["cook", "wine"]),
        ("Robots dance in an abandoned subway station.", ["Robots", "abandoned subway station"]),
        ("Captain Ilse Brandt steers the last airship.", ["Captain Ilse Brandt", "last airship"]),
        ("She slowly opened her eyes.", ["eyes"]),
        ("", []),
        ("!!! … 🌊", []),
    ],
)
def test_what_is_named(text, named):
    assert [one.words for one in phrases(text)] == named


def test_who_and_what_they_are():
    found = {
        one.words: one for one in phrases("Mara Voss, a retired smuggler, feeds a raven in Venice out of loneliness.")
    }
    assert [name for name, one in found.items() if one.named] == ["Mara Voss", "Venice"]
    assert [name for name, one in found.items() if one.person] == ["Mara Voss", "retired smuggler"]
    assert [name for name, one in found.items() if one.alive] == ["Mara Voss", "retired smuggler", "raven"]
    assert found["loneliness"].unseen


def test_what_belongs_behind_a_phrase():
    (music, sea) = phrases("music rising from the sea")
    assert (music.tail, sea.after) == ("rising from the sea", "from")
    assert phrases("a map of the drowned city")[0].tail == "of the drowned city"


def test_places_are_those_of_the_text():
    text = "  A  red   boat\nand  a dog "
    for one in phrases(text):
        assert " ".join(text[one.begin : one.end].split()) == one.words
