"""What another program keeps is at hand in Blender by its name: words for a field, a picture as an image."""

import time
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from studiolo_contract.concept import Concept
from studiolo_contract.media import Picture
from tests.hosts.blender.conftest import IN_THE_NEWEST
from tests.hosts.blender.program import ADDON, ARTEFACTS
from tests.hosts.blender.test_operators import refused
from tests.hosts.blender.test_window import OURS, Sidebar

SIDE = 400
MENU = 1107, 227
"""The button at the end of the words of Scene, in a window of 1400 x 900 with an empty scene."""


@pytest.fixture(scope="module")
def sign():
    """A picture that is black above and red below."""
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    pixels[SIDE // 2 :, :, 0] = 255
    return pixels


@pytest.fixture
def kept(daemon, sign):
    """By a client that is another program."""
    held = BytesIO()
    Image.fromarray(sign).save(held, "PNG")
    with daemon.client("obsidian") as client:
        broken = Picture(sha256=client.put(b"no picture"), width=1, height=1)
        picture = Picture(sha256=client.put(held.getvalue()), width=SIDE, height=SIDE)
        client.keep(Concept(name="Gull Rock", kind="place", words="black cliffs,\nwhite lighthouse", picture=picture))
        client.keep(Concept(name="Mara Voss", kind="character", words="grey braid"))
        client.keep(Concept(name="Torn", kind="lore", picture=broken))
        yield held.getvalue()
        for concept in client.concepts():
            client.forget(concept.name)


@IN_THE_NEWEST
def test_its_picture_becomes_an_image(blender, kept):
    assert blender.run("value = list(bpy.ops.studiolo.kept_image(name='gull rock'))") == ["FINISHED"]
    assert blender.run("""
        image = bpy.data.images["Gull Rock"]
        value = [list(image.size), image.packed_file.size, image.colorspace_settings.name, image.use_fake_user]
    """) == [[SIDE, SIDE], len(kept), "sRGB", True]
    assert blender.run(f"value = [list(image.pixels[:4]), list(image.pixels[-4:])]; import {ADDON}") == [
        [1.0, 0.0, 0.0, 1.0],  # from the bottom row
        [0.0, 0.0, 0.0, 1.0],
    ]
    assert blender.run(f"value = {ADDON}.kept_image('Gull Rock').images[0]") == "Gull Rock.001"
    for name, says in (
        ("Nobody", "No concept is called Nobody"),
        ("Mara Voss", "Mara Voss has no picture"),
        ("Torn", "The picture of Torn can't be read"),
    ):
        assert says in refused(blender, f"bpy.ops.studiolo.kept_image(name={name!r})")


def test_its_words_are_added_by_a_menu_beside_the_field(window, daemon, kept):
    window.until(OURS + "value = jobs.connection.connected")
    window.run("settings = bpy.context.scene.studiolo; settings.art = 'scene'; settings.scene.prompt = 'at dawn,'")
    sidebar = Sidebar(window)
    window.run("shelf = room('interface.kept')._shelf")
    window.until("value = [one.name for one in shelf.concepts] == ['Gull Rock', 'Mara Voss', 'Torn']", 20)
    window.until("value = shelf.icon(shelf.concepts[0]) != 0", 20)
    assert window.run("value = shelf.icon(shelf.concepts[1])") == 0
    sidebar.picture("concepts-panel")
    sidebar.click(*MENU)
    time.sleep(0.5)
    window.press("key", "Down")
    time.sleep(0.5)
    window.photograph("concepts-menu")
    seen = np.asarray(Image.open(ARTEFACTS / "concepts-menu.png").convert("RGB"))[230:350, 1095:1135].reshape(-1, 3)
    assert (np.abs(seen.astype(int) - [255, 0, 0]).max(axis=1) < 40).any()  # its picture stands before its name
    window.press("key", "Return")
    window.until("value = settings.scene.prompt == 'at dawn, black cliffs, white lighthouse'", 10)
    window.run("bpy.ops.studiolo.kept_image(name='Gull Rock')")
    window.until(OURS + "value = not jobs.here and 'Gull Rock' in bpy.data.images", 20)
