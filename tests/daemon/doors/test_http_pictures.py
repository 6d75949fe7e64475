"""Pictures as they come over HTTP: what their headers say, and what is no picture."""

import base64
import io

import pytest
from PIL import Image

from studiolo_daemon.doors.foreign import Refused
from studiolo_daemon.doors.http_pictures import has_alpha, keep, measure
from studiolo_daemon.kept.blobs import Blobs


def packed(kind, mode="RGB", size=(40, 24), **more):
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **more)
    return file.getvalue()


@pytest.fixture
def blobs(tmp_path):
    return Blobs(tmp_path / "blobs", 2**20)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_header_says_how_large_a_picture_is(kind):
    picture = measure("image", packed(kind))
    assert (picture.width, picture.height, picture.format) == (40, 24, kind)


def test_a_photograph_taken_sideways_is_measured_as_it_is_stored():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = measure("image", packed("jpeg", exif=exif))
    assert (picture.width, picture.height) == (40, 24)


def test_only_pixels_with_an_alpha_each_can_be_a_mask():
    assert has_alpha(packed("png", "RGBA"))
    assert has_alpha(packed("png", "LA"))
    assert not has_alpha(packed("png"))
    assert not has_alpha(packed("webp", "RGBA"))


async def test_base64_is_kept_as_the_file_that_it_is(blobs):
    data = packed("png")
    text = base64.b64encode(data).decode()
    for given in (data, text, f"data:image/png;base64,{text}", f"data:;base64,{text}", text[:30] + "\r\n" + text[30:]):
        picture = await keep(blobs, "image", given)
        assert blobs.get(picture.sha256) == data


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("http://example.org/a.png", "Nothing is fetched"),
        ("HTTPS://example.org/a.png", "Nothing is fetched"),
        ("file:///etc/passwd", "Nothing is fetched"),
        ("!!!", "is not base64"),
        ("", "no picture that can be read"),
        (b"GIF89a", "no picture that can be read"),
        (packed("png")[:20], "broken or too large"),
        (packed("jpeg")[:30], "broken or too large"),
        (packed("png").replace(b"\x00\x00\x00\x28", b"\x00\xff\xff\xff", 1), "broken or too large"),
    ],
)
async def test_what_is_no_picture_is_refused_in_words(blobs, given, said):
    with pytest.raises(Refused, match=said) as caught:
        await keep(blobs, "image", given)
    assert caught.value.field == "image"
