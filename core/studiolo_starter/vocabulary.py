"""What the starter picture model knows: subjects, places, times, styles and colours, with the words for them.

Knows names, synonyms, emoji code points and what goes with what. Knows nothing of drawing, pixels or models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Habitat = Literal["land", "water", "air"]


@dataclass(frozen=True)
class Subject:
    """One thing that can be set into a scene: its emoji, where it is at home, and other words for it."""

    name: str
    emoji: str
    habitat: Habitat = "land"
    synonyms: tuple[str, ...] = ()
    colours: bool = False  # may be painted in any of COLOURS
    size: float = 1.0  # beside the usual height


SUBJECTS: tuple[Subject, ...] = (
    Subject("cat", "1f408-200d-2b1b", synonyms=("black cat", "kitten", "kitty")),
    Subject("dog", "1f415", synonyms=("puppy", "hound")),
    Subject("horse", "1f40e", synonyms=("stallion", "pony")),
    Subject("cow", "1f404", synonyms=("dairy cow",)),
    Subject("pig", "1f416", synonyms=("piglet",)),
    Subject("elephant", "1f418", size=1.15),
    Subject("giraffe", "1f992", size=1.25),
    Subject("tiger", "1f405", synonyms=("striped tiger",)),
    Subject("rabbit", "1f407", synonyms=("bunny", "hare")),
    Subject("penguin", "1f427"),
    Subject("owl", "1f989"),
    Subject("flamingo", "1f9a9", size=1.1),
    Subject("turtle", "1f422", synonyms=("tortoise",)),
    Subject("snail", "1f40c"),
    Subject("dragon", "1f409", synonyms=("serpent dragon",), size=1.15),
    Subject("dinosaur", "1f996", synonyms=("tyrannosaurus", "t-rex"), size=1.15),
    Subject("whale", "1f433", "water", ("big whale",), size=1.1),
    Subject("fish", "1f420", "water", ("tropical fish",)),
    Subject("octopus", "1f419", "water", ("squid",)),
    Subject("crab", "1f980"),
    Subject("butterfly", "1f98b", "air", colours=True, size=0.9),
    Subject("snowman", "26c4"),
    Subject("ghost", "1f47b", synonyms=("spirit", "phantom")),
    Subject("robot", "1f916", synonyms=("android", "robot head")),
    Subject("wizard", "1f9d9", synonyms=("mage", "sorcerer", "magician")),
    Subject("astronaut", "1f9d1-200d-1f680", synonyms=("spaceman", "cosmonaut")),
    Subject("mushroom", "1f344", synonyms=("toadstool",)),
    Subject("cactus", "1f335"),
    Subject("palm tree", "1f334", synonyms=("palm",), size=1.25),
    Subject("tree", "1f333", synonyms=("oak", "leafy tree"), size=1.25),
    Subject("sunflower", "1f33b", synonyms=("yellow flower",), size=1.1),
    Subject("castle", "1f3f0", synonyms=("fortress", "palace"), size=1.25),
    Subject("house", "1f3e0", synonyms=("cottage", "home", "cabin"), size=1.15),
    Subject("tent", "26fa", synonyms=("camp",), colours=True),
    Subject("pagoda", "1f3ef", synonyms=("japanese castle", "temple"), size=1.25),
    Subject("car", "1f697", synonyms=("automobile",), colours=True),
    Subject("train", "1f682", synonyms=("locomotive", "steam train"), size=1.1),
    Subject("sailboat", "26f5", "water", ("sailing boat", "boat", "ship"), size=1.1),
    Subject("rocket", "1f680", "air", ("spaceship", "space rocket")),
    Subject("airplane", "2708-fe0f", "air", ("plane", "aeroplane", "jet")),
    Subject("balloon", "1f388", "air", colours=True, synonyms=("party balloon",)),
    Subject("flying saucer", "1f6f8", "air", ("ufo", "alien spaceship")),
    Subject("lantern", "1f3ee", synonyms=("paper lantern", "lamp"), colours=True),
    Subject("lion", "1f981", synonyms=("lion's head",)),
    Subject("bear", "1f43b", synonyms=("brown bear", "grizzly")),
    Subject("fox", "1f98a", synonyms=("red fox",)),
    Subject("camel", "1f42a", synonyms=("dromedary",), size=1.1),
    Subject("parrot", "1f99c", synonyms=("macaw",)),
    Subject("frog", "1f438", synonyms=("toad",)),
    Subject("shark", "1f988", "water", ("great shark",), size=1.1),
    Subject("crocodile", "1f40a", synonyms=("alligator",)),
    Subject("monkey", "1f412", synonyms=("chimp", "ape")),
    Subject("skull", "1f480", synonyms=("death's head",)),
    Subject("crown", "1f451", synonyms=("golden crown", "king's crown")),
    Subject("guitar", "1f3b8", synonyms=("electric guitar",)),
    Subject("rose", "1f339", synonyms=("red rose",), size=1.1),
    Subject("bicycle", "1f6b2", synonyms=("bike",), size=1.1),
    Subject("helicopter", "1f681", "air", ("chopper",), size=1.1),
    Subject("umbrella", "2602-fe0f", synonyms=("parasol",), colours=True),
    Subject("pumpkin", "1f383", synonyms=("jack-o'-lantern", "halloween pumpkin")),
)

COLOURS: dict[str, float] = {"red": 0.0, "orange": 0.08, "yellow": 0.14, "green": 0.35, "blue": 0.6, "purple": 0.77}

Place = Literal[
    "mountains", "beach", "sea", "forest", "desert", "meadow", "snow",
    "city", "volcano", "moon", "underwater", "room", "ruins", "cave",
]  # fmt: skip
Time = Literal[
    "day", "sunrise", "sunset", "night", "storm", "fog", "rain", "snowfall", "aurora", "clouds", "rainbow", "autumn"
]
Style = Literal[
    "illustration", "pencil", "watercolour", "pixel art", "blueprint", "ink", "oil painting", "pastel", "woodcut"
]

# Phrases that follow the subject: "a cat <place>".
PLACES: dict[Place, tuple[str, ...]] = {
    "mountains": (
        "high in the mountains",
        "under towering peaks",
        "in the mountains",
        "in front of snowy peaks",
        "in a mountain valley",
        "in the alps",
        "below the mountains",
    ),
    "beach": (
        "on the seashore",
        "where the sand meets the waves",
        "on the beach",
        "at the beach",
        "on the sandy shore",
        "on the coast",
        "by the sea on the sand",
    ),
    "sea": (
        "far out at sea",
        "surrounded by waves",
        "on the sea",
        "in the ocean",
        "on the open sea",
        "out on the waves",
        "at sea",
        "on the water",
    ),
    "forest": (
        "in the deep woods",
        "between tall pines",
        "in the forest",
        "in the woods",
        "among the trees",
        "in a deep forest",
        "in a pine wood",
    ),
    "desert": (
        "in the dunes",
        "in an endless desert",
        "in the desert",
        "among sand dunes",
        "on a dune in the desert",
        "in the sahara",
        "in the hot sand",
    ),
    "meadow": (
        "on a grassy hillside",
        "in a pasture",
        "among wildflowers",
        "in a meadow",
        "on a green hill",
        "in a field of flowers",
        "in the grass",
        "on a green meadow",
        "in the countryside",
    ),
    "snow": (
        "on the frozen tundra",
        "in a snow-covered field",
        "in the snow",
        "in a snowy field",
        "on a white winter plain",
        "in a winter landscape",
        "in the arctic",
    ),
    "city": (
        "on a city street",
        "between tall buildings",
        "in the city",
        "in front of a skyline",
        "in the street of a big city",
        "downtown",
        "among skyscrapers",
        "in a town",
    ),
    "volcano": (
        "at the foot of a volcano",
        "near rivers of lava",
        "in front of a volcano",
        "near a volcano",
        "by an erupting volcano",
        "beside a lava mountain",
        "on volcanic ground",
    ),
    "moon": (
        "on another planet",
        "on the lunar surface",
        "on the moon",
        "in space",
        "on a strange planet",
        "in outer space",
        "among the stars on the moon",
    ),
    "underwater": (
        "beneath the waves",
        "on the ocean floor",
        "under water",
        "underwater",
        "at the bottom of the sea",
        "under the sea",
        "deep in the ocean on the sea floor",
    ),
    "ruins": (
        "amid crumbling ruins",
        "at an old ruined temple",
        "in the ruins",
        "among ancient ruins",
        "in front of a ruined temple",
        "between broken columns",
        "among old stone columns",
    ),
    "cave": (
        "inside a cavern",
        "among glowing crystals in a cave",
        "in a cave",
        "in a dark cave",
        "in a cavern",
        "deep in a crystal cave",
        "in a grotto",
        "underground",
    ),
    "room": (
        "in a small room",
        "in the parlour",
        "in a room",
        "in a living room",
        "indoors",
        "inside the house",
        "in a cosy room",
        "at home by the window",
    ),
}

TIMES: dict[Time, tuple[str, ...]] = {
    "day": (
        "in the midday sun",
        "on a clear bright day",
        "on a sunny day",
        "in daylight",
        "by day",
        "at noon",
        "under a blue sky",
        "in bright sunshine",
    ),
    "sunrise": (
        "at daybreak",
        "in the first light of morning",
        "at sunrise",
        "at dawn",
        "in the early morning",
        "in pink morning light",
        "as the sun comes up",
    ),
    "sunset": (
        "as evening falls",
        "in the last light of day",
        "at twilight",
        "at sunset",
        "at dusk",
        "in the evening",
        "in orange evening light",
        "as the sun goes down",
    ),
    "night": (
        "under the moon",
        "at midnight",
        "late at night",
        "at night",
        "by night",
        "in moonlight",
        "under the stars",
        "on a starry night",
        "in the dark",
    ),
    "storm": (
        "as lightning strikes",
        "while thunder rolls",
        "in a storm",
        "in a thunderstorm",
        "with lightning in the sky",
        "under dark storm clouds",
        "in stormy weather",
    ),
    "fog": (
        "wrapped in mist",
        "in a thick fog",
        "in the fog",
        "in thick mist",
        "on a misty day",
        "in foggy weather",
        "hidden in haze",
    ),
    "rain": ("in a downpour", "while it rains", "in the rain", "on a rainy day", "in rainy weather", "in pouring rain"),
    "snowfall": (
        "in a blizzard",
        "as snow falls",
        "in falling snow",
        "while it snows",
        "in a snowfall",
        "with snowflakes in the air",
    ),
    "aurora": (
        "beneath shimmering green lights in the sky",
        "as the northern lights glow",
        "under the northern lights",
        "under an aurora",
        "with green northern lights",
        "below the aurora borealis",
    ),
    "rainbow": (
        "beneath a bright rainbow",
        "where a rainbow arches overhead",
        "under a rainbow",
        "with a rainbow in the sky",
        "below a colourful rainbow",
        "after the rain, with a rainbow",
    ),
    "autumn": (
        "as red and golden leaves drift down",
        "in october",
        "in autumn",
        "with falling leaves",
        "among falling autumn leaves",
        "on a golden autumn day",
        "in the fall",
    ),
    "clouds": (
        "beneath heavy grey clouds",
        "on a dull grey day",
        "on a cloudy day",
        "under grey clouds",
        "under an overcast sky",
        "in cloudy weather",
    ),
}

STYLES: dict[Style, tuple[str, ...]] = {
    "illustration": ("flat illustration", "illustration", "picture", "digital painting"),
    "pencil": ("pencil drawing", "pencil sketch", "black and white sketch", "drawing"),
    "watercolour": ("watercolour", "watercolor painting", "aquarelle", "soft watercolour painting"),
    "pixel art": ("pixel art", "8-bit pixel art", "pixel picture", "retro game art"),
    "blueprint": ("blueprint", "technical blueprint", "white lines on blue"),
    "ink": ("ink drawing", "black ink drawing", "pen and ink", "brush and ink"),
    "oil painting": ("oil painting", "painting in oil", "thick oil paint", "impasto painting"),
    "pastel": ("pastel drawing", "soft pastel", "chalk drawing", "pastel colours on paper"),
    "woodcut": ("woodcut", "woodblock print", "linocut", "old woodcut print"),
}

# Where not every time or weather makes sense.
PLACE_TIMES: dict[Place, tuple[Time, ...]] = {
    "moon": ("night",),
    "underwater": ("day", "night"),
    "room": ("day", "sunset", "night", "rain"),
    "cave": ("day", "night"),
}


def times_of(place: Place) -> tuple[Time, ...]:
    return PLACE_TIMES.get(place, tuple(TIMES))


def subject_named(name: str) -> Subject:
    return next(subject for subject in SUBJECTS if subject.name == name)
