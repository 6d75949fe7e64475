"""What the tests do inside Blender, on its main thread: sent to the driver once, and called by name from then on.

Knows Blender's API alone, from 3.4 on.
"""

import math

import bpy
from mathutils import Euler, Vector


def empty():
    """A scene with nothing in it, and nothing else in the file; add-ons and preferences stay."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


def render(path, width, height, samples):
    """Paints the scene as it is by Cycles, on the processor; nothing of that stays in it. Where there is no camera, one
    looks at all meshes from the front, the right and above; where there is no light, the sun shines from there."""
    bpy.context.view_layer.update()
    scene = bpy.context.scene.copy()
    scene.name = "render"
    made = []
    if scene.camera is None:
        made.append(camera(scene, height / width))
    if not any(thing.type == "LIGHT" for thing in scene.objects):
        made.append(sun(scene))
    world = None
    if scene.world is None:
        world = scene.world = bpy.data.worlds.new("render")
        world.use_nodes = True
        world.node_tree.nodes["Background"].inputs["Color"].default_value = 0.4, 0.4, 0.4, 1
    settings = scene.render
    settings.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.use_denoising = False
    settings.resolution_x, settings.resolution_y, settings.resolution_percentage = width, height, 100
    settings.use_sequencer = settings.use_compositing = False
    settings.image_settings.file_format = "PNG"
    settings.image_settings.color_mode = "RGBA"
    settings.filepath = path
    scene.view_settings.view_transform = "Standard"
    bpy.ops.render.render(scene=scene.name, write_still=True)
    bpy.data.scenes.remove(scene)
    for thing in made:
        kind = bpy.data.lights if thing.type == "LIGHT" else bpy.data.cameras
        kind.remove(thing.data)
    if world is not None:
        bpy.data.worlds.remove(world)


def camera(scene, aspect):
    """Sees every mesh, and hardly more."""
    corners = [thing.matrix_world @ Vector(corner) for thing in scene.objects if thing.type == "MESH"
               for corner in thing.bound_box] or [Vector()]  # fmt: skip
    low, high = (Vector(f(corner[axis] for corner in corners) for axis in range(3)) for f in (min, max))
    thing = placed(scene, "render camera", bpy.data.cameras.new("render camera"))
    thing.rotation_euler = Euler((math.radians(60), 0, math.radians(30)))
    half = math.atan(math.tan(thing.data.angle / 2) * min(aspect, 1 / aspect))
    distance = 0.5 * max((high - low).length, 0.1) / math.sin(half)
    thing.location = (low + high) / 2 + thing.rotation_euler.to_matrix() @ Vector((0, 0, distance))
    scene.camera = thing
    return thing


def sun(scene):
    thing = placed(scene, "render sun", bpy.data.lights.new("render sun", "SUN"))
    thing.data.energy = 3
    thing.rotation_euler = Euler((math.radians(40), 0, math.radians(60)))
    return thing


def placed(scene, name, data):
    thing = bpy.data.objects.new(name, data)
    scene.collection.objects.link(thing)
    return thing
