"""The operators as scripts call them, without a window: they wait there until it is done. And what panels are made of."""

import ast

import pytest

from studiolo_cli import install
from tests.hosts.blender.conftest import IN_THE_NEWEST
from tests.hosts.blender.program import ADDON

OPERATORS = {
    *("texture", "again", "reroll", "mark_asset", "choose_variation", "use_preset", "save_preset", "remove_preset"),
    *("project", "concept", "score", "write", "scene_read", "scene_build", "scene_discard"),
    *("start_daemon", "stop_daemon", "free_memory", "cancel", "bring_here", "forget", "dismiss", "choose_model"),
    *("add_words", "kept_image", "drop", "compose", "choose_kit"),
}
SETTINGS = "settings = bpy.context.scene.studiolo"
CUBE = "bpy.ops.mesh.primitive_cube_add(size=2); cube = bpy.context.object"


def refused(blender, code):
    """What an operator says that does nothing."""
    return blender.run(f"""
try:
    {code}
    value = "nothing was refused"
except RuntimeError as error:
    value = str(error)
""")


def test_all_operators_are_there(blender):
    assert set(blender.run("value = dir(bpy.ops.studiolo)")) == OPERATORS


def test_twice_registered_and_nothing_is_left(blender):
    blender.run(f"""
        import {ADDON}
        for _ in range(2):
            {ADDON}.unregister()
            left = [name for name in dir(bpy.types) if "studiolo" in name.lower()]
            left += [name for kind in (bpy.types.Scene, bpy.types.Material, bpy.types.WindowManager)
                     for name in kind.bl_rna.properties.keys() if "studiolo" in name]
            left += [name for name in dir(bpy.ops) if name == "studiolo" and dir(bpy.ops.studiolo)]
            left += [repr(one) for name in dir(bpy.app.handlers) if isinstance(getattr(bpy.app.handlers, name), list)
                     for one in getattr(bpy.app.handlers, name) if "{ADDON}" in getattr(one, "__module__", "")]
            assert not left, left
            {ADDON}.register()
    """)
    assert set(blender.run("value = dir(bpy.ops.studiolo)")) == OPERATORS


@IN_THE_NEWEST
def test_a_daemon_elsewhere_is_not_stopped_from_here(blender, daemon):
    elsewhere = daemon.home / "elsewhere.json"
    elsewhere.write_text('{"url": "https://studio:1", "token": "t", "pid": 0, "version": "0", "protocol": 1}')
    try:
        said = refused(blender, "bpy.ops.studiolo.stop_daemon()")
    finally:
        elsewhere.unlink()
    assert "Programs here use the daemon at https://studio:1" in said
    assert daemon.status() is not None


def test_a_script_textures_with_what_the_panel_says(blender):
    blender.run(f"{CUBE}; {SETTINGS}; settings.texture.prompt = 'red bricks'; settings.texture.scale = 0.5")
    assert blender.run("value = list(bpy.ops.studiolo.texture(size='256', seed=7))") == ["FINISHED"]
    assert blender.run("""
        material = cube.active_material
        value = [material.name, round(material.studiolo_tile, 3), "studiolo_recipe" in material]
    """) == ["red bricks", 0.5, True]
    made = blender.run("import json; value = json.loads(material['studiolo_recipe'])['settled']")
    assert (made["prompt"], made["seed"], made["width"]) == ("red bricks", 7, 256)


def test_what_is_said_to_the_operator_counts_more_than_the_panel(blender):
    blender.run(f"{CUBE}; {SETTINGS}; settings.texture.prompt = 'red bricks'; settings.texture.seed = 3")
    blender.run("settings.texture.keep_seed = True; bpy.ops.studiolo.texture(prompt='blue tiles', size='256')")
    made = blender.run("import json; value = json.loads(cube.active_material['studiolo_recipe'])['settled']")
    assert (made["prompt"], made["seed"]) == ("blue tiles", 3)
    blender.run("bpy.ops.studiolo.texture(size='256', scale=3.0)")
    assert blender.run("value = [cube.active_material.name, cube.active_material.studiolo_tile]") == ["red bricks", 3.0]


