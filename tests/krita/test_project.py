"""The menu of the project at a real daemon: its kits by their titles, and what each part of one becomes."""

import shutil
from dataclasses import replace

import pytest

from studiolo_krita import pixels, project
from studiolo_krita.aside import Aside
from studiolo_krita.link import Link
from studiolo_krita.project import ProjectMenu
from studiolo_krita.words import say
from tests import projects
from tests.studiolo.compose.kits import CARD, MAPS, kit_of, png


class Heard:
    def __init__(self, menu, link):
        self.pictures, self.textures, self.texts, self.palettes, self.problems, self.composed = [], [], [], [], [], []
        menu.picture.connect(lambda *told: self.pictures.append(told))
        menu.texture.connect(lambda *told: self.textures.append(told))
        menu.text.connect(lambda *told: self.texts.append(told))
        menu.palette.connect(self.palettes.append)
        menu.compose.connect(lambda: self.composed.append(True))
        link.refused.connect(lambda key, problem: self.problems.append(problem))


@pytest.fixture
def menu(daemon, application, until):
    link = Link("kits")
    connections = []
    link.connection.connect(connections.append)
    menu = ProjectMenu(link, Aside())
    menu.heard = Heard(menu, link)
    link.open()
    until(lambda: connections and connections[-1].connected)
    yield menu
    link.close()
    application.processEvents()
    projects.close_at(daemon)


def listed(menu):
    return [action.text() for action in menu._menu.actions() if action.text()]


def kit(menu, title):
    return next(one for one in menu._kits if one.title() == title)


def part(menu, title, name):
    return next(action for action in kit(menu, title).actions() if action.text() == name)


def test_without_a_project_it_says_how_to_open_one(menu, until):
    menu._menu.aboutToShow.emit()
    until(lambda: listed(menu) == [say("no_project")])
    assert "./studiolo project FOLDER" in listed(menu)[0]
    assert not menu._menu.actions()[0].isEnabled()


def test_a_project_without_kits_offers_to_compose_one(daemon, menu, until, tmp_path):
    projects.open_at(daemon, tmp_path, name="Gull Rock")
    menu._menu.aboutToShow.emit()
    until(lambda: say("compose_kit") in listed(menu))
    assert listed(menu)[0].startswith("Gull Rock has no kits yet.")
    next(action for action in menu._menu.actions() if action.text() == say("compose_kit")).trigger()
    assert menu.heard.composed == [True]


def test_each_part_of_a_kit_becomes_what_a_painting_has_a_place_for(daemon, menu, until, tmp_path):
    projects.write(tmp_path, "the-keeper", *kit_of())
    older, data = kit_of(missing=("concept", "soundtrack"), title="Salt & Sand", created=1.0)
    projects.write(tmp_path, "salt", older, data)
    projects.open_at(daemon, tmp_path)
    menu._menu.aboutToShow.emit()
    until(lambda: listed(menu)[:2] == ["The Keeper", "Salt && Sand"])
    until(lambda: not kit(menu, "The Keeper").menuAction().icon().isNull())
    heard = menu.heard

    part(menu, "The Keeper", "concept").trigger()
    part(menu, "The Keeper", "texture").trigger()
    part(menu, "The Keeper", "scene").trigger()
    part(menu, "The Keeper", say("palette_part")).trigger()
    until(lambda: heard.pictures and heard.textures and heard.texts)
    name, image = heard.pictures[0]
    assert (name, pixels.encode(image)) == ("The Keeper: concept", pixels.encode(pixels.decode(png())))
    name, maps = heard.textures[0]
    assert (name, list(maps)) == ("The Keeper: texture", [one for one in MAPS if one != "preview"])
    assert heard.texts == [("The Keeper: scene", "The *sea* sang.\n\nHe listened.")]  # without what stands before it
    assert heard.palettes == [CARD.palette]

    music, missing = part(menu, "The Keeper", "soundtrack"), part(menu, "Salt && Sand", "concept")
    assert not music.isEnabled()
    assert music.toolTip() == say("music_part", kit="the-keeper")
    assert not missing.isEnabled()
    assert missing.toolTip() == "That painter is not here. Pull it."
    kit(menu, "The Keeper").aboutToShow.emit()
    until(lambda: not part(menu, "The Keeper", "texture").icon().isNull())


def test_what_the_person_changed_comes_as_it_lies_there_and_what_is_gone_is_said(daemon, menu, until, tmp_path):
    place = projects.write(tmp_path, "the-keeper", *kit_of())
    projects.open_at(daemon, tmp_path)
    (place / "concept.png").write_bytes(b"no picture at all")
    menu._menu.aboutToShow.emit()
    until(lambda: menu._kits)
    part(menu, "The Keeper", "concept").trigger()
    until(lambda: menu.heard.pictures)
    assert isinstance(menu.heard.pictures[0][1], ValueError)
    shutil.rmtree(place)
    part(menu, "The Keeper", "scene").trigger()
    until(lambda: menu.heard.problems)
    assert menu.heard.problems[0].message == "The project has no kit 'the-keeper'."
    menu._menu.aboutToShow.emit()
    until(lambda: not menu._kits)


def test_of_many_kits_the_newest_are_shown_and_the_others_counted(daemon, menu, until, tmp_path, monkeypatch):
    monkeypatch.setattr(project, "MOST", 2)
    made, data = kit_of()
    for number in range(4):
        projects.write(tmp_path, f"kit-{number}", replace(made, title=f"Kit {number}", created=float(number)), data)
    projects.open_at(daemon, tmp_path)
    menu._menu.aboutToShow.emit()
    until(lambda: listed(menu)[:3] == ["Kit 3", "Kit 2", say("more_kits", count=2)])
