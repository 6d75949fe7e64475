"""How long a sound is by the head of its file, as our own writer makes it and as no writer should."""

import numpy as np
import pytest

from studiolo.media import sound
from studiolo_blender.sound.lengths import seconds_of
from studiolo_contract.errors import StudioloError


@pytest.mark.parametrize("form", ["wav", "flac"])
@pytest.mark.parametrize(("samples", "rate"), [(44_100, 44_100), (66_150, 44_100), (12_000, 48_000)])
def test_a_sound_is_as_long_as_its_samples(form, samples, rate):
    data = sound.encode(np.zeros((samples, 2), np.float32), rate, form, recipe="{}", loop=False)
    assert seconds_of(data, "it") == samples / rate


@pytest.mark.parametrize("data", [b"", b"no sound", b"RIFF\0\0\0\0WAVE", b"fLaC" + bytes(4), b"fLaC" + bytes(60)])
def test_what_is_no_sound_is_said(data):
    with pytest.raises(StudioloError, match="The sound of the storm"):
        seconds_of(data, "the storm")
