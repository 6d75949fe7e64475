"""A project on disk with a kit in it, opened at a real daemon as its owner does it."""

from pathlib import Path
from urllib.parse import urlencode

from studiolo.compose.kit import kit_disk
from studiolo.compose.kit.kit_folder import lay_out
from studiolo_client import discovery


def write(folder: Path, name, kit, data):
    """Puts a kit into the project in this folder, under this name."""
    place = folder / "Kits" / name
    place.mkdir(parents=True)
    kit_disk.write(place, lay_out(kit, data))
    return place


def open_at(daemon, folder: Path, **said):
    """Has the daemon open it; `said` is what its `project.json` is to say."""
    status, answer = discovery.call(
        daemon.running(), "PUT", f"/v1/project?{urlencode({'folder': str(folder), **said})}", 20
    )
    assert status == 200, answer


def close_at(daemon):
    discovery.call(daemon.running(), "DELETE", "/v1/project", 20)
