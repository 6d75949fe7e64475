# SPDX-License-Identifier: GPL-3.0-or-later
"""The English words that scenes are told in, each with what it means. Knows no sentence.

Words that mean one thing stand in one line, with `|` between them; plurals need not be there. To teach the scene
builder a word, write it into the line of what it means.
"""

from __future__ import annotations

from dataclasses import dataclass

NOUNS = {
    "cube": "cube|box|block|die",
    "sphere": "sphere|ball|globe|orb|marble ball|bubble",
    "cylinder": "cylinder|disc|disk|drum|pipe",
    "cone": "cone|traffic cone",
    "torus": "torus|tori|ring shape|donut|doughnut|hoop",
    "plane": "plane|square sheet|sheet",
    "monkey": "monkey|monkey head|suzanne|ape",
    "column": "column|pillar|stone pillar|post",
    "arch": "arch|archway",
    "wall": "wall",
    "stairs": "stairs|staircase|stair|stairway|spiral staircase|spiral stairs|flight of stairs|steps",
    "tower": "tower|turret|watchtower|skyscraper|high rise",
    "house": "house|hut|cottage|cabin|home|farmhouse|log cabin|barn|shed|building|mill house",
    "temple": "temple|shrine|pantheon",
    "castle": "castle|fortress|fort|citadel",
    "lighthouse": "lighthouse|light house",
    "windmill": "windmill",
    "pyramid": "pyramid",
    "obelisk": "obelisk|monolith",
    "bridge": "bridge|footbridge",
    "fence": "fence|railing|palisade",
    "gate": "gate|gateway|door|doorway",
    "well": "well|water well",
    "fountain": "fountain",
    "tent": "tent|tipi|teepee",
    "pedestal": "pedestal|plinth|podium|altar",
    "gravestone": "gravestone|tombstone|headstone|grave|tomb",
    "table": "table|desk|dining table|coffee table|kitchen table|writing desk",
    "chair": "chair|armchair|stool|throne|seat",
    "bench": "bench|park bench|pew",
    "bed": "bed|double bed",
    "shelf": "shelf|bookshelf|bookcase|cupboard|cabinet",
    "lamp": "lamp|table lamp|desk lamp|floor lamp",
    "lantern": "lantern|street lamp|streetlamp|street light|streetlight|lamp post|lamppost|street lantern",
    "candle": "candle",
    "vase": "vase|urn|pot|flower pot|flowerpot|amphora|jar|jug",
    "bottle": "bottle|wine bottle|flask",
    "cup": "cup|mug|goblet|wine glass|teacup|glasses",
    "book": "book|open book",
    "crate": "crate|chest|wooden box|cardboard box",
    "barrel": "barrel|keg|cask",
    "ladder": "ladder",
    "tree": "tree|oak|oak tree|birch|beech|maple|apple tree|cherry tree|willow|ash tree|poplar|elm",
    "pine": "pine|pine tree|fir|fir tree|spruce|conifer|christmas tree|cypress|larch",
    "palm": "palm|palm tree",
    "bush": "bush|shrub|hedge|shrubbery",
    "flower": "flower|tulip|daisy|rose|sunflower|poppy|lily",
    "mushroom": "mushroom|toadstool|fungus",
    "cactus": "cactus|cacti|saguaro",
    "rock": "rock|boulder|stone|standing stone|pebble|megalith|menhir|cliff",
    "mountain": "mountain|peak|volcano|mountain range",
    "hill": "hill|mound|hillside|hilltop",
    "cloud": "cloud",
    "crystal": "crystal|gem|gemstone|diamond",
    "boat": "boat|ship|sailing boat|sailboat|rowing boat|sailing ship|fishing boat|canoe",
    "car": "car|automobile|truck|van",
    "campfire": "campfire|camp fire|bonfire|fire|fireplace",
    "snowman": "snowman|snowmen",
}
"""Every kind of thing, by its names."""

# fmt: off
IRREGULAR = {
    "shelves": "shelf", "bookshelves": "bookshelf", "leaves": "leaf", "snowmen": "snowman", "cacti": "cactus",
    "dice": "die", "tori": "torus", "fungi": "fungus",
}
NEVER_SINGULAR = ("stairs", "steps", "glasses", "woods", "leaves")
"""Plural in form: they are no more than what they are without a number."""

