# SPDX-License-Identifier: GPL-3.0-or-later
"""What other things can stand on: how wide it is on top, and land that is widened and levelled for them."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np

from ..modelling.solids import Solid


def widened(land: Solid, reach: float, share: float) -> Solid:
    """So large that what reaches so far takes no more than a share of it."""
    factor = max(1.0, reach / share / (min(land.size()[:2]) / 2))
    return land.scaled(factor, factor, sqrt(factor)) if factor > 1 else land


def evened(land: Solid, x: float, y: float, reach: float) -> tuple[Solid, float]:
    """Land with a level place about a point of it, and how high that is."""
    far = np.hypot(land.points[:, 0] - x, land.points[:, 1] - y)
    upper = land.points[:, 2] > 0.02 * land.size()[2]
    within = land.points[(far < reach) & upper, 2]
    level = float(np.quantile(within, 0.7)) if len(within) else land.height_at(x, y)
    share = np.clip((reach * 1.6 - far) / (reach * 0.5), 0, 1) * upper
    points = land.points.copy()
    points[:, 2] += (level - points[:, 2]) * share * (points[:, 2] > level * 0.3)
    return replace(land, points=points), level


def surface(solid: Solid) -> tuple[float, float]:
    """Half the width and depth of what is about as high as its middle."""
    x, y, _ = solid.size()
    top = solid.height_at(0.0, 0.0)
    reach = [0.0, 0.0]
    for axis, half in ((0, x / 2), (1, y / 2)):
        for share in (0.2, 0.4, 0.6, 0.8, 0.92):
            at = [0.0, 0.0]
            at[axis] = half * share
            low = min(solid.height_at(*at), solid.height_at(-at[0], -at[1]))
            if abs(low - top) > 0.12 * max(top, 0.05):
                break
            reach[axis] = half * share
    return max(reach[0], 0.05), max(reach[1], 0.05)
