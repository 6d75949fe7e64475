"""Results: looked at, applied, undone, thrown away; and that nothing touches the document before it is applied."""

import json

import numpy as np

from tests.hosts.krita.painter import SRGB, landscape


def looks_like(painter, one, other):
    """Whether what is on the screen is one picture rather than another, soon."""
    places = [(x, y) for x in range(20, 240, 40) for y in range(20, 240, 40)]
    for _ in range(20):
        seen = painter.screen(places)
        far = [np.abs(seen - [picture[y, x, :3].astype(int) for x, y in places]).mean() for picture in (one, other)]
        if far[0] < 8 < far[1]:
            return True
    return False


def test_a_result_touches_nothing_until_it_is_applied_and_is_one_step_to_undo(painter, photograph):
    painter.document(256, 256)
    before = painter.state()
    (picture,) = painter.results("generate", "a castle in the meadow at sunset", style="none")
    assert painter.state() == before

    painter.run(f"current().results.choose({picture!r})")
    painter.until("value = current().overlay.showing and current().overlay.isVisible()")
    assert looks_like(painter, painter.picture(picture), painter.pixels())
    photograph("result-over-the-canvas")
    painter.run("act('studiolo_compare')")
    assert looks_like(painter, painter.pixels(), painter.picture(picture))
    assert painter.state() == before

    painter.apply(picture)
    applied = painter.state()
    assert painter.layers()[1:] == ["Studiolo: a castle in the meadow at sunset"]
    assert np.array_equal(painter.pixels(1), painter.picture(picture))
    assert np.array_equal(painter.pixels(), painter.picture(picture))
    photograph("applied")

    painter.undo()
    painter.becomes(before)
    painter.redo()
    painter.becomes(applied)


def test_a_discarded_result_is_gone_from_the_list_and_from_the_document(painter):
    painter.document()
    first, second = painter.results("generate", "a dragon at night", batch=2)
    before = painter.state()
    kept = painter.run("value = list(active().annotationTypes())")
    painter.run(f"current().results.choose({first!r}); current().discard()")
    assert painter.run("value = [one.id for entry in entries() for one in entry.pictures]") == [second]
    gone = set(kept) - set(painter.run("value = list(active().annotationTypes())"))
    assert gone == {f"studiolo/{first}.png", f"studiolo/{first}.small"}
    assert painter.state() == before
    assert not painter.run("value = current().overlay.showing")


def test_two_documents_at_once_each_get_their_own_result(painter):
    painter.document()
    painter.run("first = active()")
    painter.set("a castle at night")
    painter.ask("generate")
    painter.another(192, 256, "RGBA", "U8", SRGB, landscape(192, 256).tobytes())
    painter.run("second = active()")
    painter.set("a lake at day")
    painter.ask("generate")
    painter.until("value = len(entries(first)) == 1 and len(entries(second)) == 1")
    assert painter.run("value = [entries(first)[0].prompt, entries(second)[0].prompt]") == [
        "a castle at night", "a lake at day",
    ]  # fmt: skip
    painter.run("bring_to_front(first)")
    painter.until("value = active() == first and len(entries()) == 1 and entries()[0].prompt == 'a castle at night'")
    painter.run("current().results.step(1); current().apply()")
    assert painter.layers()[1:] == ["Studiolo: a castle at night"]
    assert painter.run("value = len(second.topLevelNodes())") == 1


def test_the_recipe_says_how_a_result_came_to_be_and_makes_it_again(painter, photograph):
    painter.document()
    (name,) = painter.results("generate", "a castle at sunset", seed=11)
    painter.run(f"current().results.choose({name!r}); current().copy_recipe({name!r})")
    recipe = json.loads(painter.run("value = QtWidgets.QApplication.clipboard().text()"))
    assert (recipe["request"]["prompt"], recipe["request"]["seed"], recipe["model"]) == (
        "a castle at sunset", 11, "starter-picture",
    )  # fmt: skip

    painter.run(f"current().why({name!r})")
    box = "current().findChild(QtWidgets.QMessageBox, 'why_box')"
    painter.until(f"value = {box} is not None and {box}.isVisible()")
    photograph("why")
    assert "starter-picture" in painter.run(f"value = {box}.text()")
    painter.run(f"{box}.close()")

    before = painter.picture(name)
    painter.set("something else", seed=None)
    painter.run(f"current().use_again({name!r})")
    seen = painter.run("value = [entry.id for entry in entries()]")
    painter.ask("generate")
    (again,) = painter.arrival(seen)
    assert np.array_equal(painter.picture(again), before)


def test_every_action_is_in_kritas_shortcut_editor_and_works_by_a_key(painter):
    names = painter.run("""
        from studiolo_krita.actions import ACTIONS
        value = [action.name for action in ACTIONS]
    """)
    missing = painter.run(f"value = [name for name in {names!r} if KRITA.action(name) is None]")
    assert missing == []
    listed = (painter.program.data / "actions/studiolo_krita.action").read_text("utf-8")
    assert [name for name in names if f'name="{name}"' not in listed] == []

    painter.document()
    painter.set("a lake at day")
    painter.run("KRITA.action('studiolo_generate').setShortcut('F9')")
    painter.activate()
    painter.press("key", "F9")
    painter.arrival([])


def test_two_windows_have_a_docker_each_and_share_the_work(painter):
    painter.document()
    painter.run("""
        first = current()
        second_window = KRITA.openWindow()
    """)
    painter.until("""
        dockers = [d for w in KRITA.windows() for d in w.qwindow().findChildren(QtWidgets.QDockWidget) if d.objectName() == 'studiolo']
        value = len(dockers) == 2
    """)
    assert painter.run("value = dockers[0] is not dockers[1] and dockers[0].work is dockers[1].work")
    assert painter.run("value = all(d.work.connection.connected and not d._begin.isVisible() for d in dockers)")
    painter.run("second_window.qwindow().close()")
    painter.until("value = len(KRITA.windows()) == 1 and current() is first")
    painter.results("generate", "a lake at day")