GROUPS = {
    "forest|woods|wood of trees|jungle|woodland": ("tree", 14, 40, "scatter"),
    "pine forest|fir forest|spruce forest": ("pine", 14, 40, "scatter"),
    "palm grove|oasis": ("palm", 5, 12, "scatter"),
    "grove": ("tree", 6, 14, "scatter"),
    "orchard": ("tree", 9, 24, "grid"),
    "hedgerow": ("bush", 6, 12, "row"),
    "village|hamlet": ("house", 5, 12, "scatter"),
    "town|city": ("house", 12, 30, "grid"),
    "skyline": ("tower", 6, 14, "scatter"),
    "graveyard|cemetery|churchyard": ("gravestone", 8, 20, "grid"),
    "campsite": ("tent", 3, 6, "scatter"),
    "colonnade": ("column", 6, 12, "row"),
    "stone circle|stonehenge|circle of standing stones": ("rock", 7, 14, "ring"),
    "flower field|flower meadow|field of flowers": ("flower", 20, 40, "scatter"),
    "rock garden": ("rock", 5, 10, "scatter"),
}
"""A word for many of one kind: which, how many at least and at most, and how they are set out."""

NUMBERS = {
    "one": (1, 1), "single": (1, 1), "lone": (1, 1), "lonely": (1, 1), "solitary": (1, 1), "two": (2, 2),
    "both": (2, 2), "pair of": (2, 2), "couple of": (2, 2), "couple": (2, 2), "pair": (2, 2), "three": (3, 3),
    "trio of": (3, 3), "four": (4, 4), "five": (5, 5), "six": (6, 6), "seven": (7, 7), "eight": (8, 8),
    "nine": (9, 9), "ten": (10, 10), "eleven": (11, 11), "twelve": (12, 12), "thirteen": (13, 13),
    "fourteen": (14, 14), "fifteen": (15, 15), "sixteen": (16, 16), "seventeen": (17, 17), "eighteen": (18, 18),
    "nineteen": (19, 19), "twenty": (20, 20), "thirty": (30, 30), "forty": (40, 40), "fifty": (50, 50),
    "sixty": (60, 60), "seventy": (70, 70), "eighty": (80, 80), "ninety": (90, 90), "hundred": (100, 100),
    "thousand": (1000, 1000),
    "half a dozen": (6, 6), "half dozen": (6, 6), "dozen": (12, 12), "two dozen": (24, 24),
    "some": (3, 6), "few": (3, 4), "handful of": (4, 6), "several": (4, 7), "various": (4, 7), "group of": (4, 7),
    "cluster of": (4, 7), "bunch of": (4, 7), "number of": (4, 7), "many": (10, 24), "lots of": (10, 24),
    "lot of": (10, 24), "plenty of": (10, 24), "dozens of": (24, 48), "countless": (40, 80), "hundreds of": (100, 200),
}
"""How many: fewest and most."""
PLURAL = (3, 6)
"""How many, where there is a plural and no number."""

SIZES = {
    "tiny": "tiny|miniature|minute|very small|toy",
    "small": "small|little|smaller|short|mini",
    "large": "large|big|bigger|larger|wide|great",
    "huge": "huge|giant|gigantic|enormous|massive|colossal|very big|very large|biggest|largest|monumental",
}
# fmt: on
PROPORTIONS = {
    "tall": "tall|taller|high|towering",
    "low": "low|flat|squat",
    "long": "long",
    "slim": "slim|thin|slender|narrow",
}

