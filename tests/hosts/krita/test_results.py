"""Results: looked at, applied, undone, thrown away; and that nothing touches the document before it is applied."""

import numpy as np


def test_a_result_touches_nothing_until_it_is_applied_and_is_one_step_to_undo(painter, photograph):
    painter.document(256, 256)
    before = painter.state()
    (picture,) = painter.results("generate", "a castle in the meadow at sunset", style="none")
    assert painter.state() == before

    painter.run(f"current().results.choose({picture!r})")
    painter.until("value = current().overlay.showing and current().overlay.isVisible()")
    assert painter.state() == before
    photograph("result-over-the-canvas")

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
