"""Project and Concept, in real Blenders: what is baked is rendered by Cycles, and must look as it was painted."""

import numpy as np
import pytest

from tests.hosts.blender.conftest import IN_THE_NEWEST
from tests.hosts.blender.program import ARTEFACTS
from tests.hosts.blender.projected import CAMERAS, SCENE, SIDE, kept


@pytest.mark.parametrize(
    ("width", "height", "lens"),
    [
        (320, 180, {}),
        (180, 320, {}),
        (320, 180, {"sensor_fit": "VERTICAL", "sensor_height": 20.0}),
        (180, 320, {"sensor_fit": "HORIZONTAL", "sensor_width": 30.0}),
        (200, 200, {"shift_x": 0.2, "shift_y": -0.13, "lens": 24.0}),
        (180, 320, {"shift_x": 0.2, "shift_y": -0.13}),
        (320, 180, {"type": "ORTHO", "ortho_scale": 4.5, "shift_y": 0.1}),
        (180, 320, {"type": "ORTHO", "ortho_scale": 4.5, "sensor_fit": "HORIZONTAL"}),
    ],
)
def test_a_point_is_where_blender_sees_it(inside, width, height, lens):
    ours, blenders, matrix = inside.run(
        """
        from bpy_extras.object_utils import world_to_camera_view
        scene = bpy.context.scene
        scene.render.resolution_x, scene.render.resolution_y = width, height
        camera = watcher("Camera", (4, -5, 3), (0.3, 0.2, 0.1), **lens)
        camera.scale = 2, 1, 0.5
        bpy.context.view_layer.update()
        points = np.random.default_rng(0).uniform(-1.5, 1.5, (40, 3))
        own = cameras.camera_of(scene, camera.evaluated_get(bpy.context.evaluated_depsgraph_get()))
        inside = own.into(points)
        ours = np.concatenate((own.pictured(inside), -inside[:, 2:]), 1).tolist()
        blenders = [list(world_to_camera_view(scene, camera, Vector(point))) for point in points]
        matrix = np.array(camera.calc_matrix_camera(bpy.context.evaluated_depsgraph_get(), x=width, y=height))
        flat = np.concatenate((inside, np.ones((40, 1))), 1) @ matrix.T
        value = ours, blenders, (flat[:, :2] / flat[:, 3:]).tolist()
        """,
        width=width,
        height=height,
        lens=lens,
    )
    ours, blenders, matrix = map(np.array, (ours, blenders, matrix))
    assert np.allclose(ours[:, 0], blenders[:, 0], atol=1e-4)
    assert np.allclose(1 - ours[:, 1], blenders[:, 1], atol=1e-4)
    assert np.allclose(ours[:, 2], blenders[:, 2], atol=1e-4)
    assert np.allclose(ours[:, :2] * (2, -2) - (1, -1), matrix, atol=1e-4)


def test_pixels_that_are_no_squares(inside):
    """`world_to_camera_view` leaves them out; the projection matrix that Blender renders with does not."""
    ours, matrix = inside.run(
        """
        scene = bpy.context.scene
        scene.render.resolution_x, scene.render.resolution_y = 320, 200
        scene.render.pixel_aspect_x, scene.render.pixel_aspect_y = 1.0, 1.5
        camera = watcher("Camera", (4, -5, 3))
        bpy.context.view_layer.update()
        points = np.random.default_rng(0).uniform(-1.5, 1.5, (40, 3))
        own = cameras.camera_of(scene, camera)
        inside = own.into(points)
        given = dict(x=320, y=200, scale_x=1.0, scale_y=1.5)
        matrix = np.array(camera.calc_matrix_camera(bpy.context.evaluated_depsgraph_get(), **given))
        flat = np.concatenate((inside, np.ones((40, 1))), 1) @ matrix.T
        value = own.pictured(inside).tolist(), (flat[:, :2] / flat[:, 3:]).tolist()
        """
    )
    assert np.allclose(np.array(ours) * (2, -2) - (1, -1), matrix, atol=1e-4)


