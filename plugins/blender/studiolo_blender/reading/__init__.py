# SPDX-License-Identifier: GPL-3.0-or-later
"""What an English sentence says of a scene, by words and rules alone. Knows no model, no operation and no Blender."""
