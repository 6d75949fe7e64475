# SPDX-License-Identifier: GPL-3.0-or-later
"""Studiolo in Krita. Registers the docker and its actions; outside of Krita it is a package like any other."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

if find_spec("krita"):
    import_module("studiolo_krita.register").register()
