"""An upscaler out of a safetensors file, of any architecture that spandrel knows. Knows no request and no pixels."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from studiolo_contract.errors import StudioloError

_TORCHVISION = ("torchvision", "torchvision.transforms", "torchvision.transforms.functional")


def read(path: Path, name: str) -> Any:
    """The `ImageModelDescriptor` of the upscaler in `path`: a safetensors file, or a folder with one in it.

    Raises `StudioloError` (`model_missing`, `bad_model`).
    """
    file = file_of(path, name)
    library = spandrel()
    try:
        network = library.ModelLoader("cpu").load_from_file(file)
    except library.UnsupportedModelError:
        raise StudioloError(
            "bad_model", f"{name} is no upscaler of a kind that is known.", "Use one of Real-ESRGAN's family."
        ) from None
    except Exception as error:
        # forty architectures read shapes and names of tensors that may be anything, each failing in its own way
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise StudioloError("bad_model", f"{name} can't be loaded: {reason:.200}.", "Get the file again.") from error
    if not isinstance(network, library.ImageModelDescriptor) or network.scale < 2:
        raise StudioloError(
            "bad_model", f"{name} ({network.architecture.name}) enlarges nothing.", "Use a model of scale 2 or more."
        )
    if (network.input_channels, network.output_channels) != (3, 3):
        raise StudioloError(
            "bad_model", f"{name} takes {network.input_channels} channels, not red, green and blue.", "Use another."
        )
    return network


def file_of(path: Path, name: str) -> Path:
    """The one safetensors file that `path` is, or has. Raises `StudioloError`."""
    if path.is_file():
        return path
    files = sorted(path.glob("*.safetensors"))
    if not files:
        raise StudioloError("model_missing", f"{name} has no safetensors file in {path}.", "Pull the model again.")
    if len(files) > 1:
        raise StudioloError(
            "bad_model",
            f"{path} has {len(files)} safetensors files: {', '.join(file.name for file in files[:5])}.",
            "Name one of them as the model.",
        )
    return files[0]


def spandrel() -> Any:
    """The library, imported without torchvision.

    Two of its architectures, neither of which enlarges, import three functions of torchvision at the top. torchvision
    must fit torch's own build to the letter, and one that does not takes transformers down with it; so Studiolo
    installs none, and nobody misses it.
    """
    with _without_torchvision():
        import spandrel

        return spandrel


@contextmanager
def _without_torchvision() -> Iterator[None]:
    """Within, names of torchvision can be imported; what they stand for cannot be called."""
    if "spandrel" in sys.modules or find_spec("torchvision") is not None:
        yield
        return
    for name in _TORCHVISION:
        sys.modules[name] = ModuleType(name)
    functions: Any = sys.modules[_TORCHVISION[-1]]
    functions.InterpolationMode = functions.rotate = functions.normalize = None
    try:
        yield
    finally:
        for name in _TORCHVISION:
            del sys.modules[name]
