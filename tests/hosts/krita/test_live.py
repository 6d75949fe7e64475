"""Live: the preview follows the brush, one picture at a time, and rests when nobody looks."""

import time

import pytest


@pytest.fixture
def live(painter):
    """Live in a document that is on the screen as a whole; stopped in the end."""
    painter.document(256, 256)
    painter.set("a castle at sunset", mode="live", strength=60)
    painter.run("""
        previews, under_way, docker = [], [], current()
        keep = lambda image, bounds: previews.append(image.copy())
        count = lambda report: under_way.append(len(docker.work._live))
        docker.live.came.connect(keep)
        docker.work.link.reported.connect(count)
    """)
    painter.ask("live")
    painter.until("value = len(previews) > 0")
    yield painter
    painter.run("""
        if docker.live.running:
            docker.toggle_live()
        docker.setVisible(True)
        docker.live.came.disconnect(keep)
        docker.work.link.reported.disconnect(count)
    """)


def stroke(painter, start, end):
    """A stroke of the brush, with the mouse."""
    first, last = painter.on_screen([start, end])
    painter.press("mousemove", *map(str, first), "mousedown", "1")
    for share in range(1, 9):
        far = (round(a + (b - a) * share / 8) for a, b in zip(first, last, strict=True))
        painter.press("mousemove", *map(str, far), "sleep", "0.02")
    painter.press("mouseup", "1")


def at_rest(painter):
    """Waits until nothing is read or sent any more; the end of a stroke is looked at a little later."""
    time.sleep(0.5)
    painter.until("value = not docker.work._live and not docker.live._timer.isActive() and not docker.live._in_flight")


def test_the_preview_follows_a_stroke_and_a_layer_is_made_of_it(live, photograph):
    live.run("act('KritaShape/KisToolBrush'); KRITA.activeWindow().activeView().setBrushSize(60)")
    stroke(live, (40, 128), (216, 128))
    live.until("value = previews[-1] != previews[0]")
    at_rest(live)
    photograph("live")
    assert live.run("value = max(under_way)") == 1

    # the last preview is of the canvas as it is: when all is painted anew it is the same
    live.run("seen = len(previews); docker.controls.changed.emit()")
    live.until("value = len(previews) > seen")
    assert live.run("value = previews[-1] == previews[-2]")

    painted = live.state()
    live.run("docker.apply_live()")
    live.until("value = len(active().topLevelNodes()) == 2")
    live.undo()
    live.becomes(painted)


def test_nothing_is_sent_while_nothing_changes_nor_when_the_docker_is_hidden(live):
    at_rest(live)
    seen = live.run("value = len(previews)")
    live.press("mousemove", *map(str, live.on_screen([(30, 30)])[0]), "key", "shift")
    at_rest(live)
    assert live.run("value = len(previews)") == seen
    live.run("docker.setVisible(False)")
    assert not live.run("value = docker.live.running")
    live.run("act('KritaShape/KisToolBrush')")
    stroke(live, (60, 60), (90, 90))
    live.until("value = not docker.work._live")
    assert live.run("value = len(previews)") == seen
