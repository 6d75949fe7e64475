# SPDX-License-Identifier: GPL-3.0-or-later
"""The English words for how things look, for light, air, ground and camera, each with what it means. Knows no sentence.

Words that mean one thing stand in one line, with `|` between them.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    "fog|foggy|mist|misty|haze|hazy": "world.fog=thin,thick",
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
    "stone floor|pavement|cobblestones|plaza|courtyard|square|asphalt|tiled floor|town square": "world.ground=stone",
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
