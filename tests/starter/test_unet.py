"""The denoiser's training: what weighs how much, which batch comes when, and that it learns at all."""

from pathlib import Path

import numpy as np
import pytest
import torch

from studiolo_starter import data, text, unet
from studiolo_starter.materials import draw_material


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One shard of three plain scenes and one of three plain materials."""
    monkeypatch.setattr(data, "SHARD", 3)
    rng = np.random.default_rng(1)
    side = data.SIDE // data.CELL
    for kind in data.KINDS:
        shard = data.shard_path(tmp_path, kind, 0)
        data.save(shard, np.zeros((3, 1, 1, 3), np.uint8))
        latents = np.ones((3, 4, side, side), np.float16) * rng.normal(0, 2, (3, 4, 1, 1)).astype(np.float16)
        states = rng.normal(0, 1, (3, text.CAPTIONS, text.TOKENS, text.WIDTH)).astype(np.float16)
        data.save(data.derived_path(tmp_path, kind, "latents", shard), latents)
        data.save(data.derived_path(tmp_path, kind, "embeddings", shard), states)
    subjects = np.zeros((3, side, side), np.uint8)
    subjects[:, 10:14, 10:14] = 255
    data.save(data.subjects_path(data.shard_path(tmp_path, "scenes", 0)), subjects)
    data.save(text.empty_path(tmp_path), np.zeros((1, text.TOKENS, text.WIDTH), np.float16))
    return tmp_path


def test_a_subject_weighs_more_than_what_is_around_it_and_the_whole_stays_one() -> None:
    covered = np.zeros((32, 32), np.uint8)
    assert (unet.weight(covered) == 1).all()
    covered[8:24, 8:24] = 255
    large = unet.weight(covered)
    covered[12:24, 8:24] = 0
    small = unet.weight(covered)
    assert large.mean() == pytest.approx(1)
    assert small.mean() == pytest.approx(1)
    assert small[9, 9] > large[9, 9] > 1 > large[0, 0]


def test_the_same_step_draws_the_same_batch_and_ranks_differ(cache: Path) -> None:
    batches, again = unet.Batches(cache), unet.Batches(cache)
    first = batches.draw(1, 0, 4)
    assert torch.equal(first.latents, again.draw(1, 0, 4).latents)
    assert not torch.equal(first.latents, batches.draw(1, 1, 4).latents)


def test_materials_come_in_batches_of_their_own(cache: Path) -> None:
    batches = unet.Batches(cache)
    kinds = [batches.draw(step, 0, 2).seamless for step in range(10)]
    assert kinds == [step % unet.SCENES_EVERY != 0 for step in range(10)]


def test_what_is_hard_to_tell_is_drawn_more_often(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    latents = data.loaded(data.derived_path(cache, "materials", "latents", data.shard_path(cache, "materials", 0)))
    family = draw_material(1).family
    assert family not in (draw_material(0).family, draw_material(2).family)

    def share(hard: tuple[str, ...]) -> float:
        monkeypatch.setattr(unet, "HARD", hard)
        drawn = torch.cat([unet.Batches(cache).draw(1, rank, 100).latents[:, :, 0, 0] for rank in range(4)])
        return float((drawn == torch.from_numpy(latents[1, :, 0, 0].astype(np.float32))).all(1).float().mean())

    assert share(()) == pytest.approx(1 / 3, abs=0.08)
    assert share((family,)) == pytest.approx(2 / 3, abs=0.08)


def test_a_material_may_begin_anywhere_and_stays_what_it_is() -> None:
    rng = np.random.default_rng(3)
    latent = rng.normal(size=(4, 8, 8))
    moved = [unet.rolled(latent, rng) for _ in range(4)]
    assert all(np.array_equal(np.sort(one, axis=None), np.sort(latent, axis=None)) for one in moved)
    assert len({one.tobytes() for one in moved}) > 2
    places = [np.argwhere(one[0] == latent[0, 0, 0])[0] for one in moved]
    assert all(np.array_equal(np.roll(one, -at, (1, 2)), latent) for one, at in zip(moved, places, strict=True))


def test_a_shard_that_is_finished_meanwhile_is_taken_up(cache: Path) -> None:
    shard = data.shard_path(cache, "scenes", 0)
    hidden = data.derived_path(cache, "scenes", "latents", shard)
    held = data.loaded(hidden)
    batches = unet.Batches(cache)
    batches.draw(1, 0, 1)
    second = data.shard_path(cache, "scenes", 1)
    data.save(second, np.zeros((3, 1, 1, 3), np.uint8))
    data.save(data.subjects_path(second), data.loaded(data.subjects_path(shard)))
    data.save(data.derived_path(cache, "scenes", "embeddings", second),
              data.loaded(data.derived_path(cache, "scenes", "embeddings", shard)))  # fmt: skip
    data.save(data.derived_path(cache, "scenes", "latents", second), np.full(held.shape, 7, np.float16))
    assert not any((batches.draw(step, 0, 8).latents == 7).any() for step in range(1, 4))
    assert any((batches.draw(step, 0, 8).latents == 7).any() for step in range(unet.LOOK_EVERY, unet.LOOK_EVERY + 4))


def test_it_learns_what_it_is_shown(cache: Path) -> None:
    torch.manual_seed(0)
    model, batch = unet.new_unet(), unet.Batches(cache).draw(3, 0, 4)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    losses = []
    for _ in range(12):
        torch.manual_seed(1)
        loss = unet.flow_loss(model, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]
