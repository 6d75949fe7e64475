"""Bytes by their hash."""

import errno
import os
import stat

import pytest

from studiolo_contract.errors import StudioloError
from studiolo_contract.media import hash_of
from studiolo_daemon.kept.blobs import Blobs


@pytest.fixture
def blobs(tmp_path):
    return Blobs(tmp_path / "blobs", most=100)


def test_what_is_put_is_there_again(blobs, tmp_path):
    data = b"pixels"
    assert not blobs.has(hash_of(data))
    blobs.put(hash_of(data), memoryview(data))
    blobs.put(hash_of(data), data)
    assert blobs.has(hash_of(data))
    assert blobs.get(hash_of(data)) == data
    assert Blobs(tmp_path / "blobs", 100).get(hash_of(data)) == data


@pytest.mark.parametrize(
    ("start", "length", "part"),
    [(0, None, b"pixels"), (0, 2, b"pi"), (2, 3, b"xel"), (4, 9, b"ls"), (6, 1, b""), (2**53, None, b"")],
)
def test_a_part_can_be_read(blobs, start, length, part):
    name = hash_of(b"pixels")
    with pytest.raises(StudioloError, match="No blob"):
        blobs.part(name, start, length)
    blobs.put(name, b"pixels")
    assert blobs.part(name, start, length) == (part, 6)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        (hash_of(b"other"), b"pixels", "bad_request"),
        (hash_of(b"x" * 101), b"x" * 101, "too_large"),
        ("../" * 21 + "x", b"pixels", "bad_request"),
        (hash_of(b"pixels").upper(), b"pixels", "bad_request"),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_nothing(blobs, tmp_path, name, data, code):
    with pytest.raises(StudioloError) as caught:
        blobs.put(name, data)
    assert caught.value.problem.code == code
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


def test_an_unknown_blob_is_said_to_be_unknown(blobs):
    with pytest.raises(StudioloError) as caught:
        blobs.get(hash_of(b"never"))
    assert caught.value.problem.code == "unknown_blob"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_only_the_owner_reads(blobs, tmp_path):
    blobs.put(hash_of(b"a"), b"a")
    for path in (tmp_path / "blobs").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_full_disk_is_called_one(blobs, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StudioloError) as caught:
        blobs.put(hash_of(b"a"), b"a")
    assert caught.value.problem.code == "disk_full"
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []
