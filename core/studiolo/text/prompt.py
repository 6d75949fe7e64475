"""Turns a text request into what a model reads. Knows modes, styles, forms, a tokenizer; no model and no sampler.

Two shapes. A model that follows instructions is asked through its chat template, in full. A small one is shown how:
short words, examples as earlier turns (or as plain text, where it has no chat template), and the person's own opening
as the beginning of its answer; its form is kept by a grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol

from studiolo.text.brief import count_in, poem_in, reads_as_opening, speakers_in
from studiolo.text.clean import Cleaner
from studiolo.text.forms import POEMS, Form
from studiolo.text.grammars import grammar
from studiolo.text.modes import Example, Mode
from studiolo.text.sentences import sentence_ends
from studiolo.text.styles import Style
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ContextPart
from studiolo_contract.text import TextRequest

PLAIN_SEPARATOR = "\n\n* * *\n\n"
"""Between examples, for a model without a chat template."""


class Tokenizer(Protocol):
    """What is needed of a tokenizer; those of transformers have it."""

    chat_template: str | None

    def encode(self, text: str, *, add_special_tokens: bool = ...) -> list[int]: ...

    def decode(self, token_ids: list[int], *, skip_special_tokens: bool = ...) -> str: ...

    def apply_chat_template(
        self, conversation: list[dict[str, str]], *, tokenize: bool = ..., add_generation_prompt: bool = ...
    ) -> str: ...


@dataclass(frozen=True)
class Prompt:
    """What a model is given to read, and what is expected of its answer."""

    text: str
    """Exactly what the model reads, special tokens included: to be encoded without adding any."""
    tokens: int
    """Of `text`."""
    parts: tuple[ContextPart, ...]
    """What went in and what was cut, for the person."""
    topic: str
    """What the answer should be about: the end of the person's text."""
    shown: str
    """The words of instruction and examples, which the answer must not repeat."""
    opening: str
    """The person's text where the answer goes on from it, as the end of `text`; empty where it does not."""
    form: Form
    strip: tuple[str, ...]
    """Labels that the answer may begin with and should not, as regular expressions."""
    stops: tuple[str, ...]
    """The answer ends before the first of these."""
    json_schema: str
    """The answer is JSON that fits this schema; empty where it is not JSON."""
    grammar: str
    """The answer fits this Lark grammar (llguidance's dialect); empty where it is free."""
    max_tokens: int
    """The longest answer."""
    words: tuple[int, int]
    """Fewest and most words that the answer should have; 0 where there is no such bound."""
    quoted: bool
    """Whether the person's text has quotation marks, so that those of the answer may belong to it."""
    reworks: bool
    """Whether the answer says again what the person's text says: only what it has said itself is repetition then."""
    notes: tuple[str, ...]
    """What the person should know: what was cut, what was chosen for them."""

    def cleaner(self) -> Cleaner:
        """Takes out of the answer what was not asked for."""
        return Cleaner(self.form, self.strip, self.opening, self.quoted)


@dataclass(frozen=True)
class _Plan:
    """A prompt before it is rendered."""

    system: str
    examples: tuple[tuple[str, str], ...]
    """What was asked, and what was answered."""
    ask: str
    """With `{text}` where the person's text goes."""
    lead: bool
    """Whether the person's text also begins the answer."""
    text: str


def build(
    request: TextRequest, mode: Mode, style: Style | None, tokenizer: Tokenizer, window: int, few_shot: bool
) -> Prompt:
    """The prompt for a request.

    `window` is the most tokens that prompt and answer may have together. `few_shot` chooses the small model's shape.
    Where the text is too long, whole examples go first, then the head of the text; `parts` and `notes` say so. Raises
    `StudioloError` (`too_large`) where the instruction alone leaves no room.
    """
    text = request.text.strip() or request.text
    form, notes = _form(request, mode, style, few_shot)
    opening = mode.opening is not None and (mode.opening.always or reads_as_opening(text))
    plan = _plan(request, mode, style, form, text, opening, few_shot, chat=bool(tokenizer.chat_template))
    max_tokens = _longest(request, mode, form, len(_encode(tokenizer, text)), window)
    fitted, cut_notes = _fit(plan, tokenizer, window - max_tokens)
    rendered = _render(fitted, tokenizer)
    prompt_tokens = len(_encode(tokenizer, rendered))
    return Prompt(
        text=rendered,
        tokens=prompt_tokens,
        parts=_parts(plan, fitted, tokenizer, prompt_tokens),
        topic=fitted.text[-1500:],
        shown="\n".join((request.instruction, style.brief if style else "", *(shown for _, shown in fitted.examples))),
        opening=fitted.text if opening else "",
        form=form,
        strip=mode.strip,
        stops=(*mode.stops, *(() if tokenizer.chat_template else (PLAIN_SEPARATOR.strip("\n"),)), *request.stop),
        json_schema=form.schema,
        grammar=grammar(form) if few_shot else "",
        max_tokens=max_tokens,
        words=_words_wanted(mode, form, fitted.text, max_tokens),
        reworks=mode.length > 0,
        quoted='"' in request.text or "“" in request.text,
        notes=(*notes, *cut_notes),
    )


