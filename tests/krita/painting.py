"""Pictures and masks of numbers, and back: how the tests see what Qt has painted."""

import numpy as np

from studiolo_krita import pixels


def picture(array):
    """Of rows × columns × (B, G, R, A), or (B, G, R) for an opaque one."""
    array = np.asarray(array)
    return pixels.wrap(bytes_of(array), array.shape[1], array.shape[0])


def bytes_of(array):
    """The same as Krita gives it."""
    array = np.asarray(array, np.uint8)
    if array.shape[2] == 3:
        array = np.dstack([array, np.full(array.shape[:2], 255, np.uint8)])
    return array.tobytes()


def mask(array):
    array = np.asarray(array, np.uint8)
    return pixels.wrap_mask(array.tobytes(), array.shape[1], array.shape[0])


def numbers(image):
    """Rows × columns × (B, G, R, A)."""
    data = np.frombuffer(bytes(pixels.raw(image)), np.uint8)
    return data.reshape(image.height(), image.width(), 4).astype(int)


def levels(mask):
    """Rows × columns, 0 to 255."""
    return numbers(mask.convertToFormat(pixels.ARGB))[..., 3]


def noise(width, height, seed=1):
    """An opaque picture in which no two pixels are alike."""
    return picture(np.random.default_rng(seed).integers(0, 256, (height, width, 3)))
