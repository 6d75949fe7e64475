"""What another program keeps is at hand in Krita by its name: words for the prompt, a picture for the canvas."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from studiolo_contract.concept import Concept
from studiolo_contract.media import Picture

MENU = "current().concepts._menu"


@pytest.fixture
def sign():
    """A small picture, alike nowhere."""
    return np.random.default_rng(3).integers(0, 256, (60, 80, 3), np.uint8)


def entry(menu, name):
    return f"next(action for action in {menu}.actions() if action.text() == {name!r})"


def test_a_concept_of_another_program_comes_by_name_its_words_and_its_picture(painter, daemon, sign, photograph):
    held = BytesIO()
    Image.fromarray(sign).save(held, "PNG")
    with daemon.client("obsidian") as client:
        picture = Picture(sha256=client.put(held.getvalue()), width=80, height=60)
        client.keep(Concept(name="Gull Rock", kind="place", words="black cliffs, white lighthouse", picture=picture))
        client.keep(Concept(name="Mara Voss", kind="character", words="grey braid, yellow oilskin"))
    painter.document()
    painter.set("an oil painting")
    painter.run("current().controls.prompt.field.moveCursor(QtGui.QTextCursor.End)")
    x, y = painter.run("b = current().concepts.button; p = b.mapToGlobal(b.rect().center()); value = [p.x(), p.y()]")
    painter.press("mousemove", str(x), str(y), "click", "1")
    painter.until(f"value = [action.text() for action in {MENU}.actions()][:2] == ['Gull Rock', 'Mara Voss']")
    painter.until(f"value = not {entry(MENU, 'Gull Rock')}.icon().isNull()")
    photograph("concepts")
    painter.press("key", "Down", "Return")
    painter.activate()
    painter.until("value = current().controls.prompt.text == 'an oil painting, black cliffs, white lighthouse'")
    before, layers = painter.state(), painter.layers()
    painter.run(entry("current().concepts._layers", "Gull Rock") + ".trigger()")
    painter.until(f"value = len(active().topLevelNodes()) == {len(layers) + 1}")
    assert painter.layers() == [*layers, "Gull Rock"]
    added = painter.pixels(len(layers))
    assert np.array_equal(added[98:158, 88:168, :3], sign)  # in the middle of 256 pixels, byte for byte
    assert added[:98, :, 3].max() == 0
    photograph("concept-as-a-layer")
    painter.undo()
    painter.becomes(before)
