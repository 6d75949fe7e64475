"""The judge of pictures that ships: it learns where pictures lie among the meanings of sentences.

Its captions' embeddings are all-MiniLM-L6-v2's and stay as they are; the picture's vector comes to lie near its
captions and far from those of other pictures (CLIP; Radford et al. 2021), and near the phrases for its subject, place,
time, style or material among all phrases of that kind. Knows words, losses and its training loop.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from studiolo.engines.embedder import Embedder
from studiolo.engines.picture_judge import QUESTIONS, WEIGHTS, WORDS, Eye, PictureJudge, Question
from studiolo_starter import data, text
from studiolo_starter.captions import SCENERY, with_article
from studiolo_starter.clock import Clock, curves, write_pid
from studiolo_starter.data import SHARD, Kind
from studiolo_starter.evaluate import Painter, of_materials, of_prose, of_subjects
from studiolo_starter.files import exported, written
from studiolo_starter.judge import ANSWERS, UNASKED, labels, numbered, shrink
from studiolo_starter.materials import FAMILIES, draw_material
from studiolo_starter.precision import quick
from studiolo_starter.scenes import draw_scene
from studiolo_starter.vocabulary import PLACES, STYLES, SUBJECTS, TIMES, Place, Style, Time

SEED = 53
BATCH = 96
RATE = 2e-3
CAPTIONS = 2
"""For each picture."""
SAME = 0.85
"""Cosine from which on two captions say the same, so that neither is wrong for the other's picture."""
NAMED = 0.5
"""How much the names count beside the captions."""
SCALE, LARGEST_SCALE = 14.0, 50.0
"""By which likenesses are multiplied in the softmax; it is learned."""


def path_in(cache: Path) -> Path:
    return cache / "beholder" / "checkpoint.pt"


# ---- words


def words() -> dict[Question, dict[str, list[str]]]:
    """The phrases for each answer."""
    subjects = {one.name: [with_article(noun) for noun in (one.name, *one.synonyms)] for one in SUBJECTS}
    return {
        "subject": {**subjects, "nothing": ["an empty landscape", "a place without anybody", "only scenery"]},
        "place": {place: [SCENERY[place], *PLACES[place]] for place in get_args(Place)},
        "time": {time: list(TIMES[time]) for time in get_args(Time)},
        "style": {style: list(STYLES[style]) for style in get_args(Style)},
        "material": {
            family.name: [
                pattern.format(noun) for noun in (family.name, *family.nouns) for pattern in ("{}", "{} texture")
            ]
            for family in FAMILIES.values()
        },
    }


class Phrases:
    """The meanings of all phrases; one of each answer is drawn by lot."""

    def __init__(self, embedder: Embedder) -> None:
        known = words()
        assert all(list(known[question]) == ANSWERS[question] for question in QUESTIONS)
        self.of = {q: [embedder.embed(phrases).clone() for phrases in known[q].values()] for q in QUESTIONS}

    def drawn(self, question: Question) -> Tensor:
        """answers × MEANING."""
        return torch.stack([some[int(torch.randint(len(some), ()))] for some in self.of[question]])

    def means(self, question: Question) -> Tensor:
        """answers × MEANING, of length 1."""
        return functional.normalize(torch.stack([some.mean(0) for some in self.of[question]]))


def write_meanings(cache: Path) -> None:
    """The embeddings of CAPTIONS captions of every picture of every finished shard."""
    embedder = Embedder(text.fetch(cache))

    def of(kind: Kind, shard: Path) -> NDArray[np.float16]:
        first = int(shard.stem) * SHARD
        texts = [data.caption_of(kind, first + i, k) for i in range(SHARD) for k in range(CAPTIONS)]
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        vectors = torch.empty(len(texts), text.WIDTH)
        for start in range(0, len(order), 50):
            some = order[start : start + 50]
            with quick():
                vectors[some] = embedder.embed([texts[at] for at in some]).float()
        return vectors.half().numpy().reshape(SHARD, CAPTIONS, text.WIDTH)

    for kind in data.KINDS:
        data.made_of(cache, kind, "meanings", lambda shard, kind=kind: of(kind, shard))  # type: ignore[misc]


# ---- pictures


