"""What `scripts/bench blender` does inside Blender, on its main thread: sent there once, and called by name.

Knows the add-on as a script does, and looks at how long each turn on the main thread takes.
"""

import time

import bpy
import numpy as np

import studiolo_blender
from studiolo_blender import session
from studiolo_blender.surfaces import materials


class Meter:
    """How long the main thread was held by what came from the daemon."""

    def __init__(self, jobs):
        self.turns = []
        self._pump = jobs.pump
        jobs.pump = self._timed

    def _timed(self):
        began = time.perf_counter()
        happened = self._pump()
        if happened:
            self.turns.append(1000 * (time.perf_counter() - began))
        return happened


def attach():
    global METER
    METER = Meter(session.current().jobs)


def cube():
    bpy.ops.mesh.primitive_cube_add(size=1)
    return bpy.context.object


def textured(prompt, **settings):
    """A material from words or an image, on a cube: seconds until it is assigned, seconds that the models ran, and the
    milliseconds of each turn on the main thread."""
    thing = cube()
    METER.turns.clear()
    began = time.perf_counter()
    made = studiolo_blender.texture(prompt, [thing], **settings)
    took = time.perf_counter() - began
    assert thing.active_material.name == made.materials[0]
    run = made.recipes[0].timings
    return {"material": made.materials[0], "took": took, "models": run.run + run.load, "turns": list(METER.turns)}


def image(name, path):
    """A picture from a file as an image datablock."""
    made = bpy.data.images.load(path)
    made.name = name
    return made.name


def saved(material, folder, names):
    """The maps of a material as Blender has them, as arrays from the top row."""
    for name in names:
        picture = materials.map_of(bpy.data.materials[material], name)
        width, height = picture.size
        values = np.empty(width * height * 4, np.float32)
        picture.pixels.foreach_get(values)
        np.save(f"{folder}/{name}.npy", values.reshape(height, width, 4)[::-1])


class Drift:
    """A timer that wants to run every ten milliseconds, and the longest it had to wait."""

    def start(self):
        self.last, self.longest = time.perf_counter(), 0.0
        bpy.app.timers.register(self._tick_function())

    def _tick_function(self):
        def tick():
            now = time.perf_counter()
            self.longest = max(self.longest, now - self.last)
            self.last = now
            return None if self.over else 0.01

        self.over = False
        return tick

    def stop(self):
        self.over = True
        return 1000 * self.longest
