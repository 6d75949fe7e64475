"""The plugins in Krita, Blender, Obsidian and Zim: there, switched on, and those of this very copy of Studiolo."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from studiolo_cli import hosts, install
from studiolo_cli.checks.finding import Finding, broken, hint, ok
from studiolo_contract.errors import StudioloError


def krita(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    try:
        base = hosts.krita_folder(environment)
    except StudioloError:
        return
    files, folder = install.krita_plan(install.PLUGINS)
    yield from _compared("krita", "Krita", base, files, "studiolo install krita")
    settings = hosts.krita_settings(base, environment)
    if (base / folder).is_dir() and f"enable_{folder.name}=true" not in _lines(settings):
        yield broken(
            "krita",
            "Studiolo's plugin is in Krita's folder and not switched on.",
            "Run `studiolo install krita`, or switch it on under Settings > Configure Krita > Python Plugin Manager.",
        )


def blender(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    try:
        bases = hosts.blender_folders(environment)
    except StudioloError:
        return
    files, _ = install.blender_plan(install.PLUGINS)
    for base in bases:
        version = next((part for part in base.parts[::-1] if part.replace(".", "").isdigit()), "")
        yield from _compared("blender", f"Blender {version}", base, files, "studiolo install blender")


def obsidian(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Every vault that Obsidian knows and that has the plugin."""
    manifest = json.loads((install.PLUGINS / "obsidian_bridge/manifest.json").read_text("utf-8"))
    for vault in _vaults(environment):
        base = vault / ".obsidian"
        folder = base / "plugins" / manifest["id"]
        if not folder.is_dir():
            continue
        again = f"Run `studiolo install obsidian --vault {vault}`."
        found = _json(folder / "manifest.json")
        if not (folder / "main.js").exists() or not isinstance(found, dict):
            yield broken("obsidian", f"Studiolo's plugin in the vault {vault} is not whole.", again)
        elif found.get("version") != manifest["version"]:
            yield broken(
                "obsidian",
                f"The vault {vault} has version {found.get('version')} of the plugin, not {manifest['version']}.",
                again,
            )
        elif manifest["id"] not in _words(base / "community-plugins.json"):
            yield broken(
                "obsidian",
                f"Studiolo's plugin in the vault {vault} is not switched on.",
                "Switch it on under Settings > Community plugins.",
            )
        else:
            yield ok("obsidian", f"The vault {vault} has the plugin of this version.")


def zim(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    try:
        base = hosts.zim_folder(environment)
    except StudioloError:
        return
    files, _ = install.zim_plan(install.PLUGINS)
    tools = {path: data for path, data in files.items() if path.suffix == ".desktop"}
    yield from _compared("zim", "Zim", base, tools, "studiolo install zim")


def _compared(
    about: str, program: str, base: Path, files: Mapping[PurePosixPath, bytes], command: str
) -> Iterator[Finding]:
    """How what lies there differs from what `install` would put there."""
    there = [path for path in files if (base / path).is_file()]
    if not there:
        yield hint(about, f"{program} is here without Studiolo.", f"Run `{command}` to have it there.")
        return
    missing = [path for path in files if path not in there]
    other = [path for path in there if (base / path).read_bytes() != files[path]]
    if missing:
        yield broken(about, f"{base / missing[0]} of Studiolo in {program} is missing.", f"Run `{command}`.")
    elif other:
        yield broken(
            about,
            f"{program} has another version of Studiolo than this one: {base / other[0]} differs.",
            f"Run `{command}`, then restart the program.",
        )
    else:
        yield ok(about, f"{program} has the plugin of this version.")


def _vaults(environment: Mapping[str, str]) -> list[Path]:
    home = Path(environment.get("HOME") or Path.home())
    if sys.platform == "win32":
        places = [Path(environment.get("APPDATA") or home / "AppData/Roaming") / "obsidian"]
    elif sys.platform == "darwin":
        places = [home / "Library/Application Support/obsidian"]
    else:
        config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
        places = [config / "obsidian", home / ".var/app/md.obsidian.Obsidian/config/obsidian"]
    vaults = []
    for place in places:
        known = _json(place / "obsidian.json")
        entries = known.get("vaults", {}) if isinstance(known, dict) else {}
        vaults += [Path(entry["path"]) for entry in entries.values() if isinstance(entry, dict) and "path" in entry]
    return [vault for vault in vaults if vault.is_dir()]


def _words(file: Path) -> list[object]:
    found = _json(file)
    return found if isinstance(found, list) else []


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8", "replace").splitlines() if file.exists() else []


def _json(file: Path) -> object:
    """What stands in a file; None where that can't be read."""
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
