"""Takes out of an answer what was not asked for, while it streams: chatter, labels, echo, quotes, markdown.

Knows what models say around an answer; knows no model and no prompt beyond what it is told. The text that comes out is
the same however the answer was cut into pieces: nothing is let through before it is certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import regex

from studiolo.text.forms import Form

_CHATTER = r"""
    (?: (?:sure|certainly|of\ course|absolutely|okay|ok|alright|great|gladly|no\ problem) (?:\ thing)?
        (?: [!:]+ \s* | [.,]\s* (?= (?:here|below|i'|i’|i\ |let\ me|this\ is)\b ) ) )
  | (?: (?:here|below) (?:'s|’s|\ is|\ are) \ (?:a|an|my|your|some|\d+)\b [^\n:"“]{0,120}? : \s* )
  | (?: (?:here|below) (?:'s|’s|\ is|\ are) \b [^\n:"“]{0,120}? : [^\S\n]* \n\s* )
  | (?: i(?:'ve|’ve|\ have) \ (?:written|rewritten|created|made|come\ up) \b [^\n]{0,200}? (?: : | \n | \Z ) \s* )
  | (?: (?:i\ hope\ this|as\ an\ ai|i(?:'d|’d|\ would)\ be\ (?:happy|glad)|let\ me\ know|feel\ free\ to)
        \b [^\n]{0,300}? (?: \n\s* | \Z ) )
  | (?: \#{1,6}[^\S\n]+ [^\n]{0,100} \n\s* )
  | (?: \*\* [^*\n]{1,100} \*\* [^\S\n]* :? [^\S\n]* \n\s* )
  | (?: ```\w* \n )
  | (?: [-*_=]{3,} [^\S\n]* \n\s* )
"""
_AFTERWORD = r"""
    (?: (?:i\ hope\ this|let\ me\ know|feel\ free\ to|please\ (?:let|feel|note)|as\ an\ ai|would\ you\ like\ me) \b )
  | (?: (?: (?:this|these|my)\ (?:short\ )?
            (?:passage|sentence|scene|script|text|paragraph|excerpt|response|names|ideas|lines?|version|rewrite
              |story|poem|haiku|sonnet|limerick|dialogue|conversation|screenplay|advertisement)
          | the\ (?:short\ |above\ )? (?:story|poem|haiku|sonnet|limerick|screenplay|dialogue)
          | the\ (?:above|revised|rewritten|shortened|expanded|original)\ \w+ )
        \ (?:is|are|was|aims?|captures?|conveys?|explores?|describes?|highlights?|tells?|uses?|begins|shows?|has|have
          |can|could|would|should|emphasi[sz]es|reflects?|suggests?|presents?|maintains?|keeps?|sets?|creates?
          |evokes?) \b )
  | (?: in\ this\ (?:story|poem|passage|version|scene|dialogue|rewrite|example|sentence) \b )
  | (?: \(? (?:note|word\ count|explanation|analysis|title|theme|moral|instruction|user|assistant|system)
        \b [^\n:]{0,20} : )
  | (?: ``` ) | (?: \#{1,6}\s ) | (?: [-*_=]{3,} \s* (?:\n|\Z) ) | (?: <\|\w )
  | (?: (?:the\ end|end\ of\ (?:story|scene|poem)) \.? \s* (?:\n|\Z) )
"""
_FLAGS = regex.IGNORECASE | regex.VERBOSE
_HEADING = re.compile(r"(?:INT|EXT)\. ")
_BULLET = regex.compile(r"\s*(?:\d{1,2}[.):]|[-*•–])\s*")


class Cleaner:
    """Reads an answer piece by piece and gives back what is to be shown of it."""

    def __init__(self, form: Form, labels: tuple[str, ...] = (), opening: str = "", quoted: bool = False) -> None:
        """
        `labels` are regular expressions for words that may stand before the answer with a colon after them. `opening`
        is the person's text, which the answer goes on from and must not repeat. `quoted` says that the person's text
        has quotation marks of its own, so that those of the answer are left alone.
        """
        label = (
            rf"(?: (?:\*\*)? (?:{'|'.join(map(_loose, labels))}) (?:\*\*)? [^\S\n]* : (?:\*\*)? \s* )" if labels else ""
        )
        self._lead = regex.compile("|".join(filter(None, (label, _CHATTER))), _FLAGS)
        self._afterword = regex.compile(_AFTERWORD, _FLAGS)
        self._form = form
        self._opening = opening.strip()
        self._unquote = not quoted and form.kind == "prose" and not opening
        self._raw = ""
        """What has come in and is not settled yet."""
        self._settle: Callable[[bool], str] = self._head
        self._items: list[str] = []
        self._inside = False
        """Whether the line that `_raw` goes on has begun already."""
        self._held = ""
        """White space, and a closing quote, that are only written when something follows them."""
        self._lines = 0
        self._heading: bool | None = None
        """Whether the line that `_raw` goes on is a scene heading; None while that is open, or of no matter."""
        self.full = False
        """Whether the answer is over: what comes now is not part of it."""

    def feed(self, piece: str) -> str:
        """Takes the next piece of the answer. Returns what is certain by now to be shown next, often nothing."""
        self._raw += piece
        return self._advance(complete=False)

    def finish(self) -> str:
        """Says that nothing more comes. Returns the rest of what is to be shown."""
        return self._advance(complete=True)

    def _advance(self, complete: bool) -> str:
        shown = ""
        while not self.full:
            step = self._settle
            shown += step(complete)
            if step == self._settle:
                break
        if self.full:
            self._raw = ""
        return shown

    # ---- the head: what stands before the answer

    def _head(self, complete: bool) -> str:
        if self._form.kind in ("json", "free"):
            self._settle = self._as_it_is
            return ""
        while True:
            self._raw = self._raw.lstrip()
            if not self._raw:
                return ""
            if self._opening and self._echo(complete):
                if self._opening:
                    return ""
                continue
            lead = self._lead.match(self._raw, partial=not complete)
            if lead is None:
                break
            if lead.partial or (not complete and lead.end() == len(self._raw)):
                return ""
            self._raw = self._raw[lead.end() :]
        if self._unquote and self._raw[0] in '"“':
            self._raw = self._raw[1:]
        else:
            self._unquote = False
        self._settle = self._list if self._form.kind in ("list", "shots") else self._body
        return ""

    def _echo(self, complete: bool) -> bool:
        """Takes the person's own words off; True while more has to be seen, or when they have just been taken off."""
        said = self._raw.lstrip('"“*')
        if said.startswith(self._opening):
            self._raw = said[len(self._opening) :].lstrip('"”*')
            self._opening = ""
            return True
        return not complete and self._opening.startswith(said)

    # ---- the body

    def _as_it_is(self, complete: bool) -> str:
        shown, self._raw = self._raw, ""
        return shown

    def _body(self, complete: bool) -> str:
        shown = ""
        while self._raw and not self.full:
            if not self._inside:
                after = self._afterword.match(self._raw, partial=not complete)
                if after is not None and (after.partial or (not complete and after.end() == len(self._raw))):
                    break
                if after is not None:
                    self.full = True
                    break
                self._inside = True
            end = self._raw.find("\n")
            line = self._raw if end < 0 else self._raw[:end]
            kept = len(line) if complete or end >= 0 else len(line.rstrip('*"”`'))
            if self._form.kind == "fountain":
                if self._heading is None:
                    self._heading = _HEADING.match(line) is not None if complete or end >= 0 or len(line) > 4 else None
                    if self._heading is None:
                        break
                if self._heading:
                    line = line.upper()
            shown += self._written(line[:kept])
            self._raw = self._raw[kept:]
            if end < 0:
                break
            self._lines += bool(line.strip())
            self.full = self._form.kind == "verse" and self._lines == self._form.count
            self._held += "\n"
            self._raw = self._raw[1:]
            self._inside = False
            self._heading = None
        return shown

    def _written(self, text: str) -> str:
        """The text without bold marks; white space at its end, and a closing quote, are kept back until more comes."""
        text = text.replace("**", "").replace("`", "")
        bare = text.rstrip(' \t"”' if self._unquote else None)
        if not bare:
            self._held += text
            return ""
        shown = re.sub(r"\n{3,}", "\n\n", self._held) + bare
        self._held = text[len(bare) :]
        return shown

    def _list(self, complete: bool) -> str:
        """Whole lines, none of them twice, no more than were asked for; without their numbers, or with right ones."""
        shown = ""
        while not self.full and ("\n" in self._raw or (complete and self._raw)):
            line, _, self._raw = self._raw.partition("\n")
            if self._afterword.match(line.strip() + "\n"):
                self.full = True
                break
            item = _BULLET.sub("", line.replace("**", ""), count=1) if _BULLET.match(line) else line.replace("**", "")
            item = item.strip().strip('"“”').rstrip(",;").strip()
            if not item or item.casefold() in self._items:
                continue
            self._items.append(item.casefold())
            number = f"{len(self._items)}. " if self._form.kind == "shots" else ""
            shown += ("\n" if len(self._items) > 1 else "") + number + item
            self.full = self._form.count > 0 and len(self._items) >= self._form.count
        return shown


def clean(text: str, form: Form, labels: tuple[str, ...] = (), opening: str = "", quoted: bool = False) -> str:
    """A whole answer, cleaned."""
    cleaner = Cleaner(form, labels, opening, quoted)
    return cleaner.feed(text) + cleaner.finish()


def _loose(label: str) -> str:
    """A label as it stands in a verbose pattern."""
    return label.replace(" ", r"\ ")
