"""A note: its text, the places in it, what of it may be sent, and what is put into it. Knows Markdown's comments and
frontmatter and the headers of Zim's pages; knows no job, and no vault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studiolo.text import frontmatter
from studiolo_cli import terminal
from studiolo_contract.errors import StudioloError

_IN_A_LIST = r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*"
_FENCE = _IN_A_LIST + (
    r"(?:(?P<ticked>`{3,})[^`\n]*\n(?:[^\n]*\n)*?[ \t>]*(?P=ticked)`*[^\S\n]*$"
    r"|(?P<waved>~{3,})[^\n]*\n(?:[^\n]*\n)*?[ \t>]*(?P=waved)~*[^\S\n]*$)"
)
_CODE = r"\\`|(?<!`)(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)"
_COMMENT = r"(?P<comment>%%[\s\S]*?(?:%%|(?P<open>\Z))|<!--[\s\S]*?(?:-->|(?P<opened>\Z)))"
_MARKS = re.compile(f"{_FENCE}|{_CODE}|{_COMMENT}", re.MULTILINE)
_BLANK = re.compile(r"[ \t]*(?:\r?\n)?")
_PLACE = re.compile(r"(\d{1,9})(?::(\d{1,9}))?")
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n(?![^\S\n]*(?:\n|\Z))[^\n]*)*")
_PICTURE = re.compile(r"\{\{[^}\n]*\}\}|!\[\[[^\]\n]*\]\]|!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"\[\[(?:[^\]|\n]*\|)?([^\]|\n]*)\]\]|\[([^\]\n]*)\]\([^)\n]*\)")
_MARKUP = re.compile(
    r"^[^\S\n]*(?:#{1,6}|>+|[-*+]|\d+[.)])[^\S\n]+|[*_=~`]{1,3}(?=\S)|(?<=\S)[*_=~`]{1,3}", re.MULTILINE
)
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
"""Letters and signs of Thai, Lao, Burmese, Khmer, Chinese and Japanese."""
_CLOSING = ",.;:!?…)]}»”’"
_OPENING = "([{«“‘"


@dataclass(frozen=True)
class Passage:
    """Characters `start` to `end` (excluded) of a note; a place is one that is empty."""

    start: int
    end: int


class Note:
    """A note as it was read. `file` is None for one that came on standard input."""

    def __init__(self, text: str, name: str, file: Path | None = None, data: bytes = b"") -> None:
        """`text` with its line ends as they are; `name` is what messages call it. Raises `StudioloError`
        (`bad_request`) where it is no text, or its frontmatter can't be read."""
        if "\0" in text:
            raise StudioloError("bad_request", f"{name} is no text file.", "Name a note.")
        self.text, self.name, self.file = text, name, file
        self._data = data
        found = frontmatter.FRONT.match(text)
        self.front = frontmatter.read(found["yaml"] or "", name) if found else {}
        """Keys and values of the frontmatter."""
        self.private = frontmatter.truth(self.front, "private", name)
        self.begin = found.end() if found else 0
        """Where frontmatter or headers end."""
        self._comments = tuple(_comments(text, self.begin))

    # ---- places

    def place(self, at: str) -> int:
        """The character that an offset or `line:column` names. Raises `StudioloError` (`bad_request`) where that lies
        outside of the text, in its frontmatter or in a comment."""
        found = _PLACE.fullmatch(at.strip())
        if found is None:
            raise StudioloError(
                "bad_request", f"'{at:.40}' is no place.", "Give an offset such as 120, or line:column such as 12:1."
            )
        place = int(found[1]) if found[2] is None else self._at(int(found[1]), int(found[2]))
        if place > len(self.text):
            raise StudioloError(
                "bad_request",
                f"{at} is past the end of {self.name}, which has {len(self.text)} characters.",
                "Give a smaller offset, or line:column.",
            )
        if place < self.begin:
            raise StudioloError(
                "bad_request", f"{at} lies in the frontmatter of {self.name}.", f"Give {self.begin} or more."
            )
        for comment in self._comments:
            if comment.start < place < comment.end:
                raise StudioloError(
                    "bad_request", f"{at} lies in a comment of {self.name}, which is private.", "Give a place outside."
                )
        return place

    def passage(self, at: str) -> Passage:
        """What `FROM..TO` names, both as `place` takes them. Raises `StudioloError` (`bad_request`)."""
        start, dots, end = at.partition("..")
        if not dots:
            raise StudioloError("bad_request", f"'{at:.40}' is no passage.", "Give where it begins and ends: 120..260.")
        passage = Passage(self.place(start), self.place(end))
        if passage.start >= passage.end:
            raise StudioloError("bad_request", f"The passage {at} is empty.", "Give a second place after the first.")
        return passage

    def find(self, words: str) -> Passage:
        """The passage that has these words. Raises `StudioloError` (`bad_request`) where none has, or several have."""
        times = self.text.count(words, self.begin) if words.strip() else 0
        if times != 1:
            often = "do not stand" if times == 0 else f"stand {times} times"
            raise StudioloError(
                "bad_request", f"The words '{words.strip():.40}' {often} in {self.name}.", "Name a longer passage."
            )
        start = self.text.index(words, self.begin)
        return Passage(self.place(str(start)), self.place(str(start + len(words))))

    @property
    def end(self) -> int:
        """Where the note goes on: after its last line, or on the new one where an empty line stands at its end. Raises
        `StudioloError` (`bad_request`) where a comment is open there."""
        last = re.search(r"(?<!\n)(?<!\n\r)\r?\n\Z", self.text[self.begin :])
        return self.place(str(self.begin + last.start() if last else len(self.text)))

    def whole(self) -> Passage:
        """All of it but the frontmatter."""
        return Passage(self.begin, len(self.text))

    def bare(self, passage: Passage) -> Passage:
        """The passage without the white space around it. Raises `StudioloError` (`bad_request`) where there is nothing
        else."""
        text = self.text[passage.start : passage.end]
        if not text.strip():
            raise StudioloError(
                "bad_request", f"There is nothing in {self.name} to work on.", "Write something into it."
            )
        start = passage.start + len(text) - len(text.lstrip())
        return Passage(start, start + len(text.strip()))

    def paragraph(self, place: int) -> Passage:
        """The paragraph at this place, or the last one before it; the first where none is. Only those that say anything
        count: no comments, and no pictures. Raises `StudioloError` (`bad_request`) where there is none at all."""
        found = [
            Passage(one.start(), one.start() + len(one[0].rstrip()))
            for one in _PARAGRAPH.finditer(self.text, self.begin)
        ]
        telling = [one for one in found if words(self.open_text(one))]
        if not telling:
            raise StudioloError("bad_request", f"{self.name} says nothing.", "Write something into it.")
        before = [one for one in telling if one.start <= place]
        return before[-1] if before else telling[0]

    # ---- what may be sent

    def open_text(self, passage: Passage) -> str:
        """The passage without comments: of a line that held nothing else nothing is left, and of two spaces one."""
        kept, at = "", passage.start
        begins_line = at == self.begin or self.text[at - 1] == "\n"
        for comment in self._comments_in(passage):
            kept += self.text[at : max(comment.start, at)]
            at = max(at, min(comment.end, passage.end))
            line = kept.rpartition("\n")
            if not line[2].strip() and (line[1] or begins_line):
                blank = _BLANK.match(self.text, at, passage.end)
                at = blank.end() if blank else at
            elif kept[-1:].isspace() and self.text[at : min(at + 1, passage.end)] == " ":
                at += 1
        return kept + self.text[at : passage.end]

    def must_be_replaceable(self, passage: Passage) -> None:
        """Raises `StudioloError` (`bad_request`) where a comment would be lost with the passage."""
        if self._comments_in(passage):
            raise StudioloError(
                "bad_request",
                f"A comment stands in this passage of {self.name}, and would be lost.",
                "Choose a passage without one, or leave --write away.",
            )

    # ---- what is put into it

    def put(self, passage: Passage, new: str) -> None:
        """Writes the file with `new` in the place of the passage, in one step; all else stays as it is, to the byte.
        A word that would touch its neighbour gets a space. Raises `StudioloError`: `busy` when the file was changed
        since it was read, and else what `terminal.replace_file` does."""
        assert self.file is not None
        if terminal.read_file(self.file) != self._data:
            raise StudioloError(
                "busy", f"{self.file} was changed meanwhile, so nothing was put into it.", "Do it again."
            )
        before, after = self.text[: passage.start], self.text[passage.end :]
        if "\r\n" in self.text:
            new = new.replace("\n", "\r\n")
        if not after and before.endswith("\n"):
            after = "\r\n" if "\r\n" in self.text else "\n"
        text = before + joint(before[self.begin :], new) + new + joint(new, after) + after
        mark = self._data[: len(self._data) - len(self.text.encode())]  # a byte order mark is no part of the text
        terminal.replace_file(self.file, mark + text.encode())

    def _at(self, line: int, column: int) -> int:
        lines = self.text.split("\n")
        if not 1 <= line <= len(lines):
            raise StudioloError(
                "bad_request", f"{self.name} has {len(lines)} lines, and no line {line}.", "Lines are counted from 1."
            )
        width = len(lines[line - 1].removesuffix("\r"))
        if not 1 <= column <= width + 1:
            raise StudioloError(
                "bad_request",
                f"Line {line} of {self.name} has {width} characters, and no column {column}.",
                "Columns are counted from 1; the end of the line is one more than it has.",
            )
        return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1

    def _comments_in(self, passage: Passage) -> list[Passage]:
        return [one for one in self._comments if one.start < passage.end and passage.start < one.end]


