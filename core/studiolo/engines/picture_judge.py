"""What a picture means: a small network that puts pictures where sentence embeddings are (CLIP; Radford et al. 2021).

A picture and words that fit it lie near each other; so does a picture and the names of what it shows. Knows pixels and
the folder of its weights; knows no text, no request and no score. CPU only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from studiolo.media.pictures import Pixels
from studiolo_contract.errors import StudioloError

Question = Literal["subject", "place", "time", "style", "material"]
QUESTIONS: tuple[Question, ...] = get_args(Question)

SIDE = 128
"""Pixels a side that the network sees."""
WIDTHS = (32, 64, 128, 192, 256)
MEANING = 384
"""Length of a sentence embedding."""
WEIGHTS, WORDS = "model.safetensors", "words.json"

Vector = NDArray[np.float32]


class Eye(nn.Module):
    """A coarse first look, four halvings, and one linear layer into the space of meanings."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv2d(3, WIDTHS[0], 5, stride=2, padding=2),
            nn.BatchNorm2d(WIDTHS[0]),
            nn.ReLU(),
        ]
        for a, b in pairwise(WIDTHS):
            layers += [nn.MaxPool2d(2), nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU()]
        self.features = nn.Sequential(*layers)
        self.meaning = nn.Linear(WIDTHS[-1] * (SIDE // 32) ** 2, MEANING)

    def forward(self, pictures: Tensor) -> Tensor:
        """Vectors of length 1 for pictures of SIDE × SIDE, -1 to 1."""
        seen = functional.dropout(self.features(pictures).flatten(1), 0.3, self.training)
        return functional.normalize(self.meaning(seen))


class Named(NamedTuple):
    """A known name, and how sure the judge is of it among all that it knows, 0 to 1."""

    name: str
    share: float


@dataclass(frozen=True)
class PictureJudge:
    """A loaded judge."""

    eye: Eye
    words: dict[Question, dict[str, list[str]]]
    """What it was taught to tell apart: names, and the phrases that each stands for."""
    names: dict[Question, Tensor]
    """The mean meaning of each name's phrases, of length 1 (names × MEANING)."""
    scale: float
    """By which a likeness is multiplied before it is one of a softmax."""

    @classmethod
    def load(cls, folder: Path) -> PictureJudge:
        """Reads the judge. Raises `StudioloError` (`bad_model`) where the folder holds none."""
        try:
            words = json.loads((folder / WORDS).read_text(encoding="utf-8"))
            tensors = {name: tensor.float() for name, tensor in load_file(folder / WEIGHTS).items()}
            names = {question: tensors.pop(f"names.{question}") for question in QUESTIONS}
            scale = float(tensors.pop("scale"))
            eye = Eye()
            eye.load_state_dict(tensors)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
            raise StudioloError(
                "bad_model", f"The judge of pictures in {folder} can't be read: {reason:.200}.", "Get it again."
            ) from error
        return cls(eye.eval().requires_grad_(False), words, names, scale)

    def resident_bytes(self) -> int:
        """Memory of the weights."""
        return sum(t.nbytes for t in (*self.eye.parameters(), *self.eye.buffers(), *self.names.values()))

    @torch.inference_mode()
    def see(self, pixels: Pixels) -> Vector:
        """The meaning of a picture, of length 1. What is transparent is seen on white; the shape is squeezed square."""
        vector: Vector = self.eye(prepared(pixels)[None])[0].numpy()
        return vector

    def nearest(self, question: Question, vector: Vector, count: int = 3) -> list[Named]:
        """What of all that it knows a picture of that meaning most likely shows, the likeliest first.

        It always knows an answer: whether the question makes sense for the picture, the asker must know.
        """
        shares = functional.softmax(self.scale * (self.names[question] @ torch.from_numpy(vector)), dim=0)
        best = shares.topk(min(count, len(shares)))
        names = list(self.words[question])
        return [Named(names[at], float(share)) for share, at in zip(best.values, best.indices, strict=True)]


def prepared(pixels: Pixels) -> Tensor:
    """3 × SIDE × SIDE, -1 to 1, of RGB or RGBA pixels of any size."""
    picture = torch.from_numpy(np.array(pixels)).permute(2, 0, 1).float()
    colour = picture[:3]
    if picture.shape[0] == 4:
        alpha = picture[3:] / 255
        colour = colour * alpha + 255 * (1 - alpha)
    small = max(pixels.shape[:2]) < SIDE
    mode = "nearest" if small else "area"
    return functional.interpolate(colour[None], (SIDE, SIDE), mode=mode)[0].div(127.5).sub(1)
