"""A picture of millions of pieces is refused before anybody goes through them."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from studiolo.media import pieces
from studiolo.media.pictures import decode, measure
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import Picture

JPEG = b"\xff\xd8"
COMMENT = b"\xff\xfe\x00\x02"


def photograph(**options: object) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((200, 120), 60).save(file, "JPEG", **options)
    return file.getvalue()


def png(chunks: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + (struct.pack(">I", 1) + b"gAMA" + bytes(5)) * chunks


def webp(chunks: int) -> bytes:
    return b"RIFF" + bytes(4) + b"WEBP" + (b"EXIF" + struct.pack("<I", 1) + bytes(2)) * chunks


@pytest.mark.parametrize("make", [png, webp, lambda count: JPEG + COMMENT * count], ids=["png", "webp", "jpeg"])
def test_pieces_are_counted(make) -> None:
    pieces.check(make(pieces.MOST))
    with pytest.raises(ValueError, match="pieces"):
        pieces.check(make(pieces.MOST + 1))


def test_fillers_that_each_are_read_alone_are_pieces() -> None:
    with pytest.raises(ValueError, match="no picture"):
        pieces.check(JPEG + b"\xff" * (pieces.MOST + 10))
    with pytest.raises(ValueError, match="pieces"):
        pieces.check(JPEG + b"\xff" * (pieces.MOST + 10) + COMMENT)


@pytest.mark.parametrize("progressive", [False, True])
def test_scans_are_counted_and_what_lies_behind_the_picture_is_not(progressive: bool) -> None:
    whole = photograph(progressive=progressive)
    pieces.check(whole + b"\xff\xda" * 10_000)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    with pytest.raises(ValueError, match="scans"):
        pieces.check(whole[:-2] + last * pieces.MOST_SCANS + b"\xff\xd9")


def test_a_picture_of_too_many_pieces_is_a_sentence() -> None:
    for data, kind in ((png(pieces.MOST + 1), "png"), (JPEG + COMMENT * (pieces.MOST + 1), "jpeg")):
        for reader in (
            measure,
            lambda data, kind=kind: decode(data, Picture(sha256="", width=4, height=4, format=kind)),
        ):
            with pytest.raises(StudioloError, match=f"more than {pieces.MOST} pieces") as caught:
                reader(data)
            assert caught.value.problem.code == "bad_picture"


def test_a_photograph_with_more_behind_it_as_phones_make_it_is_a_jpeg() -> None:
    file = io.BytesIO()
    first, second = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (20, 15), "blue")
    first.save(file, "MPO", save_all=True, append_images=[second])
    picture = measure(file.getvalue())
    assert (picture.width, picture.height, picture.format) == (40, 30, "jpeg")
    assert decode(file.getvalue(), picture)[5, 5, 0] > 250
