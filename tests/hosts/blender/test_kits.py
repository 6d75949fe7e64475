"""Kits in real Blenders: composed from a brief and the scene, and dropped part by part from the project."""

import json
from dataclasses import replace

import numpy as np
import pytest

from studiolo.media import pictures
from studiolo_contract.kit import KitFile
from studiolo_contract.media import blob_of
from tests import projects
from tests.hosts.blender.conftest import IN_THE_NEWEST
from tests.hosts.blender.program import ADDON
from tests.hosts.blender.test_operators import refused
from tests.hosts.blender.test_window import CUBE as WINDOWS_CUBE
from tests.hosts.blender.test_window import OURS, Sidebar
from tests.studiolo.compose.kits import kit_of, wav

INSIDE = f"""
import {ADDON} as studiolo

def cube():
    bpy.ops.mesh.primitive_cube_add(size=2)
    return bpy.context.object

def strips():
    editor = bpy.context.scene.sequence_editor
    return [] if editor is None else list(editor.strips if hasattr(editor, "strips") else editor.sequences)

def refused(ask):
    try:
        ask()
    except Exception as error:
        return str(error)
"""
HEAD = 985, 396
"""Of the panel, in a window of 1400 x 900 in which an object is selected."""
BRIEF = "An old lighthouse keeper hears music rising from the sea, the night before the storm."


def larger(kit, data):
    """With pictures of 64 pixels a side, and two seconds of music."""
    parts = []
    for part in kit.parts:
        files = []
        for number, file in enumerate(part.files):
            content = data[file.blob.sha256]
            if file.name.endswith(".png"):
                shade = np.full((64, 128 if "preview" in file.name else 64, 3), 240 - 30 * number, np.uint8)
                content = pictures.encode_png(shade, {})
            elif file.name.endswith(".wav"):
                content = wav(2.0)
            blob = blob_of(content, file.blob.media_type)
            data[blob.sha256] = content
            files.append(KitFile(name=file.name, blob=blob))
        parts.append(replace(part, files=tuple(files)))
    return replace(kit, parts=tuple(parts)), data


