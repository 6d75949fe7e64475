# SPDX-License-Identifier: GPL-3.0-or-later
"""Every task there is, by its name: what an ended Blender left behind is read as one of these."""

from __future__ import annotations

from .composing.dropping import Drop
from .composing.kit import Compose
from .images.concept import Concept
from .images.kept import KeptImage
from .projecting.projection import Project
from .scenes.scening import Scene
from .sound.scoring import Score
from .surfaces.texturing import Again, Reroll, Texture
from .words.writing import Write

TASKS = (Texture, Reroll, Again, Project, Concept, KeptImage, Scene, Score, Write, Drop, Compose)
KINDS = {task.__name__: task for task in TASKS}
