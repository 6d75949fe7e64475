"""Which of several drafts is the best, by criteria that a reader can check. Knows no model: likeness is told to it.

The score is a sum of shares between 0 and 1, each times its weight in `WEIGHTS`. What each share means stands in
`Score`. The weights were set by reading drafts of the starter model, not by training.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from studiolo.text.forms import Form
from studiolo.text.prompt import Prompt
from studiolo.text.sentences import sentence_ends
from studiolo.text.verse import last_word, rhyme, syllables

WEIGHTS = {
    "repeats": -4.0,
    "echo": -4.0,
    "copied": -1.5,
    "same_starts": -1.2,
    "strays": -1.0,
    "unchanged": -3.0,
    "faults": -2.0,
    "unfinished": -1.0,
    "off_length": -2.5,
    "on_topic": 2.0,
    "variety": 2.0,
    "verse": 1.0,
    "lore": 1.5,
}
LORE_WORDS = 3
"""Words of the story bible of which an answer need not have more."""

_DANGLING = frozenset(
    ["a", "an", "and", "at", "for", "her", "his", "in", "its", "my", "of", "or", "that", "the", "to", "with"]
)
_SPEECH = re.compile(r"[\"“][^\"”]*[\"”]?")
_YOU = re.compile(r"\b(?:you|your)\b", re.IGNORECASE)
_ME = re.compile(r"\b(?:I|me|my|we|our|us)\b")
_THEM = re.compile(r"\b(?:he|she|his|her|him)\b", re.IGNORECASE)
_PRESENT = re.compile(
    r"\b(?:is|are|am|has|isn['’]t|aren['’]t|doesn['’]t|don['’]t|says|knows|there['’]s)\b", re.IGNORECASE
)
_PAST = re.compile(r"\b(?:was|were|had|did|came|went|said|heard|saw|stood|sat|took|left|knew|felt|\w{2,}ed)\b")

# fmt: off
_COMMON = frozenset((
    "about", "after", "again", "another", "around", "asked", "before", "could", "every", "first", "himself",
    "herself", "little", "looked", "never", "nothing", "opened", "other", "people", "somebody", "something",
    "still", "their", "there", "these", "thing", "things", "those", "three", "through", "turned", "under",
    "until", "where", "which", "while", "would", "years"
))
"""Long words that belong to no subject."""
# fmt: on


@dataclass(frozen=True)
class Score:
    """What speaks for and against a draft, each from 0 to 1."""

    repeats: float
    """Share of its runs of four words that stood in the answer before; in a list, of its long words."""
    echo: float
    """Share of its runs of four words, or of its long words, that come out of the instruction or the examples."""
    copied: float
    """Share of its runs of four words that stand in the person's own text; what is shortened, or changes only its
    tense or person, may copy."""
    same_starts: float
    """Share of sentences that begin as the one before did: with the same word, or article and word."""
    strays: float
    """Where it goes on from an opening, outside speech: other persons ("you", "I"), another tense, digits, brackets."""
    unchanged: float
    """Where a passage is to change its tense or person, outside speech: what keeps the old one."""
    faults: float
    """1 where the form is broken, for a finished answer."""
    unfinished: float
    """1 where the answer does not end whole; on the way there, lines of verse that end with a word such as "of"."""
    off_length: float
    """How far it is from the length that was wanted: 0 within it, 1 at nothing or at twice as much."""
    on_topic: float
    """Likeness to the person's text, from -1 to 0.7: what is liker than that parrots it. For a passage it
    counts twice, and up to 0.95: its meaning must stay. For names it counts half."""
    variety: float
    """Different words among its words and the 40 before them, 60 words at a time."""
    verse: float
    """For verse: lines that rhyme with another, and lines of the right number of syllables."""
    lore: float
    """How much it takes up of what the story bible says and the person's text does not: 1 for three words."""

    @property
    def total(self) -> float:
        """The weighted sum. Higher is better; only good for comparing drafts of the same request."""
        return float(sum(weight * getattr(self, part) for part, weight in WEIGHTS.items()))


def score(draft: str, prompt: Prompt, *, before: str = "", likeness: float = 0.0, last: bool = True) -> Score:
    """How good a draft is.

    `draft` is the new text, cleaned, and `before` what has been kept of the answer already. `likeness` is the cosine of
    the sentence embeddings of `prompt.topic` and `before + draft`. `last` says that the answer ends with this draft.
    """
    words = _words(draft)
    told = _runs(_words(f"{prompt.opening} {before}")) if prompt.opening or before else set()
    runs = _run_list(words)
    seen: set[tuple[str, ...]] = set(told)
    repeated = 0
    for run in runs:
        repeated += run in seen
        seen.add(run)
    answer = before + draft
    form = prompt.form
    return Score(
        repeats=max(repeated / max(len(runs), 1), _said_in_list(draft, before) if form.kind == "list" else 0.0),
        echo=_echo(words, runs, prompt),
        copied=_copied(runs, prompt),
        same_starts=_same_starts(draft, before) if form.kind in ("prose", "list") else 0.0,
        strays=_strays(draft, prompt),
        unchanged=_unchanged(draft, prompt.manner) if prompt.manner else 0.0,
        faults=float(bool(form.faults(answer))) if last else float(not words),
        unfinished=float(not form.is_whole(answer)) if last else _dangling(draft, form),
        off_length=_off_length(len(_words(answer)), prompt.words) if last else 0.0,
        on_topic=_on_topic(likeness, prompt),
        variety=_variety([*_words(before)[-40:], *words]),
        verse=_verse(answer, form.syllables) if form.kind == "verse" else 0.0,
        lore=_lore(answer, prompt),
    )


