"""The add-on as a person has it: in Blender's window, with its real buttons, while things happen around a job."""

import itertools
import json
import time

import pytest
from PIL import Image

from tests.hosts.blender.program import ADDON, ARTEFACTS

TAB, ALONE_TAB = (1143, 251), (1143, 206)
"""Of Studiolo in the sidebar, in a new window of 1400 x 900; and where no object is active, which has a tab too."""
OTHER_TAB = 1143, 291
"""The same in the shader editor and the image editor."""
START = 1090, 127
"""The button that is there while no daemon runs."""
EDGE = 1110
"""A column within the right end of all buttons, where none has words."""
NOWHERE = 300, 890
"""In the status bar."""
VIEW = 500, 500
"""Somewhere in the 3D view."""
OURS = f"""
import sys
def room(name): return sys.modules["{ADDON}." + name]
jobs = room("session").current().jobs
"""
SIDEBAR = """
view = next(area for area in bpy.context.window_manager.windows[0].screen.areas if area.type == "VIEW_3D")
view.spaces.active.show_region_ui = True
status = room("interface.status")
if not hasattr(status, "drawn"):
    status.drawn = set()
    def draw_connection(layout, context, was=status.draw_connection):
        was(layout, context)
        status.drawn.add(context.space_data.type)
    status.draw_connection = draw_connection
status.drawn.clear()
"""
"""Every one of our tabs begins with the connection; here it is noted in which editors it was drawn."""
CUBE = """
mesh = bpy.data.meshes.new("Cube")
import bmesh
made = bmesh.new(); bmesh.ops.create_cube(made, size=2); made.to_mesh(mesh); made.free()
cube = bpy.data.objects.new("Cube", mesh)
bpy.context.scene.collection.objects.link(cube)
bpy.context.view_layer.objects.active = cube
cube.select_set(True)
"""
UNDOABLE = """
with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
    bpy.ops.ed.undo_push(message="a test")
"""
OTHER = """
other = bpy.data.objects.new("Other", mesh.copy())
bpy.context.scene.collection.objects.link(other)
other.select_set(True)
"""
WORN = """
cube = bpy.data.objects.get("Cube")
value = cube.active_material.name if cube and cube.active_material else ""
"""


