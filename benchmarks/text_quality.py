"""How good the starter's texts are, measured without a judge: seventy requests through the real engine.

    python -m benchmarks.text_quality [--write] [--only story,poem] [--model starter-text] [--candidates 1]

Prints a table; `--write` puts it into docs/models/text.md, with every sixth answer beneath it as it came. Each request
runs once, with its number as the seed: nothing is picked.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jsonschema
import torch
from transformers import AutoModel, AutoTokenizer, PreTrainedTokenizerBase

from studiolo.device import best_device
from studiolo.models.model import Model
from studiolo.models.store import Store
from studiolo.runner import Runner
from studiolo.text.brief import reads_as_opening
from studiolo.text.modes import mode_names, read_mode
from studiolo.text.prompt import build
from studiolo.text.sentences import ends_whole
from studiolo.text.styles import read_style
from studiolo_contract.text import TextRequest

TREE = Path(__file__).resolve().parents[1]
PROMPTS = TREE / "benchmarks" / "text_prompts.toml"
PAGE = TREE / "docs" / "models" / "text.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
TARGETS = {"repeated 4-grams": 0.03, "chatter": 0, "ends whole": 0.95, "on-topic AUC": 0.9, "form kept": 0.95}
CHATTER = re.compile(
    r"\b(?:sure[,!] here|certainly[,!]|here(?: is|'s|’s) (?:a|an|the|your|my) (?:\w+ ){0,3}"
    r"(?:story|poem|version|passage|rewrite|list|scene|dialogue|script|haiku|ad)|as an ai|language model|"
    r"i hope this|let me know if|feel free to|(?:this|the above) (?:story|poem|passage|text|sentence|version) "
    r"(?:is|was|explores|describes|captures|conveys|tells)|in this (?:story|poem|passage|rewrite)|"
    r"word count|rewritten (?:text|passage|version)|the user|your request|<\|)|^(?:\W*)(?:story|title|poem|answer|"
    r"rewritten|revised|shortened|expanded|continuation|headline|ad copy|script|dialogue|names|ideas)\W{0,3}:",
    re.IGNORECASE,
)
"""What only somebody says who talks about the text instead of writing it. Kept apart from what the cleaner knows."""


@dataclass(frozen=True)
class Answered:
    """A request of the suite and what was written for it."""

    mode: str
    style: str
    asked: str
    text: str
    seconds: float
    tokens: int
    faults: tuple[str, ...]
    """What is wrong with its form; empty for prose, which has none."""
    formed: bool
    """Whether it has a form to keep."""

    @property
    def words(self) -> str:
        """The text as prose: of a JSON answer its values."""
        if not self.text.startswith("{"):
            return self.text
        try:
            sheet = json.loads(self.text)
        except ValueError:
            return self.text
        return " ".join(str(value) for value in sheet.values())

    @property
    def chatters(self) -> bool:
        """Whether it talks about itself or repeats what was asked."""
        if CHATTER.search(self.text):
            return True
        asked, said = _words(self.asked), _words(self.text)
        return read_mode(self.mode).opening is not None and len(asked) > 5 and said[: len(asked)] == asked

    @property
    def ends_whole(self) -> bool:
        """Whether nothing is left half said: a sentence, a whole list, a whole poem, a whole sheet."""
        if read_mode(self.mode).form in ("verse", "json") or self.mode == "names":
            return not self.faults
        return ends_whole(self.text)


def ask(
    prompts: Sequence[dict[str, str]],
    model: Model,
    on_answer: Callable[[Answered], None],
    candidates: int | None = None,
) -> list[Answered]:
    """Every prompt through the engine, one after the other, each with its number as the seed."""
    runner = Runner(best_device())
    answers = []
    for number, prompt in enumerate(prompts):
        request = TextRequest(
            mode=prompt["mode"],
            text=prompt["text"],
            style=prompt.get("style", ""),
            instruction=prompt.get("instruction", ""),
            seed=number,
            candidates=candidates,
        )
        began = time.perf_counter()
        result, _ = runner.run(
            request, [model], {}, emit=lambda event: None, preview=lambda *_: None, cancelled=lambda: False
        )
        written = result.outputs[0]
        assert written.type == "text"
        answered = _answered(request, model, written.text, time.perf_counter() - began, written.tokens)
        answers.append(answered)
        on_answer(answered)
    return answers


def _answered(request: TextRequest, model: Model, text: str, seconds: float, tokens: int) -> Answered:
    mode = read_mode(request.mode)
    style = read_style(request.style) if request.style else None
    tokenizer = _tokenizer(model.folder)
    form = build(request, mode, style, tokenizer, 8192, model.defaults.few_shot).form
    faults = form.faults(text)
    if form.schema and not faults:
        faults = tuple(
            e.message for e in jsonschema.Draft202012Validator(json.loads(form.schema)).iter_errors(json.loads(text))
        )
    return Answered(mode.name, request.style, request.text, text, seconds, tokens, faults, form.kind != "prose")


@cache
def _tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return tokenizer


# ---- the measures


def repeated(texts: Sequence[str]) -> float:
    """Share of runs of four words that stood in the same text before, over all texts together."""
    runs = [[tuple(words[at : at + 4]) for at in range(len(words) - 3)] for words in map(_words, texts)]
    total = sum(map(len, runs))
    return sum(len(one) - len(set(one)) for one in runs) / total if total else 0.0


def on_topic(asked: Sequence[str], said: Sequence[str], embed: Callable[[Sequence[str]], torch.Tensor]) -> float:
    """How often an answer is nearer to its own request than to another's (area under the ROC curve, ties half)."""
    likeness = embed(asked) @ embed(said).T
    own = likeness.diagonal()
    other = likeness[~torch.eye(len(asked), dtype=torch.bool)]
    wins = (own[:, None] > other[None, :]).double() + 0.5 * (own[:, None] == other[None, :]).double()
    return float(wins.mean())


