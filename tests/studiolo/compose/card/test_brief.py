"""A brief as prose: markup, invisible characters, its title, its language, and how much of it is read."""

import pytest

from studiolo.compose.card.brief import READ, language, plain, says_something


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("An old lighthouse keeper hears music rising from the sea.", "English"),
        ("Ein alter Leuchtturmwärter hört Musik aus dem Meer, in der Nacht vor dem Sturm.", "German"),
        ("Un vieux gardien de phare entend de la musique dans la nuit avant la tempête.", "French"),
        ("Un viejo guardián del faro oye música que sube del mar, la noche antes de la tormenta.", "Spanish"),
        ("Старый смотритель маяка слышит музыку", "Cyrillic"),
        ("灯台守が海から音楽を聞く", "Japanese"),
        ("حارس المنارة العجوز يسمع الموسيقى", "Arabic"),
        ("red boat", ""),
        ("noir chase neon rain", ""),
    ],
)
def test_its_language_is_told_by_common_words_or_script(text, name):
    assert language(text) == name
    assert bool(plain(text).notes) == (name not in ("English", ""))


def test_a_note_gives_its_title_and_loses_its_markup():
    note = '---\ntitle: "The Bell"\ntags: [sea]\n---\n\n# Draft\n\nThe **old** [[Mara|smuggler]] sees a [bell](x.md).'
    brief = plain(note)
    assert brief.title == "The Bell"
    assert brief.text == "The old smuggler sees a bell."
    assert plain("# The Drowned Bell\nA diver.").title == "The Drowned Bell"
    assert plain("# A diver").text == "A diver"


def test_what_is_invisible_is_gone_and_picture_signs_are_words():
    assert plain("a\u202eb\u200bc\x00d\ufeff").text == "abc d"
    assert "water wave" in plain("🌊🏰").text
    assert "castle" in plain("🌊🏰").text


@pytest.mark.parametrize(
    ("text", "does"), [("", False), (" \n", False), ("!?…—", False), ("🌊", True), ("海", True), ("7", True)]
)
def test_what_says_something(text, does):
    assert says_something(text) is does


def test_of_a_long_brief_it_says_what_is_read():
    brief = plain("The sea was calm. " * 3_000)
    assert len(brief.beginning) <= READ
    assert brief.text.startswith(brief.beginning)
    (note,) = brief.notes
    assert "all 12,000 words" in note
    assert f"first {len(brief.beginning.split()):,}" in note
