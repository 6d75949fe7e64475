"""What can be painted: the whole canvas, what is selected, all but that, more than there was, and anew."""

import json
from base64 import b64decode

import numpy as np
import pytest

from tests.hosts.krita.painter import landscape

GROW, FEATHER = 4, 12
SQUARE = 96, 96, 72, 72


def inside(shape, square, by=0):
    """Where a square is, made larger by so many pixels at each side (smaller by less than none)."""
    x, y, width, height = square
    area = np.zeros(shape[:2], bool)
    area[y - by : y + height + by, x - by : x + width + by] = True
    return area


def steps(picture):
    """How much each pixel differs from its left and from its upper neighbour, the larger of both, in colour values."""
    colours = picture[..., :3].astype(int)
    across = np.abs(np.diff(colours, axis=1, prepend=colours[:, :1])).max(axis=2)
    down = np.abs(np.diff(colours, axis=0, prepend=colours[:1])).max(axis=2)
    return np.maximum(across, down)


def along_edge(picture, square):
    """The mean step over the edge of a square."""
    edge = inside(picture.shape, square, 1) & ~inside(picture.shape, square, -1)
    return steps(picture)[edge].mean()


def test_refine_keeps_what_the_canvas_shows_as_far_as_the_slider_says(painter):
    painter.document(256, 256)
    canvas = painter.pixels().astype(int)
    far = []
    for strength in (20, 70):
        (name,) = painter.results("refine", "a lake at day", strength=strength)
        far.append(np.abs(painter.picture(name).astype(int) - canvas)[..., :3].mean())
    assert far[0] < 25, f"20 % of strength changed the canvas by {far[0]:.0f}"
    assert far[0] < far[1]


@pytest.mark.parametrize("kind", ["fill", "add"])
def test_what_is_selected_is_painted_and_the_rest_stays_to_the_byte(painter, photograph, kind):
    painter.document(256, 256)
    painter.run(f"select{SQUARE}")
    before = painter.pixels()
    (name,) = painter.results(kind, "a dragon in the desert at night", grow=GROW, feather=FEATHER)
    painter.apply(name)
    after = painter.pixels()
    changed = (before != after).any(axis=2)
    assert not (changed & ~inside(after.shape, SQUARE, GROW + FEATHER)).any()
    assert changed[inside(after.shape, SQUARE, -FEATHER)].mean() > 0.9
    photograph(f"selection-{kind}")

    # the model's own picture, pasted in with hard edges, is what a seam would look like
    x, y, width, height = painter.run("""
        bounds = entries()[-1].bounds
        value = [bounds.x, bounds.y, bounds.width, bounds.height]
    """)
    from PIL import Image

    result = np.asarray(Image.fromarray(painter.picture(name)).resize((width, height)))
    pasted = before.copy()
    area = inside(after.shape, SQUARE)
    pasted[area] = result[area[y : y + height, x : x + width]] if result.shape[:2] == area.shape else _cut(result, x, y)
    within = steps(after)[inside(after.shape, SQUARE, -FEATHER)]
    blended, seam = along_edge(after, SQUARE), along_edge(pasted, SQUARE)
    assert blended < 1.5 * within.mean() + 1, f"{blended:.1f} across the edge, {within.mean():.1f} inside"
    assert blended < seam / 2, f"{blended:.1f} across the edge, {seam:.1f} where it is pasted"


def _cut(result, x, y):
    left, top, width, height = SQUARE
    return result[top - y : top - y + height, left - x : left - x + width].reshape(-1, 4)


def test_what_is_removed_is_gone_and_its_surroundings_go_on(painter):
    picture = landscape(256, 256)
    picture[110:150, 110:150] = 200, 20, 20, 255
    painter.document(256, 256, data=picture[..., [2, 1, 0, 3]].tobytes())
    painter.run("select(104, 104, 52, 52)")
    (name,) = painter.results("remove")
    painter.apply(name)
    after, calm = painter.pixels().astype(int), landscape(256, 256).astype(int)
    there = np.s_[112:148, 112:148, :3]
    assert np.abs(after[there] - calm[there]).mean() < np.abs(picture[there].astype(int) - calm[there]).mean() / 2
    assert np.array_equal(after[:80], picture[:80])


def test_a_new_background_leaves_what_is_selected_as_it_was(painter):
    painter.document(256, 256)
    painter.run(f"select{SQUARE}")
    before = painter.pixels()
    (name,) = painter.results("background", "a forest in the snow", grow=GROW, feather=FEATHER)
    painter.apply(name)
    changed = (before != painter.pixels()).any(axis=2)
    assert not changed[inside(before.shape, SQUARE, -(GROW + FEATHER))].any()
    assert changed[~inside(before.shape, SQUARE, FEATHER)].mean() > 0.9


def test_a_canvas_that_is_expanded_keeps_what_it_showed(painter, photograph):
    painter.document(256, 192)
    before = painter.state()
    old = painter.pixels()
    painter.run("""
        for box, value in zip(current().controls.margins, (0, 32, 64, 0)):
            box.setValue(value)
    """)
    (name,) = painter.results("expand", "a meadow at day", grow=GROW, feather=FEATHER)
    painter.apply(name)
    after = painter.pixels()
    assert after.shape == (224, 320, 4)
    assert (after[..., 3] == 255).all()
    kept = GROW + 2 * FEATHER
    assert np.array_equal(after[32 + kept :, : 256 - kept], old[kept:, : 256 - kept])
    seam = steps(after)[32:, 254:259].mean(axis=0)
    assert seam.max() < 2 * steps(after)[32:, 240:272].mean() + 1, f"steps of {seam.round()} where the canvas ended"
    photograph("expanded")
    painter.undo()
    painter.undo()
    painter.becomes(before)


