# SPDX-License-Identifier: GPL-3.0-or-later
"""Paint from cameras: what they see of meshes, what is painted over that, and how it comes onto the textures."""