def test_two_cameras_paint_a_cube_and_a_monkey(views, inside):
    """Seen again from both, and from between them, it is what was painted; and what neither saw got the colours of its
    own thing only, without a black seam."""
    inside.run(SCENE)
    known = list(views.values())
    made = inside.run(
        """
        task = projection.Project("a pattern", ("Cube", "Suzanne"), ("Left", "Right"), size=512, native=side, seed=5)
        made = carried_out(task, lambda number: VIEWS[("Left", "Right")[number]])
        glowing()
        value = {"objects": made.objects, "materials": made.materials, "images": made.images, "notes": made.notes}
        """,
        side=SIDE,
    )
    assert made["objects"] == ["Cube", "Suzanne"]
    assert made["notes"] == []
    found = []
    for name in CAMERAS:
        inside.run("bpy.context.scene.camera = bpy.data.objects[name]", name=name)
        found.append(inside.render(f"projection-{name}", (SIDE, SIDE))[..., :3])
    kept("projection-two-cameras", inside, *(picture for pair in zip(known, found, strict=True) for picture in pair))
    for name, old, new in zip(("Left", "Right", "Between"), known, found, strict=False):
        thing = np.ptp(old, axis=-1) > 0.2  # the world is grey
        wrong = (np.abs(old - new).max(-1) > 0.25) & thing
        share = wrong.sum() / thing.sum()
        assert share < (0.05 if name != "Between" else 0.12), name
    behind, truth = found[3], known[3]
    red = (truth[..., 0] > truth[..., 2] + 0.2) & (behind[..., 0] > -1)
    blue = truth[..., 2] > truth[..., 0] + 0.2
    assert red.sum() > 1200
    assert blue.sum() > 1200
    assert (behind[red][:, 0] > behind[red][:, 2] + 0.1).mean() > 0.99
    assert (behind[blue][:, 2] > behind[blue][:, 0] + 0.1).mean() > 0.99
    for picture, old in zip(found, known, strict=True):
        thing = np.ptp(old, axis=-1) > 0.2
        assert (picture[thing].max(-1) < 0.35).mean() < 0.001  # no colour of theirs is as dark


def test_each_camera_begins_from_what_those_before_it_painted(views, inside):
    inside.run(SCENE)
    first, second, mask, style, seeds, shape = inside.run(
        """
        task = projection.Project("a pattern", ("Cube", "Suzanne"), ("Left", "Right"), size=256, native=side, seed=5)
        carried_out(task, lambda number: VIEWS[("Left", "Right")[number]])
        value = (
            sent(0, "image").tolist(), sent(1, "image").tolist(), sent(1, "mask").tolist(),
            sent(1, "style_image").tolist() == np.dstack((VIEWS["Left"], np.full((side, side), 255))).tolist(),
            [request.seed for request, _ in REQUESTS], [(request.width, request.height) for request, _ in REQUESTS],
        )
        """,
        side=SIDE,
    )
    first, second, mask = (np.array(picture)[..., :3] / 255 for picture in (first, second, mask))
    kept("projection-begins-from", inside, first, second, mask)
    assert style
    assert seeds == [5, 5]
    assert shape == [[SIDE, SIDE]] * 2
    left, right = views["Left"], views["Right"]
    assert (np.ptp(first, axis=-1) > 0.2).mean() < 0.01  # clay, and no colour of what is not painted yet
    stays = mask[..., 0] == 0
    assert 0.08 < stays.mean() < 0.4
    assert np.median(np.abs(second - right)[stays].max(-1)) < 0.04
    # the cube's right side is seen by the second camera better
    assert (mask[..., 0] == 1).mean() > 0.3
    assert not np.allclose(left, right)


def test_a_second_projection_keeps_the_first_where_it_sees_nothing(inside):
    inside.run(
        """
        bpy.context.scene.render.resolution_x = bpy.context.scene.render.resolution_y = 200
        bpy.ops.mesh.primitive_cube_add()
        watcher("Front", (0, -5, 0)), watcher("Back", (0, 5, 0))
        plain = lambda *colour: np.full((64, 64, 3), colour, np.uint8)
        carried_out(projection.Project("red", ("Cube",), ("Front",), size=256, native=64), lambda _: plain(220, 40, 40))
        carried_out(projection.Project("blue", ("Cube",), ("Back",), size=256, native=64), lambda _: plain(40, 40, 220))
        glowing()
        """
    )
    for name, colour in (("Front", (220, 40, 40)), ("Back", (40, 40, 220))):
        inside.run("bpy.context.scene.camera = bpy.data.objects[name]", name=name)
        seen = inside.render("projection-again", (64, 64))[24:40, 24:40, :3] * 255
        assert np.abs(seen - colour).max() < 6


