"""How the sky of each hour and the ground of each place are painted.

Knows one painter for every place and the light of every time. Knows nothing of subjects and captions.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from studiolo_starter.canvas import SIDE, Canvas, Colour, Light, mix
from studiolo_starter.vocabulary import Place, Time

SKIES: dict[Time, tuple[Colour, ...]] = {
    "day": ((64, 146, 232), (140, 200, 248), (214, 238, 252)),
    "sunrise": ((140, 158, 222), (248, 186, 188), (255, 226, 160)),
    "sunset": ((72, 44, 120), (226, 84, 84), (255, 170, 60)),
    "night": ((8, 12, 44), (20, 30, 82), (48, 62, 122)),
    "storm": ((34, 38, 52), (62, 66, 84), (104, 106, 120)),
    "fog": ((186, 194, 200), (206, 212, 216), (224, 227, 229)),
    "rain": ((88, 106, 132), (122, 140, 160), (160, 174, 188)),
    "snowfall": ((158, 174, 198), (186, 200, 218), (214, 224, 234)),
    "aurora": ((6, 14, 46), (12, 44, 74), (26, 74, 96)),
    "clouds": ((130, 148, 172), (168, 182, 198), (202, 210, 218)),
    "rainbow": ((96, 152, 206), (160, 200, 226), (222, 234, 236)),
    "autumn": ((206, 172, 118), (238, 204, 146), (250, 228, 180)),
}

LIGHTS: dict[Time, Light] = {
    "day": Light((1.0, 1.0, 1.0), (200, 228, 248), 0.45),
    "sunrise": Light((1.0, 0.9, 0.86), (250, 208, 184), 0.6),
    "sunset": Light((0.98, 0.74, 0.62), (240, 130, 84), 0.5),
    "night": Light((0.50, 0.55, 0.82), (36, 48, 104), 0.5),
    "storm": Light((0.56, 0.58, 0.68), (92, 94, 110), 0.5),
    "fog": Light((0.88, 0.90, 0.92), (218, 222, 225), 1.15),
    "rain": Light((0.70, 0.75, 0.84), (142, 157, 174), 0.6),
    "snowfall": Light((0.90, 0.94, 1.0), (208, 219, 231), 0.6),
    "aurora": Light((0.46, 0.66, 0.72), (20, 62, 84), 0.5),
    "clouds": Light((0.84, 0.86, 0.90), (192, 202, 212), 0.55),
    "rainbow": Light((0.96, 0.98, 0.98), (206, 224, 234), 0.5),
    "autumn": Light((1.0, 0.84, 0.62), (240, 206, 146), 0.5),
}


def sky(c: Canvas, time: Time) -> None:
    """The sky of that hour, with what stands in it."""
    c.sky(SKIES[time])
    if time == "day":
        c.disc(c.rng.uniform(0.1, 0.9), c.rng.uniform(0.1, 0.2), 0.06, (255, 240, 170), 0.6)
        _clouds(c, 2, (255, 255, 255), 0.9)
    elif time == "sunrise":
        c.disc(c.rng.uniform(0.15, 0.85), 0.5, 0.075, (255, 246, 200), 0.8)
        _clouds(c, 2, (255, 214, 208), 0.8)
    elif time == "sunset":
        c.disc(c.rng.uniform(0.15, 0.85), 0.46, 0.11, (255, 196, 70), 0.8)
        _clouds(c, 2, (150, 60, 110), 0.6)
    elif time in ("night", "aurora"):
        c.dots(c.scatter(22, 0, 0.55), 0.006, (235, 238, 255))
        if time == "night":
            c.disc(c.rng.uniform(0.1, 0.9), c.rng.uniform(0.1, 0.2), 0.065, (246, 244, 220), 0.35)
        else:
            _aurora(c)
    elif time == "storm":
        _clouds(c, 5, (28, 30, 42), 0.95, 0.16)
        _lightning(c)
    elif time == "rainbow":
        _rainbow(c)
        _clouds(c, 2, (236, 240, 244), 0.85)
    elif time in ("rain", "clouds"):
        _clouds(c, 5, (92, 104, 122) if time == "rain" else (232, 236, 240), 0.85, 0.16)


def weather(c: Canvas, time: Time) -> None:
    """What falls or hangs in front of everything."""
    if time in ("rain", "storm"):
        drops = [(x, y, x - 0.02, y + 0.07) for x, y in c.scatter(42, -0.05, 1)]
        c.lines(drops, (214, 226, 240), 4, 0.6)
    elif time == "snowfall":
        c.dots(c.scatter(38, 0, 1), 0.012, (255, 255, 255))
    elif time == "autumn":
        for colour in ((214, 74, 34), (236, 140, 30), (250, 200, 60)):
            for x, y in c.scatter(9, 0, 1):
                c.leaf(x, y, 0.022, c.rng.uniform(0, 6.3), colour)
    elif time == "fog":
        c.veil((222, 226, 229), 0.25, 0.42)


def _clouds(c: Canvas, count: int, colour: Colour, alpha: float, size: float = 0.11) -> None:
    for _ in range(count):
        x, y = c.rng.uniform(0, 1), c.rng.uniform(0.05, 0.3)
        for _ in range(4):
            c.blob(x + c.rng.normal(0, size * 0.7), y + c.rng.normal(0, size * 0.15), size, size * 0.5, colour, alpha)


def _lightning(c: Canvas) -> None:
    x, y = c.rng.uniform(0.15, 0.85), 0.12
    bolt = []
    while y < 0.6:
        nx, ny = x + c.rng.uniform(-0.07, 0.07), y + c.rng.uniform(0.06, 0.12)
        bolt.append((x, y, nx, ny))
        x, y = nx, ny
    c.lines(bolt, (255, 250, 190), 7, 1.0)


def _rainbow(c: Canvas) -> None:
    x, radius = c.rng.uniform(0.3, 0.7), c.rng.uniform(0.46, 0.54)
    for i, colour in enumerate(
        ((226, 70, 70), (244, 160, 60), (250, 230, 90), (96, 196, 110), (80, 150, 230), (150, 100, 210))
    ):
        c.arc(x, 0.66, radius - 0.022 * i, 0.023, colour, 0.8)


def _aurora(c: Canvas) -> None:
    for colour in ((70, 240, 150), (60, 220, 190), (150, 110, 230)):
        x, y = c.rng.uniform(-0.1, 0.3), c.rng.uniform(0.12, 0.3)
        while x < 1.1:
            c.blob(x, y, 0.09, 0.2, colour, 0.4)
            x, y = x + 0.07, y + c.rng.uniform(-0.04, 0.04)


def _fir(c: Canvas, x: float, y: float, height: float, colour: Colour, distance: float) -> None:
    w = height * 0.26
    c.box(x - height * 0.03, y - height * 0.15, x + height * 0.03, y, (92, 62, 44), distance)
    for i in range(3):
        top, low = y - height + i * height * 0.24, y - height * 0.12 - (2 - i) * height * 0.22
        c.shape([(x, top), (x + w * (0.6 + 0.2 * i), low), (x - w * (0.6 + 0.2 * i), low)], colour, None, distance)


def mountains(c: Canvas) -> None:
    line = c.ridge(0.72, 0.55, (150, 164, 196), (118, 134, 172), 0.5, 0.012, 3)
    for i in range(1, len(line) - 1):
        (x, y), (_, before), (_, after) = line[i], line[i - 1], line[i + 1]
        if y < min(before, after) and y < 0.45:
            c.shape(
                [(x, y), (x + 0.05, y + 0.1), (x + 0.015, y + 0.08), (x - 0.015, y + 0.11), (x - 0.05, y + 0.1)],
                (250, 252, 255),
                None,
                0.3,
            )
    c.ridge(0.74, 0.25, (96, 118, 140), (78, 108, 112), 0.3, 0.008, 4)
    c.ridge(0.76, 0.08, (112, 160, 84), (70, 116, 64))


def beach(c: Canvas) -> None:
    c.shape([(0, 0.52), (1, 0.52), (1, 1), (0, 1)], (38, 132, 196), (88, 196, 214), 0.15)
    c.lines([(x, y, x + 0.07, y) for x, y in c.scatter(14, 0.55, 0.64)], c.light.on((190, 228, 240)), 3, 0.7)
    c.ridge(0.74, 0.09, (240, 248, 250), (240, 248, 250), 0, 0, 2)
    c.ridge(0.765, 0.07, (240, 214, 152), (222, 184, 116), 0, 0, 2)


def sea(c: Canvas) -> None:
    for i, colour in enumerate(((40, 110, 176), (34, 98, 166), (28, 86, 154), (22, 74, 140))):
        y = 0.56 + i * 0.1
        c.ridge(y + 0.02, 0.035, mix(colour, (255, 255, 255), 0.22), colour, 0.3 - 0.1 * i, 0, 7)


def forest(c: Canvas) -> None:
    c.ridge(0.62, 0.1, (84, 132, 92), (70, 116, 80), 0.45)
    for i, (count, y, height, colour) in enumerate(((13, 0.66, 0.34, (64, 120, 84)), (9, 0.72, 0.46, (38, 94, 62)))):
        for k in range(count):
            x = (k + c.rng.uniform(0.1, 0.9)) / count
            _fir(c, x, y, height * c.rng.uniform(0.8, 1.15), colour, 0.4 - 0.3 * i)
    c.ridge(0.73, 0.05, (74, 118, 60), (46, 82, 44))


def desert(c: Canvas) -> None:
    c.ridge(0.66, 0.16, (236, 188, 116), (214, 154, 86), 0.4, 0, 2)
    c.ridge(0.76, 0.14, (230, 172, 94), (200, 134, 66), 0.15, 0, 2)
    c.ridge(0.84, 0.12, (240, 188, 108), (208, 146, 74), 0, 0, 1)


def meadow(c: Canvas) -> None:
    c.ridge(0.64, 0.14, (140, 196, 110), (112, 170, 88), 0.4, 0, 2)
    c.ridge(0.74, 0.12, (118, 190, 78), (86, 156, 60), 0.15, 0, 2)
    c.ridge(0.8, 0.08, (110, 186, 66), (66, 134, 48), 0, 0, 2)
    for colour in ((250, 240, 120), (250, 250, 250), (240, 120, 160)):
        c.dots(c.scatter(12, 0.8, 0.99), 0.009, c.light.on(colour))


def snow(c: Canvas) -> None:
    c.ridge(0.66, 0.18, (214, 226, 242), (196, 212, 234), 0.35, 0, 2)
    for _ in range(4):
        _fir(c, c.rng.uniform(0, 1), 0.68, c.rng.uniform(0.16, 0.26), (150, 184, 190), 0.25)
    c.ridge(0.76, 0.12, (246, 250, 255), (206, 220, 240), 0, 0, 2)


def city(c: Canvas) -> None:
    lit = c.light.tint[0] < 0.6
    for row, (base, tall, colour) in enumerate(((0.72, 0.5, (132, 142, 172)), (0.74, 0.32, (92, 100, 132)))):
        x = -0.03
        while x < 1:
            w = c.rng.uniform(0.09, 0.16)
            top = base - tall * c.rng.uniform(0.5, 1.0)
            c.box(x, top, x + w, base, mix(colour, (180, 150, 150), float(c.rng.uniform(0, 0.3))), 0.45 - 0.3 * row)
            _windows(c, x, top, w, base, lit, 0.45 - 0.3 * row)
            x += w + 0.012
    c.shape([(0, 0.73), (1, 0.73), (1, 1), (0, 1)], (128, 130, 138), (84, 86, 96))
    c.shape([(0, 0.73), (1, 0.73), (1, 0.76), (0, 0.76)], (176, 174, 172))


def _windows(c: Canvas, x: float, top: float, w: float, base: float, lit: bool, distance: float) -> None:
    y = top + 0.03
    while y < base - 0.04:
        for k in range(3):
            wx = x + w * (0.16 + 0.27 * k)
            if lit and c.rng.random() < 0.6:
                c.image.paste((255, 220, 120), _pixels(wx, y, wx + w * 0.15, y + 0.022))
            elif not lit:
                c.box(wx, y, wx + w * 0.15, y + 0.022, (196, 216, 234), distance)
        y += 0.05


def _pixels(x0: float, y0: float, x1: float, y1: float) -> tuple[int, int, int, int]:
    return (int(x0 * SIDE), int(y0 * SIDE), int(x1 * SIDE), int(y1 * SIDE))


def volcano(c: Canvas) -> None:
    x = c.rng.uniform(0.3, 0.7)
    for i in range(5):
        c.blob(x + c.rng.normal(0, 0.03), 0.24 - i * 0.05, 0.08 + 0.02 * i, 0.07, c.light.on((96, 88, 92)), 0.8)
    c.blob(x, 0.3, 0.16, 0.14, (255, 110, 40), 0.8)
    c.shape([(x - 0.07, 0.3), (x + 0.07, 0.3), (x + 0.46, 0.76), (x - 0.46, 0.76)], (96, 70, 72), (58, 44, 50), 0.1)
    for k in (-1, 0, 1):
        low = x + k * 0.13 + c.rng.normal(0, 0.02)
        c.image.paste((255, 120, 30), (0, 0), _streak(x + k * 0.04, 0.3, low, 0.7))
    c.ridge(0.78, 0.07, (88, 68, 66), (54, 42, 46))


def _streak(x0: float, y0: float, x1: float, y1: float) -> Image.Image:
    mask = Image.new("L", (SIDE, SIDE))
    mid = ((x0 + x1) / 2 + 0.02, (y0 + y1) / 2)
    points = [(x0 * SIDE, y0 * SIDE), (mid[0] * SIDE, mid[1] * SIDE), (x1 * SIDE, y1 * SIDE)]
    ImageDraw.Draw(mask).line(points, fill=255, width=13, joint="curve")
    return mask


def moon(c: Canvas) -> None:
    c.sky(((6, 6, 20), (14, 12, 36), (26, 22, 54)))
    c.dots(c.scatter(30, 0, 0.7), 0.006, (255, 255, 255))
    hue: Colour = ((70, 130, 220), (226, 150, 80), (190, 110, 200))[int(c.rng.integers(3))]
    x, y = c.rng.uniform(0.15, 0.85), c.rng.uniform(0.14, 0.26)
    c.disc(x, y, 0.11, hue, 0.3)
    c.disc(x - 0.025, y - 0.025, 0.07, mix(hue, (255, 255, 255), 0.3))
    c.ridge(0.76, 0.08, (178, 178, 190), (122, 122, 138), 0, 0, 2)
    for _ in range(6):
        px, py = c.rng.uniform(0, 1), c.rng.uniform(0.79, 0.97)
        c.image.paste(c.light.on((112, 112, 128)), (0, 0), _oval(px, py, 0.05, 0.016))


def _oval(x: float, y: float, rx: float, ry: float) -> Image.Image:
    mask = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(mask).ellipse(_pixels(x - rx, y - ry, x + rx, y + ry), fill=255)
    return mask


def underwater(c: Canvas) -> None:
    night = c.light.tint[0] < 0.6
    c.sky(((14, 50, 110), (8, 34, 84), (4, 22, 60)) if night else ((80, 200, 226), (28, 130, 196), (14, 76, 150)))
    if not night:
        rays = [(x, 0, x + 0.18, 0.8) for x in c.rng.uniform(-0.1, 0.9, 4)]
        c.lines([(float(a), b, float(d), e) for a, b, d, e in rays], (190, 240, 250), 26, 0.18)
    c.ridge(0.84, 0.08, (214, 198, 146), (160, 146, 110), 0.1, 0, 2)
    for _ in range(7):
        x, y, h = c.rng.uniform(0, 1), c.rng.uniform(0.8, 0.92), c.rng.uniform(0.12, 0.3)
        blade = [(x, y, x + 0.02, y - h * 0.5), (x + 0.02, y - h * 0.5, x - 0.01, y - h)]
        c.lines(blade, c.light.on((40, 150, 90)), 10, 1.0)
    c.dots(c.scatter(16, 0.05, 0.75), 0.008, (176, 226, 240) if not night else (90, 130, 180))


def room(c: Canvas, time: Time) -> None:
    walls: tuple[Colour, ...] = ((236, 206, 170), (176, 204, 196), (222, 176, 170), (186, 190, 222))
    wall = walls[int(c.rng.integers(len(walls)))]
    inside = Canvas(LIGHTS[time], c.rng)
    sky(inside, time)
    weather(inside, time)
    c.shape([(0, 0), (1, 0), (1, 0.72), (0, 0.72)], wall, mix(wall, (255, 255, 255), 0.2))
    x = float(c.rng.choice([0.08, 0.34, 0.6]))
    c.box(x - 0.02, 0.1, x + 0.34, 0.5, (250, 246, 238))
    pane = inside.image.crop((0, 0, SIDE, int(SIDE * 0.7))).resize((int(0.32 * SIDE), int(0.36 * SIDE)))
    c.image.paste(pane, (int(x * SIDE), int(0.12 * SIDE)))
    c.box(x + 0.153, 0.1, x + 0.167, 0.5, (250, 246, 238))
    c.box(x - 0.02, 0.29, x + 0.34, 0.305, (250, 246, 238))
    c.shape([(0, 0.72), (1, 0.72), (1, 1), (0, 1)], (176, 124, 82), (140, 94, 60))
    c.lines([(0, y, 1, y) for y in (0.77, 0.84, 0.92)], c.light.on((120, 80, 52)), 3, 0.8)
    c.box(0, 0.71, 1, 0.73, (246, 240, 230))


def ruins(c: Canvas) -> None:
    c.ridge(0.66, 0.12, (170, 178, 140), (140, 150, 112), 0.45, 0, 2)
    for row, (count, base, tall, wide) in enumerate(((6, 0.7, 0.3, 0.045), (4, 0.76, 0.46, 0.07))):
        for k in range(count):
            x = (k + c.rng.uniform(0.25, 0.75)) / count
            top = base - tall * c.rng.choice([1.0, 1.0, 0.55, 0.3])
            stone: Colour = (226, 212, 184) if row else (206, 194, 170)
            _column(c, x, top, base, wide, stone, 0.35 - 0.3 * row, top < base - tall * 0.9)
    c.ridge(0.78, 0.06, (190, 178, 130), (142, 132, 92), 0, 0, 2)
    for x, y in c.scatter(5, 0.8, 0.95):
        c.box(x, y, x + 0.06, y + 0.035, (206, 192, 164))


def _column(
    c: Canvas, x: float, top: float, base: float, w: float, stone: Colour, distance: float, whole: bool
) -> None:
    dark = mix(stone, (90, 80, 70), 0.45)
    c.box(x - w / 2, top, x + w / 2, base, stone, distance)
    for k in (0.05, 0.3):
        c.box(x + w * k, top, x + w * (k + 0.1), base, dark, distance)
    c.box(x - w * 0.75, base - 0.025, x + w * 0.75, base, mix(stone, dark, 0.3), distance)
    if whole:
        c.box(x - w * 0.8, top - 0.03, x + w * 0.8, top, mix(stone, (255, 255, 255), 0.2), distance)


def cave(c: Canvas) -> None:
    outside = Canvas(c.light, c.rng)
    c.sky(((30, 26, 40), (44, 38, 54), (58, 50, 64)))
    day = c.light.tint[0] > 0.6
    x, y = c.rng.uniform(0.35, 0.65), 0.4
    glow: Colour = (190, 226, 244) if day else (70, 90, 170)
    hole = [
        (x + 0.2 * r * float(np.cos(a)), y + 0.24 * r * float(np.sin(a)))
        for a, r in zip(np.linspace(0, 6.28, 24), outside.rng.uniform(0.85, 1.15, 24), strict=True)
    ]
    c.blob(x, y, 0.5, 0.5, glow, 0.5)
    c.shape(hole, glow, mix(glow, (255, 255, 255), 0.4))
    for down in (True, False):
        for k in range(11):
            at, w, h = (k + c.rng.uniform(0, 1)) / 11, c.rng.uniform(0.04, 0.08), c.rng.uniform(0.08, 0.26)
            root, tip = (0.0, h) if down else (0.78, 0.78 - h * 0.4)
            c.shape([(at - w, root), (at + w, root), (at, tip)], (92, 80, 94), (62, 54, 70))
    c.ridge(0.8, 0.06, (104, 92, 102), (66, 58, 72))
    hue: Colour = ((90, 220, 240), (200, 110, 240), (110, 240, 160))[int(c.rng.integers(3))]
    for _ in range(5):
        px, py, h = c.rng.uniform(0.02, 0.98), c.rng.uniform(0.76, 0.9), c.rng.uniform(0.07, 0.14)
        c.blob(px, py - h / 2, 0.09, 0.1, hue, 0.5)
        crystal = [
            (px - 0.022, py),
            (px - 0.026, py - h * 0.6),
            (px, py - h),
            (px + 0.024, py - h * 0.55),
            (px + 0.02, py),
        ]
        c.shape(crystal, mix(hue, (255, 255, 255), 0.5), hue)


PAINTERS: dict[Place, Callable[[Canvas], None]] = {
    "mountains": mountains,
    "beach": beach,
    "sea": sea,
    "forest": forest,
    "desert": desert,
    "meadow": meadow,
    "snow": snow,
    "city": city,
    "volcano": volcano,
    "moon": moon,
    "underwater": underwater,
    "ruins": ruins,
    "cave": cave,
}


def paint(c: Canvas, place: Place, time: Time) -> None:
    """Sky and ground of the place at that time, without subject and without what falls in front."""
    if place == "room":
        room(c, time)
        return
    sky(c, time)
    PAINTERS[place](c)
