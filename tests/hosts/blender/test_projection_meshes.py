"""Project on meshes of every kind, in real Blenders: their UVs and materials, and what becomes of them meanwhile."""

import numpy as np
import pytest

from tests.hosts.blender.projected import SIDE, kept, seen


@pytest.mark.parametrize("way", ["no UVs", "no UVs, finer", "UVs over each other", "a mesh that two share", "scaled"])
def test_any_mesh_gets_uvs_that_can_be_painted(inside, way):
    inside.run(
        f"""
        scene = bpy.context.scene
        scene.render.resolution_x = scene.render.resolution_y = {SIDE}
        bpy.ops.mesh.primitive_monkey_add(size=2)
        thing = bpy.context.object
        if way != "scaled":
            bpy.ops.object.shade_smooth()
        layer = thing.data.uv_layers[0]
        if way.startswith("no UVs") or way == "a mesh that two share":
            thing.data.uv_layers.remove(layer)
        if way.endswith("finer"):
            thing.modifiers.new("finer", "SUBSURF").levels = 2
            thing.modifiers[0].render_levels = 2
        if way == "UVs over each other":
            layer.data.foreach_set("uv", np.tile([0.0, 0, 1, 0, 1, 1], len(layer.data))[: 2 * len(layer.data)])
        if way == "a mesh that two share":
            other = thing.copy()
            scene.collection.objects.link(other)
            other.location, other.scale = (2.2, 0.4, 0), (0.7, 0.7, 1.2)
        if way == "scaled":
            thing.scale = -1.5, 0.4, 1.0
        for each in [thing for thing in scene.objects if thing.type == "MESH"]:
            patterned(each, (0.8, 0.1, 0.05), (0.9, 0.6, 0.1))
        watcher("Front", (0.8, -5.5, 1.2), (0.7, 0, 0))
        view = shaded("Front", {SIDE}, {SIDE})
        """,
        way=way,
    )
    known = seen(inside, "view")
    made, layers = inside.run(
        """
        names = [thing.name for thing in bpy.context.scene.objects if thing.type == "MESH"]
        made = carried_out(projection.Project("a pattern", tuple(names), size=512, native=side), lambda number: view)
        glowing()
        value = made.notes, [layer.name for layer in thing.data.uv_layers]
        """,
        side=SIDE,
    )
    assert made == []
    assert layers == (
        ["UVMap"]
        if way == "scaled"
        else ["Studiolo projection"]
        if "over" not in way
        else ["UVMap", "Studiolo projection"]
    )
    found = inside.render("projection-found", (SIDE, SIDE))[..., :3]
    kept(f"projection-{way.replace(' ', '-').replace(',', '')}", inside, known, found)
    thing = np.ptp(known, axis=-1) > 0.2
    assert thing.sum() > 3000
    wrong = (np.abs(known - found).max(-1) > 0.25) & thing
    assert wrong.sum() / thing.sum() < 0.07


def test_copies_by_a_modifier_are_told_of(inside):
    notes, layers = inside.run(
        """
        bpy.ops.mesh.primitive_cube_add(location=(2, 0, 0))
        bpy.context.object.data.transform(__import__("mathutils").Matrix.Translation((1.5, 0, 0)))
        bpy.context.object.modifiers.new("other", "MIRROR")
        bpy.context.object.modifiers[0].use_mirror_u = False
        watcher("Front", (2, -8, 2), (2, 0, 0))
        paint = lambda number: np.full((64, 64, 3), 200, np.uint8)
        made = carried_out(projection.Project("a pattern", ("Cube",), size=128, native=64), paint)
        value = made.notes, [layer.name for layer in bpy.data.objects["Cube"].data.uv_layers]
        """
    )
    assert len(notes) == 1
    assert "repeat its surface" in notes[0]
    assert layers == ["UVMap", "Studiolo projection"]


def test_materials_keep_all_but_their_colour_and_others_keep_theirs(inside):
    value = inside.run(
        """
        bpy.ops.mesh.primitive_cube_add()
        thing = bpy.context.object
        for name, roughness in (("rough", 0.9), ("smooth", 0.1)):
            material = bpy.data.materials.new(name)
            material.use_nodes = True
            material.node_tree.nodes["Principled BSDF"].inputs["Roughness"].default_value = roughness
            thing.data.materials.append(material)
        thing.data.polygons[0].material_index = 1
        twin = thing.copy()
        bpy.context.scene.collection.objects.link(twin)
        twin.location = 9, 9, 9
        watcher("Front", (1, -6, 2))
        paint = lambda number: np.full((64, 64, 3), 200, np.uint8)
        made = carried_out(projection.Project("stone", ("Cube",), size=128, native=64, seed=11), paint)
        slots = [slot.material for slot in thing.material_slots]
        node = [material.node_tree.nodes[projection.looks.NODE] for material in slots]
        value = {
            "made": sorted(made.materials), "slots": sorted(material.name for material in slots),
            "rough": [round(m.node_tree.nodes["Principled BSDF"].inputs["Roughness"].default_value, 3) for m in slots],
            "linked": [m.node_tree.nodes["Principled BSDF"].inputs["Base Color"].links[0].from_node.name for m in slots],
            "twin": [slot.material.name for slot in twin.material_slots],
            "image": [n.image.name for n in node], "space": node[0].image.colorspace_settings.name,
            "packed": node[0].image.packed_file is not None,
            "layer": [n.inputs["Vector"].links[0].from_node.uv_map for n in node],
            "recipe": recipes.kept(slots[0]).request.prompt,
            "task": json.loads(slots[0][projection.PROPERTY]),
        }
        """
    )
    assert value["made"] == value["slots"]
    assert value["rough"] == [0.9, 0.1]
    assert value["linked"] == ["Studiolo projection"] * 2
    assert value["twin"] == ["rough", "smooth"]
    assert value["image"] == ["stone: Cube"] * 2
    assert value["space"] == "sRGB"
    assert value["packed"]
    assert value["layer"] == ["UVMap"] * 2
    assert value["recipe"] == "stone"
    assert value["task"] == {
        "prompt": "stone", "objects": ["Cube"], "cameras": [], "size": 128, "strength": 0.75, "negative_prompt": "",
        "seed": 11, "model": "", "native": 64, "depth": False,
    }  # fmt: skip


def test_what_is_gone_or_changed_meanwhile_is_told(inside):
    notes, made = inside.run(
        """
        for name in ("Stays", "Goes", "Changes"):
            bpy.ops.mesh.primitive_cube_add()
            bpy.context.object.name = name
        watcher("Front", (1, -6, 2))
        def paint(number):
            bpy.data.objects.remove(bpy.data.objects["Goes"])
            bpy.data.objects["Changes"].data.clear_geometry()
            return np.full((64, 64, 3), 200, np.uint8)
        bpy.data.objects["Goes"].location.x = 2.5
        bpy.data.objects["Changes"].location.x = -2.5
        made = carried_out(projection.Project("stone", ("Stays", "Goes", "Changes"), size=128, native=64), paint)
        value = made.notes, made.objects
        """
    )
    assert made == ["Stays"]
    assert [note.split(",")[0] for note in notes] == ["Goes is gone", "Changes was changed meanwhile"]
