# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts: what is told of a scene to have one written, and the text datablock that it comes into."""
