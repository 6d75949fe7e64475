"""Which words of a text say how it feels, with what denies or shades them. Knows nothing of passages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from studiolo.music.mood_words import Neighbours, read_lexicon
from studiolo_contract.music import Mood

DENIED = -0.5
"""What is left of a mood that is denied: "not sad" is not quite happy."""
GUESSED = 0.5
"""How much a word counts whose mood is guessed."""
REACH = 4
"""Words over which a denial still counts."""

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[^\s\w]")

# fmt: off
DEGREES = {
    "very": 1.3, "really": 1.3, "extremely": 1.4, "incredibly": 1.4, "deeply": 1.3, "utterly": 1.4, "totally": 1.3,
    "absolutely": 1.4, "completely": 1.3, "intensely": 1.3, "hugely": 1.3, "so": 1.2, "too": 1.2, "pure": 1.3,
    "sheer": 1.3, "much": 1.2, "more": 1.2, "most": 1.3, "full of": 1.2, "quite": 0.9, "rather": 0.9, "mostly": 0.9,
    "fairly": 0.8, "kind of": 0.7, "sort of": 0.7, "almost": 0.7, "nearly": 0.7, "somewhat": 0.6, "half": 0.6,
    "slightly": 0.5, "faintly": 0.5, "mildly": 0.5, "subtly": 0.5, "vaguely": 0.5, "a little": 0.5, "a bit": 0.5,
    "a little bit": 0.5, "a wee bit": 0.5, "a bit of": 0.5, "a tad": 0.5, "a touch": 0.5, "a touch of": 0.5,
    "a hint of": 0.5, "hints of": 0.5, "a trace of": 0.5, "a note of": 0.5, "a pinch of": 0.5, "a dash of": 0.5,
    "barely": 0.3, "hardly": 0.3, "scarcely": 0.3, "less": 0.3,
}
"""What words right before a mood make of it."""
DENIALS = frozenset((
    "not", "no", "never", "without", "nothing", "nobody", "none", "neither", "nor", "cannot", "stop", "stops",
    "stopped", "rather than", "instead of", "anything but", "far from", "free of", "free from", "lack of",
))
"""What denies a mood a little behind it; so does all that ends in n't."""
NO_DENIALS = frozenset(("not only", "not just", "nothing but", "no doubt"))
OVER = re.compile(
    r"(?:['’]s|\s(?:is|are|was|were|has|have))(?: all)? (?:gone|over|past|passed|vanished)\b|"
    r"\s(?:gone|passes|vanishes)\b", re.IGNORECASE)
"""What denies a mood before it."""
UNFELT = frozenset(_TOKEN.findall(
    "the and but for nor yet she with from into onto over under above below near beside behind before after about "
    "around round through across along against among between inside outside underneath beneath without within upon "
    "towards during off out down away back apart together forward ahead aside far close closer this that these those "
    "some any each every other another same such his her hers him its our their your you they them himself herself "
    "itself themselves who whom whose which what whatever whoever when where why how while because though although if "
    "than once twice here there then until till instead somewhere anywhere everywhere very also too only just even "
    "ever always never again already still soon later now today tonight yesterday tomorrow often sometimes maybe "
    "perhaps really quite rather almost both few many several much more most less least longer enough all whole "
    "entire half one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty "
    "seventy eighty ninety hundred thousand million first second third last next number are was were been being has "
    "have had having does did doing done can could will would shall should may might must let lets get gets got "
    "getting gotten give gives given make makes made making take takes took taken put puts come comes came coming "
    "goes going gone went want wants wanted need needs know knows knew think thinks thinking thought see sees saw "
    "seen look looks looked looking say says said saying tell tells told feel feels felt sound sounds seem seems like "
    "use uses used keep keeps kept stay stays stop stops stopped turn turns start starts begin begins beginning end "
    "ends ending find finds found set sets try tries trying happen happens happened bring brings thing things "
    "something anything everything nothing nobody someone somebody anyone everyone everybody anybody people person "
    "man men woman women boy girl guy way kind sort lot bit part piece time times long short right left big small "
    "little large huge tiny tall wide old new young early late red orange yellow green blue purple white black brown "
    "minute minutes hour hours day days week weeks month months year years seconds moment music musical soundtrack "
    "score theme track song tune cue loop scene level stage chapter book story novel film movie trailer game player "
    "character heroine protagonist montage version style mood atmosphere feeling sense hint touch background "
    "hear hears heard hearing "
    "instrument instruments ensemble orchestra orchestral band solo piano keys violin viola cello fiddle fiddles "
    "string strings flute oboe clarinet bassoon horn horns trumpet trombone tuba brass woodwind winds harp guitar "
    "bass drum drums percussion synth synths organ accordion choir voice voices vocals quartet trio chamber folk jazz "
    "chiptune electronic tempo bpm key major minor meter"
)) | frozenset(word for phrase in (*DEGREES, *DENIALS) for word in phrase.split())
"""Words that no mood is guessed for: they bind others, or speak of the music itself."""
# fmt: on

