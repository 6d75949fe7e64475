"""`texture` as a process, through a real daemon, with the real starters."""

import json

import numpy as np
import pytest
from PIL import Image

from studiolo.texture.seams import LARGEST_SEAM, seam
from tests.cli.test_commands import told

MAPS = ("basecolor", "normal", "roughness", "metallic", "height", "ao")


def opened(folder):
    return {name: np.asarray(Image.open(folder / f"{name}.png")) for name in MAPS}


def test_words_become_a_folder_of_maps_that_tile(studiolo):
    status, output, errors = studiolo("texture", "mossy cobblestone", "-o", "out/", "--size", "256", "--seed", "7")
    assert status == 0, errors
    files = output.splitlines()
    assert files == [f"out/{name}.png" for name in (*MAPS, "preview")] + ["out/recipe.json"]
    maps = opened(studiolo.folder / "out")
    assert {name: (pixels.dtype.name, pixels.shape) for name, pixels in maps.items()} == {
        "basecolor": ("uint8", (256, 256, 3)),
        "normal": ("uint8", (256, 256, 3)),
        "roughness": ("uint8", (256, 256)),
        "metallic": ("uint8", (256, 256)),
        "height": ("uint16", (256, 256)),
        "ao": ("uint8", (256, 256)),
    }
    seams = {name: seam(pixels) for name, pixels in maps.items()}
    assert max(seams.values()) <= LARGEST_SEAM, seams
    with Image.open(studiolo.folder / "out" / "preview.png") as preview:
        assert preview.size == (768, 384)
    recipe = json.loads((studiolo.folder / "out" / "recipe.json").read_text())
    assert recipe["final_prompt"] == "seamless texture of mossy cobblestone"
    assert (recipe["model"], recipe["helpers"][0]["model"]) == ("starter-picture", "starter-maps")
    assert len(recipe["model_sha256"]) == len(recipe["helpers"][0]["model_sha256"]) == 64
    with Image.open(studiolo.folder / "out" / "height.png") as height:
        assert json.loads(height.info["studiolo"])["settled"]["seed"] == 7


def test_a_painter_of_ones_own_and_a_name_of_its_own(studiolo, painter):
    small = ("--model", painter, "--steps", "2", "--size", "64", "--seed", "5")
    status, output, errors = studiolo("texture", "-", *small, "--json", feed=b"Wet sand!")
    assert status == 0, errors
    told_ = json.loads(output)
    assert told_["files"][0] == "wet-sand-5/basecolor.png"
    assert [made["name"] for made in told_["outputs"]] == [*MAPS, "preview"]
    assert told_["recipe"]["settled"]["model"] == painter
    assert "straight from above" in told_["recipe"]["final_prompt"]


def test_a_pictures_maps_need_no_words(studiolo):
    y, x = np.mgrid[:90, :120]
    photo = np.stack([(x * 2 + y * k) % 200 for k in (1, 2, 3)], axis=-1).astype(np.uint8)
    Image.fromarray(photo).save(studiolo.folder / "wall.png")
    status, output, errors = studiolo("texture", "--from", "wall.png", "--no-seamless", "-o", "kept")
    assert (status, errors) == (0, "")
    assert np.array_equal(opened(studiolo.folder / "kept")["basecolor"], photo)
    for folder in ("wall-maps", "wall-maps-2"):  # what lies there already is not written over
        status, output, errors = studiolo("texture", "--from", "wall.png")
        assert output.splitlines()[0] == f"{folder}/basecolor.png"
        assert "did not tile" in errors
    maps = opened(studiolo.folder / "wall-maps")
    assert {pixels.shape[:2] for pixels in maps.values()} == {(75, 100)}
    assert max(seam(pixels) for pixels in maps.values()) <= LARGEST_SEAM


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ((), "bad_request", "--from"),
        ((" ",), "bad_request", "--from"),
        (("sand", "-o", "p.png"), "bad_request", "it is a file"),
        (("sand", "-o", "no/such"), "bad_request", "does not exist"),
        (("sand", "--size", "8"), "bad_request", "width"),
        (("sand", "--strength", "nan"), "bad_request", "finite"),
        (("sand", "--model", "starter-text"), "bad_request", "starter-text writes"),
        (("sand", "--model", "starter-maps"), "bad_request", "only makes maps"),
        (("--from", "none.png"), "bad_request", "none.png can't be read"),
        (("--from", "b.png"), "bad_picture", "b.png"),
        (("--from", "p.png"), "bad_picture", "1 × 1"),
        (("--from", "long.png"), "bad_picture", "20000"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(studiolo, arguments, code, sentence):
    (studiolo.folder / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    Image.new("RGB", (1, 1)).save(studiolo.folder / "p.png")
    Image.new("L", (20_000, 40)).save(studiolo.folder / "long.png")
    assert told(studiolo("texture", *arguments, feed=b""), code, sentence, 2)
