"""Texture this, in real Blenders: what the daemon made is rendered, and the picture is what the maps say."""

import numpy as np
import pytest
from PIL import Image

from studiolo.texture.seams import seam
from tests.hosts.blender.conftest import IN_THE_NEWEST
from tests.hosts.blender.program import ADDON

PROMPT, SEED, SIDE = "mossy cobblestone", 3, 192
RELIEF = 1 / 16

INSIDE = f"""
import math
import numpy as np
import {ADDON} as studiolo
from {ADDON} import recipes
from {ADDON}.surfaces import materials, texturing, uvs

def plane(size=1.0, parts=1, name="Plane", **place):
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=parts, y_subdivisions=parts, size=size, **place)
    thing = bpy.context.object
    thing.name = name
    return thing

def borrowed(path):
    "The material that was made for all tests."
    with bpy.data.libraries.load(path) as (found, wanted):
        wanted.materials = found.materials
    return wanted.materials[0]

def seen(width, side=False):
    "A camera that sees this many metres, from above or from the front."
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    bpy.context.scene.collection.objects.link(camera)
    camera.data.type, camera.data.ortho_scale = "ORTHO", width
    camera.location = (0, -10, 0) if side else (0, 0, 10)
    camera.rotation_euler = (math.pi / 2, 0, 0) if side else (0, 0, 0)
    bpy.context.scene.camera = camera

def lit(sky=0.0, sun=None):
    "By the sky evenly, or by a sun from a direction: x, y, z."
    scene = bpy.context.scene
    scene.world = bpy.data.worlds.new("sky")
    scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = sky, sky, sky, 1
    for old in [thing for thing in scene.objects if thing.type == "LIGHT"]:
        bpy.data.objects.remove(old)
    light = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
    scene.collection.objects.link(light)
    light.data.energy = 0.0 if sun is None else 2.0
    if sun is not None:
        from mathutils import Vector
        light.rotation_euler = Vector(sun).to_track_quat("Z", "Y").to_euler()

def written(material, folder):
    "Its maps as the files that are packed."
    for name in materials.maps_in(material):
        with open(f"{{folder}}/{{name}}.png", "wb") as file:
            file.write(materials.map_of(material, name).packed_file.data)

def told(made):
    return dict(materials=made.materials, images=made.images, objects=made.objects, notes=made.notes,
                recipes=[json.dumps(codec.to_plain(recipe)) for recipe in made.recipes])

def refused(ask):
    try:
        ask()
    except Exception as error:
        return str(error)

import json
from {ADDON}.vendor.studiolo_contract import codec
"""

MAKE = """
studiolo.texture(prompt, objects=[], seed=seed)
bpy.ops.wm.save_as_mainfile(filepath=path)
"""


@pytest.fixture
def host(blender):
    blender.run(INSIDE)
    return blender


@pytest.fixture(scope="session")
def library(module, tmp_path_factory):
    """A file with one material in it, made by the whole way from words."""
    path = str(tmp_path_factory.mktemp("library") / "made.blend")
    module.empty()
    module.run(INSIDE)
    module.run(MAKE, prompt=PROMPT, seed=SEED, path=path)
    return path


def maps(host, folder, name="material"):
    """The maps of a material that `name` stands for, as numbers from the top row."""
    folder.mkdir(exist_ok=True)
    host.run(f"written({name}, {str(folder)!r})")
    found = {file.stem: np.asarray(Image.open(file)).astype(np.float32) for file in folder.glob("*.png")}
    return {name: pixels / (65535 if name == "height" else 255) for name, pixels in found.items()}


def linear(picture):
    return np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)


def sized(plane, side=SIDE):
    return np.asarray(Image.fromarray(np.asarray(plane, np.float32)).resize((side, side), Image.Resampling.BOX))


def alike(one, other):
    """Correlation: 1 for the same but for brightness and contrast."""
    return np.corrcoef(np.ravel(one), np.ravel(other))[0, 1]


# ---- what is made


