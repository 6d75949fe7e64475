"""The menu of concepts at a real daemon: what another program kept is in it, with its picture."""

import pytest

from studiolo_contract.concept import Concept
from studiolo_contract.media import Picture
from studiolo_krita import pixels
from studiolo_krita.aside import Aside
from studiolo_krita.concepts import ConceptMenu
from studiolo_krita.geometry import Bounds, amid
from studiolo_krita.link import Link
from studiolo_krita.prompt_edit import PromptEdit
from tests.krita.painting import noise
from tests.krita.test_prompt_edit import write


@pytest.fixture
def menu(daemon, application, until):
    link = Link("concepts")
    connections = []
    link.connection.connect(connections.append)
    menu = ConceptMenu(link, Aside())
    link.open()
    until(lambda: connections and connections[-1].connected)
    yield menu
    link.close()
    application.processEvents()


def entries(menu):
    return {action.text(): action for action in menu._menu.actions() if action.text()}


def layers(menu):
    return {action.text(): action for action in menu._layers.actions()}


def kept(client, name, data=b"", **fields):
    picture = Picture(sha256=client.put(data), width=40, height=20) if data else None
    client.keep(Concept(name=name, kind="lore", picture=picture, **fields))


def test_what_another_program_keeps_is_offered_by_name_and_picture(daemon, menu, until):
    png = pixels.encode(noise(40, 20))
    words, pictures = [], []
    menu.words.connect(words.append)
    menu.picture.connect(lambda *picture: pictures.append(picture))
    assert not menu._menu.actions()[0].isEnabled()  # there is always something to open
    with daemon.client("obsidian") as client:
        kept(client, "Rock & Sons", png, words="grey stone,\nred sign")
        kept(client, "Mara")
        menu._menu.aboutToShow.emit()
        until(lambda: list(entries(menu))[:2] == ["Mara", "Rock && Sons"])
        until(lambda: not entries(menu)["Rock && Sons"].icon().isNull())
        assert entries(menu)["Rock && Sons"].isIconVisibleInMenu()
        assert entries(menu)["Mara"].icon().isNull()
        entries(menu)["Rock && Sons"].trigger()
        entries(menu)["Mara"].trigger()
        assert words == ["grey stone, red sign", "Mara"]  # a name where nobody said how it looks
        assert list(layers(menu)) == ["Rock && Sons"]
        layers(menu)["Rock && Sons"].trigger()
        until(lambda: pictures)
        name, image = pictures.pop()
        assert (name, pixels.encode(image)) == ("Rock & Sons", png)

        client.forget("Mara")
        kept(client, "Rock & Sons", b"no picture at all")
        menu._menu.aboutToShow.emit()
        until(lambda: "Mara" not in entries(menu))
        layers(menu)["Rock && Sons"].trigger()
        until(lambda: pictures)
        assert isinstance(pictures[0][1], ValueError)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("^", "grey stone"),
        ("a castle^", "a castle, grey stone"),
        ("a castle of ^", "a castle of grey stone"),
        ("a castle,^", "a castle, grey stone"),
        ("a castle^ in fog", "a castle, grey stone in fog"),
        ("^fog", "grey stone, fog"),
        ("{^|fog}", "{grey stone|fog}"),
        ("🏰 [castle], fog", "🏰 grey stone, fog"),
    ],
)
def test_words_come_to_the_cursor_and_stick_to_nothing(tmp_path, before, after):
    edit = PromptEdit(tmp_path / "prompts.json")
    write(edit, before)
    edit.insert("grey stone")
    assert edit.text == after
    edit.field.undo()
    assert edit.text == before.translate(str.maketrans("", "", "[]^")).strip()


def test_a_picture_lies_amid_the_canvas_and_is_made_smaller_alone():
    canvas = Bounds(0, 0, 100, 60)
    assert amid(40, 20, canvas) == Bounds(30, 20, 40, 20)
    assert amid(100, 60, canvas) == canvas
    assert amid(400, 120, canvas) == Bounds(0, 15, 100, 30)
