"""A canvas of 4096 × 4096 pixels: works as any other does, and what Krita's GUI thread had to wait is written down."""

import json
import time
from base64 import b64decode

import numpy as np
import pytest

from tests.hosts.krita.conftest import ARTEFACTS

SIDE = 4096
SQUARE = 1800, 1700, 600, 500


@pytest.fixture
def large(painter):
    """A large document of one colour, with a disc in it."""
    painter.document(64, 64)
    painter.run(f"""
        side = {SIDE}
        image = QtGui.QImage(side, side, QtGui.QImage.Format_ARGB32)
        image.fill(QtGui.QColor(90, 140, 190))
        brush = QtGui.QPainter(image)
        brush.setBrush(QtGui.QColor(240, 220, 120))
        brush.drawEllipse(400, 400, 900, 900)
        brush.end()
        bits = image.constBits()
        bits.setsize(image.byteCount())
        document = KRITA.createDocument(side, side, "Large", "RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc", 72.0)
        document.topLevelNodes()[0].setPixelData(QtCore.QByteArray(bytes(bits)), 0, 0, side, side)
        document.refreshProjection()
        small = active()
        KRITA.activeWindow().addView(document)
        document.waitForDone()
        small.setModified(False)
        small.close()
    """)
    painter.until(f"value = active() is not None and active().width() == {SIDE}")
    yield painter
    painter.run("document = small = image = None; close_all()")


def test_a_large_canvas_is_painted_and_painted_in(large):
    gaps = {}

    def measured(step, act):
        large.run("GAPS.start()")
        outcome = act()
        gaps[step] = [round(gap, 1) for gap in large.run("value = GAPS.stop()")]
        return outcome

    measured("nothing", lambda: time.sleep(2))
    before = large.state()
    (whole,) = measured("refine", lambda: large.results("refine", "a lake at sunset", strength=60))
    assert large.state() == before
    measured("apply", lambda: large.apply(whole))
    assert changes(large).mean() > 0.9
    large.undo()
    large.becomes(before)

    large.run(f"select{SQUARE}")
    before = large.state()
    measured("nothing, with a selection", lambda: time.sleep(2))
    (part,) = measured("fill", lambda: large.results("fill", "a castle at night"))
    assert large.state() == before
    measured("apply what is filled", lambda: large.apply(part))
    changed = changes(large)
    x, y, width, height = SQUARE
    inside = np.zeros(changed.shape, bool)
    inside[(y - 16) // 4 : (y + height + 16) // 4, (x - 16) // 4 : (x + width + 16) // 4] = True
    assert changed[inside].mean() > 0.9
    assert not changed[~inside].any()
    large.undo()
    large.becomes(before)

    ARTEFACTS.mkdir(exist_ok=True)
    (ARTEFACTS / "gaps-4096.json").write_text(json.dumps(gaps, indent=1))
    print("The longest gaps of the GUI thread in ms:", gaps)


def changes(painter):
    """Which of every sixteenth pixel differs from what was painted there at first."""
    data = painter.run(f"""
        now = active().pixelData(0, 0, {SIDE}, {SIDE})
        seen = QtGui.QImage(bytes(now), {SIDE}, {SIDE}, QtGui.QImage.Format_ARGB32)
        pairs = (one.scaled({SIDE // 4}, {SIDE // 4}) for one in (seen, image))
        value = [b64encode(bytes(memoryview(one.constBits().asarray(one.byteCount())))).decode() for one in pairs]
    """)
    now, first = (np.frombuffer(b64decode(one), np.uint8).reshape(SIDE // 4, SIDE // 4, 4) for one in data)
    return (now != first).any(axis=2)