class Sidebar:
    """Our tab, as it is on the screen."""

    def __init__(self, window):
        self._window = window
        window.run(OURS + SIDEBAR)
        for _ in range(10):  # a sidebar that is still opening has its tabs elsewhere
            time.sleep(1.0)
            self.click(*(TAB if window.run("value = bpy.context.view_layer.objects.active is not None") else ALONE_TAB))
            if window.run("value = 'VIEW_3D' in status.drawn"):
                return
        raise AssertionError("The panel is not drawn.")

    def click(self, x, y):
        """As a hand does it: Blender takes what comes in the same moment for something else."""
        for step in (
            ["mousemove", str(x - 3), str(y)],
            ["mousemove", str(x), str(y)],
            ["mousedown", "1"],
            ["mouseup", "1"],
        ):
            self._window.press(*step)
            time.sleep(0.25)

    def key(self, name):
        """With the mouse over the 3D view, which hears it then."""
        self._window.press("mousemove", *map(str, VIEW))
        time.sleep(0.2)
        self._window.press("key", name)
        time.sleep(0.5)

    def picture(self, name="window"):
        """What is on the screen when it is at rest, and the mouse where it has nothing to say."""
        self._window.press("mousemove", *map(str, NOWHERE))
        self._window.run("for area in bpy.context.window_manager.windows[0].screen.areas: area.tag_redraw()")
        time.sleep(0.7)
        return Image.open(self._window.photograph(name)).convert("RGB")

    def go(self, picture=None):
        """The middle of the large button, and whether it can be pressed: the only one that is 31 pixels high."""
        picture = picture or self.picture()
        column = [picture.getpixel((EDGE, y)) for y in range(picture.height)]
        start = 0
        for y, colour in enumerate(column):
            if colour != column[start]:
                if 28 <= y - start <= 34 and 65 <= column[start][0] <= 110 and len(set(column[start])) == 1:
                    return (1030, (start + y) // 2), column[start][0] > 78
                start = y
        raise AssertionError("There is no large button.")

    def press_go(self):
        where, enabled = self.go()
        assert enabled
        self.click(*where)
        return where


@pytest.fixture
def sidebar(window, daemon):
    window.until(OURS + "value = jobs.connection.connected")
    window.run("told = room('session').current(); told.problems.clear(); told.notes.clear()")
    return Sidebar(window)


def begun(window, prompt="mossy cobblestone", **settings):
    """A cube, and what the panel says."""
    said = "; ".join(
        f"texture.{name} = {value!r}" for name, value in {"prompt": prompt, "size": "256", **settings}.items()
    )
    window.run(f"{CUBE}\ntexture = bpy.context.scene.studiolo.texture; {said}{UNDOABLE}")


def running(window):
    window.until(OURS + "value = bool(jobs.here)", 10)


def over(window, patience=180):
    window.until(OURS + "value = not jobs.here", patience)


# ---- the panel


def test_the_panel_is_drawn_for_every_art(window, sidebar):
    begun(window)
    window.run("settings = bpy.context.scene.studiolo")
    pictures = []
    for art in ("texture", "project", "concept", "scene", "score", "write"):
        window.run(f"settings.art = '{art}'; settings.{art}.more = True")
        picture = sidebar.picture(f"panel-{art}")
        _where, enabled = sidebar.go(picture)
        assert enabled, art
        pictures.append(picture.crop((930, 60, 1160, 800)))
    for one, other in itertools.pairwise(pictures):
        assert one.tobytes() != other.tobytes()
    assert "Traceback" not in window.log()


@pytest.mark.parametrize("kind", ["ShaderNodeTree", "IMAGE_EDITOR"])
def test_the_panels_of_other_editors_are_drawn(window, sidebar, kind):
    begun(window)
    window.run("bpy.ops.studiolo.texture(size='256', variations=2, prompt='a long wall of very old and mossy stone')")
    over(window)
    sidebar.picture("panel-variations")
    window.run(
        """
        view.ui_type = kind
        view.spaces.active.show_region_ui = True
        if kind == "IMAGE_EDITOR":
            view.spaces.active.image = bpy.data.images[0]
    """,
        kind=kind,
    )
    time.sleep(1.0)
    sidebar.click(*OTHER_TAB)
    window.until("value = view.type in status.drawn", 10)
    sidebar.picture(f"panel-{kind.lower()}")


# ---- a job


def test_a_material_by_the_button(window, sidebar):
    begun(window)
    sidebar.press_go()
    running(window)
    window.until(OURS + "value = jobs.here and jobs.here[0].preview is not None", 120)
    sidebar.picture("under-way")
    over(window)
    assert window.run(WORN) == "mossy cobblestone"
    assert window.run("value = 'studiolo_recipe' in cube.active_material")
    sidebar.picture("made")


def test_a_click_on_a_variation_wears_it(window, sidebar):
    begun(window, variations=2, seed=5, keep_seed=True)
    where = sidebar.press_go()
    running(window)
    over(window)
    assert window.run(WORN) == "mossy cobblestone"
    window.run("room('session').current().notes.clear()")
    sidebar.picture("variations")
    sidebar.click(1072, where[1] + 176)  # below the second picture
    assert window.run(WORN) == "mossy cobblestone.001"
    sidebar.picture("second-variation")
    sidebar.key("ctrl+z")
    assert window.run(WORN) == "mossy cobblestone"


def test_a_job_is_cancelled_by_its_button(window, sidebar):
    begun(window, size="4096")
    where = sidebar.press_go()
    running(window)
    sidebar.click(1102, where[1] + 37)
    window.until(OURS + "value = not jobs.here", 10)
    assert window.run(WORN) == ""
    assert window.run("value = len(bpy.data.materials) + len(bpy.data.images)") <= 1  # Blender's own render result


def test_a_problem_is_told_and_dismissed(window, sidebar):
    begun(window)
    window.run("""
        from studiolo_blender.vendor.studiolo_contract.errors import Problem
        told.problems.appendleft(Problem(code="busy", message="There are too many jobs.", mend="Wait for one to end."))
        told.notes.appendleft("Painted at 256 pixels, the size of the model, and enlarged.")
    """)
    where, _ = sidebar.go()
    sidebar.picture("told")
    sidebar.click(1102, where[1] + 38)
    assert window.run("value = [len(told.problems), len(told.notes)]") == [0, 1]
    window.run("told.notes.clear()")


# ---- while a job runs


def test_undo_takes_away_the_material_and_nothing_else(window, sidebar):
    begun(window)
    window.run("cube.location.x = 3.0; bpy.context.view_layer.update()" + UNDOABLE)
    window.run("bpy.ops.studiolo.texture(size='256', seed=3)")
    running(window)
    over(window)
    whole = "cube = bpy.data.objects.get('Cube'); value = [cube.location.x, bool(cube.active_material), len(cube.data.uv_layers)]"
    assert window.run(whole) == [3.0, True, 1]
    sidebar.key("ctrl+z")
    assert window.run(whole) == [3.0, False, 0]
    sidebar.key("ctrl+z")
    assert window.run(whole) == [0.0, False, 0]
    sidebar.key("ctrl+shift+z")
    sidebar.key("ctrl+shift+z")
    assert window.run(whole) == [3.0, True, 1]
    material = "[node.image.packed_file is not None for node in cube.active_material.node_tree.nodes if node.type == 'TEX_IMAGE']"
    assert window.run(f"value = {material}") == [True] * 6


def test_undo_while_a_job_runs_harms_neither(window, sidebar):
    """What is undone stays undone; the material comes all the same, on what is left."""
    begun(window)
    window.run(f"{OTHER}{UNDOABLE}")
    window.run("bpy.ops.studiolo.texture(size='256', seed=3)")
    running(window)
    sidebar.key("ctrl+z")
    assert window.run("value = 'Other' in bpy.data.objects") is False
    over(window)
    assert window.run(WORN) == "mossy cobblestone"
    notes = window.run("value = list(room('session').current().notes)")
    assert "Other is not there any more." in notes
    sidebar.key("ctrl+z")
    assert window.run(WORN) == ""


def test_a_result_waits_for_its_file(window, sidebar, tmp_path):
    begun(window)
    one = str(tmp_path / "one.blend")
    save(window, one)
    window.run("bpy.ops.studiolo.texture(size='256', seed=4)")
    running(window)
    window.empty()
    assert window.run(OURS + "value = [len(jobs.here), len(jobs.elsewhere())]") == [0, 1]
    again = Sidebar(window)
    again.picture("waits-elsewhere")
    window.until(OURS + "value = all(one.complete for one in jobs._underway.values())", 120)  # it has come
    time.sleep(1)
    assert window.run("value = len(bpy.data.materials)") == 0  # and is kept
    window.run("bpy.ops.wm.open_mainfile(filepath=one)", one=one)
    window.until(OURS + "value = not jobs.here and not jobs.elsewhere()", 120)
    assert window.run(WORN) == "mossy cobblestone"


def test_a_result_may_be_brought_to_the_file_that_is_open(window, sidebar, tmp_path):
    begun(window)
    save(window, str(tmp_path / "one.blend"))
    window.run("bpy.ops.studiolo.texture(size='256', seed=4)")
    running(window)
    window.empty()
    begun(window)
    window.run("bpy.ops.studiolo.bring_here(key=jobs.elsewhere()[0].key)")
    over(window)
    assert window.run(WORN) == "mossy cobblestone"
    assert window.run(OURS + "value = len(jobs.elsewhere())") == 0


def save(window, path):
    window.run("""
with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
    bpy.ops.wm.save_as_mainfile(filepath=path)
""", path=path)  # fmt: skip


def test_a_result_may_come_in_the_middle_of_a_gesture(window, sidebar):
    """It waits for its end where Blender says that there is one (since 4.2); here it has to do no harm."""
    begun(window)
    window.run("bpy.ops.studiolo.texture(size='256', seed=3)")
    running(window)
    sidebar.key("g")
    window.press("mousemove", "560", "520")
    over(window)
    window.press("key", "Escape")
    time.sleep(0.5)
    assert window.run(WORN) == "mossy cobblestone"
    assert window.run("value = list(cube.location)") == [0.0, 0.0, 0.0]


# ---- how long Blender is held up

WATCH = f"""
import sys, time
def room(name): return sys.modules["{ADDON}." + name]
gaps, ours, beat = [], {{}}, [time.perf_counter()]

def tick():
    now = time.perf_counter()
    gaps.append(now - beat[0])
    beat[0] = now
    return 0.01

def watched(owner, name, title):
    was = getattr(owner, name)
    def run(*arguments, **named):
        wall, cpu = time.perf_counter(), time.thread_time()
        try:
            return was(*arguments, **named)
        finally:
            ours.setdefault(title, []).append((time.perf_counter() - wall, time.thread_time() - cpu))
    setattr(owner, name, run)

watched(room("session").current().jobs, "pump", "a turn of all tasks")
watched(room("session"), "push_undo", "of that, Blender's undo step")
watched(room("surfaces.materials"), "show_preview", "of that, a material's preview")
watched(room("interface.thumbnails").Thumbnails, "show", "a preview decoded")
watched(room("interface.panels"), "_draw_art", "the panel drawn")
bpy.app.timers.register(tick)
"""


def test_blender_is_not_held_up(window, sidebar):
    """No piece of ours takes longer than a frame; kept for people are the gaps of a 10 ms timer, which has to wait for
    Blender's own drawing too."""
    begun(window, seed=3, keep_seed=True)
    window.run(WATCH)
    figures = {}
    window.run("gaps.clear()")
    time.sleep(5)
    figures["idle"] = gaps(window)
    window.run("""
        def redrawn():
            view.tag_redraw()
            return 0.1
        bpy.app.timers.register(redrawn)
        gaps.clear()
    """)
    time.sleep(5)
    figures["3D view redrawn ten times a second, nothing under way"] = gaps(window)
    window.run("bpy.app.timers.unregister(redrawn); gaps.clear()")
    sidebar.press_go()
    running(window)
    over(window)
    time.sleep(1)
    figures["a texture from the click to its material"] = gaps(window)
    parts = window.run(
        "value = {name: [[round(1000 * one, 2) for one in each] for each in took] for name, took in ours.items()}"
    )
    figures["parts"] = {
        name: {
            "times": len(took),
            "longest": max(wall for wall, _ in took),
            "longest on the processor": max(cpu for _, cpu in took),
        }
        for name, took in parts.items()
    }
    window.run("bpy.app.timers.unregister(tick)")
    (ARTEFACTS / "held-up.json").write_text(json.dumps(figures, indent=2) + "\n")
    assert figures["parts"]["a preview decoded"]["longest on the processor"] < 16
    assert figures["parts"]["the panel drawn"]["longest on the processor"] < 16


def gaps(window):
    """Between two beats of a 10 ms timer, in milliseconds."""
    return window.run("""
        some = sorted(gaps[1:])
        value = {"beats": len(some), "median": round(1000 * some[len(some) // 2], 1), "longest": round(1000 * some[-1], 1)}
    """)


# ---- what ends models and daemons, and so comes last


def test_a_render_can_have_the_memory(window, sidebar, daemon):
    """Models leave when a render begins, once that is switched on; they come back with the next task."""
    begun(window)
    window.run(f"preferences = bpy.context.preferences.addons['{ADDON}'].preferences")
    read(window)
    window.render("not-freed", (32, 24), 1)
    assert workers(daemon)
    window.run("preferences.free_before_rendering = True")
    window.render("freed", (32, 24), 1)
    window.run("preferences.free_before_rendering = False")
    end = time.monotonic() + 20
    while workers(daemon):
        assert time.monotonic() < end
        time.sleep(0.1)
    read(window)
    assert workers(daemon)


def read(window):
    window.run("bpy.ops.studiolo.scene_read(prompt='three columns in a ring')")
    over(window)
    window.run("bpy.ops.studiolo.scene_discard()")


def workers(daemon):
    """Of the daemon: those that hold a model."""
    return [lane["worker"] for lane in daemon.status()["lanes"].values() if lane["worker"] is not None]


def test_a_daemon_that_dies_and_comes_back_finishes_the_job(window, sidebar, daemon):
    begun(window, size="512")
    sidebar.press_go()
    window.until(OURS + "value = jobs.here and jobs.here[0].share > 0.1", 120)
    daemon.kill()
    window.until(OURS + "value = not jobs.connection.connected", 20)
    sidebar.picture("daemon-died")
    daemon.start()
    over(window, 240)
    assert window.run(WORN) == "mossy cobblestone"


def test_start_starts_a_daemon_where_none_runs(window, sidebar, daemon):
    daemon.stop()
    try:
        window.until(OURS + "value = not jobs.connection.connected", 20)
        _where, enabled = sidebar.go()
        assert not enabled
        sidebar.picture("not-running")
        sidebar.click(*START)
        window.until(OURS + "value = jobs.connection.connected", 60)
        time.sleep(0.5)
        assert sidebar.go()[1]
        window.run("bpy.ops.studiolo.stop_daemon()")
        window.until(OURS + "value = not jobs.connection.connected", 30)
    finally:
        until_gone(daemon)
        daemon.start()


def until_gone(daemon):
    end = time.monotonic() + 30
    while daemon.running() is not None:
        assert time.monotonic() < end, "a daemon is left"
        time.sleep(0.1)
