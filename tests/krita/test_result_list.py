"""The list of results by real clicks: what it shows of a history and of running jobs, and what it says was wanted."""

import pytest

from studiolo_krita.geometry import Bounds
from studiolo_krita.history import Entry, History, Picture
from studiolo_krita.qt import QtCore, QtGui, QtWidgets
from studiolo_krita.result_list import ROLE, SIDE, ResultList
from tests.krita.painting import numbers, picture

SIGNALS = ("chosen", "apply", "discard", "compare", "why", "recipe", "use_again")


def entry(name, prompt, kind="generate", parts=("",), applied=()):
    pictures = tuple(
        Picture(f"{name}-{n}", 64, 48, 100, seed=7 + n, part=part, applied=n in applied) for n, part in enumerate(parts)
    )
    return Entry(name, f"job of {name}", prompt, kind, Bounds(0, 0, 64, 48), 0.0, pictures)


HISTORY = History(
    (
        entry("a", "a castle", parts=("", ""), applied=(1,)),
        entry("b", "a ruin"),
        entry("c", "a castle", "fill"),
        entry("t", "moss", "texture", parts=("preview", "basecolor", "normal")),
    )
)
JOBS = (("job1", "a tree", "Running"), ("job2", "a bush", "Waits; 1 before it"))


def tint(red):
    return picture([[(0, 0, red)] * 4] * 4)


@pytest.fixture
def results():
    made = ResultList()
    made.resize(320, 400)
    made.show()
    yield made
    made.deleteLater()


@pytest.fixture
def told(results):
    """What the list has said, by signal."""
    kept = {name: [] for name in SIGNALS}
    for name, values in kept.items():
        getattr(results, name).connect(values.append)
    return kept


def show(results, history=HISTORY, jobs=JOBS, thumbnail=lambda one: tint(200)):
    results.show_all(history, thumbnail, jobs)


def items(results):
    return [results.list.item(number) for number in range(results.list.count())]


def keys(results):
    return [item.data(ROLE) or item.data(ROLE + 1) or f"# {item.text()}" for item in items(results)]


def click(results, picture, kind="click"):
    item = next(item for item in items(results) if picture in (item.data(ROLE), item.data(ROLE + 1)))
    results.list.scrollToItem(item)
    place = QtCore.QPointF(results.list.visualItemRect(item).center())
    port = results.list.viewport()
    button = QtCore.Qt.MouseButton.LeftButton
    types = QtCore.QEvent.Type
    sequence = [types.MouseButtonPress, types.MouseButtonRelease]
    if kind == "double":
        sequence += [types.MouseButtonDblClick, types.MouseButtonRelease]
    for one in sequence:
        held = button if one != types.MouseButtonRelease else QtCore.Qt.MouseButton.NoButton
        over = QtCore.QPointF(port.mapToGlobal(place.toPoint()))
        event = QtGui.QMouseEvent(one, place, over, button, held, QtCore.Qt.KeyboardModifier.NoModifier)
        QtWidgets.QApplication.sendEvent(port, event)


