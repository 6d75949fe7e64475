"""The add-on is a good guest in every Blender: Blender's own tools accept its package and install it, it brings all it
needs, writes nothing where it lies, loads nothing under a name of its own, and leaves nothing behind."""

import ast
import subprocess
import sys
import tomllib
import zipfile
from contextlib import closing
from pathlib import Path, PurePosixPath

import pytest

from studiolo import __version__
from studiolo_cli import install
from tests.hosts.blender.conftest import IN_THE_NEWEST
from tests.hosts.blender.program import ADDON, Module, python

SNAPSHOT = """
import threading
from bpy.app import handlers

KINDS = ("Scene", "Object", "Material", "Image", "WindowManager", "World", "Text", "Screen", "PropertyGroup")

def snapshot():
    kept = {kind: sorted(getattr(bpy.types, kind).bl_rna.properties.keys()) for kind in KINDS}
    kept["types"] = sorted(dir(bpy.types))
    kept["drawn"] = {name: len(getattr(bpy.types, name).draw._draw_funcs) for name in dir(bpy.types)
                     if hasattr(getattr(getattr(bpy.types, name), "draw", None), "_draw_funcs")}
    kept["drawn"] = {name: many for name, many in kept["drawn"].items() if many > 1}
    kept["handlers"] = {name: sorted(map(repr, getattr(handlers, name))) for name in dir(handlers)
                        if isinstance(getattr(handlers, name), list)}
    keys = bpy.context.window_manager.keyconfigs.addon
    kept["keys"] = sum(len(one.keymap_items) for one in keys.keymaps) if keys else 0
    kept["threads"] = sorted(thread.name for thread in threading.enumerate() if not thread.name.startswith("Thread-"))
    return kept
"""
BUILT_IN = {"bpy", "bmesh", "mathutils", "bpy_extras", "gpu", "gpu_extras", "blf", "numpy"}
"""What every Blender has besides the standard library."""
UNWANTED = {"subprocess", "socket", "ssl", "http", "urllib", "requests", "asyncio", "multiprocessing", "ctypes", "pip",
            "ensurepip", "importlib.metadata", "pickle", "marshal", "shelve", "webbrowser"}  # fmt: skip
"""Of the standard library: what starts programs, reaches into the network, or runs what it reads."""


@pytest.fixture
def alone(version, home, tmp_path):
    """Blender as a module of its own, without the add-on."""
    with closing(Module(version, tmp_path, home)) as module:
        yield module


