"""Where Krita, Blender and Obsidian keep their plugins on each system. Changes nothing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from studiolo_contract.errors import StudioloError

EXTENSIONS_SINCE = (4, 2)
"""The first Blender with extensions; older ones have add-ons."""


def krita_folder(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> Path:
    """Krita's resource folder, in which `pykrita` and `actions` lie. Raises `StudioloError` where there is none."""
    home = _home(environment)
    if system == "win32":
        places = [_appdata(environment) / "krita"]
    elif system == "darwin":
        places = [home / "Library/Application Support/krita"]
    else:
        data = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
        places = [
            data / "krita",
            home / ".var/app/org.kde.krita/data/krita",
            home / "snap/krita/current/.local/share/krita",
        ]
    return _first(places, "Krita")


def krita_settings(folder: Path, environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> Path:
    """Krita's settings file, of the Krita whose resource folder this is."""
    home = _home(environment)
    if system == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData/Local") / "kritarc"
    if system == "darwin":
        return home / "Library/Preferences/kritarc"
    if folder == home / ".var/app/org.kde.krita/data/krita":
        return home / ".var/app/org.kde.krita/config/kritarc"
    if folder == home / "snap/krita/current/.local/share/krita":
        return home / "snap/krita/current/.config/kritarc"
    return Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "kritarc"


def blender_folder(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> Path:
    """The folder for extensions (or add-ons, before 4.2) of the newest Blender that has run here. Raises
    `StudioloError` where there is none."""
    home = _home(environment)
    if system == "win32":
        base = _appdata(environment) / "Blender Foundation/Blender"
    elif system == "darwin":
        base = home / "Library/Application Support/Blender"
    else:
        base = Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "blender"
    found = [folder for folder in base.glob("*.*") if re.fullmatch(r"\d+\.\d+", folder.name) and folder.is_dir()]
    newest = _first(sorted(found, key=_version, reverse=True) or [base / "4.5"], "Blender")
    return newest / ("extensions/user_default" if _version(newest) >= EXTENSIONS_SINCE else "scripts/addons")


def obsidian_folder(vault: Path | None) -> Path:
    """The plugin folder of a vault. Raises `StudioloError` if it is none."""
    if vault is None:
        raise StudioloError("bad_request", "Obsidian keeps plugins in each vault.", "Name the vault with --vault.")
    if not (vault / ".obsidian").is_dir():
        raise StudioloError(
            "bad_request",
            f"{vault} is no vault: it has no .obsidian folder.",
            "Open it in Obsidian once, or name another.",
        )
    return vault / ".obsidian" / "plugins"


def _first(places: list[Path], program: str) -> Path:
    for place in places:
        if place.is_dir():
            return place
    looked = ", ".join(map(str, places))
    raise StudioloError("bad_request", f"{program} has not run here: there is no {looked}.", f"Start {program} once.")


def _home(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("HOME") or Path.home())


def _appdata(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("APPDATA") or _home(environment) / "AppData/Roaming")


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(map(int, folder.name.split(".")))