LAYOUTS = {
    "row": "in a row|in a line|in line|in one row|in one line|lined up|side by side|row of|line of|in a long row"
    "|in a straight line|one after another|one after the other|chain of|queue of",
    "avenue": "in two rows|in two lines|two rows of|avenue of|double row of|in a double row|avenue|alley of"
    "|on both sides",
    "ring": "in a ring|in a circle|ring of|circle of|in circle|in ring|arranged in a circle|arranged in a ring"
    "|in a wide circle|in a large circle|in a small circle|in a big circle|in a wide ring|in a large ring",
    "grid": "in a grid|grid of|in rows|rows of|in three rows|in rows and columns|in a square|in columns|matrix of"
    "|in four rows|in five rows|in ranks|field of",
    "stack": "in a stack|stack of|stacked|pile of|piled up|in a pile|heap of|stacked up|stacked on each other"
    "|on top of each other|stacked on top of each other|stacks of|piled|one on top of the other|on each other",
    "scatter": "scattered|scattered around|scattered about|strewn|spread out|dotted|here and there|randomly placed"
    "|at random|randomly|all over the place|scattered over|scattering of|everywhere",
}

RELATIONS = {
    "on": "on|on top of|upon|atop|onto|standing on|resting on|lying on|sitting on|on the top of|placed on",
    "above": "above|over|floating above|hovering over|hovering above|hanging above|hanging over|flying over",
    "under": "under|underneath|beneath|below",
    "inside": "inside|in|within|into|in the middle of|in the centre of|in the center of|at the centre of"
    "|at the center of|inside of|amid|among|amidst|surrounded on all sides by",
    "between": "between",
    "around": "around|all around|round about|encircling|surrounding|circling",
    "beside": "beside|next to|by|near|close to|at|alongside|by the side of|leaning against|against|leaning on"
    "|left and right of|on both sides of|on either side of|to the side of|along|besides|nearby",
    "left of": "left of|to the left of|on the left of|on the left side of",
    "right of": "right of|to the right of|on the right of|on the right side of",
    "in front of": "in front of|before|facing|leading to|leading up to|leads to|lead to|up to|at the foot of",
    "behind": "behind|in back of|beyond|at the back of",
}
TURNED = {
    "around": "surrounded by|encircled by|circled by|ringed by|framed by",
    "between": "joined by|connected by|linked by|connected with",
    "on": "topped by|topped with|crowned by|crowned with|carrying|supporting|holding",
    "beside": "flanked by|lined by|lined with",
}
"""The other way round: what comes after such a word stands to what came before it."""
TRAILING = {
    "left of": "to the left|on the left|at left|on its left",
    "right of": "to the right|on the right|at right|on its right",
    "behind": "in the background|in the back|at the back|in the distance|behind them",
    "in front of": "in the foreground|in front|at the front",
    "on": "on top|on top of it",
    "inside": "in the middle|in the centre|in the center|at the centre|at the center|in its centre|in its middle",
    "beside": "to the side|on the side|on each side|nearby",
    "around": "all around it",
}
"""With nothing after it: it is meant of the thing that was named before."""
PRONOUNS = ("it", "them", "this", "that", "these", "those", "its", "one another", "each other")


# ---- what things are made of


@dataclass(frozen=True)
class Look:
    """What a word says of a surface."""

    words: str
    """As it is said to a model that makes textures."""
    colours: tuple[str, ...] = ()
    """Which it may have; empty where the word says nothing of that."""
    finishes: tuple[str, ...] = ()
    substance: bool = False
    """Whether something can be made of it, so that no other substance need be thought of."""


def _looks(table: dict[str, tuple[str, str, str]], substance: bool) -> dict[str, Look]:
    found = {}
    for names, (words, colours, finishes) in table.items():
        look = Look(words, tuple(colours.split()), tuple(finishes.split()), substance)
        found.update({name: look for name in names.split("|")})
    return found


