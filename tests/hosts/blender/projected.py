"""What the tests of Project do inside Blender, and a scene whose every place has a colour that says where it is.

The painter of most of them is Cycles itself: things in such colours are rendered, and those pictures are projected. So
every place of the result is known to be right or wrong, from any side.
"""

import numpy as np
from PIL import Image

from tests.hosts.blender.program import ADDON, ARTEFACTS

SIDE = 256

INSIDE = f"""
import hashlib, json, math, os, tempfile, time
import numpy as np
import {ADDON} as studiolo
from {ADDON} import recipes
from {ADDON}.images import pictures
from {ADDON}.projecting import cameras, projection
from {ADDON}.projecting.meshes import taken
from {ADDON}.task import Arrival, Aside, Ask
from {ADDON}.vendor.studiolo_contract.events import ImageOutput
from {ADDON}.vendor.studiolo_contract.media import Blob
from {ADDON}.vendor.studiolo_contract.recipe import Recipe, Timings
from mathutils import Vector

def watcher(name, place, at=(0, 0, 0), **lens):
    data = bpy.data.cameras.new(name)
    thing = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(thing)
    thing.location = place
    thing.rotation_euler = (Vector(at) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    for setting, value in lens.items():
        setattr(data, setting, value)
    if bpy.context.scene.camera is None:
        bpy.context.scene.camera = thing
    return thing

def patterned(thing, one, other, scale=2.0):
    "Glows in a pattern of its own space, which no UVs are needed for."
    material = bpy.data.materials.new("pattern of " + thing.name)
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    where, checker = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeTexChecker")
    glow, output = tree.nodes.new("ShaderNodeEmission"), tree.nodes.new("ShaderNodeOutputMaterial")
    # sides of the pattern's fields lie on no surface of a cube
    moved = tree.nodes.new("ShaderNodeMapping")
    moved.inputs["Location"].default_value = 0.13, 0.17, 0.11
    tree.links.new(where.outputs["Object"], moved.inputs["Vector"])
    tree.links.new(moved.outputs["Vector"], checker.inputs["Vector"])
    checker.inputs["Color1"].default_value, checker.inputs["Color2"].default_value = (*one, 1), (*other, 1)
    checker.inputs["Scale"].default_value = scale
    tree.links.new(checker.outputs["Color"], glow.inputs["Color"])
    tree.links.new(glow.outputs["Emission"], output.inputs["Surface"])
    thing.data.materials.clear()
    thing.data.materials.append(material)

def shaded(camera, width, height):
    "What Cycles sees from there."
    bpy.context.scene.camera = bpy.data.objects[camera]
    path = os.path.join(tempfile.mkdtemp(), "seen.png")
    render(path, width, height, 16)
    image = bpy.data.images.load(path)
    pixels = pictures.pixels_of(image)[..., :3]
    bpy.data.images.remove(image)
    return pixels

def glowing():
    "Has the baked textures shown as they are, without light."
    for material in bpy.data.materials:
        node = material.node_tree.nodes.get(projection.looks.NODE) if material.node_tree else None
        if node is not None:
            output = material.node_tree.get_output_node("ALL")
            glow = material.node_tree.nodes.new("ShaderNodeEmission")
            material.node_tree.links.new(node.outputs["Color"], glow.inputs["Color"])
            material.node_tree.links.new(glow.outputs["Emission"], output.inputs["Surface"])

REQUESTS, HELD = [], []

def carried_out(task, paint):
    "Does a task whose pictures `paint` makes: a function of the request's number."
    REQUESTS.clear(), HELD.clear()
    steps, value, number = task.steps(), None, 0
    try:
        while True:
            began = time.perf_counter()
            wait = steps.send(value)
            HELD.append((time.perf_counter() - began) * 1000)
            if isinstance(wait, Aside):
                value = wait.work()
                continue
            blobs = {{}}
            def put(data):
                name = hashlib.sha256(data).hexdigest()
                blobs[name] = bytes(data)
                return name
            request = wait.request(put)
            REQUESTS.append((request, blobs))
            data = pictures.encoded(paint(number))
            number += 1
            recipe = Recipe(request=request, settled=request, final_prompt="", model="known", model_revision="",
                            model_sha256="", licence="", engine="", device="", studiolo="", timings=Timings())
            blob = Blob(sha256="0" * 64, size=len(data), media_type="image/png")
            value = Arrival(recipe, ((ImageOutput(blob=blob, width=request.width, height=request.height), data),))
    except StopIteration as end:
        HELD.append((time.perf_counter() - began) * 1000)
        return end.value

def sent(number, field):
    "A picture that was sent with a request."
    request, blobs = REQUESTS[number]
    picture = getattr(request, field)
    return np.frombuffer(blobs[picture.sha256], np.uint8).reshape(picture.height, picture.width, 4)

def refused(code):
    try:
        code()
    except Exception as problem:
        return type(problem).__name__ + ": " + str(problem)
"""

SCENE = f"""
scene = bpy.context.scene
scene.render.resolution_x = scene.render.resolution_y = {SIDE}
bpy.ops.mesh.primitive_cube_add(size=1.5, location=(-1.1, 0.3, 0), rotation=(0, 0, 0.4))
bpy.ops.mesh.primitive_monkey_add(location=(1.0, 0, 0))
bpy.ops.object.shade_smooth()
bpy.context.object.modifiers.new("finer", "SUBSURF").levels = 2
cube, monkey = bpy.data.objects["Cube"], bpy.data.objects["Suzanne"]
monkey.modifiers[0].render_levels = 2
patterned(cube, (0.8, 0.1, 0.05), (0.9, 0.6, 0.1))
patterned(monkey, (0.05, 0.3, 0.8), (0.1, 0.8, 0.5))
watcher("Left", (-2.2, -5, 1.6)), watcher("Right", (2.6, -4.8, 1.4)), watcher("Between", (0.2, -5.4, 1.5))
watcher("Behind", (0.5, 5.2, 1.5))
"""
CAMERAS = "Left", "Right", "Between", "Behind"


def kept(name, blender, *pictures):
    """Pictures beside each other, for people to see."""
    ARTEFACTS.mkdir(exist_ok=True)
    row = np.concatenate([np.asarray(picture)[..., :3] for picture in pictures], axis=1)
    Image.fromarray((row * 255).round().astype(np.uint8)).save(ARTEFACTS / f"{name}-{blender.version}.png")


def seen(blender, picture):
    """A picture that Blender has, 0 to 1."""
    return np.array(blender.run(f"value = {picture}.tolist()"), np.float32) / 255
