"""The text request: everything that decides what is written. Knows no model and no prompt template."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Interval, Len

from studiolo_contract.media import Blob

Probability = Annotated[float, Interval(ge=0.0, le=1.0)]


@dataclass(frozen=True, kw_only=True)
class TokenBias:
    """Adds `bias` to the logit of every token that `text` begins with (with and without a leading space), or of the one
    that has the number `token` in the model's vocabulary. One of the two is given."""

    text: Annotated[str, Len(0, 200)] = ""
    token: Annotated[int, Interval(ge=0, le=2**31 - 1)] | None = None
    bias: Annotated[float, Interval(ge=-100.0, le=100.0)]


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How the next token is drawn. A field left at None is taken from the preset, and is neutral if that has none."""

    temperature: Annotated[float, Interval(ge=0.0, le=5.0)] | None = None
    """0 picks the likeliest token; neutral 1."""
    top_p: Probability | None = None
    """Keeps the likeliest tokens that together reach this probability (Holtzman et al. 2019); neutral 1."""
    top_k: Annotated[int, Interval(ge=0, le=100_000)] | None = None
    """Keeps this many of the likeliest tokens; neutral 0."""
    min_p: Probability | None = None
    """Keeps tokens at least this fraction as likely as the likeliest (Nguyen et al. 2024); neutral 0."""
    typical_p: Probability | None = None
    """Locally typical sampling (Meister et al. 2022); neutral 1."""
    repetition_penalty: Annotated[float, Interval(ge=0.5, le=2.0)] | None = None
    """Divides (or multiplies, if negative) the logits of tokens already seen (Keskar et al. 2019); neutral 1."""
    repetition_range: Annotated[int, Interval(ge=0, le=100_000)] | None = None
    """How many of the latest tokens that penalty and the next two look at; neutral 0, all of them."""
    presence_penalty: Annotated[float, Interval(ge=-2.0, le=2.0)] | None = None
    """Taken from the logit of every token already seen; neutral 0."""
    frequency_penalty: Annotated[float, Interval(ge=-2.0, le=2.0)] | None = None
    """Taken from the logit of a token once for each time that it was seen; neutral 0."""
    dry_multiplier: Annotated[float, Interval(ge=0.0, le=10.0)] | None = None
    """DRY: penalty for a token that would go on a sequence already written (p-e-w 2024); neutral 0, off."""
    dry_base: Annotated[float, Interval(ge=1.0, le=4.0)] | None = None
    """Growth of the DRY penalty with each repeated token; 1.75 unless set."""
    dry_allowed_length: Annotated[int, Interval(ge=1, le=100)] | None = None
    """Repeats up to this many tokens are free; 2 unless set."""
    dry_range: Annotated[int, Interval(ge=0, le=100_000)] | None = None
    """How many of the latest tokens DRY looks at; neutral 0, all of them."""
    xtc_probability: Probability | None = None
    """XTC: chance of leaving out all but the least likely of the tokens above the threshold (p-e-w 2024); neutral 0."""
    xtc_threshold: Probability | None = None
    """0.1 unless set; above 0.5 XTC never acts."""
    banned_phrases: Annotated[tuple[Annotated[str, Len(1, 200)], ...], Len(0, 64)] | None = None
    """Phrases that never appear: the writer steps back before one and goes on another way."""
    logit_bias: Annotated[tuple[TokenBias, ...], Len(0, 300)] | None = None


@dataclass(frozen=True, kw_only=True)
class Example:
    """What could be asked, and a good answer to it."""

    text: Annotated[str, Len(1, 8_000)]
    """A passage or brief, in the place of the request's own."""
    answer: Annotated[str, Len(1, 8_000)]


Speaker = Literal["system", "user", "assistant"]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What was said in a conversation, and by whom; `system` tells the model how it shall answer."""

    speaker: Speaker
    text: Annotated[str, Len(0, 400_000)]


@dataclass(frozen=True, kw_only=True)
class TextRequest:
    """Write something. The same request with the same seed, model and machine gives the same text."""

    kind: Literal["text"] = "text"
    mode: Annotated[str, Len(1, 64)] = "story"
    """continue, rewrite, expand, shorten, translate, story, poem, script, dialogue, character, place, beats, ad, names,
    brainstorm, shots, notes or scene; or one of the two in which nothing is added to what is said, and nothing taken
    out of the answer: `chat` answers a conversation, `complete` goes on with a text."""
    text: Annotated[str, Len(1, 400_000)]
    """The passage to work on, or the brief; in a chat what is said last."""
    instruction: Annotated[str, Len(0, 8_000)] = ""
    """What else the writer should heed ("in the past tense", "two speakers: Ana and Bo")."""
    style: Annotated[str, Len(0, 64)] = ""
    """A literary style by name; empty for none."""
    examples: Annotated[tuple[Example, ...], Len(0, 8)] = ()
    """Shown to the model in place of the mode's own; those that do not fit go, the first ones first."""
    turns: Annotated[tuple[Turn, ...], Len(0, 1_000)] = ()
    """What was said before `text`, in a chat."""
    speaker: Speaker = "user"
    """Who says `text`, in a chat."""
    bible: Blob | None = None
    """A `Bible` as JSON, put as a blob before; the entries that the end of the text calls are given to the model."""
    model: Annotated[str, Len(0, 200)] = ""
    """A model by name or the path of a local folder; empty for the installation's own choice."""
    preset: Annotated[str, Len(0, 64)] = "model"
    """Where unset sampling fields come from: `model` (the model's own), `neutral`, or a preset by name."""
    sampling: Sampling = field(default_factory=Sampling)
    max_tokens: Annotated[int, Interval(ge=1, le=8192)] | None = None
    """The longest answer in tokens; None for the mode's own length."""
    variants: Annotated[int, Interval(ge=1, le=8)] = 1
    """How many answers, each with its own seed (seed, seed + 1, …), made in one batch."""
    candidates: Annotated[int, Interval(ge=1, le=8)] | None = None
    """Drafts made side by side for each stretch, of which the best is kept; 1 for none, None for the model's own."""
    seed: Annotated[int, Interval(ge=0, le=2**32 - 1)] | None = None
    """None: one is drawn, and the recipe says which."""
    stop: Annotated[tuple[Annotated[str, Len(1, 200)], ...], Len(0, 16)] = ()
    """The answer ends before the first of these."""
    end_at_sentence: bool = True
    """Whether an answer that ran out of tokens is cut back to its last whole sentence."""
    json_schema: Annotated[str, Len(0, 64_000)] = ""
    """A JSON Schema as text: the answer is JSON that fits it. Empty for the mode's own schema, if it has one."""
    alternatives: Annotated[int, Interval(ge=0, le=20)] = 0
    """How many likeliest tokens to report beside each token written."""
    dry: bool = False
    """Whether only to say what the model would be given to read: the log has its `context`, the recipe the prompt, and
    nothing is written."""