LOOKS = {
    **_looks(
        {
            "stone|rocky|cobblestone": ("stone", "grey tan", "matte"),
            "marble": ("marble", "white cream", "glossy"),
            "granite": ("granite", "grey", "satin"),
            "sandstone|limestone": ("sandstone", "tan cream", "matte"),
            "brick|bricks": ("brick", "red brown", "matte"),
            "wooden|wood|timber|oak wood|plank": ("wood", "brown tan", "satin"),
            "metal|metallic|steel|iron|aluminium|aluminum": ("metal", "silver grey", "metal"),
            "chrome": ("polished chrome", "silver", "metal"),
            "copper": ("copper", "copper", "metal"),
            "bronze|brass": ("bronze", "copper gold", "metal"),
            "gold|golden|gilded": ("gold", "gold", "metal"),
            "silver|silvery": ("silver", "silver", "metal"),
            "glass|transparent": ("clear glass", "white turquoise", "glass"),
            "crystal": ("crystal", "purple turquoise", "glass"),
            "ice|icy|frozen": ("ice", "turquoise white", "glossy glass"),
            "snow": ("snow", "white", "matte"),
            "clay|terracotta|earthen": ("terracotta clay", "orange brown", "matte"),
            "concrete": ("concrete", "grey", "matte"),
            "plaster|whitewashed": ("plaster", "white cream", "matte"),
            "porcelain|ceramic": ("glazed porcelain", "white", "glossy"),
            "plastic": ("plastic", "red blue yellow", "satin"),
            "rubber": ("rubber", "black", "matte"),
            "leather": ("leather", "brown", "satin"),
            "velvet|cloth|fabric": ("woven cloth", "red blue", "matte"),
            "paper|cardboard": ("paper", "cream tan", "matte"),
            "straw|thatched|bamboo": ("straw", "yellow tan", "matte"),
            "jade": ("jade", "green", "glossy"),
            "obsidian": ("obsidian", "black", "glossy"),
            "ivory|bone": ("ivory", "cream", "satin"),
            "lava": ("glowing lava", "orange red", "glowing"),
        },
        True,
    ),
    **_looks(
        {
            "mossy|moss covered|overgrown|overgrown with ivy|ivy covered|moss": ("mossy", "green olive", "matte"),
            "rusty|rusted": ("rusty", "brown orange", "matte"),
            "old|ancient|medieval|antique": ("old", "", "matte"),
            "weathered|worn": ("weathered", "", "matte"),
            "ruined|broken|cracked|crumbling|fallen|abandoned": ("cracked", "", "matte"),
            "dusty|dirty": ("dusty", "", "matte"),
            "muddy": ("muddy", "brown", "matte"),
            "wet": ("wet", "", "glossy"),
            "polished|shiny|glossy|reflective|gleaming": ("polished", "", "glossy"),
            "smooth": ("smooth", "", "satin"),
            "rough": ("rough", "", "matte"),
            "burnt|charred": ("burnt", "black", "matte"),
            "snow covered|snowcapped|snow capped": ("snowy", "white", "matte"),
            "glowing|neon|luminous|shining": ("glowing", "", "glowing"),
            "painted": ("painted", "", "satin"),
            "autumn colours|autumn colors|autumnal|autumn": ("autumn", "orange red yellow", "matte"),
            "flowering|blooming": ("blooming", "pink white", "matte"),
            "dark": ("dark", "black brown", ""),
            "pale": ("pale", "cream white", ""),
            "colourful|colorful": ("colourful", "red blue yellow", ""),
        },
        False,
    ),
    **_looks(
        {
            "white": ("white", "white", ""),
            "grey|gray": ("grey", "grey", ""),
            "black": ("black", "black", ""),
            "red|crimson|scarlet": ("red", "red", ""),
            "orange": ("orange", "orange", ""),
            "yellow": ("yellow", "yellow", ""),
            "green": ("green", "green", ""),
            "olive": ("olive green", "olive", ""),
            "turquoise|teal|cyan": ("turquoise", "turquoise", ""),
            "blue|navy": ("blue", "blue", ""),
            "purple|violet|lilac": ("purple", "purple", ""),
            "pink|magenta": ("pink", "pink", ""),
            "brown": ("brown", "brown", ""),
            "beige|tan": ("beige", "tan", ""),
        },
        False,
    ),
}

# ---- air, light, ground, camera

