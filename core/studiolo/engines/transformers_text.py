"""The text engine: any causal language model in transformers' layout, from its folder of safetensors.

Llama-like models on a CPU run on a graph of their own (`llama_decoder.py`), all others on transformers' forward pass.
This file loads them, and turns a request into prompt, drafts and events; what is asked and how an answer is cleaned and
ranked is in `studiolo.text`.
"""

from __future__ import annotations

import copy
import dataclasses
import random
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import transformers

from studiolo.device import Device
from studiolo.engines.card_reader import CardReader
from studiolo.engines.causal_model import decoder_of
from studiolo.engines.decoder import Decoder
from studiolo.engines.draft import Draft, Limits
from studiolo.engines.embedder import Embedder
from studiolo.engines.engine import Finished, Task, Work, alone
from studiolo.engines.grammar import Grammars, Guide
from studiolo.engines.rounds import Rounds
from studiolo.engines.samplers import Settings
from studiolo.engines.story_bible import StoryBibles
from studiolo.engines.writer import Manner, Writer
from studiolo.models.model import Model
from studiolo.text import presets, prompt, rank
from studiolo.text.modes import read_mode
from studiolo.text.sentences import sentence_ends
from studiolo.text.styles import read_style
from studiolo_contract.compose import CardRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Context, Progress, Text, TextOutput
from studiolo_contract.text import Sampling, TextRequest

MOST_ROWS = 16
"""Drafts that are written side by side, of all requests together; more than that take turns."""
FEWEST, FEWEST_OF_SMALL = 8, 48
"""Tokens that an answer has at least, unless it is JSON or has a grammar. A small model may stop before it has begun;
it is made to write on for as long as the mode wants, within reason."""
STRETCH = (10, 48)
"""Fewest and most tokens that drafts write before the best is chosen; the fewest hold for a sentence or line."""
BREAKERS = '\n:"*“”'
"""Characters that DRY does not follow a sequence across; special tokens are such breaks too."""


def load(model: Model, device: Device) -> TextEngine:
    """Reads a model from its folder. Raises `StudioloError` (`model_missing`, `bad_model`)."""
    folder = model.folder
    if not (folder / "config.json").is_file():
        raise StudioloError(
            "model_missing", f"There is no config.json of {model.name} in {folder}.", "Pull the model again."
        )
    if not any(folder.glob("*.safetensors")):
        raise _bad(model, "its weights are not in safetensors")
    transformers.utils.logging.disable_progress_bar()
    try:
        config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        decoder = decoder_of(folder, config, device)
        generation = _generation(folder)
    except (StudioloError, MemoryError):
        raise
    except Exception as error:
        # a folder may say anything, and each reader of it fails in its own way; tokenizers with a bare Exception
        raise _bad(model, " ".join(str(error).split())[:200]) from error
    return TextEngine(model, decoder, tokenizer, config.vocab_size, generation)


