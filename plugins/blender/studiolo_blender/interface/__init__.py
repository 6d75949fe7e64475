# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees and presses: panels, operators, settings, preferences. Begins tasks; does none."""
