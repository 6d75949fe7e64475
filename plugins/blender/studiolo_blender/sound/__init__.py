# SPDX-License-Identifier: GPL-3.0-or-later
"""Soundtracks: the frames and markers that they are made for, and the sequencer that they come into."""