def test_a_model_with_depth_gets_depth_and_no_clay(views, inside):
    depth, clay = inside.run(
        SCENE
        + """
task = projection.Project("a pattern", ("Cube", "Suzanne"), ("Left",), size=128, native=side, depth=True)
carried_out(task, lambda number: VIEWS["Left"])
value = sent(0, "depth_image").tolist(), REQUESTS[0][0].image is not None
""",
        side=SIDE,
    )
    depth = np.array(depth)
    kept("projection-depth", inside, depth / 255)
    assert not clay
    assert depth[0, 0, 0] == 0
    assert depth[..., 0].max() >= 254
    thing = np.ptp(views["Left"], axis=-1) > 0.2
    assert ((depth[..., 0] > 20) == thing).mean() > 0.99


def test_what_makes_no_sense_is_said_at_once(inside):
    told = inside.run(
        """
        def tried(**given):
            task = projection.Project(**{"prompt": "stone", "objects": ("Cube",)} | given)
            return refused(lambda: carried_out(task, lambda number: np.zeros((64, 64, 3), np.uint8)))
        value = {}
        value["no object"] = tried(objects=())
        value["gone"] = tried(objects=("Kube",))
        bpy.ops.mesh.primitive_cube_add()
        value["no camera"] = tried()
        watcher("Away", (0, -5, 0), (0, -9, 0))
        value["no prompt"] = tried(prompt=" ")
        value["sees none"] = tried()
        value["is no camera"] = tried(cameras=("Cube",))
        bpy.data.cameras[0].type = "PANO"
        value["panoramic"] = tried()
        bpy.data.cameras[0].type = "PERSP"
        value["size"] = tried(size=3)
        bpy.ops.curve.primitive_bezier_circle_add()
        value["no mesh"] = tried(objects=(bpy.context.object.name,))
        bpy.data.meshes["Cube"].clear_geometry()
        value["no faces"] = tried()
        value["left"] = len(bpy.data.images), len(bpy.data.materials), len(REQUESTS)
        """
    )
    assert told.pop("left") == [0, 0, 0]
    for name, words in {
        "no object": "No object is selected. Select", "gone": "no object called Kube", "no camera": "has no camera",
        "no prompt": "prompt is empty", "sees none": "No camera sees any", "is no camera": "no camera called Cube",
        "panoramic": "panoramic lens", "size": "texture of 3 texels", "no mesh": "is no mesh",
        "no faces": "Cube has no faces",
    }.items():  # fmt: skip
        assert told[name].startswith("StudioloError: "), name
        assert words in told[name], told[name]


def test_blender_is_held_up_for_moments_only(inside):
    """A head of 60,000 triangles onto 1024 x 1024; what Blender itself takes to divide it is not counted."""
    held, triangles, aside = inside.run(
        """
        bpy.ops.mesh.primitive_monkey_add()
        bpy.ops.object.shade_smooth()
        bpy.context.object.modifiers.new("finer", "SUBSURF").levels = 3
        watcher("Left", (-2.2, -5, 1.6)), watcher("Right", (2.6, -4.8, 1.4))
        depsgraph = bpy.context.evaluated_depsgraph_get()
        triangles = len(taken(bpy.context.object, depsgraph).corners)
        began = time.perf_counter()
        task = projection.Project("stone", ("Suzanne",), ("Left", "Right"), size=1024, native=256)
        carried_out(task, lambda number: np.full((256, 256, 3), 200, np.uint8))
        value = HELD, triangles, time.perf_counter() - began
        """
    )
    print(
        f"Blender {inside.version}: held up for {max(held):.1f} ms at most, {sum(held):.1f} in all; {aside:.1f} s in all"
    )
    assert triangles > 60_000
    assert sum(held) < 250  # a loaded machine's; alone it is a tenth