class Shown:
    """Pictures, small, with their captions' meanings and the right answers."""

    def __init__(self, cache: Path, last: bool) -> None:
        """All finished shards but the last of each kind, which nobody learns from; or those alone."""
        pictures, meanings, truth, tiles = [], [], [], []
        for kind in data.KINDS:
            data.made_of(cache, kind, "small", _small)
            files = [f for f in data.shards(cache, kind) if data.derived_path(cache, kind, "meanings", f).exists()]
            for shard in files[-1:] if last else files[:-1]:
                numbers = range(int(shard.stem) * SHARD, (int(shard.stem) + 1) * SHARD)
                draw = draw_scene if kind == "scenes" else draw_material
                pictures.append(torch.from_numpy(np.load(data.derived_path(cache, kind, "small", shard))))
                meanings.append(torch.from_numpy(np.load(data.derived_path(cache, kind, "meanings", shard))))
                truth += [labels(draw(number)) for number in numbers]
                tiles += [kind == "materials"] * SHARD
        self.pictures, self.meanings = torch.cat(pictures), torch.cat(meanings)
        self.truth, self.tiles = torch.tensor(truth), torch.tensor(tiles)

    def __len__(self) -> int:
        return len(self.pictures)


def _small(shard: Path) -> NDArray[np.uint8]:
    """The pictures of a shard as the network sees them."""
    small = torch.cat([shrink(part) for part in np.array_split(data.loaded(shard), 8)])
    pictures: NDArray[np.uint8] = small.add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8).numpy()
    return pictures


