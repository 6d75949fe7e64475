"""What several steps left behind, told as one."""

from studiolo_blender.task import Made


def test_what_two_left_behind_is_what_both_did():
    both = Made(images=("a",), notes=("first",)).joined(Made(images=("b",), objects=("c",), notes=("second",)))
    assert both == Made(images=("a", "b"), objects=("c",), notes=("first", "second"))