AIR = {
    "dawn|sunrise|daybreak|early morning|morning|morning light|morning sun|at dawn": "world.sky=dawn",
    "noon|midday|midday sun|noon sun|sunny|sunny day|daylight|clear sky|blue sky|summer day|daytime": "world.sky=noon",
    "overcast|cloudy|grey sky|gray sky|storm|stormy|thunderstorm|rain|rainy|raining|gloomy": "world.sky=overcast",
    "sunset|sundown|golden hour|setting sun|evening sun|evening light": "world.sky=sunset light.tone=warm,orange",
    "dusk|twilight|evening|blue hour": "world.sky=dusk",
    "night|midnight|at night|night sky|starry|starry sky|stars|starlight|moon|full moon|moonlight|moonlit|in the dark"
    "|dark night": "world.sky=night",
    "studio|studio light|studio lighting|studio backdrop": "world.sky=studio light.kind=area",
    "fog|foggy|mist|misty|haze|hazy|smoke|smoky": "world.fog=thin,thick",
    "thick fog|dense fog|heavy fog|thick mist|dense mist|very foggy": "world.fog=thick",
    "light fog|thin fog|light mist|thin mist|light haze|slight haze|a little fog|slightly foggy": "world.fog=thin",
    "low sun|sun low|low light": "light.kind=sun light.height=low",
    "high sun|sun overhead|sun high": "light.kind=sun light.height=high",
    "sun|sunlight|sunshine|sunlit": "light.kind=sun",
    "spotlight|spot light|spot": "light.kind=spot",
    "candlelight|candle light|firelight|lamplight": "light.kind=point light.tone=warm,orange light.strength=dim,soft",
    "area light|softbox|soft box": "light.kind=area",
    "point light|light bulb": "light.kind=point",
    "light|lighting|lit|lights": "light.",
    "from the left|light from the left|lit from the left": "light.side=left",
    "from the right|light from the right|lit from the right": "light.side=right",
    "backlit|backlight|from behind|light from behind|back light": "light.side=back",
    "light from above": "light.height=high",
    "background|backdrop": "world.background=",
    "meadow|grass|grassy|field|lawn|park|garden|pasture|prairie|wheat|grassland|clearing": "world.ground=grass",
    "desert|sand|sandy|beach|dunes|dune|shore|sea bed|seabed": "world.ground=sand",
    "snow|snowy|snowing|snowfall|winter|arctic|wintry": "world.ground=snow",
    "sea|ocean|lake|river|pond|water|harbour|harbor|bay|waves|stream|canal": "world.ground=water",
    "wooden floor|wood floor|floorboards|parquet|wooden floorboards|deck": "world.ground=wood",
    "stone floor|pavement|cobblestones|plaza|courtyard|square|tiled floor|town square": "world.ground=stone",
    "earth|dirt|soil|mud": "world.ground=earth",
    "from below|seen from below|viewed from below|low angle|worm's eye view|looking up|low camera": "camera.angle=low",
    "from above|seen from above|viewed from above|high angle|looking down": "camera.angle=high,top",
    "bird's eye view|birds eye view|top view|top down|from the top|aerial view|aerial|seen from the top"
    "|straight from above": "camera.angle=top",
    "eye level|at eye level": "camera.angle=eye",
    "close up|closeup|close shot|close view|macro": "camera.shot=close",
    "wide shot|wide view|panorama|panoramic|long shot|establishing shot|from far away|wide": "camera.shot=wide",
    "medium shot": "camera.shot=medium",
    "wide angle|wide angle lens|fisheye": "camera.lens=20",
    "telephoto|telephoto lens|long lens": "camera.lens=135",
    "from the side|side view|seen from the side": "camera.side=left,right",
    "seen from behind|from the back": "camera.side=back",
    "seen from the front|front view|from the front": "camera.side=front",
}
"""What is said of light, air, ground and camera: for fields of those operations, which values are left."""
TONED = {
    "warm": "light.tone=warm",
    "cold": "light.tone=cold",
    "cool": "light.tone=cold",
    "soft": "light.strength=soft",
    "dim": "light.strength=dim",
    "faint": "light.strength=dim",
    "weak": "light.strength=dim",
    "bright": "light.strength=bright",
    "harsh": "light.strength=bright",
    "strong": "light.strength=bright",
    "hot": "light.strength=bright",
    "thick": "",
    "dense": "",
}
"""Adjectives of light; before other things they mean nothing that could be built."""


LIGHT_OF = {
    **dict.fromkeys(("white", "grey"), "neutral"),
    **dict.fromkeys(("gold", "copper", "cream", "tan", "brown"), "warm"),
    **dict.fromkeys(("silver",), "cold"),
    **dict.fromkeys(("black",), ""),
    "olive": "green",
}
"""What light of such a colour is called, where it is not called after the colour."""

