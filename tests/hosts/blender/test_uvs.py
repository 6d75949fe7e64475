"""UVs that objects lack, and how large a UV unit is, in real Blenders."""

import pytest

from tests.hosts.blender.program import ADDON

INSIDE = f"""
import numpy as np
from {ADDON}.surfaces import materials, texturing, uvs

def cube(name="Cube", bare=True, **place):
    "2 m wide."
    bpy.ops.mesh.primitive_cube_add(**place)
    thing = bpy.context.object
    thing.name = name
    if bare:
        thing.data.uv_layers.remove(thing.data.uv_layers[0])
    return thing

def placed(thing):
    bpy.context.view_layer.update()
    return thing

def faces(thing):
    "Of each face: which way it looks, and the signed area that it has in the UV map, as the world sees it."
    mesh, found = thing.data, []
    layer = next(layer for layer in mesh.uv_layers if layer.active_render)
    mirrored = thing.matrix_world.determinant() < 0
    for face in mesh.polygons:
        u, v = np.array([layer.data[corner].uv[:] for corner in face.loop_indices]).T
        area = (u * np.roll(v, -1) - v * np.roll(u, -1)).sum() / 2
        found.append([[round(part) for part in face.normal], float(-area if mirrored else area)])
    return found
"""


@pytest.fixture
def host(blender):
    blender.run(INSIDE)
    return blender


@pytest.fixture
def old(window):
    window.run(INSIDE)
    return window


def check_sizes(host):
    assert host.run("value = uvs.metres_per_uv(cube(bare=False))") == pytest.approx(8)  # a quarter of the map for 2 m
    assert host.run("value = uvs.metres_per_uv(cube())") is None
    host.run(
        "bpy.ops.mesh.primitive_plane_add(size=3); thing = bpy.context.object; thing.scale = 2, 2, 2; placed(thing)"
    )
    assert host.run("value = uvs.metres_per_uv(thing)") == pytest.approx(6)
    host.run("bpy.context.scene.unit_settings.scale_length = 0.01")
    assert host.run("value = uvs.metres_per_uv(thing)") == pytest.approx(0.06)
    host.run("bpy.context.scene.unit_settings.scale_length = 1")


def check_box(host, scale):
    found, notes = host.run(
        """
        thing = cube("stone", rotation=(0.3, 0.2, 0.1))
        thing.scale = scale
        notes = uvs.ensure([placed(thing)])
        value = [faces(thing), notes]
        """,
        scale=scale,
    )
    assert notes == ["stone had no UVs and now has some: projected from a box, a unit a metre."]
    x, y, z = (2 * abs(part) for part in scale)
    assert len(found) == 6
    for normal, area in found:  # in square metres; a mirrored face would have less than nothing
        assert area == pytest.approx(y * z if normal[0] else x * z if normal[1] else x * y)
    assert host.run("value = uvs.metres_per_uv(thing)") == pytest.approx(1)
    assert host.run("value = uvs.ensure([thing])") == []


def test_a_unit_is_measured_in_the_world(host):
    check_sizes(host)


@pytest.mark.parametrize("scale", [(1, 1, 1), (1, 2, 0.5), (-1, 1, 1), (-2, -1, 0.5)])
def test_a_box_is_laid_on_in_metres_and_never_mirrored(host, scale):
    check_box(host, scale)


def test_an_older_blender_does_the_same(old):
    check_sizes(old)
    old.run("empty()")
    check_box(old, (1, 2, 0.5))


def test_a_mesh_that_is_edited(host):
    host.run("thing = cube('stone'); bpy.ops.object.mode_set(mode='EDIT')")
    assert len(host.run("value = uvs.ensure([thing])")) == 1
    assert host.run("value = uvs.metres_per_uv(thing)") == pytest.approx(1)
    host.run("bpy.ops.object.mode_set(mode='OBJECT')")
    assert sorted(area for _, area in host.run("value = faces(thing)")) == pytest.approx([4] * 6)
    assert host.run("value = len(bpy.data.meshes)") == 1


def test_uvs_without_any_area_are_left_and_others_made(host):
    said = host.run(
        """
        thing = cube("stone", bare=False)
        thing.data.uv_layers[0].data.foreach_set("uv", np.zeros(48, np.float32))
        value = [uvs.ensure([thing]), [[layer.name, layer.active_render] for layer in thing.data.uv_layers]]
        """
    )
    assert said[0] == [
        "stone had UVs without any area, and now has a second map: projected from a box, a unit a metre."
    ]
    assert [active for _, active in said[1]] == [False, True]


def test_a_mesh_that_several_objects_share(host):
    notes = host.run(
        """
        stone = cube("stone")
        twin = bpy.data.objects.new("twin", stone.data)
        bpy.context.scene.collection.objects.link(twin)
        value = uvs.ensure([stone, twin])
        """
    )
    assert len(notes) == 1
    assert "every object of the same mesh" in notes[0]


def test_what_other_files_own(host, tmp_path):
    """It can't be changed, and the person is told what to do."""
    host.run(
        """
        cube("stone")
        bpy.data.libraries.write(path, {bpy.data.objects["stone"]})
        empty()
        with bpy.data.libraries.load(path, link=True) as (found, wanted):
            wanted.objects = ["stone"]
        bpy.context.scene.collection.objects.link(wanted.objects[0])
        ours = bpy.data.objects.new("ours", wanted.objects[0].data)  # our object, their mesh
        bpy.context.scene.collection.objects.link(ours)
        """,
        path=str(tmp_path / "theirs.blend"),
    )
    said = host.run("value = [materials.refusal(wanted.objects[0]), materials.refusal(ours), uvs.ensure([ours])]")
    assert "linked from another file" in said[0]
    assert "without a slot for materials" in said[1]
    assert said[2] == ["ours has no UVs and is linked from another file; it is painted from the sides of its box."]


def test_an_override_wears_a_material_of_ours(host, tmp_path):
    said = host.run(
        """
        cube("stone", bare=False).data.materials.append(bpy.data.materials.new("theirs"))
        bpy.data.libraries.write(path, {bpy.data.objects["stone"]})
        empty()
        with bpy.data.libraries.load(path, link=True) as (found, wanted):
            wanted.objects = ["stone"]
        bpy.context.scene.collection.objects.link(wanted.objects[0])
        stone = wanted.objects[0].override_create(remap_local_usages=True)
        ours = bpy.data.materials.new("ours")
        value = [materials.refusal(stone)]
        materials.assign(ours, [stone])
        bpy.ops.wm.save_as_mainfile(filepath=own)
        bpy.ops.wm.open_mainfile(filepath=own)
        stone = next(thing for thing in bpy.data.objects if thing.override_library)
        value += [stone.active_material.name, stone.material_slots[0].link]
        """,
        path=str(tmp_path / "theirs.blend"),
        own=str(tmp_path / "ours.blend"),
    )
    assert said == ["", "ours", "OBJECT"]


def test_a_large_mesh_is_measured_in_a_moment(host):
    milliseconds = host.run(
        """
        import time
        bpy.ops.mesh.primitive_grid_add(x_subdivisions=400, y_subdivisions=400)
        thing = bpy.context.object
        began = time.process_time()
        uvs.metres_per_uv(thing)
        value = (time.process_time() - began) * 1000
        """
    )
    assert milliseconds < 200
