"""Where Krita, Blender, Obsidian and Zim keep their plugins on each system. Changes nothing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from studiolo_contract.errors import StudioloError

BLENDER_SINCE = (3, 4)
"""The oldest Blender that our plugin runs in."""
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


def blender_folders(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> list[Path]:
    """The folders for extensions (or add-ons, before 4.2) of every Blender that has run here, the newest first: people
    keep several, each with a folder of its own, and open whichever a project needs. Raises `StudioloError` where there
    is none."""
    home = _home(environment)
    if system == "win32":
        places = [_appdata(environment) / "Blender Foundation/Blender"]
    elif system == "darwin":
        places = [home / "Library/Application Support/Blender"]
    else:
        # the snap is not confined and has the first of them too
        places = [
            Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "blender",
            home / ".var/app/org.blender.Blender/config/blender",
        ]
    folders = [folder for place in places for folder in place.glob("*.*") if re.fullmatch(r"\d+\.\d+", folder.name)]
    found = [folder for folder in folders if folder.is_dir() and _version(folder) >= BLENDER_SINCE]
    if not found:
        raise _absent([place / "3.4" for place in places], "Blender 3.4 or newer")
    return [
        folder / ("extensions/user_default" if _version(folder) >= EXTENSIONS_SINCE else "scripts/addons")
        for folder in sorted(found, key=_version, reverse=True)
    ]


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


def zim_folder(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> Path:
    """Zim's settings, in which its custom tools lie. Raises `StudioloError` where there are none, and on Windows, where
    Zim can't run our commands as they are."""
    if system == "win32":
        raise StudioloError("bad_request", "On Windows this does not know Zim.", "Set up a custom tool by hand.")
    return _first([Path(environment.get("XDG_CONFIG_HOME") or _home(environment) / ".config") / "zim"], "Zim")


def _first(places: list[Path], program: str) -> Path:
    for place in places:
        if place.is_dir():
            return place
    raise _absent(places, program)


def _absent(places: list[Path], program: str) -> StudioloError:
    looked = ", ".join(map(str, places))
    return StudioloError("bad_request", f"{program} has not run here: there is no {looked}.", f"Start {program} once.")


def _home(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("HOME") or Path.home())


def _appdata(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("APPDATA") or _home(environment) / "AppData/Roaming")


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(map(int, folder.name.split(".")))