def tool(version, *arguments):
    """Blender's own tool for extensions; without a window it needs no Blender."""
    scripts = python(version).parents[1] / f"lib/python3.11/site-packages/bpy/{version}/scripts"
    command = [python(version), scripts / "addons_core/bl_pkg/cli/blender_ext.py", *arguments]
    if arguments[0] in ("validate", "build"):
        command += ["--valid-tags", scripts / "modules/_bpy_internal/extensions/tags.py"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rror" not in done.stdout, done.stdout
    return done.stdout


def names(package):
    """Of the files in a zip, below the add-on's folder."""
    with zipfile.ZipFile(package) as archive:
        return {name.removeprefix(f"{ADDON}/") for name in archive.namelist() if not name.endswith("/")}


def modules():
    """The add-on's own: each path with its tree."""
    folder = install.PLUGINS / "blender" / ADDON
    return [(path.relative_to(folder).as_posix(), ast.parse(path.read_bytes())) for path in folder.rglob("*.py")]


def imported(tree):
    """Every module that is imported by its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


# ---- the package


def test_blenders_own_tool_finds_nothing_wrong(version, package, unpacked, tmp_path):
    assert "Success" in tool(version, "validate", package)
    assert "Success" in tool(version, "validate", unpacked / ADDON)
    tool(version, "build", "--source-dir", unpacked / ADDON, "--output-filepath", tmp_path / "built.zip")
    assert names(tmp_path / "built.zip") == names(package)


def test_the_manifest_says_what_is_so(unpacked):
    manifest = tomllib.loads((unpacked / ADDON / "blender_manifest.toml").read_text("utf-8"))
    assert manifest["id"] == ADDON
    assert manifest["version"] == __version__
    assert "blender" not in manifest["name"].lower()  # Blender's terms for names
    assert sorted(manifest["permissions"]) == ["files", "network"]
    foreign = {path.stem for path in (unpacked / ADDON / "vendor").glob("*.LICENSE")} - {"studiolo"}
    assert all(any(name in line for line in manifest["copyright"]) for name in foreign)
    module = ast.parse((unpacked / ADDON / "__init__.py").read_bytes())
    info = next(ast.literal_eval(node.value) for node in module.body
                if isinstance(node, ast.Assign) and node.targets[0].id == "bl_info")  # fmt: skip
    assert ".".join(map(str, info["version"])) == manifest["version"]
    assert info["name"] == manifest["name"]
    assert info["blender"] == (3, 4, 0)


def test_the_zip_has_sources_and_licences_only_in_one_folder(package):
    with zipfile.ZipFile(package) as archive:
        assert {PurePosixPath(name).parts[0] for name in archive.namelist()} == {ADDON}
    kinds = {PurePosixPath(name).suffix for name in names(package)}
    assert kinds <= {".py", ".toml", ".json", ".LICENSE", ".md", ""}
    assert {"LICENSE", "__init__.py", "blender_manifest.toml"} <= names(package)


def test_it_brings_all_it_needs_and_imports_its_own_parts_relatively():
    carried = {"studiolo_client", "studiolo_contract"}
    strange = {(path, name) for path, tree in modules() for name in imported(tree)
               if name.split(".")[0] not in BUILT_IN | carried | sys.stdlib_module_names}  # fmt: skip
    assert not strange


def test_only_the_client_speaks_to_anyone_or_starts_anything():
    found = {(path, name) for path, tree in modules() for name in imported(tree)
             if name in UNWANTED or name.split(".")[0] in UNWANTED}  # fmt: skip
    assert not found
    called = {(path, node.func.id) for path, tree in modules() for node in ast.walk(tree)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
    assert not [call for call in called if call[1] in ("exec", "eval", "compile", "__import__")]


# ---- installed


WARNINGS = """
import addon_utils, sys
addon_utils._is_first_reset()
value = [addon_utils._extensions_warnings_get().get(name, []), name in bpy.context.preferences.addons,
         sorted(m for m in sys.modules if m.split(".")[0] in
                ("studiolo_client", "studiolo_contract", "studiolo_blender", "websockets", "platformdirs"))]
"""
EXTENSION = f"bl_ext.user_default.{ADDON}"


def test_blender_installs_the_zip_and_updates_it(alone, version, package):
    alone.start()
    alone.run("bpy.ops.preferences.addon_enable(module='bl_pkg')")
    for _ in range(2):
        # the second time while it is running
        alone.run("bpy.ops.extensions.package_install_files(repo='user_default', filepath=zip)", zip=str(package))
        assert alone.run(WARNINGS, name=EXTENSION) == [[], True, []]
    folder = alone.folder / f"config/blender/{version}/extensions/user_default" / ADDON
    assert names(package) == files(folder)
    alone.run(f"bpy.ops.preferences.addon_disable(module={EXTENSION!r})")
    assert "Traceback" not in alone.log()


def test_our_command_installs_where_blender_looks(alone, version, monkeypatch, tmp_path):
    for name, folder in (("HOME", ""), ("XDG_CONFIG_HOME", "config"), ("STUDIOLO_HOME", "studiolo")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    (tmp_path / "config/blender" / version).mkdir(parents=True)
    install.install("blender")
    alone.start()
    alone.run(f"bpy.ops.preferences.addon_enable(module={EXTENSION!r})")
    assert alone.run(WARNINGS, name=EXTENSION) == [[], True, []]
    assert "Traceback" not in alone.log()


def test_an_older_blender_installs_the_same_zip(window):
    where, on = window.run(
        "import studiolo_blender; value = [studiolo_blender.__file__, name in bpy.context.preferences.addons]",
        name=ADDON,
    )
    assert Path(where) == window.folder / "config/blender/3.4/scripts/addons" / ADDON / "__init__.py"
    assert on


# ---- running


def test_it_leaves_nothing_behind(alone, unpacked):
    alone.start(unpacked)
    alone.run(SNAPSHOT)
    before = alone.run("value = snapshot()")
    alone.run(f"import {ADDON}")
    for _ in range(2):
        alone.run(f"{ADDON}.register()")
        during = alone.run("value = snapshot()")
        assert [name for name in during["types"] if name.upper().startswith("STUDIOLO_")]
        alone.run(f"{ADDON}.unregister()")
        assert alone.run("value = snapshot()") == before
    assert "Traceback" not in alone.log()


def test_it_leaves_nothing_behind_in_a_window(window):
    window.run(SNAPSHOT)
    window.run("bpy.ops.preferences.addon_disable(module=name)", name=ADDON)
    before = window.run("value = snapshot()")
    window.run("bpy.ops.preferences.addon_enable(module=name)", name=ADDON)
    during = window.run("value = snapshot()")
    assert [name for name in during["types"] if name.upper().startswith("STUDIOLO_")]
    window.run("bpy.ops.preferences.addon_disable(module=name)", name=ADDON)
    assert window.run("value = snapshot()") == before
    window.run("bpy.ops.preferences.addon_enable(module=name)", name=ADDON)


@IN_THE_NEWEST
def test_without_numpy_it_says_so(alone, unpacked):
    alone.start(unpacked)
    said = alone.run(f"""
        import sys
        sys.modules["numpy"] = None
        import {ADDON}
        {ADDON}.register()
        value = {ADDON}.lacking.StudioloPreferences.is_registered
        {ADDON}.unregister()
    """)
    assert said
    assert "needs NumPy" in alone.log()
    assert "Traceback" not in alone.log()


def test_it_writes_nothing_where_it_lies(blender, package, unpacked):
    blender.run(f"import {ADDON}")
    assert names(package) == files(unpacked / ADDON)
    with zipfile.ZipFile(package) as archive:
        for name in names(package):
            assert archive.read(f"{ADDON}/{name}") == (unpacked / ADDON / name).read_bytes()


def files(folder):
    """What lies there, but for what Python itself keeps."""
    return {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"
    }