# fmt: off
STOP = frozenset((
    "a", "about", "across", "again", "air", "all", "alone", "also", "am", "an", "another", "any", "are", "arranged",
    "as", "at", "atmosphere", "back", "be", "beautiful", "bedroom", "being", "blowing", "build", "built", "calm",
    "camera", "center", "centre", "closed", "color", "colors", "colour", "colours", "completely", "connected",
    "corner", "cosy", "covered", "cozy", "create", "day", "different", "distance", "down", "dramatic", "during",
    "each", "edge", "empty", "end", "even", "every", "everywhere", "facing", "falling", "fill", "filled", "floating",
    "floor", "flying", "for", "foreground", "fresh", "from", "front", "full", "gently", "give", "ground", "grow",
    "growing", "grows", "half", "hanging", "has", "have", "head", "her", "here", "his", "horizon", "hot", "hovering",
    "i", "image", "indoors", "interior", "into", "is", "it", "it's", "its", "ivy", "joined", "just", "kind",
    "kitchen", "lead", "leading", "leads", "leaning", "least", "left", "less", "let", "let's", "lie", "lies", "like",
    "lit", "living", "looking", "lovely", "lying", "made", "magical", "make", "makes", "me", "middle", "mood", "more",
    "most", "much", "my", "mysterious", "need", "new", "nice", "nothing", "object", "objects", "of", "off", "ones",
    "only", "open", "other", "our", "out", "outdoor", "overgrown", "past", "peaceful", "per", "picture", "piece",
    "pieces", "place", "placed", "please", "pointed", "pretty", "put", "quiet", "quite", "rather", "reading",
    "really", "render", "resting", "right", "rising", "roof", "room", "round", "running", "same", "scary",
    "scattered", "scene", "seen", "set", "setting", "shape", "shaped", "shapes", "sharp", "shining", "shot", "show",
    "side", "sides", "sit", "sits", "sitting", "size", "sized", "sizes", "sky", "sleeping", "slightly", "so",
    "softly", "some", "something", "sort", "spooky", "square", "stand", "standing", "stands", "steep", "style",
    "surface", "surrounded", "swimming", "than", "their", "them", "then", "there", "they", "thing", "things",
    "through", "time", "to", "together", "tonight", "too", "top", "toward", "towards", "type", "until", "up", "us",
    "use", "using", "very", "via", "view", "viewed", "walking", "want", "was", "wearing", "weather", "when", "where",
    "which", "while", "who", "with", "would", "your",
))
# fmt: on
"""Words that build nothing and of which nobody needs to be told."""
DESCRIBING = ("ly", "ing", "ed", "ish", "ous", "ful", "less", "al", "ic", "ive", "ant", "ent")
"""Endings of words that are hardly things."""

USUAL = {
    "stone": "column arch wall stairs tower temple castle pyramid obelisk bridge well fountain pedestal gravestone",
    "plaster": "house lighthouse windmill",
    "wood": "fence gate table chair bench bed shelf crate barrel ladder boat book",
    "metal": "lamp lantern car",
    "cloth": "tent",
    "leaves": "tree pine palm bush",
    "petals": "flower",
    "rock": "rock mountain hill crystal",
    "porcelain": "vase cup bottle candle",
    "skin": "cactus mushroom cloud snowman campfire",
}
"""What things are usually made of."""
OTHER = {
    "stone": ("stone", "sandstone", "marble", "brick"),
    "plaster": ("plaster", "brick", "wood"),
    "wood": ("wood", "painted wood"),
    "metal": ("metal", "painted metal"),
    "cloth": ("canvas cloth",),
    "leaves": ("leaves",),
    "petals": ("petals",),
    "rock": ("rock", "stone"),
    "porcelain": ("porcelain", "clay", "glass"),
    "skin": ("surface",),
    "": ("painted metal", "plastic", "stone", "wood"),
}
"""Of what else, for the model to choose; the last line is for plain shapes."""
SIDEWAYS = ("beside", "left of", "right of", "in front of", "behind")
"""Relations of things that stand side by side: what stands to one of them is meant to stand to both."""
