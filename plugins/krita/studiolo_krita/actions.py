# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done by a key: each in Krita's shortcut editor under Scripts, none with a key to begin with.

Of this table `studiolo_krita.action` is made, by which Krita knows them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studiolo_krita.words import say

if TYPE_CHECKING:
    from studiolo_krita.docker import Docker


@dataclass(frozen=True)
class Action:
    name: str
    key: str
    """Of its words."""
    act: Callable[[Docker], object]


def _asks(kind: str, key: str) -> Action:
    return Action(f"studiolo_{kind}", key, lambda docker: docker.ask(kind))


ACTIONS = (
    _asks("generate", "generate"),
    _asks("refine", "refine"),
    _asks("fill", "fill"),
    _asks("add", "add"),
    _asks("remove", "remove"),
    _asks("background", "replace_background"),
    _asks("expand", "expand_canvas"),
    _asks("variations", "variations"),
    _asks("upscale", "upscale_canvas"),
    _asks("texture", "make_texture"),
    _asks("improve", "improve"),
    _asks("title", "title"),
    _asks("caption", "caption"),
    _asks("palette", "palette"),
    _asks("music", "compose"),
    _asks("kit", "compose_kit"),
    Action("studiolo_live", "live", lambda docker: docker.toggle_live()),
    Action("studiolo_apply", "apply", lambda docker: docker.apply()),
    Action("studiolo_apply_live", "apply_live", lambda docker: docker.apply_live()),
    Action("studiolo_discard", "discard", lambda docker: docker.discard()),
    Action("studiolo_compare", "compare", lambda docker: docker.overlay.peek(docker.overlay.isVisible())),
    Action("studiolo_next", "next_result", lambda docker: docker.results.step(1)),
    Action("studiolo_previous", "previous_result", lambda docker: docker.results.step(-1)),
    Action("studiolo_cancel_all", "cancel_all", lambda docker: docker.work.cancel_all()),
    Action("studiolo_prompt", "go_to_prompt", lambda docker: docker.controls.prompt.field.setFocus()),
    Action("studiolo_start", "start_daemon_key", lambda docker: docker.work.link.start_daemon()),
)


def title(action: Action) -> str:
    return f"Studiolo: {say(action.key)}"


def as_xml() -> str:
    """Krita's list of actions (version 2), in which they have no shortcut."""
    rows = [
        f'    <Action name="{action.name}">\n      <text>{title(action)}</text>\n      <whatsThis></whatsThis>\n'
        f"      <toolTip>{title(action)}</toolTip>\n      <activationFlags>0</activationFlags>\n"
        "      <shortcut></shortcut>\n      <isCheckable>false</isCheckable>\n    </Action>\n"
        for action in ACTIONS
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ActionCollection version="2" name="Scripts">\n'
        '  <Actions category="Scripts">\n    <text>Studiolo</text>\n'
        + "".join(rows)
        + "  </Actions>\n</ActionCollection>\n"
    )
