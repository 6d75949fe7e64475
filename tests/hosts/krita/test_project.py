"""A kit is begun in Krita, and its parts come from the project into the painting, each in one step to undo."""

import json

import numpy as np
import pytest

from tests import projects
from tests.hosts.krita.painter import decoded

PROJECT = "current().project"
BRIEF = "An old lighthouse keeper hears music rising from the sea, the night before the storm."


def part(name):
    """The entry of a part of the newest kit."""
    return f"next(action for action in {PROJECT}._kits[0].actions() if action.text() == {name!r})"


@pytest.fixture(scope="module")
def folder(daemon, tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    projects.open_at(daemon, folder, name="Gull Rock", palette="#0d1b2a,#3e6d8e,#e8c07d")
    yield folder
    projects.close_at(daemon)
    with daemon.client("owner") as client:
        for concept in client.concepts():
            client.forget(concept.name)


@pytest.fixture(scope="module")
def kit(folder, seated):
    """Composed from the docker; the folder of it."""
    seated.connected()
    seated.document()
    seated.set(BRIEF)
    seated.ask("kit")
    said = seated.until("value = '' if current().work.lines else shown()", 240)
    assert said.startswith("The kit ")
    (kit,) = (folder / "Kits").iterdir()
    title = json.loads((kit / "recipe.json").read_text())["title"]
    assert said == f"The kit {title} is in the project."
    return kit


def click(painter, code):
    """A hand does it."""
    x, y = painter.run(f"{code}; value = [p.x(), p.y()]")
    painter.press("mousemove", str(x), str(y), "click", "1")


def test_a_kit_begun_here_is_in_the_project_and_its_picture_becomes_a_layer(painter, kit, photograph):
    painter.document()
    before, layers = painter.state(), painter.layers()
    click(painter, f"b = {PROJECT}.button; p = b.mapToGlobal(b.rect().center())")
    painter.until(f"value = {PROJECT}._kits and not {PROJECT}._kits[0].menuAction().icon().isNull()")
    painter.press("key", "Down", "Right")
    painter.until(f"value = {PROJECT}._kits[0].isVisible() and not {part('texture')}.icon().isNull()")
    photograph("project")
    assert painter.run(f"value = [{part('concept')}.isEnabled(), {part('soundtrack')}.isEnabled()]") == [True, False]
    painter.press("key", "Escape", "Escape")
    painter.activate()

    painter.run(f"{part('concept')}.trigger()")
    painter.until(f"value = len(active().topLevelNodes()) == {len(layers) + 1}")
    concept = decoded((kit / "concept.png").read_bytes())
    height, width = concept.shape[:2]
    top, left = (256 - height) // 2, (256 - width) // 2
    assert np.array_equal(painter.pixels(len(layers))[top : top + height, left : left + width], concept)
    photograph("project-picture")
    painter.undo()
    painter.becomes(before)


def test_a_texture_comes_as_a_group_of_its_maps(painter, kit, photograph):
    painter.document()
    before, layers = painter.state(), painter.layers()
    painter.run(f"{PROJECT}._menu.aboutToShow.emit()")
    painter.run(f"{part('texture')}.trigger()")
    painter.until(f"value = len(active().topLevelNodes()) == {len(layers) + 1}")
    group = painter.run("""
        group = active().topLevelNodes()[-1]
        value = [[node.name(), node.visible()] for node in group.childNodes()]
    """)
    maps = {file.stem for file in (kit / "texture").iterdir()} - {"preview"}
    assert {name for name, _ in group} == maps
    assert [name for name, seen in group if seen] == ["basecolor"]
    assert group[-1][0] == "basecolor"
    painter.undo()
    painter.becomes(before)


def test_its_text_is_in_the_clipboard_and_its_palette_at_hand(painter, kit, photograph):
    painter.document()
    painter.run(f"{part('scene')}.trigger()")
    painter.until("value = 'is in the clipboard' in shown()")
    text = painter.run("value = QtWidgets.QApplication.clipboard().text()")
    page = (kit / "scene.md").read_text("utf-8")
    assert text
    assert page.endswith(f"{text}\n")
    assert not text.startswith("---")
    painter.run(f"{part('Palette')}.trigger()")
    assert painter.run("value = [current().written.isVisible(), *current().written.colours]") == [
        True, *json.loads((kit / "mood.json").read_text())["palette"],
    ]  # fmt: skip
    photograph("project-palette")


def test_who_is_in_a_kit_is_found_by_name_among_the_concepts(painter, kit, folder):
    names = {note.stem for note in (folder / "Bible").iterdir()}
    assert "Lighthouse keeper" in names
    painter.run("current().concepts._menu.aboutToShow.emit()")
    painter.until(f"value = {names!r} <= {{action.text() for action in current().concepts._menu.actions()}}")


def test_without_a_document_a_sentence_says_so(painter, kit):
    painter.run("close_all()")
    painter.run(f"{part('concept')}.trigger()")
    painter.until("value = shown().startswith('No document is open.')")