def test_words_become_a_material_that_is_worn(host):
    told = host.run(
        """
        stone, bare = plane(name="stone"), plane(name="bare", location=(3, 0, 0))
        stone.scale = 2, 2, 2
        bare.data.uv_layers.remove(bare.data.uv_layers[0])
        bare.data.materials.append(bpy.data.materials.new("old"))
        bpy.ops.object.empty_add()
        bpy.ops.object.text_add(location=(0, 3, 0))
        text = bpy.context.object
        made = studiolo.texture(prompt, [stone, "bare", text, "Empty", "nowhere"], seed=seed, denoising_steps=2)
        value = told(made)
        """,
        prompt=PROMPT,
        seed=SEED,
    )
    assert told["materials"] == [PROMPT, f"{PROMPT} from the box"]  # a text has no UVs
    assert set(told["objects"]) == {"stone", "bare", "Text"}
    assert len(told["images"]) == 6
    assert sum("bare had no UVs and now has some" in note for note in told["notes"]) == 1
    assert sum("Empty is no object" in note for note in told["notes"]) == 1
    assert sum("nowhere is not there any more" in note for note in told["notes"]) == 1
    worn = "value = [thing.active_material.name for thing in (stone, bare, text)] + [len(bare.data.materials)]"
    assert host.run(worn) == [PROMPT, PROMPT, f"{PROMPT} from the box", 1]
    assert host.run(
        """
        material = stone.active_material
        value = [[name, image.colorspace_settings.name, image.is_float, bool(image.packed_file), *image.size]
                 for name in materials.maps_in(material) for image in [materials.map_of(material, name)]]
        """
    ) == [
        ["basecolor", "sRGB", False, True, 256, 256],
        ["ao", "Non-Color", False, True, 256, 256],
        ["metallic", "Non-Color", False, True, 256, 256],
        ["roughness", "Non-Color", False, True, 256, 256],
        ["normal", "Non-Color", False, True, 256, 256],
        ["height", "Non-Color", True, True, 256, 256],
    ]
    recipe = host.run("recipe = materials.recipe_of(material); value = [recipe.settled.prompt, recipe.settled.seed]")
    assert recipe == [PROMPT, SEED]
    assert host.run("value = [stone['studiolo_metres_per_uv'], bare['studiolo_metres_per_uv']]") == [2, 1]
    host.run("studiolo.again(material, 'wet', strength=0.3)")
    assert host.run(worn) == [f"{PROMPT}, wet", f"{PROMPT}, wet", f"{PROMPT}, wet.001", 1]
    said = host.run(
        """
        one, twin = stone.active_material, text.active_material
        materials.set_scale(one, 0.5)
        value = [materials.twins(one) == [twin], materials.maps_in(twin), twin["studiolo_scale"],
                 all(materials.map_of(one, name) == materials.map_of(twin, name) for name in materials.maps_in(twin))]
        """
    )
    assert said == [True, ["basecolor", "ao", "metallic", "roughness", "height"], 0.5, True]


def test_heights_keep_their_sixteen_bits(host, library, tmp_path):
    levels = host.run(
        """
        image = materials.map_of(borrowed(path), "height")
        pixels = np.empty(256 * 256 * 4, np.float32)
        image.pixels.foreach_get(pixels)
        value = pixels.reshape(256, 256, 4)[::-1, :, 0].tolist()
        """,
        path=library,
    )
    host.run("material = bpy.data.materials[0]")
    packed = maps(host, tmp_path)["height"]
    assert np.abs(np.array(levels) - packed).max() < 1 / 65535 / 4
    assert len(np.unique(packed)) > 10_000  # 8 bits would have 256


def test_variations_stand_side_by_side(host):
    told = host.run(
        """
        stone = plane()
        made = studiolo.texture("sand", [stone], seed=9, variations=3, denoising_steps=2)
        value = [told(made), stone.active_material.name,
                 [[material.use_fake_user, materials.recipe_of(material).settled.seed,
                   material.preview.image_size[0], max(material.preview.image_pixels_float)]
                  for material in map(bpy.data.materials.get, made.materials)]]
        """
    )
    made, worn, each = told
    assert made["materials"] == ["sand", "sand.001", "sand.002"]
    assert worn == "sand"
    assert [one[:3] for one in each] == [[True, 9, 256], [True, 10, 256], [True, 11, 256]]
    assert all(0.5 < one[3] <= 1.0 for one in each)