def test_the_tile_of_a_material_can_be_set_later(blender):
    blender.run(
        f"{CUBE}; bpy.ops.studiolo.texture(prompt='slate', size='256', scale=1.0); material = cube.active_material"
    )
    before = blender.run("value = list(material.node_tree.nodes['mapping'].inputs['Scale'].default_value)")
    blender.run("material.studiolo_tile = 0.5")
    after = blender.run("value = list(material.node_tree.nodes['mapping'].inputs['Scale'].default_value)")
    assert after == pytest.approx([2 * side for side in before])


def test_variations_are_worn_by_turns(blender):
    blender.run(f"{CUBE}; bpy.ops.studiolo.texture(prompt='moss', size='256', variations=2, seed=1)")
    assert blender.run("value = [cube.active_material.name, len(bpy.data.materials)]") == ["moss", 2]
    blender.run("bpy.ops.studiolo.choose_variation(number=1)")
    assert blender.run("value = cube.active_material.name") == "moss.001"
    blender.run("bpy.ops.studiolo.choose_variation(number=0)")
    assert blender.run("value = cube.active_material.name") == "moss"
    assert "no variation 8" in refused(blender, "bpy.ops.studiolo.choose_variation(number=7)")
    blender.empty()
    assert "poll" in refused(blender, "bpy.ops.studiolo.choose_variation(number=0)")


def test_again_and_one_map_anew(blender):
    blender.run(f"{CUBE}; bpy.ops.studiolo.texture(prompt='iron', size='256', seed=1); {SETTINGS}")
    blender.run("old = cube.active_material.name; settings.material.words = 'rusty'; bpy.ops.studiolo.again()")
    assert blender.run("value = [old, cube.active_material.name]") == ["iron", "iron, rusty"]
    blender.run("before = cube.active_material.node_tree.nodes['roughness'].image.name")
    blender.run("bpy.ops.studiolo.reroll(map='roughness')")
    assert blender.run("value = cube.active_material.node_tree.nodes['roughness'].image.name != before")
    blender.run("bpy.ops.studiolo.mark_asset()")
    assert blender.run("value = sorted(tag.name for tag in cube.active_material.asset_data.tags)") == ["iron", "rusty"]


def test_a_photo_becomes_a_material(blender):
    blender.run(f"{CUBE}; image = bpy.data.images.new('wall', 64, 64); image.generated_type = 'COLOR_GRID'")
    assert blender.run("value = list(bpy.ops.studiolo.texture(image='wall', prompt=''))") == ["FINISHED"]
    assert blender.run("value = cube.active_material.name") == "wall"


def test_refusals_say_what_to_do(blender):
    assert "neither a prompt nor an image" in refused(blender, "bpy.ops.studiolo.texture()")
    assert "No object is selected. Select what is to be painted." in refused(
        blender, "bpy.ops.studiolo.project(prompt='a face')"
    )
    assert "There is no material" in refused(blender, "bpy.ops.studiolo.again(words='rusty')")
    assert "No image is chosen" in refused(blender, "bpy.ops.studiolo.concept(prompt='dusk', source='IMAGE')")
    assert "There is no 3D view" in refused(blender, "bpy.ops.studiolo.concept(prompt='dusk', source='VIEW')")
    assert "There is no sentence" in refused(blender, "bpy.ops.studiolo.scene_read()")
    for name in ("scene_build", "scene_discard"):
        assert "poll" in refused(blender, f"bpy.ops.studiolo.{name}()")


