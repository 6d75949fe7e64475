"""The jobs on their way, as they are told, and what is asked for them."""

import pytest

from studiolo_client.background import Report
from studiolo_krita.geometry import Bounds
from studiolo_krita.link import Line
from studiolo_krita.pending import Pending
from studiolo_krita.qt import QtCore, QtWidgets
from studiolo_krita.queue_list import QueueList, state_of


def line(key, state="queued", kind="generate", prompt="a castle", **more):
    pending = Pending(key, f"job {key}", "document", "", prompt, kind, Bounds(0, 0, 8, 8), 0.0)
    return Line(pending, Report(key, f"job {key}", state, **more))


@pytest.fixture
def queue(application):
    made = QueueList()
    made.show()
    yield made
    made.deleteLater()


@pytest.fixture
def told(queue):
    kept = {"cancel": [], "earlier": [], "cancel_all": [], "bring_here": []}
    for name, values in kept.items():
        getattr(queue, name).connect(lambda *what, values=values: values.append(what[0] if what else True))
    return kept


@pytest.fixture
def show(queue):
    """Shows lines, and has Qt take away the widgets that have served."""

    def now(*lines):
        queue.show_lines(lines)
        loop = QtCore.QEventLoop()
        QtCore.QTimer.singleShot(0, loop.quit)
        loop.exec()

    return now


def texts(queue):
    return [label.text() for label in queue.findChildren(QtWidgets.QLabel)]


def buttons(queue, name):
    return queue.findChildren(QtWidgets.QToolButton, name)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"state": "sending"}, "Sending"),
        ({"state": "queued", "position": 2}, "Waits; 2 before it"),
        ({"state": "queued"}, "Waits"),
        ({"state": "running"}, "Running"),
        ({"state": "running", "stage": "load", "done": 1, "total": 3}, "Loading the model"),
        ({"state": "running", "stage": "steps", "done": 5, "total": 16}, "5 of 16"),
        ({"state": "done"}, "Done"),
        ({"state": "failed"}, "Failed"),
        ({"state": "cancelled"}, "Stopped"),
        ({"state": "homeless"}, "Finished; its document is not open"),
    ],
)
def test_states_in_words(told, words):
    assert state_of(Report("key", "job", **told)) == words


def test_each_job_has_its_line(queue, show):
    show(line("a", "running", done=5, total=16), line("b", position=0, kind="background", prompt="b" * 60))
    assert texts(queue) == ["Generate: a castle — 5 of 16", f"Replace background: {'b' * 40} — Waits; 0 before it"]
    assert queue.isVisible()
    show()
    assert texts(queue) == []
    assert not queue.isVisible()


def test_states_change_in_place(queue, show):
    show(line("a", "sending"), line("b"))
    before = queue.findChildren(QtWidgets.QLabel)
    show(line("a", "running"), line("b", position=0))
    assert queue.findChildren(QtWidgets.QLabel) == before
    assert texts(queue) == ["Generate: a castle — Running", "Generate: a castle — Waits; 0 before it"]


def test_lines_follow_the_order_that_is_told(queue, show):
    show(line("a", prompt="one"), line("b", prompt="two"))
    show(line("b", prompt="two"), line("a", prompt="one"))
    assert [text.split(" — ")[0] for text in texts(queue)] == ["Generate: two", "Generate: one"]


def test_each_line_s_buttons_are_about_its_job(queue, show, told):
    show(line("a"), line("b"), line("c"))
    buttons(queue, "cancel")[1].click()
    buttons(queue, "earlier")[2].click()
    assert told == {"cancel": ["b"], "earlier": ["c"], "cancel_all": [], "bring_here": []}


def test_all_can_be_cancelled_where_there_are_several(queue, show, told):
    show(line("a"))
    assert not buttons(queue, "cancel_all")
    show(line("a"), line("b"))
    buttons(queue, "cancel_all")[0].click()
    assert told["cancel_all"] == [True]


def test_what_has_lost_its_document_can_be_brought_here(queue, show, told):
    show(line("a"))
    assert not buttons(queue, "bring_here")
    show(line("a", "homeless"))
    assert not buttons(queue, "cancel"), "there is nothing to cancel any more"
    buttons(queue, "bring_here")[0].click()
    assert told["bring_here"] == [True]