def test_a_picture_alone_gives_its_maps(host, tmp_path):
    host.run(
        """
        image = bpy.data.images.new("photo", 128, 96)
        rows, columns = np.mgrid[:96, :128]
        colour = np.stack([columns // 16 % 2 * 0.6 + 0.2, rows // 16 % 2 * 0.6 + 0.2, 0.3 + 0 * rows, 1 + 0 * rows], -1)
        image.pixels.foreach_set(colour.astype(np.float32).ravel())
        made = studiolo.texture(image=image, objects=[plane(4)], seamless=False, scale=2.0)
        material = bpy.data.materials[made.materials[0]]
        """
    )
    found = maps(host, tmp_path)
    assert found["basecolor"].shape == (96, 128, 3)
    assert found["basecolor"][95, 17] == pytest.approx([0.8, 0.2, 0.3], abs=1 / 255)  # rows from the top
    # a tile of 128 x 96 pixels that is 2 m wide is 1.5 m high
    assert host.run("value = list(material.node_tree.nodes['mapping'].inputs['Scale'].default_value)") == pytest.approx(
        [4 / 2, 4 / 1.5, 2]
    )


def test_what_makes_no_sense_is_refused(host):
    said = host.run(
        """
        material = bpy.data.materials.new("plain")
        value = [refused(lambda: studiolo.texture("", [])), refused(lambda: studiolo.texture("slate", [], scale=0)),
                 refused(lambda: studiolo.texture(image="nowhere")), refused(lambda: studiolo.again("plain", "rusty")),
                 refused(lambda: studiolo.again("nowhere", "rusty")), refused(lambda: studiolo.reroll("plain", "ao")),
                 refused(lambda: studiolo.reroll("plain", "gloss"))]
        """
    )
    expected = ["neither a prompt nor an image", "can't be 0 m wide", "no image nowhere", "does not say how it was made",
                "no material nowhere", "does not say how it was made", "no map gloss"]  # fmt: skip
    for words, sentence in zip(expected, said, strict=True):
        assert words in sentence
    assert host.run("value = [len(bpy.data.materials), len(bpy.data.images)]") == [1, 0]


def test_an_object_that_is_deleted_meanwhile_costs_nothing(host):
    told = host.run(
        """
        stone = plane(name="stone")
        def gone(label, share):
            if "stone" in bpy.data.objects:
                bpy.data.objects.remove(bpy.data.objects["stone"])
        made = studiolo.texture("sand", [stone], denoising_steps=2, progress=gone)
        value = told(made)
        """
    )
    assert told["objects"] == []
    assert "stone is not there any more." in told["notes"]
    assert host.run("value = bpy.data.materials['sand'].use_fake_user") is True


# ---- what is rendered


def test_its_colour_arrives(host, library, tmp_path):
    check_colour(host, library, tmp_path)


def test_its_colour_arrives_in_an_older_blender(window, tmp_path):
    window.run(INSIDE)
    path = str(tmp_path / "made.blend")
    window.run(MAKE, prompt=PROMPT, seed=SEED, path=path)
    window.run("empty()")
    check_colour(window, path, tmp_path)


def check_colour(host, library, tmp_path):
    host.run("material = borrowed(path); plane().data.materials.append(material); seen(1); lit(sky=1)", path=library)
    picture = linear(host.render("material-colour", (SIDE, SIDE), 32)[..., :3])
    found = maps(host, tmp_path)
    expected = linear(found["basecolor"]) * (0.5 + 0.5 * found["ao"][..., None])
    expected = np.stack([sized(expected[..., channel]) for channel in range(3)], -1)
    assert picture.mean((0, 1)) == pytest.approx(expected.mean((0, 1)), abs=0.03)  # and what a varnish mirrors
    assert alike(picture, expected) > 0.9  # where it belongs, too: rows from the top
    assert alike(picture, expected[::-1]) < 0.7


def test_light_meets_the_relief(host, library, tmp_path):
    host.run(
        """
        material = borrowed(path)
        plane().data.materials.append(material)
        raised = material.node_tree.nodes["output"].inputs["Displacement"].links[0]
        material.node_tree.links.remove(raised)  # so that it is the normals that bend the light, and nothing else
        seen(1)
        """,
        path=library,
    )
    pictures = {}
    for name, sun in {"left": (-1, 0, 1), "right": (1, 0, 1), "below": (0, -1, 1), "above": (0, 1, 1)}.items():
        host.run("lit(sun=sun)", sun=sun)
        pictures[name] = linear(host.render(f"material-sun-{name}", (SIDE, SIDE), 16)[..., :3]).mean(-1)
    normal = maps(host, tmp_path)["normal"] * 2 - 1
    across = (pictures["right"] - pictures["left"]) / (pictures["right"] + pictures["left"] + 1e-3)
    up = (pictures["above"] - pictures["below"]) / (pictures["above"] + pictures["below"] + 1e-3)
    assert alike(across, sized(normal[..., 0])) > 0.8
    assert alike(up, sized(normal[..., 1])) > 0.8