def test_a_scene_is_proposed_changed_and_built(blender):
    blender.run("bpy.ops.studiolo.scene_read(prompt='three columns in a ring, low sun', seed=1)")
    blender.run("wanted = bpy.context.window_manager.studiolo")
    assert blender.run("value = [[piece.do, piece.use] for piece in wanted.pieces][:2]") == [
        ["add", True],
        ["array", True],
    ]
    assert blender.run("value = len(bpy.data.objects)") == 0  # nothing is built yet
    blender.run("wanted.pieces[1].fields['count'].whole = 5")
    assert blender.run("value = wanted.pieces[1].words").startswith("5 ×")
    blender.run("wanted.pieces[0].use = False")
    assert "has added" in blender.run("value = wanted.problem")
    assert "has added" in refused(blender, "bpy.ops.studiolo.scene_build()")
    assert blender.run("value = len(bpy.data.objects)") == 0
    blender.run("wanted.pieces[0].use = True; bpy.ops.studiolo.scene_build()")
    assert blender.run("value = sum(thing.name.startswith('column') for thing in bpy.data.objects)") == 5
    assert blender.run("value = len(wanted.pieces)") == 0


def test_a_proposal_takes_every_field_of_every_operation(blender):
    """What is shown is read back as it was, and what can't be is said."""
    blender.run(f"""
        import sys
        operations = sys.modules["{ADDON}.scenes.operations"]
        proposal = sys.modules["{ADDON}.interface.proposal"]
        text = '''[
            {{"do": "add", "name": "oak", "kind": "tree", "size": "huge", "proportion": "tall", "height": 12.5}},
            {{"do": "array", "name": "oak", "layout": "scatter", "count": 7, "spacing": "wide"}},
            {{"do": "place", "name": "oak", "where": "at", "x": 1.5, "y": -2.25, "turn": 45}},
            {{"do": "material", "name": "oak", "words": "old bark", "colour": "#123abc", "finish": "satin"}},
            {{"do": "light", "kind": "spot", "height": "high", "side": "back", "tone": "cold", "of": "oak"}},
            {{"do": "camera", "shot": "close", "angle": "low", "side": "right", "lens": 85, "of": "oak"}},
            {{"do": "world", "sky": "night", "fog": "thick", "ground": "snow", "background": "blue"}}
        ]'''
        given = operations.read(text)
        wanted = bpy.context.window_manager.studiolo
        proposal.fill(wanted, given, "an oak", 3)
    """)
    assert blender.run("value = proposal.read(wanted) == given")
    assert blender.run("value = wanted.problem") == ""
    blender.run("wanted.pieces[3].fields['colour'].text = 'octarine'")
    assert "octarine" in blender.run("value = wanted.problem")
    blender.run("bpy.ops.studiolo.scene_discard()")
    assert blender.run("value = len(wanted.pieces)") == 0


@IN_THE_NEWEST
def test_scores_and_writes(blender):
    blender.run("scene = bpy.context.scene; scene.frame_start, scene.frame_end, scene.render.fps = 1, 48, 24")
    blender.run("bpy.ops.studiolo.write(kind='shots', prompt='two shots of rain', told=False, seed=1)")
    assert blender.run("value = len(bpy.data.texts)") == 1
    blender.run("page = bpy.data.texts[0]; before = page.as_string()")
    blender.run("bpy.ops.studiolo.write(kind='shots', prompt='two shots of rain', told=False, text=page.name, seed=2)")
    assert blender.run("value = [len(bpy.data.texts), page.as_string().startswith(before.rstrip())]") == [1, True]
    kinds = blender.run("value = bpy.ops.studiolo.write.get_rna_type().properties['kind'].enum_items.keys()")
    assert kinds == ["notes", "character", "shots"]
    if blender.run("value = bpy.app.build_options.audaspace"):
        blender.run("bpy.ops.studiolo.score(prompt='calm', seed=1)")
        assert blender.run("value = scene.sequence_editor is not None")
    else:
        assert "without sound" in refused(blender, "bpy.ops.studiolo.score(prompt='calm')")


def test_projects_with_the_scenes_camera(blender):
    blender.run(f"""
        {CUBE}
        eye = bpy.data.objects.new("eye", bpy.data.cameras.new("eye"))
        bpy.context.collection.objects.link(eye)
        eye.location, eye.rotation_euler = (4, -4, 3), (1.1, 0, 0.785)
        bpy.context.scene.camera = eye
    """)
    assert blender.run("value = list(bpy.ops.studiolo.project(prompt='stone', size=64, seed=1))") == ["FINISHED"]
    assert blender.run("value = cube.active_material is not None")


