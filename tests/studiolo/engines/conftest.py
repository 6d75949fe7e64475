"""Small picture models, made once for all tests and loaded once for each family."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import torch

from studiolo.engines.diffusers_image import ImageEngine
from tests.studiolo.engines import pipelines
from tests.studiolo.engines.painting import engine_at


@pytest.fixture(scope="session")
def family_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a small random model of this family."""
    home = tmp_path_factory.mktemp("families")
    return cache(lambda family: pipelines.save(family, home))


@pytest.fixture(scope="session")
def engine_of(family_folder: Callable[[str], Path]) -> Callable[[str], ImageEngine]:
    """The loaded engine of this family."""
    return cache(lambda family: engine_at(family_folder(family)))


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Models this small run slower on several threads, far slower when other programs want them too."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
