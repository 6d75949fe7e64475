"""What diffusers and transformers throw while they read a model, as one sentence for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import diffusers
import transformers

from studiolo.device import Device
from studiolo.engines.shortage import does_not_fit, first_line, is_out_of_memory
from studiolo.models.model import Model
from studiolo_contract.errors import StudioloError


@contextmanager
def reading(model: Model, device: Device) -> Iterator[None]:
    """Within, a library reads the model; quietly. Raises `StudioloError` (`bad_model`, `out_of_memory`)."""
    for library in (diffusers, transformers):
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()
    # where a folder names code of its own transformers would ask on the standard input whether it may run
    transformers.dynamic_module_utils.TIME_OUT_REMOTE_CODE = 0
    try:
        yield
    except StudioloError:
        raise
    except Exception as error:
        # a folder may say anything, and each reader of it fails in its own way; tokenizers with a bare Exception
        if is_out_of_memory(error):
            raise does_not_fit(model.name, device, error) from error
        raise StudioloError(
            "bad_model", f"{model.name} can't be loaded: {first_line(error)}.", "Pull it again, or use another model."
        ) from error