def test_the_style_of_the_active_layer_goes_with_the_request(painter):
    painter.document()
    (plain,) = painter.results("generate", "a castle at night")
    painter.run("current().controls.from_layer.setChecked(True)")
    try:
        (styled,) = painter.results("generate", "a castle at night")
    finally:
        painter.run("current().controls.from_layer.setChecked(False)")
    assert json.loads(painter.run("value = entries()[-1].recipe"))["request"]["style_image"]
    assert np.abs(painter.picture(styled).astype(int) - painter.picture(plain)).mean() > 2


def test_a_result_is_laid_above_the_active_layer_within_its_group(painter):
    painter.document()
    painter.run("""
        group = active().createGroupLayer("group")
        active().rootNode().addChildNode(group, None)
        for name in ("lower", "upper"):
            group.addChildNode(active().createNode(name, "paintlayer"), None)
        mask = active().createNode("mask", "transparencymask")
        group.childNodes()[0].addChildNode(mask, None)
        active().waitForDone()
        active().setActiveNode(mask)
    """)
    painter.until("value = active().activeNode() == mask")
    before = painter.state()
    (name,) = painter.results("generate", "a lake at day")
    painter.apply(name)
    inside = painter.run("value = [node.name() for node in active().topLevelNodes()[1].childNodes()]")
    assert inside == ["lower", "Studiolo: a lake at day", "upper"]
    painter.undo()
    painter.becomes(before)


def test_variations_are_like_the_chosen_result_and_none_like_the_other(painter):
    painter.document(256, 256)
    (first,) = painter.results("generate", "a castle in the desert at night", style="none")
    painter.run(f"current().results.choose({first!r})")
    chosen, canvas = painter.picture(first).astype(int), painter.pixels().astype(int)
    names = painter.results("variations", "a castle in the desert at night", style="none", seed=None, batch=2)
    pictures = [painter.picture(name).astype(int) for name in names]
    assert len(pictures) == 2
    assert np.abs(pictures[0] - pictures[1]).mean() > 1
    for picture in pictures:
        assert 1 < np.abs(picture - chosen).mean() < np.abs(picture - canvas).mean()


def test_an_enlarged_picture_is_a_document_of_its_own(painter):
    painter.document(128, 96)
    before, small = painter.state(), painter.pixels().astype(int)
    (name,) = painter.results("upscale", mode="upscale")
    painter.run(f"current().apply({name!r})")
    painter.until("value = active() is not None and active().width() == 256")
    large = painter.pixels().astype(int)
    assert large.shape == (192, 256, 4)
    assert np.abs(large.reshape(96, 2, 128, 2, 4).mean(axis=(1, 3)) - small)[..., :3].mean() < 4
    painter.run("active().setModified(False); active().close()")
    painter.until("value = active() is not None and active().width() == 128")
    assert painter.state() == before


def test_a_texture_is_a_group_of_its_maps_and_is_seen_tiled(painter, photograph):
    painter.document(256, 256)
    before = painter.state()
    names = painter.results("texture", "mossy cobblestone", mode="texture")
    painter.run("current().results.step(1)")
    painter.until(
        "value = current().stage.isVisible() and current().stage.tiled and current().stage._image is not None"
    )
    photograph("texture")
    seen = painter.run("""
        image = current().stage.grab().toImage().convertToFormat(QtGui.QImage.Format_ARGB32)
        pixels = bytes(image.constBits().asarray(image.byteCount()))
        value = [image.width(), image.height(), b64encode(pixels).decode()]
    """)
    width, height = seen[:2]
    stage = np.frombuffer(b64decode(seen[2]), np.uint8).reshape(height, width, 4)[..., :3].astype(int)
    side = min(width, height)
    left, top, tile = (width - side) // 2, (height - side) // 2, side // 3
    tiles = [stage[top + tile * n :, left + tile * n :][:tile, :tile] for n in range(3)]
    shifted = stage[top + tile // 2 :, left + tile // 2 :][:tile, :tile]
    assert max(np.abs(tiles[0] - tiles[n]).mean() for n in (1, 2)) < np.abs(tiles[0] - shifted).mean() / 3
    assert len(names) >= 6
    painter.apply(painter.run("value = current().results.current"))
    group = painter.run("value = described(active().topLevelNodes()[-1])")
    assert group[1] == "grouplayer"
    maps = {layer[0]: layer[2] for layer in group[6]}
    assert {"basecolor", "normal", "roughness", "metallic", "height"} <= set(maps)
    assert [name for name, seen in maps.items() if seen] == ["basecolor"]
    base = painter.run("value = [one.id for one in entries()[-1].pictures if one.part == 'basecolor'][0]")
    assert np.array_equal(painter.pixels(), painter.picture(base))
    painter.undo()
    painter.becomes(before)
