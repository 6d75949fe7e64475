"""A brief or a note as plain prose: what of it is read, its own title, and in what language it is. Knows no meaning."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from studiolo.compose.card.english import languages

READ = 12_000
"""Characters at the beginning in which things and people are looked for; how it feels is read from all of it."""
FEWEST = 4
"""Words from which on a language can be told."""

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,3}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_MARKS = re.compile(r"!?\[\[(?:[^\]|]*\|)?([^\]]*)\]\]|!?\[([^\]]*)\]\([^)]*\)|[*_`>#~]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_SCRIPTS = {"CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
"""Scripts that Unicode calls otherwise than people do."""


@dataclass(frozen=True)
class Brief:
    """What a person wrote, ready to be read."""

    text: str
    """Without markup, invisible characters and frontmatter; emoji as their names."""
    title: str
    """Its own, where it has one."""
    language: str
    """English, or another language or script; empty where that can't be told."""

    @property
    def beginning(self) -> str:
        """As much as is searched for things and people, up to the end of a word."""
        if len(self.text) <= READ:
            return self.text
        return self.text[:READ].rpartition(" ")[0] or self.text[:READ]

    @property
    def english(self) -> bool:
        return self.language in ("English", "")

    @property
    def notes(self) -> tuple[str, ...]:
        """What the maker should know about how it was read."""
        told = []
        if not self.english:
            told.append(
                f"The brief does not read as English but as {self.language}; rules and models here know English, so "
                "the card holds only what could be made out. Change its fields, or write the brief in English."
            )
        if len(self.text) > READ:
            read = len(self.beginning.split())
            told.append(
                f"The brief is long: how it feels was read from all {len(self.text.split()):,} words, who and what it "
                f"speaks of from the first {read:,}."
            )
        return tuple(told)


def plain(text: str) -> Brief:
    """What a person wrote, as prose."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    front = _FRONT.match(text)
    title = ""
    if front:
        named = _TITLE.search(front[1])
        title = named[1] if named else ""
        text = text[front.end() :]
    heading = _HEADING.search(text)
    if heading and not text[: heading.start()].strip():
        title = title or heading[1]
        text = text[heading.end() :] if text[heading.end() :].strip() else heading[1]
    prose = _MARKS.sub(lambda mark: mark[1] or mark[2] or " ", text)
    prose = "".join(map(_seen, prose))
    prose = re.sub(r"[^\S\n]+", " ", prose).strip()
    return Brief(prose, _clean_title(title), language(prose[:READ]))


def says_something(text: str) -> bool:
    """Whether there is a letter, a digit or a picture sign in it."""
    return any(unicodedata.category(sign)[0] in "LN" or unicodedata.category(sign) == "So" for sign in text)


def language(text: str) -> str:
    """English or another, by its most common words or its script; empty where that can't be told."""
    letters = [sign for sign in text if sign.isalpha()]
    scripts = [name for name in map(_script, letters) if name]
    if len(scripts) * 2 > len(letters):
        if "Japanese" in scripts:
            return "Japanese"  # what it shares with Chinese is most of it
        return max(sorted(set(scripts)), key=scripts.count)
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < FEWEST:
        return ""
    counts = {name: sum(word in known for word in words) for name, known in languages().items()}
    likely = max(counts, key=lambda name: counts[name])
    return (
        likely if counts[likely] > counts["English"] and counts[likely] >= 2 else "English" if counts["English"] else ""
    )


def _script(letter: str) -> str:
    if letter < "\u0370":
        return ""
    script = unicodedata.name(letter, "").partition(" ")[0]
    return _SCRIPTS.get(script, script.capitalize())


def _seen(sign: str) -> str:
    """The character as it is read: nothing for what is invisible, words for a picture sign."""
    if sign == "\n" or sign.isprintable():
        if unicodedata.category(sign) != "So":
            return sign
        return f", {unicodedata.name(sign, '').lower()}, "
    return "" if unicodedata.category(sign) == "Cf" else " "


def _clean_title(title: str) -> str:
    return " ".join("".join(map(_seen, _MARKS.sub(lambda mark: mark[1] or mark[2] or " ", title))).split())[:120]
