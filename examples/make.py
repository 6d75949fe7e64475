"""Composes the ten briefs and puts them on one sheet. Nothing is picked: the seed of each is its number.

`python -m examples.make` writes the kits below `examples/kits/` and the sheet to `docs/images/kits.jpg`. A kit that is
there already is only completed.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tomllib
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from studiolo.compose.kit.kit_disk import read_folder
from studiolo.compose.kit.kit_page import peaks_of
from studiolo_contract.kit import PICTURE, SOUND, Kit, KitFile

HERE = Path(__file__).parent
KITS = HERE / "kits"
SHEET = HERE.parent / "docs/images/kits.jpg"
COLUMNS, SIDE, GAP = 5, 150, 22
WIDTH, HEIGHT = 2 * SIDE + 4, SIDE + 122
PAPER, INK, QUIET, LINE = "#fbfaf8", "#1d1d1f", "#5d5e63", "#c9c6bf"


def main() -> None:
    with (HERE / "briefs.toml").open("rb") as file:
        briefs = tomllib.load(file)["brief"]
    KITS.mkdir(exist_ok=True)
    kits = []
    for number, brief in enumerate(briefs, start=1):
        folder, began = KITS / f"{number:02}-{brief['name']}", time.monotonic()
        command = [
            sys.executable,
            "-m",
            "studiolo_cli",
            "compose",
            brief["text"],
            "-o",
            str(folder),
            "--seed",
            str(number),
        ]
        status = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
        print(f"{folder.name}: {time.monotonic() - began:.0f} s, exit status {status}")
        kit = read_folder(folder)
        if kit is None:
            sys.exit(f"{folder} holds no kit.")
        kits.append((folder, kit))
    sheet(kits).save(SHEET, quality=82, optimize=True)
    print(SHEET)


def sheet(kits: list[tuple[Path, Kit]]) -> Image.Image:
    """All of them, row by row."""
    rows = -(-len(kits) // COLUMNS)
    whole = Image.new("RGB", (COLUMNS * (WIDTH + GAP) + GAP, rows * (HEIGHT + GAP) + GAP), PAPER)
    for place, (folder, kit) in enumerate(kits):
        row, column = divmod(place, COLUMNS)
        whole.paste(tile(folder, kit), (GAP + column * (WIDTH + GAP), GAP + row * (HEIGHT + GAP)))
    return whole


def tile(folder: Path, kit: Kit) -> Image.Image:
    """Picture and material, palette, sound, title, brief and match of one kit."""
    shown = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(shown)
    _show(shown, folder, _of(kit, "image"), (0, 0))
    texture = next((part for part in kit.parts if part.kind == "texture"), None)
    _show(shown, folder, texture.maps.get("preview") if texture else None, (SIDE + 4, 0))
    for at, colour in enumerate(kit.card.palette):
        wide = WIDTH / len(kit.card.palette)
        draw.rectangle((at * wide, SIDE + 4, (at + 1) * wide, SIDE + 14), fill=colour)
    sound = _of(kit, "music")
    for at, peak in enumerate(peaks_of((folder / sound.name).read_bytes()) if sound else ()):
        high = max(1, peak * 12 // 100)
        draw.line((at * WIDTH / 160, SIDE + 32 - high, at * WIDTH / 160, SIDE + 32 + high), fill=LINE)
    fits = f"  {kit.match.score:.0%}" if kit.match else ""
    draw.text((0, SIDE + 48), _cut(kit.title, 15, WIDTH - 40), fill=INK, font=_font(15))
    draw.text((WIDTH, SIDE + 48), fits, fill=QUIET, font=_font(13), anchor="ra")
    for line, words in enumerate(_lines(" ".join(kit.request.brief.split()), 11, WIDTH)[:3]):
        draw.text((0, SIDE + 72 + 15 * line), words, fill=QUIET, font=_font(11))
    return shown


def _of(kit: Kit, kind: str) -> KitFile | None:
    media = {"image": PICTURE, "music": SOUND}[kind]
    return next((file for part in kit.parts if part.kind == kind and (file := part.main(media))), None)


def _show(shown: Image.Image, folder: Path, file: KitFile | None, at: tuple[int, int]) -> None:
    """The left square of a picture: of a material its ball. An empty frame where there is none."""
    if file is None:
        ImageDraw.Draw(shown).rectangle((*at, at[0] + SIDE - 1, at[1] + SIDE - 1), outline=LINE)
        return
    with Image.open(folder / file.name) as picture:
        square = picture.convert("RGB").crop((0, 0, picture.height, picture.height))
        shown.paste(square.resize((SIDE, SIDE), Image.Resampling.LANCZOS), at)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _cut(words: str, size: int, wide: int) -> str:
    lines = _lines(words, size, wide)
    return lines[0] + (" …" if len(lines) > 1 else "")


def _lines(words: str, size: int, wide: int) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if _font(size).getlength(longer) <= wide or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


if __name__ == "__main__":
    main()