_JOINTS = frozenset(("-", "‐", "'", "’", '"', "“", "”"))
"""Signs within which a thought goes on."""
_SHORTEST = 3
"""Letters of a word that a mood is guessed for."""


@dataclass(frozen=True)
class Heard:
    """Words that say how it feels."""

    words: str
    """As written, with what changes them: `not sad`, `a hint of dread`."""
    mood: Mood
    """What they say, all in all."""
    like: tuple[str, ...] = ()
    """Words of the lexicon whose mood it is, the nearest first; empty where the word has an entry of its own."""
    weight: float = 1.0
    """How much it counts, by how sure it is."""
    begin: int = 0
    end: int = 0
    """Where it stands in the text."""


@dataclass(frozen=True)
class Hearing:
    """What a text says to someone who listens for moods."""

    heard: tuple[Heard, ...]
    """In the order of the text."""
    unknown: Mapping[int, str]
    """Words that might say something, but are not known, nor near to one that is; and where each begins."""


def hear(text: str, neighbours: Neighbours | None = None) -> Hearing:
    """Listens to every word. With `neighbours` one that the lexicon lacks takes the mood of the nearest that it has."""
    tokens = [match for match in _TOKEN.finditer(text) if match.group() not in _JOINTS]
    words = [match.group().lower().replace("’", "'") for match in tokens]
    felt, strange = _sorted(words)
    unknown: dict[int, str] = {}
    guesses = neighbours.words([words[at] for at in strange]) if neighbours else [None] * len(strange)
    for at, guess in zip(strange, guesses, strict=True):
        if guess:
            felt.append(_Felt(at, at + 1, guess.mood, guess.like))
        else:
            unknown[tokens[at].start()] = tokens[at].group()
    heard = []
    for one in sorted(felt, key=lambda one: one.first):
        first, factor = _shade(words, one.first)
        begin, end = tokens[first].start(), tokens[one.last - 1].end()
        if over := OVER.match(text, end):
            end, factor = over.end(), factor * DENIED
        written, weight = " ".join(text[begin:end].split()), GUESSED if one.like else 1.0
        heard.append(Heard(written, _times(one.mood, factor), one.like, weight, begin, end))
    return Hearing(tuple(heard), unknown)


class _Felt(NamedTuple):
    """The mood of the words from `first` to before `last`."""

    first: int
    last: int
    mood: Mood
    like: tuple[str, ...] = ()


def _sorted(words: list[str]) -> tuple[list[_Felt], list[int]]:
    """The words and phrases that the lexicon has, and where the others stand that might say something."""
    lexicon = read_lexicon()
    felt: list[_Felt] = []
    strange: list[int] = []
    at = 0
    while at < len(words):
        ends = range(min(at + lexicon.reach.get(words[at], 1), len(words)), at, -1)
        entries = ((end, lexicon.find(" ".join(words[at:end]))) for end in ends)
        end, entry = next(((end, entry) for end, entry in entries if entry), (at + 1, None))
        if entry:
            felt.append(_Felt(at, end, _times(entry.mood, DENIED if entry.denied else 1.0)))
        elif _may_say(words[at]):
            strange.append(at)
        at = end
    return felt, strange


def _shade(words: list[str], at: int) -> tuple[int, float]:
    """Where what changes the mood at a word begins, and what it makes of it."""
    first, factor = at, 1.0
    while degrees := [n for n in range(1, min(first, 4) + 1) if " ".join(words[first - n : first]) in DEGREES]:
        factor *= DEGREES[" ".join(words[first - degrees[-1] : first])]
        first -= degrees[-1]
    denials = 0
    for back in range(first - 1, max(-1, first - 1 - REACH), -1):
        word, pair = words[back], " ".join(words[back : back + 2])
        if not word[0].isalpha() or word in ("but", "yet", "though"):
            break
        if pair not in NO_DENIALS and (word in DENIALS or pair in DENIALS or word.endswith("n't")):
            denials, first = denials + 1, back
        if word == "nor":
            break
    return first, DENIED * min(factor, 1.0) if denials % 2 else factor


def _may_say(word: str) -> bool:
    """Whether a word that the lexicon lacks is worth a guess."""
    root = word.split("'")[0]
    return len(root) >= _SHORTEST and root not in UNFELT and not word.endswith("n't")


def _times(mood: Mood, factor: float) -> Mood:
    """So many times as strong, within bounds."""
    return Mood(
        valence=_bounded(mood.valence * factor),
        arousal=_bounded(mood.arousal * factor),
        tension=_bounded(mood.tension * factor),
    )


def _bounded(degree: float) -> float:
    return max(-1.0, min(1.0, degree)) + 0.0  # never -0.0
