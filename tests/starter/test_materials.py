"""Materials: the same number gives the same maps, everything tiles, maps belong together, captions don't lie."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from studiolo.texture.maps import Maps, normal_from_height
from studiolo_starter.materials import (
    FAMILIES,
    HELD_OUT,
    Material,
    caption,
    draw_material,
    draw_unseen,
    held_out,
    render,
)
from studiolo_starter.materials.material import DYE

SIDE = 96
EVERY = sorted({**FAMILIES, **HELD_OUT})
METALS = {
    "rust", "brushed steel", "copper patina", "gold", "diamond plate", "iron plates", "chainmail", "hex plates",
    "sci-fi panels", "circuit board", "corrugated metal", "stained glass",
}  # fmt: skip


def steps(plane: np.ndarray, axis: int) -> np.ndarray:
    """The mean difference of each line to the next; the last one's is that across the edge."""
    values = np.moveaxis(plane.astype(np.float64), axis, 0)
    return np.abs(np.roll(values, -1, 0) - values).reshape(len(values), -1).mean(1)


def planes(maps: Maps) -> dict[str, np.ndarray]:
    return {name: getattr(maps, name) for name in Maps.__dataclass_fields__}


def test_there_are_at_least_forty_families_and_none_is_both_known_and_held_out() -> None:
    assert len(FAMILIES) >= 40
    assert not set(FAMILIES) & set(HELD_OUT)


@pytest.mark.parametrize("name", EVERY)
def test_maps_of_each_family_are_sound_and_tile(name: str) -> None:
    maps = render(Material(name, wear=0.7, seed=3), SIDE)
    assert maps.base_colour.shape == maps.normal.shape == (SIDE, SIDE, 3)
    assert maps.base_colour.dtype == np.uint8
    for plane in (maps.height, maps.roughness, maps.metallic, maps.occlusion):
        assert plane.shape == (SIDE, SIDE)
        assert plane.dtype == np.float32
        assert plane.min() >= 0
        assert plane.max() <= 1
    assert maps.base_colour.std() > 1.5
    assert maps.height.std() > 0.002
    np.testing.assert_allclose(maps.normal, normal_from_height(maps.height), atol=1e-6)
    np.testing.assert_allclose((maps.normal**2).sum(-1), 1, atol=1e-5)
    assert (name in METALS) == bool((maps.metallic > 0.5).any())
    assert ((maps.metallic < 0.01) | (maps.metallic > 0.99)).mean() > 0.95


@pytest.mark.parametrize("name", EVERY)
def test_the_edge_of_each_family_is_a_place_like_any_other(name: str) -> None:
    """One tile may begin at a joint; over several the edge is no louder than the loudest line inside."""
    tiles = [planes(render(Material(name, wear=0.7, scale=1.2, seed=seed), 64)) for seed in range(4)]
    for plane in tiles[0]:
        for axis in (0, 1):
            lines = np.mean([steps(tile[plane], axis) for tile in tiles], axis=0)
            assert lines[-1] <= 1.25 * lines[:-1].max() + 1e-6, plane


def test_a_number_always_gives_the_same_material_and_maps() -> None:
    for seed in range(5):
        assert draw_material(seed) == draw_material(seed)
        first, second = (planes(render(draw_material(seed), SIDE)) for _ in range(2))
        assert all(np.array_equal(first[name], second[name]) for name in first)
        assert caption(draw_material(seed), 2) == caption(draw_material(seed), 2)


def test_another_number_gives_another_surface() -> None:
    brick = Material("cobblestone")
    assert len({render(replace(brick, seed=seed), 64).base_colour.tobytes() for seed in range(6)}) == 6


def test_the_same_material_is_only_finer_at_a_larger_size() -> None:
    for name in ("brick", "water", "hex plates", "stained glass"):
        small, large = (render(Material(name, seed=5), side).base_colour for side in (96, 192))
        halved = np.asarray(Image.fromarray(large).resize((96, 96), Image.Resampling.BOX))
        assert np.corrcoef(small.ravel(), halved.ravel())[0, 1] > 0.93


def test_held_out_combinations_are_never_trained_on_and_always_evaluated() -> None:
    training, evaluation = ([draw_material(i, evaluation=e) for i in range(900)] for e in (False, True))
    assert not any(map(held_out, training))
    assert all(map(held_out, evaluation))
    assert all(n > 3 for n in Counter(m.family for m in training).values())
    assert {m.family for m in training} == set(FAMILIES)
    assert len({m.family for m in evaluation}) > 0.85 * len(FAMILIES)
    assert {draw_unseen(i).family for i in range(9)} == set(HELD_OUT)
    assert not {m.seed for m in training} & {m.seed for m in evaluation}


def test_a_colour_word_colours() -> None:
    def mean(colour: str) -> np.ndarray:
        return render(Material("carpet", colour, seed=1), 64).base_colour.mean((0, 1))

    assert mean("red")[0] > 1.8 * mean("red")[2]
    assert mean("blue")[2] > 1.8 * mean("blue")[0]
    assert mean("white").min() > 1.8 * mean("black").max()


def test_wetness_darkens_and_smooths() -> None:
    dry, wet = (render(Material("soil", wetness=w, seed=2), SIDE) for w in (0.0, 0.9))
    assert wet.base_colour.mean() < 0.85 * dry.base_colour.mean()
    assert wet.roughness.mean() < 0.6 * dry.roughness.mean()


def test_moss_is_green_and_snow_is_white_and_neither_is_metal() -> None:
    bare, moss, snow = (
        render(Material("cobblestone", cover=c, seed=4), SIDE).base_colour for c in ("", "moss", "snow")
    )
    green = moss.astype(int)[..., 1] - moss[..., 0]
    assert (green > 15).mean() > (bare.astype(int)[..., 1] - bare[..., 0] > 15).mean() + 0.1
    assert (snow.min(-1) > 200).mean() > (bare.min(-1) > 200).mean() + 0.1
    plates = [render(Material("iron plates", wear=0.1, cover=c, seed=4), SIDE).metallic.mean() for c in ("", "snow")]
    assert plates[1] < plates[0] - 0.1


def test_hollows_are_darker_to_the_sky() -> None:
    maps = render(Material("cobblestone", seed=8), SIDE)
    deep, high = maps.height < np.quantile(maps.height, 0.1), maps.height > np.quantile(maps.height, 0.9)
    assert maps.occlusion[deep].mean() < maps.occlusion[high].mean() - 0.15


def test_captions_name_only_what_is_there_and_name_it_mostly() -> None:
    wet, covers = (
        ("wet", "damp", "soaked"),
        {"moss": ("moss", "overgrown"), "snow": ("snow",), "dust": ("dust", "sandy")},
    )
    named = 0
    for seed in range(600):
        material = draw_material(seed)
        family, text = FAMILIES[material.family], caption(material, seed % 7)
        words = text.replace(",", "").split()
        assert not {c for c in DYE if c in words and c != material.colour}, text
        assert any(noun in text for noun in (material.family, *family.nouns)), text
        if not material.wetness and material.family != "mud":
            assert not any(word in words for word in wet), text
        else:
            named += any(word in text for word in wet)
        if not material.cover and material.family not in ("moss", "snow"):
            assert "moss" not in text, text
            assert "snow" not in text, text
        if material.cover and any(word in text for word in covers[material.cover]):
            named += 1
    assert named > 90


def test_most_captions_say_that_it_is_a_texture() -> None:
    words = ("texture", "material", "surface", "seamless", "tileable", "pattern")
    said = [any(word in caption(draw_material(seed)) for word in words) for seed in range(400)]
    assert 0.6 < np.mean(said) < 0.95
