"""Zim's custom tools: two entries of its Tools menu that run our commands on the page. Knows Zim's files, and no page.

Zim shows the tools that stand in `customtools.list`, each described by a desktop entry beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath

from studiolo_contract.errors import StudioloError

FOLDER = PurePosixPath("customtools")
LIST = FOLDER / "customtools.list"


def tools() -> dict[PurePosixPath, bytes]:
    """Where the description of each tool goes below Zim's folder, and what stands in it."""
    return {
        _file("continue-with-studiolo"): _entry(
            "Continue with Studiolo",
            "Writes what comes next at the end of the page",
            "continue %s --write",
            "Page",
        ),
        _file("rewrite-with-studiolo"): _entry(
            "Rewrite with Studiolo",
            "Says what is selected in better words",
            "rewrite %s --text=%T --write",
            "Text",
        ),
    }


def show(folder: Path, shown: bool) -> None:
    """Puts our tools into the list, or takes them out; others keep their places. Raises `StudioloError` if it can't be
    written."""
    file = folder / LIST
    ours = [path.stem for path in tools()]
    try:
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        lines = [line for line in lines if line.strip() not in ours] + (ours if shown else [])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as error:
        raise StudioloError(
            "internal", f"{file} can't be written: {error.strerror}.", "Close Zim and try again."
        ) from None


def _file(name: str) -> PurePosixPath:
    return FOLDER / f"{name}-usercreated.desktop"  # Zim looks for names with this ending


def _entry(name: str, comment: str, command: str, menu: str) -> bytes:
    """A tool that changes the page, of which Zim shows what went wrong; `menu` is the context menu that has it too."""
    lines = [
        "[Desktop Entry]",
        "Type=X-Zim-CustomTool",
        "Version=1.0",
        f"Name={name}",
        f"Comment={comment}",
        f"X-Zim-ExecTool={_word(sys.executable)} -P -m studiolo_cli {command}",
        "X-Zim-ReadOnly=false",
        "X-Zim-ShowInToolBar=false",
        f"X-Zim-ShowInContextMenu={menu}",
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _word(path: str) -> str:
    """As it stands in a command of Zim's."""
    path = path.replace("%", "%%")
    return f'"{path}"' if " " in path else path
