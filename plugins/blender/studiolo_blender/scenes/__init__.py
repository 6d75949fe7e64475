# SPDX-License-Identifier: GPL-3.0-or-later
"""Scene by words: a list of operations from a sentence or a model, worked out into places, and built in Blender."""