def seen(pictures: Tensor, tiles: Tensor) -> Tensor:
    """As -1 to 1: mirrored, moved, a little brighter or darker, noisy, and half of them out of focus, as painted
    pictures are; tiles turned and moved at will."""
    x = pictures.float().div(127.5).sub(1)
    x = torch.where((torch.rand(len(x)) < 0.5)[:, None, None, None], x.flip(3), x)
    turned = torch.where((torch.rand(len(x)) < 0.5)[:, None, None, None], x.transpose(2, 3), x)
    rolled = torch.roll(turned, tuple(int(v) for v in torch.randint(0, x.shape[-1], (2,))), (2, 3))
    moved = torch.roll(x, tuple(int(v) for v in torch.randint(-6, 7, (2,))), (2, 3))
    x = torch.where(tiles[:, None, None, None], rolled, moved)
    soft = functional.avg_pool2d(functional.pad(x, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    blurred = torch.rand(len(x), 1, 1, 1) * (torch.rand(len(x), 1, 1, 1) < 0.5)
    x = x.lerp(soft, blurred)
    x = x * (1 + 0.1 * torch.randn(len(x), 1, 1, 1)) + 0.06 * torch.randn(len(x), 3, 1, 1)
    return (x + 0.04 * torch.randn_like(x)).clamp(-1, 1).contiguous(memory_format=torch.channels_last)


# ---- training


def loss_of(vectors: Tensor, captions: Tensor, truth: Tensor, phrases: Phrases, scale: Tensor) -> Tensor:
    """Which caption is whose picture's, both ways, and which phrase names it."""
    likes = scale * vectors @ captions.T
    same = (captions @ captions.T > SAME) & ~torch.eye(len(captions), dtype=torch.bool)
    likes = likes.masked_fill(same, -torch.inf)
    own = torch.arange(len(likes))
    loss = (functional.cross_entropy(likes, own) + functional.cross_entropy(likes.T, own)) / 2
    for k, question in enumerate(QUESTIONS):
        asked = truth[:, k] != UNASKED
        if asked.any():
            answers = scale * vectors[asked] @ phrases.drawn(question).T
            loss = loss + NAMED * functional.cross_entropy(answers, truth[asked, k])
    return loss


def train(cache: Path, minutes: float, resume: bool) -> None:
    """Learn until it has had its minutes, over all runs when resuming."""
    path = path_in(cache)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_pid(cache, "judge")
    write_meanings(cache)
    torch.manual_seed(SEED)
    learn, unseen = Shown(cache, last=False), Shown(cache, last=True)
    phrases = Phrases(Embedder(text.fetch(cache)))
    eye = Eye().to(memory_format=torch.channels_last)
    scale = torch.nn.Parameter(torch.tensor(SCALE).log())
    optimizer = torch.optim.AdamW([*eye.parameters(), scale], lr=RATE, weight_decay=0.02)
    step, spent = 0, 0.0
    if resume and path.exists():
        saved = torch.load(path, weights_only=True)
        eye.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        with torch.no_grad():
            scale.copy_(saved["scale"])
        step, spent = saved["step"], saved["minutes"]
        torch.manual_seed(SEED + step)
    clock, log = Clock(minutes, spent), curves(cache, "beholder")
    running = 8.0
    while not clock.over:
        eye.train()
        chosen = torch.randint(len(learn), (BATCH,))
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 100) * max(0.005, (1 + math.cos(math.pi * clock.progress)) / 2)
        with quick():
            vectors = eye(seen(learn.pictures[chosen], learn.tiles[chosen])).float()
        caption = learn.meanings[chosen, torch.randint(CAPTIONS, (BATCH,))].float()
        bounded = scale.exp().clamp(max=LARGEST_SCALE)
        loss = loss_of(vectors, caption, learn.truth[chosen], phrases, bounded)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        clock.tick()
        running = running * 0.95 + loss.item() * 0.05
        if step % 20 == 0:
            log.add_scalar("loss", running, step)
        if step % 100 == 0 or clock.over:
            right = accuracy(eye, phrases, unseen)
            for question, share in right.items():
                log.add_scalar(question, share, step)
            said = " ".join(f"{question} {share:.3f}" for question, share in right.items())
            print(f"judge step {step} loss {running:.3f} scale {bounded.item():.1f} at {clock.spent:.1f} min: {said}")
            state = {"model": eye.state_dict(), "optimizer": optimizer.state_dict(), "scale": scale.detach()}
            with written(path) as part:
                torch.save({**state, "step": step, "minutes": clock.spent, "right": right, "seen": len(learn)}, part)


@torch.inference_mode()
def accuracy(eye: Eye, phrases: Phrases, shown: Shown) -> dict[Question, float]:
    """How often the nearest name is the right one, of the pictures for which the question makes sense."""
    eye.eval()
    parts = [eye(part.float().div(127.5).sub(1)) for part in shown.pictures.split(100)]
    return right_of(torch.cat(parts), phrases, shown.truth)


def right_of(vectors: Tensor, phrases: Phrases, truth: Tensor) -> dict[Question, float]:
    """The share of right answers to each question that is asked at all."""
    shares: dict[Question, float] = {}
    for k, question in enumerate(QUESTIONS):
        asked = truth[:, k] != UNASKED
        if asked.any():
            answers = (vectors[asked] @ phrases.means(question).T).argmax(1)
            shares[question] = float((answers == truth[asked, k]).float().mean())
    return shares


# ---- how far it can be trusted


def evaluate(cache: Path, folder: Path, painter: Path = Path("starters/picture")) -> dict[str, dict[Question, float]]:
    """How often the exported judge's nearest name is the right one: of renders that it was not trained on, and of what
    the starter picture model paints of held-out combinations and of sentences by a person."""
    judge = PictureJudge.load(folder)
    phrases, unseen, paint = Phrases(Embedder(text.fetch(cache))), Shown(cache, last=True), Painter(painter).paint
    painted = {
        "painted subjects": of_subjects(1),
        "painted materials": of_materials(1),
        "painted prose": of_prose(),
    }
    table = {"renders": accuracy(judge.eye, phrases, unseen)}
    for name, asked in painted.items():
        vectors = torch.stack([torch.from_numpy(judge.see(picture)) for picture in paint(asked)])
        table[name] = right_of(vectors, phrases, torch.tensor([numbered(one.truth) for one in asked]))
    path = cache / "judge-evaluation.json"
    path.write_text(json.dumps(table, indent=2) + "\n", "utf-8")
    return table


# ---- from the checkpoint to a folder

CARD = """---
license: apache-2.0
pipeline_tag: zero-shot-image-classification
---
# Studiolo starter judge

Puts a picture where the sentence embeddings of all-MiniLM-L6-v2 (Apache-2.0) are, so that it can be held against any
words: {parameters:,} parameters, trained for {steps:,} steps ({minutes:.0f} minutes on one core) on {seen:,} scenes and
materials that a program drew, with captions that a program wrote; the subjects in the scenes are Microsoft Fluent 3D
emoji (MIT). It has never seen a photograph. On renders that it was not trained on the nearest name is the right one in
{right}.
Figures for painted pictures: `docs/models/judge.md`.
"""


def export(cache: Path, folder: Path) -> None:
    """Weights in half precision with the meanings of all names, the words, and a model card."""
    saved = torch.load(path_in(cache), weights_only=True)
    eye = Eye()
    eye.load_state_dict(saved["model"])
    phrases = Phrases(Embedder(text.fetch(cache)))
    weights = {n: (t.half() if t.is_floating_point() else t).contiguous() for n, t in eye.state_dict().items()}
    weights |= {f"names.{question}": phrases.means(question).half() for question in QUESTIONS}
    weights["scale"] = saved["scale"].exp().clamp(max=LARGEST_SCALE)
    right = ", ".join(f"{share:.0%} for the {question}" for question, share in saved["right"].items())
    parameters = sum(parameter.numel() for parameter in eye.parameters())
    card = CARD.format(
        parameters=parameters, steps=saved["step"], minutes=saved["minutes"], seen=saved["seen"], right=right
    )
    with exported(folder) as fresh:
        save_file(weights, fresh / WEIGHTS)
        (fresh / WORDS).write_text(json.dumps(words(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        (fresh / "README.md").write_text(card, encoding="utf-8")
