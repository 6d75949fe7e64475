"""A kit's folder on a real disk: written whole, written again without touching what is there or what a person changed,
and never outside of it."""

import os
from dataclasses import replace

import pytest

from studiolo.compose.kit import kit_disk
from studiolo.compose.kit.kit_folder import lay_out
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import hash_of
from tests.studiolo.compose.kits import MAPS, MISSING, kit_of, png


def all_files(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def written(tmp_path):
    """The folder and what was laid into it."""
    laid = lay_out(*kit_of())
    files = kit_disk.write(tmp_path / "kit", laid)
    assert [file.relative_to(tmp_path / "kit").as_posix() for file in files] == list(laid.files)
    return tmp_path / "kit", laid


def test_a_folder_holds_the_kit_and_can_be_read_again(written):
    folder, laid = written
    assert all_files(folder) == dict(laid.files)
    assert kit_disk.read_folder(folder) == laid.kit
    assert kit_disk.read_folder(folder / "texture") is None
    digest = kit_disk.digests(folder)
    assert digest("concept.png") == hash_of(laid.files["concept.png"])
    assert digest("texture") is digest("none.png") is None


def test_written_again_nothing_is_touched(written):
    folder, laid = written
    for file in folder.rglob("*.*"):
        os.utime(file, (1, 1))
    kit_disk.write(folder, laid, laid.kit)
    assert {file.stat().st_mtime for file in folder.rglob("*") if file.is_file()} == {1}


def test_what_a_person_changed_stays_and_what_has_no_part_any_more_goes(written):
    folder, laid = written
    (folder / "texture/ao.png").write_bytes(b"mine")
    (folder / "notes.txt").write_text("mine")
    scene, concept, texture, _ = laid.kit.parts
    fewer = replace(laid.kit, parts=(scene, concept, replace(texture, files=texture.files[:1])))
    data = {hash_of(content): content for content in laid.files.values()}
    kit_disk.write(folder, lay_out(fewer, data), laid.kit)
    there = all_files(folder)
    assert there["texture/ao.png"] == there["notes.txt"] == b"mine"
    assert "texture/basecolor.png" in there
    assert not {"soundtrack.wav", "soundtrack.mid", "texture/normal.png"} & set(there)


def test_what_failed_now_keeps_what_was_made_before(written):
    folder, laid = written
    failed = replace(laid.kit, parts=(*laid.kit.parts[:2], replace(laid.kit.parts[2], files=(), problem=MISSING)))
    data = {hash_of(content): content for content in laid.files.values()}
    kit_disk.write(folder, lay_out(failed, data), laid.kit)
    assert {f"texture/{name}.png" for name in MAPS} <= set(all_files(folder))
    assert not (folder / "soundtrack.wav").exists()


def test_of_parts_that_are_not_made_now_whatever_lies_there_is_carried_over(written):
    folder, laid = written
    (folder / "scene.md").write_bytes(b"mine")
    (folder / "texture/ao.png").unlink()
    some = replace(laid.kit, parts=laid.kit.parts[1:2], request=replace(laid.kit.request, parts=("concept",)))
    carried = kit_disk.carried(folder, laid.kit, some)
    assert carried["scene.md"] == b"mine"
    assert set(carried) == set(laid.files) - {"concept.png", "texture/ao.png", "mood.json", "recipe.json", "index.html"}
    assert kit_disk.carried(folder, laid.kit, laid.kit) == {}


def test_a_link_that_leads_out_is_not_followed(tmp_path):
    laid = lay_out(*kit_of())
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit/texture").symlink_to(outside, target_is_directory=True)
    for call in (
        lambda: kit_disk.check_way(tmp_path / "kit", laid.kit),
        lambda: kit_disk.write(tmp_path / "kit", laid),
    ):
        with pytest.raises(StudioloError, match="leads out of"):
            call()
    assert not list(outside.iterdir())


@pytest.mark.parametrize(("name", "folder"), [("texture", False), ("concept.png", True), ("recipe.json", True)])
def test_what_stands_in_the_way_is_said_before_the_work(tmp_path, name, folder):
    kit, _ = kit_of()
    (tmp_path / name).mkdir() if folder else (tmp_path / name).write_text("")
    with pytest.raises(StudioloError, match="where a part of the kit belongs"):
        kit_disk.check_way(tmp_path, kit)


def test_what_the_system_says_is_a_sentence_and_leaves_no_draft(written, monkeypatch):
    folder, laid = written
    newer, data = kit_of()
    newer = replace(newer, parts=(replace(newer.parts[1], files=(replace(newer.parts[1].files[0]),)),))
    data[newer.parts[0].files[0].blob.sha256] = png((9, 9, 9))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StudioloError, match=r"concept\.png can't be written: No space left") as caught:
        kit_disk.write(folder, lay_out(newer, data), laid.kit)
    assert caught.value.problem.code == "disk_full"
    assert all_files(folder) == dict(laid.files)
