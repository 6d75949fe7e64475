"""Turns a text request into what a model reads. Knows modes, styles, forms, a tokenizer; no model and no sampler.

Two shapes. A model that follows instructions is asked through its chat template, in full. A small one is shown how:
short words, examples as earlier turns (or as plain text, where it has no chat template), and the person's own opening
as the beginning of its answer; its form is kept by a grammar.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from studiolo.text import verbatim
from studiolo.text.bible import Found, Sent, fit, line
from studiolo.text.brief import count_in, language_in, manner_in, poem_in, reads_as_opening, speakers_in
from studiolo.text.clean import Cleaner
from studiolo.text.forms import POEMS, Form
from studiolo.text.grammars import grammar
from studiolo.text.modes import Example, Mode
from studiolo.text.plan import PLAIN_SEPARATOR, Plan, Tokenizer, encoded
from studiolo.text.sentences import sentence_ends
from studiolo.text.styles import Style
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ContextEntry, ContextPart
from studiolo_contract.text import TextRequest

KEEP_TO = "What is known about this story; keep to it:"


@dataclass(frozen=True)
class Prompt:
    """What a model is given to read, and what is expected of its answer."""

    text: str
    """Exactly what the model reads, special tokens included: to be encoded without adding any."""
    tokens: int
    """Of `text`."""
    parts: tuple[ContextPart, ...]
    """What went in and what was cut, for the person."""
    entries: tuple[ContextEntry, ...]
    """Of the story bible: what was sent and what was not, for the person."""
    topic: str
    """What the answer should be about: the end of the person's text."""
    shown: str
    """The words of instruction and examples, which the answer must not repeat."""
    lore: str
    """What the story bible says, which the answer should hold to."""
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
    as_it_is: bool
    """Whether the answer is left as the model gives it, however short, and with the white space around it."""
    manner: str
    """The tense or person that a passage is to be put into: past, present, first or third; empty for neither."""
    notes: tuple[str, ...]
    """What the person should know: what was cut, what was chosen for them."""

    def cleaner(self) -> Cleaner:
        """Takes out of the answer what was not asked for."""
        return Cleaner(self.form, self.strip, self.opening, self.quoted)


def build(
    request: TextRequest,
    mode: Mode,
    style: Style | None,
    tokenizer: Tokenizer,
    window: int,
    few_shot: bool,
    found: Found | None = None,
) -> Prompt:
    """The prompt for a request.

    `window` is the most tokens that prompt and answer may have together. `few_shot` chooses the small model's shape.
    `found` is what the text calls of the story bible, where the request has one. Where the text is too long, whole
    examples go first, then the head of the text; `parts` and `notes` say so. Raises `StudioloError` (`too_large`)
    where the instruction alone leaves no room.
    """
    if mode.form == "free":
        return _as_said(request, mode, tokenizer, window)
    text = request.text.strip() or request.text
    found = found or Found()
    form, notes = _form(request, mode, style, few_shot, found.speakers)
    opening = mode.opening is not None and (mode.opening.always or reads_as_opening(text))
    plan = _plan(request, mode, style, form, text, opening, few_shot, chat=bool(tokenizer.chat_template))
    max_tokens = _longest(request, mode, form, encoded(tokenizer, text), window)
    budget = min(found.budget, plan.room_for_bible(tokenizer, window - max_tokens))
    sent, dropped = fit(found.calls, budget, lambda entry: encoded(tokenizer, f"- {entry}"))
    # after a passage it would be taken for a part of that
    plan = replace(plan, bible=_told(sent, few_shot), bible_last=few_shot and not mode.length)
    fitted, cut_notes = plan.fitted(tokenizer, window - max_tokens)
    rendered = fitted.render(tokenizer)
    bible_cut = sum(one.cut for one in sent) + sum(one.cut for one in dropped)
    return Prompt(
        text=rendered,
        tokens=encoded(tokenizer, rendered),
        parts=fitted.parts(plan, bible_cut, tokenizer),
        entries=(*(one.told() for one in sent), *dropped, *(miss.told() for miss in found.misses)),
        topic=fitted.text[-1500:],
        shown="\n".join((request.instruction, style.brief if style else "", *(shown for _, shown in fitted.examples))),
        lore="\n".join(one.text for one in sent),
        opening=fitted.text if opening else "",
        form=form,
        strip=mode.strip,
        stops=(*mode.stops, *(() if tokenizer.chat_template else (PLAIN_SEPARATOR.strip("\n"),)), *request.stop),
        json_schema=form.schema,
        grammar=grammar(form) if few_shot else "",
        max_tokens=max_tokens,
        words=_words_wanted(mode, form, fitted.text, max_tokens),
        reworks=mode.length > 0,
        as_it_is=False,
        manner=manner_in(request.instruction) if mode.length else "",
        quoted='"' in request.text or "“" in request.text,
        notes=(*notes, *found.notes, *cut_notes),
    )


def _as_said(request: TextRequest, mode: Mode, tokenizer: Tokenizer, window: int) -> Prompt:
    """The prompt of a conversation, or of a text to go on with: what was said, and nothing else."""
    said = verbatim.rendered(request, tokenizer)
    tokens = encoded(tokenizer, said)
    if tokens >= window:
        raise StudioloError(
            "too_large",
            f"This takes {tokens} tokens, and the model reads and writes {window} together.",
            "Leave out what was said first, or choose a model with a larger window.",
        )
    form = Form("json", schema=request.json_schema) if request.json_schema else Form("free")
    return Prompt(
        text=said,
        tokens=tokens,
        parts=(ContextPart(name="conversation" if mode.name == "chat" else "text", tokens=tokens, cut=0),),
        entries=(),
        topic=request.text[-1500:],
        shown="",
        lore="",
        opening="",
        form=form,
        strip=(),
        stops=request.stop,
        json_schema=form.schema,
        grammar="",
        max_tokens=min(request.max_tokens or mode.max_tokens, window - tokens),
        words=(0, 0),
        quoted=False,
        reworks=True,
        as_it_is=True,
        manner="",
        notes=(),
    )