def test_height_moves_vertices(host, library, tmp_path):
    host.run(
        """
        material = borrowed(path)
        plane(parts=256).data.materials.append(material)
        seen(0.25, side=True)
        lit(sky=1)
        bpy.context.scene.render.film_transparent = True
        """,
        path=library,
    )
    heights = maps(host, tmp_path)["height"]
    middle = slice(96, 160)  # what the camera sees
    expected = (heights[:, middle].max(0) - 0.5) * RELIEF
    for metres in (1.0, 0.5):
        host.run("materials.set_scale(material, metres)", metres=metres)
        covered = host.render(f"material-relief-{metres}", (SIDE, SIDE), 16)[..., 3]
        top = (SIDE / 2 - covered.argmax(0)) * 0.25 / SIDE  # metres above the plane
        if metres == 1.0:
            assert np.ptp(top) > 0.3 * np.ptp(expected)
            assert top.mean() == pytest.approx(expected.mean(), abs=0.004)
        assert top.max() == pytest.approx((heights.max() - 0.5) * RELIEF * metres, abs=0.004 + 0.004 * metres)
    host.run("materials.displace(material, False)")
    covered = host.render("material-flat", (SIDE, SIDE), 16)[..., 3]
    assert (covered > 0.5).sum(0).max() <= 1


@IN_THE_NEWEST
def test_no_seam_is_seen_between_tiles(host, library):
    host.run(
        "plane(3).data.materials.append(borrowed(path)); materials.set_scale(bpy.data.materials[0], 1/3)"
        "; seen(3); lit(sky=0.3, sun=(-1, 1, 1.5))",
        path=library,
    )
    # the plane's UV unit is 3 m, as the material does not know: at 1/3 a tile is 1 m
    picture = host.render("material-tiles", (3 * 128, 3 * 128), 16)[..., :3] * 255
    tiles = [picture[row : row + 128, column : column + 128] for row in (0, 128, 256) for column in (0, 128, 256)]
    assert all(alike(tiles[4], tile) > 0.97 for tile in tiles)
    for turned in (picture, picture.transpose(1, 0, 2)):
        steps = np.abs(np.diff(turned, axis=1)).mean((0, 2))
        borders, inside = steps[[127, 255]], np.delete(steps, [127, 255])
        assert borders.max() < 1.1 * np.percentile(inside, 95)
    mean = np.mean(tiles, 0)
    assert seam(mean.round().clip(0, 255).astype(np.uint8)) < 1.25


