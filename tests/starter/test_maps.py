"""The map estimator's training: crops keep pictures and maps together, a run resumes, and what it exports loads."""

import json
from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from studiolo.texture.estimator import Estimator
from studiolo.texture.maps import Maps, normal_from_height
from studiolo_starter import data, recognition
from studiolo_starter import maps as recipe
from studiolo_starter.materials import FAMILIES, Material, draw_material, render
from studiolo_starter.photographs import photograph
from tests.starter.conftest import STEP

SHIPPED = Path(__file__).parents[2] / "starters" / "maps"


pytestmark = pytest.mark.usefixtures("one_thread", "steps_as_time")


def test_a_tile_is_placed_with_its_normals_and_a_crop_lies_in_it() -> None:
    whole = render(draw_material(1), 160)
    seen = set()
    for seed in range(12):
        placed = recipe.placed(whole, np.random.default_rng(seed))
        np.testing.assert_allclose(placed.normal, normal_from_height(placed.height), atol=1e-5)
        assert sorted(placed.roughness.ravel()) == sorted(whole.roughness.ravel())
        piece = recipe.cropped(placed)
        for field in fields(Maps):
            part = getattr(placed, field.name)[: recipe.CROP, : recipe.CROP]
            assert np.array_equal(getattr(piece, field.name), part)
        seen.add(piece.height.tobytes())
    assert len(seen) == 12


def test_a_step_always_sees_the_same_pictures() -> None:
    (first, whole, target), (again, all_of_it, same), (other, *_) = recipe.batch(3), recipe.batch(3), recipe.batch(4)
    assert torch.equal(first, again)
    assert torch.equal(whole, all_of_it)
    assert not torch.equal(first, recipe.batch(3, rank=1)[0])
    assert all(torch.equal(target[name], same[name]) for name in target)
    assert not torch.equal(first, other)
    assert first.min() >= -1
    assert first.max() <= 1


def test_photographs_change_the_picture_and_not_its_size() -> None:
    maps = render(Material("brick", seed=1), 64)
    photographs = [photograph(maps, np.random.default_rng(seed)) for seed in range(40)]
    assert all(p.shape == maps.base_colour.shape and p.dtype == np.uint8 for p in photographs)
    left = [np.array_equal(p, maps.base_colour) for p in photographs]
    assert 2 <= sum(left) <= 18
    assert all(np.corrcoef(p.ravel(), maps.base_colour.ravel())[0, 1] > 0.5 for p in photographs)


def test_exact_maps_have_next_to_no_loss_and_wrong_ones_do() -> None:
    _, _, target = recipe.batch(0)
    normal = target["normal"]
    slopes = -normal[:, :2] / normal[:, 2:]
    rest = torch.cat([target[name] for name in recipe.PLANES[1:]], 1).clamp(1e-4, 1 - 1e-4)
    right = torch.cat([slopes, torch.logit(rest)], 1)
    parts = recipe.losses(right, target)
    # a surface that is flat all over has no correlation to be right about
    assert sum(part.item() for part in parts.values()) < 0.45
    assert sum(part.item() for part in recipe.losses(-right, target).values()) > 2


def test_training_resumes_where_it_was_and_what_it_exports_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorboard")
    monkeypatch.setattr(recipe, "CROP", 48)
    monkeypatch.setattr(recipe, "SIZES", (64,))
    monkeypatch.setattr(data, "SHARD", 8)
    data.write_shard(tmp_path, "materials", 0)
    recipe.train(tmp_path, 2 * STEP, resume=False, ranks=1)
    first = torch.load(tmp_path / "maps.pt", weights_only=True)
    recipe.train(tmp_path, 4 * STEP, resume=True, ranks=1)
    second = torch.load(tmp_path / "maps.pt", weights_only=True)
    assert second["step"] > first["step"] >= 1
    assert second["minutes"] > first["minutes"]
    assert second["seen"] == second["step"] * recipe.BATCH
    assert any(not torch.equal(first["model"][name], second["model"][name]) for name in first["model"])
    recipe.export(tmp_path, tmp_path / "out")
    assert (tmp_path / "out" / "README.md").read_text("utf-8").startswith("---\nlicense: apache-2.0")
    picture = render(draw_material(0), 64).base_colour
    half = Estimator.load(tmp_path / "out").maps(picture)
    whole = Estimator(recipe.trained(tmp_path)).maps(picture)
    for field in fields(Maps):
        np.testing.assert_allclose(getattr(half, field.name), getattr(whole, field.name), atol=0.02)


