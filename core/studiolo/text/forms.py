"""What shape an answer has: prose, lines of verse, a screenplay, a conversation, a list, a shot list, notes, JSON, or
whatever the model says.

Each form can be checked by reading it. Knows no model, mode or style; how a form is enforced stands in `grammars.py`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

from studiolo.text import fountain
from studiolo.text.sentences import cut_to_sentence, ends_whole, sentence_ends
from studiolo.text.verse import RHYMES, kept

Kind = Literal["prose", "verse", "fountain", "dialogue", "list", "shots", "notes", "json", "free"]

_TURN = re.compile(r"([^:\n]{1,40}): (\S.*)")
_SHOT = re.compile(r"(\d{1,2})\. [A-Z][^:\n]{2,60}: (\S.*)")


@dataclass(frozen=True)
class Form:
    """The shape that an answer must have."""

    kind: Kind = "prose"
    count: int = 0
    """Lines of verse, turns of a talk, speeches with answers in a screenplay, items of a list, shots; 0 for any."""
    stanza: int = 0
    """Lines in a stanza; 0 for verse in one piece."""
    words: tuple[int, int] = (1, 12)
    """Fewest and most words in a line of verse, where a grammar keeps the form."""
    sentences: bool = False
    """Whether each item of a list is a sentence."""
    syllables: tuple[int, ...] = ()
    """How many each line should have, about; empty where it does not matter."""
    speakers: tuple[str, ...] = ()
    """Who talks, in a conversation or screenplay; empty where the writer may choose."""
    labels: tuple[str, ...] = ()
    """What the lines of notes begin with, in this order, a colon after each."""
    schema: str = ""
    """JSON Schema that the answer fits by construction; here it is only checked that it is JSON."""
    language: str = ""
    """In which the answer is to be; empty for the language of the text."""

    def faults(self, text: str) -> tuple[str, ...]:
        """What is wrong with the shape of a finished text, in words; empty when nothing is."""
        if not text.strip():
            return ("it is empty",)
        return tuple(getattr(self, f"_{self.kind}_faults")(text))

    def cut(self, text: str) -> str:
        """A text that ran out of room, up to its last whole sentence, line, item or element; JSON stays as it is."""
        if self.kind == "free":
            return text
        if self.kind == "json":
            return text.strip()
        if self.kind == "fountain":
            return _cut_screenplay(text)
        if self.kind in ("verse", "list", "shots", "notes"):
            lines = text.splitlines()
            return "\n".join(lines[:-1] or lines).strip()
        return cut_to_sentence(text)

    def is_whole(self, text: str) -> bool:
        """Whether nothing at the end of the text is left half said."""
        text = text.rstrip()
        if self.kind in ("verse", "list", "shots"):
            return len(_lines(text)) == self.count if self.count else bool(text)
        if self.kind == "notes":
            return len(_lines(text)) >= len(self.labels) and ends_whole(text)
        if self.kind == "json":
            return not self._json_faults(text)
        return ends_whole(text)

    @property
    def poem(self) -> str:
        """What kind of poem it is; empty for what is none."""
        return next((name for name, known in POEMS.items() if known == self), "")

    def kept(self, text: str) -> str:
        """Whether a poem has the lines, syllables and rhymes that its kind wants, in words; empty where it is free."""
        if not self.syllables and self.poem not in RHYMES:
            return ""
        return f"{self.poem.capitalize()}: {kept(text, self.poem, self.count, self.syllables)}."

    # ---- what is wrong

    def _prose_faults(self, text: str) -> list[str]:
        return []

    def _free_faults(self, text: str) -> list[str]:
        return []

    def _verse_faults(self, text: str) -> list[str]:
        lines = _lines(text)
        if self.count and len(lines) != self.count:
            return [f"it has {len(lines)} lines instead of {self.count}"]
        return [f"'{line:.30}…' is too long for a line" for line in lines if len(line) > 90]

    def _fountain_faults(self, text: str) -> list[str]:
        elements = fountain.parse(text)
        kinds = [element.kind for element in elements]
        found = []
        if not kinds or kinds[0] != "heading":
            found.append("it does not begin with a scene heading")
        if "cue" not in kinds:
            found.append("nobody speaks")
        if "action" not in kinds:
            found.append("nothing happens")
        if kinds and kinds[-1] in ("cue", "heading", "parenthetical"):
            found.append("it ends before anything is said or done")
        return found

    def _dialogue_faults(self, text: str) -> list[str]:
        turns = [_TURN.fullmatch(line) for line in _lines(text)]
        who = {turn.group(1) for turn in turns if turn}
        found = []
        if not all(turns):
            found.append("not every line is a name, a colon and what is said")
        if len(turns) < 2 or len(who) < 2:
            found.append("it takes two to talk")
        if self.speakers and not who <= set(self.speakers):
            found.append(f"somebody else talks than {' and '.join(self.speakers)}")
        return found

    def _list_faults(self, text: str) -> list[str]:
        items = _lines(text)
        found = []
        if self.count and len(items) != self.count:
            found.append(f"it has {len(items)} items instead of {self.count}")
        if len({item.casefold() for item in items}) != len(items):
            found.append("an item stands there twice")
        return found

    def _shots_faults(self, text: str) -> list[str]:
        lines = _lines(text)
        shots = [_SHOT.fullmatch(line) for line in lines]
        found = []
        if not all(shots):
            found.append("not every line is a number, a kind of shot, a colon and what is seen")
        elif [int(shot.group(1)) for shot in shots if shot] != list(range(1, len(lines) + 1)):
            found.append("the shots are not numbered from 1 on")
        if self.count and len(lines) != self.count:
            found.append(f"it has {len(lines)} shots instead of {self.count}")
        return found

    def _notes_faults(self, text: str) -> list[str]:
        heads = [line.partition(": ")[0] for line in _lines(text)]
        return [] if heads == list(self.labels) else [f"its lines are not {', '.join(self.labels)}"]

    def _json_faults(self, text: str) -> list[str]:
        try:
            json.loads(text)
        except ValueError as error:
            return [f"it is not JSON: {error}"]
        return []


POEMS: dict[str, Form] = {
    "haiku": Form("verse", 3, words=(2, 8), syllables=(5, 7, 5)),
    "couplet": Form("verse", 2, words=(5, 12)),
    "quatrain": Form("verse", 4, words=(3, 12)),
    "limerick": Form("verse", 5, words=(3, 12), syllables=(8, 8, 5, 5, 8)),
    "sonnet": Form("verse", 14, words=(5, 12)),
    "villanelle": Form("verse", 19, 3, words=(5, 12)),
    "free verse": Form("verse", 12, 4, words=(2, 12)),
}
"""Kinds of poem by name; what a person may ask for in the brief, the instruction or through a style."""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _cut_screenplay(text: str) -> str:
    """Up to the last line that is whole: a sentence of action or speech, or a transition."""
    text = text.rstrip()
    while text:
        last = fountain.parse(text)[-1]
        if last.kind == "transition":
            return text
        if last.kind in ("action", "speech"):
            start = text.rindex(last.text)
            ends = sentence_ends(last.text)
            if ends:
                return text[: start + ends[-1]].rstrip()
        text = text[: text.rindex(last.text)].rstrip()
    return text