def test_ones_own_preset_lies_with_the_settings_and_comes_back(blender):
    blender.run(f"{SETTINGS}; settings.texture.prompt = 'wet clay'; settings.texture.scale = 0.7")
    blender.run("bpy.ops.studiolo.save_preset(name='My clay')")
    where = blender.run(f"import sys; value = str(sys.modules['{ADDON}.interface.operators_presets'].folder())")
    assert where.startswith(str(blender.folder))
    blender.empty()
    blender.run("bpy.ops.studiolo.use_preset(name='My clay')")
    assert blender.run(f"{SETTINGS}; value = [settings.texture.prompt, round(settings.texture.scale, 3)]") == [
        "wet clay",
        0.7,
    ]
    blender.run("bpy.ops.studiolo.use_preset(name='Brick')")
    assert blender.run("value = settings.texture.prompt") == "old red bricks"
    blender.run("bpy.ops.studiolo.remove_preset(name='My clay')")
    assert "no preset" in refused(blender, "bpy.ops.studiolo.use_preset(name='My clay')")
    assert "needs a name" in refused(blender, "bpy.ops.studiolo.save_preset(name=' . ')")


def test_a_preview_is_decoded_without_a_trace(blender):
    """A JPEG as the daemon sends it becomes an icon of its colours; the file that is open knows nothing of it."""
    pixels = blender.run(f"""
        import io, sys, tempfile, pathlib
        import numpy as np
        thumbnails = sys.modules["{ADDON}.interface.thumbnails"]
        image = bpy.data.images.new("made", 300, 200)
        image.pixels.foreach_set(np.tile(np.array([0.8, 0.2, 0.1, 1], np.float32), 300 * 200))
        image.file_format = "JPEG"
        with tempfile.TemporaryDirectory() as folder:
            image.filepath_raw = folder + "/made.jpg"
            image.save()
            data = pathlib.Path(image.filepath_raw).read_bytes()
        bpy.data.images.remove(image)
        before = len(bpy.data.images)
        pixels = thumbnails.decoded(data)
        icons = thumbnails.Thumbnails()
        icons.show("a", data)
        value = [list(pixels.shape), pixels[50, 50].tolist(), len(bpy.data.images) - before,
                 list(icons._icons["a"].image_size), icons.icon("b")]
        icons.close()
    """)
    assert pixels[0] == [100, 150, 4]
    assert pixels[1] == pytest.approx([0.8, 0.2, 0.1, 1.0], abs=0.02)
    assert pixels[2:] == [0, [150, 100], 0]


def test_layouts_are_asked_for_nothing_that_this_blender_lacks(blender):
    """Every icon and every argument that the panels name; panels themselves are drawn in a window only."""
    functions, icons, tables, bars = blender.run(f"""
        import sys
        functions = bpy.types.UILayout.bl_rna.functions
        names = "panels", "proposal", "drawing", "kits"
        panels, proposal, drawing, kits = (sys.modules[f"{ADDON}.interface.{{name}}"] for name in names)
        value = [{{one.identifier: one.parameters.keys() for one in functions}},
                 functions["prop"].parameters["icon"].enum_items.keys(),
                 [*panels.ICONS.values(), *proposal.ICONS.values(), *kits.ICONS.values(),
                  *(icon for _, _, _, icon, _ in kits.PLACES)], drawing.BARS]
    """)
    assert set(tables) <= set(icons)
    assert bars == ("progress" in functions)
    wrong = []
    for file in (install.PLUGINS / "blender" / ADDON).rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Call)):
            for keyword in call.keywords:
                if keyword.arg == "icon":
                    names = [one.value for one in ast.walk(keyword.value) if isinstance(one, ast.Constant)]
                    wrong += [name for name in names if str(name).isupper() and name not in icons]
                if ast.unparse(call.func).split(".")[-2:-1] in (["layout"], ["row"], ["column"], ["box"]):
                    known = functions.get(call.func.attr, [])
                    wrong += [] if keyword.arg in known else [f"{file.name}: {call.func.attr}({keyword.arg}=)"]
    assert not wrong
