"""What a person might write for a scene.

Knows sentence patterns and draws the words of the vocabulary by lot. Knows nothing of pixels. A caption never names
anything that the scene does not hold, but it may leave things out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from studiolo_starter.scenes import Scene
from studiolo_starter.vocabulary import PLACES, STYLES, TIMES, Habitat, subject_named

ADJECTIVES = (
    *("",) * 9, "little ", "lonely ", "beautiful ", "happy ", "lovely ", "quiet ", "old ", "big ", "strange ", "proud ",
)  # fmt: skip
VERBS: dict[Habitat, tuple[str, ...]] = {
    "land": ("stands", "waits", "rests", "is", "sits", "can be seen", "is standing", "is waiting"),
    "air": ("flies", "hovers", "floats", "is flying", "glides", "drifts"),
    "water": ("swims", "floats", "drifts", "is", "is drifting"),
}
COLOURLESS = ("pencil", "blueprint", "ink", "woodcut")
UNCOUNTED = (
    *STYLES["pixel art"], "pen and ink", "brush and ink", "painting in oil", "thick oil paint", "soft pastel",
    "pastel colours on paper", "white lines on blue",
)  # fmt: skip
SIDE_WORDS = {
    "left": ("on the left", "to the left"),
    "right": ("on the right", "to the right"),
    "centre": ("in the middle",),
}
DISTANCE_WORDS = {"near": ("close up", "seen from close by", "large"), "far": ("far away", "in the distance", "small")}
SCENERY = {
    "mountains": "mountains", "beach": "a beach", "sea": "the sea", "forest": "a forest", "desert": "a desert",
    "meadow": "a green meadow", "snow": "a snowy landscape", "city": "a city", "volcano": "a volcano",
    "moon": "the surface of the moon", "underwater": "the sea floor", "room": "a room",
    "ruins": "ancient ruins", "cave": "a cave",
}  # fmt: skip


def with_article(words: str) -> str:
    vowel = words[0] in "aeiou" and not words.startswith(("uni", "ufo"))
    return f"{'an' if vowel else 'a'} {words}"


def caption(scene: Scene, number: int = 0) -> str:
    """One of many captions of the scene; the number picks which."""
    rng = np.random.default_rng([scene.seed, 19, number])

    def pick(words: tuple[str, ...], first: float = 0.0) -> str:
        return words[0] if rng.random() < first else words[rng.integers(len(words))]

    short = rng.random() < 0.18
    place = "" if short and scene.subject and rng.random() < 0.4 else pick(PLACES[scene.place], 0.3)
    indoor = scene.place in ("moon",) or (short and rng.random() < 0.7)
    time = "" if indoor else pick(TIMES[scene.time], 0.3)
    if scene.subject:
        subject = subject_named(scene.subject)
        noun = pick((subject.name, *subject.synonyms), 0.6)
        colour = f"{scene.colour} " if scene.colour and scene.style not in COLOURLESS else ""
        plain = not colour and noun == subject.name
        thing = pick(ADJECTIVES) + noun if plain else colour + noun
        what = with_article(thing)
        where = "" if rng.random() < 0.7 else pick(SIDE_WORDS[scene.side])
        if scene.distance != "middle" and rng.random() < 0.5:
            where = pick(DISTANCE_WORDS[scene.distance])
        text = _sentence(what, pick(VERBS[subject.habitat]), place, time, where, rng)
    else:
        text = f"{SCENERY[scene.place]} {time}".strip()
    return _in_style(text, scene, pick, rng)


def _sentence(what: str, verb: str, place: str, time: str, where: str, rng: np.random.Generator) -> str:
    """The same things as a bare phrase or as one of several kinds of sentence."""
    orders = {
        "phrase": (what, place, time, where),
        "time early": (what, time, place, where),
        "time first": (f"{time}," if time else "", what, place, where),
        "place first": (f"{place}," if place else "", what, time, where),
        "statement": (what, verb, place, time, where),
        "time, statement": (f"{time}," if time else "", what, verb, place, where),
        "place, statement": (place, time, verb, what),
        "there is": ("there is", what, place, time, where),
    }
    shares = (0.3, 0.1, 0.06, 0.06, 0.26, 0.09, 0.06, 0.07)
    return " ".join(part for part in orders[list(orders)[rng.choice(len(orders), p=shares)]] if part)


def _in_style(text: str, scene: Scene, pick: Callable[..., str], rng: np.random.Generator) -> str:
    if scene.style == "illustration" and rng.random() < 0.75:
        return text
    word = pick(STYLES[scene.style], 0.4)
    pattern = rng.integers(4)
    if pattern == 0:
        return f"{text}, {word}"
    if pattern == 1:
        return f"{word if word in UNCOUNTED else with_article(word)} of {text}"
    if pattern == 2 and scene.style != "illustration":
        return f"{text} in the style of {word if word in UNCOUNTED else with_article(word)}"
    return f"{word}: {text}"
