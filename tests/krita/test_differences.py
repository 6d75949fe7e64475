"""What another wording takes and adds."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from studiolo_krita.differences import Piece, diff

texts = st.text() | st.lists(st.sampled_from(["a", "castle", "old", ",", "in", "fog", " ", "  ", "\n"])).map(" ".join)


@given(texts, texts)
def test_the_pieces_rebuild_both_texts(before, after):
    pieces = diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert all(piece.text for piece in pieces)
    assert all(left.kind != right.kind for left, right in pairwise(pieces))


def test_words_are_compared_whole():
    assert diff("a castle in fog", "an old castle in dense fog, at night") == [
        Piece("removed", "a"),
        Piece("added", "an old"),
        Piece("same", " castle in "),
        Piece("added", "dense "),
        Piece("same", "fog"),
        Piece("added", ", at night"),
    ]


def test_neighbouring_changes_are_one():
    assert diff("the big red house", "the small blue house") == [
        Piece("same", "the "),
        Piece("removed", "big red"),
        Piece("added", "small blue"),
        Piece("same", " house"),
    ]


def test_the_same_text_is_one_piece():
    assert diff("a castle", "a castle") == [Piece("same", "a castle")]
    assert diff("", "") == []
    assert diff("", "new") == [Piece("added", "new")]