# ---- what is asked


def _form(request: TextRequest, mode: Mode, style: Style | None, few_shot: bool) -> tuple[Form, list[str]]:
    if request.json_schema:
        return Form("json", schema=request.json_schema), []
    words = f"{request.instruction}\n{request.text[:2000]}"
    if mode.form == "verse":
        return POEMS[poem_in(words) or (style.poem if style else "") or "free verse"], []
    if mode.form == "list":
        return Form("list", count_in(words, mode.count), sentences=mode.sentences), []
    if mode.form == "shots":
        return Form("shots", count_in(words, mode.count)), []
    if mode.form == "notes":
        return Form("notes", labels=mode.labels), []
    if mode.form in ("dialogue", "fountain"):
        speakers = speakers_in(request.instruction) or speakers_in(request.text)
        notes = []
        if not speakers and few_shot:
            speakers = speakers_in(request.text, mode.speakers)
            notes.append(f"The speakers are called {' and '.join(speakers)}; the instruction may name others.")
        count = count_in(words, mode.count) if mode.form == "dialogue" else mode.count
        return Form("dialogue" if mode.form == "dialogue" else "fountain", count, speakers=speakers), notes
    return Form("json" if mode.json_schema else "prose", schema=mode.json_schema), []


def _plan(
    request: TextRequest,
    mode: Mode,
    style: Style | None,
    form: Form,
    text: str,
    opening: bool,
    few_shot: bool,
    chat: bool,
) -> _Plan:
    asks_opening = mode.opening.ask if opening and mode.opening else ""
    if not few_shot:
        ask = _filled(asks_opening or mode.ask, form)
        if style:
            ask = f"{ask}\n\nWrite {style.instruction}."
        if request.instruction:
            ask = f"{ask}\n\n{request.instruction.strip()}"
        return _Plan(mode.system, (), ask, False, text)

    def short(example_text: str, instruction: str, form: Form, opens: bool) -> str:
        ask = (mode.opening.small_ask if opens and mode.opening else "") or mode.small_ask or mode.ask
        ask = _filled(ask, form).replace("{text}", example_text)
        return f"{ask}\n{instruction.strip()}" if instruction.strip() else ask

    shown = []
    for example in _examples(mode, style, form, opening):
        example_form = replace(form, speakers=speakers_in(example.instruction) or form.speakers)
        answer = f"{example.text} {example.answer}" if opening else example.answer
        shown.append((short(example.text, "", example_form, opening), answer))
    manner = f"Make it {style.brief}." if style else ""
    ask = short("{text}", " ".join(filter(None, (manner, request.instruction.strip()))), form, opening)
    return _Plan(mode.system if chat else "", tuple(shown), ask, opening, text)


def _examples(mode: Mode, style: Style | None, form: Form, opening: bool) -> tuple[Example, ...]:
    """The mode's own examples, or the style's passage where a passage is what is wanted."""
    if opening and style:
        first = sentence_ends(style.sample)[:1] or [len(style.sample)]
        return (Example(text=style.sample[: first[0]], answer=style.sample[first[0] :].strip()),)
    return tuple(example for example in mode.examples if not example.poem or POEMS[example.poem] == form)


def _filled(ask: str, form: Form) -> str:
    """The ask with everything but the text put in."""
    poem = next((name for name, known in POEMS.items() if known == form), "poem")
    speakers = " and ".join(form.speakers)
    if "{speakers}" in ask and not speakers:
        speakers = "two people of your choice"
    return (
        ask.replace("{poem}", "poem" if poem == "free verse" else poem)
        .replace("{count}", str(form.count))
        .replace("{speakers}", speakers)
    )


# ---- how long