def embedder(folder: Path) -> Callable[[Sequence[str]], torch.Tensor]:
    """Texts to unit vectors by all-MiniLM-L6-v2: the mean of its token states, as it was trained."""
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModel.from_pretrained(folder, local_files_only=True).eval()

    @torch.inference_mode()
    def embed(texts: Sequence[str]) -> torch.Tensor:
        batch = tokenizer(list(texts), padding=True, truncation=True, max_length=256, return_tensors="pt")
        states = model(**batch).last_hidden_state
        mask = batch["attention_mask"][..., None]
        return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)

    return embed


def measure(answers: Sequence[Answered], embed: Callable[[Sequence[str]], torch.Tensor]) -> dict[str, float]:
    """The five figures that stand in `TARGETS`."""
    formed = [answer for answer in answers if answer.formed]
    return {
        "repeated 4-grams": repeated([answer.words for answer in answers]),
        "chatter": sum(answer.chatters for answer in answers),
        "ends whole": sum(answer.ends_whole for answer in answers) / len(answers),
        "on-topic AUC": on_topic([a.asked for a in answers], [a.words for a in answers], embed)
        if len(answers) > 1
        else 1.0,
        "form kept": sum(not answer.faults for answer in formed) / len(formed) if formed else 1.0,
    }


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’]+", text.lower())


# ---- what is printed


def table(answers: Sequence[Answered], embed: Callable[[Sequence[str]], torch.Tensor]) -> str:
    """The figures by mode and over all, as a Markdown table."""
    rows = ["| mode | repeated 4-grams | chatter | ends whole | own request nearest | form kept | words | seconds |"]
    rows.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    everything = [answer.asked for answer in answers]
    for name in [*mode_names(), ""]:
        some = [answer for answer in answers if not name or answer.mode == name]
        if not some:
            continue
        figures = measure(some, embed)
        auc = _auc_among(some, everything, embed) if name else figures["on-topic AUC"]
        words = sum(len(_words(answer.words)) for answer in some) / len(some)
        seconds = sum(answer.seconds for answer in some) / len(some)
        form = f"{figures['form kept']:.0%}" if any(answer.formed for answer in some) else "–"
        rows.append(
            f"| {name or '**all**'} | {figures['repeated 4-grams']:.1%} | {figures['chatter']:.0f} "
            f"| {figures['ends whole']:.0%} | {auc:.2f} | {form} | {words:.0f} | {seconds:.1f} |"
        )
    return "\n".join(rows)


def _auc_among(some: Sequence[Answered], asked: Sequence[str], embed: Callable[[Sequence[str]], torch.Tensor]) -> float:
    """How often answers of one mode are nearer to their own request than to any other of the suite."""
    likeness = embed([answer.words for answer in some]) @ embed(asked).T
    wins = 0.0
    for row, answer in zip(likeness, some, strict=True):
        own = row[asked.index(answer.asked)]
        wins += float(((own > row).sum()) / (len(asked) - 1))
    return wins / len(some)


def samples(answers: Sequence[Answered]) -> str:
    """Every sixth answer, from the first on, as it came."""
    pages = []
    for answer in answers[::6]:
        style = f", style {answer.style}" if answer.style else ""
        goes_on = read_mode(answer.mode).opening and (
            read_mode(answer.mode).opening.always or reads_as_opening(answer.asked)
        )
        fence = "json" if answer.text.startswith("{") else "text"
        asked = f"{'goes on from' if goes_on else 'asked'}: {answer.asked}"
        pages.append(f"### {answer.mode}{style}\n\n{asked}\n\n```{fence}\n{answer.text}\n```")
    return "\n\n".join(pages)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put table and samples into docs/models/text.md")
    parser.add_argument("--only", default="", help="modes, with commas between them")
    parser.add_argument("--model", default="starter-text", help="a model by name or folder")
    parser.add_argument("--candidates", type=int, help="drafts for each stretch; 1 shows what ranking is worth")
    parser.add_argument("--home", type=Path, default=TREE / ".cache" / "test-home", help="where the models lie")
    chosen = parser.parse_args()
    store = Store(chosen.home)
    store.pull("starter-text", lambda fetching: None)
    model = store.find(chosen.model)
    prompts = tomllib.loads(PROMPTS.read_text(encoding="utf-8"))["prompt"]
    modes = chosen.only.split(",") if chosen.only else mode_names()
    began = time.perf_counter()

    def show(answer: Answered) -> None:
        wrong = f" !! {'; '.join(answer.faults)}" if answer.faults else ""
        print(f"\n## {answer.mode} {answer.style} ({answer.seconds:.1f} s, {answer.tokens} tokens){wrong}")
        print(f"> {answer.asked}\n\n{answer.text}", flush=True)

    answers = ask([prompt for prompt in prompts if prompt["mode"] in modes], model, show, chosen.candidates)
    embed = embedder(store.find("starter-embedder").folder)
    figures, whole = measure(answers, embed), time.perf_counter() - began
    page = table(answers, embed)
    print(f"\n{page}\n\n{figures}\n{whole:.0f} s")
    if chosen.write:
        _write(page, samples(answers), whole)
    return 0


def _write(page: str, shown: str, seconds: float) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    took = f"The whole suite took {seconds / 60:.0f} minutes."
    body = f"{BEGIN}\n{page}\n\n{took}\n\n## Every sixth answer, as it came\n\n{shown}\n{END}"
    PAGE.write_text(before + body + after, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
