"""A sheet that a writer filled in, as a page for people. Knows no mode and no model."""

from __future__ import annotations

import json
from typing import Any


def page(text: str) -> str:
    """JSON as Markdown: its name as a heading, long fields as paragraphs, lists as lists. Text that is no JSON stays as
    it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(value, dict):
        return _of_fields(value)
    if isinstance(value, list):
        return "\n".join(f"- {_said(item)}" for item in value) + "\n"
    return text


def _of_fields(fields: dict[str, Any]) -> str:
    title = next((fields[key] for key in ("name", "title") if isinstance(fields.get(key), str)), "")
    lines = [f"# {title}", ""] if title else []
    for key, value in fields.items():
        if value in (None, "", []) or (title and value == title):
            continue
        label = key.replace("_", " ").capitalize()
        if isinstance(value, list) and any(" " in str(item) for item in value):
            lines += [f"**{label}**", "", *(f"- {_said(item)}" for item in value), ""]
        else:
            lines += [f"**{label}** {_said(value)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_said(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_said(item)}" for key, item in value.items())
    return str(value)
