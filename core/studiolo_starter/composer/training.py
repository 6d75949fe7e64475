"""Trains the composer: which token follows, in the sheets of four thousand old tunes and chorales.

Knows the model (transformers' Llama, small) and how it is trained. Knows nothing of how pieces are written with it.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM

from studiolo.music import vocabulary
from studiolo_starter import muon
from studiolo_starter.clock import Clock, curves
from studiolo_starter.composer import sheets, tunes
from studiolo_starter.files import written

WINDOW = 512
"""Tokens that are read at once while training."""
BATCH = 16
RATE = 2e-3
LAYERS_RATE = 1e-2
WARM_UP = 100
LAST_PART = 0.4
"""Of the time, in which the rate falls to nothing."""
HELD_OUT = 20
"""One piece in so many is never trained on."""
CHECK_EVERY = 250
Rows = list[NDArray[np.int16]]


def model() -> LlamaForCausalLM:
    """2.6 million parameters."""
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(vocabulary.tokens()),
            hidden_size=192,
            intermediate_size=512,
            num_hidden_layers=6,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=2048,
            tie_word_embeddings=True,
            pad_token_id=0,
            bos_token_id=1,
            eos_token_id=2,
        )
    )


def rows(cache: Path) -> tuple[Rows, Rows]:
    """All pieces as tokens: those to train on, and those held out."""
    train, held = [], []
    for tune in tunes.load(cache):
        sheet = sheets.sheet(tune)
        if sheet is None:
            continue
        try:
            row = np.array(vocabulary.encode(sheet), np.int16)
        except KeyError:
            continue  # it begins on a thirty-second, or a voice leaves its range
        (held if zlib.crc32(tune.name.encode()) % HELD_OUT == 0 else train).append(row)
    return train, held


def train(cache: Path, minutes: float, resume: bool) -> None:
    """Trains for so many minutes in all, with a checkpoint every few hundred steps."""
    torch.manual_seed(0)
    train_rows, held_rows = rows(cache)
    print(f"{len(train_rows)} pieces, {sum(map(len, train_rows))} tokens; held out {len(held_rows)}", flush=True)
    net = model()
    layers, others = muon.of_layers(net, ("model.embed_tokens", "lm_head"))
    moved = muon.Muon(layers, LAYERS_RATE, weight_decay=0.05)
    steady = torch.optim.AdamW(others, RATE, betas=(0.9, 0.98), weight_decay=0.0)
    path = cache / "composer.pt"
    step, clock = 0, Clock(minutes)
    if resume and path.exists():
        state = torch.load(path, weights_only=True)
        net.load_state_dict(state["model"])
        moved.load_state_dict(state["muon"])
        steady.load_state_dict(state["adam"])
        step, clock = state["step"], Clock(minutes, state["minutes"])
    log = curves(cache, "composer")
    while not clock.over:
        batch, weight = _batch(train_rows, step)
        rate = min(1.0, (step + 1) / WARM_UP, (1.0 - clock.progress) / LAST_PART + 0.01)
        for optimizer, base in ((moved, LAYERS_RATE), (steady, RATE)):
            optimizer.param_groups[0]["lr"] = base * rate
        net.train()
        loss = _loss(net, batch, weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        for optimizer in (moved, steady):
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        step += 1
        clock.tick()
        if step % 50 == 0:
            log.add_scalar("loss", loss.item(), step)
        if step % CHECK_EVERY == 0 or clock.over:
            bits = held_out_bits(net, held_rows)
            log.add_scalar("held out, bits a token", bits, step)
            print(f"step {step} loss {loss.item():.3f} held out {bits:.3f} bits at {clock.spent:.1f} min", flush=True)
            with written(path) as part:
                torch.save(
                    {
                        "model": net.state_dict(),
                        "muon": moved.state_dict(),
                        "adam": steady.state_dict(),
                        "step": step,
                        "minutes": clock.spent,
                    },
                    part,
                )


def held_out_bits(net: LlamaForCausalLM, held: Rows) -> float:
    """Bits that a token of the pieces costs which were never trained on."""
    net.eval()
    bits = count = 0.0
    with torch.inference_mode():
        for begin in range(0, len(held), BATCH):
            cut = [row[: 2 * WINDOW] for row in held[begin : begin + BATCH]]
            batch, weight = _padded(cut)
            bits += float(_loss(net, batch, weight)) / math.log(2) * float(weight.sum())
            count += float(weight.sum())
    return bits / count


def ngram_bits(train_rows: Rows, held: Rows, order: int = 3) -> float:
    """The same of a model that looks at the last `order - 1` tokens only (Witten and Bell 1991)."""
    from collections import Counter, defaultdict

    size = len(vocabulary.tokens())
    seen: list[dict[tuple[int, ...], Counter[int]]] = [defaultdict(Counter) for _ in range(order)]
    for row in train_rows:
        tokens = row.tolist()
        for place in range(1, len(tokens)):
            for back in range(min(order, place + 1)):
                seen[back][tuple(tokens[place - back : place])][tokens[place]] += 1
    bits, count = 0.0, 0
    for row in held:
        tokens = row[: 2 * WINDOW].tolist()
        for place in range(len(vocabulary.HEADER) + 1, len(tokens)):
            likely = 1.0 / size
            for back in range(order):
                counter = seen[back].get(tuple(tokens[place - back : place]))
                if counter:
                    total, kinds = counter.total(), len(counter)
                    likely = (counter[tokens[place]] + kinds * likely) / (total + kinds)
            bits -= math.log2(likely)
            count += 1
    return bits / count


def _batch(train_rows: Rows, step: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Pieces of about one length, so that little of the batch is padding."""
    dice = np.random.default_rng(step)
    some = [_window(train_rows[number], dice) for number in dice.integers(len(train_rows), size=BATCH * 8)]
    some.sort(key=len)
    begin = int(dice.integers(8)) * BATCH
    return _padded(some[begin : begin + BATCH])


def _window(row: NDArray[np.int16], dice: np.random.Generator) -> NDArray[np.int16]:
    """The header, and as many tokens as fit from a bar on that is drawn by chance."""
    if len(row) <= WINDOW:
        return row
    head = len(vocabulary.HEADER) + 1
    first = vocabulary.number_of()["bar:1"]
    bars = [place for place in _bar_lines(row, first) if place <= len(row) - WINDOW // 2]
    begin = bars[int(dice.integers(len(bars)))]
    return np.concatenate([row[:head], row[begin : begin + WINDOW - head]])


def _bar_lines(row: NDArray[np.int16], first: int) -> Iterator[int]:
    return iter(np.flatnonzero((row >= first) & (row < first + vocabulary.PHRASE)).tolist())


def _padded(some: Rows) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens, and which of them are to be guessed: all after the header."""
    longest = max(map(len, some))
    batch = torch.zeros((len(some), longest), dtype=torch.long)
    weight = torch.zeros((len(some), longest))
    for number, row in enumerate(some):
        batch[number, : len(row)] = torch.from_numpy(row.astype(np.int64))
        weight[number, len(vocabulary.HEADER) + 1 : len(row)] = 1.0
    return batch, weight


def _loss(net: LlamaForCausalLM, batch: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    logits = net(input_ids=batch[:, :-1], use_cache=False).logits
    each = functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten(), reduction="none")
    weight = weight[:, 1:].flatten()
    return (each * weight).sum() / weight.sum()
