"""Which requests there are."""

from __future__ import annotations

from typing import Union

from studiolo_contract.image import ImageRequest
from studiolo_contract.text import TextRequest

Request = Union[TextRequest, ImageRequest]
"""Told apart by `kind`."""
