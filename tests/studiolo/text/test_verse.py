"""Syllables and rhymes as spelling tells them, and what is said of a poem that keeps its form or does not."""

from studiolo.text.forms import POEMS
from studiolo.text.modes import read_mode
from studiolo.text.verse import rhyme, syllables

HAIKU = "Grey heron at dawn,\none leg in the silver stream,\nstill as a held breath."


def test_syllables_are_about_right() -> None:
    assert [syllables(line) for line in HAIKU.splitlines()] == [5, 7, 5]


def test_rhymes_are_heard_in_spelling() -> None:
    assert rhyme("of bread") == rhyme("instead,")
    assert rhyme("a brook") == rhyme("the hook")
    assert rhyme("a fire") != rhyme("the stone")


def test_a_haiku_is_measured_by_its_syllables() -> None:
    form = POEMS["haiku"]
    assert form.kept(HAIKU) == "Haiku: 3 lines; syllables 5-7-5."
    assert form.kept("Grey heron,\none leg,\nstill.") == "Haiku: 3 lines; syllables 3-2-1 instead of 5-7-5."
    assert form.kept("Grey heron at dawn") == "Haiku: 1 instead of 3 lines."


def test_a_limerick_rhymes() -> None:
    shown = next(example.answer for example in read_mode("poem").examples if example.poem == "limerick")
    assert POEMS["limerick"].kept(shown).endswith("it rhymes.")
    broken = shown.replace("brook;", "sea;")
    assert "no rhyme of lines 1 and 2, 2 and 5." in POEMS["limerick"].kept(broken)
    same = "\n".join(["a cat with a line and a hook"] * 5)
    assert "no rhyme" in POEMS["limerick"].kept(same)


def test_a_sonnet_may_rhyme_in_several_orders() -> None:
    pairs = ["day way", "light night", "red bed", "moon spoon", "sing ring", "gold cold", "hill will"]
    sounds = dict(zip("abcdefg", map(str.split, pairs), strict=True))
    seen: dict[str, int] = {}
    lines = []
    for letter in "ababcdcdefefgg":
        lines.append(f"we walk and talk about the {sounds[letter][seen.get(letter, 0)]}")
        seen[letter] = seen.get(letter, 0) + 1
    assert POEMS["sonnet"].kept("\n".join(lines)) == "Sonnet: 14 lines; it rhymes."
    lines[1] = "and nothing here is like the tower"
    assert "no rhyme of lines 2 and 4." in POEMS["sonnet"].kept("\n".join(lines))


def test_free_verse_and_prose_have_nothing_to_keep() -> None:
    assert POEMS["free verse"].kept("a\nb") == ""
