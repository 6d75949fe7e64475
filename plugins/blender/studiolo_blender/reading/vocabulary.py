# SPDX-License-Identifier: GPL-3.0-or-later
"""The English words for things, numbers and relations, each with what it means. Knows no sentence.

Words that mean one thing stand in one line, with `|` between them; plurals need not be there. To teach the scene
builder a word, write it into the line of what it means.
"""

from __future__ import annotations

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
ROWS = (6, 12)
"""The same of what stands in several rows."""

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
    "|in a straight line|one after another|one after the other|one behind the other|one behind another"
    "|chain of|queue of",
    "avenue": "in two rows|in two lines|two rows of|avenue of|double row of|in a double row|avenue|alley of"
    "|on both sides",
    "ring": "in a ring|in a circle|ring of|circle of|in circle|in ring|arranged in a circle|arranged in a ring"
    "|in a wide circle|in a large circle|in a small circle|in a big circle|in a wide ring|in a large ring",
    "grid": "in a grid|grid|row upon row of|rows upon rows of|row after row of"
    "|grid of|in rows|rows of|in three rows|in rows and columns|in a square|in columns|matrix of"
    "|in four rows|in five rows|in ranks|field of",
    "stack": "in a stack|stack of|stacked|pile of|piled up|in a pile|heap of|stacked up|stacked on each other"
    "|on top of each other|stacked on top of each other|stacks of|piled|into a pyramid|in a pyramid|into a heap"
    "|in a heap|one on top of the other|on each other",
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
    "|left and right of|on both sides of|on either side of|to the side of|along|besides|nearby"
    "|overlooking|towering over|looming over|looking over",
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


# fmt: off
STOP = frozenset((
    "a", "about", "across", "again", "air", "all", "alone", "also", "am", "an", "another", "any", "are", "arrange",
    "arranged", "as", "at", "atmosphere", "back", "be", "beautiful", "bedroom", "being", "blazing", "blowing",
    "build", "built", "calm", "camera", "center", "centre", "christmas", "closed", "cluttered", "color", "colors",
    "colour", "colours", "coming", "completely", "connected", "corner", "cosy", "covered", "cozy", "create", "day",
    "different", "distance", "down", "dramatic", "during", "each", "edge", "empty", "end", "endless", "even", "every",
    "everywhere", "facing", "falling", "fill", "filled", "floating", "floor", "flying", "for", "foreground",
    "forming", "fresh", "from", "front", "full", "gathering", "gently", "give", "ground", "grow", "growing", "grows",
    "half", "hanging", "has", "have", "head", "her", "here", "his", "horizon", "hot", "hovering", "i", "image",
    "indoors", "interior", "into", "is", "it", "it's", "its", "ivy", "joined", "just", "kind", "kitchen", "laid",
    "lead", "leading", "leads", "leaning", "least", "left", "less", "let", "let's", "lie", "lies", "life", "like",
    "lit", "living", "looking", "lovely", "lying", "made", "magical", "make", "makes", "me", "middle", "mood", "more",
    "most", "much", "my", "mysterious", "need", "new", "nice", "nothing", "object", "objects", "of", "off", "ones",
    "only", "open", "other", "our", "out", "outdoor", "overgrown", "parked", "past", "peaceful", "per", "picture",
    "piece", "pieces", "place", "placed", "please", "pointed", "pretty", "put", "quiet", "quite", "rather", "reading",
    "really", "render", "resting", "right", "rising", "roof", "room", "round", "ruin", "ruins", "running", "same",
    "scary", "scattered", "scene", "seen", "set", "setting", "shape", "shaped", "shapes", "sharp", "shining", "shot",
    "show", "side", "sides", "sit", "sits", "sitting", "size", "sized", "sizes", "sky", "sleeping", "slightly",
    "smoke", "so", "softly", "some", "something", "sort", "spooky", "square", "stand", "standing", "stands", "steep",
    "still", "style", "surface", "surrounded", "swimming", "than", "their", "them", "then", "there", "they", "thing",
    "things", "through", "tied", "time", "to", "together", "tonight", "too", "top", "toward", "towards", "type",
    "until", "up", "us", "use", "using", "very", "via", "view", "viewed", "walking", "want", "was", "wearing",
    "weather", "when", "where", "which", "while", "who", "with", "would", "your",
))
# fmt: on
"""Words that build nothing and of which nobody needs to be told."""
DESCRIBING = ("ly", "ing", "ed", "ish", "ous", "ful", "less", "al", "ic", "ive", "ant", "ent")
"""Endings of words that are hardly things."""

PILES = ("wall", "tower", "mountain", "hill", "pyramid")
"""A wall of crates is crates."""
SMALL = ("lamp", "candle", "vase", "bottle", "cup", "book")
SURFACES = ("table", "shelf", "bench", "pedestal", "crate", "bed")
"""Small things are on these rather than in them, and rather there than on the floor."""
SIDEWAYS = ("beside", "left of", "right of", "in front of", "behind")
"""Relations of things that stand side by side: what stands to one of them is meant to stand to both."""
