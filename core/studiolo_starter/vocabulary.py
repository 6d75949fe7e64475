"""What the starter picture model knows: subjects, places, times, styles and colours, with the words for them.

Knows names, synonyms, emoji code points and what goes with what. Knows nothing of drawing, pixels or models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Habitat = Literal["land", "water", "air"]
DRAWN = "drawn"
"""In place of an emoji, for what emoji lack: `drawn.py` has it."""


@dataclass(frozen=True)
class Subject:
    """One thing that can be set into a scene: its emoji (or DRAWN), where it is at home, and other words for it."""

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
    Subject("lighthouse", DRAWN, synonyms=("light tower", "beacon"), size=1.35),
    Subject("church", "26ea", synonyms=("chapel",), size=1.25),
    Subject("man", "1f9d4-200d-2642-fe0f", synonyms=("bearded man", "fisherman", "sailor")),
    Subject("woman", "1f469", synonyms=("lady", "girl")),
    Subject("fairy", "1f9da", "air", ("pixie",)),
    Subject("mermaid", "1f9dc-200d-2640-fe0f", "water", ("siren",)),
    Subject("unicorn", "1f984"),
    Subject("wolf", "1f43a", synonyms=("grey wolf",)),
    Subject("deer", "1f98c", synonyms=("stag", "doe"), size=1.1),
    Subject("sheep", "1f411", synonyms=("lamb",)),
    Subject("snake", "1f40d", synonyms=("serpent", "viper")),
    Subject("swan", "1f9a2", "water"),
    Subject("dolphin", "1f42c", "water", ("porpoise",)),
    Subject("eagle", "1f985", "air", ("hawk", "bird of prey")),
    Subject("bat", "1f987", "air", ("vampire bat",)),
    Subject("sword", "1f5e1-fe0f", synonyms=("dagger", "blade")),
    Subject("shield", "1f6e1-fe0f", synonyms=("knight's shield",)),
    Subject("gem", "1f48e", synonyms=("gemstone", "diamond", "jewel")),
    Subject("key", "1f5dd-fe0f", synonyms=("old key", "rusty key")),
    Subject("candle", "1f56f-fe0f", synonyms=("burning candle",)),
    Subject("fire", "1f525", synonyms=("campfire", "bonfire", "flame")),
    Subject("book", "1f4d6", synonyms=("open book", "old book")),
    Subject("violin", "1f3bb", synonyms=("fiddle",)),
    Subject("anchor", "2693", synonyms=("ship's anchor",)),
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
        "high in the mountains", "under towering peaks", "in the mountains", "in front of snowy peaks",
        "in a mountain valley", "in the alps", "below the mountains", "on a mountain pass", "on a rocky ridge",
        "on the summit", "in the highlands", "among cliffs and crags",
    ),
    "beach": (
        "on the seashore", "where the sand meets the waves", "on the beach", "at the beach", "on the sandy shore",
        "on the coast", "by the sea on the sand", "by the shore", "on the strand", "along the coastline",
        "in a sandy bay",
    ),
    "sea": (
        "far out at sea", "surrounded by waves", "on the sea", "in the ocean", "on the open sea", "out on the waves",
        "at sea", "on the water", "in the middle of the ocean", "far from land", "on the high seas", "on rolling waves",
        "in the water",
    ),
    "forest": (
        "in the deep woods", "between tall pines", "in the forest", "in the woods", "among the trees",
        "in a deep forest", "in a pine wood", "in a woodland", "in the jungle", "in a grove", "under the trees",
        "in the wilderness",
    ),
    "desert": (
        "in the dunes", "in an endless desert", "in the desert", "among sand dunes", "on a dune in the desert",
        "in the sahara", "in the hot sand", "in a barren wasteland", "in the burning sand", "in an arid land",
    ),
    "meadow": (
        "on a grassy hillside", "in a pasture", "among wildflowers", "in a meadow", "on a green hill",
        "in a field of flowers", "in the grass", "on a green meadow", "in the countryside", "in a field",
        "in the garden", "in a park", "on the prairie", "on the hills", "on a farm",
    ),
    "snow": (
        "on the frozen tundra", "in a snow-covered field", "in the snow", "in a snowy field", "on a white winter plain",
        "in a winter landscape", "in the arctic", "on the ice", "at the north pole", "on a glacier",
        "in the frozen north", "across the snow",
    ),
    "city": (
        "on a city street", "between tall buildings", "in the city", "in front of a skyline",
        "in the street of a big city", "downtown", "among skyscrapers", "in a town", "in a metropolis",
        "on a busy street", "among high-rises", "in an alley", "on the town square",
    ),
    "volcano": (
        "at the foot of a volcano", "near rivers of lava", "in front of a volcano", "near a volcano",
        "by an erupting volcano", "beside a lava mountain", "on volcanic ground", "on the slopes of a volcano",
        "amid molten lava", "where lava flows",
    ),
    "moon": (
        "on another planet", "on the lunar surface", "on the moon", "in space", "on a strange planet", "in outer space",
        "among the stars on the moon", "on a distant world", "in the galaxy", "on an asteroid", "in the cosmos",
    ),
    "underwater": (
        "beneath the waves", "on the ocean floor", "under water", "underwater", "at the bottom of the sea",
        "under the sea", "deep in the ocean on the sea floor", "in the depths of the sea", "on a coral reef",
        "in the deep sea", "below the surface of the water",
    ),
    "ruins": (
        "amid crumbling ruins", "at an old ruined temple", "in the ruins", "among ancient ruins",
        "in front of a ruined temple", "between broken columns", "among old stone columns", "among fallen pillars",
        "in an abandoned temple", "in a lost city",
    ),
    "cave": (
        "inside a cavern", "among glowing crystals in a cave", "in a cave", "in a dark cave", "in a cavern",
        "deep in a crystal cave", "in a grotto", "underground", "in a tunnel", "in a mine", "in an underground chamber",
        "in a dungeon",
    ),
    "room": (
        "in a small room", "in the parlour", "in a room", "in a living room", "indoors", "inside the house",
        "in a cosy room", "at home by the window", "in a bedroom", "in the kitchen", "in a library", "in the attic",
        "by the fireplace", "on the carpet",
    ),
}  # fmt: skip

TIMES: dict[Time, tuple[str, ...]] = {
    "day": (
        "in the midday sun", "on a clear bright day", "on a sunny day", "in daylight", "by day", "at noon",
        "under a blue sky", "in bright sunshine", "in the afternoon", "in full sunlight", "on a bright summer day",
    ),
    "sunrise": (
        "at daybreak", "in the first light of morning", "at sunrise", "at dawn", "in the early morning",
        "in pink morning light", "as the sun comes up", "in the morning", "at first light", "on a rosy morning",
    ),
    "sunset": (
        "as evening falls", "in the last light of day", "at twilight", "at sunset", "at dusk", "in the evening",
        "in orange evening light", "as the sun goes down", "at nightfall", "in the glow of the setting sun",
        "in the evening glow",
    ),
    "night": (
        "under the moon", "at midnight", "late at night", "at night", "by night", "in moonlight", "under the stars",
        "on a starry night", "in the dark", "in the night", "after dark", "by moonlight", "in the small hours",
    ),
    "storm": (
        "as lightning strikes", "while thunder rolls", "in a storm", "in a thunderstorm", "with lightning in the sky",
        "under dark storm clouds", "in stormy weather", "in a raging storm", "as a storm breaks", "in a tempest",
    ),
    "fog": (
        "wrapped in mist", "in a thick fog", "in the fog", "in thick mist", "on a misty day", "in foggy weather",
        "hidden in haze", "in the mist", "shrouded in fog", "in a grey haze",
    ),
    "rain": (
        "in a downpour", "while it rains", "in the rain", "on a rainy day", "in rainy weather", "in pouring rain",
        "in a shower of rain", "under rain clouds", "on a wet day", "in a drizzle",
    ),
    "snowfall": (
        "in a blizzard", "as snow falls", "in falling snow", "while it snows", "in a snowfall",
        "with snowflakes in the air", "in a snowstorm", "amid snow flurries", "in the drifting snow",
    ),
    "aurora": (
        "beneath shimmering green lights in the sky", "as the northern lights glow", "under the northern lights",
        "under an aurora", "with green northern lights", "below the aurora borealis", "under green polar lights",
        "below dancing northern lights",
    ),
    "rainbow": (
        "beneath a bright rainbow", "where a rainbow arches overhead", "under a rainbow", "with a rainbow in the sky",
        "below a colourful rainbow", "after the rain, with a rainbow", "with a rainbow above",
        "under the colours of a rainbow",
    ),
    "autumn": (
        "as red and golden leaves drift down", "in october", "in autumn", "with falling leaves",
        "among falling autumn leaves", "on a golden autumn day", "in the fall", "in the autumn wind", "in fall colours",
        "as leaves fall",
    ),
    "clouds": (
        "beneath heavy grey clouds", "on a dull grey day", "on a cloudy day", "under grey clouds",
        "under an overcast sky", "in cloudy weather", "on a gloomy day", "on an overcast day", "under a cloudy sky",
    ),
}  # fmt: skip

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
}  # fmt: skip

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
