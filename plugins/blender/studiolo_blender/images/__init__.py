# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's images, in and out; what is found out of a PNG beside the main thread; a picture refined by words."""
