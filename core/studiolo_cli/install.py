"""`install`: brings Studiolo's plugin into Krita, Blender, an Obsidian vault or Zim, and takes it out again.

A plugin lies in `plugins/<host>/` as its host program wants it: for Krita a `.desktop` file beside a package (and an
`.action` file and a `LICENSE`, if it has them), for Blender a package with `blender_manifest.toml`, for Obsidian the
built `main.js` with `manifest.json`. Krita's and Blender's packages carry the client. Zim has no plugin, but tools that
run the command line.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import typer

from studiolo_cli import hosts, node_build, plugin, terminal, zim
from studiolo_contract.errors import StudioloError

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"


PYTHON = "[python]"
"""The group of Krita's settings in which plugins are switched on."""
Host = Literal["krita", "blender", "obsidian", "zim"]


def install(
    host: Annotated[Host, typer.Argument(help="The program.")],
    vault: Annotated[Path | None, typer.Option(metavar="PATH", help="The vault, for Obsidian.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the plugin out again.")] = False,
    zip: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the plugin to a zip instead, to install elsewhere.")
    ] = None,
) -> None:
    """Install or update the plugin in Krita, Blender, Obsidian or Zim.

    The plugin goes into the program's own plugin folder, and nothing else there is touched. Of Blender every version
    that has run here gets it. --remove leaves what you have set in the plugin where it is.

    [bold]Examples[/bold]

      studiolo install krita
      studiolo install obsidian --vault ~/Notes
      studiolo install blender --remove
      studiolo install krita --zip studiolo-krita.zip
    """
    from studiolo_client.start import record_command

    bases = [] if zip is not None else _bases(host, vault)
    if host == "obsidian" and not remove:
        node_build.build(PLUGINS / "obsidian_bridge")
    files, folder = _PLANS[host](PLUGINS)
    if zip is not None:
        if host == "zim":
            raise StudioloError("bad_request", "Zim imports no zip.", "Leave --zip away.")
        plugin.pack(files, zip, folder.parent)
        terminal.note(f"Wrote {zip}. {_IMPORT[host]}")
        return
    for base in bases:
        if remove:
            done = plugin.remove(base, folder)
            terminal.note(f"Removed {base / folder}." if done else f"Nothing to remove: there is no {base / folder}.")
        else:
            plugin.put(files, base, folder)
            terminal.note(f"Installed {base / folder}.")
        if host == "krita":
            switch(hosts.krita_settings(base), folder.name, on=not remove)
        elif host == "zim":
            zim.show(base, shown=not remove)
        elif host == "obsidian" and remove and (settings := base / folder / "data.json").exists():
            terminal.note(f"What you have set in it stays in {settings}; delete that too if you do not want it back.")
    if not remove:
        record_command()  # so that the plugin can start the daemon before it ever ran
        terminal.note(_NEXT[host])


Plan = tuple[dict[PurePosixPath, bytes], PurePosixPath]
"""The files, and the plugin's own folder among them."""

_NEXT = {
    "krita": "Restart Krita, and open Settings > Dockers > Studiolo.",
    "blender": "Restart Blender, and switch it on under Edit > Preferences > Add-ons.",
    "obsidian": "Reload Obsidian, and switch it on under Settings > Community plugins.",
    "zim": "Restart Zim, and look into its menu Tools.",
}

_IMPORT = {
    "krita": "In Krita: Tools > Scripts > Import Python Plugin from File.",
    "blender": "Drop it on Blender's window; before 4.2: Edit > Preferences > Add-ons > Install.",
    "obsidian": "Unpack it in the folder .obsidian/plugins of a vault.",
}


def _bases(host: Host, vault: Path | None) -> list[Path]:
    if host == "blender":
        return hosts.blender_folders()
    if host == "zim":
        return [hosts.zim_folder()]
    return [hosts.krita_folder() if host == "krita" else hosts.obsidian_folder(vault)]


def switch(settings: Path, name: str, on: bool) -> None:
    """Switches a Python plugin on in Krita's settings, as its plugin manager does, or forgets it; all else in the file
    stays as it is. Raises `StudioloError` if it can't be written."""
    lines = settings.read_text("utf-8").splitlines() if settings.exists() else []
    lines = [line for line in lines if not line.startswith(f"enable_{name}=")]
    if on:
        if PYTHON not in lines:
            lines += ["", PYTHON]
        lines.insert(lines.index(PYTHON) + 1, f"enable_{name}=true")
    try:
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("\n".join((*lines, "")), "utf-8")
    except OSError as error:
        raise StudioloError(
            "internal", f"{settings} can't be written: {error.strerror}.", "Switch the plugin on in Krita's settings."
        ) from None


def krita_plan(plugins: Path) -> Plan:
    desktop = _only(plugins / "krita", "*.desktop", "Krita")
    name = desktop.stem
    folder = PurePosixPath("pykrita") / name
    files = _self_contained(desktop.with_suffix(""), folder)
    files[PurePosixPath("pykrita") / desktop.name] = desktop.read_bytes()
    action = desktop.with_suffix(".action")
    if action.exists():
        files[PurePosixPath("actions") / action.name] = action.read_bytes()
    return files, folder


def blender_plan(plugins: Path) -> Plan:
    package = _only(plugins / "blender", "*/blender_manifest.toml", "Blender").parent
    folder = PurePosixPath(package.name)
    return _self_contained(package, folder), folder


def obsidian_plan(plugins: Path) -> Plan:
    manifest = _only(plugins / "obsidian_bridge", "manifest.json", "Obsidian")
    folder = PurePosixPath(json.loads(manifest.read_text(encoding="utf-8"))["id"])
    sources = [manifest.with_name(name) for name in ("main.js", "manifest.json", "styles.css", "LICENSES.txt")]
    return {folder / source.name: source.read_bytes() for source in sources if source.exists()}, folder


def _self_contained(package: Path, folder: PurePosixPath) -> dict[PurePosixPath, bytes]:
    """A Python package with the client in its folder `vendor`, and the licences of both."""
    from studiolo_cli import carried

    sources = plugin.tree(package, folder) | carried.files(folder / "vendor")
    licences = {
        folder / "LICENSE": package.with_name("LICENSE"),
        folder / "vendor/studiolo.LICENSE": package.parents[1].with_name("LICENSE"),
    }
    sources |= {path: source for path, source in licences.items() if source.exists()}
    files = {path: source.read_bytes() for path, source in sources.items()}
    modules = {path: data for path, data in files.items() if path.suffix == ".py"}
    return files | {path: carried.inside(data, path.relative_to(folder)) for path, data in modules.items()}


def zim_plan(plugins: Path) -> Plan:
    return zim.tools(), zim.FOLDER


_PLANS = {"krita": krita_plan, "blender": blender_plan, "obsidian": obsidian_plan, "zim": zim_plan}


def _only(folder: Path, pattern: str, program: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise StudioloError(
            "bad_request", f"This copy of Studiolo has no plugin for {program} in {folder}.", "Get one that has it."
        )
    return found[0]
