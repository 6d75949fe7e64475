# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials: from the maps of a texture to what objects wear, at the size that they have in the world."""