def repeated_runs(text: str, length: int = 4) -> float:
    """Share of a text's runs of so many words that stood in it before: 0 for none."""
    runs = _run_list(_words(text), length)
    return 1 - len(set(runs)) / len(runs) if runs else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’]+", text.lower())


def _run_list(words: list[str], length: int = 4) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + length]) for at in range(len(words) - length + 1)]


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return set(_run_list(words))


def _share(runs: list[tuple[str, ...]], among: set[tuple[str, ...]]) -> float:
    return sum(run in among for run in runs) / max(len(runs), 1)


def _echo(words: list[str], runs: list[tuple[str, ...]], prompt: Prompt) -> float:
    shown = _words(prompt.shown)
    own = set(_words(prompt.topic))
    long = [word for word in words if len(word) >= 5 and word not in _COMMON]
    borrowed = {word for word in shown if len(word) >= 5} - own - _COMMON
    return max(_share(runs, _runs(shown)), sum(word in borrowed for word in long) / max(len(long), 8))


def _copied(runs: list[tuple[str, ...]], prompt: Prompt) -> float:
    told = _words(prompt.topic)
    shortens = prompt.reworks and prompt.words[1] < len(told)
    return 0.0 if prompt.opening or prompt.manner or shortens else _share(runs, _runs(told))


def _lore(answer: str, prompt: Prompt) -> float:
    """By the first letters of long words, so that "smuggling" is a word of "a smuggler"."""
    known = _stems(prompt.lore) - _stems(prompt.topic)
    return min(1.0, len(_stems(answer) & known) / LORE_WORDS)


def _stems(text: str) -> set[str]:
    return {word[:6] for word in _words(text) if len(word) >= 4 and word not in _COMMON}


def _same_starts(text: str, before: str) -> float:
    """Also in lists, whose items are the sentences then."""
    tail = before[-400:]
    whole = tail + text
    starts = [0, *sentence_ends(whole), *(match.end() for match in re.finditer(r"[^.!?]\n", whole))]
    first = re.compile(r"\W*((?:(?:the|a|an) )?[\w'’]+)", re.IGNORECASE)
    firsts = [(at, match.group(1).lower()) for at in sorted(starts) if (match := first.match(whole[at:]))]
    alike = [a == b for (_, a), (at, b) in itertools.pairwise(firsts) if at >= len(tail) - 1]
    return sum(alike) / len(alike) if alike else 0.0


def _said_in_list(text: str, before: str) -> float:
    said = {word for word in _words(before) if len(word) > 3}
    long = [word for word in _words(text) if len(word) > 3]
    return sum(word in said for word in long) / max(len(long), 1)


def _on_topic(likeness: float, prompt: Prompt) -> float:
    if prompt.reworks:
        return 2 * min(likeness, 0.95)
    return min(likeness, 0.7) * (0.5 if prompt.form.kind == "list" and not prompt.form.sentences else 1.0)


def _strays(text: str, prompt: Prompt) -> float:
    if prompt.form.kind != "prose" or not prompt.opening:
        return 0.0
    told, opening = _SPEECH.sub(" ", text), _SPEECH.sub(" ", prompt.opening)
    breaks = float(bool(_YOU.search(told)) and not _YOU.search(opening))
    breaks += float(bool(_ME.search(told)) and not _ME.search(opening))
    if _PAST.search(opening) and not _PRESENT.search(opening):
        breaks += 0.5 * len(_PRESENT.findall(told))
    breaks += len(re.findall(r"[\[\](){}<>#|\d]", told)) / max(len(told) / 40, 1)
    return min(1.0, breaks)


def _unchanged(text: str, manner: str) -> float:
    told = _SPEECH.sub(" ", text)
    if manner == "first" and not _ME.search(told):
        return 1.0
    old = {"first": _THEM, "third": _ME, "past": _PRESENT, "present": _PAST}[manner]
    return min(1.0, 8 * len(old.findall(told)) / max(len(_words(told)), 1))


def _dangling(text: str, form: Form) -> float:
    lines = [words for line in text.splitlines() if (words := _words(line))]
    return sum(line[-1] in _DANGLING for line in lines) / len(lines) if form.kind == "verse" and lines else 0.0


def _off_length(words: int, wanted: tuple[int, int]) -> float:
    least, most = wanted
    if words < least:
        return 1 - words / least
    return min(1.0, words / most - 1) if most and words > most else 0.0


def _variety(words: list[str]) -> float:
    if not words:
        return 0.0
    spans = [words[at : at + 60] for at in range(0, len(words), 60)]
    spans = [span for span in spans if len(span) >= 20] or spans[:1]
    return sum(len(set(span)) / len(span) for span in spans) / len(spans)


def _verse(text: str, wanted: tuple[int, ...]) -> float:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return 0.0
    if len(wanted) == 3:  # haiku do not rhyme
        off = sum(abs(syllables(line) - count) for line, count in zip(lines, wanted, strict=False))
        return max(0.0, 1 - off / sum(wanted) * 2)
    ends = [rhyme(line) for line in lines]
    last_words = [last_word(line) for line in lines]
    rhymed = 0
    for at, end in enumerate(ends):
        near = [n for n in range(max(0, at - 3), min(len(ends), at + 4)) if n != at]
        rhymed += any(ends[n] == end and last_words[n] != last_words[at] for n in near)
    return rhymed / len(lines)