@pytest.fixture(scope="module")
def folder(daemon, tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    projects.write(folder, "the-keeper", *larger(*kit_of()))
    projects.write(folder, "salt", *larger(*kit_of(missing=("concept",), title="Salt & Sand", created=1.0)))
    return folder


@pytest.fixture
def opened(daemon, folder):
    projects.open_at(daemon, folder, name="Gull Rock")
    yield folder
    projects.close_at(daemon)
    with daemon.client("owner") as client:
        for concept in client.concepts():
            client.forget(concept.name)


@pytest.fixture
def any_blender(blender, opened):
    blender.run(INSIDE)
    return blender


def test_a_texture_comes_onto_the_selected_objects_in_the_size_of_the_world(any_blender):
    any_blender.run("thing = cube(); made = studiolo.drop('The Keeper', 'texture', scale=0.5)")
    names, worn, tile = any_blender.run("""
        material = bpy.data.materials[made.materials[0]]
        value = [made.materials, [slot.name for slot in thing.material_slots], material["studiolo_scale"]]
    """)
    assert names == worn == ["The Keeper: texture"]
    assert tile == 0.5
    spaces = any_blender.run("""
        value = {node.name: node.image.colorspace_settings.name for node in material.node_tree.nodes
                 if node.type == "TEX_IMAGE"}
    """)
    assert spaces.pop("basecolor") == "sRGB"
    assert set(spaces) == {"normal", "roughness", "metallic", "height", "ao"}
    assert set(spaces.values()) == {"Non-Color"}


def test_a_picture_comes_as_a_reference_behind_the_camera_or_as_an_image(any_blender):
    any_blender.run("bpy.context.scene.cursor.location = 1, 2, 3; made = studiolo.drop('the-keeper', 'concept')")
    assert any_blender.run("""
        thing = bpy.data.objects[made.objects[0]]
        value = [thing.type, thing.empty_display_type, thing.data.name, list(thing.data.size), list(thing.location)]
    """) == ["EMPTY", "IMAGE", "The Keeper: concept", [64, 64], [1.0, 2.0, 3.0]]
    drop = "lambda: studiolo.drop('the-keeper', 'concept', place='background')"
    assert "has no camera" in any_blender.run(f"value = refused({drop})")
    any_blender.run(f"""
        bpy.ops.object.camera_add()
        bpy.context.scene.camera = bpy.context.object
        made = ({drop})()
        seen = bpy.context.scene.camera.data
    """)
    assert any_blender.run("value = [seen.show_background_images, seen.background_images[0].image.name]") == [
        True, "The Keeper: concept.001",
    ]  # fmt: skip
    any_blender.run("made = studiolo.drop('the-keeper', 'concept', place='image')")
    assert any_blender.run("value = [list(made.objects), bpy.data.images[made.images[0]].use_fake_user]") == [[], True]


def test_music_comes_to_the_present_frame_as_long_as_it_is(any_blender):
    any_blender.run("bpy.context.scene.frame_set(13)")
    if not any_blender.run("value = bpy.app.build_options.audaspace"):
        said = any_blender.run("value = refused(lambda: studiolo.drop('the-keeper', 'soundtrack'))")
        assert said.startswith("This Blender was built without sound.")
        return
    any_blender.run("made = studiolo.drop('the-keeper', 'soundtrack')")
    assert any_blender.run("""
        (strip,) = strips()
        value = [strip.name, strip.frame_final_start, strip.frame_final_duration, strip.sound.packed_file is not None]
    """) == ["The Keeper: soundtrack", 13, 48, True]


def test_prose_comes_among_the_texts_without_its_properties(any_blender):
    any_blender.run("made = studiolo.drop('The Keeper', 'scene')")
    assert any_blender.run("value = bpy.data.texts[made.texts[0]].as_string()") == "The *sea* sang.\n\nHe listened.\n"


def test_kits_are_listed_and_what_is_not_there_is_said(any_blender, daemon):
    assert any_blender.run("""
        found = studiolo.kits()
        value = [found.project, [kit.title for kit in found.kits], [part.name for part in found.kits[0].parts]]
    """) == ["Gull Rock", ["The Keeper", "Salt & Sand"], ["scene", "concept", "texture", "soundtrack"]]
    for kit, part, says in (
        ("Nobody", "scene", "Gull Rock has no kit called Nobody."),
        ("the-keeper", "sceen", "The Keeper has no part called 'sceen'. It has scene, concept, texture, soundtrack."),
        ("salt & sand", "concept", "concept is missing: That painter is not here. Pull it."),
    ):
        assert says in any_blender.run(f"value = refused(lambda: studiolo.drop({kit!r}, {part!r}))")
    assert any_blender.run("value = [len(bpy.data.images), len(bpy.data.texts)]") == [0, 0]
    projects.close_at(daemon)
    assert any_blender.run("value = refused(lambda: studiolo.drop('the-keeper', 'scene'))") == (
        "No project is open. Open one with `./studiolo project FOLDER`."
    )
    assert any_blender.run("value = [studiolo.kits().project, list(studiolo.kits().kits)]") == ["", []]


@IN_THE_NEWEST
def test_a_picture_that_is_none_and_a_texture_that_lacks_maps(any_blender, folder, opened):
    place = folder / "Kits/salt"
    (place / "texture/normal.png").unlink()
    (place / "soundtrack.wav").write_bytes(b"no sound at all")
    any_blender.run("made = studiolo.drop('salt', 'texture')")
    assert any_blender.run("value = [list(made.materials), list(made.images), list(made.notes)]") == [
        [], ["Salt & Sand: texture"],
        ["Salt & Sand: texture has no normal, so it is an image; Find the Maps makes a material of it."],
    ]  # fmt: skip
    if any_blender.run("value = bpy.app.build_options.audaspace"):
        said = any_blender.run("value = refused(lambda: studiolo.drop('salt', 'soundtrack'))")
        assert said.startswith("The sound of Salt & Sand: soundtrack can't be read.")


@IN_THE_NEWEST
def test_a_kit_is_composed_from_a_brief_and_the_scene_and_comes_into_it(any_blender, opened):
    any_blender.run("""
        thing = cube()
        thing.name = "Lighthouse"
        bpy.context.scene.frame_end = 120
        told = []
    """)
    any_blender.run(
        f"made = studiolo.compose({BRIEF!r}, seed=7, progress=lambda label, share: told.append([label, share]))"
    )
    kit = next(place for place in (opened / "Kits").iterdir() if place.name not in ("the-keeper", "salt"))
    recipe = json.loads((kit / "recipe.json").read_text())
    assert recipe["request"]["scene"] == "In the scene: Lighthouse. It lasts 5 seconds."
    assert recipe["request"]["seconds"] == 5.0
    assert recipe["request"]["project"]
    title = recipe["title"]
    assert any_blender.run("value = [list(made.materials), list(made.objects), list(made.texts)]") == [
        [f"{title}: texture"[:40]], [f"{title}: concept", "Lighthouse"], [f"{title}: scene"],
    ]  # fmt: skip
    assert any_blender.run("value = [slot.name for slot in thing.material_slots]") == [f"{title}: texture"[:40]]
    assert f"The kit {title} is in Gull Rock." in any_blender.run("value = list(made.notes)")
    assert any_blender.run("value = bpy.data.materials[made.materials[0]].get('studiolo_recipe', '')").startswith("{")
    if any_blender.run("value = bpy.app.build_options.audaspace"):
        assert any_blender.run("value = [[s.frame_final_start, s.frame_final_end] for s in strips()]") == [[1, 121]]
    assert any(label.startswith("Composing: part") for label, _ in any_blender.run("value = told"))
    any_blender.run("again = studiolo.again(made.materials[0], 'with moss')")  # its maps know how they were made
    assert any_blender.run("value = list(again.objects)") == ["Lighthouse"]


def test_without_a_brief_and_a_scene_nothing_is_begun(any_blender):
    assert any_blender.run("value = refused(lambda: studiolo.compose(' '))").startswith("There is no brief.")
    assert "There is no brief." in refused(any_blender, "bpy.ops.studiolo.compose(prompt='')")


def test_the_panel_shows_the_kits_and_a_button_drops_a_part_in_one_step_to_undo(window, opened):
    window.until(OURS + "value = jobs.connection.connected")
    window.run(WINDOWS_CUBE)
    sidebar = Sidebar(window)
    window.run("panels = room('interface.kits')")
    sidebar.click(*HEAD)
    window.until("value = panels._shelf.found.project == 'Gull Rock'", 30)
    window.until("value = panels._shelf.icon(panels.face_of(panels._shelf.found.kits[0])) != 0", 30)
    sidebar.picture("kits")
    window.run("with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):\n"
               "    bpy.ops.ed.undo_push(message='a test')\n"
               "    bpy.ops.studiolo.drop(kit='the-keeper', part='texture')\n"
               "    bpy.ops.studiolo.drop(kit='the-keeper', part='concept')")  # fmt: skip
    window.until(OURS + "value = not jobs.here and cube.active_material is not None", 60)
    sidebar.picture("kits-dropped")
    with_one = "[one.name for one in bpy.data.objects if one.type == 'EMPTY']"
    assert window.run(f"value = {with_one}") == ["The Keeper: concept"]
    window.run("with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]): bpy.ops.ed.undo()")
    window.run("with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]): bpy.ops.ed.undo()")
    assert window.run(f"value = [{with_one}, bpy.data.objects['Cube'].active_material is None]") == [[], True]