def red(item):
    """Of the colour in the middle of an item's icon; 0 where nothing is there to be seen."""
    image = item.icon().pixmap(SIDE, SIDE).toImage()
    return image.pixelColor(image.width() // 2, image.height() // 2).red() if not image.isNull() else 0


# ---- what is shown


def test_jobs_come_first_then_results_by_prompt_the_newest_first(results):
    show(results)
    assert keys(results) == [
        "job1", "job2",
        "# moss", "t-1",
        "# a castle", "c-0", "a-0", "a-1",
        "# a ruin", "b-0",
    ]  # fmt: skip


def test_of_a_texture_the_base_colour_stands_for_all(results):
    show(results)
    assert {"t-0", "t-2"}.isdisjoint(keys(results))


def test_each_says_what_it_is(results):
    show(results)
    by_key = dict(zip(keys(results), items(results), strict=True))
    assert by_key["job2"].text() == "Waits; 1 before it"
    assert by_key["a-1"].text() == "applied"
    assert by_key["a-0"].text() == ""
    assert by_key["a-1"].toolTip() == "a castle\nSeed 8\n64 × 48"
    assert by_key["job1"].toolTip() == "a tree"


def test_an_empty_list_says_how_to_begin(results):
    def hint():
        return next(label for label in results.findChildren(QtWidgets.QLabel) if "press Generate" in label.text())

    show(results, History(), ())
    assert hint().isVisible()
    show(results)
    assert not hint().isVisible()
    results.clear()
    assert hint().isVisible()
    assert results.list.count() == 0


def test_a_long_prompt_is_cut_in_its_headline(results):
    show(results, History((entry("a", "a castle " * 20),)), ())
    headline = items(results)[0]
    assert len(headline.text()) == 60
    assert headline.toolTip() == "a castle " * 20


def test_states_change_in_place(results):
    show(results)
    before = items(results)
    show(results, jobs=(("job1", "a tree", "5 of 16"), ("job2", "a bush", "Waits; 0 before it")))
    assert items(results) == before
    assert [item.text() for item in before[:2]] == ["5 of 16", "Waits; 0 before it"]


# ---- pictures


def test_thumbnails_are_seen_and_come_later_too(results):
    show(results, thumbnail=lambda one: tint(90) if one.id == "b-0" else None)
    found = dict(zip(keys(results), items(results), strict=True))
    assert [red(found[key]) for key in ("b-0", "c-0")] == [90, 0]
    show(results, thumbnail=lambda one: tint(180 if one.id == "c-0" else 90))
    found = dict(zip(keys(results), items(results), strict=True))
    assert [red(found[key]) for key in ("b-0", "c-0")] == [90, 180]


def test_an_icon_is_the_picture_in_a_square_uncut(results):
    wide = picture([[(0, 0, 200)] * 64] * 32)
    show(results, thumbnail=lambda one: wide)
    icon = items(results)[-1].icon().pixmap(SIDE, SIDE).toImage().convertToFormat(wide.format())
    seen = numbers(icon)[..., 3] > 127
    assert seen.any(axis=0).all(), "from side to side"
    assert abs(int(seen.any(axis=1).sum()) - icon.height() // 2) <= 1, "half as high as wide"


def test_a_job_is_seen_as_far_as_it_is(results):
    show(results)
    results.show_preview("job2", tint(66))
    results.show_preview("unknown", tint(99))
    assert [red(item) for item in items(results)[:2]] == [0, 66]
    show(results, jobs=JOBS[::-1])
    assert [red(item) for item in items(results)[:2]] == [66, 0]
    results.clear()
    show(results)
    assert red(items(results)[1]) == 66, "it comes with the list that is built anew"


# ---- what is wanted


def test_a_click_chooses_a_result_and_shows_it(results, told):
    show(results)
    click(results, "c-0")
    assert results.current == "c-0"
    assert set(told["chosen"]) == {"c-0"}
    assert not told["apply"]
    click(results, "a-1")
    assert set(told["chosen"]) == {"c-0", "a-1"}, "what was shown is not taken away in between"


def test_keys_choose_too(results, told):
    show(results)
    click(results, "c-0")
    for kind in (QtCore.QEvent.Type.KeyPress, QtCore.QEvent.Type.KeyRelease):
        key = QtGui.QKeyEvent(kind, QtCore.Qt.Key.Key_Right, QtCore.Qt.KeyboardModifier.NoModifier)
        QtWidgets.QApplication.sendEvent(results.list, key)
    assert told["chosen"][-1] == results.current == "a-0"


def test_a_second_click_shows_it_again(results, told):
    show(results)
    click(results, "c-0")
    told["chosen"].clear()
    click(results, "c-0")
    assert told["chosen"] == ["c-0"]


def test_a_double_click_applies(results, told):
    show(results)
    click(results, "b-0", "double")
    assert told["apply"] == ["b-0"]


def test_a_job_cannot_be_chosen(results, told):
    show(results)
    click(results, "job1")
    click(results, "job1", "double")
    assert results.current == ""
    assert not told["apply"]


def test_buttons_tell_of_the_chosen_one_and_of_nothing_without_one(results, told):
    show(results)
    menu = results.findChild(QtWidgets.QMenu)

    def press_all():
        for name in ("apply", "discard"):
            results.findChild(QtWidgets.QToolButton, name).click()
        for action in menu.actions():
            action.trigger()

    press_all()
    assert not any(told[name] for name in ("apply", "discard", "why", "recipe", "use_again"))
    results.choose("a-1")
    press_all()
    assert all(told[name] == ["a-1"] for name in ("apply", "discard", "why", "recipe", "use_again"))


def test_compare_lasts_as_long_as_the_button_is_held(results, told):
    compare = results.findChild(QtWidgets.QToolButton, "compare")
    compare.pressed.emit()
    compare.released.emit()
    assert told["compare"] == [True, False]


def test_steps_go_round_and_pass_over_headlines_and_jobs(results, told):
    show(results)
    seen = []
    for _ in range(6):
        results.step(1)
        seen.append(results.current)
    assert seen == ["t-1", "c-0", "a-0", "a-1", "b-0", "t-1"]
    results.step(-1)
    assert results.current == "b-0"
    assert told["chosen"][-1] == "b-0"


def test_there_is_nothing_to_step_to(results, told):
    show(results, History())
    results.step(1)
    assert results.current == ""
    assert not told["chosen"]


def test_what_is_not_there_is_not_chosen(results):
    show(results)
    results.choose("a-0")
    results.choose("no such picture")
    assert results.current == "a-0"
