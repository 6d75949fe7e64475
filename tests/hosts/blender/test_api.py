"""The functions that scripts call, in real Blenders without a window: each waits, tells, can be stopped, and returns
names and recipes."""

import json
import shutil
import subprocess

import pytest

from tests.hosts.blender.conftest import IN_THE_NEWEST, need

STATE = """
    import json
    import studiolo_blender
    told = []
    def progress(label, share):
        told.append([label, share])
"""


@pytest.fixture
def scripted(blender):
    blender.run(STATE)
    return blender


def test_a_texture_by_script(scripted):
    scripted.run("""
        bpy.ops.mesh.primitive_cube_add()
        cube = bpy.context.object
        made = studiolo_blender.texture("wet slate", objects=[cube], seed=3, progress=progress)
    """)
    materials, images, prompt, seed = scripted.run(
        "value = [made.materials, made.images, made.recipes[0].request.prompt, made.recipes[0].settled.seed]"
    )
    assert scripted.run("value = [slot.name for slot in cube.material_slots]") == materials
    assert len(images) == 6
    assert all(scripted.run("value = name in bpy.data.images", name=name) for name in images)
    assert (prompt, seed) == ("wet slate", 3)
    told = scripted.run("value = told")
    assert any("step" in label for label, _ in told)
    assert all(0 <= share <= 1 for _, share in told)


def test_the_selection_is_what_is_meant_where_nothing_is_named(scripted):
    scripted.run("""
        bpy.ops.mesh.primitive_cube_add(location=(5, 0, 0))
        bpy.ops.mesh.primitive_cube_add()
        made = studiolo_blender.texture("oak planks")
    """)
    worn = scripted.run("value = [[slot.name for slot in thing.material_slots] for thing in bpy.data.objects]")
    assert sorted(map(len, worn)) == [0, 1]


def test_a_scene_by_script_is_built(scripted):
    scripted.run('made = studiolo_blender.scene("three columns in a ring, low sun", seed=1)')
    names, kinds = scripted.run("value = [made.objects, [operation.do for operation in made.operations]]")
    assert sum(name.startswith("column") for name in names) == 3, names
    assert "add" in kinds
    assert all(scripted.run("value = name in bpy.data.objects", name=name) for name in names)


def test_a_scene_may_be_proposed_only(scripted):
    scripted.run('made = studiolo_blender.scene("two crates and a barrel", build=False)')
    assert scripted.run("value = len(made.operations)") > 0
    assert scripted.run("value = len(bpy.data.objects)") == 0


@IN_THE_NEWEST
def test_words_by_script(scripted):
    scripted.run('made = studiolo_blender.write("shots", "two shots of rain", seed=1)')
    (name,) = scripted.run("value = made.texts")
    assert len(scripted.run("value = bpy.data.texts[name].as_string()", name=name)) > 40


def test_a_script_stops_what_it_began(scripted):
    said = scripted.run("""
        from studiolo_blender.vendor.studiolo_client.job import JobCancelled
        try:
            studiolo_blender.texture("wet slate", objects=[], denoising_steps=200, progress=progress,
                                     cancelled=lambda: any("step" in label for label, _ in told))
            value = "came"
        except JobCancelled:
            value = "cancelled"
    """)
    assert said == "cancelled"
    assert scripted.run("value = len(bpy.data.materials)") == 0


def test_what_makes_no_sense_is_said_in_a_sentence(scripted):
    said = scripted.run("""
        from studiolo_blender.vendor.studiolo_contract.errors import StudioloError
        value = []
        for wish in (
            lambda: studiolo_blender.texture("", objects=[]),
            lambda: studiolo_blender.scene(" "),
            lambda: studiolo_blender.score("calm", start=5, end=5),
            lambda: studiolo_blender.again("no such material", "rustier"),
            lambda: studiolo_blender.concept("oil", source="no such image"),
            lambda: studiolo_blender.write("limericks", "a fox"),
        ):
            try:
                wish()
            except StudioloError as error:
                value.append([error.problem.code, error.problem.message, error.problem.mend])
    """)
    assert len(said) == 6
    assert all(code == "bad_request" and message and mend for code, message, mend in said), json.dumps(said, indent=1)


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[-1])
import bpy
import studiolo_blender

bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.mesh.primitive_cube_add()
made = studiolo_blender.texture("oak planks", seed=1)
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[-2])
print("MADE", bpy.context.object.active_material.name, len(bpy.data.images))
"""


def test_a_farm_runs_a_script_in_a_blender_without_a_window(daemon, unpacked, tmp_path):
    need([] if shutil.which("blender", path="/usr/bin:/bin") else ["blender"])
    script = tmp_path / "farm.py"
    script.write_text(SCRIPT)
    ended = subprocess.run(
        [
            "blender",
            "-b",
            "--factory-startup",
            "--python",
            str(script),
            "--",
            str(tmp_path / "out.blend"),
            str(unpacked),
        ],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "STUDIOLO_HOME": str(daemon.home)},
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    assert "MADE oak planks 6" in ended.stdout, ended.stdout[-3000:] + ended.stderr[-3000:]
    assert (tmp_path / "out.blend").stat().st_size > 100_000
