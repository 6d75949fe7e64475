"""Forms as grammars, so that a model that would lose the thread keeps its form by construction.

In llguidance's dialect of Lark. A grammar rules the marks on the page (lines, names, ends of sentences), never the
words, and lets a piece end only where it may end. Knows no model.

The bounds on words are generous: where a bound is reached in mid sentence, a model glues words together.
"""

from __future__ import annotations

from studiolo.text.forms import Form

_TERMINALS = r"""
WORD: /[A-Za-zÀ-ÖØ-öø-ÿ][a-zß-öø-ÿ]{0,15}(['’][a-zß-öø-ÿ]{0,2}|-[a-zß-öø-ÿ]{1,15})?/
START: /[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{0,15}(['’][a-zß-öø-ÿ]{0,2}|-[a-zß-öø-ÿ]{1,15})?/
SENTENCE: START (/[,;]?/ " " WORD){0,40} /[.!?]/
NAME: (/[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{0,15}(['’]s)?/ /( of| the| of the| in the| and| at)?/ " "){0,2} LAST
LAST: /[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,15}/
"""
_SHOT = r"""
far: FAR ": " SENTENCE
near: NEAR ": " SENTENCE
FAR: ("Extreme wide shot" | "Wide shot" | "Full shot" | "Over-the-shoulder shot") ", " MOVE_FAR
NEAR: ("Medium shot" | "Close-up" | "Extreme close-up" | "Point of view") ", " MOVE_NEAR
MOVE_FAR: "static" | "pan left" | "pan right" | "pull out" | "tracking" | "crane up" | "crane down"
MOVE_NEAR: "static" | "slow push in" | "tilt up" | "tilt down" | "tracking" | "handheld"
"""
SPARE_ITEMS = 6
"""Items of a list beyond those asked for, since a model may say one twice."""


def grammar(form: Form) -> str:
    """The form as a grammar; empty for prose and JSON, and where the number of lines or speakers is free."""
    if form.kind == "fountain":
        return _screenplay(form.speakers, form.count) + _TERMINALS
    if form.kind == "dialogue" and form.speakers and form.count:
        turns = [f'"{form.speakers[turn % len(form.speakers)]}: " speech' for turn in range(form.count)]
        return "start: " + ' "\\n" '.join(turns) + '\nspeech: SENTENCE (" " SENTENCE)?' + _TERMINALS
    if form.kind == "verse" and form.count:
        least, most = form.words
        line = rf'LINE: WORD (/[,;]?/ " " WORD){{{least - 1},{most - 1}}} /[.,;:!?]?/'
        return "start: " + _lines("LINE", form.count, form.stanza) + "\n" + line + _TERMINALS
    if form.kind == "list" and form.count:
        item = "SENTENCE" if form.sentences else "NAME"
        return "start: " + _lines(item, form.count + SPARE_ITEMS, 0) + _TERMINALS
    if form.kind == "shots" and form.count:
        # far and near in turn: left to itself a small model takes the same size again and again
        shots = [f'"{at + 1}. " {("far", "near")[at % 2]}' for at in range(form.count + SPARE_ITEMS)]
        return "start: " + ' "\\n" '.join(shots) + _SHOT + _TERMINALS
    if form.kind == "notes":
        notes = ' "\\n" '.join(f'"{label}: " note' for label in form.labels)
        return f'start: {notes}\nnote: SENTENCE (" " SENTENCE)?' + _TERMINALS
    return ""


def _lines(symbol: str, count: int, stanza: int) -> str:
    pieces = [symbol]
    for number in range(1, count):
        pieces.append('"\\n\\n"' if stanza and number % stanza == 0 else '"\\n"')
        pieces.append(symbol)
    return " ".join(pieces)


def _screenplay(speakers: tuple[str, ...], exchanges: int) -> str:
    """A heading and action; then speech and answer, as often as that, with action between them now and then.

    The heading is in small letters, which a small model spells better; the cleaner makes them capitals.
    """
    first, second = (f'"{name.upper()}"' for name in speakers) if speakers else ("CUE", "CUE")
    exchange = "speech answer (GAP action)? " * exchanges
    return (
        f"start: heading GAP action {exchange}\n"
        f"speech: GAP {first} said\n"
        f"answer: GAP {second} said\n"
        'said: "\\n" (PARENTHETICAL "\\n")? SENTENCE (" " SENTENCE)?\n'
        'action: ACTION (" " SENTENCE)?\n'
        'GAP: "\\n\\n"\n'
        "CUE: /[A-Z]{3,12}/\n"
        'ACTION: START (/,?/ " " WORD){2,40} /[.!?]/\n'
        r"heading: /(INT|EXT)\. [A-Z]?[a-z]{2,14}( [a-z']{2,14}){0,3} - (day|night|morning|evening)/" + "\n"
        r"PARENTHETICAL: /\([a-z]{3,14}( [a-z]{1,14}){0,3}\)/"
    )
