"""Plugins go into each host program's own folder, work there by themselves, and leave without a trace."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from studiolo_cli import hosts, install, plugin
from studiolo_contract.errors import StudioloError


def make(root, *files):
    for name in files:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n", encoding="utf-8")


def files_in(folder):
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


@pytest.fixture
def plugins(tmp_path):
    """Small plugins as each host program wants them."""
    root = tmp_path / "plugins"
    make(root / "krita", "lamp.desktop", "lamp.action", "lamp/docker.py", "lamp/Manual.html", "lamp/__pycache__/a.pyc")
    (root / "krita/lamp/__init__.py").write_text("from studiolo_client.client import Client\n")
    make(root / "blender", "lamp/blender_manifest.toml", "lamp/__init__.py")
    make(root / "obsidian_bridge", "main.js", "styles.css", "src/main.ts")
    (root / "obsidian_bridge/manifest.json").write_text('{"id": "lamp-bridge"}')
    return root


def test_the_plugin_works_in_a_python_that_has_nothing_else(plugins, tmp_path):
    base = tmp_path / "krita"
    files, folder = install.krita_plan(plugins)
    plugin.put(files, base, folder)
    assert {"actions/lamp.action", "pykrita/lamp.desktop", "pykrita/lamp/docker.py"} <= set(files_in(base))
    assert not any("pyc" in name or name.endswith((".so", ".pyd")) for name in files_in(base))
    licences = {file.name for file in (base / "pykrita/lamp/vendor").glob("*.LICENSE")}
    assert licences == {"annotated-types.LICENSE", "platformdirs.LICENSE", "websockets.LICENSE"}
    script = (
        "import lamp, sys; own = sys.modules['lamp.vendor.websockets'].__file__; print(own)\n"
        "from lamp.vendor.studiolo_contract.text import TextRequest; print(TextRequest(text='a').mode)"
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(base / 'pykrita')!r})\n{script}"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    where, mode = done.stdout.split()
    assert Path(where).is_relative_to(base)
    assert mode == "story"


def test_an_update_takes_old_files_away_and_leaves_what_is_not_ours(plugins, tmp_path):
    base = tmp_path / "vault/plugins"
    files, folder = install.obsidian_plan(plugins)
    plugin.put(files, base, folder)
    (base / "lamp-bridge/data.json").write_text("{}")
    (plugins / "obsidian_bridge/styles.css").unlink()
    (plugins / "obsidian_bridge/main.js").write_text("new")
    files, folder = install.obsidian_plan(plugins)
    plugin.put(files, base, folder)
    assert files_in(base) == [
        "lamp-bridge/data.json",
        "lamp-bridge/main.js",
        "lamp-bridge/manifest.json",
        "lamp-bridge/studiolo-files.json",
    ]
    assert (base / "lamp-bridge/main.js").read_text() == "new"
    assert plugin.remove(base, folder)
    assert files_in(base) == ["lamp-bridge/data.json"]
    assert not plugin.remove(base, folder)


def test_removing_leaves_no_trace_of_a_plugin_that_has_run(plugins, tmp_path):
    base = tmp_path / "extensions"
    make(base, "neighbour/__init__.py")
    files, folder = install.blender_plan(plugins)
    plugin.put(files, base, folder)
    make(base, "lamp/__pycache__/__init__.cpython-311.pyc", "lamp/vendor/websockets/__pycache__/x.pyc")
    assert plugin.remove(base, folder)
    assert files_in(base) == ["neighbour/__init__.py"]
    assert not (base / "lamp").exists()


def test_somebody_elses_files_are_not_overwritten(plugins, tmp_path):
    base = tmp_path / "extensions"
    make(base, "lamp/__init__.py")
    files, folder = install.blender_plan(plugins)
    with pytest.raises(StudioloError, match="was not put there by Studiolo"):
        plugin.put(files, base, folder)
    assert files_in(base) == ["lamp/__init__.py"]


def test_a_tampered_list_reaches_nothing_outside(plugins, tmp_path):
    base = tmp_path / "extensions"
    make(base, "../precious")
    files, folder = install.blender_plan(plugins)
    plugin.put(files, base, folder)
    (base / folder / plugin.LIST).write_text(
        f'["../precious", "{(tmp_path / "precious").as_posix()}", "lamp/__init__.py"]'
    )
    plugin.remove(base, folder)
    assert (tmp_path / "precious").exists()
    assert not (base / "lamp/__init__.py").exists()


def test_without_a_plugin_the_command_says_so_and_touches_nothing(tmp_path):
    for plan in (install.krita_plan, install.blender_plan, install.obsidian_plan):
        with pytest.raises(StudioloError, match="has no plugin for"):
            plan(tmp_path)
    assert not files_in(tmp_path)


@pytest.mark.parametrize(
    ("system", "environment", "there", "expected"),
    [
        ("linux", {}, ".local/share/krita", ".local/share/krita"),
        ("linux", {"XDG_DATA_HOME": "{home}/data"}, "data/krita", "data/krita"),
        ("linux", {}, ".var/app/org.kde.krita/data/krita", ".var/app/org.kde.krita/data/krita"),
        ("darwin", {}, "Library/Application Support/krita", "Library/Application Support/krita"),
        ("win32", {"APPDATA": "{home}/Roaming"}, "Roaming/krita", "Roaming/krita"),
    ],
)
def test_kritas_folder(tmp_path, system, environment, there, expected):
    environment = {"HOME": str(tmp_path)} | {k: v.format(home=tmp_path) for k, v in environment.items()}
    with pytest.raises(StudioloError, match="Krita has not run here"):
        hosts.krita_folder(environment, system)
    (tmp_path / there).mkdir(parents=True)
    assert hosts.krita_folder(environment, system) == tmp_path / expected


@pytest.mark.parametrize(
    ("system", "base"),
    [
        ("linux", ".config/blender"),
        ("linux", ".var/app/org.blender.Blender/config/blender"),
        ("darwin", "Library/Application Support/Blender"),
        ("win32", "AppData/Roaming/Blender Foundation/Blender"),
    ],
)
def test_every_blender_that_has_run_here_has_a_folder(tmp_path, system, base):
    environment = {"HOME": str(tmp_path)}
    make(tmp_path / base, "2.79/x", "3.3/x", "old.4.9/x", "5.1")
    with pytest.raises(StudioloError, match=r"Blender 3\.4 or newer has not run here"):
        hosts.blender_folders(environment, system)
    make(tmp_path / base, "3.6/x", "4.10/x", "4.2/x")
    folders = [folder.relative_to(tmp_path / base).as_posix() for folder in hosts.blender_folders(environment, system)]
    assert folders == ["4.10/extensions/user_default", "4.2/extensions/user_default", "3.6/scripts/addons"]


def test_blender_from_a_flatpak_and_another_one(tmp_path):
    places = (".config/blender", ".var/app/org.blender.Blender/config/blender")
    make(tmp_path, *(f"{place}/4.2/x" for place in places))
    folders = hosts.blender_folders({"HOME": str(tmp_path)}, "linux")
    assert folders == [tmp_path / place / "4.2/extensions/user_default" for place in places]


def test_a_folder_that_is_no_vault_is_refused(tmp_path):
    for vault in (None, tmp_path):
        with pytest.raises(StudioloError, match="vault"):
            hosts.obsidian_folder(vault)
    (tmp_path / ".obsidian").mkdir()
    assert hosts.obsidian_folder(tmp_path) == tmp_path / ".obsidian/plugins"


def test_where_the_plan_puts_things(plugins):
    _, folder = install.krita_plan(plugins)
    assert folder == PurePosixPath("pykrita/lamp")
    files, folder = install.blender_plan(plugins)
    assert folder == PurePosixPath("lamp")
    assert PurePosixPath("lamp/vendor/studiolo_client/client.py") in files
    files, folder = install.obsidian_plan(plugins)
    assert sorted(map(str, files)) == ["lamp-bridge/main.js", "lamp-bridge/manifest.json", "lamp-bridge/styles.css"]


def test_krita_is_told_to_load_the_plugin_and_keeps_its_other_settings(tmp_path):
    settings = tmp_path / "config/kritarc"
    install.switch(settings, "lamp", on=True)
    assert settings.read_text() == "\n[python]\nenable_lamp=true\n"
    settings.write_text("[theme]\nTheme=Krita dark\n\n[python]\nenable_other=false\n\n[General]\nx=1\n")
    before = settings.read_text()
    install.switch(settings, "lamp", on=True)
    install.switch(settings, "lamp", on=True)
    assert settings.read_text() == before.replace("[python]\n", "[python]\nenable_lamp=true\n")
    install.switch(settings, "lamp", on=False)
    assert settings.read_text() == before


def test_the_zip_is_as_kritas_importer_wants_it(plugins, tmp_path):
    files, folder = install.krita_plan(plugins)
    plugin.pack(files, tmp_path / "lamp.zip", folder.parent)
    with zipfile.ZipFile(tmp_path / "lamp.zip") as archive:
        names = archive.namelist()
    assert {"lamp.desktop", "lamp/", "lamp/__init__.py", "lamp/vendor/", "actions/", "actions/lamp.action"} <= set(
        names
    )
    assert names.index("lamp/") < names.index("lamp/__init__.py")


def test_a_zip_that_cannot_be_written(plugins, tmp_path):
    files, folder = install.krita_plan(plugins)
    with pytest.raises(StudioloError, match="can't be written"):
        plugin.pack(files, tmp_path / "nowhere/lamp.zip", folder.parent)


def test_installing_in_krita_and_taking_it_out_again(tmp_path, monkeypatch):
    for name in ("HOME", "STUDIOLO_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "data/krita").mkdir(parents=True)
    install.install("krita")
    assert (tmp_path / "data/krita/pykrita/studiolo_krita/vendor/studiolo_client/client.py").exists()
    assert (tmp_path / "data/krita/actions/studiolo_krita.action").exists()
    assert (tmp_path / "launch.json").exists()
    assert "enable_studiolo_krita=true" in (tmp_path / "config/kritarc").read_text()
    install.install("krita", remove=True)
    assert not files_in(tmp_path / "data")
    assert "studiolo" not in (tmp_path / "config/kritarc").read_text()


@pytest.fixture
def vault(plugins, tmp_path, monkeypatch):
    """An Obsidian vault, and our plugin for it as a copy of the repository has it."""
    monkeypatch.setenv("STUDIOLO_HOME", str(tmp_path))
    monkeypatch.setattr(install, "PLUGINS", plugins)
    (tmp_path / "vault/.obsidian").mkdir(parents=True)
    os.utime(plugins / "obsidian_bridge/src/main.ts", (1, 1))
    return tmp_path / "vault"


def test_installing_in_a_vault_and_taking_it_out_again(vault, capsys):
    install.install("obsidian", vault)
    folder = vault / ".obsidian/plugins/lamp-bridge"
    assert files_in(folder) == ["main.js", "manifest.json", "studiolo-files.json", "styles.css"]
    (folder / "data.json").write_text("{}")
    install.install("obsidian", vault)
    install.install("obsidian", vault, remove=True)
    assert files_in(folder) == ["data.json"]
    assert f"What you have set in it stays in {folder / 'data.json'}" in capsys.readouterr().err


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """A program in the place of npm that writes down what it is asked, and builds by copying."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def make(script):
        (folder / "npm").write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\n{script}\n')
        (folder / "npm").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        return tmp_path / "asked"

    return make