@IN_THE_NEWEST
def test_the_starter_paints_an_object(inside, tmp_path):
    """With the real daemon; saved, opened again and rendered."""
    inside.run(
        """
        bpy.context.scene.render.resolution_x = bpy.context.scene.render.resolution_y = 256
        bpy.ops.mesh.primitive_monkey_add()
        bpy.ops.object.shade_smooth()
        bpy.context.object.modifiers.new("finer", "SUBSURF").levels = 2
        watcher("Left", (-2.2, -5, 1.0)), watcher("Right", (2.6, -4.8, 1.0))
        """
    )
    before = inside.render("projection-starter-before", (256, 256))
    value = inside.run(
        """
        told = []
        made = studiolo.project("rusty metal", [bpy.data.objects["Suzanne"]], ["Left", "Right"], size=512, seed=3,
                                strength=0.8, progress=lambda label, share: told.append(label))
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
        image = bpy.data.images[made.images[0]]
        value = {
            "labels": sorted({label.split(":")[0] for label in told}), "models": [r.model for r in made.recipes],
            "notes": made.notes, "size": list(image.size), "packed": image.packed_file is not None,
            "worn": bpy.data.objects["Suzanne"].material_slots[0].material.name, "made": made.materials[0],
            "sizes": [(r.settled.width, r.settled.height, r.settled.seed) for r in made.recipes],
        }
        """,
        path=str(tmp_path / "saved.blend"),
    )
    after = inside.render("projection-starter-after", (256, 256))
    inside.run("glowing(); bpy.context.scene.camera = bpy.data.objects['Right']")
    kept("projection-starter", inside, before, after, inside.render("projection-starter-right", (256, 256)))
    assert {"Painting Left, 1 of 2", "Painting Right, 2 of 2"} <= set(value["labels"])
    assert value["models"] == ["starter-picture"] * 2
    assert value["sizes"] == [[256, 256, 3]] * 2
    assert value["size"] == [512, 512]
    assert value["packed"]
    assert value["worn"] == value["made"]
    thing = np.abs(before[..., :3].mean(-1) - before[2, 2, :3].mean()) > 0.03
    assert np.ptp(before[thing][:, :3], axis=-1).mean() < 0.03
    assert np.ptp(after[thing][:, :3], axis=-1).mean() > 0.06  # grey before, and now of colours


def test_a_render_becomes_a_concept(inside):
    inside.run(
        """
        scene = bpy.context.scene
        bpy.ops.mesh.primitive_monkey_add(size=2.6)
        scene.world = bpy.data.worlds.new("evening")
        scene.world.use_nodes = True
        scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = 0.5, 0.2, 0.05, 1
        sun(scene)
        scene.render.resolution_x, scene.render.resolution_y, scene.cycles.samples = 256, 192, 4
        watcher("Front", (1, -5, 1))
        scene.render.engine = "CYCLES"
        scene.render.image_settings.file_format = "JPEG"
        """
    )
    assert "Nothing was rendered yet. Render first." in inside.run("value = refused(lambda: studiolo.concept('dusk'))")
    assert "no image called nowhere" in inside.run("value = refused(lambda: studiolo.concept('dusk', 'nowhere'))")
    value = inside.run(
        """
        bpy.ops.render.render()
        made = studiolo.concept("a stone head in the desert, oil painting", strength=0.5, seed=2)
        image = bpy.data.images[made.images[0]]
        again = studiolo.concept("night", image, strength=0.0, seed=2)
        same = bpy.data.images[again.images[0]]
        value = {
            "size": list(image.size), "packed": image.packed_file is not None, "users": image.use_fake_user,
            "space": image.colorspace_settings.name, "prompt": recipes.kept(image).request.prompt,
            "format": bpy.context.scene.render.image_settings.file_format, "name": image.name,
            "difference": int(np.abs(pictures.pixels_of(image).astype(int) - pictures.pixels_of(same)).max()),
        }
        sources = [shaded("Front", 256, 192), pictures.pixels_of(image)[..., :3]]
        value["likeness"] = float(np.corrcoef(*(
            np.array([[part.mean() for part in np.array_split(rows, 8, 1)] for rows in np.array_split(picture, 8, 0)]).ravel()
            for picture in sources
        ))[0, 1])
        image.save(filepath=path)
        """,
        path=str(ARTEFACTS / f"concept-{inside.version}.png"),
    )
    assert value["size"] == [256, 192]
    assert value["packed"]
    assert value["users"]
    assert value["space"] == "sRGB"
    assert value["prompt"] == "a stone head in the desert, oil painting"
    assert value["format"] == "JPEG"
    assert value["difference"] == 0
    assert value["likeness"] > 0.7
