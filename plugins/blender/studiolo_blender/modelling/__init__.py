# SPDX-License-Identifier: GPL-3.0-or-later
"""The meshes of things, as arithmetic: from bevelled boxes to castles and pines. Knows no scene and no Blender."""