@pytest.mark.skipif(os.name != "posix", reason="puts a shell script in the place of npm")
def test_the_plugin_is_built_where_it_is_missing_or_old(plugins, vault, npm):
    asked = npm(
        "[ $1 = ci ] && mkdir -p node_modules && touch node_modules/.package-lock.json || cp src/main.ts main.js"
    )
    (plugins / "obsidian_bridge/package-lock.json").touch()
    os.utime(plugins / "obsidian_bridge/package-lock.json", (1, 1))
    source, made = plugins / "obsidian_bridge/src/main.ts", plugins / "obsidian_bridge/main.js"
    install.install("obsidian", vault)
    assert not asked.exists()
    os.utime(source)
    os.utime(made, (1, 1))
    install.install("obsidian", vault)
    assert asked.read_text() == "ci --no-audit --no-fund\nrun build\n"
    assert (vault / ".obsidian/plugins/lamp-bridge/main.js").read_bytes() == source.read_bytes()
    made.unlink()
    asked.unlink()
    install.install("obsidian", vault)
    assert made.exists()
    assert asked.read_text() == "run build\n"
    install.install("obsidian", vault, remove=True)
    made.unlink()
    asked.unlink()
    install.install("obsidian", vault, remove=True)
    assert not asked.exists()


@pytest.mark.skipif(os.name != "posix", reason="puts a shell script in the place of npm")
def test_without_node_and_where_npm_fails_it_says_so(plugins, vault, npm, monkeypatch):
    (plugins / "obsidian_bridge/main.js").unlink()
    npm("exit 1")
    with pytest.raises(StudioloError, match="`npm ci --no-audit --no-fund` failed"):
        install.install("obsidian", vault)
    monkeypatch.setenv("PATH", str(vault))
    with pytest.raises(StudioloError, match=r"takes Node\.js, which is not here"):
        install.install("obsidian", vault)
    assert not (vault / ".obsidian/plugins").exists()


def test_zims_folder(tmp_path):
    with pytest.raises(StudioloError, match="Zim has not run here"):
        hosts.zim_folder({"HOME": str(tmp_path)}, "linux")
    (tmp_path / ".config/zim").mkdir(parents=True)
    assert hosts.zim_folder({"HOME": str(tmp_path)}, "linux") == tmp_path / ".config/zim"
    with pytest.raises(StudioloError, match="Windows"):
        hosts.zim_folder({"HOME": str(tmp_path)}, "win32")


def test_installing_in_every_blender_and_taking_it_out_again(tmp_path, monkeypatch):
    for name in ("HOME", "STUDIOLO_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for version in ("3.4", "4.2", "5.0"):
        (tmp_path / "config/blender" / version).mkdir(parents=True)
    install.install("blender")
    for folder in ("3.4/scripts/addons", "4.2/extensions/user_default", "5.0/extensions/user_default"):
        names = files_in(tmp_path / "config/blender" / folder / "studiolo_blender")
        assert {"blender_manifest.toml", "LICENSE", "vendor/studiolo_client/client.py"} <= set(names)
    assert (tmp_path / "launch.json").exists()
    install.install("blender", remove=True)
    assert not files_in(tmp_path / "config")