# ---- what is asked


def _form(
    request: TextRequest, mode: Mode, style: Style | None, few_shot: bool, speakers: tuple[str, ...]
) -> tuple[Form, list[str]]:
    """The shape of the answer, and what to tell of it. `speakers`: who talks, where the story bible knows that."""
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
        speakers = speakers or speakers_in(request.instruction) or speakers_in(request.text)
        notes = []
        if not speakers and few_shot:
            speakers = speakers_in(request.text, mode.speakers)
            notes.append(f"The speakers are called {' and '.join(speakers)}; the instruction may name others.")
        count = count_in(words, mode.count) if mode.form == "dialogue" else mode.count
        return Form("dialogue" if mode.form == "dialogue" else "fountain", count, speakers=speakers), notes
    if mode.form == "json" and mode.count:
        count = count_in(words, mode.count)
        schema = {**json.loads(mode.json_schema), "minItems": count, "maxItems": count}
        return Form("json", count, schema=json.dumps(schema, ensure_ascii=False)), []
    language = language_in(request.instruction) if "{language}" in mode.ask else ""
    notes = []
    if few_shot and language:
        notes.append(
            "This small model hardly knows another language than English: its translation is not to be relied on."
        )
    return Form("json" if mode.json_schema else "prose", schema=mode.json_schema, language=language), notes


def _plan(
    request: TextRequest,
    mode: Mode,
    style: Style | None,
    form: Form,
    text: str,
    opening: bool,
    few_shot: bool,
    chat: bool,
) -> Plan:
    asks_opening = mode.opening.ask if opening and mode.opening else ""
    if not few_shot:
        ask = _filled(asks_opening or mode.ask, form)
        if style:
            ask = f"{ask}\n\nWrite {style.instruction}."
        if request.instruction:
            ask = f"{ask}\n\n{request.instruction.strip()}"
        asked = tuple((ask.replace("{text}", shown.text.strip()), shown.answer.strip()) for shown in request.examples)
        return Plan(mode.system, asked, ask, False, text)

    def short(example_text: str, instruction: str, form: Form, opens: bool) -> str:
        ask = (mode.opening.small_ask if opens and mode.opening else "") or mode.small_ask or mode.ask
        ask = _filled(ask, form).replace("{text}", example_text)
        return f"{ask}\n{instruction.strip()}" if instruction.strip() else ask

    manner = " ".join(filter(None, (f"Make it {style.brief}." if style else "", request.instruction.strip())))
    shown = []
    for example in _examples(request, mode, style, form, opening):
        example_form = replace(form, speakers=speakers_in(example.instruction) or form.speakers)
        answer = f"{example.text} {example.answer}" if opening else example.answer
        told = manner if request.examples else example.instruction if example.when else ""
        shown.append((short(example.text, told, example_form, opening), answer))
    ask = short("{text}", manner, form, opening)
    return Plan(mode.system if chat else "", tuple(shown), ask, opening, text)


def _examples(request: TextRequest, mode: Mode, style: Style | None, form: Form, opening: bool) -> tuple[Example, ...]:
    """The person's own examples; else the style's passage where a passage is what is wanted, or the mode's."""
    if request.examples:
        return tuple(Example(text=shown.text.strip(), answer=shown.answer.strip()) for shown in request.examples)
    if opening and style:
        first = sentence_ends(style.sample)[:1] or [len(style.sample)]
        return (Example(text=style.sample[: first[0]], answer=style.sample[first[0] :].strip()),)
    fitting = [example for example in mode.examples if not example.poem or POEMS[example.poem] == form]
    asked = [shown for shown in fitting if shown.when and re.search(shown.when, request.instruction, re.IGNORECASE)]
    return tuple(asked or [example for example in fitting if not example.when])


def _filled(ask: str, form: Form) -> str:
    """The ask with everything but the text put in."""
    poem = form.poem
    speakers = " and ".join(form.speakers)
    if "{speakers}" in ask and not speakers:
        speakers = "two people of your choice"
    return (
        ask.replace("{poem}", "poem" if poem in ("", "free verse") else poem)
        .replace("{count}", str(form.count))
        .replace("{speakers}", speakers)
        .replace("{language}", form.language)
    )


def _told(sent: list[Sent], few_shot: bool) -> str:
    """The story bible as it is said to a model; empty where nothing of it is."""
    lines = [line(one.entry, one.text) for one in sent]
    if not lines or few_shot:
        return "\n".join(lines)
    return "\n".join((KEEP_TO, *(f"- {one}" for one in lines)))


# ---- how long


def _longest(request: TextRequest, mode: Mode, form: Form, text_tokens: int, window: int) -> int:
    wanted = request.max_tokens
    if wanted is None:
        wanted = mode.max_tokens
        if mode.length:
            wanted = min(wanted, int(text_tokens * mode.length) + 32)
        if form.kind in ("list", "shots", "json") and mode.count and form.count > mode.count:
            wanted = wanted * form.count // mode.count
    return min(wanted, window // 2)


def _words_wanted(mode: Mode, form: Form, text: str, max_tokens: int) -> tuple[int, int]:
    if mode.words != (0.0, 0.0):
        least, most = mode.words
        return int(len(text.split()) * least), int(len(text.split()) * most) + 1
    return (int(max_tokens * 0.4), 0) if form.kind == "prose" else (0, 0)
