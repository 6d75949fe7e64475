"""Colours that belong together, from what a card says about time, weather, place and mood. All of it is rule.

Colours are mixed and judged in Oklab (Ottosson 2020), where equal steps look equal; whether text can be read on
them, by WCAG's contrast. Knows no card and no picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from studiolo.compose.card.lexicon import Entry
from studiolo_contract.music import Mood

COUNT = 5
READABLE = 4.5
"""Contrast of text that WCAG 2.2 asks for (1.4.3): the lightest and the darkest colour have at least that."""
NEUTRAL = "#7c8088"
"""The air where nobody says what time it is."""
LAMPLIGHT = "#f2b65a"
APART = 0.06
"""Distance in Oklab below which two colours are one."""


class Lab(NamedTuple):
    """A colour in Oklab."""

    light: float
    """0 black, 1 white."""
    a: float
    """Green to red."""
    b: float
    """Blue to yellow."""

    @property
    def chroma(self) -> float:
        return math.hypot(self.a, self.b)

    def mixed(self, other: Lab, share: float) -> Lab:
        """`share` of the way to the other."""
        return Lab(*(mine + share * (theirs - mine) for mine, theirs in zip(self, other, strict=True)))

    def of(self, light: float | None = None, chroma: float | None = None, turn: float = 0.0) -> Lab:
        """The colour with another lightness or chroma, its hue turned by so many degrees."""
        hue = math.atan2(self.b, self.a) + math.radians(turn)
        size = self.chroma if chroma is None else chroma
        return Lab(self.light if light is None else light, size * math.cos(hue), size * math.sin(hue))


def rule(
    time: Entry | None, weather: Entry | None, place: Entry | None, mood: Mood, named: Sequence[str] = ()
) -> tuple[str, ...]:
    """Five colours, the most important first: air, ground, light, an accent, and shadow. `named` are colours that must
    be there; the first is the accent."""
    air = _air(time, weather, place, mood)
    ground = _ground(place, air, mood)
    light = _light(time, weather, place, air)
    accent = lab(named[0]) if named else _accent(air, light, time, mood)
    shade = ground if ground.light < air.light else air
    shadow = air.mixed(ground, 0.4).of(light=_within(shade.light - 0.14, 0.17, 0.27), chroma=min(0.035, air.chroma))
    wanted = [air, ground, light, accent, shadow]
    for number, colour in enumerate(named[1:3]):
        wanted[(1, 2)[number]] = lab(colour)
    made = [hexed(colour) for colour in _apart(wanted)]
    if contrast(max(made, key=luminance), min(made, key=luminance)) < READABLE:
        made[2] = hexed(light.of(light=0.95, chroma=min(light.chroma, 0.04)))
    return tuple(made)


def because(time: Entry | None, weather: Entry | None, place: Entry | None, mood: Mood, named: Sequence[str]) -> str:
    """What the colours come from, for a person."""
    said = [one.name for one in (time, weather, place) if one is not None]
    feeling = f"valence {mood.valence:.1f}, tension {mood.tension:.1f}"
    words = f"{', '.join(said)}; {feeling}" if said else feeling
    return f"{words}; with {', '.join(named[:3])}" if named else words


def _air(time: Entry | None, weather: Entry | None, place: Entry | None, mood: Mood) -> Lab:
    """The large colour: sky, or what is between the things."""
    air = lab(time.colour) if time else _felt(mood)
    if place and (not time or _inside(place)):
        # without a sky that is known, and where none is seen, a place has its own air
        air = air.mixed(lab(place.colour), 0.3 if time else 0.55)
    if weather:
        veil = lab(weather.colour)
        # by night a weather darkens and greys, it does not bring its daylight along
        veil = veil.of(light=min(veil.light, air.light + 0.12)) if air.light < 0.45 else veil
        air = air.mixed(veil, weather.weight)
    return air.of(
        light=_within(air.light + 0.04 * mood.valence - 0.05 * max(0.0, mood.tension), 0.18, 0.88),
        chroma=_within(air.chroma * (1.0 + 0.25 * mood.arousal), 0.02, 0.17),
    )


def _felt(mood: Mood) -> Lab:
    """A colour for a mood alone: glad is light and warm, sad is dim and blue, tense is dark and red or violet."""
    warm = lab("#dba24e") if mood.arousal > -0.2 else lab("#9db98a")
    cold = lab("#50688c") if mood.tension < 0.25 else lab("#5b3f5e")
    if mood.tension > 0.35 and mood.arousal > 0.3:
        cold = lab("#7b2f33")
    share = (mood.valence + 1) / 2
    air = cold.mixed(warm, share)
    strength = min(1.0, abs(mood.valence) + abs(mood.tension) + abs(mood.arousal))
    return lab(NEUTRAL).mixed(air, 0.35 + 0.65 * strength)


def _ground(place: Entry | None, air: Lab, mood: Mood) -> Lab:
    """What things stand on, in this air's light."""
    own = lab(place.colour) if place else air.of(turn=40, light=air.light - 0.12)
    lit = own.mixed(air, 0.25 if place and _inside(place) else 0.42)
    level = own.light * (0.45 + 0.6 * air.light)
    return lit.of(light=_within(level, 0.22, 0.82), chroma=_within(lit.chroma * (1 + 0.2 * mood.valence), 0.012, 0.15))


