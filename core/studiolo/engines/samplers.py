"""How the next token is chosen: small pure functions over one row of logits, and the order they act in.

The order: logit bias, the penalties of repetition, presence and frequency, and DRY change logits; then top-k, locally
typical, top-p, min-p and XTC leave tokens out, each seeing what the one before has left; then the temperature; then the
draw. So what is left out does not depend on the temperature, and every step is neutral unless set. Temperature 0 takes
the likeliest token after the penalties. Knows no model, no text and no tokenizer: tokens are numbers here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Mask = NDArray[np.bool_]
Tokens = NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """Every sampler's setting, in the meaning of `studiolo_contract.text.Sampling`; here nothing is left open."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    typical_p: float = 1.0
    repetition_penalty: float = 1.0
    repetition_range: int = 0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_range: int = 0
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1


def probabilities(logits: Numbers) -> Numbers:
    """Softmax."""
    powers = np.exp(logits - logits.max())
    scaled: Numbers = powers / powers.sum()
    return scaled


def penalised(logits: Numbers, seen: Tokens, penalty: float) -> Numbers:
    """Positive logits of tokens in `seen` divided by the penalty, negative ones multiplied (Keskar et al. 2019)."""
    changed = logits.copy()
    chosen = np.unique(seen)
    values = changed[chosen]
    changed[chosen] = np.where(values > 0, values / penalty, values * penalty)
    return changed


def counted(logits: Numbers, seen: Tokens, presence: float, frequency: float) -> Numbers:
    """Logits of tokens in `seen` less `presence`, and less `frequency` for each time that a token is there."""
    changed = logits.copy()
    chosen, times = np.unique(seen, return_counts=True)
    changed[chosen] -= (presence + frequency * times).astype(np.float32)
    return changed


def dry_penalties(
    seen: Tokens, breakers: frozenset[int], multiplier: float, base: float, allowed: int, longest: int = 64
) -> dict[int, float]:
    """DRY (p-e-w 2024): for each token that would go on a sequence that was written before, what it costs.

    A token that followed an earlier occurrence of the last n tokens costs multiplier · base^(n - allowed), if n is at
    least `allowed`; the longest such n counts, up to `longest`. A sequence does not reach across a breaker.
    """
    if len(seen) < 2 or int(seen[-1]) in breakers:
        return {}
    lengths: dict[int, int] = {}
    for place in np.flatnonzero(seen[:-1] == seen[-1]).tolist():
        length = 1
        while (
            length < min(longest, place + 1)
            and seen[place - length] == seen[-1 - length]
            and int(seen[place - length]) not in breakers
        ):
            length += 1
        token = int(seen[place + 1])
        lengths[token] = max(length, lengths.get(token, 0))
    return {
        token: multiplier * base ** (length - allowed)
        for token, length in lengths.items()
        if length >= allowed and token not in breakers
    }


def top_k(logits: Numbers, k: int) -> Mask:
    """The k likeliest; all that are as likely as the last of them."""
    if k >= len(logits):
        return np.ones(len(logits), np.bool_)
    least = np.partition(logits, len(logits) - k)[len(logits) - k]
    return np.asarray(logits >= least)


def top_p(logits: Numbers, p: float) -> Mask:
    """The fewest of the likeliest tokens that together reach probability p (Holtzman et al. 2019)."""
    shares = probabilities(logits)
    # Tokens below this share do not reach 1 - p all together, so none of them is needed.
    likely = np.flatnonzero(shares >= (1.0 - p) / len(shares))
    order = likely[np.argsort(-shares[likely], kind="stable")]
    needed = int(np.searchsorted(np.cumsum(shares[order], dtype=np.float64), p)) + 1
    mask = np.zeros(len(logits), np.bool_)
    mask[order[:needed]] = True
    return mask


def min_p(logits: Numbers, p: float) -> Mask:
    """Tokens at least p times as likely as the likeliest (Nguyen et al. 2024)."""
    return np.asarray(logits >= logits.max() + np.log(p))


def typical(logits: Numbers, p: float) -> Mask:
    """The fewest tokens of nearly expected surprise that together reach p (Meister et al. 2022)."""
    shares = probabilities(logits).astype(np.float64)
    surprise = -np.log(np.maximum(shares, 1e-30))
    order = np.argsort(np.abs(surprise - (shares * surprise).sum()), kind="stable")
    needed = int(np.searchsorted(np.cumsum(shares[order]), p)) + 1
    mask = np.zeros(len(logits), np.bool_)
    mask[order[:needed]] = True
    return mask


def xtc(logits: Numbers, threshold: float) -> Mask:
    """All but the tokens of at least `threshold` probability, of which only the least likely stays (p-e-w 2024)."""
    likely = np.flatnonzero(probabilities(logits) >= threshold)
    mask = np.ones(len(logits), np.bool_)
    if len(likely) > 1:
        mask[likely] = False
        mask[likely[np.argmin(logits[likely])]] = True
    return mask


def adjusted(
    logits: Numbers,
    settings: Settings,
    seen: Sequence[int],
    bias: Mapping[int, float],
    exempt: frozenset[int],
    breakers: frozenset[int],
) -> Numbers:
    """Logits after bias and penalties. Tokens in `exempt` (those that end an answer) are never penalised."""
    changed = logits
    if bias:
        changed = changed.copy()
        for token, amount in bias.items():
            changed[token] += amount
    counts = settings.presence_penalty != 0.0 or settings.frequency_penalty != 0.0
    if (settings.repetition_penalty != 1.0 or counts) and seen:
        recent = np.asarray(seen[-settings.repetition_range :], np.int64)
        before, spared = changed, list(exempt)
        changed = penalised(changed, recent, settings.repetition_penalty)
        if counts:
            changed = counted(changed, recent, settings.presence_penalty, settings.frequency_penalty)
        changed[spared] = before[spared]
    if settings.dry_multiplier > 0.0:
        recent = np.asarray(seen[-settings.dry_range :], np.int64)
        costs = dry_penalties(recent, breakers, settings.dry_multiplier, settings.dry_base, settings.dry_allowed_length)
        changed = changed.copy() if changed is logits else changed
        for token, cost in costs.items():
            if token not in exempt:
                changed[token] -= cost
    return changed


def draw(logits: Numbers, settings: Settings, random: np.random.Generator) -> int:
    """The next token, of logits that bias and penalties have acted on already."""
    if settings.temperature == 0.0:
        return int(np.argmax(logits))
    left, tokens = logits, None
    for active, mask, setting in (
        (settings.top_k > 0, top_k, settings.top_k),
        (settings.typical_p < 1.0, typical, settings.typical_p),
        (settings.top_p < 1.0, top_p, settings.top_p),
        (settings.min_p > 0.0, min_p, settings.min_p),
    ):
        if active:
            kept = np.flatnonzero(mask(left, setting))  # type: ignore[arg-type]
            tokens, left = kept if tokens is None else tokens[kept], left[kept]
    if settings.xtc_probability > 0.0 and random.random() < settings.xtc_probability:
        kept = np.flatnonzero(xtc(left, settings.xtc_threshold))
        tokens, left = kept if tokens is None else tokens[kept], left[kept]
    sums = np.cumsum(probabilities(left / np.float32(settings.temperature)), dtype=np.float64)
    place = int(np.searchsorted(sums, random.random() * sums[-1], side="right"))
    place = min(place, len(left) - 1)
    return place if tokens is None else int(tokens[place])
