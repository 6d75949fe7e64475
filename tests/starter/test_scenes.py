"""Scenes: the same number gives the same picture, and held-out pairs stay out."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from studiolo_starter import emoji
from studiolo_starter.scenes import SIZE, Scene, draw_scene, held_out, render
from studiolo_starter.vocabulary import SUBJECTS, times_of


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Coloured discs instead of the emoji package, so that no test needs the network."""

    def discs(archive: Path, codes: tuple[str, ...]) -> dict[str, Image.Image]:
        made = {}
        for i, code in enumerate(codes):
            disc = Image.new("RGBA", (64, 80))
            ImageDraw.Draw(disc).ellipse((0, 0, 63, 79), fill=((i * 37) % 256, (i * 91) % 256, (i * 53) % 256, 255))
            made[code] = disc
        return made

    monkeypatch.setattr(emoji, "sprites", discs)
    return Path("unused")


def test_a_number_always_gives_the_same_scene_and_picture(archive: Path) -> None:
    for seed in range(4):
        assert draw_scene(seed) == draw_scene(seed)
        first, second = render(draw_scene(seed), archive), render(draw_scene(seed), archive)
        assert first.picture.size == first.subject.size == (SIZE, SIZE)
        assert np.array_equal(np.asarray(first.picture), np.asarray(second.picture))


def test_another_number_gives_another_picture(archive: Path) -> None:
    pictures = {render(draw_scene(seed), archive).picture.tobytes() for seed in range(6)}
    assert len(pictures) == 6


def test_held_out_pairs_are_never_trained_on_and_always_evaluated() -> None:
    assert not any(held_out(s.subject, s.place) for s in map(draw_scene, range(2000)))
    assert all(held_out(s.subject, s.place) for s in (draw_scene(i, evaluation=True) for i in range(200)))


def test_every_subject_is_seen_and_no_place_has_a_time_that_it_cannot_have() -> None:
    scenes = [draw_scene(seed) for seed in range(3000)]
    seen = Counter(scene.subject for scene in scenes)
    assert all(seen[subject.name] > 20 for subject in SUBJECTS)
    assert all(scene.time in times_of(scene.place) for scene in scenes)


def test_night_is_darker_than_day_and_the_subject_changes_the_picture(archive: Path) -> None:
    day, night = (np.asarray(render(Scene("cat", "meadow", time), archive).picture).mean() for time in ("day", "night"))
    assert night < 0.7 * day
    with_cat, without = (
        np.asarray(render(Scene(s, "meadow", "day"), archive).picture).astype(int) for s in ("cat", None)
    )
    assert np.abs(with_cat - without).max() > 60


def test_recolouring_moves_the_hue_and_leaves_grey_alone() -> None:
    sprite = Image.new("RGBA", (2, 1))
    sprite.putpixel((0, 0), (220, 30, 30, 255))
    sprite.putpixel((1, 0), (120, 120, 120, 255))
    blue = emoji.recolour(sprite, 0.6)
    r, _, b, _ = blue.getpixel((0, 0))
    assert b > r
    assert blue.getpixel((1, 0)) == (120, 120, 120, 255)


def test_the_subject_is_where_its_mask_says(archive: Path) -> None:
    with_cat, without = (render(Scene(s, "meadow", "day", seed=4), archive) for s in ("cat", None))
    assert np.asarray(without.subject).max() == 0
    inside = np.asarray(with_cat.subject) > 200
    assert 0.05 < inside.mean() < 0.5
    changed = np.abs(np.asarray(with_cat.picture).astype(int) - np.asarray(without.picture)).max(axis=2)
    assert changed[inside].mean() > 4 * changed[np.asarray(with_cat.subject) == 0].mean()
