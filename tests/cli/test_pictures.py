"""`refine`, `inpaint` and `upscale` as processes, on the real daemon, with the real starter upscaler."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_contract.upscale import UpscaleRequest
from tests.cli.test_commands import newest, told, wait_until
from tests.studiolo.engines import deep_pipelines

STARTER = Path(__file__).resolve().parents[2] / "starters/upscaler/model.safetensors"
FEW = ("--steps", "3", "--seed", "5")


def saved(studiolo, name, pixels):
    Image.fromarray(pixels).save(studiolo.folder / name)
    return pixels


def read(studiolo, name):
    with Image.open(studiolo.folder / name) as image:
        return np.asarray(image.convert("RGB"))


@pytest.fixture
def lamp(studiolo):
    """A picture, and a mask of its right half."""
    y, x = np.mgrid[:32, :48]
    saved(studiolo, "half.png", ((x >= 24) * 255).astype(np.uint8))
    return saved(studiolo, "lamp.png", np.stack([5 * x, 7 * y, 255 - 4 * x], axis=2).astype(np.uint8))


def test_refine_paints_a_picture_anew(studiolo, painter, lamp):
    own = ("--model", painter, *FEW)
    status, output, errors = studiolo("refine", "lamp.png", "a lamp", *own, "-o", "new.png", "--recipe", "new.json")
    assert (status, output) == (0, "new.png\n"), errors
    assert read(studiolo, "new.png").shape == (32, 48, 3)
    settled = json.loads((studiolo.folder / "new.json").read_text())["settled"]
    assert (settled["strength"], settled["prompt"], settled["seed"]) == (0.5, "a lamp", 5)
    assert studiolo("refine", "lamp.png", "A lamp!", *own, "--strength", "0")[1] == "a-lamp-5.png\n"
    assert (read(studiolo, "a-lamp-5.png") == lamp).all()
    assert (read(studiolo, "new.png") != lamp).any()


def test_inpaint_paints_where_the_mask_is_white(studiolo, painter, lamp):
    status, output, errors = studiolo(
        "inpaint", "lamp.png", "half.png", "-", "--model", painter, *FEW, "-o", "new.png", "--json", feed=b"a wall"
    )
    assert (status, errors) == (0, "")
    assert json.loads(output)["recipe"]["settled"]["prompt"] == "a wall"
    changed = (read(studiolo, "new.png") != lamp).any(axis=2)
    assert not changed[:, :24].any()
    assert changed[:, 32:].any()


def test_weights_and_a_style_picture(studiolo, painter, lamp):
    own = ("--model", painter, *FEW, "--width", "48", "--height", "32")
    plain = studiolo("paint", "a (lamp:1.0)", *own)
    assert plain[1] == "a-lamp-5.png\n"
    saved(studiolo, "sea.png", np.stack([lamp[..., 0] // 6, lamp[..., 1] // 2, 150 + lamp[..., 2] // 3], axis=2))
    arguments = ("a (lamp:1.5)", *own, "--style-image", "sea.png", "--style-strength", "0.9", "-o", "new.png", "--json")
    status, output, errors = studiolo("paint", *arguments)
    assert (status, errors) == (0, "")
    recipe = json.loads(output)["recipe"]
    assert recipe["final_prompt"] == "a lamp"
    assert recipe["settled"]["style_strength"] == 0.9
    assert [reason["what"] for reason in recipe["why"]] == ["style"]
    sea, before, after = (read(studiolo, name).mean(axis=(0, 1)) for name in ("sea.png", "a-lamp-5.png", "new.png"))
    assert np.abs(after - sea).sum() < 0.5 * np.abs(before - sea).sum()
    new = ("refine", "lamp.png", "a lamp", *own[:6], "--style-image", "sea.png", "-o", "refined.png")
    assert studiolo(*new)[:2] == (0, "refined.png\n")
    masked = ("inpaint", "lamp.png", "half.png", "a lamp", *own[:6], "--style-image", "sea.png", "-o", "part.png")
    assert studiolo(*masked)[:2] == (0, "part.png\n")
    assert (read(studiolo, "part.png")[:, :24] == lamp[:, :24]).all()


def test_a_depth_picture(studiolo, painter, lamp, tmp_path):
    saved(studiolo, "slope.png", np.tile(np.linspace(0, 255, 48), (32, 1)).astype(np.uint8))
    size = (*FEW, "--width", "48", "--height", "32", "--json")
    own = ("a lamp", "--model", deep_pipelines.save("sd15-controlnet", tmp_path), *size, "--depth-strength", "1")
    for name in ("slope", "half"):
        status, output, errors = studiolo("paint", *own, "--depth", f"{name}.png", "-o", f"by-{name}.png")
        assert (status, errors) == (0, "")
        assert json.loads(output)["recipe"]["notes"] == []
    slope, half = (read(studiolo, f"by-{name}.png").astype(float) for name in ("slope", "half"))
    assert np.abs(slope - half).mean() > 1.0
    status, output, _ = studiolo("paint", "a lamp", "--model", painter, *size, "--depth", "half.png", "-o", "plain.png")
    (note,) = json.loads(output)["recipe"]["notes"]
    assert note.endswith("can't keep to a depth picture here; it was painted without.")


def test_upscale_with_the_starter(studiolo, lamp):
    status, output, errors = studiolo("upscale", "lamp.png", "--scale", "4", "-o", "large.png", "--recipe", "l.json")
    assert (status, output, errors) == (0, "large.png\n", "")
    large = read(studiolo, "large.png").astype(float)
    assert large.shape == (128, 192, 3)
    assert np.abs(large.reshape(32, 4, 48, 4, 3).mean(axis=(1, 3)) - lamp).mean() < 4
    recipe = json.loads((studiolo.folder / "l.json").read_text())
    assert (recipe["model"], recipe["engine"], recipe["final_prompt"]) == ("starter-upscaler", "upscale", "")
    assert len(recipe["model_sha256"]) == 64
    job = newest(studiolo)
    assert (job["kind"], job["title"]) == ("upscale", "48 × 32 pixels, 4 times larger")


def test_names_that_studiolo_chooses_hide_no_file(studiolo, lamp):
    names = [studiolo("upscale", "lamp.png", "--seamless")[1] for _ in range(2)]
    assert names == ["lamp-2x.png\n", "lamp-2x-2.png\n"]
    assert read(studiolo, "lamp-2x.png").shape == (64, 96, 3)


def test_ones_own_upscaler_by_its_file(studiolo, lamp):
    shutil.copy(STARTER, studiolo.folder / "mine.safetensors")
    status, output, errors = studiolo("upscale", "lamp.png", "--model", "mine.safetensors", "--json")
    assert (status, errors) == (0, "")
    assert json.loads(output)["recipe"]["model"] == str(studiolo.folder / "mine.safetensors")
    shown = json.loads(studiolo("models", "show", "mine.safetensors", "--json")[1])
    assert (shown["kind"], shown["installed"]) == ("upscale", True)
    assert shown["size_on_disk"] == (studiolo.folder / "mine.safetensors").stat().st_size


@pytest.mark.parametrize(
    ("arguments", "code", "sentence", "status"),
    [
        (("upscale", "none.png"), "bad_request", "none.png can't be read", 2),
        (("upscale", "words.png"), "bad_picture", "words.png: This is no picture", 2),
        (("upscale", "wide.png"), "bad_picture", "20000 × 3 pixels; 16384", 2),
        (("upscale", "long.png", "--scale", "4"), "bad_request", "8192 a side", 2),
        (("upscale", "lamp.png", "--scale", "3"), "bad_request", "--scale 2 or 4", 2),
        (("upscale", "lamp.png", "-o", "no/such/file.png"), "bad_request", "its folder does not exist", 2),
        (("upscale", "lamp.png", "--model", "words.pth"), "bad_model", "can run code", 1),
        (("upscale", "lamp.png", "--model", "words.safetensors"), "bad_model", "no safetensors file", 1),
        (("upscale", "lamp.png", "--model", "starter-picture"), "bad_request", "starter-picture paints", 2),
        (("upscale", "lamp.png", "--model", "real-esrgan-x4"), "model_missing", "models pull real-esrgan-x4", 1),
        (("refine", "lamp.png", ""), "bad_request", "The prompt is empty", 2),
        (("refine", "lamp.png", "  "), "bad_request", "The prompt is empty", 2),
        (("refine", "none.png", "a"), "bad_request", "none.png can't be read", 2),
        (("refine", "wide.png", "a"), "bad_picture", "16384", 2),
        (("refine", "lamp.png", "a", "--strength", "nan"), "bad_request", "finite", 2),
        (("refine", "lamp.png", "a", "--strength", "1.5"), "bad_request", "strength", 2),
        (("refine", "lamp.png", "a", "--model", "starter-upscaler"), "bad_request", "only enlarges", 2),
        (("inpaint", "lamp.png", "small.png", "a"), "bad_request", "24 × 16 pixels and the image 48 × 32", 2),
        (("inpaint", "lamp.png", "none.png", "a"), "bad_request", "none.png can't be read", 2),
        (("inpaint", "lamp.png", "half.png", ""), "bad_request", "The prompt is empty", 2),
        (("inpaint", "lamp.png", "black.png", "a"), "bad_picture", "black all over", 2),
        (("paint", ""), "bad_request", "The prompt is empty", 2),
        (("paint", "a (lamp:3)"), "bad_request", "3 is no weight", 2),
        (("refine", "lamp.png", "a", "--negative", "(fog:9)"), "bad_request", "9 is no weight", 2),
        (("paint", "a", "--style-image", "none.png"), "bad_request", "none.png can't be read", 2),
        (("paint", "a", "--style-image", "dot.png"), "bad_picture", "too few to have a style", 2),
        (("paint", "a", "--style-strength", "1.5"), "bad_request", "style_strength", 2),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(studiolo, painter, lamp, arguments, code, sentence, status):
    for name in ("words.png", "words.pth", "words.safetensors"):
        (studiolo.folder / name).write_text("words")
    for name, size in {"wide.png": (20000, 3), "long.png": (2049, 2), "small.png": (24, 16), "dot.png": (1, 1)}.items():
        saved(studiolo, name, np.full((size[1], size[0]), 255, np.uint8))
    saved(studiolo, "black.png", np.zeros((32, 48), np.uint8))
    if "black.png" in arguments:
        arguments = (*arguments, "--model", painter)
    assert told(studiolo(*arguments), code, sentence, status)
    assert not list(studiolo.folder.glob("*-2x*"))


def test_the_smallest_picture(studiolo, painter):
    saved(studiolo, "dot.png", np.full((1, 1, 3), 99, np.uint8))
    assert studiolo("upscale", "dot.png", "--scale", "4")[:2] == (0, "dot-4x.png\n")
    assert read(studiolo, "dot-4x.png").shape == (4, 4, 3)
    assert studiolo("refine", "dot.png", "a dot", "--model", painter, *FEW)[0] == 0


@pytest.mark.parametrize("kind", ["upscale", "refine"])
def test_pixels_that_are_no_numbers(studiolo, painter, kind):
    """As Krita might send them from a canvas of floats."""
    from studiolo_cli.daemon import connected

    data = np.full((16, 16, 4), np.nan, np.float32).tobytes()
    with connected() as client:
        picture = Picture(sha256=client.put(data), width=16, height=16, format="rgbaf32")
        request = (
            UpscaleRequest(image=picture)
            if kind == "upscale"
            else ImageRequest(prompt="a lamp", image=picture, model=painter, steps=3)
        )
        with pytest.raises(StudioloError, match="not numbers") as caught:
            client.submit(request).wait(60)
        assert caught.value.problem.code == "bad_picture"
        well = Image.new("RGB", (8, 8), "red")
        file = io.BytesIO()
        well.save(file, "PNG")
        again = Picture(sha256=client.put(file.getvalue()), width=8, height=8)
        assert client.submit(UpscaleRequest(image=again)).wait(60).outputs[0].width == 16  # the house goes on


def test_upscaling_is_stopped_from_another_terminal(studiolo):
    saved(studiolo, "large.png", np.random.default_rng(0).integers(0, 256, (1200, 1200, 3), np.uint8))
    process = studiolo.begin("upscale", "large.png", "--scale", "4")
    wait_until(lambda: newest(studiolo)["state"] == "running")
    assert studiolo("cancel", newest(studiolo)["job"])[0] == 0
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (130, b"", b"Stopped.\n")
    assert not (studiolo.folder / "large-4x.png").exists()