def _longest(request: TextRequest, mode: Mode, form: Form, text_tokens: int, window: int) -> int:
    wanted = request.max_tokens
    if wanted is None:
        wanted = mode.max_tokens
        if mode.length:
            wanted = min(wanted, int(text_tokens * mode.length) + 32)
        if form.kind in ("list", "shots") and mode.count and form.count > mode.count:
            wanted = wanted * form.count // mode.count
    return min(wanted, window // 2)


def _words_wanted(mode: Mode, form: Form, text: str, max_tokens: int) -> tuple[int, int]:
    if mode.words != (0.0, 0.0):
        least, most = mode.words
        return int(len(text.split()) * least), int(len(text.split()) * most) + 1
    return (int(max_tokens * 0.4), 0) if form.kind == "prose" else (0, 0)


def _fit(plan: _Plan, tokenizer: Tokenizer, room: int) -> tuple[_Plan, list[str]]:
    """The plan with as much taken away as must be: examples, then the head of the text."""
    notes: list[str] = []
    while plan.examples and len(_encode(tokenizer, _render(plan, tokenizer))) > room:
        plan = replace(plan, examples=plan.examples[1:])
        notes = ["An example was left out of the prompt to make room for the text."]
    whole = len(_encode(tokenizer, plan.text))
    frame = len(_encode(tokenizer, _render(replace(plan, text=""), tokenizer)))
    if frame + 16 > room:
        raise StudioloError(
            "too_large",
            f"The instruction takes {frame} tokens, and the model has room for {max(room, 0)} beside its answer.",
            "Shorten the instruction, or lower max_tokens.",
        )
    times = 1 if plan.lead else plan.ask.count("{text}")
    keep = whole
    while len(_encode(tokenizer, _render(plan, tokenizer))) > room:
        keep = min(keep - 8, (room - frame) // max(times, 1))
        plan = replace(plan, text=_tail(tokenizer, plan.text, keep))
    left = len(_encode(tokenizer, plan.text))
    if left < whole:
        notes.append(f"The first {whole - left} tokens of the text did not fit and were left out.")
    return plan, notes


def _tail(tokenizer: Tokenizer, text: str, tokens: int) -> str:
    """The last tokens of a text, from the beginning of a sentence, or of a word where no sentence begins early."""
    tail = tokenizer.decode(_encode(tokenizer, text)[-max(tokens, 1) :], skip_special_tokens=True)
    starts = [end for end in sentence_ends(tail[: len(tail) // 2])]
    if starts:
        return tail[starts[0] :].strip()
    word = re.search(r"\s", tail)
    return tail[word.end() :].strip() if word else tail


# ---- how it is written down


def _render(plan: _Plan, tokenizer: Tokenizer) -> str:
    lead = plan.text if plan.lead else ""
    ask = plan.ask.replace("{text}", _first_sentence(lead) if lead else plan.text)
    if not tokenizer.chat_template:
        shown = [f"{asked}\n\n{answer}{PLAIN_SEPARATOR}" for asked, answer in plan.examples]
        return "".join(shown) + f"{ask}\n\n{lead}"
    turns = [{"role": "system", "content": plan.system}] if plan.system else []
    for asked, answer in plan.examples:
        turns += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
    turns.append({"role": "user", "content": ask})
    return tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True) + lead


def _first_sentence(text: str) -> str:
    """What stands in the ask where the whole text begins the answer: enough to say what it is about."""
    first = text[: (sentence_ends(text) or [len(text)])[0]]
    return first if len(first) <= 200 else first[:200].rsplit(" ", 1)[0] + " …"


def _parts(whole: _Plan, fitted: _Plan, tokenizer: Tokenizer, total: int) -> tuple[ContextPart, ...]:
    def count(text: str) -> int:
        return len(_encode(tokenizer, text))

    def shown(plan: _Plan) -> int:
        return sum(count(asked) + count(answer) for asked, answer in plan.examples)

    times = 1 if fitted.lead else fitted.ask.count("{text}")
    parts = [
        ContextPart(name="writer", tokens=count(fitted.system), cut=0),
        ContextPart(name="examples", tokens=shown(fitted), cut=shown(whole) - shown(fitted)),
        ContextPart(name="task", tokens=count(fitted.ask.replace("{text}", "")), cut=0),
        ContextPart(name="text", tokens=count(fitted.text) * times, cut=count(whole.text) - count(fitted.text)),
    ]
    frame = total - sum(part.tokens for part in parts)
    parts.append(ContextPart(name="template", tokens=max(frame, 0), cut=0))
    return tuple(part for part in parts if part.tokens or part.cut)


def _encode(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False)