def test_training_begins_from_an_exported_one(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    recipe.begin(tmp_path / "cache", SHIPPED)
    begun = torch.load(tmp_path / "cache" / "maps.pt", weights_only=True)
    assert begun["minutes"] >= 45
    assert begun["seen"] >= 17_472
    recipe.train(tmp_path / "cache", 1, resume=True)  # its minutes are over long ago, so this is one step
    later = torch.load(tmp_path / "cache" / "maps.pt", weights_only=True)
    assert later["step"] == begun["step"] + 1
    assert later["seen"] == begun["seen"] + 2 * recipe.BATCH
    moved = [(later["model"][name] - value).abs().max() for name, value in begun["model"].items()]
    assert 0 < max(moved) < 0.05
    (tmp_path / "README.md").write_text("made by hand")
    with pytest.raises(ValueError, match="does not say"):
        recipe.begin(tmp_path / "cache", tmp_path)


def test_recognition_learns_to_tell_the_materials_that_it_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tensorboard")
    monkeypatch.setattr(data, "SHARD", 8)
    monkeypatch.setattr(recognition, "BATCH", 8)
    data.write_shard(tmp_path, "materials", 0)
    family, signs = recognition.labels(5)
    assert list(FAMILIES)[family] == draw_material(5).family
    assert signs[-1] == draw_material(5).wear
    untaught = recognition.Recogniser().eval()
    recognition.train(tmp_path, 24 * STEP, resume=False)
    saved = torch.load(recognition.path_in(tmp_path), weights_only=True)
    taught = recognition.Recogniser().eval()
    taught.load_state_dict(saved["model"])
    unseen = recognition.Batches(tmp_path).draw(10**6)
    before, after = (recognition.loss_of(model, unseen)[0].item() for model in (untaught, taught))
    assert after < before - 0.1
    recognition.train(tmp_path, 26 * STEP, resume=True)
    later = torch.load(recognition.path_in(tmp_path), weights_only=True)
    assert (saved["step"], later["step"]) == (24, 26)


def test_the_measures_are_right_where_the_answer_is_known() -> None:
    real = render(Material("cobblestone", seed=1), 64)
    exact = recipe.measured(real, real)
    assert exact["normal_degrees"] < 0.1
    assert exact["height_correlation"] > 0.999
    assert exact["metallic_accuracy"] == 1
    assert exact["roughness_error"] == exact["occlusion_error"] == 0
    flat = Maps(
        real.base_colour, np.broadcast_to(np.float32([0, 0, 1]), real.normal.shape), 1 - real.height,
        real.roughness - 0.1, 1 - real.metallic, real.occlusion,
    )  # fmt: skip
    wrong = recipe.measured(flat, real)
    lean = np.degrees(np.arccos(real.normal[..., 2])).mean()
    assert abs(wrong["normal_degrees"] - lean) < 0.1
    assert wrong["height_correlation"] < -0.999
    assert wrong["metallic_accuracy"] == 0
    assert abs(wrong["roughness_error"] - 0.1) < 1e-6


def test_the_shipped_estimator_beats_the_baseline_on_held_out_materials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "render", cache(render))  # for all who are measured the same
    table = recipe.evaluate(tmp_path, SHIPPED, count=12)
    assert json.loads((tmp_path / "maps-evaluation.json").read_text("utf-8")) == table
    found, baseline = table["held-out combinations"], table["Sobel of luminance"]
    assert found["normal_degrees"] < 0.95 * baseline["normal_degrees"]
    assert found["height_error"] < 0.7 * baseline["height_error"]
    assert found["roughness_error"] < 0.8 * baseline["roughness_error"]
    assert found["occlusion_error"] < 0.7 * baseline["occlusion_error"]
    assert found["metallic_accuracy"] > 0.8
    for name in recipe.PLANES:
        assert found[f"seam_{name}"] <= 1.1