@pytest.mark.parametrize("each", [False, True])
def test_a_tile_is_as_wide_as_it_was_asked_to_be(host, library, tmp_path, each):
    """Whatever an object's UVs are, and also where two objects' UVs differ."""
    host.run(
        """
        thing = plane(2.0)
        thing.scale = 0.5, 0.5, 0.5  # it is 1 m wide
        layer = thing.data.uv_layers[0].data
        for corner in layer:
            corner.uv = corner.uv * 0.3
        other = plane(1.0, location=(0, 5, 0))
        bpy.context.view_layer.update()
        wearers = [thing, other] if each else [thing]
        old = borrowed(path)
        images = {name: materials.map_of(old, name) for name in materials.maps_in(old)}
        material = materials.build("own", images, 0.5, [materials.density(one, False) for one in wearers])
        materials.assign(material, wearers)
        seen(1)
        lit(sky=1)
        """,
        path=library,
        each=each,
    )
    assert host.run("value = bool(material['studiolo_each'])") is each
    for metres, count in ((0.5, 2), (0.25, 4)):
        host.run("materials.set_scale(material, metres)", metres=metres)
        picture = host.render(f"material-{metres}-m", (SIDE, SIDE), 16)[..., :3]
        wide = SIDE // count
        assert alike(picture[:, :-wide], picture[:, wide:]) > 0.95
        assert alike(picture[:, : -wide // 2], picture[:, wide // 2 :]) < 0.6
        if each:  # the other one has UVs of another density, and looks the same
            host.run("bpy.context.scene.camera.location.y = 5")
            again = host.render(f"material-{metres}-m-other", (SIDE, SIDE), 16)[..., :3]
            host.run("del other['studiolo_metres_per_uv']")  # as on an object that was given the material by hand
            plain = host.render(f"material-{metres}-m-plain", (SIDE, SIDE), 16)[..., :3]
            assert np.std(plain) > 0.8 * np.std(picture)
            host.run("materials.assign(material, [other]); bpy.context.scene.camera.location.y = 0")
            assert again.mean((0, 1)) == pytest.approx(picture.mean((0, 1)), abs=0.02)
            assert alike(again[:, :-wide], again[:, wide:]) > 0.95


# ---- months later


def test_again_but_rustier_after_the_file_was_closed(host, library, tmp_path):
    before = maps_of_file(host, library, tmp_path / "before")
    path = tmp_path / "saved.blend"
    host.run(
        """
        material = bpy.data.materials[0]
        stone, twin = plane(name="stone"), plane(name="twin")
        for thing in (stone, twin):
            thing.data.materials.append(material)
        bpy.ops.wm.save_as_mainfile(filepath=path)
        empty()
        bpy.ops.wm.open_mainfile(filepath=path)
        material = bpy.data.materials[0]
        """,
        path=str(path),
    )
    reopened = maps(host, tmp_path / "reopened")
    assert {name: pixels.tobytes() for name, pixels in reopened.items()} == {
        name: pixels.tobytes() for name, pixels in before.items()
    }
    told = host.run("made = studiolo.again(material, 'rusty iron'); value = told(made)")
    assert set(told["objects"]) == {"stone", "twin"}
    assert f"{PROMPT} is kept." in told["notes"]
    said = host.run(
        """
        new = bpy.data.objects["stone"].active_material
        settled = materials.recipe_of(new).settled
        value = [new.name, new == bpy.data.objects["twin"].active_material, settled.prompt, settled.seed,
                 bpy.data.materials[name].use_fake_user, float(new["studiolo_scale"])]
        """,
        name=PROMPT,
    )
    assert said == [f"{PROMPT}, rusty iron", True, f"{PROMPT}, rusty iron", SEED, True, 1.0]
    after = maps(host, tmp_path / "after", "new")
    change = np.abs(after["basecolor"] - before["basecolor"]).mean()
    assert change > 0.02
    assert alike(after["basecolor"], before["basecolor"]) > 0.3
    assert np.array_equal(maps(host, tmp_path / "old", f"bpy.data.materials[{PROMPT!r}]")["ao"], before["ao"])


def test_one_map_anew(host, library, tmp_path):
    before = maps_of_file(host, library, tmp_path / "before")
    host.run(
        "material = bpy.data.materials[0]; count = len(bpy.data.images); studiolo.reroll(material, 'roughness', seed=5)"
    )
    after = maps(host, tmp_path / "after")
    assert [name for name in before if not np.array_equal(before[name], after[name])] == ["roughness"]
    assert host.run("value = [len(bpy.data.images) - count, materials.recipe_of(material).settled.seed]") == [0, SEED]
    host.run("studiolo.reroll(material, seed=6)")
    anew = maps(host, tmp_path / "anew")
    assert all(not np.array_equal(before[name], anew[name]) for name in ("basecolor", "normal", "roughness", "height"))
    assert host.run("value = [len(bpy.data.images) - count, materials.recipe_of(material).settled.seed]") == [0, 6]


def maps_of_file(host, library, folder):
    host.run("material = borrowed(path)", path=library)
    return maps(host, folder)


# ---- in lists


def test_an_asset_is_found_by_its_words(host, library):
    said = host.run(
        """
        material = borrowed(path)
        before = list(material.preview.image_pixels_float)
        materials.mark_as_asset(material)
        value = [material.asset_data.description, sorted(tag.name for tag in material.asset_data.tags),
                 list(material.preview.image_pixels_float) == before, list(material.preview.image_size),
                 bool(np.std(before) > 0.1)]
        """,
        path=library,
    )
    assert said == [PROMPT, ["cobblestone", "mossy"], True, [256, 256], True]
