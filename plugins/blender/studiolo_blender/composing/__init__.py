# SPDX-License-Identifier: GPL-3.0-or-later
"""Kits: what is composed from one brief, and the parts of the project's kits, put where they belong."""
