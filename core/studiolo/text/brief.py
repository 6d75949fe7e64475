"""Reads what a person wants out of their words: how many, what poem, who talks, what language. English; no model."""

from __future__ import annotations

import re

from studiolo.text.forms import POEMS
from studiolo.text.sentences import ends_whole

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=2
    )
}
_COUNT = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(?:\w+\s+){{0,2}}?(?:names?|ideas?|lines?|items?|suggestions?|titles?|ways?|shots?|beats?)\b",
    re.IGNORECASE,
)
_BRIEF = re.compile(
    r"\s*(?:please\s+)?(?:write|tell|give|make|create|compose|describe|invent|imagine|about|an?\s+(?:\w+\s+)?(?:story|tale))\b",
    re.IGNORECASE,
)
_NAME = r"(?:(?:Mr|Mrs|Ms|Dr|Captain|Aunt|Uncle|Old)\.?\s)?[A-Z][\w'’-]+"
_NAMED = re.compile(
    rf"\b({_NAME})(?:,[^,.]{{1,40}},)?\s+and\s+(?:(?:her|his|their|the)\s+(?:[a-z]+\s+){{0,2}})?({_NAME})\b"
)
_PEOPLE = re.compile(
    r"(?<!two )(?<!three )\b("
    r"actor|actress|angel|artist|astronaut|aunt|baker|barber|beggar|bishop|boy|brother|"
    r"butcher|captain|carpenter|child|citizen|clerk|clown|cook|customer|dancer|daughter|"
    r"detective|devil|doctor|dragon|driver|emperor|empress|farmer|father|fisherman|florist|"
    r"gardener|general|ghost|giant|girl|goblin|grandfather|grandmother|grandson|granddaughter|"
    r"guard|guest|guide|hunter|husband|inspector|judge|keeper|killer|king|knight|lady|lawyer|"
    r"librarian|lord|magician|maid|mayor|mechanic|merchant|mermaid|monk|mother|neighbour|nun|"
    r"nurse|officer|painter|passenger|patient|pilot|pirate|poet|policeman|priest|prince|"
    r"princess|prisoner|professor|pupil|queen|robot|sailor|scientist|servant|shepherd|sheriff|"
    r"singer|sister|soldier|son|spy|stranger|student|teacher|thief|tourist|traveller|uncle|"
    r"waiter|waitress|widow|wife|witch|wizard|wolf|woman|man|writer"
    r")s?\b(?!['’]s)"
)
"""Who may talk in a conversation: words for people, and for the animals and spirits that talk in tales."""

_MANNERS = {
    "past": r"past (?:tense|form)|simple past|preterite",
    "present": r"present (?:tense|form)|simple present",
    "first": r"first[- ]person",
    "third": r"third[- ]person",
}
_LANGUAGE = re.compile(
    r"\b((?:(?:Brazilian|European|American|British|Canadian|Mexican|Swiss|Austrian|simplified|traditional|modern"
    r"|ancient|old|middle)\s+)?(?:"
    r"Afrikaans|Albanian|Amharic|Arabic|Armenian|Azerbaijani|Basque|Belarusian|Bengali|Bosnian|"
    r"Breton|Bulgarian|Burmese|Cantonese|Catalan|Chinese|Croatian|Czech|Danish|Dutch|English|"
    r"Esperanto|Estonian|Faroese|Filipino|Finnish|French|Frisian|Galician|Georgian|German|Greek|"
    r"Gujarati|Hausa|Hebrew|Hindi|Hungarian|Icelandic|Igbo|Indonesian|Irish|Italian|Japanese|"
    r"Javanese|Kannada|Kazakh|Khmer|Korean|Kurdish|Lao|Latin|Latvian|Lithuanian|Luxembourgish|"
    r"Macedonian|Malay|Malayalam|Maltese|Mandarin|Maori|Marathi|Mongolian|Nepali|Norwegian|"
    r"Occitan|Pashto|Persian|Polish|Portuguese|Punjabi|Romanian|Romansh|Russian|Sanskrit|Scots|"
    r"Serbian|Sinhala|Slovak|Slovene|Slovenian|Somali|Spanish|Swahili|Swedish|Tagalog|Tamil|"
    r"Tatar|Telugu|Thai|Tibetan|Turkish|Ukrainian|Urdu|Uzbek|Vietnamese|Welsh|Xhosa|Yiddish|"
    r"Yoruba|Zulu"
    r"))\b",
    re.IGNORECASE,
)
_PLAIN = {"simplified", "traditional", "modern", "ancient", "old", "middle"}
_INTO = re.compile(r"\binto\s+([^\W\d_][\w-]+)")


def manner_in(words: str) -> str:
    """The tense or person that the words ask for: past, present, first or third; empty where they ask for neither."""
    return next((name for name, said in _MANNERS.items() if re.search(said, words, re.IGNORECASE)), "")


def language_in(words: str) -> str:
    """The language that the words ask for ("into Brazilian Portuguese"); empty where they name none."""
    found = _LANGUAGE.findall(words)
    if found:
        # "from Dutch into French" names the target last; capitals as English has them
        said = str(found[-1]).split()
        return " ".join(word.lower() if word.lower() in _PLAIN else word.capitalize() for word in said)
    match = _INTO.search(words)
    return match.group(1) if match else ""


def count_in(words: str, otherwise: int) -> int:
    """How many names, ideas, lines or shots the words ask for, from 2 to 40; `otherwise` where they do not say."""
    match = _COUNT.search(words)
    if not match:
        return otherwise
    said = match.group(1).lower()
    number = _NUMBERS.get(said) or int(said)
    return number if 2 <= number <= 40 else otherwise


def poem_in(words: str) -> str:
    """The kind of poem that the words ask for; empty where they name none."""
    found = [(match.start(), name) for name in POEMS if (match := re.search(rf"\b{name}s?\b", words, re.IGNORECASE))]
    return min(found)[1] if found else ""


def speakers_in(words: str, otherwise: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The two people that the words speak of: by name ("Ana and Bo"), else by what they are ("a baker", "a thief").

    `otherwise` names those who are missing; without it, fewer than two are nobody.
    """
    named = _NAMED.search(words)
    if named:
        return (named.group(1).replace("’", "'"), named.group(2).replace("’", "'"))
    people = [word.capitalize() for word in dict.fromkeys(_PEOPLE.findall(words.lower()))][:2]
    missing = 2 - len(people)
    return (*people, *otherwise[:missing]) if missing <= len(otherwise) else ()


def reads_as_opening(text: str) -> bool:
    """Whether a text is the beginning of a piece of prose, not a brief for one."""
    if _BRIEF.match(text) or len(text.split()) < 4:
        return False
    return ends_whole(text) or text.rstrip().endswith((",", ";", ":", "—", "–", '"', "”"))
