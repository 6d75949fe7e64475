# SPDX-License-Identifier: GPL-3.0-or-later
"""What a recipe says of how a result came to be, as a page. Knows no widget."""

from __future__ import annotations

from html import escape

from studiolo_contract.recipe import Recipe
from studiolo_krita.words import say


def page(recipe: Recipe) -> str:
    """As Qt's rich text: the prompt as the model read it, the model, each reason, each note."""
    rows = [
        (say("prompt"), recipe.final_prompt),
        (say("model"), f"{recipe.model} ({recipe.licence}), {recipe.engine}, {recipe.device}"),
        *((reason.what, f"{reason.value}: {reason.because}") for reason in recipe.why),
        *(("", note) for note in recipe.notes),
    ]
    return "".join(f"<p><b>{escape(what)}</b> {escape(text)}</p>" for what, text in rows)