class TextEngine:
    """A loaded language model, which may write for several at a time."""

    def __init__(
        self, model: Model, decoder: Decoder, tokenizer: Any, vocabulary: int, generation: Mapping[str, Any]
    ) -> None:
        """`generation` is the content of the model's generation_config.json."""
        self._model = model
        self._decoder = decoder
        self._rounds = Rounds(decoder, MOST_ROWS)
        self._tokenizer = tokenizer
        self._vocabulary = vocabulary
        ends = generation.get("eos_token_id") or ()
        ends = {ends} if isinstance(ends, int) else set(ends)
        self._ends = frozenset(ends | ({tokenizer.eos_token_id} - {None}))
        self._own = _own_sampling(model, generation)
        self._window = min(decoder.window, model.defaults.window or decoder.window)
        self._texts: list[str] = tokenizer.batch_decode([[token] for token in range(len(tokenizer))])
        breaking = {token for token, text in enumerate(self._texts) if any(sign in text for sign in BREAKERS)}
        self._breakers = frozenset(breaking | set(tokenizer.all_special_ids))
        self._embedder = Embedder(model.embedder) if model.embedder else None
        self._bibles = StoryBibles(self._embedder, model.embedder)
        self._cards = CardReader(self.begin, model.name, self._embedder, model.embedder)
        self._grammars: Grammars | None = None

    def resident_bytes(self) -> int:
        return self._decoder.resident_bytes()

    def run(self, task: Task) -> Finished:
        return alone(self.begin(task), self.step)

    def step(self) -> None:
        self._rounds.go()

    def begin(self, task: Task) -> Work[Finished]:
        request = task.request
        if isinstance(request, CardRequest):
            return (yield from self._cards.read(task, request))
        if not isinstance(request, TextRequest):
            raise StudioloError("bad_request", f"{self._model.name} only writes.", "Name a model that paints.")
        settled = self._settle(request)
        mode = read_mode(settled.mode)
        found = yield from self._bibles.found(task, settled, mode)
        built = prompt.build(
            settled,
            mode,
            read_style(settled.style) if settled.style else None,
            self._tokenizer,
            self._window,
            self._model.defaults.few_shot,
            found,
        )
        settled = dataclasses.replace(settled, max_tokens=built.max_tokens)
        task.emit(Context(parts=built.parts, tokens=built.tokens, window=self._window, entries=built.entries))
        if settled.dry:
            return Finished(outputs=(), settled=settled, final_prompt=built.text, notes=built.notes)
        job = _Job(self, task, settled, built)
        each = settled.candidates or 1
        wave = max(1, MOST_ROWS // each)
        outputs: list[TextOutput] = []
        for first in range(0, settled.variants, wave):
            outputs += yield from job.write(range(first, min(first + wave, settled.variants)))
        notes = (*built.notes, *filter(None, (built.form.kept(output.text) for output in outputs)))
        return Finished(outputs=tuple(outputs), settled=settled, final_prompt=built.text, notes=notes)

    def _settle(self, request: TextRequest) -> TextRequest:
        """The request with every choice filled in but its length, which the prompt decides."""
        seed = request.seed if request.seed is not None else random.SystemRandom().randrange(2**32)
        own = self._own
        as_it_is = read_mode(request.mode).form == "free"
        if self._model.defaults.few_shot:
            own = presets.over(read_mode(request.mode).small_sampling, own)
        return dataclasses.replace(
            request,
            model=self._model.name,
            preset="neutral",
            sampling=presets.resolve(request.sampling, request.preset, own),
            candidates=request.candidates or (1 if as_it_is else self._model.defaults.candidates),
            seed=seed,
        )

    def guide(self, built: prompt.Prompt) -> Guide | None:
        """What holds an answer to its form; None where it is free."""
        if not built.json_schema and not built.grammar:
            return None
        if self._grammars is None:
            self._grammars = Grammars(self._tokenizer, self._texts, self._vocabulary, sorted(self._ends))
        if built.json_schema:
            return self._grammars.json(built.json_schema, built.max_tokens)
        return self._grammars.lark(built.grammar, built.max_tokens)

    def bias(self, sampling: Sampling) -> dict[int, float]:
        """What is added to the logit of each token that one of the texts begins with."""
        amounts: dict[int, float] = {}
        for item in sampling.logit_bias or ():
            if item.token is not None:
                if item.token >= self._vocabulary:
                    raise StudioloError(
                        "bad_request",
                        f"{self._model.name} has no token {item.token}; its last is {self._vocabulary - 1}.",
                        "Take the numbers of this model's own tokenizer.",
                    )
                amounts[item.token] = item.bias
                continue
            for text in (item.text, " " + item.text):
                token = self._tokenizer.encode(text, add_special_tokens=False)[0]
                amounts[token] = item.bias
        return amounts


class _Job:
    """One request while it is written."""

    def __init__(self, engine: TextEngine, task: Task, request: TextRequest, built: prompt.Prompt) -> None:
        self._engine = engine
        self._task = task
        self._request = request
        self._prompt = built
        self._tokens = engine._tokenizer.encode(built.text, add_special_tokens=False)
        self._guide = engine.guide(built)
        sampling = request.sampling
        plain = {field.name: getattr(sampling, field.name) for field in dataclasses.fields(Settings)}
        self._manner = Manner(
            settings=Settings(**plain),
            bias=engine.bias(sampling),
            breakers=engine._breakers,
            prompt_counts=not built.reworks,
            alternatives=request.alternatives,
        )
        crutch = FEWEST_OF_SMALL if engine._model.defaults.few_shot else 0
        self._limits = Limits(
            max_tokens=built.max_tokens,
            ends=engine._ends,
            fewest=0 if built.as_it_is else min(max(FEWEST, min(built.words[0], crutch)), built.max_tokens),
            stops=built.stops,
            banned=sampling.banned_phrases or (),
        )

    def write(self, variants: range) -> Work[list[TextOutput]]:
        """Some of the variants, side by side."""
        count = self._request.candidates or 1
        drafts = [self._draft(variant, candidate) for variant in variants for candidate in range(count)]
        engine = self._engine
        with closing(Writer(engine._rounds, engine._tokenizer, self._manner, drafts, self._task.checkpoint)) as writer:
            yield from writer.read(lambda done, total: self._task.emit(Progress(stage="read", done=done, total=total)))
            answers = [
                _Answer(variant, list(range(at * count, (at + 1) * count)), writer, self._prompt)
                for at, variant in enumerate(variants)
            ]
            while rows := [row for answer in answers for row in answer.busy()]:
                yield from writer.step(rows)
                for answer in answers:
                    if not answer.over and not answer.busy():
                        if count > 1:
                            answer.choose(engine._embedder)
                        self._emit(answer)
                    elif count == 1 and not answer.over:
                        self._emit(answer)
        return [self._output(answer) for answer in answers]

    def _draft(self, variant: int, candidate: int) -> Draft:
        seed = ((self._request.seed or 0) + variant) % 2**32
        return Draft(
            tokenizer=self._engine._tokenizer,
            prompt=self._tokens,
            limits=self._limits,
            random=np.random.default_rng([seed, candidate]),
            guide=self._guide.copy() if self._guide is not None else None,
        )

    def _emit(self, answer: _Answer) -> None:
        text, tokens = answer.new()
        if text or tokens:
            self._task.emit(Text(variant=answer.variant, text=text, tokens=tokens))

    def _output(self, answer: _Answer) -> TextOutput:
        best = answer.best
        finish = best.finish or "end"
        text = answer.shown if self._prompt.as_it_is else answer.shown.strip()
        if finish == "length" and self._request.end_at_sentence:
            text = self._prompt.form.cut(text)
        return TextOutput(
            text=text,
            seed=((self._request.seed or 0) + answer.variant) % 2**32,
            finish=finish,
            tokens=answer.written(),
        )


class _Answer:
    """One variant: its drafts, and what of them has been shown."""

    def __init__(self, variant: int, rows: list[int], writer: Writer, built: prompt.Prompt) -> None:
        self.variant = variant
        self.shown = ""
        self.over = False
        self._rows = rows
        self._writer = writer
        self._prompt = built
        self._cleaner = built.cleaner()
        self._best = rows[0]
        self._fed = 0
        """Characters of the best draft that the cleaner has been given."""
        self._reported = 0
        self._began = 0
        """Tokens at which the present stretch began."""

    @property
    def best(self) -> Draft:
        return self._writer.drafts[self._best]

    def busy(self) -> list[int]:
        """The rows that still write before the next choice, or before the end."""
        if self.over:
            return []
        if len(self._rows) == 1:
            return [] if self.best.finish else self._rows
        return [row for row in self._rows if not self._rests(self._writer.drafts[row])]

    def choose(self, embedder: Embedder | None) -> None:
        """Keeps the draft that is best so far; all others go on from there."""
        drafts = [self._writer.drafts[row] for row in self._rows]
        pieces = [self._cleaned(draft) for draft in drafts]
        likes = [0.0] * len(drafts)
        if embedder is not None:
            likes = embedder.likeness(self._prompt.topic, [(self.shown + piece)[-400:] or " " for piece in pieces])
        totals = [
            rank.score(piece, self._prompt, before=self.shown, likeness=like, last=bool(draft.finish)).total
            for piece, like, draft in zip(pieces, likes, drafts, strict=True)
        ]
        self._best = self._rows[int(np.argmax(totals))]
        self._began = len(self.best.tokens)
        if not self.best.finish:
            self._writer.keep(self._best, self._rows)

    def new(self) -> tuple[str, tuple[Any, ...]]:
        """What can be shown since the last time, and the report of its tokens."""
        draft = self.best
        certain = draft.certain()
        text = self._cleaner.feed(draft.text[self._fed : certain])
        self._fed = certain
        if self._cleaner.full and not draft.finish:
            draft.finish = "end"
        if draft.finish:
            text += self._cleaner.finish()
            self.over = True
            self._writer.drop(self._rows)
        self.shown += text
        tokens = tuple(draft.reported[self._reported :])
        self._reported = len(draft.reported)
        return text, tokens

    def written(self) -> int:
        """Tokens written by all drafts."""
        return sum(self._writer.drafts[row].written for row in self._rows)

    def _cleaned(self, draft: Draft) -> str:
        """What the draft would add to what is shown."""
        cleaner = copy.deepcopy(self._cleaner)
        piece = cleaner.feed(draft.text[self._fed : draft.certain()])
        return piece + cleaner.finish() if draft.finish else piece

    def _rests(self, draft: Draft) -> bool:
        """Whether a draft has come to where drafts are compared."""
        count = len(draft.tokens) - self._began
        if draft.finish or self._prompt.form.kind == "json":
            return bool(draft.finish)
        if count >= STRETCH[1]:
            return True
        piece = draft.text[self._fed :]
        if self._prompt.form.kind != "prose":
            return count > 0 and piece.endswith("\n")
        ends = sentence_ends(piece)
        return count >= STRETCH[0] and bool(ends) and ends[-1] == len(piece.rstrip())


# ---- loading


def _generation(folder: Path) -> dict[str, Any]:
    if not (folder / "generation_config.json").is_file():
        return {}
    values: dict[str, Any] = transformers.GenerationConfig.from_pretrained(folder).to_dict()
    return values


def _own_sampling(model: Model, generation: Mapping[str, Any]) -> Sampling:
    """The model's own sampling: the catalogue's, else what its makers wrote beside the weights."""
    if model.defaults.sampling != Sampling() or not generation.get("do_sample"):
        return model.defaults.sampling
    return Sampling(
        temperature=generation.get("temperature"), top_p=generation.get("top_p"), top_k=generation.get("top_k")
    )


def _bad(model: Model, reason: str) -> StudioloError:
    return StudioloError(
        "bad_model", f"{model.name} can't be loaded: {reason}.", "Use a causal language model in transformers' layout."
    )
