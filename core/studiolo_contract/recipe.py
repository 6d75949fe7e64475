"""How a result was made, complete enough to make it again. Knows no model."""

from __future__ import annotations

from dataclasses import dataclass

from studiolo_contract.request import Request


@dataclass(frozen=True, kw_only=True)
class Timings:
    """Seconds."""

    queued: float = 0.0
    load: float = 0.0
    """Loading the model; 0 when it was resident."""
    run: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Helper:
    """A model that finished what the recipe's own model had begun."""

    model: str
    model_revision: str
    model_sha256: str
    licence: str
    engine: str


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why the result is as it is, in one point."""

    what: str
    """`tempo`"""
    value: str
    """`132`"""
    because: str
    """`arousal 0.7`"""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Submitting `settled` again on the same model and machine gives the same result."""

    request: Request
    """As it was asked."""
    settled: Request
    """As it was run: seed, model, sizes and every other choice filled in."""
    final_prompt: str
    """What the model itself was given to read."""
    model: str
    model_revision: str
    """The hub's commit, the package's version, or empty for a local folder."""
    model_sha256: str
    """Hash over the model's files; see `studiolo.models.store`."""
    licence: str
    engine: str
    device: str
    studiolo: str
    """Version of Studiolo."""
    timings: Timings
    helpers: tuple[Helper, ...] = ()
    """In the order in which they worked."""
    why: tuple[Reason, ...] = ()
    """What followed from the words and the mood, in the order in which it was decided."""
    notes: tuple[str, ...] = ()
    """What the maker should know: an ignored field, a word the model does not know."""
