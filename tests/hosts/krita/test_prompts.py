"""Prompts and the helpers beside them, and what is written: titles, captions, palettes, soundtracks."""

import json
import wave

import pytest


@pytest.fixture
def typing(painter):
    """The keyboard in the prompt's field, which is empty."""
    painter.document()
    painter.set("")
    painter.activate()
    painter.run("KRITA.action('studiolo_prompt').trigger()")
    painter.until("value = QtWidgets.QApplication.focusWidget() is current().controls.prompt.field")
    return painter


def prompt_of(painter):
    return painter.run("value = current().controls.prompt.text")


def pressed(painter, name):
    """A button of the docker, by its name; it must be in sight."""
    button = f"current().findChild(QtWidgets.QToolButton, {name!r})"
    painter.until(f"value = {button} is not None and {button}.isVisible()")
    painter.run(f"{button}.click()")


def test_keys_weigh_the_word_at_the_cursor_and_ask(typing):
    typing.press("type", "a castle")
    typing.until("value = current().controls.prompt.text == 'a castle'")
    typing.press("key", "ctrl+Up")
    typing.until("value = current().controls.prompt.text == 'a (castle:1.1)'")
    typing.press("key", "ctrl+Down", "ctrl+Down")
    typing.until("value = current().controls.prompt.text == 'a (castle:0.9)'")
    typing.press("key", "ctrl+Return")
    typing.arrival([])
    assert typing.run("value = entries()[0].prompt") == "a (castle:0.9)"


def test_wildcards_are_drawn_by_the_seed_and_the_recipe_has_what_was_drawn(painter):
    painter.document()
    drawn = set()
    for seed in (1, 4, 5):
        painter.results("generate", "a {castle|dragon|lake} at night", seed=seed)
        recipe = json.loads(painter.run("value = entries()[-1].recipe"))
        drawn.add(recipe["request"]["prompt"])
        assert painter.run("value = entries()[-1].prompt") == "a {castle|dragon|lake} at night"
    assert drawn <= {"a castle at night", "a dragon at night", "a lake at night"}
    assert len(drawn) > 1


def test_a_prompt_that_can_not_be_read_is_not_sent(painter):
    painter.document()
    painter.set("a {castle at night")
    painter.ask("generate")
    assert "never closed" in painter.run("value = shown()")
    assert painter.run("value = len(current().work.lines)") == 0


def test_a_better_prompt_is_shown_as_what_it_changes_and_taken_by_accept(painter, photograph):
    painter.document()
    painter.set("a castle by the sea")
    pressed(painter, "improve")
    painter.until("value = current().controls.prompt._answer.isVisible()")
    assert prompt_of(painter) == "a castle by the sea"
    assert "<b" in painter.run("value = current().controls.prompt._proposal.text()")
    photograph("a-better-prompt")
    pressed(painter, "accept")
    assert prompt_of(painter).startswith("a castle by the sea,")
    assert len(prompt_of(painter)) > len("a castle by the sea,")
    assert not painter.run("value = current().controls.prompt._answer.isVisible()")


def test_titles_and_captions_are_written(painter, photograph):
    painter.document()
    texts = []
    for kind in ("title", "caption"):
        before = painter.run("value = current().written.text")
        painter.set("an old lighthouse in a storm", mode="words")
        painter.run(f"current().controls.writing.setCurrentIndex(current().controls.writing.findData({kind!r}))")
        pressed(painter, "go")
        texts.append(painter.until(f"value = current().written.text if current().written.text != {before!r} else None"))
    assert len(texts[0]) < len(texts[1])
    photograph("caption")


def test_a_palette_gives_colours_to_paint_with(painter, photograph):
    painter.document()
    painter.set("a lake at sunset", mode="words")
    painter.ask("palette")
    colours = painter.until("value = current().written.colours")
    assert len(set(colours)) == len(colours) > 2
    photograph("palette")
    painter.run("""
        swatch = next(b for b in current().written.findChildren(QtWidgets.QPushButton) if b.toolTip())
        swatch.click()
    """)
    painted = "KRITA.activeWindow().activeView().foregroundColor().colorForCanvas(KRITA.activeWindow().activeView().canvas()).name()"
    painter.until(f"value = {painted} == swatch.toolTip()")


def test_a_soundtrack_lies_beside_the_document_and_needs_one_that_is_saved(painter, tmp_path):
    painter.document()
    painter.set("quiet, then a chase", mode="music")
    painter.run("current().controls.seconds.setValue(4)")
    painter.ask("music")
    assert "no file" in painter.run("value = shown()")

    painter.run(f"active().setBatchmode(True); active().saveAs({str(tmp_path / 'scene.kra')!r})")
    painter.ask("music")
    file = tmp_path / "scene-soundtrack.wav"
    painter.until("value = not current().work.lines or shown()")
    painter.until("value = 'scene-soundtrack.wav' in current().written._sound.text()")
    with wave.open(str(file)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(4, abs=0.01)
    assert (tmp_path / "scene-soundtrack.mid").read_bytes().startswith(b"MThd")
