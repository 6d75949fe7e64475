"""The client inside a plugin: its files, and how they find each other there. Knows Python's imports, no host program.

What our sources import as `studiolo_client` lies in a packaged plugin's folder `vendor` and is imported from there, as
a part of the plugin. So other plugins' copies of the same libraries and ours never meet, whatever their versions; an
update replaces the client too; and Blender, which lets no extension touch `sys.path` or take a name of its own in
`sys.modules`, has nothing to warn of.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import re
from pathlib import Path, PurePosixPath

from studiolo_cli import plugin
from studiolo_contract.errors import StudioloError

OWN = ("studiolo_contract", "studiolo_client")
FOREIGN = ("annotated-types", "platformdirs", "websockets")
"""Distributions that the client needs. Of each only the Python files are taken: they run everywhere."""
NAMES = frozenset({*OWN, *(name.replace("-", "_") for name in FOREIGN)})


def files(below: PurePosixPath) -> dict[PurePosixPath, Path]:
    """The client and all it needs, with the licences."""
    found = {}
    for name in OWN:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        found.update(plugin.tree(Path(spec.origin).parent, below / name, "*.py"))
    for name in FOREIGN:
        for file in importlib.metadata.files(name) or ():
            source = Path(str(file.locate()))
            if file.suffix == ".py" and ".." not in file.parts:
                found[below / PurePosixPath(file)] = source
            elif "licen" in file.name.lower() and source.is_file():
                found[below / f"{name}.LICENSE"] = source
    return found


def inside(source: bytes, path: PurePosixPath) -> bytes:
    """The source of the module at this path below the plugin's folder, with the client imported from `vendor`. Raises
    `StudioloError` if it imports the client in a way that has no relative form."""
    lines = source.split(b"\n")
    vendor = "." * len(path.parents) + "vendor"
    for node in sorted(_imports(source), key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line = lines[node.lineno - 1]
        before, after = line[: node.col_offset], line[node.col_offset :]
        if isinstance(node, ast.ImportFrom):
            after, done = re.subn(rb"^from\s+", f"from {vendor}.".encode(), after)
        else:
            after, done = re.subn(rb"^import\s+(?=\w+(?:\s|$))", f"from {vendor} import ".encode(), after)
        if not done or (isinstance(node, ast.Import) and len(node.names) > 1):
            raise StudioloError(
                "internal", f"{path}, line {node.lineno}: no relative form.", "Write it as `from … import …`."
            )
        lines[node.lineno - 1] = before + after
    return b"\n".join(lines)


def _imports(source: bytes) -> list[ast.Import | ast.ImportFrom]:
    """Those of the client, by their own names."""
    found: list[ast.Import | ast.ImportFrom] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        if any(name.split(".")[0] in NAMES for name in names):
            assert isinstance(node, ast.Import | ast.ImportFrom)
            found.append(node)
    return found
