# SPDX-License-Identifier: GPL-3.0-or-later
"""Every task there is, by its name: what an ended Blender left behind is read as one of these."""

from __future__ import annotations

from .concept import Concept
from .projection import Project
from .scening import Scene
from .scoring import Score
from .texturing import Again, Reroll, Texture
from .writing import Write

TASKS = (Texture, Reroll, Again, Project, Concept, Scene, Score, Write)
KINDS = {task.__name__: task for task in TASKS}
