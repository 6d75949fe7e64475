"""The catalogue says what it must, and nothing that nobody could know."""

import re
import tomllib
from dataclasses import fields
from importlib.resources import files

import pytest

from studiolo.models.catalogue import Entry, Hub, Package, catalogue
from studiolo.models.model import Defaults
from studiolo.models.record import FileMark
from studiolo.models.store import STARTERS
from studiolo.registry import ENGINES
from studiolo_contract.text import Sampling

ENTRIES = list(catalogue().values())
RAW = tomllib.loads(files("studiolo.models").joinpath("models.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_is_complete(entry):
    assert entry.summary.endswith(".")
    assert len(entry.summary) <= 110
    assert entry.family
    assert entry.licence
    assert entry.memory_gb > 0
    assert (entry.engine in ENGINES) == (entry.kind != "embedding")
    assert all(needed in catalogue() for needed in entry.needs)
    assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", entry.name)


@pytest.mark.parametrize("name", RAW)
def test_no_field_is_misspelt(name):
    """A field that nobody reads would pass in silence."""
    entry = RAW[name]
    assert entry.keys() <= {field.name for field in fields(Entry)}
    defaults = entry.get("defaults", {})
    assert defaults.keys() <= {field.name for field in fields(Defaults)}
    assert defaults.get("sampling", {}).keys() <= {field.name for field in fields(Sampling)}
    source = type(catalogue()[name].source)
    assert entry["source"].keys() <= {field.name for field in fields(source)}


def test_there_are_starters_and_enough_to_choose_from():
    assert set(STARTERS.values()) <= set(catalogue())
    hub = [entry for entry in ENTRIES if isinstance(entry.source, Hub)]
    assert len({entry.family for entry in hub if entry.kind == "text"}) >= 5
    assert len({entry.family for entry in hub if entry.kind == "image"}) >= 5


def test_what_is_fetched_from_packages_is_pinned_and_what_comes_from_the_hub_is_not_made_up():
    for entry in ENTRIES:
        if isinstance(entry.source, Package):
            assert entry.files
            assert all(isinstance(mark, FileMark) and len(mark.sha256) == 64 for mark in entry.files.values())
        if isinstance(entry.source, Hub):
            assert entry.files == {}


def test_licences_that_forbid_commerce_are_marked():
    for entry in ENTRIES:
        if "non-commercial" in entry.licence.lower() or "NSCL" in entry.licence:
            assert not entry.commercial
