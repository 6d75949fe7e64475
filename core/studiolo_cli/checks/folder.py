"""Studiolo's folder: whose it is, who may read it, whether it can be written and locked, and how much room there is."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from studiolo_cli.checks.finding import Finding, broken, hint, ok
from studiolo_contract.errors import StudioloError

PRIVATE = ("daemon.json", "elsewhere.json", "paired.json", "launch.json", "daemon.log", "daemon.out", "journal.sqlite3")
NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.rclone")
"""File systems on which neither locks nor SQLite's WAL can be relied on."""
LEAST, SOON = 2**30, 5 * 2**30
"""Bytes free: below the one results may get lost for want of room, below the other it is time to look after it."""


def folder(home: Path) -> Iterator[Finding]:
    """Whether it is there and can be written; the other checks need it."""
    if not home.exists():
        yield hint("folder", f"There is no {home} yet.", "The daemon makes it at its first start.")
        return
    try:
        with tempfile.NamedTemporaryFile(dir=home, prefix=".doctor-") as file:
            file.write(b"studiolo")
            file.flush()
    except OSError as error:
        yield broken(
            "folder",
            f"{home} can't be written: {error.strerror}.",
            "Make it a folder that you may write to, or name another with STUDIOLO_HOME.",
        )
        return
    yield ok("folder", f"{home} can be written.")


def access(home: Path) -> Iterator[Finding]:
    """Whether it is this user's, and closed to others."""
    if os.name != "posix" or not home.is_dir():
        return
    paths = [home, *(home / name for name in PRIVATE if (home / name).exists())]
    foreign = [path for path in paths if path.stat().st_uid != os.geteuid()]
    if foreign:
        yield broken(
            "folder",
            f"{foreign[0]} is another user's, perhaps because Studiolo once ran with sudo.",
            f"Run: sudo chown -R {os.geteuid()} {home}.",
        )
    open_to_others = [path for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_to_others:
        yield broken(
            "folder",
            f"Other users of this machine may read {open_to_others[0]}.",
            f"Run: chmod -R go= {home}.",
        )
    if not foreign and not open_to_others:
        yield ok("folder", "It is closed to other users.")


def room(home: Path, least: int = LEAST, soon: int = SOON) -> Iterator[Finding]:
    """How much is free on its disk."""
    free = shutil.disk_usage(_nearest(home)).free
    said = f"{free / 2**30:.1f} GiB are free on the disk of {home}"
    mend = "Make room there, with `studiolo gc` or `studiolo models remove` for instance."
    if free < least:
        yield broken("disk", f"{said}, too little for results to be safe.", mend)
    elif free < soon:
        yield hint("disk", f"{said}, and models take several.", mend)
    else:
        yield ok("disk", f"{said}.")


def locks(home: Path) -> Iterator[Finding]:
    """Whether a file can be locked there, on which the one daemon for each folder rests."""
    if not home.is_dir():
        return
    kind = file_system(home.resolve(), _mounts())
    mend = "Put the folder on a local disk, and name it with STUDIOLO_HOME."
    if kind in NETWORK:
        yield broken("folder", f"{home} lies on a network file system ({kind}), where locks can't be relied on.", mend)
        return
    trial = home / ".doctor.lock"
    try:
        with FileLock(trial, timeout=0, is_singleton=False):
            try:
                with FileLock(trial, timeout=0, is_singleton=False):
                    yield broken("folder", f"A lock in {home} keeps nobody out.", mend)
            except Timeout:
                yield ok("folder", f"Files can be locked there{f' ({kind})' if kind else ''}.")
    except OSError as error:
        yield broken("folder", f"Nothing in {home} can be locked: {error.strerror}.", mend)
    finally:
        trial.unlink(missing_ok=True)


def settings(home: Path) -> Iterator[Finding]:
    """Whether what a person has set can be read."""
    from studiolo_daemon.settings import read_settings

    try:
        read_settings(home)
    except StudioloError as error:
        yield broken("settings", error.problem.message, error.problem.mend)
        return
    there = (home / "settings.toml").exists()
    yield ok("settings", "settings.toml can be read." if there else "There is no settings.toml, so all is as it comes.")


def file_system(folder: Path, mounts: str) -> str:
    """The kind of file system that a folder lies on, by the text of /proc/mounts; empty where that does not say."""
    kind, longest = "", -1
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        place = Path(fields[1].replace("\\040", " "))
        if (place == folder or place in folder.parents) and len(place.parts) >= longest:
            kind, longest = fields[2], len(place.parts)
    return kind


def _mounts() -> str:
    file = Path("/proc/mounts")
    return file.read_text("utf-8", "replace") if file.exists() else ""


def _nearest(path: Path) -> Path:
    """The folder itself, or the nearest one above that is there."""
    return next(place for place in (path, *path.parents) if place.is_dir())