def _light(time: Entry | None, weather: Entry | None, place: Entry | None, air: Lab) -> Lab:
    """What is lit."""
    light = lab(time.light) if time else lab("#f3e6cd").mixed(air, 0.12)
    if time and air.light < 0.45 and place and place.picture == "room":
        light = lab(LAMPLIGHT).of(light=0.88, chroma=0.08)
    dim = weather.weight * 0.35 if weather else 0.0
    light = light.mixed(air, dim)
    return light.of(light=max(light.light, 0.74), chroma=min(light.chroma, 0.13))


def _accent(air: Lab, light: Lab, time: Entry | None, mood: Mood) -> Lab:
    """The one colour that stands out: a lamp by night, danger where it is tense, else across from the air."""
    if mood.tension > 0.45 and mood.arousal > 0.35:
        return lab("#d5402f")
    if air.light < 0.42 and time is not None:
        return lab(LAMPLIGHT).of(chroma=0.11 + 0.02 * mood.arousal)
    across = air.of(turn=180) if air.chroma > 0.02 else lab("#d98a4a")
    warm = lab("#e8743b") if mood.valence > 0.2 else across
    picked = across.mixed(warm, 0.6)
    level = air.light - 0.16 if air.light > 0.62 else air.light + 0.2
    calm = 0.14 if mood.valence > -0.3 and picked.b > 0 else 0.1
    return picked.of(light=_within(level, 0.52, 0.74), chroma=calm)


def _inside(place: Entry) -> bool:
    """Whether no sky is over it."""
    return place.picture in ("room", "cave", "underwater")


def _apart(colours: list[Lab]) -> list[Lab]:
    """The colours, those too near to an earlier one made lighter or darker until they are not."""
    kept: list[Lab] = []
    for colour in colours:
        step = 0.05 if colour.light < 0.5 else -0.05
        for _ in range(8):
            if all(math.dist(colour, other) >= APART for other in kept):
                break
            colour = colour.of(light=_within(colour.light + step, 0.08, 0.97))
        kept.append(colour)
    return kept


# ---- colours


def lab(colour: str) -> Lab:
    """`#rrggbb` in Oklab."""
    red, green, blue = linear(colour)
    cones = (
        0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue,
        0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue,
        0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue,
    )
    long, medium, short = (math.cbrt(cone) for cone in cones)
    return Lab(
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def hexed(colour: Lab) -> str:
    """As `#rrggbb`; where sRGB can't show it, with as much of its chroma as sRGB can."""
    for share in range(20, -1, -1):
        light = _rgb(colour.of(chroma=colour.chroma * share / 20))
        if share == 0 or all(-0.001 <= value <= 1.001 for value in light):
            break
    levels = (
        12.92 * value if value <= 0.0031308 else 1.055 * math.pow(value, 1 / 2.4) - 0.055
        for value in (_within(value, 0.0, 1.0) for value in light)
    )
    return "#" + "".join(f"{round(level * 255):02x}" for level in levels)


def luminance(colour: str) -> float:
    """WCAG's relative luminance of `#rrggbb`, 0 to 1."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def linear(colour: str) -> tuple[float, float, float]:
    """`#rrggbb` as light, each 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _light_of(red), _light_of(green), _light_of(blue)


def _light_of(level: float) -> float:
    return level / 12.92 if level <= 0.04045 else math.pow((level + 0.055) / 1.055, 2.4)


def _rgb(colour: Lab) -> tuple[float, float, float]:
    long = (colour.light + 0.3963377774 * colour.a + 0.2158037573 * colour.b) ** 3
    medium = (colour.light - 0.1055613458 * colour.a - 0.0638541728 * colour.b) ** 3
    short = (colour.light - 0.0894841775 * colour.a - 1.2914855480 * colour.b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _within(value: float, least: float, most: float) -> float:
    return max(least, min(most, value))