def read_note(file: Path) -> Note:
    """The note in a file, which is standard input for `-`. Raises `StudioloError` (`bad_request`), also where it is
    private."""
    if file == Path("-"):
        note = Note(terminal.read_text("-", "The note"), "Standard input")
    else:
        data = terminal.read_file(file)
        note = Note(terminal.as_text(data, str(file)), str(file), file, data)
    if note.private:
        raise StudioloError(
            "bad_request",
            f"{note.name} is private, as its frontmatter says, so nothing of it is sent.",
            "Take `private` out of its frontmatter, or choose another note.",
        )
    return note


def joint(left: str, right: str) -> str:
    """What belongs between two pieces of prose: a space, or nothing where there is one, or none is wanted."""
    if not left or not right or left[-1].isspace() or right[0].isspace():
        return ""
    if (
        right[0] in _CLOSING
        or left[-1] in _OPENING
        or _opens_quote(left)
        or not (_spaced(left[-1]) and _spaced(right[0]))
    ):
        return ""
    return " "


def words(markdown: str) -> str:
    """What it says in one line of plain words: no pictures, of links what they show, no marks."""
    text = _LINK.sub(lambda link: link[1] or link[2] or "", _PICTURE.sub("", markdown))
    return " ".join(_MARKUP.sub("", text).split())


def _comments(text: str, begin: int) -> Iterator[Passage]:
    for found in _MARKS.finditer(text, begin):
        if found["comment"] is not None:
            endless = found["open"] is not None or found["opened"] is not None
            yield Passage(found.start(), len(text) + 1 if endless else found.end())


def _opens_quote(left: str) -> bool:
    """Whether the text ends in a quotation mark that begins something."""
    line = left.rsplit("\n", 1)[-1]
    return line.endswith('"') and line.count('"') % 2 == 1


def _spaced(letter: str) -> bool:
    """Whether the letter is of a script that has spaces between its words."""
    return not _UNSPACED.match(letter)
