"""Documents of other depths and colour models: values there and back, and a sentence for what is not painted in."""

from base64 import b64decode

import numpy as np
import pytest

from tests.hosts.krita.painter import SRGB, landscape

LINEAR = "sRGB-elle-V2-g10.icc"
GREY = "Gray-D50-elle-V2-srgbtrc.icc"
LUMINANCE = np.array([0.2225, 0.7169, 0.0606])
"""Of red, green and blue in sRGB, seen by the light that ICC profiles are made for (D50)."""


def linear(values):
    """From sRGB's curve, 0 to 1 (IEC 61966-2-1)."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def curved(values):
    return np.where(values <= 0.0031308, values * 12.92, 1.055 * np.maximum(values, 0.0031308) ** (1 / 2.4) - 0.055)


def to_16(picture):
    return (picture[..., [2, 1, 0, 3]].astype(np.uint16) * 257).tobytes()


def from_16(data):
    return np.frombuffer(data, np.uint16).reshape(256, 256, 4)[..., [2, 1, 0, 3]] / 257


def to_float(kind):
    def to(picture):
        values = picture / 255
        values[..., :3] = linear(values[..., :3])
        return values.astype(kind).tobytes()

    return to


def from_float(kind):
    def back(data):
        values = np.frombuffer(data, kind).reshape(256, 256, 4).astype(float)
        values[..., :3] = curved(values[..., :3])
        return values * 255

    return back


DEPTHS = {
    "U16": (SRGB, to_16, from_16),
    "F16": (LINEAR, to_float(np.float16), from_float(np.float16)),
    "F32": (LINEAR, to_float(np.float32), from_float(np.float32)),
}


def seen_by_studiolo(painter):
    """What the plugin reads of the document."""
    data = painter.run("""
        canvas = Canvas.active()
        value = b64encode(bytes(canvas.read(canvas.bounds))).decode()
    """)
    return np.frombuffer(b64decode(data), np.uint8).reshape(256, 256, 4)[..., [2, 1, 0, 3]].astype(int)


@pytest.mark.parametrize("depth", DEPTHS)
def test_values_of_deeper_documents_are_kept_there_and_back(painter, depth):
    profile, to, back = DEPTHS[depth]
    painter.document(depth=depth, profile=profile, data=to(landscape(256, 256)))
    before = painter.state()
    assert np.abs(seen_by_studiolo(painter) - landscape(256, 256).astype(int)).max() <= 1
    (name,) = painter.results("generate", "a castle at sunset")
    assert painter.state() == before
    painter.apply(name)
    assert np.abs(back(painter.data(1)) - painter.picture(name)).max() <= 1.01
    assert painter.run("value = active().topLevelNodes()[1].colorDepth()") == depth
    painter.undo()
    painter.becomes(before)


def test_a_grey_document_gets_the_luminance_of_what_was_painted(painter):
    grey = landscape(256, 256)[..., [0, 3]].copy()
    painter.document(model="GRAYA", profile=GREY, data=grey.tobytes())
    read = seen_by_studiolo(painter)
    assert np.abs(read - grey[..., [0, 0, 0, 1]]).max() <= 1
    (name,) = painter.results("generate", "a castle at sunset")
    painter.apply(name)
    layer = np.frombuffer(painter.data(1), np.uint8).reshape(256, 256, 2)
    expected = 255 * curved(linear(painter.picture(name)[..., :3] / 255) @ LUMINANCE)
    assert np.abs(layer[..., 0] - expected).max() <= 2
    assert (layer[..., 1] == 255).all()


def test_a_document_for_printing_gets_a_sentence_that_says_what_to_do(painter):
    profile = painter.run("value = KRITA.profiles('CMYKA', 'U8')[0]")
    painter.document(model="CMYKA", profile=profile, data=bytes(5 * 256 * 256))
    before = painter.state()
    painter.set("a castle")
    painter.ask("generate")
    assert "CMYKA" in painter.run("value = shown()")
    assert "Convert" in painter.run("value = shown()")
    assert painter.run("value = len(current().work.lines)") == 0
    assert painter.state() == before
